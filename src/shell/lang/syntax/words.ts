/** Words: quoting, and the places where something is expanded. bash(1), QUOTING and EXPANSION. */
import type { Part, Word } from "./ast.ts";
import { createScanner, isMeta, isProcess, lineAt, nested, ParseFault, type Scanner, unmatched } from "./scanner.ts";

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL = "?#@*!$-0123456789";
/** Operators of ${name…}, longest first. */
const VAR_OPS = [
  ":-",
  ":=",
  ":+",
  ":?",
  "##",
  "%%",
  "//",
  "/#",
  "/%",
  "^^",
  ",,",
  "-",
  "=",
  "+",
  "?",
  "#",
  "%",
  "/",
  "^",
  ",",
  ":",
];

/** The word that stands here; its parts are empty if there is none. */
export function parseWord(s: Scanner): Word {
  const start = s.at;
  const parts: Part[] = [];
  if (s.text[s.at] === "~" && (isMeta(s.text[s.at + 1]) || s.text[s.at + 1] === "/")) {
    s.at++;
    parts.push({ t: "tilde" });
  }
  if (isProcess(s)) parseProcess(s, parts);
  while (!isMeta(s.text[s.at])) parsePart(s, parts, false);
  return { parts, start, end: s.at };
}

/** The regular expression behind =~ of [[ ]], in which parentheses and | are characters. It ends at a blank outside of parentheses. */
export function parseRegexWord(s: Scanner): Word {
  const start = s.at;
  const parts: Part[] = [];
  for (let depth = 0; s.at < s.text.length; ) {
    const c = s.text[s.at] as string;
    if (" \t\n".includes(c) && depth === 0) break;
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (!isMeta(c)) parsePart(s, parts, false);
    else addText(parts, s.text[s.at++] as string, false);
  }
  return { parts, start, end: s.at };
}

/** `<( )`: the path of a file with what the commands print. */
function parseProcess(s: Scanner, parts: Part[]): void {
  if (s.text[s.at] === ">") {
    const message = `line ${lineAt(s, s.at)}: docker0 Playground's shell has no >( )`;
    throw new ParseFault({ messages: [message], incomplete: false });
  }
  s.at += 2;
  parts.push({ t: "process", body: nested(s, () => s.parseUntil(s, ")")) });
}

/** Parts up to the character `stop`, which is stepped over. `inQuotes`: as between double quotes. */
export function parseUntilChar(s: Scanner, stop: string, inQuotes: boolean, from: number): Word {
  const start = s.at;
  const parts: Part[] = [];
  let braces = 0;
  for (;;) {
    const c = s.text[s.at];
    if (c === undefined) return unmatched(s, from, stop);
    if (c === stop && braces === 0) break;
    if (stop === "}" && c === "{") braces++;
    if (stop === "}" && c === "}") braces--;
    parsePart(s, parts, inQuotes);
  }
  s.at++;
  return { parts, start, end: s.at - 1 };
}

/** Text in which only $, ` and \ are special, to the end of the scanner: a here-document. */
export function parseHereText(s: Scanner): Part[] {
  const parts: Part[] = [];
  while (s.at < s.text.length) {
    if (s.text[s.at] === '"') addText(parts, s.text[s.at++] as string, true);
    else parsePart(s, parts, true);
  }
  return parts;
}

function parsePart(s: Scanner, parts: Part[], inQuotes: boolean): void {
  const c = s.text[s.at] as string;
  if (c === "\\") return parseBackslash(s, parts, inQuotes);
  if (c === "'" && !inQuotes) return parseSingle(s, parts);
  if (c === '"') return parseDouble(s, parts, inQuotes);
  if (c === "$") return parseDollar(s, parts, inQuotes);
  if (c === "`") return parseBackquote(s, parts, inQuotes);
  s.at++;
  addText(parts, c, inQuotes);
}

function addText(parts: Part[], text: string, quoted: boolean): void {
  const last = parts.at(-1);
  if (last?.t === "text" && last.quoted === quoted) last.text += text;
  else parts.push({ t: "text", text, quoted });
}

