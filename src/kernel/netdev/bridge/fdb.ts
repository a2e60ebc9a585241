/**
 * The forwarding databases of all bridges in one hot structure: typed arrays, found by (bridge, MAC) through open addressing
 * with linear probing; a deletion shifts back what follows, so there are no tombstones. An entry is named by its slot until the
 * next insertion or deletion. Only storage here: net/bridge/br_fdb.c's rules stand in learn.ts and fdb-admin.ts.
 * A MAC is two integers, its upper 16 bits and its lower 32 (as int32). Left out: VLANs.
 */
import type { Mac } from "../../../wire/address.ts";
import type { DevId } from "../../types.ts";

/** Bits of `flags`: BR_FDB_*. */
export const FDB_LOCAL = 1;
export const FDB_STATIC = 2;
export const FDB_ADDED_BY_USER = 4;
export const FDB_STICKY = 8;
export const FDB_EXT_LEARN = 16;

/** `dev` of an entry that belongs to the bridge's own interface (fdb->dst == NULL). */
export const FDB_BRIDGE_ITSELF = -1;

export interface FdbTable {
  count: number;
  /** Rises whenever slots known before are void. */
  generation: number;
  /** Length of the arrays less one; a power of two less one. */
  mask: number;
  /** Device id of the bridge, or -1 for a free slot. */
  bridge: Int32Array;
  macHi: Int32Array;
  macLo: Int32Array;
  /** Port, or FDB_BRIDGE_ITSELF. */
  dev: Int32Array;
  flags: Uint8Array;
  updated_ns: Float64Array;
  used_ns: Float64Array;
  /** Rises with each entry made: the kernel's list has the newest first. */
  number: Float64Array;
  nextNumber: number;
  /** Trace row of its last FDB_ADD or FDB_MOVE, or -1. */
  row: Float64Array;
}

export function createFdb(capacity = 64): FdbTable {
  return {
    count: 0,
    generation: 0,
    mask: capacity - 1,
    bridge: new Int32Array(capacity).fill(-1),
    macHi: new Int32Array(capacity),
    macLo: new Int32Array(capacity),
    dev: new Int32Array(capacity),
    flags: new Uint8Array(capacity),
    updated_ns: new Float64Array(capacity),
    used_ns: new Float64Array(capacity),
    number: new Float64Array(capacity),
    nextNumber: 0,
    row: new Float64Array(capacity),
  };
}

/** A copy that shares nothing. */
export function copyFdb(t: FdbTable): FdbTable {
  return {
    ...t,
    bridge: t.bridge.slice(),
    macHi: t.macHi.slice(),
    macLo: t.macLo.slice(),
    dev: t.dev.slice(),
    flags: t.flags.slice(),
    updated_ns: t.updated_ns.slice(),
    used_ns: t.used_ns.slice(),
    number: t.number.slice(),
    row: t.row.slice(),
  };
}

const TWO_32 = 0x1_0000_0000;

export function macHi(mac: Mac): number {
  return Math.floor(mac / TWO_32);
}

export function macLo(mac: Mac): number {
  return (mac % TWO_32) | 0;
}

/** The MAC of its two halves. */
export function macOf(hi: number, lo: number): Mac {
  return (hi * TWO_32 + (lo >>> 0)) as Mac;
}

function home(t: FdbTable, bridge: DevId, hi: number, lo: number): number {
  let h = Math.imul(lo ^ Math.imul(hi, 0x27d4eb2f) ^ Math.imul(bridge, 0x165667b1), 0x9e3779b1 | 0);
  h ^= h >>> 15;
  return h & t.mask;
}

/** Slot of the entry, or -1. */
export function fdbFind(t: FdbTable, bridge: DevId, hi: number, lo: number): number {
  const mask = t.mask;
  for (let slot = home(t, bridge, hi, lo); ; slot = (slot + 1) & mask) {
    const owner = t.bridge[slot] as number;
    if (owner < 0) return -1;
    if (t.macLo[slot] === lo && t.macHi[slot] === hi && owner === bridge) return slot;
  }
}

/** Adds an entry that is not there yet and returns its slot. Makes all slots known before void. */
export function fdbInsert(
  t: FdbTable,
  bridge: DevId,
  hi: number,
  lo: number,
  dev: DevId,
  flags: number,
  now_ns: number,
): number {
  t.generation++;
  if (2 * (t.count + 1) > t.mask) grow(t);
  let slot = home(t, bridge, hi, lo);
  while ((t.bridge[slot] as number) >= 0) slot = (slot + 1) & t.mask;
  t.bridge[slot] = bridge;
  t.macHi[slot] = hi;
  t.macLo[slot] = lo;
  t.dev[slot] = dev;
  t.flags[slot] = flags;
  t.updated_ns[slot] = now_ns;
  t.used_ns[slot] = now_ns;
  t.number[slot] = t.nextNumber++;
  t.row[slot] = -1;
  t.count++;
  return slot;
}

/** Takes an entry out. Makes all slots known before void. */
export function fdbRemove(t: FdbTable, slot: number): void {
  t.generation++;
  const mask = t.mask;
  let hole = slot;
  for (let at = (slot + 1) & mask; (t.bridge[at] as number) >= 0; at = (at + 1) & mask) {
    const wanted = home(t, t.bridge[at] as number, t.macHi[at] as number, t.macLo[at] as number);
    // An entry may move into the hole only if that doesn't put it before its home slot.
    if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
    moveEntry(t, at, t, hole);
    hole = at;
  }
  t.bridge[hole] = -1;
  t.count--;
}

function moveEntry(from: FdbTable, at: number, to: FdbTable, slot: number): void {
  to.bridge[slot] = from.bridge[at] as number;
  to.macHi[slot] = from.macHi[at] as number;
  to.macLo[slot] = from.macLo[at] as number;
  to.dev[slot] = from.dev[at] as number;
  to.flags[slot] = from.flags[at] as number;
  to.updated_ns[slot] = from.updated_ns[at] as number;
  to.used_ns[slot] = from.used_ns[at] as number;
  to.number[slot] = from.number[at] as number;
  to.row[slot] = from.row[at] as number;
}

function grow(t: FdbTable): void {
  const old = { ...t };
  Object.assign(t, createFdb(2 * (t.mask + 1)), {
    count: t.count,
    generation: t.generation,
    nextNumber: t.nextNumber,
  });
  for (let at = 0; at <= old.mask; at++) {
    const bridge = old.bridge[at] as number;
    if (bridge < 0) continue;
    let slot = home(t, bridge, old.macHi[at] as number, old.macLo[at] as number);
    while ((t.bridge[slot] as number) >= 0) slot = (slot + 1) & t.mask;
    moveEntry(old, at, t, slot);
  }
}

/** Slots of a bridge's entries in the order of the kernel's list: newest first. */
export function fdbSlots(t: FdbTable, bridge: DevId): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot <= t.mask; slot++) if (t.bridge[slot] === bridge) slots.push(slot);
  return slots.sort((x, y) => (t.number[y] as number) - (t.number[x] as number));
}
