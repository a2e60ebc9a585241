/**
 * Connection tracking: net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_icmp.c, _udp.c, _generic.c. TCP is tcp.ts's.
 * Left out: zones, templates, expectations and helpers, checks of checksums (no frame of this world has a wrong one).
 */

import { SECOND_NS } from "../../../base/time.ts";
import { frameNfct, frameStart, setFrameNfct } from "../../../sim/frames.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { ICMP_HLEN, ICMP_REDIRECT, icmpType, isIcmpError } from "../../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4TotalLength,
} from "../../../wire/ipv4.ts";
import { kernelLog } from "../../log.ts";
import type { Netns, NetnsId, World } from "../../types.ts";
import { CtStatusBit } from "../types.ts";
import { ctChanged, ctScheduleGc } from "./events.ts";
import {
  Ctinfo,
  type CtTable,
  ctAlloc,
  ctFind,
  ctInsert,
  ctRelease,
  ctUnlink,
  dirOf,
  packNfct,
  slotOf,
} from "./table.ts";
import { tcpNew, tcpPacket, tcpSetClosing } from "./tcp.ts";
import { conntrackMax, genericTimeout_ns, icmpTimeout_ns, udpTimeout_ns } from "./timeouts.ts";
import { createTuple, icmpMayBegin, invertTuple, packetTuple, type Tuple } from "./tuple.ts";

const TUPLE = createTuple();
const INVERSE = createTuple();

/** Answers of a protocol to a packet of a connection. */
const VALID = 0;
const INVALID = 1;
/** The connection is gone: look again. */
const REPEAT = 2;

/** nf_conntrack_in: finds or makes the connection of a packet (frameNfct). False: the packet must be dropped. */
export function conntrackIn(world: World, netns: Netns, frame: number): boolean {
  const pool = world.pool;
  if (frameNfct(pool, frame) !== 0) return true;
  const b = pool.bytes;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const protocol = ipv4Protocol(b, at);
  if (protocol === IPPROTO_ICMP && isError(b, at)) {
    relate(world, netns, frame, at);
    return true;
  }
  for (;;) {
    const total = ipv4TotalLength(b, at);
    if (!packetTuple(b, at, total, TUPLE)) return countInvalid(netns);
    const node = findLive(world, netns, TUPLE);
    const nfct = node >= 0 ? known(world.ct, node) : begin(world, netns, at);
    if (nfct === DROPPED) return false;
    if (nfct === 0) return countInvalid(netns);
    const answer = protocolPacket(world, netns, nfct, at);
    if (answer === REPEAT) continue;
    if (answer === INVALID) return countInvalid(netns);
    setFrameNfct(pool, frame, nfct);
    account(world.ct, nfct, total);
    if ((nfct & 7) === Ctinfo.ESTABLISHED_REPLY) seeReply(world, netns, slotOf(nfct));
    return true;
  }
}

/**
 * nf_conntrack_in for the many: a packet of a connection over ICMP or UDP that is settled. False: nothing has happened yet, conntrackIn has to
 * be asked.
 */
export function conntrackKnown(world: World, netns: Netns, frame: number): boolean {
  const { pool, ct } = world;
  const b = pool.bytes;
  const at = frameStart(pool, frame) + ETH_HLEN;
  if (!packetTuple(b, at, ipv4TotalLength(b, at), TUPLE)) return false;
  // TCP may find a packet invalid; an ICMP error's own tuple is no connection's.
  if (TUPLE.protocol === IPPROTO_TCP) return false;
  const node = ctFind(ct, netns.id, TUPLE.protocol, TUPLE.source, TUPLE.destination, TUPLE.ports);
  if (node < 0 || (ct.timeout_ns[node >> 1] as number) <= world.now_ns) return false;
  const nfct = known(ct, node);
  if (!isSettled(ct, nfct)) return false;
  protocolPacket(world, netns, nfct, at);
  setFrameNfct(pool, frame, nfct);
  account(ct, nfct, ipv4TotalLength(b, at));
  if ((node & 1) === 1) seeReply(world, netns, node >> 1);
  return true;
}

