// The line that somebody is typing, with the keys of a shell's line editor. Pure: a state and what was typed give the
// next state and what is to be done.

export interface Line {
  readonly text: string;
  /** In UTF-16 units, between 0 and text.length. */
  readonly cursor: number;
  /** How far back in the history the line comes from; 0 is the line itself. */
  readonly back: number;
  /** What was typed before somebody went back in the history. */
  readonly draft: string;
  /** What Ctrl-K, Ctrl-U or Ctrl-W took last, for Ctrl-Y. */
  readonly killed: string;
}

export type Deed =
  | { readonly type: "submit"; readonly line: string }
  | { readonly type: "interrupt" }
  | { readonly type: "eof" }
  | { readonly type: "clear" }
  | { readonly type: "complete" }
  | { readonly type: "leave" };

export const EMPTY_LINE: Line = { text: "", cursor: 0, back: 0, draft: "", killed: "" };

/** Escape sequences that a terminal sends for keys, and the control character that does the same. */
const SEQUENCES: Readonly<Record<string, string>> = {
  "\x1b[A": "\x10",
  "\x1bOA": "\x10",
  "\x1b[B": "\x0e",
  "\x1bOB": "\x0e",
  "\x1b[C": "\x06",
  "\x1bOC": "\x06",
  "\x1b[D": "\x02",
  "\x1bOD": "\x02",
  "\x1b[H": "\x01",
  "\x1bOH": "\x01",
  "\x1b[1~": "\x01",
  "\x1b[F": "\x05",
  "\x1bOF": "\x05",
  "\x1b[4~": "\x05",
  "\x1b[3~": "\x1c",
  "\x1b[1;5C": "\x1d",
  "\x1bf": "\x1d",
  "\x1b[1;5D": "\x1e",
  "\x1bb": "\x1e",
};

/** Splits what the terminal sent into keys: escape sequences, control characters, stretches of text. */
export function keysOf(data: string): string[] {
  const keys: string[] = [];
  for (let at = 0; at < data.length; ) {
    const key = firstKey(data.slice(at));
    keys.push(key);
    at += key.length;
  }
  return keys;
}

function firstKey(data: string): string {
  if (data.startsWith("\x1b")) return `\x1b${/^(?:\[[0-9;]*[A-Za-z~]|O[A-Z]|[a-z])/.exec(data.slice(1))?.[0] ?? ""}`;
  if (data.startsWith("\r\n")) return "\r\n";
  let length = 0;
  while (length < data.length && !isControl(data[length]!)) length++;
  return data.slice(0, Math.max(1, length));
}

function isControl(character: string): boolean {
  return character < " " || character === "\x7f";
}

/** One key. `history` is what was typed in this terminal, oldest first. */
export function pressKey(line: Line, key: string, history: readonly string[]): { line: Line; deed: Deed | null } {
  const control = SEQUENCES[key] ?? key;
  switch (control) {
    case "\r":
    case "\n":
    case "\r\n":
      return { line: { ...EMPTY_LINE, killed: line.killed }, deed: { type: "submit", line: line.text } };
    case "\x03":
      return { line: { ...EMPTY_LINE, killed: line.killed }, deed: { type: "interrupt" } };
    case "\x04":
      return line.text === ""
        ? { line, deed: { type: "eof" } }
        : { line: remove(line, line.cursor, right(line)), deed: null };
    case "\x0c":
      return { line, deed: { type: "clear" } };
    case "\t":
      return { line, deed: { type: "complete" } };
    case "\x1b":
      return { line, deed: { type: "leave" } };
    case "\x10":
      return { line: recall(line, line.back + 1, history), deed: null };
    case "\x0e":
      return { line: recall(line, line.back - 1, history), deed: null };
    default:
      return { line: edit(line, control), deed: null };
  }
}

function edit(line: Line, key: string): Line {
  const { text, cursor } = line;
  switch (key) {
    case "\x01":
      return { ...line, cursor: 0 };
    case "\x05":
      return { ...line, cursor: text.length };
    case "\x02":
      return { ...line, cursor: left(line) };
    case "\x06":
      return { ...line, cursor: right(line) };
    case "\x1e":
      return { ...line, cursor: wordLeft(line) };
    case "\x1d":
      return { ...line, cursor: wordRight(line) };
    case "\x7f":
    case "\b":
      return remove(line, left(line), cursor);
    case "\x1c":
      return remove(line, cursor, right(line));
    case "\x15":
      return { ...remove(line, 0, cursor), killed: text.slice(0, cursor) };
    case "\x0b":
      return { ...remove(line, cursor, text.length), killed: text.slice(cursor) };
    case "\x17":
      return { ...remove(line, blankLeft(line), cursor), killed: text.slice(blankLeft(line), cursor) };
    case "\x19":
      return insert(line, line.killed);
    default:
      return key < " " || key.startsWith("\x1b") ? line : insert(line, key);
  }
}

/** The line with `added` at the cursor. */
export function insert(line: Line, added: string): Line {
  const text = line.text.slice(0, line.cursor) + added + line.text.slice(line.cursor);
  return { ...line, text, cursor: line.cursor + added.length, back: 0 };
}

function remove(line: Line, from: number, to: number): Line {
  return { ...line, text: line.text.slice(0, from) + line.text.slice(to), cursor: from, back: 0 };
}

function recall(line: Line, back: number, history: readonly string[]): Line {
  if (back < 0 || back > history.length) return line;
  const draft = line.back === 0 ? line.text : line.draft;
  const text = back === 0 ? draft : history[history.length - back]!;
  return { ...line, text, cursor: text.length, back, draft };
}

function left({ text, cursor }: Line): number {
  return cursor - (/[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(0, cursor)) ? 2 : Math.min(1, cursor));
}

function right({ text, cursor }: Line): number {
  return Math.min(text.length, cursor + ((text.codePointAt(cursor) ?? 0) > 0xffff ? 2 : 1));
}

function wordLeft({ text, cursor }: Line): number {
  return text.slice(0, cursor).replace(/\w*\W*$/, "").length;
}

function wordRight({ text, cursor }: Line): number {
  return cursor + (/^\W*\w*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

function blankLeft({ text, cursor }: Line): number {
  return text.slice(0, cursor).replace(/\S*\s*$/, "").length;
}

/**
 * The line after Tab, with candidates that could stand from `from` on; `list` is what is to be shown when that does not
 * decide it.
 */
export function completeLine(
  line: Line,
  from: number,
  candidates: readonly string[],
): { line: Line; list: readonly string[] } {
  const first = candidates[0];
  if (first === undefined) return { line, list: [] };
  let common = first;
  for (const candidate of candidates) while (!candidate.startsWith(common)) common = common.slice(0, -1);
  const end = candidates.length === 1 && !/[/= ]$/.test(first) ? " " : "";
  const typed = line.text.slice(from, line.cursor);
  if (common.length <= typed.length && candidates.length > 1) return { line, list: candidates };
  const text = line.text.slice(0, from) + common + end + line.text.slice(line.cursor);
  return { line: { ...line, text, cursor: from + common.length + end.length, back: 0 }, list: [] };
}
