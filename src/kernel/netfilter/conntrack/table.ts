/**
 * The table of connections, one for all namespaces as in the kernel: nf_conntrack_hash of net/netfilter/nf_conntrack_core.c. Hot, so
 * it lies in typed arrays. A slot is a connection, a node (2 × slot + direction) one of its two tuples. Ports stand in one word,
 * source above destination; ICMP has its identifier above, type and code below.
 */
import { assert } from "../../../base/assert.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../../wire/ipv4.ts";
import type { NetnsId } from "../../types.ts";

/** enum ip_conntrack_info: what a packet is to its connection. */
export const Ctinfo = {
  ESTABLISHED: 0,
  RELATED: 1,
  NEW: 2,
  ESTABLISHED_REPLY: 3,
  RELATED_REPLY: 4,
  UNTRACKED: 7,
} as const;

/** What a frame remembers (frameNfct) of a connection that it belongs to; 0 stands for none. */
export const packNfct = (slot: number, ctinfo: number): number => {
  return ((slot + 1) << 3) | ctinfo;
};
/** A frame that is not to be tracked. */
export const NFCT_UNTRACKED = Ctinfo.UNTRACKED;

/** Slot of a frame's connection, -1 for none. */
export const slotOf = (nfct: number): number => {
  return (nfct >>> 3) - 1;
};

/** CTINFO2DIR */
export const dirOf = (nfct: number): number => {
  return (nfct & 7) >= Ctinfo.ESTABLISHED_REPLY ? 1 : 0;
};

export interface CtTable {
  /** Slots ever used; those behind it are free, too. */
  used: number;
  /** First of the free slots below `used`, linked by `next` of their first node; or -1. */
  free: number;
  /** Slot of the connection that waits for its first packet to get through, or -1: what the packet holds until it is confirmed. */
  pending: number;
  /** When the collector of old connections runs next; 0 when it does not. */
  gcAt_ns: number;
  nextId: number;
  /** First node of each bucket, -1 for none. Length a power of two. */
  heads: Int32Array;
  // By node.
  next: Int32Array;
  source: Int32Array;
  destination: Int32Array;
  ports: Int32Array;
  packets: Uint32Array;
  bytes: Float64Array;
  // By slot. netns is -1 while it is free.
  netns: Int32Array;
  protocol: Uint8Array;
  status: Uint16Array;
  mark: Int32Array;
  timeout_ns: Float64Array;
  id: Int32Array;
  /** Device whose address a MASQUERADE took, or -1. */
  masq: Int32Array;
  /** TcpState, 0 for others. */
  state: Uint8Array;
  /** Of UDP's connections only: empty until there is one. */
  created_ns: Float64Array;
  // struct ip_ct_tcp_state, by node. These, too, and the rest are empty until there is a TCP connection.
  tcpEnd: Uint32Array;
  tcpMaxEnd: Uint32Array;
  tcpMaxWin: Uint32Array;
  tcpMaxAck: Uint32Array;
  tcpScale: Uint8Array;
  tcpFlags: Uint8Array;
  // The rest of struct ip_ct_tcp, by slot.
  lastIndex: Uint8Array;
  lastDir: Uint8Array;
  retrans: Uint8Array;
  lastScale: Uint8Array;
  lastFlags: Uint8Array;
  lastSeq: Uint32Array;
  lastAck: Uint32Array;
  lastEnd: Uint32Array;
  lastWin: Uint32Array;
}

const BY_NODE = ["next", "source", "destination", "ports", "packets", "bytes"] as const;
const TCP_BY_NODE = ["tcpEnd", "tcpMaxEnd", "tcpMaxWin", "tcpMaxAck", "tcpScale", "tcpFlags"] as const;
const BY_SLOT = ["netns", "protocol", "status", "mark", "timeout_ns", "id", "masq", "state"] as const;
const TCP_BY_SLOT = [
  "lastIndex",
  "lastDir",
  "retrans",
  "lastScale",
  "lastFlags",
  "lastSeq",
  "lastAck",
  "lastEnd",
  "lastWin",
] as const;
const COLUMNS = [...BY_NODE, ...TCP_BY_NODE, ...BY_SLOT, "created_ns", ...TCP_BY_SLOT, "heads"] as const;

type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

/** An empty table. @param slots room at first */
export function createCt(slots = 16): CtTable {
  const nodes = 2 * slots;
  return {
    used: 0,
    free: -1,
    pending: -1,
    gcAt_ns: 0,
    nextId: 1,
    heads: new Int32Array(64).fill(-1),
    next: new Int32Array(nodes),
    source: new Int32Array(nodes),
    destination: new Int32Array(nodes),
    ports: new Int32Array(nodes),
    packets: new Uint32Array(nodes),
    bytes: new Float64Array(nodes),
    netns: new Int32Array(slots).fill(-1),
    protocol: new Uint8Array(slots),
    status: new Uint16Array(slots),
    mark: new Int32Array(slots),
    timeout_ns: new Float64Array(slots),
    id: new Int32Array(slots),
    masq: new Int32Array(slots),
    state: new Uint8Array(slots),
    created_ns: new Float64Array(0),
    tcpEnd: new Uint32Array(0),
    tcpMaxEnd: new Uint32Array(0),
    tcpMaxWin: new Uint32Array(0),
    tcpMaxAck: new Uint32Array(0),
    tcpScale: new Uint8Array(0),
    tcpFlags: new Uint8Array(0),
    lastIndex: new Uint8Array(0),
    lastDir: new Uint8Array(0),
    retrans: new Uint8Array(0),
    lastScale: new Uint8Array(0),
    lastFlags: new Uint8Array(0),
    lastSeq: new Uint32Array(0),
    lastAck: new Uint32Array(0),
    lastEnd: new Uint32Array(0),
    lastWin: new Uint32Array(0),
  };
}

