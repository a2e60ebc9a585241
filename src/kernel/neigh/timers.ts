/**
 * Timers of neighbour entries: neigh_add_timer and neigh_del_timer. The kernel's timer wheel lets many entries be due at the same
 * moment; they stand in one list, in the order in which they were set, and only the list has an event. A million entries
 * so make a few hundred events, and a timer that is moved leaves nothing behind.
 */
import { assert } from "../../base/assert.ts";
import { pushEvent } from "../../sim/queue.ts";
import { timerExpiry } from "../timer.ts";
import { EventKind, type World } from "../types.ts";
import type { NeighTable } from "./table.ts";

/** Entries due at one moment, chained through `timerNext` and `timerPrev`; -1 for none. */
export interface NeighDue {
  at_ns: number;
  head: number;
  tail: number;
}

/** The wheel's levels have fewer buckets than this, however many timers stand in them. */
const MOST_LISTS = 0xffff;

/** When an entry's timer is due, or -1. */
export function timerAt(t: NeighTable, entry: number): number {
  const list = t.timerList[entry] as number;
  return list === 0 ? -1 : (t.due[list - 1] as NeighDue).at_ns;
}

/** Due at `wanted_ns` or as late as the timer wheel makes it. */
export function startTimer(world: World, entry: number, wanted_ns: number): void {
  stopTimer(world, entry);
  const t = world.neigh;
  const list = listFor(world, timerExpiry(world.now_ns, wanted_ns));
  const due = t.due[list] as NeighDue;
  t.timerList[entry] = list + 1;
  t.timerPrev[entry] = due.tail;
  t.timerNext[entry] = -1;
  if (due.tail < 0) due.head = entry;
  else t.timerNext[due.tail] = entry;
  due.tail = entry;
}

/** Place of the list of a moment; made, with its event, where there is none. */
function listFor(world: World, at_ns: number): number {
  const t = world.neigh;
  const found = t.dueAt.get(at_ns);
  if (found !== undefined) return found;
  const free = t.due.indexOf(null);
  const list = free < 0 ? t.due.length : free;
  assert(list < MOST_LISTS, "too many moments for the timer wheel");
  t.due[list] = { at_ns, head: -1, tail: -1 };
  t.dueAt.set(at_ns, list);
  pushEvent(world.queue, at_ns, EventKind.NEIGH_TIMER, list, 0, 0);
  return list;
}

/** Harmless where no timer runs. */
export function stopTimer(world: World, entry: number): void {
  const t = world.neigh;
  const list = t.timerList[entry] as number;
  if (list === 0) return;
  const due = t.due[list - 1] as NeighDue;
  const prev = t.timerPrev[entry] as number;
  const next = t.timerNext[entry] as number;
  if (prev < 0) due.head = next;
  else t.timerNext[prev] = next;
  if (next < 0) due.tail = prev;
  else t.timerPrev[next] = prev;
  t.timerList[entry] = 0;
}

/** Event NEIGH_TIMER: takes the entries of a list out, one after another. @param fire what the timer does */
export function runTimers(world: World, list: number, fire: (world: World, entry: number) => void): void {
  const { due, dueAt } = world.neigh;
  const { at_ns } = due[list] as NeighDue;
  for (let entry = firstOf(due[list]); entry >= 0; entry = firstOf(due[list])) {
    stopTimer(world, entry);
    fire(world, entry);
  }
  due[list] = null;
  dueAt.delete(at_ns);
}

function firstOf(due: NeighDue | null | undefined): number {
  return due ? due.head : -1;
}
