/**
 * Which namespaces' neighbours are other than the page has them. One table holds those of all kernels, and there may be a million: a
 * copy of what views are made of is held against it once for each batch, and only the namespaces that differ are viewed anew.
 */
import { listNeighs } from "../kernel/neigh/admin.ts";
import { hashShift } from "../kernel/neigh/dump.ts";
import { neighRow } from "../kernel/neigh/table.ts";
import { timerAt } from "../kernel/neigh/timers.ts";
import type { NetnsId, World } from "../kernel/types.ts";
import type { NeighView } from "../protocol/view.ts";
import { viewNeighbour } from "./view.ts";

/** Numbers of an entry. */
const WORDS = 8;
const FREE = -1;

export interface SeenNeighbours {
  /** WORDS for each slot of the table: namespace (FREE: none), device, address, MAC, state, times of change and timer, order, row. */
  words: Float64Array;
  used: number;
  /** Views of each namespace that has any. */
  views: Map<NetnsId, NeighView[]>;
  /** By machine, by how many bits of a hash its entries are ordered. */
  shifts: number[];
}

export function createSeenNeighbours(): SeenNeighbours {
  return { words: new Float64Array(0), used: 0, views: new Map(), shifts: [] };
}

/** Brings `seen` up to date. @returns the namespaces whose neighbours are other than they were */
export function lookAtNeighbours(seen: SeenNeighbours, world: World): Set<NetnsId> {
  const changed = new Set<NetnsId>();
  const counts = compareEntries(seen, world, changed);
  addReordered(seen, world, counts, changed);
  if (changed.size > 0) viewChanged(seen, world, counts, changed);
  return changed;
}

/** @returns how many entries each machine has */
function compareEntries(seen: SeenNeighbours, world: World, changed: Set<NetnsId>): number[] {
  const t = world.neigh;
  const counts = world.machines.map(() => 0);
  const used = Math.max(t.used, seen.used);
  reserve(seen, used);
  const now = new Float64Array(WORDS);
  for (let slot = 0; slot < used; slot++) {
    const device = slot < t.used ? world.devs[t.dev[slot] as number] : null;
    now.fill(0);
    now[0] = device?.netns ?? FREE;
    if (device) {
      const machine = world.netns[device.netns]?.machine ?? 0;
      counts[machine] = (counts[machine] ?? 0) + 1;
      now[1] = device.id;
      now[2] = t.ip[slot] as number;
      now[3] = t.mac[slot] as number;
      now[4] = (t.state[slot] as number) + 256 * (t.number[slot] as number);
      now[5] = t.updated_ns[slot] as number;
      now[6] = timerAt(t, slot);
      now[7] = neighRow(t, slot, world.trace.rows);
    }
    replace(seen.words, slot * WORDS, now, changed);
  }
  seen.used = t.used;
  return counts;
}

function reserve(seen: SeenNeighbours, slots: number): void {
  const { words } = seen;
  if (words.length >= slots * WORDS) return;
  seen.words = new Float64Array(2 * slots * WORDS).fill(FREE);
  seen.words.set(words);
}

/** Puts an entry's numbers there; where they differ, the namespaces that had it and have it go to `changed`. */
function replace(words: Float64Array, at: number, now: Float64Array, changed: Set<NetnsId>): void {
  let i = 0;
  while (i < WORDS && words[at + i] === now[i]) i++;
  if (i === WORDS) return;
  for (const netns of [words[at] as number, now[0] as number]) if (netns !== FREE) changed.add(netns);
  words.set(now, at);
}

/** The kernel's table grows with its entries, which puts all of them into another order. */
function addReordered(seen: SeenNeighbours, world: World, counts: number[], changed: Set<NetnsId>): void {
  const shifts = counts.map(hashShift);
  for (const netns of seen.views.keys()) {
    const machine = world.netns[netns]?.machine ?? -1;
    if (shifts[machine] !== seen.shifts[machine]) changed.add(netns);
  }
  seen.shifts = shifts;
}

function viewChanged(seen: SeenNeighbours, world: World, counts: number[], changed: Set<NetnsId>): void {
  const slots = new Map<NetnsId, number[]>();
  for (const netns of changed) slots.set(netns, []);
  for (let slot = 0; slot < seen.used; slot++) slots.get(seen.words[slot * WORDS] as number)?.push(slot);
  for (const [netns, found] of slots) {
    const count = counts[world.netns[netns]?.machine ?? 0];
    if (found.length === 0) seen.views.delete(netns);
    else seen.views.set(netns, listNeighs(world, found, netns, count).map(viewNeighbour));
  }
}
