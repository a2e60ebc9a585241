/** The builtins `read`, one line of stdin into variables, and `mapfile`, all lines into an array. */
import { readAll, readLine } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { setArray } from "../expand/array.ts";
import { type Frame, type ShellState, setVar } from "../run/state.ts";

/** Takes the line if it is there and ends the frame; false: it is still to come. */
export function finishRead(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "read" }>): boolean {
  const line = readLine(sys);
  if (line === undefined) return false;
  state.stack.pop();
  state.status = line === null ? 1 : 0;
  const ifs = state.vars.get("IFS")?.value ?? " \t\n";
  let rest = trimIfs(frame.raw ? (line ?? "") : (line ?? "").replace(/\\(.)/g, "$1"), ifs);
  const values: string[] = [];
  const count = frame.array ? Number.POSITIVE_INFINITY : frame.names.length;
  while (values.length < count && !(frame.array && rest === "")) {
    const at = values.length === count - 1 ? -1 : Array.from(rest).findIndex((c) => ifs.includes(c));
    values.push(at < 0 ? rest : rest.slice(0, at));
    rest = at < 0 ? "" : trimIfs(rest.slice(at + 1), ifs);
  }
  if (frame.array) putArray(state, frame.names[0] as string, values);
  else for (const [i, name] of frame.names.entries()) setVar(state, name, values[i] as string);
  return true;
}

function putArray(state: ShellState, name: string, values: readonly string[]): void {
  const elements = values.map((value) => ({ subscript: null, value }));
  setArray(state, name, elements, false);
}

/** Takes what there is; false: the end is still to come. */
export function finishMapfile(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "mapfile" }>): boolean {
  const { text, eof } = readAll(sys);
  frame.text += text;
  if (!eof) return false;
  state.stack.pop();
  state.status = 0;
  const lines = frame.text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  putArray(state, frame.name, frame.trim ? lines.map((line) => line.replace(/\n$/, "")) : lines);
  return true;
}

function trimIfs(text: string, ifs: string): string {
  const blanks = [" ", "\t", "\n"].filter((c) => ifs.includes(c)).join("");
  let start = 0;
  let end = text.length;
  while (start < end && blanks.includes(text[start] as string)) start++;
  while (end > start && blanks.includes(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
