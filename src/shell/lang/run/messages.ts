/** What the shell says on stderr: bash's prefixes, and dash's when it was started as sh. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import type { ShellState } from "./state.ts";

export function isDash(state: ShellState): boolean {
  return /(^|[/-])(sh|dash)$/.test(state.params[0] ?? "");
}

/** A login shell says goodbye in another word. */
export function farewell(state: ShellState): string {
  return state.params[0]?.startsWith("-") ? "logout\n" : "exit\n";
}

/** "bash: line 1: text", "bash: text" at a prompt, "sh: 1: text". */
export function prefixed(state: ShellState, text: string): string {
  const name = state.params[0] ?? "bash";
  const line = state.linesBefore + state.line;
  const where = isDash(state) ? `${line}: ` : state.interactive ? "" : `line ${line}: `;
  return `${name}: ${where}${text}\n`;
}

export function complain(sys: Sys, state: ShellState, text: string): void {
  write(sys, 2, prefixed(state, text));
}

export function commandNotFound(sys: Sys, state: ShellState, name: string): void {
  const dash = isDash(state);
  if (name.includes("/")) complain(sys, state, dash ? `${name}: not found` : `${name}: No such file or directory`);
  else complain(sys, state, dash ? `${name}: not found` : `${name}: command not found`);
}
