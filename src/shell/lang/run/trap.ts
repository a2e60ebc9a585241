/** Traps: what a shell does on a signal, on failure and at its end. bash(1), SIGNALS and `trap`. */
import { dieOf, exit, write } from "../../process.ts";
import type { Signal, Sys } from "../../types.ts";
import { startScript } from "./script.ts";
import type { ShellState } from "./state.ts";
import { dropFrame, unwindAll } from "./unwind.ts";

/** Signals that a trap can be set for, in the order of their numbers. SIGKILL cannot be caught; what is said for it is kept. */
export const TRAPPED: readonly Signal[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGPIPE", "SIGTERM"];
/** Those that end a shell, which runs its EXIT trap first. */
const ENDING: readonly Signal[] = ["SIGHUP", "SIGTERM"];

/** Lets the process be woken by the signals that its traps name. A shell at a prompt ignores SIGTERM and SIGQUIT. */
export function catchTrapped(sys: Sys, state: ShellState): void {
  const wanted = new Set<Signal>(TRAPPED.filter((signal) => state.traps.has(signal)));
  if (state.interactive) for (const signal of ["SIGTERM", "SIGQUIT"] as const) wanted.add(signal);
  if (state.traps.has("EXIT")) for (const signal of ENDING) wanted.add(signal);
  sys.proc.catches = [...wanted];
}

function onSignal(sys: Sys, state: ShellState, signal: Signal): boolean {
  const script = state.traps.get(signal);
  if (script === "") return false;
  if (script !== undefined) {
    state.pendingTraps.push(signal);
    return true;
  }
  if (signal === "SIGQUIT" || (signal === "SIGTERM" && state.interactive)) return false;
  leaveBySignal(sys, state, signal);
  return sys.proc.exit === null;
}

/** A signal that the shell catches has come. False: the shell has ended, or goes on as if nothing had come. */
export function signalled(sys: Sys, state: ShellState, signal: Signal): boolean {
  if (signal !== "SIGINT" || state.traps.has(signal)) return onSignal(sys, state, signal);
  return interrupted(sys, state);
}

/** Ctrl-C: a shell that waits for a program leaves it to the program's end what happens; false: the shell has ended. */
function interrupted(sys: Sys, state: ShellState): boolean {
  if (state.waiting.length > 0) {
    state.interrupted = true;
    return true;
  }
  if (!state.interactive) {
    leaveBySignal(sys, state, "SIGINT");
    return sys.proc.exit === null;
  }
  unwindAll(sys, state);
  write(sys, 1, "\n");
  return true;
}

/** Puts the traps whose time has come on the stack. */
export function runTraps(sys: Sys, state: ShellState): void {
  for (const name of state.pendingTraps.splice(0).reverse()) {
    state.stack.push({ f: "status", status: state.status });
    startScript(sys, state, state.traps.get(name) ?? "", false);
  }
}

/** Ends the shell with a status, once its EXIT trap has run. */
export function leave(sys: Sys, state: ShellState, status: number): void {
  const script = state.traps.get("EXIT");
  if (!script) return exit(sys, status);
  state.traps.delete("EXIT");
  state.waiting = [];
  while (state.stack.length > 0) dropFrame(sys, state);
  state.readsInput = false;
  state.leaving = status & 0xff;
  state.status = status & 0xff;
  state.stack.push({ f: "status", status: state.status });
  startScript(sys, state, script, false);
}

/** Ends the shell as the signal does, once its EXIT trap has run. */
export function leaveBySignal(sys: Sys, state: ShellState, signal: Signal): void {
  const number = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }[signal];
  if (state.traps.get("EXIT")) leave(sys, state, 128 + number);
  else dieOf(sys, signal);
}
