/** What NAT does to a packet at a hook: nf_nat_inet_fn and nf_nat_packet of net/netfilter/nf_nat_core.c, nf_nat_ipv4_fn. */
import { TraceKind } from "../../../base/trace-kind.ts";
import { frameNfct, frameStart, unshareFrame } from "../../../sim/frames.ts";
import { getU16 } from "../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import {
  IPPROTO_ICMP,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
} from "../../../wire/ipv4.ts";
import { record } from "../../record.ts";
import type { World } from "../../types.ts";
import { Ctinfo, type CtTable, dirOf, slotOf } from "../conntrack/table.ts";
import { createTuple, hasPorts, invertTuple, type Tuple } from "../conntrack/tuple.ts";
import { CtStatusBit } from "../types.ts";
import { isRedirect, manipIcmpError, manipPacket } from "./manip.ts";
import type { Manip } from "./setup.ts";

const TARGET = createTuple();
const INNER = createTuple();

const NAT_MASK = CtStatusBit.SRC_NAT | CtStatusBit.DST_NAT;
const DONE_MASK = CtStatusBit.SRC_NAT_DONE | CtStatusBit.DST_NAT_DONE;

/**
 * nf_nat_packet, and for ICMP errors nf_nat_icmp_reply_translation: rewrites the packet as its connection has been set up. Answers
 * the frame that goes on (a copy where others hold it, too), or -1 when it must not pass; then the frame is still the caller's.
 */
export function natPacket(world: World, frame: number, packet: number, manip: Manip, dev: number): number {
  const { pool, ct } = world;
  const nfct = frameNfct(pool, frame);
  const slot = slotOf(nfct);
  const dir = dirOf(nfct);
  const status = ct.status[slot] as number;
  const ctinfo = nfct & 7;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const isRelated = ctinfo === Ctinfo.RELATED || ctinfo === Ctinfo.RELATED_REPLY;
  const isError = isRelated && ipv4Protocol(pool.bytes, at) === IPPROTO_ICMP;
  if (isError && isRedirect(pool.bytes, at)) {
    if ((status & DONE_MASK) !== DONE_MASK || (status & NAT_MASK) !== 0) return -1;
  }
  let bit = manip === "src" ? CtStatusBit.SRC_NAT : CtStatusBit.DST_NAT;
  if (dir === 1) bit ^= NAT_MASK;
  if ((status & bit) === 0) return frame;
  readTuple(ct, 2 * slot + 1 - dir, INNER);
  invertTuple(INNER, TARGET);
  recordNat(world, frame, packet, manip, dev, TARGET);
  const own = unshareFrame(pool, frame, packet);
  const ip = frameStart(pool, own) + ETH_HLEN;
  if (isError) manipIcmpError(pool.bytes, ip, INNER, TARGET, manip);
  else manipPacket(pool.bytes, ip, ipv4TotalLength(pool.bytes, ip), TARGET, manip);
  return own;
}

function readTuple(t: CtTable, node: number, out: Tuple): void {
  out.protocol = t.protocol[node >> 1] as number;
  out.source = t.source[node] as number;
  out.destination = t.destination[node] as number;
  out.ports = t.ports[node] as number;
}

/** The trace's row about the change, with the frame as it was. */
function recordNat(world: World, frame: number, packet: number, manip: Manip, dev: number, target: Tuple): void {
  if (!world.trace.on) return;
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const isSource = manip === "src";
  const before = isSource ? ipv4Source(b, at) : ipv4Destination(b, at);
  const after = isSource ? target.source : target.destination;
  let ports = 0;
  if (hasPorts(ipv4Protocol(b, at))) {
    const l4 = at + ipv4HeaderLength(b, at);
    ports = (getU16(b, l4 + (isSource ? 0 : 2)) << 16) | (isSource ? target.ports >>> 16 : target.ports & 0xffff);
  } else if (ipv4Protocol(b, at) === IPPROTO_ICMP) {
    ports = (getU16(b, at + ipv4HeaderLength(b, at) + 4) << 16) | (target.ports >>> 16);
  }
  if (before !== after >>> 0 || ports >>> 16 !== (ports & 0xffff)) {
    record(world, TraceKind.NAT, dev, packet, frame, before | 0, ports);
  }
}
