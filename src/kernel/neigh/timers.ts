/**
 * Timers of neighbour entries: neigh_add_timer and neigh_del_timer. The kernel's timer wheel lets many entries be due at the same
 * moment; they stand in one list, in the order in which they were set, and only the list has an event. A million entries
 * so make a few hundred events, and a timer that is moved leaves nothing behind.
 */
import { pushEvent } from "../../sim/queue.ts";
import { timerExpiry } from "../timer.ts";
import { EventKind, type World } from "../types.ts";

/** Entries due at one moment, chained through `timerNext` and `timerPrev`; -1 for none. */
export interface NeighDue {
  head: number;
  tail: number;
}

/** Due at `wanted_ns` or as late as the timer wheel makes it. */
export function startTimer(world: World, entry: number, wanted_ns: number): void {
  stopTimer(world, entry);
  const t = world.neigh;
  const at_ns = timerExpiry(world.now_ns, wanted_ns);
  let due = t.due.get(at_ns);
  if (due === undefined) {
    due = { head: -1, tail: -1 };
    t.due.set(at_ns, due);
    pushEvent(world.queue, at_ns, EventKind.NEIGH_TIMER, 0, 0, 0);
  }
  t.timerAt_ns[entry] = at_ns;
  t.timerPrev[entry] = due.tail;
  t.timerNext[entry] = -1;
  if (due.tail < 0) due.head = entry;
  else t.timerNext[due.tail] = entry;
  due.tail = entry;
}

/** Harmless where no timer runs. */
export function stopTimer(world: World, entry: number): void {
  const t = world.neigh;
  const at_ns = t.timerAt_ns[entry] as number;
  if (at_ns < 0) return;
  const due = t.due.get(at_ns) as NeighDue;
  const prev = t.timerPrev[entry] as number;
  const next = t.timerNext[entry] as number;
  if (prev < 0) due.head = next;
  else t.timerNext[prev] = next;
  if (next < 0) due.tail = prev;
  else t.timerPrev[next] = prev;
  t.timerAt_ns[entry] = -1;
}

/** Event NEIGH_TIMER: takes the entries out whose timers are due now, one after another. @param fire what the timer does */
export function runTimers(world: World, fire: (world: World, entry: number) => void): void {
  const { due } = world.neigh;
  const { now_ns } = world;
  const list = due.get(now_ns);
  if (list === undefined) return;
  while (list.head >= 0) {
    const entry = list.head;
    stopTimer(world, entry);
    fire(world, entry);
  }
  due.delete(now_ns);
}
