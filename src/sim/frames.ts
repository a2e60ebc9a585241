/**
 * The pool that all frames in flight live in: one buffer, slots of a few sizes, each slot with the bookkeeping of an sk_buff
 * (include/linux/skbuff.h) side by side in one array of words. A frame is the place where its slot's words begin. Its bytes are
 * `pool.bytes[frameStart(pool, f) … frameStart(pool, f) + frameLength(pool, f))`; the start is always 2 (mod 4), so that behind the 14
 * bytes of an Ethernet header the IP header stands aligned. `pool.bytes` may be replaced by a larger buffer at any allocation: read it
 * anew after each.
 *
 * A frame is counted: whoever passes it on passes its count; a flood adds one for each copy. Bytes may be written only while
 * the count is 1 (`unshareFrame`).
 */
import { assert } from "../base/assert.ts";
import { copyWords } from "./words.ts";

/** Room before the frame for outer headers: Ethernet + IPv4 + UDP + VXLAN is 50. */
const HEADROOM = 66;
const CLASS_SIZES = [256, 2048, 66_000] as const;

export interface FramePool {
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  words: Int32Array;
  used: number;
  /** SLOT_WORDS of bookkeeping for each slot: the words below. */
  meta: Int32Array;
  /** Words of `meta` in use. */
  metaUsed: number;
  free: Int32Array;
  /** Frames that are in use now. */
  live: number;
}

/** Words of a slot; what they mean is said below, where they are asked for. */
const START = 0;
const LENGTH = 1;
const REFS = 2;
const PACKET = 3;
const TRACED = 4;
const NEXT = 5;
const NFCT = 6;
const MARK = 7;
const PHYSIN = 8;
const FLAGS = 9;
const FRAG_MAX = 10;
/** Where the slot's bytes begin, and its size's place in CLASS_SIZES. */
const SLOT_BASE = 11;
const SLOT_CLASS = 12;
const SUMMED = 13;
const CONFIRMS = 14;
/** A power of two, so that a slot's words stand in one line of the processor's cache. */
const SLOT_WORDS = 16;

/** skb->nf_trace: rules that the packet meets are logged. */
export const NF_TRACE = 1;
/** A socket of a process has sent it: skb->sk. */
export const NF_OWNED = 2;

/** What is known of a frame's checksums: that of the IP header is right, and that of the ICMP, UDP or TCP packet behind it. */
export const HEADER_SUMMED = 1;
export const PAYLOAD_SUMMED = 2;
/** nf_bridge->bridged_dnat: it came in by a bridge's port, and NAT has given it to a neighbour on that bridge. */
export const NF_BRIDGED_DNAT = 4;

/** @param bytes a multiple of 4 */
export function createPool(capacity = 64, bytes = 1 << 16): FramePool {
  const memory = new Uint8Array(bytes);
  return {
    bytes: memory,
    words: new Int32Array(memory.buffer),
    used: 0,
    meta: new Int32Array(SLOT_WORDS * capacity),
    metaUsed: 0,
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
    meta: p.meta.slice(),
    free: p.free.slice(),
  };
}

/** A frame of `length` bytes with stale content, count 1, not yet traced. @param packet identity that it carries */
export const allocFrame = (pool: FramePool, length: number, packet: number): number => {
  const size = length + HEADROOM;
  const k = size <= CLASS_SIZES[0] ? 0 : size <= CLASS_SIZES[1] ? 1 : 2;
  assert(size <= CLASS_SIZES[k], "frame too long for any slot");
  let f = pool.free[k] as number;
  if (f >= 0) pool.free[k] = pool.meta[f | NEXT] as number;
  else f = newSlot(pool, k);
  pool.meta[f | START] = (pool.meta[f | SLOT_BASE] as number) + HEADROOM;
  pool.meta[f | LENGTH] = length;
  pool.meta[f | REFS] = 1;
  pool.meta[f | PACKET] = packet;
  pool.meta[f | TRACED] = -1;
  pool.meta[f | NEXT] = -1;
  pool.meta[f | SUMMED] = 0;
  pool.meta[f | CONFIRMS] = 0;
  pool.live++;
  scrubFrame(pool, f);
  return f;
};

/** What a host knew of the packet is forgotten: skb_scrub_packet. */
export const scrubFrame = (pool: FramePool, f: number): void => {
  pool.meta[f | NFCT] = 0;
  pool.meta[f | MARK] = 0;
  pool.meta[f | PHYSIN] = -1;
  pool.meta[f | FLAGS] = 0;
  pool.meta[f | FRAG_MAX] = 0;
};

