/**
 * A session: a scene, the log of what was done in it, and the world at the playhead.
 * The past is a checkpoint and a replay of the log: the same scene and log give the same bytes, so what the page already
 * has of the trace stays good when the world goes back.
 */
import { assert } from "../base/assert.ts";
import { TraceKind } from "../base/trace-kind.ts";
import { copyWorld } from "../kernel/clone.ts";
import type { LogEntry, SavedState, TerminalChunk } from "../protocol/messages.ts";
import type { Scene } from "../protocol/scene.ts";
import { cutTrace, rewindTrace, traceRow } from "../sim/trace.ts";
import { addHost, hostFault } from "../worlds/add-host.ts";
import { runWorld } from "../worlds/run.ts";
import { openScene, SCENE_START_NS } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import {
  type Checkpoint,
  type Checkpoints,
  countWork,
  createCheckpoints,
  dropCheckpoints,
  findCheckpoint,
  takeCheckpoint,
} from "./checkpoints.ts";
import { appendEntry, commonLength, createLog, type Log, pathTo } from "./log.ts";
import {
  drainTerminal,
  interruptTerminal,
  isTerminalBusy,
  isTerminalListening,
  pressTerminalKey,
  terminalPlace,
  terminalPrompt,
  typeLine,
} from "./terminal.ts";

/** World time of a log entry: the log, like all that the page sees, counts from the scene's beginning. */
const atOf = (entry: LogEntry): number => entry.at_ns + SCENE_START_NS;

/** Rows after which a long run pauses to see whether a checkpoint is due. */
const SLICE_ROWS = 5_000;

export interface Session {
  readonly scene: Scene;
  world: PlaygroundWorld;
  /** Terminal text of the branch up to its head, and how many chunks of it had come by the world's moment. */
  terminal: TerminalChunk[];
  chunks: number;
  log: Log;
  /** Entries of the open branch, and how many the world has carried out. */
  path: LogEntry[];
  applied: number;
  /** Furthest moment that this branch has seen, in world time as all times in here but those of the log. */
  head_ns: number;
  checkpoints: Checkpoints;
}

/** Opens a scene at time 0 with its setup done. */
export function createSession(scene: Scene): Session {
  const session: Session = {
    scene,
    world: openScene(scene),
    terminal: [],
    chunks: 0,
    log: createLog(),
    path: [],
    applied: 0,
    head_ns: SCENE_START_NS,
    checkpoints: createCheckpoints(),
  };
  takeCheckpoint(session.checkpoints, session.world, 0, 0);
  return session;
}

/** Opens a saved state; the log must be sound (`parseSavedState` sees to it). */
export function restoreSession(saved: SavedState): Session {
  const session = createSession(saved.scene);
  session.log = createLog(saved.log, saved.tip);
  session.path = pathTo(session.log, saved.tip);
  const last = session.path[session.path.length - 1];
  const playhead_ns = saved.playhead_ns + SCENE_START_NS;
  runTo(session, Math.max(playhead_ns, last === undefined ? 0 : atOf(last)));
  seek(session, playhead_ns);
  return session;
}

export function saveSession(session: Session): SavedState {
  const { log, scene, world } = session;
  return { version: 1, scene, log: log.entries, tip: log.tip, playhead_ns: world.now_ns - SCENE_START_NS };
}

/** Runs to `to_ns`, carrying out what the log says on the way. */
export function runTo(session: Session, to_ns: number): void {
  for (;;) {
    const next = session.path[session.applied];
    if (next === undefined || atOf(next) > to_ns) break;
    runSlices(session, atOf(next));
    carryOut(session, next);
  }
  runSlices(session, to_ns);
  session.head_ns = Math.max(session.head_ns, to_ns);
}

function runSlices(session: Session, to_ns: number): void {
  const { world } = session;
  for (;;) {
    const before = world.trace.rows;
    const done = runWorld(world, to_ns, before + SLICE_ROWS);
    drainTerminal(world, (chunk) => say(session, chunk));
    if (countWork(session.checkpoints, world.trace.rows - before) && world.now_ns > lastCheckpoint_ns(session)) {
      takeCheckpoint(session.checkpoints, world, session.applied, session.chunks);
    }
    if (done) return;
  }
}

function lastCheckpoint_ns(session: Session): number {
  const { list } = session.checkpoints;
  return list[list.length - 1]?.t_ns ?? -1;
}

/** What came again after going back stands where it stood. */
function say(session: Session, chunk: TerminalChunk): void {
  session.terminal[session.chunks++] = chunk;
}

function carryOut(session: Session, entry: LogEntry): void {
  const { world } = session;
  const { node, what } = entry;
  const drain = () => drainTerminal(world, (chunk) => say(session, chunk));
  const echo = (kind: TerminalChunk["kind"], text: string, prompt: string) =>
    say(session, { t_ns: world.now_ns, node, kind, text, prompt });
  drain();
  if (what.type === "add-host") {
    const fault = hostFault(world, what.host);
    if (fault === null) addHost(world, what.host);
    else echo("stderr", `${fault}\n`, "");
  }
  // A node may be gone by now: its container was removed further up on this branch.
  else if (terminalPlace(world, node) === null) echo("stderr", `${node}: no such terminal\n`, "");
  else if (what.type === "exec") {
    echo("input", what.line, terminalPrompt(world, node));
    typeLine(world, node, what.line);
  } else if (what.type === "key") pressTerminalKey(world, node, what.key);
  else if (what.type === "interrupt") interruptTerminal(world, node);
  traceRow(world.trace, world.now_ns, TraceKind.COMMAND, -1, -1, -1, entry.id, 0);
  session.applied++;
  drain();
}

