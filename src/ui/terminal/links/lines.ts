// Which piece of output each line of the screen came with. Lines are counted from the bottom up, where the prompt stands: that holds
// when lines are wrapped anew, or drop out at the top.
import type { IBuffer, Terminal } from "@xterm/xterm";
import type { Footing } from "../screen.ts";

/** Number of the chunk that each complete line of output began with, -1 for none; what stands above is forgotten. */
export type OutputLines = number[];

/** Lines that are remembered, at most: more than the screen keeps. */
const MOST = 6000;

/** Takes in output up to its last newline. @param began the chunk that the first line has begun with */
export function noteLines(lines: OutputLines, text: string, began: number, chunk: number): void {
  for (let at = text.indexOf("\n"), first = true; at >= 0; at = text.indexOf("\n", at + 1), first = false) {
    lines.push(first ? began : chunk);
  }
  if (lines.length > MOST) lines.splice(0, lines.length - MOST);
}

/** A line of output as it stands on the screen: from row `top` to row `end` of the buffer, `end` excluded. */
export interface ScreenLine {
  readonly chunk: number;
  readonly top: number;
  readonly end: number;
  readonly text: () => string;
}

/** The line that row `y` of the buffer (from 0) belongs to; null for the prompt and for what is not remembered. */
export function lineAt(term: Terminal, footing: Footing, lines: OutputLines, y: number): ScreenLine | null {
  const buffer = term.buffer.active;
  let end = footingTop(buffer, footing);
  if (y >= end) return null;
  for (let index = lines.length - 1; index >= 0 && end > 0; index--) {
    const top = lineTop(buffer, end - 1);
    if (y >= top) return { chunk: lines[index]!, top, end, text: () => textOf(buffer, top, end) };
    end = top;
  }
  return null;
}

/** All lines of output that are remembered, from the bottom up. */
export function* linesUp(term: Terminal, footing: Footing, lines: OutputLines): Generator<ScreenLine> {
  const buffer = term.buffer.active;
  let end = footingTop(buffer, footing);
  for (let index = lines.length - 1; index >= 0 && end > 0; index--) {
    const top = lineTop(buffer, end - 1);
    yield { chunk: lines[index]!, top, end, text: () => textOf(buffer, top, end) };
    end = top;
  }
}

function footingTop(buffer: IBuffer, footing: Footing): number {
  return buffer.baseY + buffer.cursorY - footing.cursorLine;
}

function lineTop(buffer: IBuffer, y: number): number {
  let top = y;
  while (top > 0 && buffer.getLine(top)?.isWrapped === true) top--;
  return top;
}

function textOf(buffer: IBuffer, top: number, end: number): string {
  let text = "";
  for (let y = top; y < end; y++) text += buffer.getLine(y)?.translateToString(y === end - 1) ?? "";
  return text;
}