/** What the host knows of a packet goes over to another frame of it: ip_copy_metadata. */
export function copyMetadata(pool: FramePool, from: number, to: number): void {
  pool.meta[to | NFCT] = pool.meta[from | NFCT] as number;
  pool.meta[to | MARK] = pool.meta[from | MARK] as number;
  pool.meta[to | PHYSIN] = pool.meta[from | PHYSIN] as number;
  pool.meta[to | FLAGS] = pool.meta[from | FLAGS] as number;
  pool.meta[to | FRAG_MAX] = pool.meta[from | FRAG_MAX] as number;
}

export function holdFrame(pool: FramePool, f: number, count = 1): void {
  pool.meta[f | REFS] = (pool.meta[f | REFS] as number) + count;
}

/** Gives counts back; the slot is free when none is left. */
export const releaseFrame = (pool: FramePool, f: number, count = 1): void => {
  const refs = (pool.meta[f | REFS] as number) - count;
  assert(refs >= 0, "frame released twice");
  pool.meta[f | REFS] = refs;
  if (refs > 0) return;
  const k = pool.meta[f | SLOT_CLASS] as number;
  pool.meta[f | NEXT] = pool.free[k] as number;
  pool.free[k] = f;
  pool.live--;
};

/**
 * A frame with the same bytes that only the caller holds, so that it may be written: `f` itself when nobody else holds it,
 * else a copy (one count of `f` is given back). Its bytes count as not yet traced, because they are about to change.
 */
export function unshareFrame(pool: FramePool, f: number, packet: number): number {
  if (pool.meta[f | REFS] === 1) {
    pool.meta[f | PACKET] = packet;
    pool.meta[f | TRACED] = -1;
    return f;
  }
  const length = pool.meta[f | LENGTH] as number;
  const copy = allocFrame(pool, length, packet);
  copyMetadata(pool, f, copy);
  pool.meta[copy | SUMMED] = pool.meta[f | SUMMED] as number;
  pool.meta[copy | CONFIRMS] = pool.meta[f | CONFIRMS] as number;
  const from = pool.meta[f | START] as number;
  pool.bytes.copyWithin(pool.meta[copy | START] as number, from, from + length);
  releaseFrame(pool, f);
  return copy;
}

/** Adds `bytes` in front of an unshared frame, as skb_push does. */
export function pushFrame(pool: FramePool, f: number, bytes: number): void {
  const start = (pool.meta[f | START] as number) - bytes;
  assert(start >= (pool.meta[f | SLOT_BASE] as number), "no headroom left");
  pool.meta[f | START] = start;
  pool.meta[f | LENGTH] = (pool.meta[f | LENGTH] as number) + bytes;
}

/** Takes `bytes` away from the front of an unshared frame, as skb_pull does. */
export function pullFrame(pool: FramePool, f: number, bytes: number): void {
  assert(bytes <= (pool.meta[f | LENGTH] as number), "pull past the end");
  pool.meta[f | START] = (pool.meta[f | START] as number) + bytes;
  pool.meta[f | LENGTH] = (pool.meta[f | LENGTH] as number) - bytes;
}

/**
 * A frame with `room` bytes more in front (fewer when negative) that only the caller holds; one count of `f` is given back. It is a
 * copy, so that whatever stands behind the first Ethernet header stays aligned. Metadata is gone but for
 * what it confirms, bytes in front are stale.
 */
export function reframe(pool: FramePool, f: number, room: number, packet: number): number {
  const length = pool.meta[f | LENGTH] as number;
  assert(length + room >= 0, "nothing left of the frame");
  const copy = allocFrame(pool, length + room, packet);
  pool.meta[copy | CONFIRMS] = pool.meta[f | CONFIRMS] as number;
  const from = (pool.meta[f | START] as number) + Math.max(-room, 0);
  const to = (pool.meta[copy | START] as number) + Math.max(room, 0);
  pool.bytes.copyWithin(to, from, from + length + Math.min(room, 0));
  releaseFrame(pool, f);
  return copy;
}

/**
 * Copies bytes from one place of the pool to another one that does not overlap; by words where both places stand alike, which may
 * write up to three bytes behind the end.
 */
export function copyInPool(pool: FramePool, from: number, to: number, length: number): void {
  if ((from & 3) !== 0 || (to & 3) !== 0) {
    pool.bytes.copyWithin(to, from, from + length);
    return;
  }
  copyWords(pool.words, from >> 2, pool.words, to >> 2, (length + 3) >> 2);
}

