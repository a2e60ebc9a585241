/**
 * The shell's interpreter: a stack of frames (state.ts) and one function a kind of frame that does its next step. It runs
 * until it must wait for a child, a line or a pause, and goes on from the same stack when it is woken.
 */
import { MS_NS } from "../../../base/time.ts";
import { EPIPE } from "../../../kernel/errno.ts";
import { dieOf, exit, setTimer, write } from "../../process.ts";
import { pause_ns, sendPiece } from "../../socket-stream.ts";
import { peekStream } from "../../streams.ts";
import type { StreamId, Sys } from "../../types.ts";
import { finishMapfile, finishRead } from "../builtins/read.ts";
import { connectOn } from "./connect.ts";
import { stepCompound } from "./control.ts";
import { terminalOf } from "./fork.ts";
import { nextLine } from "./input.ts";
import { stepDo, stepEnter, stepRedirect, stepSimple } from "./simple.ts";
import { type Frame, type ShellState, shellState } from "./state.ts";
import { leave, leaveBySignal, runTraps } from "./trap.ts";
import { dropFrame, onFailure, unwindAll } from "./unwind.ts";

/**
 * After so many steps without a wait the shell rests, so that virtual time passes in an endless loop. One that goes on and
 * on rests longer: a page that shows time at its real pace has that much work for a second of it, and no more.
 */
const STEPS_PER_REST = 500;
const REST_NS = MS_NS;
const SHORT_RESTS = 40;
const LONG_REST_NS = 25 * MS_NS;
/** Timer slot of that rest. */
export const REST = 0;

/** Goes on until the shell waits or has ended. */
export function runShell(sys: Sys): void {
  const state = shellState(sys);
  // exec and the end of the process take the state away.
  while (sys.proc.locals === state) {
    if (state.waiting.length > 0 && !childrenDone(sys, state)) return;
    runTraps(sys, state);
    const top = state.stack.at(-1);
    if (!top) {
      if (!nextCommand(sys, state)) return;
      continue;
    }
    if (++state.steps > STEPS_PER_REST) {
      state.steps = 0;
      return setTimer(sys, REST, ++state.rests > SHORT_RESTS ? LONG_REST_NS : REST_NS);
    }
    if (!step(sys, state, top)) return;
  }
}

/** Nothing is left to do: the next line, or the end. False: the shell waits, or has ended. */
function nextCommand(sys: Sys, state: ShellState): boolean {
  state.rests = 0;
  if (state.readsInput) return nextLine(sys, state);
  if (state.leaving !== null) exit(sys, state.leaving);
  else leave(sys, state, state.status);
  return sys.proc.exit === null;
}

function childrenDone(sys: Sys, state: ShellState): boolean {
  if (!state.waiting.every((id) => state.ended.has(id))) return false;
  const killed = state.waiting.some((id) => state.ended.get(id)?.signal === "SIGINT");
  state.waiting = [];
  state.rests = 0;
  const trapped = state.pendingTraps.includes("SIGINT");
  if (state.interrupted && killed && !state.interactive && !trapped) leaveBySignal(sys, state, "SIGINT");
  if (killed && state.interactive) unwindByInterrupt(sys, state);
  state.interrupted = false;
  return sys.proc.exit === null;
}

/** At a prompt, a program that died of Ctrl-C takes the rest of the line with it. */
function unwindByInterrupt(sys: Sys, state: ShellState): void {
  const wait = state.stack.findLast((frame) => frame.f === "wait");
  const terminal = terminalOf(sys, state);
  if (terminal && wait?.f === "wait") terminal.foreground = wait.foregroundBefore;
  unwindAll(sys, state);
  write(sys, 1, "\n");
}

/** The next step; false: something has to come first that wakes the shell. */
function step(sys: Sys, state: ShellState, frame: Frame): boolean {
  switch (frame.f) {
    case "read":
      return finishRead(sys, state, frame);
    case "mapfile":
      return finishMapfile(sys, state, frame);
    case "connect":
      if (!connectOn(sys, state, frame.connecting)) return false;
      state.stack.pop();
      return true;
    case "send":
      return sendLine(sys, state, frame.stream);
    default:
      stepOn(sys, state, frame);
      return true;
  }
}

function sendLine(sys: Sys, state: ShellState, stream: StreamId): boolean {
  const s = sys.world.streams[stream];
  const left_ns = s?.kind === "socket" ? pause_ns(sys.world, s) : 0;
  if (left_ns > 0) {
    setTimer(sys, REST, left_ns);
    return false;
  }
  if (s?.kind !== "socket" || s.unsent.length === 0) state.stack.pop();
  else if (sendPiece(sys.world, s) === EPIPE) dieOf(sys, "SIGPIPE");
  return true;
}

function stepOn(
  sys: Sys,
  state: ShellState,
  frame: Exclude<Frame, { f: "read" | "mapfile" | "connect" | "send" }>,
): void {
  switch (frame.f) {
    case "run":
    case "list":
    case "and-or":
    case "negate":
    case "time":
    case "if":
    case "while":
    case "for":
    case "c-for":
    case "case":
    case "test":
    case "arith":
      return stepCompound(sys, state, frame);
    case "simple":
      return stepSimple(sys, state, frame);
    case "redirect":
      return stepRedirect(sys, state, frame);
    case "do":
      state.stack.pop();
      return stepDo(sys, state, frame);
    case "enter":
      state.stack.pop();
      return stepEnter(sys, state, frame);
    case "restore":
    case "return":
    case "status":
      dropFrame(sys, state);
      return;
    case "subst":
      return finishSubst(sys, state, frame);
    case "wait":
      return finishWait(sys, state, frame);
  }
}

/** The child of a `$( )` has ended: its text goes to the frame below. */
function finishSubst(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "subst" }>): void {
  const { text } = peekStream(sys.world, frame.pipe);
  dropFrame(sys, state);
  state.substStatus = state.ended.get(frame.proc)?.exit ?? 0;
  state.ended.delete(frame.proc);
  const below = state.stack.at(-1);
  if (below && "substs" in below) below.substs.push(text);
}

function finishWait(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "wait" }>): void {
  state.stack.pop();
  const last = frame.procs.at(-1);
  const ended = last === undefined ? undefined : state.ended.get(last);
  if (ended) state.status = frame.regardless ? 0 : ended.exit;
  const failed = frame.procs.map((id) => state.ended.get(id)?.exit ?? 0).findLast((status) => status !== 0);
  if (state.pipefail && failed !== undefined) state.status = failed;
  state.pipeStatus = frame.procs.length > 1 ? frame.procs.map((id) => state.ended.get(id)?.exit ?? 0) : [];
  if (state.status !== 0) onFailure(state);
  for (const id of frame.procs) state.ended.delete(id);
  state.jobs = state.jobs.filter((job) => !frame.procs.includes(job.proc));
  const terminal = terminalOf(sys, state);
  if (!terminal) return;
  terminal.foreground = frame.foregroundBefore;
}