/** Goes to any moment of this branch, back or forwards. */
export function seek(session: Session, to_ns: number): void {
  const target_ns = Math.max(SCENE_START_NS, to_ns);
  const { head_ns, world } = session;
  const checkpoint = findCheckpoint(session.checkpoints, target_ns, session.path.length);
  if (checkpoint !== null && (target_ns < world.now_ns || checkpoint.t_ns > world.now_ns)) {
    restore(session, checkpoint);
  }
  runTo(session, target_ns);
  session.head_ns = Math.max(head_ns, target_ns);
}

/** Puts the world to a checkpoint of this branch. Trace and text beyond it stay standing, to be written once more. */
function restore(session: Session, checkpoint: Checkpoint): void {
  const { trace } = session.world;
  rewindTrace(trace, checkpoint.rows, checkpoint.frames);
  session.world = copyWorld(checkpoint.world);
  session.world.trace = trace;
  session.chunks = checkpoint.chunks;
  session.applied = checkpoint.applied;
  session.checkpoints.work = 0;
}

/** Puts the world to the last checkpoint that another branch shares with this one, and forgets what came after. */
function restoreShared(session: Session, to_ns: number, applied: number): void {
  dropCheckpoints(session.checkpoints, to_ns, applied);
  const checkpoint = findCheckpoint(session.checkpoints, to_ns, applied);
  assert(checkpoint !== null, "the first checkpoint stands at the scene's start");
  restore(session, checkpoint);
  forgetFuture(session);
}

function forgetFuture(session: Session): void {
  cutTrace(session.world.trace);
  session.terminal.length = session.chunks;
}

/** Does something new at the playhead. What this branch still had in store becomes a branch of its own. */
export function act(session: Session, node: string, what: LogEntry["what"]): LogEntry {
  const { log, world } = session;
  log.heads_ns.set(log.tip, session.head_ns);
  session.path = session.path.slice(0, session.applied);
  const parent = session.path[session.path.length - 1]?.id ?? -1;
  const entry = appendEntry(log, parent, world.now_ns - SCENE_START_NS, node, what);
  log.undone = [];
  session.path.push(entry);
  dropCheckpoints(session.checkpoints, world.now_ns, session.applied);
  forgetFuture(session);
  session.head_ns = world.now_ns;
  carryOut(session, entry);
  runTo(session, world.now_ns);
  return entry;
}

/** To the instant before the last thing done on this branch. False when nothing has been done. */
export function undo(session: Session): boolean {
  const last = session.path[session.path.length - 1];
  if (last === undefined) return false;
  const { log } = session;
  log.heads_ns.set(log.tip, session.head_ns);
  log.undone.push({ tip: log.tip, playhead_ns: session.world.now_ns });
  session.path.pop();
  log.tip = last.parent;
  const before_ns = atOf(last);
  restoreShared(session, before_ns, session.path.length);
  runTo(session, before_ns);
  session.head_ns = before_ns;
  return true;
}

/** Takes the last undo back. @returns from where on trace and text may differ from what they were; null: nothing to redo */
export function redo(session: Session): Counts | null {
  const last = session.log.undone.pop();
  if (last === undefined) return null;
  const same = openBranch(session, last.tip);
  seek(session, last.playhead_ns);
  return same;
}

/** Opens the branch that ends in `tip` at its head. @returns from where on trace and text may differ from what they were */
export function openBranch(session: Session, tip: number): Counts {
  const { log } = session;
  log.heads_ns.set(log.tip, session.head_ns);
  const path = pathTo(log, tip);
  const common = commonLength(session.path, path);
  const differs_ns = Math.min(
    ...[session.path[common], path[common]].map((e) => (e === undefined ? Infinity : atOf(e))),
  );
  session.path = path;
  log.tip = tip;
  restoreShared(session, differs_ns, common);
  const same = countsOf(session);
  session.head_ns = 0;
  const last = path[path.length - 1];
  runTo(session, Math.max(log.heads_ns.get(tip) ?? SCENE_START_NS, last === undefined ? 0 : atOf(last)));
  return same;
}

/** How far trace and terminal text reach. */
export interface Counts {
  readonly rows: number;
  readonly frames: number;
  readonly chunks: number;
}

export function countsOf(session: Session): Counts {
  const { rows, frames } = session.world.trace;
  return { rows, frames, chunks: session.chunks };
}

/** Whether a program runs in the foreground of some terminal and will get on by itself. */
export function isPending({ world }: Session): boolean {
  return Object.keys(world.terminals).some((node) => isTerminalBusy(world, node) && !isTerminalListening(world, node));
}