/** A copy that shares nothing. */
export function copyCt(t: CtTable): CtTable {
  const copy: Record<string, unknown> = { ...t };
  for (const column of COLUMNS) copy[column] = t[column].slice();
  return copy as unknown as CtTable;
}

/** A slot for a new connection, not yet to be found; its tuples, status and timeout are the caller's to write. */
export function ctAlloc(t: CtTable, netns: NetnsId, protocol: number, now_ns: number): number {
  let slot = t.free;
  if (slot >= 0) t.free = t.next[2 * slot] as number;
  else {
    if (t.used === t.netns.length) grow(t);
    slot = t.used++;
  }
  t.netns[slot] = netns;
  t.protocol[slot] = protocol;
  t.status[slot] = 0;
  t.mark[slot] = 0;
  t.timeout_ns[slot] = 0;
  t.id[slot] = t.nextId++;
  t.masq[slot] = -1;
  t.state[slot] = 0;
  for (let node = 2 * slot; node < 2 * slot + 2; node++) {
    t.packets[node] = 0;
    t.bytes[node] = 0;
  }
  if (protocol === IPPROTO_UDP) {
    if (t.created_ns.length === 0) t.created_ns = new Float64Array(t.netns.length);
    t.created_ns[slot] = now_ns;
  } else if (protocol === IPPROTO_TCP) allocTcp(t, slot);
  return slot;
}

function allocTcp(t: CtTable, slot: number): void {
  if (t.lastIndex.length === 0) {
    const record = t as unknown as Record<string, Column>;
    for (const column of TCP_BY_NODE) record[column] = resized(t[column], 2 * t.netns.length);
    for (const column of TCP_BY_SLOT) record[column] = resized(t[column], t.netns.length);
  }
  ctClearTcp(t, 2 * slot);
  ctClearTcp(t, 2 * slot + 1);
  t.lastIndex[slot] = 0;
  t.lastDir[slot] = 0;
  t.retrans[slot] = 0;
}

function resized(column: Column, length: number): Column {
  const grown = new (column.constructor as new (n: number) => Column)(length);
  grown.set(column);
  return grown;
}

/** A direction about which TCP's window tracking knows nothing. */
export function ctClearTcp(t: CtTable, node: number): void {
  t.tcpEnd[node] = 0;
  t.tcpMaxEnd[node] = 0;
  t.tcpMaxWin[node] = 0;
  t.tcpMaxAck[node] = 0;
  t.tcpScale[node] = 0;
  t.tcpFlags[node] = 0;
}

/** Gives a slot back that is in no bucket (any more). */
export function ctRelease(t: CtTable, slot: number): void {
  assert((t.netns[slot] as number) >= 0, "connection released twice");
  t.netns[slot] = -1;
  t.next[2 * slot] = t.free;
  t.free = slot;
}

function grow(t: CtTable): void {
  const record = t as unknown as Record<string, Column>;
  const before = t.netns.length;
  for (const column of COLUMNS) if (column !== "heads") record[column] = resized(t[column], 2 * t[column].length);
  t.netns.fill(-1, before);
  // A bucket for each connection, as nf_conntrack_buckets and nf_conntrack_max have it.
  t.heads = new Int32Array(2 * before).fill(-1);
  for (let slot = 0; slot < before; slot++) {
    if ((t.netns[slot] as number) >= 0 && isHashed(t, slot)) ctInsert(t, slot);
  }
}

/** Whether a slot's tuples stand in the buckets: it is confirmed. */
function isHashed(t: CtTable, slot: number): boolean {
  return ((t.status[slot] as number) & 8) !== 0;
}

function bucketOf(
  t: CtTable,
  netns: number,
  protocol: number,
  source: number,
  destination: number,
  ports: number,
): number {
  let h = Math.imul(source, 0x9e3779b1) ^ Math.imul(destination, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ (netns << 8) ^ protocol, 0x27d4eb2f);
  return (h ^ (h >>> 13)) & (t.heads.length - 1);
}

/** Puts both tuples of a slot into their buckets. */
export function ctInsert(t: CtTable, slot: number): void {
  for (let node = 2 * slot; node < 2 * slot + 2; node++) {
    const bucket = bucketOfNode(t, node);
    t.next[node] = t.heads[bucket] as number;
    t.heads[bucket] = node;
  }
}

function bucketOfNode(t: CtTable, node: number): number {
  const slot = node >> 1;
  return bucketOf(
    t,
    t.netns[slot] as number,
    t.protocol[slot] as number,
    t.source[node] as number,
    t.destination[node] as number,
    t.ports[node] as number,
  );
}

/** Takes both tuples out of their buckets. */
export function ctUnlink(t: CtTable, slot: number): void {
  for (let node = 2 * slot; node < 2 * slot + 2; node++) {
    const bucket = bucketOfNode(t, node);
    const next = t.next[node] as number;
    let at = t.heads[bucket] as number;
    if (at === node) t.heads[bucket] = next;
    else {
      while (t.next[at] !== node) at = t.next[at] as number;
      t.next[at] = next;
    }
  }
}

/** Node of the tuple, -1 when there is none. Addresses and ports as they stand in the columns (int32). */
export function ctFind(
  t: CtTable,
  netns: NetnsId,
  protocol: number,
  source: number,
  destination: number,
  ports: number,
): number {
  let node = t.heads[bucketOf(t, netns, protocol, source, destination, ports)] as number;
  for (; node >= 0; node = t.next[node] as number) {
    if (
      t.ports[node] === ports &&
      t.source[node] === source &&
      t.destination[node] === destination &&
      t.netns[node >> 1] === netns &&
      t.protocol[node >> 1] === protocol
    ) {
      return node;
    }
  }
  return -1;
}
