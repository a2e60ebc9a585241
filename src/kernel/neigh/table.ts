/**
 * The neighbour entries of all kernels of a world in one hot structure: typed arrays, found by device and address through
 * open addressing (linear probing, deletion by shifting back). The rules stand in neigh.ts; here is only the storage.
 * An entry is the number of its slot. There may be a million: a column is worth its width.
 */
import { Nud } from "../../base/trace-kind.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { createHeard, forgetHeard, type HeardTable } from "./heard.ts";
import type { NeighDue } from "./timers.ts";

/** Frames chained through the pool's `next`, oldest first. */
export interface NeighQueue {
  head: number;
  tail: number;
  length: number;
  /** What they take by `truesize`. */
  bytes: number;
}

export interface NeighTable {
  /** Slots handed out so far, those on the free list included. */
  used: number;
  /** First free slot, chained through `timerNext`; -1 for none. */
  free: number;
  count: number;
  /** Device, or -1 for a free slot. */
  dev: Int32Array;
  ip: Uint32Array;
  mac: Float64Array;
  /** NUD_*. */
  state: Uint8Array;
  probes: Int32Array;
  confirmed_ns: Float64Array;
  used_ns: Float64Array;
  updated_ns: Float64Array;
  /** Of the list of entries whose timers are due at the same time (timers.ts): its place in `due` + 1, or 0; and who stands beside. */
  timerList: Uint16Array;
  timerPrev: Int32Array;
  timerNext: Int32Array;
  due: (NeighDue | null)[];
  /** Places in `due` by time. */
  dueAt: Map<number, number>;
  /** Frames that wait for an answer, by entry, where any does. */
  waiting: Map<number, NeighQueue>;
  /** Order of creation: garbage collection looks at the oldest first. */
  number: Uint32Array;
  nextNumber: number;
  /** The lower 32 bits of the row of the trace that told the last change of state (neighRow). */
  row: Uint32Array;
  /** Slot + 1, or 0; its length is a power of two. */
  hash: Int32Array;
  /** By device: how long an answer counts now (neigh_parms.reachable_time), and when that was drawn; 0 for not yet. */
  reachable_ns: Float64Array;
  reachableDrawn_ns: Float64Array;
  heard: HeardTable;
}

export function createNeigh(capacity = 64): NeighTable {
  const floats = () => new Float64Array(capacity);
  const ints = () => new Int32Array(capacity);
  return {
    used: 0,
    free: -1,
    count: 0,
    dev: ints().fill(-1),
    ip: new Uint32Array(capacity),
    mac: floats(),
    state: new Uint8Array(capacity),
    probes: ints(),
    confirmed_ns: floats(),
    used_ns: floats(),
    updated_ns: floats(),
    timerList: new Uint16Array(capacity),
    timerPrev: ints(),
    timerNext: ints(),
    due: [],
    dueAt: new Map(),
    waiting: new Map(),
    number: new Uint32Array(capacity),
    nextNumber: 0,
    row: new Uint32Array(capacity),
    hash: new Int32Array(capacity * 2),
    reachable_ns: floats(),
    reachableDrawn_ns: floats(),
    heard: createHeard(),
  };
}

/** A copy that shares nothing; what is only remembered (`heard`) it will find out anew. */
export function copyNeigh(t: NeighTable): NeighTable {
  return {
    ...t,
    dev: t.dev.slice(),
    ip: t.ip.slice(),
    mac: t.mac.slice(),
    state: t.state.slice(),
    probes: t.probes.slice(),
    confirmed_ns: t.confirmed_ns.slice(),
    used_ns: t.used_ns.slice(),
    updated_ns: t.updated_ns.slice(),
    timerList: t.timerList.slice(),
    timerPrev: t.timerPrev.slice(),
    timerNext: t.timerNext.slice(),
    due: t.due.map((list) => list && { ...list }),
    dueAt: new Map(t.dueAt),
    waiting: new Map(Array.from(t.waiting, ([entry, queue]) => [entry, { ...queue }])),
    number: t.number.slice(),
    row: t.row.slice(),
    hash: t.hash.slice(),
    reachable_ns: t.reachable_ns.slice(),
    reachableDrawn_ns: t.reachableDrawn_ns.slice(),
    heard: createHeard(),
  };
}

/** The entry of a device for an address, or -1. */
export const neighFind = (t: NeighTable, dev: number, ip: Ipv4): number => {
  const mask = t.hash.length - 1;
  for (let at = hashOf(dev, ip) & mask; ; at = (at + 1) & mask) {
    const entry = (t.hash[at] as number) - 1;
    if (entry < 0) return -1;
    if (t.ip[entry] === ip && t.dev[entry] === dev) return entry;
  }
};

