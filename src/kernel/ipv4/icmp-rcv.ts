/**
 * ICMP messages that come in: net/ipv4/icmp.c (icmp_rcv, icmp_echo, icmp_unreach, icmp_redirect), __ip_do_redirect and
 * __ip_rt_update_pmtu of net/ipv4/route.c. Left out: timestamps, extended echo (PROBE).
 */

import { SECOND_NS } from "../../base/time.ts";
import { DropReason, type Nud, TraceKind } from "../../base/trace-kind.ts";
import { addFrameSummed, copyInPool, frameStart, PAYLOAD_SUMMED, releaseFrame } from "../../sim/frames.ts";
import { IPV4_ANY, IPV4_BROADCAST, type Ipv4, isMulticastIpv4, isZeronetIpv4 } from "../../wire/address.ts";
import { getU16, setU8 } from "../../wire/bytes.ts";
import { checksumReplace16 } from "../../wire/checksum.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_EXC_FRAGTIME,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMPV4,
  icmpChecksumOk,
  icmpCode,
  icmpGateway,
  icmpNextHopMtu,
  icmpType,
} from "../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
} from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { ANY_DEV, fibLookup, inetAddrOnlink, inetAddrType, inetSelectAddr } from "../fib/lookup.ts";
import { NUD_VALID } from "../neigh/entry.ts";
import { neighEventSend, neighLookupOrCreate } from "../neigh/neigh.ts";
import { newPacket, record } from "../record.ts";
import { isPayloadSummed } from "../skb.ts";
import { count, countIcmpOut, ICMP_TYPES, Mib } from "../snmp.ts";
import { pingDeliver } from "../socket/deliver.ts";
import { icmpError } from "../socket/errors.ts";
import { icmpEchoIgnoreAll, inDevRxRedirects, ipDefaultTtl, maxConf, netVar } from "../sysctl.ts";
import { type NetDevice, type Netns, Scope, type World } from "../types.ts";
import { isLimited } from "./icmp-send.ts";
import { echoLength, emitEcho } from "./options.ts";
import { ipLocalOut, ipMakeFrame } from "./output.ts";
import { learnException, routeOutput, updatePmtu } from "./route.ts";
import { createRtable, type Rtable } from "./rtable.ts";

/** NR_ICMP_TYPES: later ones are not known. */
const LAST_TYPE = 18;
/** ip_rt_gc_timeout: how long a redirect is remembered. */
const REDIRECT_LIFE_NS = 300 * SECOND_NS;

const RT = createRtable();

/** icmp_rcv. Consumes the frame. `isRaw`: a raw socket has had it already. */
export function icmpRcv(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
  isRaw: boolean,
): void {
  const pool = world.pool;
  const ip = frameStart(pool, frame) + ETH_HLEN;
  const at = ip + ipv4HeaderLength(pool.bytes, ip);
  const length = ipv4TotalLength(pool.bytes, ip) - (at - ip);
  const type = length < ICMP_HLEN ? -1 : icmpType(pool.bytes, at);
  const reason = refuse(world, netns, frame, at, length, type, rt);
  count(netns, Mib.ICMP_IN_MSGS);
  if (reason === DropReason.ICMP_CSUM) count(netns, Mib.ICMP_IN_CSUM_ERRORS);
  else if (type >= 0 && type < ICMP_TYPES) count(netns, Mib.ICMP_IN + type);
  if (reason !== 0) {
    if (type !== ICMP_ECHO || !icmpEchoIgnoreAll(netns)) count(netns, Mib.ICMP_IN_ERRORS);
    dropFrame(world, device.id, frame, packet, reason);
    return;
  }
  switch (type) {
    case ICMP_ECHO:
      icmpEcho(world, netns, device, frame, packet, at, length, rt);
      releaseFrame(pool, frame);
      return;
    case ICMP_ECHOREPLY:
      if (pingDeliver(world, netns, device.id, rt.dev, frame, packet, pkttype) || isRaw) releaseFrame(pool, frame);
      else dropFrame(world, device.id, frame, packet, DropReason.NO_SOCKET);
      return;
    case ICMP_DEST_UNREACH:
    case ICMP_TIME_EXCEEDED:
    case ICMP_SOURCE_QUENCH:
    case ICMP_PARAMETERPROB:
      icmpUnreach(world, netns, frame, at, length, type);
      break;
    case ICMP_REDIRECT:
      icmpRedirect(world, netns, device, frame, at, length);
      break;
  }
  record(world, TraceKind.DELIVER, device.id, packet, frame, -1, IPPROTO_ICMP);
  releaseFrame(pool, frame);
}

