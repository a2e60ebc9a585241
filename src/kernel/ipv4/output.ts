/**
 * IPv4 packets on their way out: net/ipv4/ip_output.c. Local packets pass ipLocalOut (netfilter's LOCAL_OUT), all pass ipOutput
 * (POST_ROUTING), ipFinishOutput (fragmentation) and ipFinishOutput2 (the neighbour).
 * A frame has ETH_HLEN bytes of room in front of its IP header; neighOutput writes them.
 * Left out: options, corking, multicast loops to sockets of other groups.
 */

import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import {
  addFrameSummed,
  allocFrame,
  frameConfirms,
  frameFlags,
  frameFragMax,
  frameLength,
  frameMark,
  framePacket,
  frameStart,
  HEADER_SUMMED,
  NF_OWNED,
  setFrameConfirms,
  setFrameFlags,
} from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { IP_DF, IPV4_HLEN, ipv4Destination, ipv4FlagsAndOffset, ipv4Source, ipv4Tos } from "../../wire/ipv4.ts";
import { putIpv4 } from "../../wire/words.ts";
import { dropFrame } from "../drop.ts";
import { EMSGSIZE, EPERM } from "../errno.ts";
import { ANY_DEV, isLocalAddress } from "../fib/lookup.ts";
import { neighOutput } from "../neigh/neigh.ts";
import { isHooked, nfHook } from "../netfilter/hooks.ts";
import { NfHook } from "../netfilter/types.ts";
import { newPacket, record } from "../record.ts";
import { count, Mib } from "../snmp.ts";
import { ipipOutput } from "../tunnel/ipip-output.ts";
import { type DevId, EventKind, type NetDevice, type Netns, type World } from "../types.ts";
import { ipFragment } from "./fragment-out.ts";
import { routeOutput } from "./route.ts";
import { createRtable, type Rtable } from "./rtable.ts";

/**
 * A frame with an IP header for `payloadLength` bytes that the caller now writes at `start + ETH_HLEN + IPV4_HLEN`; it carries
 * a new packet id. `flags` is IP_DF or 0.
 */
export function ipMakeFrame(
  world: World,
  netns: Netns,
  source: Ipv4,
  destination: Ipv4,
  protocol: number,
  payloadLength: number,
  flags: number,
  ttl: number,
  tos: number,
): number {
  const pool = world.pool;
  const frame = allocFrame(pool, ETH_HLEN + IPV4_HLEN + payloadLength, newPacket(world));
  const at = frameStart(pool, frame) + ETH_HLEN;
  const ident = nextIdent(netns);
  putIpv4(pool, at, IPV4_HLEN + payloadLength, ident, flags, ttl, protocol, source, destination, tos);
  addFrameSummed(pool, frame, HEADER_SUMMED);
  return frame;
}

/** __ip_select_ident, of one generator a namespace instead of one a pair of addresses. */
export const nextIdent = (netns: Netns): number => {
  netns.ipIdent = (netns.ipIdent + 1) & 0xffff;
  return netns.ipIdent;
};

/**
 * ip_local_out: sends a packet of this host. Consumes the frame. `pid` is who asked, -1 for the kernel itself.
 * Returns 0 or an errno (ENOBUFS, EMSGSIZE; EPERM: a rule dropped it).
 */
export function ipLocalOut(world: World, frame: number, rt: Rtable, pid: number, protocol: number): number {
  const packet = framePacket(world.pool, frame);
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const destination = ipv4Destination(world.pool.bytes, at);
  record(world, TraceKind.SEND, rt.dev, packet, -1, pid, protocol);
  recordRoute(world, packet, rt, destination);
  if (pid >= 0) setFrameFlags(world.pool, frame, frameFlags(world.pool, frame) | NF_OWNED);
  const netns = world.netns[(world.devs[rt.dev] as NetDevice).netns] as Netns;
  (netns.mib[Mib.IP_OUT_REQUESTS] as number)++;
  if (!isHooked(netns, NfHook.LOCAL_OUT)) return dstOutput(world, frame, rt);
  const next = nfHook(world, netns, NfHook.LOCAL_OUT, frame, packet, -1, rt.dev, -1, IPV4_ANY);
  if (next < 0) return EPERM;
  const now = ipv4Destination(world.pool.bytes, frameStart(world.pool, next) + ETH_HLEN);
  // Without rules no mark leads elsewhere.
  const isMarked = netns.rules !== null && frameMark(world.pool, next) !== 0;
  if (now === destination && !isMarked) return dstOutput(world, next, rt);
  const error = rerouted(world, netns, next, now);
  if (error < 0) {
    dropFrame(world, rt.dev, next, packet, DropReason.IP_OUTNOROUTES);
    return error;
  }
  recordRoute(world, packet, RT, now);
  return dstOutput(world, next, RT);
}

const RT = createRtable();

/** ip_route_me_harder: NAT has changed where the packet goes, or the mangle table by which rule. 0 with RT filled in, or an errno. */
function rerouted(world: World, netns: Netns, frame: number, destination: Ipv4): number {
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const source = ipv4Source(b, at);
  const own = isLocalAddress(netns, source) ? source : IPV4_ANY;
  const mark = frameMark(world.pool, frame);
  return routeOutput(world, netns, destination, own, ANY_DEV, ipv4Tos(b, at) & 0x1c, RT, mark);
}

function recordRoute(world: World, packet: number, rt: Rtable, destination: Ipv4): void {
  const nextHop = rt.gateway ?? destination;
  record(world, TraceKind.ROUTE, rt.dev, packet, -1, nextHop | 0, rt.route === null ? 32 : rt.route.prefixLen);
}