/** A new entry in state NONE; there must be none for this device and address. */
export function neighInsert(t: NeighTable, dev: number, ip: Ipv4, now_ns: number): number {
  const entry = takeSlot(t);
  t.dev[entry] = dev;
  t.ip[entry] = ip;
  t.mac[entry] = 0;
  t.state[entry] = Nud.NONE;
  t.probes[entry] = 0;
  t.confirmed_ns[entry] = now_ns;
  t.used_ns[entry] = now_ns;
  t.updated_ns[entry] = now_ns;
  t.timerList[entry] = 0;
  t.number[entry] = t.nextNumber++;
  t.row[entry] = NO_ROW;
  t.count++;
  forgetHeard(t.heard, dev, ip);
  if (t.count * 2 > t.hash.length) rehash(t, t.hash.length * 2);
  else putHash(t, entry);
  return entry;
}

/** Takes an entry out. Its timer and its waiting frames must be gone already. */
export function neighErase(t: NeighTable, entry: number): void {
  const mask = t.hash.length - 1;
  let hole = hashOf(t.dev[entry] as number, t.ip[entry] as Ipv4) & mask;
  while (t.hash[hole] !== entry + 1) hole = (hole + 1) & mask;
  for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
    const other = (t.hash[at] as number) - 1;
    if (other < 0) break;
    const home = hashOf(t.dev[other] as number, t.ip[other] as Ipv4) & mask;
    // `other` may fill the hole unless its home lies behind it.
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    t.hash[hole] = other + 1;
    hole = at;
  }
  t.hash[hole] = 0;
  forgetHeard(t.heard, t.dev[entry] as number, t.ip[entry] as number);
  t.dev[entry] = -1;
  t.timerNext[entry] = t.free;
  t.free = entry;
  t.count--;
}

const NO_ROW = 0xffff_ffff;

/** Row of the trace that told the last change of state, or -1. @param rows of the trace so far */
export function neighRow(t: NeighTable, entry: number, rows: number): number {
  const low = t.row[entry] as number;
  return low === NO_ROW ? -1 : rows - ((rows - low) >>> 0);
}

/** Makes room for what is kept by device. */
export function growDevices(t: NeighTable, dev: number): void {
  if (dev < t.reachable_ns.length) return;
  const length = Math.max(dev + 1, t.reachable_ns.length * 2);
  t.reachable_ns = grown(t.reachable_ns, new Float64Array(length));
  t.reachableDrawn_ns = grown(t.reachableDrawn_ns, new Float64Array(length));
}

const hashOf = (dev: number, ip: number): number => {
  let h = Math.imul(ip ^ Math.imul(dev + 1, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0xc2b2ae35) >>> 4;
};

function putHash(t: NeighTable, entry: number): void {
  const mask = t.hash.length - 1;
  let at = hashOf(t.dev[entry] as number, t.ip[entry] as number) & mask;
  while (t.hash[at] !== 0) at = (at + 1) & mask;
  t.hash[at] = entry + 1;
}

function rehash(t: NeighTable, length: number): void {
  t.hash = new Int32Array(length);
  for (let entry = 0; entry < t.used; entry++) if ((t.dev[entry] as number) >= 0) putHash(t, entry);
}

function takeSlot(t: NeighTable): number {
  if (t.free >= 0) {
    const entry = t.free;
    t.free = t.timerNext[entry] as number;
    return entry;
  }
  if (t.used === t.dev.length) growSlots(t);
  return t.used++;
}

function growSlots(t: NeighTable): void {
  const length = t.dev.length * 2;
  t.dev = grown(t.dev, new Int32Array(length).fill(-1));
  t.ip = grown(t.ip, new Uint32Array(length));
  t.mac = grown(t.mac, new Float64Array(length));
  t.state = grown(t.state, new Uint8Array(length));
  t.probes = grown(t.probes, new Int32Array(length));
  t.confirmed_ns = grown(t.confirmed_ns, new Float64Array(length));
  t.used_ns = grown(t.used_ns, new Float64Array(length));
  t.updated_ns = grown(t.updated_ns, new Float64Array(length));
  t.timerList = grown(t.timerList, new Uint16Array(length));
  t.timerPrev = grown(t.timerPrev, new Int32Array(length));
  t.timerNext = grown(t.timerNext, new Int32Array(length));
  t.number = grown(t.number, new Uint32Array(length));
  t.row = grown(t.row, new Uint32Array(length));
}

function grown<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