function refuse(
  { pool }: World,
  netns: Netns,
  frame: number,
  at: number,
  length: number,
  type: number,
  rt: Rtable,
): DropReason | 0 {
  if (type < 0) return DropReason.PKT_TOO_SMALL;
  if (!isPayloadSummed(pool, frame) && !icmpChecksumOk(pool.bytes, at, length)) return DropReason.ICMP_CSUM;
  if (type > LAST_TYPE) return DropReason.UNHANDLED_PROTO;
  if (type === ICMP_ECHO && icmpEchoIgnoreAll(netns)) return DropReason.ICMP_ECHO_IGNORED;
  if (rt.type !== "broadcast" && rt.type !== "multicast") return 0;
  if (type !== ICMP_ECHO && type !== ICMP_TIMESTAMP) return DropReason.UNHANDLED_PROTO;
  return netVar(netns, "net.ipv4.icmp_echo_ignore_broadcasts") !== 0 ? DropReason.ICMP_ECHO_IGNORED : 0;
}

/** icmp_echo and icmp_reply: the request's data goes back, with its TOS, to its source. */
function icmpEcho(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  at: number,
  length: number,
  rt: Rtable,
): void {
  const pool = world.pool;
  const ip = frameStart(pool, frame) + ETH_HLEN;
  const to = ipv4Source(pool.bytes, ip);
  const tos = ipv4Tos(pool.bytes, ip);
  const from = specificDestination(world, netns, device, ipv4Destination(pool.bytes, ip), to, rt);
  record(world, TraceKind.DELIVER, device.id, packet, frame, -1, IPPROTO_ICMP);
  if (routeOutput(world, netns, to, from, ANY_DEV, tos & 0x1c, RT) < 0) {
    // Linux gives up before there is a packet; here the answer that never was gets an end that can be seen.
    record(world, TraceKind.DROP, -1, newPacket(world), frame, DropReason.IP_OUTNOROUTES, -1);
    return;
  }
  if (isLimited(netns, ICMP_ECHOREPLY, 0)) return;
  const ttl = ipDefaultTtl(netns);
  countIcmpOut(netns, ICMP_ECHOREPLY);
  const options = at - ip === IPV4_HLEN ? 0 : echoLength(pool.bytes, ip);
  const reply = ipMakeFrame(world, netns, RT.source, to, IPPROTO_ICMP, options + length, 0, ttl, tos);
  const out = frameStart(pool, reply) + ETH_HLEN + IPV4_HLEN + options;
  if (options !== 0) emitEcho(pool.bytes, ip, out - IPV4_HLEN - options, options, RT.source);
  copyInPool(pool, at, out, length);
  const before = getU16(pool.bytes, out);
  setU8(pool.bytes, out + ICMPV4.type.offset, ICMP_ECHOREPLY);
  checksumReplace16(pool.bytes, out + ICMPV4.checksum.offset, before, before & 0xff);
  addFrameSummed(pool, reply, PAYLOAD_SUMMED);
  ipLocalOut(world, reply, RT, -1, IPPROTO_ICMP);
}

