/**
 * The pool that all frames in flight live in: one buffer, slots of a few sizes, each slot with the bookkeeping of an sk_buff
 * (include/linux/skbuff.h) in typed arrays. A frame is the number of its slot. Its bytes are
 * `pool.bytes[pool.start[f] … pool.start[f] + pool.length[f])`; `start` is always 2 (mod 4), so that behind the 14 bytes of an
 * Ethernet header the IP header stands aligned. `pool.bytes` may be replaced by a larger buffer at any allocation: read it
 * anew after each.
 *
 * A frame is counted: whoever passes it on passes its count; a flood adds one for each copy. Bytes may be written only while
 * the count is 1 (`unshareFrame`).
 */
import { assert } from "../base/assert.ts";

/** Room before the frame for outer headers: Ethernet + IPv4 + UDP + VXLAN is 50. */
const HEADROOM = 66;
const CLASS_SIZES = [256, 2048, 66_000] as const;

export interface FramePool {
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  words: Int32Array;
  used: number;
  start: Int32Array;
  length: Int32Array;
  refs: Int32Array;
  /** Identity of the packet that it carries. */
  packet: Int32Array;
  /** Number of these very bytes in the trace, or -1 while they are not there. */
  traced: Int32Array;
  /** Next frame in the list that it stands in (free slots; frames that wait for a neighbour), or -1. */
  next: Int32Array;
  /** Its connection: skb->_nfct as netfilter/conntrack/table.ts packs it, 0 for none. */
  nfct: Int32Array;
  /** skb->mark. */
  mark: Int32Array;
  /** nf_bridge->physindev: the bridge port that it came in by, or -1. */
  physin: Int32Array;
  /** NF_TRACE, NF_OWNED. */
  nfFlags: Uint8Array;
  /** IPCB->frag_max_size: length of the longest fragment that it was put together from, 0 for none. */
  fragMax: Int32Array;
  slotBase: Int32Array;
  slotClass: Uint8Array;
  slots: number;
  free: Int32Array;
  /** Frames that are in use now. */
  live: number;
}

/** skb->nf_trace: rules that the packet meets are logged. */
export const NF_TRACE = 1;
/** A socket of a process has sent it: skb->sk. */
export const NF_OWNED = 2;

/** @param bytes a multiple of 4 */
export function createPool(capacity = 64, bytes = 1 << 16): FramePool {
  const memory = new Uint8Array(bytes);
  return {
    bytes: memory,
    words: new Int32Array(memory.buffer),
    used: 0,
    start: new Int32Array(capacity),
    length: new Int32Array(capacity),
    refs: new Int32Array(capacity),
    packet: new Int32Array(capacity),
    traced: new Int32Array(capacity),
    next: new Int32Array(capacity),
    nfct: new Int32Array(capacity),
    mark: new Int32Array(capacity),
    physin: new Int32Array(capacity),
    nfFlags: new Uint8Array(capacity),
    fragMax: new Int32Array(capacity),
    slotBase: new Int32Array(capacity),
    slotClass: new Uint8Array(capacity),
    slots: 0,
    free: new Int32Array(CLASS_SIZES.length).fill(-1),
    live: 0,
  };
}

/** A copy that shares nothing. */
export function copyPool(p: FramePool): FramePool {
  const bytes = p.bytes.slice();
  return {
    ...p,
    bytes,
    words: new Int32Array(bytes.buffer),
    start: p.start.slice(),
    length: p.length.slice(),
    refs: p.refs.slice(),
    packet: p.packet.slice(),
    traced: p.traced.slice(),
    next: p.next.slice(),
    nfct: p.nfct.slice(),
    mark: p.mark.slice(),
    physin: p.physin.slice(),
    nfFlags: p.nfFlags.slice(),
    fragMax: p.fragMax.slice(),
    slotBase: p.slotBase.slice(),
    slotClass: p.slotClass.slice(),
    free: p.free.slice(),
  };
}

/** A frame of `length` bytes with stale content, count 1, not yet traced. @param packet identity that it carries */
export function allocFrame(pool: FramePool, length: number, packet: number): number {
  const size = length + HEADROOM;
  const k = size <= CLASS_SIZES[0] ? 0 : size <= CLASS_SIZES[1] ? 1 : 2;
  assert(size <= CLASS_SIZES[k], "frame too long for any slot");
  let f = pool.free[k] as number;
  if (f >= 0) pool.free[k] = pool.next[f] as number;
  else f = newSlot(pool, k);
  pool.start[f] = (pool.slotBase[f] as number) + HEADROOM;
  pool.length[f] = length;
  pool.refs[f] = 1;
  pool.packet[f] = packet;
  pool.traced[f] = -1;
  pool.next[f] = -1;
  pool.live++;
  scrubFrame(pool, f);
  return f;
}

/** What a host knew of the packet is forgotten: skb_scrub_packet. */
export function scrubFrame(pool: FramePool, f: number): void {
  pool.nfct[f] = 0;
  pool.mark[f] = 0;
  pool.physin[f] = -1;
  pool.nfFlags[f] = 0;
  pool.fragMax[f] = 0;
}

