/**
 * The event queue: what will happen, in order of time, and first in, first out at equal times.
 * An event is plain data: a kind and three integers whose meaning the kind's owner knows.
 *
 * A binary heap of *runs*: events of one time stand in one run, in the order in which they came. Only the newest run can be
 * appended to; another run of the same time starts later and so drains later, which keeps first in, first out without a key
 * for each event. Everything lives in typed arrays so that a checkpoint is a handful of memcpys.
 */
import { assert } from "../base/assert.ts";

/** Words an event takes in `events`: kind, a, b, c, next (index of the following event of its run, or -1). */
const EVENT_WORDS = 5;
const NEXT = 4;

export interface EventQueue {
  /** Heap of runs, smallest (time, number) first. */
  heap: Int32Array;
  heapSize: number;
  runTime_ns: Float64Array;
  /** Number of a run: rises with each new run. */
  runNumber: Float64Array;
  runHead: Int32Array;
  runTail: Int32Array;
  freeRun: number;
  runs: number;
  nextNumber: number;
  newestRun: number;
  events: Int32Array;
  eventsUsed: number;
  freeEvent: number;
  size: number;
}

/** An event as `popEvent` writes it: one record that the caller owns and reuses. */
export interface Event {
  time_ns: number;
  kind: number;
  a: number;
  b: number;
  c: number;
}

export function createQueue(capacity = 256): EventQueue {
  return {
    heap: new Int32Array(capacity),
    heapSize: 0,
    runTime_ns: new Float64Array(capacity),
    runNumber: new Float64Array(capacity),
    runHead: new Int32Array(capacity),
    runTail: new Int32Array(capacity),
    freeRun: -1,
    runs: 0,
    nextNumber: 0,
    newestRun: -1,
    events: new Int32Array(capacity * EVENT_WORDS),
    eventsUsed: 0,
    freeEvent: -1,
    size: 0,
  };
}

/** A copy that shares nothing. */
export function copyQueue(q: EventQueue): EventQueue {
  return {
    ...q,
    heap: q.heap.slice(),
    runTime_ns: q.runTime_ns.slice(),
    runNumber: q.runNumber.slice(),
    runHead: q.runHead.slice(),
    runTail: q.runTail.slice(),
    events: q.events.slice(),
  };
}

/** Adds an event. `time_ns` is virtual time, an integer, not before the last event popped. */
export function pushEvent(q: EventQueue, time_ns: number, kind: number, a: number, b: number, c: number): void {
  const e = takeEvent(q);
  const words = q.events;
  words[e] = kind;
  words[e + 1] = a;
  words[e + 2] = b;
  words[e + 3] = c;
  words[e + NEXT] = -1;
  q.size++;
  const newest = q.newestRun;
  if (newest >= 0 && q.runTime_ns[newest] === time_ns) {
    words[(q.runTail[newest] as number) + NEXT] = e;
    q.runTail[newest] = e;
    return;
  }
  pushRun(q, time_ns, e);
}

/** Time of the next event, or null when there is none. */
export function nextEventTime(q: EventQueue): number | null {
  return q.heapSize === 0 ? null : (q.runTime_ns[q.heap[0] as number] as number);
}

/** Takes the next event into `out`; the queue must not be empty. */
export function popEvent(q: EventQueue, out: Event): void {
  assert(q.heapSize > 0, "popEvent on an empty queue");
  const run = q.heap[0] as number;
  const e = q.runHead[run] as number;
  const words = q.events;
  out.time_ns = q.runTime_ns[run] as number;
  out.kind = words[e] as number;
  out.a = words[e + 1] as number;
  out.b = words[e + 2] as number;
  out.c = words[e + 3] as number;
  const next = words[e + NEXT] as number;
  words[e + NEXT] = q.freeEvent;
  q.freeEvent = e;
  q.size--;
  if (next >= 0) q.runHead[run] = next;
  else popRun(q, run);
}

function takeEvent(q: EventQueue): number {
  if (q.freeEvent >= 0) {
    const e = q.freeEvent;
    q.freeEvent = q.events[e + NEXT] as number;
    return e;
  }
  if (q.eventsUsed === q.events.length) {
    const grown = new Int32Array(q.events.length * 2);
    grown.set(q.events);
    q.events = grown;
  }
  const e = q.eventsUsed;
  q.eventsUsed += EVENT_WORDS;
  return e;
}

function takeRun(q: EventQueue): number {
  if (q.freeRun >= 0) {
    const run = q.freeRun;
    q.freeRun = q.runHead[run] as number;
    return run;
  }
  if (q.runs === q.runHead.length) growRuns(q);
  return q.runs++;
}

function growRuns(q: EventQueue): void {
  const capacity = q.runHead.length * 2;
  const ints = (old: Int32Array) => {
    const grown = new Int32Array(capacity);
    grown.set(old);
    return grown;
  };
  const floats = (old: Float64Array) => {
    const grown = new Float64Array(capacity);
    grown.set(old);
    return grown;
  };
  q.heap = ints(q.heap);
  q.runHead = ints(q.runHead);
  q.runTail = ints(q.runTail);
  q.runTime_ns = floats(q.runTime_ns);
  q.runNumber = floats(q.runNumber);
}

function pushRun(q: EventQueue, time_ns: number, event: number): void {
  const run = takeRun(q);
  q.runTime_ns[run] = time_ns;
  q.runNumber[run] = q.nextNumber++;
  q.runHead[run] = event;
  q.runTail[run] = event;
  q.newestRun = run;
  let at = q.heapSize++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = q.heap[parent] as number;
    // The new run has the highest number, so at equal times it stays below.
    if ((q.runTime_ns[above] as number) <= time_ns) break;
    q.heap[at] = above;
    at = parent;
  }
  q.heap[at] = run;
}

function popRun(q: EventQueue, run: number): void {
  if (q.newestRun === run) q.newestRun = -1;
  q.runHead[run] = q.freeRun;
  q.freeRun = run;
  const size = --q.heapSize;
  if (size === 0) return;
  const moved = q.heap[size] as number;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && before(q, q.heap[child + 1] as number, q.heap[child] as number)) child++;
    if (!before(q, q.heap[child] as number, moved)) break;
    q.heap[at] = q.heap[child] as number;
    at = child;
  }
  q.heap[at] = moved;
}

function before(q: EventQueue, x: number, y: number): boolean {
  const tx = q.runTime_ns[x] as number;
  const ty = q.runTime_ns[y] as number;
  return tx < ty || (tx === ty && (q.runNumber[x] as number) < (q.runNumber[y] as number));
}
