/**
 * A session: a scene, the log of what was done in it, and the world at the playhead.
 * The past is a checkpoint and a replay of the log: the same scene and log give the same bytes, so what the page already
 * has of the trace stays good when the world goes back.
 */
import { assert } from "../base/assert.ts";
import { truncateTrace } from "../sim/trace.ts";
import { copyWorld } from "../kernel/clone.ts";
import type { LogEntry, SavedState, TerminalChunk } from "../protocol/messages.ts";
import type { Scene } from "../protocol/scene.ts";
import { openScene } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { runWorld } from "../worlds/run.ts";
import { type Checkpoints, countWork, createCheckpoints, dropCheckpoints, findCheckpoint, takeCheckpoint } from "./checkpoints.ts";
import { appendEntry, commonLength, createLog, type Log, pathTo } from "./log.ts";
import { drainTerminal, interruptTerminal, isTerminalBusy, typeLine } from "./terminal.ts";

/** Rows after which a long run pauses to see whether a checkpoint is due. */
const SLICE_ROWS = 20_000;

export interface Session {
  readonly scene: Scene;
  world: PlaygroundWorld;
  /** Terminal text of the branch up to the world's moment. */
  terminal: TerminalChunk[];
  log: Log;
  /** Entries of the open branch, and how many the world has carried out. */
  path: LogEntry[];
  applied: number;
  /** Furthest moment that this branch has seen. */
  head_ns: number;
  checkpoints: Checkpoints;
}

/** Opens a scene at time 0 with its setup done. */
export function createSession(scene: Scene): Session {
  const session: Session = {
    scene,
    world: openScene(scene),
    terminal: [],
    log: createLog(),
    path: [],
    applied: 0,
    head_ns: 0,
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
  runTo(session, Math.max(saved.playhead_ns, last?.at_ns ?? 0));
  seek(session, saved.playhead_ns);
  return session;
}

export function saveSession(session: Session): SavedState {
  const { log, scene, world } = session;
  return { version: 1, scene, log: log.entries, tip: log.tip, playhead_ns: world.now_ns };
}

/** Runs to `to_ns`, carrying out what the log says on the way. */
export function runTo(session: Session, to_ns: number): void {
  for (;;) {
    const next = session.path[session.applied];
    if (next === undefined || next.at_ns > to_ns) break;
    runSlices(session, next.at_ns);
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
    drainTerminal(world, session.terminal);
    if (countWork(session.checkpoints, world.trace.rows - before) && world.now_ns > lastCheckpoint_ns(session)) {
      takeCheckpoint(session.checkpoints, world, session.applied, session.terminal.length);
    }
    if (done) return;
  }
}

function lastCheckpoint_ns(session: Session): number {
  const { list } = session.checkpoints;
  return list[list.length - 1]?.t_ns ?? -1;
}

function carryOut(session: Session, entry: LogEntry): void {
  if (entry.what.type === "exec") typeLine(session.world, entry.node, entry.what.line, entry.id);
  else interruptTerminal(session.world, entry.node);
  session.applied++;
  drainTerminal(session.world, session.terminal);
}

/** Goes to any moment of this branch, back or forwards. */
export function seek(session: Session, to_ns: number): void {
  const target = Math.max(0, to_ns);
  if (target < session.world.now_ns) {
    const head = session.head_ns;
    restore(session, target, session.path.length);
    session.head_ns = head;
  }
  runTo(session, target);
}

/** Puts the world to the last checkpoint before `to_ns` with at most `applied` entries carried out. */
function restore(session: Session, to_ns: number, applied: number): void {
  const checkpoint = findCheckpoint(session.checkpoints, to_ns, applied);
  assert(checkpoint !== null, "the first checkpoint stands at the scene's start");
  const { trace } = session.world;
  truncateTrace(trace, checkpoint.rows, checkpoint.frames);
  session.world = copyWorld(checkpoint.world);
  session.world.trace = trace;
  session.terminal.length = checkpoint.chunks;
  session.applied = checkpoint.applied;
  session.checkpoints.work = 0;
}

/** Does something new at the playhead. What this branch still had in store becomes a branch of its own. */
export function act(session: Session, node: string, what: LogEntry["what"]): LogEntry {
  const { log, world } = session;
  log.heads_ns.set(log.tip, session.head_ns);
  session.path = session.path.slice(0, session.applied);
  const parent = session.path[session.path.length - 1]?.id ?? -1;
  const entry = appendEntry(log, parent, world.now_ns, node, what);
  log.undone = [];
  session.path.push(entry);
  dropCheckpoints(session.checkpoints, world.now_ns, session.applied);
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
  dropCheckpoints(session.checkpoints, last.at_ns, session.path.length);
  restore(session, last.at_ns, session.path.length);
  runTo(session, last.at_ns);
  session.head_ns = last.at_ns;
  return true;
}

/** Takes the last undo back. False when there is none. */
export function redo(session: Session): boolean {
  const last = session.log.undone.pop();
  if (last === undefined) return false;
  openBranch(session, last.tip);
  seek(session, last.playhead_ns);
  return true;
}

/** Opens the branch that ends in `tip` at its head. */
export function openBranch(session: Session, tip: number): void {
  const { log } = session;
  log.heads_ns.set(log.tip, session.head_ns);
  const path = pathTo(log, tip);
  const common = commonLength(session.path, path);
  const differs_ns = Math.min(session.path[common]?.at_ns ?? Infinity, path[common]?.at_ns ?? Infinity);
  session.path = path;
  log.tip = tip;
  dropCheckpoints(session.checkpoints, differs_ns, common);
  restore(session, differs_ns, common);
  session.head_ns = 0;
  runTo(session, Math.max(log.heads_ns.get(tip) ?? 0, path[path.length - 1]?.at_ns ?? 0));
}

/** Whether a program runs in the foreground of some terminal. */
export function isPending(session: Session): boolean {
  return session.world.terminals.some((t) => isTerminalBusy(session.world, t.node));
}
