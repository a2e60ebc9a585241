/** Copies of a world, for checkpoints and forks. */
import { assert } from "../base/assert.ts";
import { copyPool } from "../sim/frames.ts";
import { copyQueue } from "../sim/queue.ts";
import { createRouteCache } from "./ipv4/route-cache.ts";
import { copyNeigh } from "./neigh/table.ts";
import { copyFdb } from "./netdev/bridge/fdb.ts";
import { copyFloods } from "./netdev/bridge/flood.ts";
import { copyCt } from "./netfilter/conntrack/table.ts";
import type { World } from "./types.ts";

/**
 * A copy that shares nothing with the original but the trace (append-only; rewindTrace goes back in it) and the immutable flood
 * lists. Everything that is not a hot table is plain data: records, arrays, Maps, Sets, typed arrays.
 */
export function copyWorld<W extends World>(world: W): W {
  const copy = { ...world } as W & Record<string, unknown>;
  for (const key in copy) {
    if (!(key in HOT)) (copy as Record<string, unknown>)[key] = copyPlain(copy[key]);
  }
  copy.queue = copyQueue(world.queue);
  copy.pool = copyPool(world.pool);
  copy.neigh = copyNeigh(world.neigh);
  copy.fdb = copyFdb(world.fdb);
  copy.floods = copyFloods(world.floods);
  copy.flows = [];
  copy.routed = createRouteCache();
  copy.arrivals = [];
  copy.ct = copyCt(world.ct);
  return copy;
}

const HOT = { queue: 1, pool: 1, neigh: 1, fdb: 1, floods: 1, flows: 1, routed: 1, arrivals: 1, ct: 1, trace: 1 };

/** A deep copy of plain data. */
export function copyPlain<T>(value: T): T {
  if (typeof value === "object" && value !== null) return copyObject(value) as T;
  assert(typeof value !== "function", "a function in the world");
  return value;
}

function copyObject(value: object): object {
  if (Array.isArray(value)) return copyArray(value);
  if (value instanceof Map) {
    const copy = new Map();
    for (const [key, item] of value) copy.set(copyPlain(key), copyPlain(item));
    return copy;
  }
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (value instanceof Set) return new Set(copyArray([...value]));
  // Spreading keeps the hidden class, so that the hot code that reads the copy stays monomorphic.
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const item = copy[key];
    if (typeof item === "object" && item !== null) copy[key] = copyObject(item);
    else assert(typeof item !== "function", "a function in the world");
  }
  return copy;
}

function copyArray(list: readonly unknown[]): unknown[] {
  const copy = list.slice();
  for (let i = 0; i < copy.length; i++) {
    const item = copy[i];
    if (typeof item === "object" && item !== null) copy[i] = copyObject(item);
    else assert(typeof item !== "function", "a function in the world");
  }
  return copy;
}