const NAT_MASK = CtStatusBit.SRC_NAT | CtStatusBit.DST_NAT;
const SEEN_OR_NAT = NAT_MASK | CtStatusBit.SEEN_REPLY;

/**
 * conntrackKnown for a packet of `total` bytes, not over TCP, that goes the way of a node of the connection with that id, where this one is
 * still there and has been answered.
 */
export function conntrackAgain(
  world: World,
  netns: Netns,
  frame: number,
  node: number,
  id: number,
  total: number,
): boolean {
  const { pool, ct } = world;
  const slot = node >> 1;
  if (ct.id[slot] !== id || (ct.netns[slot] as number) < 0) return false;
  if (((ct.status[slot] as number) & SEEN_OR_NAT) !== CtStatusBit.SEEN_REPLY || (ct.masq[slot] as number) >= 0)
    return false;
  if ((ct.timeout_ns[slot] as number) <= world.now_ns) return false;
  const nfct = packNfct(slot, (node & 1) === 1 ? Ctinfo.ESTABLISHED_REPLY : Ctinfo.ESTABLISHED);
  protocolPacket(world, netns, nfct, frameStart(pool, frame) + ETH_HLEN);
  setFrameNfct(pool, frame, nfct);
  ct.packets[node] = (ct.packets[node] as number) + 1;
  ct.bytes[node] = (ct.bytes[node] as number) + total;
  return true;
}

/** Whether a packet belongs to a connection that packets have gone both ways on, and that NAT leaves alone. */
export function isSettled(t: CtTable, nfct: number): boolean {
  const ctinfo = nfct & 7;
  if (ctinfo !== Ctinfo.ESTABLISHED && ctinfo !== Ctinfo.ESTABLISHED_REPLY) return false;
  const slot = slotOf(nfct);
  return slot >= 0 && ((t.status[slot] as number) & NAT_MASK) === 0 && (t.masq[slot] as number) < 0;
}

function isError(b: Uint8Array, at: number): boolean {
  const headerLength = ipv4HeaderLength(b, at);
  if (ipv4TotalLength(b, at) < headerLength + ICMP_HLEN) return false;
  const type = icmpType(b, at + headerLength);
  return isIcmpError(type) || type === ICMP_REDIRECT;
}

function countInvalid(netns: Netns): true {
  netns.nf.ctStats.invalid++;
  return true;
}

/** nf_conntrack_inet_error: an ICMP error belongs to the connection of the packet that it quotes. */
function relate(world: World, netns: Netns, frame: number, at: number): void {
  const b = world.pool.bytes;
  const quoted = at + ipv4HeaderLength(b, at) + ICMP_HLEN;
  const available = at + ipv4TotalLength(b, at) - quoted;
  if (!packetTuple(b, quoted, available, TUPLE) || !invertTuple(TUPLE, INVERSE)) return;
  const node = findLive(world, netns, INVERSE);
  // It must go where the connection's own packets of that direction go.
  if (node < 0 || world.ct.destination[node] !== (ipv4Destination(b, at) | 0)) return;
  setFrameNfct(world.pool, frame, packNfct(node >> 1, (node & 1) === 0 ? Ctinfo.RELATED : Ctinfo.RELATED_REPLY));
}

/** The node of a tuple whose connection is not too old (nf_ct_is_expired), or -1. */
function findLive(world: World, netns: Netns, tuple: Tuple): number {
  const t = world.ct;
  const node = ctFind(t, netns.id, tuple.protocol, tuple.source, tuple.destination, tuple.ports);
  if (node < 0 || (t.timeout_ns[node >> 1] as number) > world.now_ns) return node;
  ctKill(world, node >> 1);
  return -1;
}

/** resolve_normal_ct, for a connection that is there. */
function known(t: CtTable, node: number): number {
  const slot = node >> 1;
  if ((node & 1) === 1) return packNfct(slot, Ctinfo.ESTABLISHED_REPLY);
  const status = t.status[slot] as number;
  if ((status & CtStatusBit.SEEN_REPLY) !== 0) return packNfct(slot, Ctinfo.ESTABLISHED);
  return packNfct(slot, (status & CtStatusBit.EXPECTED) !== 0 ? Ctinfo.RELATED : Ctinfo.NEW);
}