function parseBackslash(s: Scanner, parts: Part[], inQuotes: boolean): void {
  const next = s.text[s.at + 1];
  s.at += next === undefined ? 1 : 2;
  if (next === undefined) addText(parts, "\\", true);
  else if (inQuotes && !'$`"\\\n'.includes(next)) addText(parts, `\\${next}`, true);
  else if (next !== "\n") addText(parts, next, true);
}

function parseSingle(s: Scanner, parts: Part[]): void {
  const close = s.text.indexOf("'", s.at + 1);
  if (close < 0) unmatched(s, s.at, "'");
  addText(parts, s.text.slice(s.at + 1, close), true);
  s.at = close + 1;
}

function parseDouble(s: Scanner, parts: Part[], inQuotes: boolean): void {
  const start = s.at++;
  // Inside ${…} between quotes a second pair switches nothing that matters here.
  if (!inQuotes) addText(parts, "", true);
  const word = nested(s, () => parseUntilChar(s, '"', true, start));
  parts.push(...word.parts);
}

function parseBackquote(s: Scanner, parts: Part[], quoted: boolean): void {
  const start = s.at++;
  let text = "";
  for (;;) {
    const c = s.text[s.at++];
    if (c === undefined) return unmatched(s, start, "`");
    if (c === "`") break;
    if (c === "\\" && "$`\\".includes(s.text[s.at] ?? " ")) text += s.text[s.at++];
    else text += c;
  }
  const inner = createScanner(text, s.parseUntil);
  inner.depth = s.depth;
  inner.dash = s.dash;
  parts.push({ t: "command", body: nested(inner, () => s.parseUntil(inner, "")), quoted });
}

function parseDollar(s: Scanner, parts: Part[], quoted: boolean): void {
  const start = s.at;
  const next = s.text[s.at + 1];
  if (s.text.startsWith("$((", s.at) && parseArith(s, parts, quoted)) return;
  if (next === "(") {
    s.at += 2;
    parts.push({ t: "command", body: nested(s, () => s.parseUntil(s, ")")), quoted });
    return;
  }
  if (next === "{") return nested(s, () => parseBraced(s, parts, quoted, start));
  if (next === "'" && !quoted) return parseAnsi(s, parts);
  const name = nameAt(s, s.at + 1) || (next !== undefined && SPECIAL.includes(next) ? next : "");
  s.at += 1 + name.length;
  if (name === "") addText(parts, "$", quoted);
  else parts.push({ t: "var", name, quoted, length: false, op: null, arg: emptyWord(s), arg2: null });
}

/** $(( … )); false (and not moved) if it is a command substitution with a subshell in it. */
function parseArith(s: Scanner, parts: Part[], quoted: boolean): boolean {
  const end = arithEnd(s, s.at + 3);
  if (end === null) return false;
  const inner = createScanner(s.text.slice(s.at + 3, end), s.parseUntil);
  inner.depth = s.depth;
  parts.push({ t: "arith", quoted, expr: { parts: nested(inner, () => parseHereText(inner)), start: s.at + 3, end } });
  s.at = end + 2;
  return true;
}

/** Where the "))" stands that closes an expression begun before `from`; null if there is none. */
export function arithEnd(s: Scanner, from: number): number | null {
  let depth = 0;
  for (let i = from; i < s.text.length; i++) {
    if (s.text[i] === "(") depth++;
    if (s.text[i] !== ")") continue;
    if (depth > 0) depth--;
    else return s.text[i + 1] === ")" ? i : null;
  }
  return null;
}