function newSlot(pool: FramePool, k: number): number {
  if (pool.metaUsed === pool.meta.length) growSlots(pool);
  const size = (CLASS_SIZES[k] as number) & ~3;
  if (pool.used + size > pool.bytes.length) {
    const grown = new Uint8Array(Math.max(pool.bytes.length * 2, pool.used + size));
    grown.set(pool.bytes);
    pool.bytes = grown;
    pool.words = new Int32Array(grown.buffer);
  }
  const f = pool.metaUsed;
  pool.metaUsed += SLOT_WORDS;
  pool.meta[f | SLOT_BASE] = pool.used;
  pool.meta[f | SLOT_CLASS] = k;
  pool.used += size;
  return f;
}

function growSlots(pool: FramePool): void {
  const grown = new Int32Array(pool.meta.length * 2);
  grown.set(pool.meta);
  pool.meta = grown;
}

/** Where its bytes begin in `pool.bytes`. */
export const frameStart = (pool: FramePool, f: number): number => pool.meta[f | START] as number;

/** In bytes. */
export const frameLength = (pool: FramePool, f: number): number => pool.meta[f | LENGTH] as number;

/** How many hold it. */
export const frameRefs = (pool: FramePool, f: number): number => pool.meta[f | REFS] as number;

/** Identity of the packet that it carries. */
export const framePacket = (pool: FramePool, f: number): number => pool.meta[f | PACKET] as number;

/** Number of these very bytes in the trace, or -1 while they are not there. */
export const frameTraced = (pool: FramePool, f: number): number => pool.meta[f | TRACED] as number;

/** Next frame in the list that it stands in (free slots; frames that wait for a neighbour), or -1. */
export const frameNext = (pool: FramePool, f: number): number => pool.meta[f | NEXT] as number;

/** Its connection: skb->_nfct as netfilter/conntrack/table.ts packs it, 0 for none. */
export const frameNfct = (pool: FramePool, f: number): number => pool.meta[f | NFCT] as number;

/**
 * HEADER_SUMMED, PAYLOAD_SUMMED: made here, or looked at by someone who found them right (skb->ip_summed). Nobody need add them up again,
 * since whoever changes a word changes its checksum with it.
 */
export const frameSummed = (pool: FramePool, f: number): number => pool.meta[f | SUMMED] as number;

/**
 * skb->dst_pending_confirm: whoever sends it knows that the next hops answer. It outlives scrubbing, so that a container's TCP speaks for
 * its host's neighbours too; only a wire takes it away.
 */
export const frameConfirms = (pool: FramePool, f: number): boolean => {
  return pool.meta[f | CONFIRMS] !== 0;
};

/** skb->mark */
export const frameMark = (pool: FramePool, f: number): number => pool.meta[f | MARK] as number;

/** nf_bridge->physindev: the bridge port that it came in by, or -1. */
export const framePhysin = (pool: FramePool, f: number): number => pool.meta[f | PHYSIN] as number;

/** NF_TRACE, NF_OWNED. */
export const frameFlags = (pool: FramePool, f: number): number => pool.meta[f | FLAGS] as number;

/** IPCB->frag_max_size: length of the longest fragment that it was put together from, 0 for none. */
export const frameFragMax = (pool: FramePool, f: number): number => pool.meta[f | FRAG_MAX] as number;

export const setFrameLength = (pool: FramePool, f: number, length: number): void => {
  pool.meta[f | LENGTH] = length;
};

export const setFramePacket = (pool: FramePool, f: number, packet: number): void => {
  pool.meta[f | PACKET] = packet;
};

export const setFrameTraced = (pool: FramePool, f: number, number: number): void => {
  pool.meta[f | TRACED] = number;
};

export const setFrameNext = (pool: FramePool, f: number, next: number): void => {
  pool.meta[f | NEXT] = next;
};

export const setFrameNfct = (pool: FramePool, f: number, nfct: number): void => {
  pool.meta[f | NFCT] = nfct;
};

export const setFrameMark = (pool: FramePool, f: number, mark: number): void => {
  pool.meta[f | MARK] = mark;
};

export const setFramePhysin = (pool: FramePool, f: number, port: number): void => {
  pool.meta[f | PHYSIN] = port;
};

export const setFrameFlags = (pool: FramePool, f: number, flags: number): void => {
  pool.meta[f | FLAGS] = flags;
};

export const addFrameSummed = (pool: FramePool, f: number, bits: number): void => {
  pool.meta[f | SUMMED] = (pool.meta[f | SUMMED] as number) | bits;
};

export const setFrameConfirms = (pool: FramePool, f: number, confirms: boolean): void => {
  pool.meta[f | CONFIRMS] = confirms ? 1 : 0;
};

export const setFrameFragMax = (pool: FramePool, f: number, length: number): void => {
  pool.meta[f | FRAG_MAX] = length;
};