/** fib_compute_spec_dst: the own address to answer from. */
function specificDestination(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  source: Ipv4,
  rt: Rtable,
): Ipv4 {
  if (rt.type === "local") return destination;
  if (!isZeronetIpv4(source)) {
    const back = fibLookup(world, netns, source);
    if (typeof back !== "number") {
      const out = world.devs[back.dev ?? device.id] as NetDevice;
      return back.source ?? inetSelectAddr(world, netns, out, back.gateway ?? IPV4_ANY, back.scope);
    }
    return inetSelectAddr(world, netns, device, source);
  }
  return inetSelectAddr(world, netns, device, source, Scope.LINK);
}

/** icmp_unreach: errors about packets that this host sent; its sockets are told, and a path's MTU is remembered. */
function icmpUnreach(world: World, netns: Netns, frame: number, at: number, length: number, type: number): void {
  const b = world.pool.bytes;
  const code = icmpCode(b, at);
  const quoted = at + ICMP_HLEN;
  if (!holdsQuote(b, quoted, length - ICMP_HLEN)) return;
  let info = 0;
  if (type === ICMP_DEST_UNREACH) {
    if (code > 15) return;
    if (code === ICMP_FRAG_NEEDED) {
      info = icmpNextHopMtu(b, at);
      // A router from before RFC 1191 doesn't say what fits.
      const told = info === 0 ? Math.min(ipv4TotalLength(b, quoted) - 1, 576) : info;
      updatePmtu(world, netns, ipv4Destination(b, quoted), told);
    }
  } else if (type === ICMP_PARAMETERPROB) info = b[at + ICMPV4.pointer.offset] as number;
  else if (type === ICMP_TIME_EXCEEDED && code === ICMP_EXC_FRAGTIME) return;
  if (inetAddrType(world, netns, ipv4Destination(b, quoted)) === "broadcast") return;
  icmpError(world, netns, frame, quoted, length - ICMP_HLEN, type, code, info);
}

/** Whether the quoted packet is there with its header and the eight bytes behind it. */
function holdsQuote(b: Uint8Array, quoted: number, length: number): boolean {
  if (length < IPV4_HLEN) return false;
  const headerLength = ipv4HeaderLength(b, quoted);
  return headerLength >= IPV4_HLEN && length >= headerLength + 8;
}

/**
 * icmp_redirect: sockets are told; the named gateway is used from now on if the message comes from the gateway in use and
 * names a neighbour that is known. An unknown one is asked for first, and the next redirect counts.
 */
function icmpRedirect(world: World, netns: Netns, device: NetDevice, frame: number, at: number, length: number): void {
  const b = world.pool.bytes;
  const quoted = at + ICMP_HLEN;
  if (!holdsQuote(b, quoted, length - ICMP_HLEN)) return;
  const gateway = icmpGateway(b, at);
  const from = ipv4Source(b, frameStart(world.pool, frame) + ETH_HLEN);
  const destination = ipv4Destination(b, quoted);
  icmpError(world, netns, frame, quoted, length - ICMP_HLEN, ICMP_REDIRECT, icmpCode(b, at), gateway);
  if (icmpCode(b, at) > 3 || routeOutput(world, netns, destination, IPV4_ANY, ANY_DEV, 0, RT) < 0) return;
  if (RT.gateway !== from || !isGoodRedirect(world, netns, device, gateway, from)) return;
  const out = world.devs[RT.dev] as NetDevice;
  const entry = neighLookupOrCreate(world, out, gateway);
  if (entry < 0) return;
  if (((world.neigh.state[entry] as Nud) & NUD_VALID) === 0) neighEventSend(world, out, entry, -1);
  else learnException(netns, destination, { gateway }, world.now_ns + REDIRECT_LIFE_NS);
}

function isGoodRedirect(world: World, netns: Netns, device: NetDevice, gateway: Ipv4, old: Ipv4): boolean {
  if (gateway === old || !inDevRxRedirects(netns, device)) return false;
  if (isMulticastIpv4(gateway) || gateway === IPV4_BROADCAST || isZeronetIpv4(gateway)) return false;
  if (maxConf(netns, device, "shared_media") === 0) return inetAddrOnlink(device, gateway, old);
  return inetAddrType(world, netns, gateway) === "unicast";
}
