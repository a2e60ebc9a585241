/**
 * ICMP messages that this host sends: net/ipv4/icmp.c (icmp_send, icmp_push_reply and the rate limits), net/ipv4/inetpeer.c,
 * RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.2. What comes in is icmp-rcv.ts's.
 */

import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { frameStart } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4, ipv4, isMulticastIpv4, isZeronetIpv4 } from "../../wire/address.ts";
import { copyBytes } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { emitIcmp, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HLEN, icmpType, isIcmpError } from "../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
} from "../../wire/ipv4.ts";
import { ANY_DEV, inetAddrType } from "../fib/lookup.ts";
import { conntrackAttach } from "../netfilter/conntrack/core.ts";
import { count, countIcmpOut, Mib } from "../snmp.ts";
import { icmpRateMask, ipDefaultTtl, netVar } from "../sysctl.ts";
import type { DevId, InetPeer, Netns, NetnsId, World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";
import { ipLocalOut, ipMakeFrame } from "./output.ts";
import { routeOutput } from "./route.ts";
import { createRtable } from "./rtable.ts";

/** Errors go out with precedence "internetwork control" (RFC 1812, 4.3.2.5). */
const IPTOS_PREC_INTERNETCONTROL = 0xc0;
/** The most that an error may be long, IP header included (RFC 1812, 4.3.2.3). */
const MAX_ERROR = 576;
/** Where an error comes from when no address is known (RFC 7600). */
const INADDR_DUMMY = ipv4("192.0.0.8");
/** A peer may have saved up this many errors (XRLIM_BURST_FACTOR). */
const BURST_FACTOR = 6;

const RT = createRtable();

/**
 * icmp_send: tells the sender of the packet in `frame` (which stays the caller's) of an error, unless RFC 1122 or a limit
 * forbids it. `inDev` is the device that it came in by, -1 for an own packet; `isLocal` says that this host was its
 * destination, so that the error comes from that address. `rest` is the second word of the ICMP header.
 */
export function icmpSend(
  world: World,
  netnsId: NetnsId,
  frame: number,
  inDev: DevId,
  isLocal: boolean,
  type: number,
  code: number,
  rest: number,
): void {
  const netns = netnsOf(world, netnsId);
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const to = ipv4Source(pool.bytes, at);
  if (!mayCauseError(world, netns, at, to)) return;
  const isFromLo = inDev >= 0 && world.devs[inDev]?.kind === "loopback";
  if (!isFromLo && isLimited(netns, type, code) && !globalAllow(world, netns)) {
    count(netns, Mib.ICMP_LIMITED_GLOBAL);
    return;
  }
  const source = isLocal ? ipv4Destination(pool.bytes, at) : IPV4_ANY;
  const tos = (ipv4Tos(pool.bytes, at) & 0x1e) | IPTOS_PREC_INTERNETCONTROL;
  if (routeOutput(world, netns, to, source, ANY_DEV, tos, RT) < 0) return;
  if (isLimited(netns, type, code) && !peerAllow(world, netns, RT.dev, to)) {
    count(netns, Mib.ICMP_LIMITED_HOST);
    return;
  }
  const quoted = Math.min(ipv4TotalLength(pool.bytes, at), Math.min(RT.mtu, MAX_ERROR) - IPV4_HLEN - ICMP_HLEN);
  const from = RT.source === IPV4_ANY ? INADDR_DUMMY : RT.source;
  const ttl = ipDefaultTtl(netns);
  const error = ipMakeFrame(world, netns, from, to, IPPROTO_ICMP, ICMP_HLEN + quoted, 0, ttl, tos);
  const icmpAt = frameStart(pool, error) + ETH_HLEN + IPV4_HLEN;
  const quotedAt = frameStart(pool, frame) + ETH_HLEN;
  copyBytes(pool.bytes, quotedAt, pool.bytes, icmpAt + ICMP_HLEN, quoted);
  emitIcmp(pool.bytes, icmpAt, type, code, rest, quoted);
  conntrackAttach(world, frame, error);
  countIcmpOut(netns, type);
  ipLocalOut(world, error, RT, -1, IPPROTO_ICMP);
}

/** No errors about later fragments, about packets to or from groups, or about errors. */
function mayCauseError(world: World, netns: Netns, at: number, source: Ipv4): boolean {
  const b = world.pool.bytes;
  if (ipv4FragmentOffset(b, at) !== 0) return false;
  if (isZeronetIpv4(source) || isMulticastIpv4(source)) return false;
  const destination = inetAddrType(world, netns, ipv4Destination(b, at));
  if (destination === "broadcast" || destination === "multicast") return false;
  if (inetAddrType(world, netns, source) === "broadcast") return false;
  if (ipv4Protocol(b, at) !== IPPROTO_ICMP) return true;
  const headerLength = ipv4HeaderLength(b, at);
  if (ipv4TotalLength(b, at) <= headerLength) return false;
  const type = icmpType(b, at + headerLength);
  return type <= 18 && !isIcmpError(type);
}

/** Whether a kind of message is subject to rate limits: !icmpv4_mask_allow(). */
export function isLimited(netns: Netns, type: number, code: number): boolean {
  if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) return false;
  return ((1 << type) & icmpRateMask(netns)) !== 0;
}

/** icmp_global_allow: icmp_msgs_per_sec with a bucket of icmp_msgs_burst, refilled in steps of 20 ms. */
function globalAllow(world: World, netns: Netns): boolean {
  const credit = netns.icmpCredit;
  const elapsed = Math.min(world.now_ns - credit.stamp_ns, SECOND_NS);
  if (elapsed >= 20 * MS_NS) {
    const earned = Math.floor((netVar(netns, "net.ipv4.icmp_msgs_per_sec") * elapsed) / SECOND_NS);
    credit.tokens = Math.min(credit.tokens + earned, netVar(netns, "net.ipv4.icmp_msgs_burst"));
    credit.stamp_ns = world.now_ns;
  }
  if (credit.tokens === 0) return false;
  credit.tokens--;
  return true;
}

/** icmpv4_xrlim_allow: icmp_ratelimit ms between two to one destination, with a burst; loopback is free. */
function peerAllow(world: World, netns: Netns, dev: DevId, destination: Ipv4): boolean {
  if (world.devs[dev]?.kind === "loopback") return true;
  const gap_ns = netVar(netns, "net.ipv4.icmp_ratelimit") * MS_NS;
  if (gap_ns === 0) return true;
  const peer = inetPeer(world, netns, destination);
  peer.tokens_ns = Math.min(peer.tokens_ns + world.now_ns - peer.last_ns, BURST_FACTOR * gap_ns);
  peer.last_ns = world.now_ns;
  if (peer.tokens_ns < gap_ns) return false;
  peer.tokens_ns -= gap_ns;
  return true;
}

/** inet_getpeer: what is remembered about a destination; a new one has saved up a minute. */
export function inetPeer(world: World, netns: Netns, address: Ipv4): InetPeer {
  let peer = netns.peers.get(address);
  if (peer === undefined) {
    peer = { tokens_ns: 0, last_ns: world.now_ns - 60 * SECOND_NS, redirects: 0 };
    netns.peers.set(address, peer);
  }
  return peer;
}