const DROPPED = -1;

/** init_conntrack: a connection for the packet at `at`, whose tuple is TUPLE. 0: it cannot begin one; DROPPED: no room. */
function begin(world: World, netns: Netns, at: number): number {
  if (!invertTuple(TUPLE, INVERSE)) return 0;
  if (TUPLE.protocol === IPPROTO_ICMP && !icmpMayBegin((TUPLE.ports >>> 8) & 0xff)) return 0;
  if (isFull(world, netns)) return DROPPED;
  const t = world.ct;
  dropPending(t);
  const slot = ctAlloc(t, netns.id, TUPLE.protocol, world.now_ns);
  writeTuple(t, 2 * slot, TUPLE);
  writeTuple(t, 2 * slot + 1, INVERSE);
  if (TUPLE.protocol === IPPROTO_TCP && !tcpNew(world, netns, slot, at)) {
    ctRelease(t, slot);
    return 0;
  }
  t.pending = slot;
  return packNfct(slot, Ctinfo.NEW);
}

/** Writes a tuple into the columns. */
export function writeTuple(t: CtTable, node: number, tuple: Tuple): void {
  t.source[node] = tuple.source;
  t.destination[node] = tuple.destination;
  t.ports[node] = tuple.ports;
}

/** Whatever packet began the last connection has ended without getting through. */
function dropPending(t: CtTable): void {
  if (t.pending >= 0) ctRelease(t, t.pending);
  t.pending = -1;
}

/** How many connections early_drop looks at: eight buckets, with eight in each. */
const EARLY_DROP_SLOTS = 64;

/** Whether nf_conntrack_max is reached and no connection that nobody relies on can make way (early_drop). */
function isFull(world: World, netns: Netns): boolean {
  const { nf } = netns;
  if (nf.ctCount < conntrackMax(netns)) return false;
  const t = world.ct;
  for (let i = 0; i < Math.min(t.used, EARLY_DROP_SLOTS); i++) {
    const slot = (t.nextId + i) % t.used;
    if (t.netns[slot] !== netns.id || slot === t.pending) continue;
    if (((t.status[slot] as number) & CtStatusBit.ASSURED) !== 0 && (t.timeout_ns[slot] as number) > world.now_ns)
      continue;
    ctKill(world, slot);
    return false;
  }
  nf.ctStats.drop++;
  kernelLog(world, netns.id, "nf_conntrack: nf_conntrack: table full, dropping packet");
  return true;
}

/** nf_conntrack_handle_packet. */
function protocolPacket(world: World, netns: Netns, nfct: number, at: number): number {
  const t = world.ct;
  const slot = slotOf(nfct);
  switch (t.protocol[slot]) {
    case IPPROTO_TCP: {
      const answer = tcpPacket(world, netns, slot, dirOf(nfct), at);
      if (answer === "accept") return VALID;
      if (answer === "invalid") {
        if (t.pending === slot) dropPending(t);
        return INVALID;
      }
      ctKill(world, slot);
      return answer === "repeat" ? REPEAT : VALID;
    }
    case IPPROTO_UDP:
      udpPacket(world, netns, slot);
      return VALID;
    case IPPROTO_ICMP:
      t.timeout_ns[slot] = world.now_ns + icmpTimeout_ns(netns);
      return VALID;
    default:
      t.timeout_ns[slot] = world.now_ns + genericTimeout_ns(netns);
      return VALID;
  }
}

/** nf_conntrack_udp_packet: both ways for more than two seconds is a stream. */
function udpPacket(world: World, netns: Netns, slot: number): void {
  const t = world.ct;
  const isAnswered = ((t.status[slot] as number) & CtStatusBit.SEEN_REPLY) !== 0;
  const isStream = isAnswered && world.now_ns > (t.created_ns[slot] as number) + 2 * SECOND_NS;
  t.timeout_ns[slot] = world.now_ns + udpTimeout_ns(netns, isStream);
  if (isStream) setStatus(world, netns, slot, CtStatusBit.ASSURED);
}

