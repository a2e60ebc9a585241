/** The builtin `read`: one line of stdin into variables. */
import { readLine } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { type Frame, type ShellState, setVar } from "../run/state.ts";

/** Takes the line if it is there and ends the frame; false: it is still to come. */
export function finishRead(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "read" }>): boolean {
  const line = readLine(sys);
  if (line === undefined) return false;
  state.stack.pop();
  state.status = line === null ? 1 : 0;
  const ifs = state.vars.get("IFS")?.value ?? " \t\n";
  let rest = trimIfs(frame.raw ? (line ?? "") : (line ?? "").replace(/\\(.)/g, "$1"), ifs);
  for (const [i, name] of frame.names.entries()) {
    const at = i === frame.names.length - 1 ? -1 : Array.from(rest).findIndex((c) => ifs.includes(c));
    setVar(state, name, at < 0 ? rest : rest.slice(0, at));
    rest = at < 0 ? "" : trimIfs(rest.slice(at + 1), ifs);
  }
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