/** dst_output */
function dstOutput(world: World, frame: number, rt: Rtable): number {
  if (rt.type === "broadcast" || rt.type === "multicast") return ipMcOutput(world, frame, rt);
  return ipOutput(world, frame, rt, -1);
}

/** ip_output: what leaves by `rt.dev`, whether made here (`inDev` -1) or forwarded. Consumes the frame. */
export function ipOutput(world: World, frame: number, rt: Rtable, inDev: DevId): number {
  const next = postRouting(world, frame, rt, inDev);
  return next < 0 ? EPERM : ipFinishOutput(world, next, rt);
}

/** NF_HOOK(NF_INET_POST_ROUTING): the frame that goes on, or -1. */
function postRouting(world: World, frame: number, rt: Rtable, inDev: DevId): number {
  const netns = world.netns[(world.devs[rt.dev] as NetDevice).netns] as Netns;
  if (!isHooked(netns, NfHook.POST_ROUTING)) return frame;
  const { pool } = world;
  const nextHop = rt.gateway ?? ipv4Destination(pool.bytes, frameStart(pool, frame) + ETH_HLEN);
  const packet = framePacket(pool, frame);
  return nfHook(world, netns, NfHook.POST_ROUTING, frame, packet, inDev, rt.dev, -1, nextHop);
}

/** ip_mc_output: broadcasts and multicasts; this host gets a copy of those that are meant for it too. */
function ipMcOutput(world: World, frame: number, rt: Rtable): number {
  const device = world.devs[rt.dev] as NetDevice;
  if (rt.local && device.kind !== "loopback") loopCopy(world, device, frame);
  const next = postRouting(world, frame, rt, -1);
  return next < 0 ? EPERM : ipFinishOutput(world, next, rt);
}

/** dev_loopback_xmit: the copy comes in by the device that the original leaves by, without having been on a wire. */
function loopCopy(world: World, device: NetDevice, frame: number): void {
  const pool = world.pool;
  const length = frameLength(pool, frame);
  const packet = newPacket(world);
  const copy = allocFrame(pool, length, packet);
  const from = frameStart(pool, frame);
  pool.bytes.copyWithin(frameStart(pool, copy), from, from + length);
  emitEthernet(pool.bytes, frameStart(pool, copy), device.mac, device.mac, ETH_P_IP);
  pushEvent(world.queue, world.now_ns, EventKind.IP_LOOPBACK, device.id, copy, packet);
}

/**
 * ip_finish_output: cuts what is too long for the path, unless it must not be cut (EMSGSIZE); and what came in fragments, into
 * pieces no longer than they were.
 */
function ipFinishOutput(world: World, frame: number, rt: Rtable): number {
  const pool = world.pool;
  const length = frameLength(pool, frame) - ETH_HLEN;
  const fragMax = frameFragMax(pool, frame);
  const mtu = fragMax !== 0 ? Math.min(fragMax, rt.mtu) : rt.mtu;
  if (length <= mtu) return ipFinishOutput2(world, frame, rt);
  const at = frameStart(pool, frame) + ETH_HLEN;
  const mayNot =
    fragMax === 0
      ? (ipv4FlagsAndOffset(pool.bytes, at) & IP_DF) !== 0
      : fragMax > rt.mtu && (ipv4FlagsAndOffset(pool.bytes, at) & IP_DF) !== 0;
  const netns = world.netns[(world.devs[rt.dev] as NetDevice).netns] as Netns;
  if (mayNot) {
    count(netns, Mib.IP_FRAG_FAILS);
    dropFrame(world, rt.dev, frame, framePacket(pool, frame), DropReason.PKT_TOO_BIG);
    return EMSGSIZE;
  }
  let result = 0;
  const confirms = frameConfirms(pool, frame);
  const parts = ipFragment(world, frame, mtu);
  count(netns, Mib.IP_FRAG_OKS);
  count(netns, Mib.IP_FRAG_CREATES, parts.length);
  for (const part of parts) {
    setFrameConfirms(pool, part, confirms);
    const sent = ipFinishOutput2(world, part, rt);
    if (sent < 0) result = sent;
  }
  return result;
}

function countGroup(mib: Float64Array, rt: Rtable, octets: number): void {
  const isGroup = rt.type === "multicast";
  (mib[isGroup ? Mib.IP_OUT_MCAST : Mib.IP_OUT_BCAST] as number)++;
  (mib[isGroup ? Mib.IP_OUT_MCAST_OCTETS : Mib.IP_OUT_BCAST_OCTETS] as number) += octets;
}

/** ip_finish_output2: hands the packet to the neighbour that is its next hop. */
function ipFinishOutput2(world: World, frame: number, rt: Rtable): number {
  const device = world.devs[rt.dev] as NetDevice;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const nextHop = rt.gateway ?? ipv4Destination(world.pool.bytes, at);
  const octets = frameLength(world.pool, frame) - ETH_HLEN;
  const { mib } = world.netns[device.netns] as Netns;
  (mib[Mib.IP_OUT_TRANSMITS] as number)++;
  (mib[Mib.IP_OUT_OCTETS] as number) += octets;
  if (rt.type === "broadcast" || rt.type === "multicast") countGroup(mib, rt, octets);
  if (device.ipTunnel === null) return neighOutput(world, device, nextHop, frame, frameConfirms(world.pool, frame));
  ipipOutput(world, device, nextHop, frame);
  return 0;
}