function account(t: CtTable, nfct: number, bytes: number): void {
  const node = 2 * slotOf(nfct) + dirOf(nfct);
  t.packets[node] = (t.packets[node] as number) + 1;
  t.bytes[node] = (t.bytes[node] as number) + bytes;
}

function seeReply(world: World, netns: Netns, slot: number): void {
  if ((world.ct.netns[slot] as number) >= 0) setStatus(world, netns, slot, CtStatusBit.SEEN_REPLY);
}

/** test_and_set_bit, with the news of it. */
export function setStatus(world: World, netns: Netns, slot: number, bit: number): void {
  const t = world.ct;
  const status = t.status[slot] as number;
  if ((status & bit) !== 0) return;
  t.status[slot] = status | bit;
  if ((status & CtStatusBit.CONFIRMED) !== 0) ctChanged(world, netns, slot, "UPDATE");
}

/** __nf_conntrack_confirm: the first packet has got through. False: the same connection has come to be meanwhile. */
export function conntrackConfirm(world: World, netns: Netns, frame: number, packet: number): boolean {
  const nfct = frameNfct(world.pool, frame);
  const slot = slotOf(nfct);
  const t = world.ct;
  if (slot < 0 || slot !== t.pending || dirOf(nfct) === 1) return true;
  t.pending = -1;
  if (isTaken(world, netns, slot)) {
    netns.nf.ctStats.insertFailed++;
    ctRelease(t, slot);
    setFrameNfct(world.pool, frame, 0);
    return false;
  }
  t.status[slot] = (t.status[slot] as number) | CtStatusBit.CONFIRMED;
  ctInsert(t, slot);
  netns.nf.ctCount++;
  ctChanged(world, netns, slot, "NEW", packet);
  ctScheduleGc(world);
  return true;
}

function isTaken(world: World, netns: Netns, slot: number): boolean {
  const t = world.ct;
  for (let node = 2 * slot; node < 2 * slot + 2; node++) {
    TUPLE.protocol = t.protocol[slot] as number;
    TUPLE.source = t.source[node] as number;
    TUPLE.destination = t.destination[node] as number;
    TUPLE.ports = t.ports[node] as number;
    if (findLive(world, netns, TUPLE) >= 0) return true;
  }
  return false;
}

/** nf_ct_kill: a connection is forgotten. */
export function ctKill(world: World, slot: number): void {
  const t = world.ct;
  if (t.pending === slot) {
    dropPending(t);
    return;
  }
  const netns = world.netns[t.netns[slot] as number];
  ctUnlink(t, slot);
  t.status[slot] = ((t.status[slot] as number) & ~CtStatusBit.CONFIRMED) | CtStatusBit.DYING;
  if (netns) {
    netns.nf.ctCount--;
    ctChanged(world, netns, slot, "DESTROY");
  }
  ctRelease(t, slot);
}

/** nf_conntrack_attach: an ICMP error or a reset that this host sends about a packet belongs to its connection. */
export function conntrackAttach(world: World, about: number, frame: number): void {
  const nfct = frameNfct(world.pool, about);
  const slot = slotOf(nfct);
  if (slot < 0) return;
  setFrameNfct(world.pool, frame, packNfct(slot, dirOf(nfct) === 0 ? Ctinfo.RELATED_REPLY : Ctinfo.RELATED));
}

/** nf_ct_set_closing: the connection of the packet that this host answers by a reset of its own making. */
export function conntrackSetClosing(world: World, netns: Netns, about: number): void {
  const slot = slotOf(frameNfct(world.pool, about));
  if (slot >= 0 && world.ct.protocol[slot] === IPPROTO_TCP) tcpSetClosing(world, netns, slot);
}

/** A namespace goes: nf_conntrack_cleanup_net. */
export function ctForgetNetns(world: World, netns: NetnsId): void {
  const t = world.ct;
  for (let slot = 0; slot < t.used; slot++) if (t.netns[slot] === netns) ctKill(world, slot);
}
