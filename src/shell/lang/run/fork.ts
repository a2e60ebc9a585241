/** Children of the shell: subshells, programs, pipelines, background jobs. */
import { EXEC_NS, isTerminal, proc, spawn, write } from "../../process.ts";
import { addStream, nullStream, pipeStream } from "../../streams.ts";
import type { ProcId, StreamId, Sys, Terminal } from "../../types.ts";
import type { Command, Word } from "../syntax/ast.ts";
import { complain } from "./messages.ts";
import { type Frame, forkShellState, type ListItem, programEnv, type ShellState } from "./state.ts";

/** A fork without an exec is that much quicker than one with. */
const FORK_NS = EXEC_NS / 5;
/** More processes than this at once on a machine or in a container are refused (RLIMIT_NPROC): a fork bomb must not eat all memory. */
const MAX_PROCS = 600;

/** The terminal that an interactive shell reads from. */
export function terminalOf(sys: Sys, state: ShellState): Terminal | null {
  const keyboard = sys.proc.fds[0];
  const s = state.interactive && typeof keyboard === "number" ? sys.world.streams[keyboard] : null;
  return s?.kind === "keyboard" ? (sys.world.terminals[s.sink] ?? null) : null;
}

/** Whether one more process may be made; says so on stderr if not. */
function mayFork(sys: Sys, state: ShellState): boolean {
  let live = 0;
  for (const p of sys.world.procs) if (p?.node === sys.proc.node) live++;
  if (live < MAX_PROCS) return true;
  complain(sys, state, "fork: retry: Resource temporarily unavailable");
  state.status = 254;
  return false;
}

/** Starts a copy of this shell that does `frame` and ends. Null: refused. */
export function forkShell(
  sys: Sys,
  state: ShellState,
  frame: Frame,
  fds: readonly (StreamId | null)[],
  newGroup = false,
): ProcId | null {
  if (!mayFork(sys, state)) return null;
  const { program, argv } = sys.proc;
  const locals = forkShellState(state, frame);
  return spawn(sys.world, sys.proc, { program, argv, fds, newGroup, locals, delay_ns: FORK_NS });
}

/** Starts a program with this shell's variables and descriptors. Null: refused. @param path of the program, as it finds it in $_ */
export function forkProgram(sys: Sys, state: ShellState, program: string, argv: string[], path: string): ProcId | null {
  if (!mayFork(sys, state)) return null;
  const newGroup = terminalOf(sys, state) !== null;
  return spawn(sys.world, sys.proc, { program, argv, env: programEnv(state, path, false), newGroup });
}

/** Lets the shell wait for a foreground pipeline. @param regardless the status is not that of the last */
export function waitFor(sys: Sys, state: ShellState, procs: ProcId[], regardless = false): void {
  const terminal = terminalOf(sys, state);
  state.stack.push({ f: "wait", procs, regardless, foregroundBefore: terminal?.foreground ?? null });
  state.waiting = procs;
  if (terminal && procs[0] !== undefined) terminal.foreground = procs[0];
}

/** Starts the commands of a pipeline at once and waits for all of them. */
export function startPipeline(sys: Sys, state: ShellState, commands: readonly Command[]): void {
  const newGroup = terminalOf(sys, state) !== null;
  const procs: ProcId[] = [];
  let input = sys.proc.fds[0] ?? null;
  for (const [i, command] of commands.entries()) {
    const pipe = i === commands.length - 1 ? null : pipeStream(sys.world);
    const fds = [input, pipe ?? sys.proc.fds[1] ?? null, ...sys.proc.fds.slice(2)];
    const id = forkShell(sys, state, { f: "run", command, last: true }, fds, newGroup && i === 0);
    if (id === null) {
      if (pipe !== null) sys.world.streams[pipe] = null;
      break;
    }
    if (procs[0] !== undefined) proc(sys.world, id).group = proc(sys.world, procs[0]).group;
    procs.push(id);
    input = pipe;
  }
  if (procs.length > 0) waitFor(sys, state, procs);
}

/** Starts a command whose stdout is kept for a `$( )`, and waits for it. */
export function startSubst(sys: Sys, state: ShellState, given: Command): boolean {
  const body = readsFile(given);
  const pipe = addStream(sys.world, { kind: "pipe", readers: 1, writers: 0, text: "", waiting: null });
  const fds = [sys.proc.fds[0] ?? null, pipe, ...sys.proc.fds.slice(2)];
  const id = forkShell(sys, state, { f: "run", command: body, last: true }, fds);
  if (id === null) {
    sys.world.streams[pipe] = null;
    return false;
  }
  (proc(sys.world, id).locals as ShellState).depth++;
  state.stack.push({ f: "subst", proc: id, pipe });
  state.waiting = [id];
  return true;
}

/** `$(<file)` is `$(cat <file)`. */
function readsFile(body: Command): Command {
  const only = body.t === "list" && body.items.length === 1 ? body.items[0]?.command : undefined;
  if (only?.t !== "simple" || only.words.length + only.assigns.length > 0 || only.redirects[0]?.op !== "<") return body;
  const cat: Word = { parts: [{ t: "text", text: "cat", quoted: false }], start: 0, end: 0 };
  return { ...only, words: [cat] };
}

/** Starts a background job; at a prompt its number and pid are said. */
export function startBackground(sys: Sys, state: ShellState, item: ListItem): void {
  const input = state.interactive ? (sys.proc.fds[0] ?? null) : nullStream(sys.world);
  const fds = [input, ...sys.proc.fds.slice(1)];
  const id = forkShell(sys, state, { f: "run", command: item.command, last: true }, fds, state.interactive);
  if (id === null) return;
  const { pid } = proc(sys.world, id);
  const number = (state.jobs.at(-1)?.number ?? 0) + 1;
  state.jobs.push({ number, proc: id, pid, text: item.text });
  state.lastBackground = pid;
  state.status = 0;
  if (state.interactive && isTerminal(sys, 0)) write(sys, 2, `[${number}] ${pid}\n`);
}