/** What the host knows of a packet goes over to another frame of it: ip_copy_metadata. */
export function copyMetadata(pool: FramePool, from: number, to: number): void {
  pool.nfct[to] = pool.nfct[from] as number;
  pool.mark[to] = pool.mark[from] as number;
  pool.physin[to] = pool.physin[from] as number;
  pool.nfFlags[to] = pool.nfFlags[from] as number;
  pool.fragMax[to] = pool.fragMax[from] as number;
}

export function holdFrame(pool: FramePool, f: number, count = 1): void {
  pool.refs[f] = (pool.refs[f] as number) + count;
}

/** Gives counts back; the slot is free when none is left. */
export function releaseFrame(pool: FramePool, f: number, count = 1): void {
  const refs = (pool.refs[f] as number) - count;
  assert(refs >= 0, "frame released twice");
  pool.refs[f] = refs;
  if (refs > 0) return;
  const k = pool.slotClass[f] as number;
  pool.next[f] = pool.free[k] as number;
  pool.free[k] = f;
  pool.live--;
}

/**
 * A frame with the same bytes that only the caller holds, so that it may be written: `f` itself when nobody else holds it,
 * else a copy (one count of `f` is given back). Its bytes count as not yet traced, because they are about to change.
 */
export function unshareFrame(pool: FramePool, f: number, packet: number): number {
  if (pool.refs[f] === 1) {
    pool.packet[f] = packet;
    pool.traced[f] = -1;
    return f;
  }
  const length = pool.length[f] as number;
  const copy = allocFrame(pool, length, packet);
  copyMetadata(pool, f, copy);
  const from = pool.start[f] as number;
  pool.bytes.copyWithin(pool.start[copy] as number, from, from + length);
  releaseFrame(pool, f);
  return copy;
}

/** Adds `bytes` in front of an unshared frame, as skb_push does. */
export function pushFrame(pool: FramePool, f: number, bytes: number): void {
  const start = (pool.start[f] as number) - bytes;
  assert(start >= (pool.slotBase[f] as number), "no headroom left");
  pool.start[f] = start;
  pool.length[f] = (pool.length[f] as number) + bytes;
}

/** Takes `bytes` away from the front of an unshared frame, as skb_pull does. */
export function pullFrame(pool: FramePool, f: number, bytes: number): void {
  assert(bytes <= (pool.length[f] as number), "pull past the end");
  pool.start[f] = (pool.start[f] as number) + bytes;
  pool.length[f] = (pool.length[f] as number) - bytes;
}

/**
 * A frame with `room` bytes more in front (fewer when negative) that only the caller holds; one count of `f` is given back. It is a
 * copy, so that whatever stands behind the first Ethernet header stays aligned. Metadata is gone, bytes in front are stale.
 */
export function reframe(pool: FramePool, f: number, room: number, packet: number): number {
  const length = pool.length[f] as number;
  assert(length + room >= 0, "nothing left of the frame");
  const copy = allocFrame(pool, length + room, packet);
  const from = (pool.start[f] as number) + Math.max(-room, 0);
  const to = (pool.start[copy] as number) + Math.max(room, 0);
  pool.bytes.copyWithin(to, from, from + length + Math.min(room, 0));
  releaseFrame(pool, f);
  return copy;
}

function newSlot(pool: FramePool, k: number): number {
  if (pool.slots === pool.start.length) growSlots(pool);
  const size = (CLASS_SIZES[k] as number) & ~3;
  if (pool.used + size > pool.bytes.length) {
    const grown = new Uint8Array(Math.max(pool.bytes.length * 2, pool.used + size));
    grown.set(pool.bytes);
    pool.bytes = grown;
    pool.words = new Int32Array(grown.buffer);
  }
  const f = pool.slots++;
  pool.slotBase[f] = pool.used;
  pool.slotClass[f] = k;
  pool.used += size;
  return f;
}

function growSlots(pool: FramePool): void {
  const capacity = pool.start.length * 2;
  const grow = (old: Int32Array) => {
    const grown = new Int32Array(capacity);
    grown.set(old);
    return grown;
  };
  pool.start = grow(pool.start);
  pool.length = grow(pool.length);
  pool.refs = grow(pool.refs);
  pool.packet = grow(pool.packet);
  pool.traced = grow(pool.traced);
  pool.next = grow(pool.next);
  pool.nfct = grow(pool.nfct);
  pool.mark = grow(pool.mark);
  pool.physin = grow(pool.physin);
  pool.fragMax = grow(pool.fragMax);
  pool.slotBase = grow(pool.slotBase);
  const classes = new Uint8Array(capacity);
  classes.set(pool.slotClass);
  pool.slotClass = classes;
  const flags = new Uint8Array(capacity);
  flags.set(pool.nfFlags);
  pool.nfFlags = flags;
}