function parseBraced(s: Scanner, parts: Part[], quoted: boolean, start: number): void {
  s.at += 2;
  const length = s.text[s.at] === "#" && s.text[s.at + 1] !== "}";
  const ahead = s.text.slice(s.at, s.at + 200);
  const indices = /^![A-Za-z_]\w*\[[@*]\]\}/.test(ahead);
  const indirect = !indices && s.dash !== true && /^!([A-Za-z_]\w*|\d+)[}:%#/^,[-]/.test(ahead);
  if (length || indices || indirect) s.at++;
  const first = s.text[s.at] ?? "";
  const name =
    nameAt(s, s.at) || /^\d+/.exec(s.text.slice(s.at, s.at + 9))?.[0] || (SPECIAL.includes(first) ? first : "");
  s.at += name.length;
  const index = s.text[s.at] === "[" && /^[A-Za-z_]/.test(name) ? parseIndex(s, start) : undefined;
  if (s.text[s.at] === undefined) unmatched(s, start, "}");
  const op = s.text[s.at] === "}" ? null : (VAR_OPS.find((o) => s.text.startsWith(o, s.at)) ?? "");
  if (name === "" || op === "" || (length && op !== null)) return badSubstitution(s, parts, start);
  s.at += op?.length ?? 0;
  let arg = emptyWord(s);
  let arg2: Word | null = null;
  if (op === null) s.at++;
  // A pattern's signs mean what they mean also where the whole stands between double quotes, and so do quotes inside it.
  else arg = parseUntilChar(s, "}", quoted && !/^([#%/^,]|:$)/.test(op), start);
  if (op?.startsWith("/") || op === ":") [arg, arg2] = splitWord(arg, op === ":" ? ":" : "/");
  parts.push({
    t: "var",
    name,
    quoted,
    length,
    op,
    arg,
    arg2,
    ...(index ? { index, indices } : {}),
    ...(indirect ? { indirect } : {}),
  });
}

/** [index] of an array. */
function parseIndex(s: Scanner, start: number): Word {
  s.at++;
  return parseUntilChar(s, "]", false, start);
}

/** What bash refuses only when it expands it: kept as a variable with the operator "bad". */
function badSubstitution(s: Scanner, parts: Part[], start: number): void {
  parseUntilChar(s, "}", false, start);
  const text = s.text.slice(start, s.at);
  parts.push({ t: "var", name: text, quoted: true, length: false, op: "bad", arg: emptyWord(s), arg2: null });
}

/** Cuts a word at the first unquoted `mark`. */
function splitWord(word: Word, mark: string): [Word, Word | null] {
  for (const [i, part] of word.parts.entries()) {
    const at = part.t === "text" && !part.quoted ? part.text.indexOf(mark) : -1;
    if (part.t !== "text" || at < 0) continue;
    const before: Part = { ...part, text: part.text.slice(0, at) };
    const after: Part = { ...part, text: part.text.slice(at + 1) };
    return [
      { ...word, parts: [...word.parts.slice(0, i), before] },
      { ...word, parts: [after, ...word.parts.slice(i + 1)] },
    ];
  }
  return [word, null];
}

function nameAt(s: Scanner, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(s.text)?.[0] ?? "";
}

function emptyWord(s: Scanner): Word {
  return { parts: [], start: s.at, end: s.at };
}

/** What a letter behind a backslash stands for, in $'…' as in echo -e. */
export const ANSI: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
};

/** $'…' */
function parseAnsi(s: Scanner, parts: Part[]): void {
  const start = s.at + 1;
  s.at += 2;
  let text = "";
  for (;;) {
    const c = s.text[s.at++];
    if (c === undefined) return unmatched(s, start, "'");
    if (c === "'") break;
    if (c !== "\\") {
      text += c;
      continue;
    }
    const code = /^(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3})/.exec(s.text.slice(s.at, s.at + 3))?.[0];
    if (code) {
      text += String.fromCharCode(
        code[0] === "x" ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8) & 0xff,
      );
      s.at += code.length;
    } else {
      const escaped = s.text[s.at++] ?? "";
      text += ANSI[escaped] ?? (/[\\'"?]/.test(escaped) ? escaped : `\\${escaped}`);
    }
  }
  addText(parts, text, true);
}

/** The word's text if nothing in it is expanded, else null. Quotes are gone. */
export function literalText(word: Word): string | null {
  let text = "";
  for (const part of word.parts) {
    if (part.t === "tilde") text += "~";
    else if (part.t === "text") text += part.text;
    else return null;
  }
  return text;
}

export function isQuoted(word: Word): boolean {
  return word.parts.some((p) => p.t === "text" && p.quoted);
}

/** Refuses a word that must be a name. */
export function notAName(s: Scanner, word: Word): never {
  const line = lineAt(s, word.start);
  throw new ParseFault({
    messages: [`line ${line}: \`${s.text.slice(word.start, word.end)}': not a valid identifier`],
    incomplete: false,
  });
}
