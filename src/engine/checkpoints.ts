/**
 * Copies of the world along the open branch, from which any earlier moment is reached by running on.
 * They are spaced by work done (trace rows and events), not by time: virtual seconds in which nothing happens cost nothing.
 */
import { copyWorld } from "../kernel/clone.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** Rows between checkpoints at first: about 20 ms of running. */
const WORK_BETWEEN = 20_000;
/** More than this many, and every other one goes and the next stand twice as far apart. Fewer where a copy is large. */
const MOST = 256;
const FEWEST = 16;
const SMALL_WORLD_DEVICES = 64;

export interface Checkpoint {
  readonly t_ns: number;
  /** How many entries of the branch had been carried out. */
  readonly applied: number;
  /** Trace rows and frames, and chunks of terminal text, by then. */
  readonly rows: number;
  readonly frames: number;
  readonly chunks: number;
  readonly world: PlaygroundWorld;
}

export interface Checkpoints {
  list: Checkpoint[];
  /** Work since the last one, and how much of it makes the next one due. */
  work: number;
  spacing: number;
}

export function createCheckpoints(): Checkpoints {
  return { list: [], work: 0, spacing: WORK_BETWEEN };
}

/** Takes a checkpoint of the world as it stands. */
export function takeCheckpoint(c: Checkpoints, world: PlaygroundWorld, applied: number, chunks: number): void {
  const { rows, frames } = world.trace;
  c.list.push({ t_ns: world.now_ns, applied, rows, frames, chunks, world: copyWorld(world) });
  c.work = 0;
  const most = Math.max(FEWEST, Math.floor(MOST * Math.min(1, SMALL_WORLD_DEVICES / world.devs.length)));
  if (c.list.length <= most) return;
  c.list = c.list.filter((_, i) => i % 2 === 0);
  c.spacing *= 2;
}

/** Counts work; true when a checkpoint is due. */
export function countWork(c: Checkpoints, rows: number): boolean {
  c.work += rows;
  return c.work >= c.spacing;
}

/** The last checkpoint not after `t_ns` that is right for the first `applied` entries of the branch. */
export function findCheckpoint(c: Checkpoints, t_ns: number, applied: number): Checkpoint | null {
  for (let i = c.list.length - 1; i >= 0; i--) {
    const checkpoint = c.list[i] as Checkpoint;
    if (checkpoint.t_ns <= t_ns && checkpoint.applied <= applied) return checkpoint;
  }
  return null;
}

/** Forgets the checkpoints that don't belong to a branch which differs from `t_ns` or from entry number `applied` on. */
export function dropCheckpoints(c: Checkpoints, t_ns: number, applied: number): void {
  c.list = c.list.filter((checkpoint) => checkpoint.t_ns <= t_ns && checkpoint.applied <= applied);
  c.work = 0;
}
