/**
 * The event queue: what will happen, in order of time, and first in, first out at equal times.
 * An event is plain data: a kind and three integers whose meaning the kind's owner knows.
 *
 * A binary heap of *runs*: events of one time stand in one run, linked in the order in which they came, and the heap holds the first of
 * each; but the first run of all stands beside it, because most events are over before another one comes. Only the newest run can be appended to; another run of the same time began later, so that all its events have higher numbers and
 * drain later. Everything lives in typed arrays so that a checkpoint is a handful of memcpys.
 */
import { assert } from "../base/assert.ts";

/**
 * Words of an event in `words`: kind, a, b, c, and the event that follows in its run (or among the free ones), or -1. Their number is a power of
 * two, so that none of them needs an addition to be reached.
 */
const EVENT_WORDS = 8;
const A = 1;
const B = 2;
const C = 3;
const NEXT = 4;

export interface EventQueue {
  /** First event of the run that comes before all in the heap, or -1 when it isn't known which one that is. */
  front: number;
  /** Heap of the runs' first events, smallest (time, number) first. */
  heap: Int32Array;
  heapSize: number;
  /** By event: when it happens, and its number, which rises with each that is added. */
  time_ns: Float64Array;
  number: Float64Array;
  words: Int32Array;
  nextNumber: number;
  /** Last event of the newest run, or -1 when that has drained. */
  newestTail: number;
  /** Events ever used; those behind are free, too. */
  used: number;
  free: number;
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
    front: -1,
    heap: new Int32Array(capacity),
    heapSize: 0,
    time_ns: new Float64Array(capacity),
    number: new Float64Array(capacity),
    words: new Int32Array(capacity * EVENT_WORDS),
    nextNumber: 0,
    newestTail: -1,
    used: 0,
    free: -1,
    size: 0,
  };
}

/** A copy that shares nothing. */
export function copyQueue(q: EventQueue): EventQueue {
  return {
    ...q,
    heap: q.heap.slice(),
    time_ns: q.time_ns.slice(),
    number: q.number.slice(),
    words: q.words.slice(),
  };
}

/** Adds an event. `time_ns` is virtual time, an integer, not before the last event popped. */
export const pushEvent = (q: EventQueue, time_ns: number, kind: number, a: number, b: number, c: number): void => {
  const e = takeEvent(q);
  const words = q.words;
  const w = e * EVENT_WORDS;
  words[w] = kind;
  words[w | A] = a | 0;
  words[w | B] = b | 0;
  words[w | C] = c | 0;
  words[w | NEXT] = -1;
  q.time_ns[e] = time_ns;
  q.number[e] = q.nextNumber++;
  q.size++;
  const tail = q.newestTail;
  q.newestTail = e;
  if (tail >= 0 && q.time_ns[tail] === time_ns) words[(tail * EVENT_WORDS) | NEXT] = e;
  else addRun(q, e, time_ns);
};

/** A run that began just now: at equal times all others come before it. */
const addRun = (q: EventQueue, e: number, time_ns: number): void => {
  const first_ns = nextEventTime(q);
  if (first_ns <= time_ns) addToHeap(q, e);
  else {
    if (q.front >= 0) addToHeap(q, q.front);
    q.front = e;
  }
};

/** Time of the next event; Infinity when there is none. */
export const nextEventTime = (q: EventQueue): number => {
  if (q.front >= 0) return q.time_ns[q.front] as number;
  return q.heapSize === 0 ? Number.POSITIVE_INFINITY : (q.time_ns[q.heap[0] as number] as number);
};

/** Takes the next event into `out`; the queue must not be empty. */
export const popEvent = (q: EventQueue, out: Event): void => {
  const front = q.front;
  assert(front >= 0 || q.heapSize > 0, "popEvent on an empty queue");
  const e = front >= 0 ? front : (q.heap[0] as number);
  const words = q.words;
  const w = e * EVENT_WORDS;
  out.time_ns = q.time_ns[e] as number;
  out.kind = words[w] as number;
  out.a = words[w | A] as number;
  out.b = words[w | B] as number;
  out.c = words[w | C] as number;
  const next = words[w | NEXT] as number;
  words[w | NEXT] = q.free;
  q.free = e;
  q.size--;
  if (q.newestTail === e) q.newestTail = -1;
  // The rest of the run stays first: at equal times all other runs began later.
  if (front >= 0) q.front = next;
  else if (next >= 0) q.heap[0] = next;
  else removeTop(q);
};

const takeEvent = (q: EventQueue): number => {
  const free = q.free;
  if (free >= 0) {
    q.free = q.words[(free * EVENT_WORDS) | NEXT] as number;
    return free;
  }
  if (q.used === q.time_ns.length) grow(q);
  return q.used++;
};

function grow(q: EventQueue): void {
  const capacity = q.time_ns.length * 2;
  const ints = (old: Int32Array, length: number) => {
    const grown = new Int32Array(length);
    grown.set(old);
    return grown;
  };
  const floats = (old: Float64Array) => {
    const grown = new Float64Array(capacity);
    grown.set(old);
    return grown;
  };
  q.heap = ints(q.heap, capacity);
  q.words = ints(q.words, capacity * EVENT_WORDS);
  q.time_ns = floats(q.time_ns);
  q.number = floats(q.number);
}

function addToHeap(q: EventQueue, event: number): void {
  const { heap } = q;
  let at = q.heapSize++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as number;
    if (before(q, above, event)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

const removeTop = (q: EventQueue): void => {
  const size = --q.heapSize;
  if (size === 0) return;
  const { heap } = q;
  const moved = heap[size] as number;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && before(q, heap[child + 1] as number, heap[child] as number)) child++;
    if (!before(q, heap[child] as number, moved)) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = moved;
};

const before = (q: EventQueue, x: number, y: number): boolean => {
  const tx = q.time_ns[x] as number;
  const ty = q.time_ns[y] as number;
  return tx < ty || (tx === ty && (q.number[x] as number) < (q.number[y] as number));
};
