// What is written to the terminal so that the prompt and the line being typed stand below the programs' output.
import type { Line } from "./line-editor.ts";

const GREEN = "\x1b[32m";
const PLAIN = "\x1b[0m";
const ERASE_BELOW = "\x1b[J";

/** What stands below the last complete line of output, as it was drawn last. */
export interface Footing {
  /** Output after its last newline. */
  readonly tail: string;
  /** Lines from the top of the footing to the cursor. */
  readonly cursorLine: number;
}

export const NO_FOOTING: Footing = { tail: "", cursorLine: 0 };

/** Cells that the text takes: East Asian wide characters take two. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += isWide(character.codePointAt(0)!) ? 2 : 1;
  return cells;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** Wipes the footing, and leaves the cursor where it began. */
export function wipe(footing: Footing): string {
  return `${footing.cursorLine > 0 ? `\x1b[${footing.cursorLine}A` : ""}\r${ERASE_BELOW}`;
}

/** Draws tail, prompt and line from the start of a line on, with the cursor in its place. */
export function draw(tail: string, prompt: string, line: Line, columns: number): { text: string; footing: Footing } {
  const all = cellsOf(tail + prompt + line.text);
  const before = cellsOf(tail + prompt + line.text.slice(0, line.cursor));
  const lastLine = Math.floor(all / columns);
  const cursorLine = Math.floor(before / columns);
  const column = before % columns;
  const coloured = prompt === "" ? "" : GREEN + prompt + PLAIN;
  // A line that ends exactly at the edge leaves the cursor beyond it: a space and a return put it on the next line.
  const wrapped = all > 0 && all % columns === 0 ? " \r" : "";
  const up = lastLine > cursorLine ? `\x1b[${lastLine - cursorLine}A` : "";
  const text = `${tail}${coloured}${line.text}${wrapped}${up}\r${column > 0 ? `\x1b[${column}C` : ""}`;
  return { text, footing: { tail, cursorLine } };
}

/** Cuts output at its last newline: what stays for good, and the tail below. */
export function splitTail(output: string): { done: string; tail: string } {
  const end = output.lastIndexOf("\n") + 1;
  return { done: output.slice(0, end), tail: output.slice(end) };
}

/** Candidates in columns, one below the other, as readline lists them. */
export function listing(candidates: readonly string[], columns: number): string {
  const width = Math.max(...candidates.map(cellsOf)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(candidates.length / across);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const line = candidates.filter((_, i) => i % rows === row);
    text += `${line
      .map((name) => name + " ".repeat(width - cellsOf(name)))
      .join("")
      .trimEnd()}\n`;
  }
  return text;
}

/** Of files only the names, as long as all of them are in one directory. */
export function namesOf(candidates: readonly string[]): readonly string[] {
  const directories = new Set(candidates.map((path) => path.replace(/[^/]*\/?$/, "")));
  const [directory = ""] = directories;
  return directories.size === 1 ? candidates.map((path) => path.slice(directory.length)) : candidates;
}
