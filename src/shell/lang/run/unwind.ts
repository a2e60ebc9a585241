/** Leaving what the shell is in: break, continue, return, Ctrl-C. */
import { releaseStream } from "../../streams.ts";
import type { Sys } from "../../types.ts";
import { connectEnd } from "./connect.ts";
import { complain } from "./messages.ts";
import { putBack } from "./redirect.ts";
import type { Frame, ShellState, Variable } from "./state.ts";

/** Takes the top frame away; what it has to put back is put back. */
export function dropFrame(sys: Sys, state: ShellState): Frame | undefined {
  const frame = state.stack.pop();
  if (frame?.f === "restore") {
    if (frame.fds) putBack(sys, frame.fds);
    restoreVars(state, frame.vars);
    forgetSpooled(sys, frame.spooled);
  }
  if (frame?.f === "status") state.status = frame.status;
  if (frame?.f === "return") {
    if (frame.params) state.params = frame.params;
    restoreVars(state, frame.locals);
  }
  if (frame?.f === "connect") connectEnd(sys, frame.connecting);
  if (frame?.f === "subst") releaseStream(sys.world, frame.pipe, "read");
  return frame;
}

/** The files that stood for `<( )` are gone. */
function forgetSpooled(sys: Sys, paths: readonly string[]): void {
  const files = sys.world.nodes[sys.proc.node]?.files;
  for (const path of paths) delete files?.[path];
}

/** A command has failed that no condition looks at: `trap … ERR` hears of it, and `set -e` ends the shell. */
export function onFailure(state: ShellState): void {
  if (state.waiting.length > 0) return;
  const looked = state.stack.some(
    (f) =>
      f.f === "negate" ||
      (f.f === "and-or" && f.at < f.rest.length) ||
      (f.f === "if" && f.testing) ||
      (f.f === "while" && f.phase === "test"),
  );
  if (looked) return;
  if (state.traps.get("ERR") && !state.stack.some((f) => f.f === "status")) state.pendingTraps.push("ERR");
  if (!state.options.includes("e")) return;
  state.stack = [];
  state.readsInput = false;
}

function restoreVars(state: ShellState, before: ReadonlyMap<string, Variable | null>): void {
  for (const [name, old] of before) {
    if (old) state.vars.set(name, old);
    else state.vars.delete(name);
  }
}

/** Drops everything that the shell was doing (Ctrl-C at a prompt). */
export function unwindAll(sys: Sys, state: ShellState): void {
  while (state.stack.length > 0) dropFrame(sys, state);
  state.waiting = [];
  state.pending = "";
  state.continued = false;
  state.status = 130;
}

function isLoop(frame: Frame | undefined): boolean {
  return frame?.f === "while" || frame?.f === "for" || frame?.f === "c-for";
}

/** `break n` and `continue n`. */
export function breakLoops(sys: Sys, state: ShellState, args: string[]): void {
  const name = args[0] as string;
  const count = Number(args[1] ?? 1);
  const inLoop = state.stack.some(isLoop);
  if (!inLoop) return complain(sys, state, `${name}: only meaningful in a \`for', \`while', or \`until' loop`);
  if (!Number.isInteger(count) || count < 1) {
    complain(
      sys,
      state,
      `${name}: ${args[1]}: ${Number.isInteger(count) ? "loop count out of range" : "numeric argument required"}`,
    );
    state.status = 1;
    return;
  }
  for (let left = count; left > 0 && state.stack.some(isLoop); left--) {
    while (!isLoop(state.stack.at(-1))) dropFrame(sys, state);
    if (name === "break" || left > 1) state.stack.pop();
  }
}

/** `return n` from a function or a sourced file. */
export function returnFrom(sys: Sys, state: ShellState, args: string[]): void {
  if (!state.stack.some((f) => f.f === "return")) {
    complain(sys, state, "return: can only `return' from a function or sourced script");
    state.status = 2;
    return;
  }
  const status = args[1] === undefined ? state.statusBefore : Number(args[1]) & 0xff;
  while (state.stack.at(-1)?.f !== "return") dropFrame(sys, state);
  dropFrame(sys, state);
  state.status = status;
}
