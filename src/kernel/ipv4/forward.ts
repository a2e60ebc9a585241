/**
 * Packets for somebody else: net/ipv4/ip_forward.c, ip_rt_send_redirect and ip_error of net/ipv4/route.c.
 * Netfilter's FORWARD stands between ipForward and ipOutput.
 */

import { MS_NS } from "../../base/time.ts";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameFragMax, frameStart, unshareFrame } from "../../sim/frames.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_EXC_TTL,
  ICMP_FRAG_NEEDED,
  ICMP_HOST_UNREACH,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_REDIR_HOST,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
} from "../../wire/icmpv4.ts";
import {
  decreaseIpv4Ttl,
  IP_DF,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4HeaderLength,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { EACCES, EHOSTUNREACH, ENETUNREACH } from "../errno.ts";
import { PACKET_HOST } from "../netdev/pkttype.ts";
import { isHooked, nfHook } from "../netfilter/hooks.ts";
import { NfHook } from "../netfilter/types.ts";
import { record } from "../record.ts";
import { count, Mib } from "../snmp.ts";
import { inDevForward } from "../sysctl.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import { icmpSend, inetPeer } from "./icmp-send.ts";
import { forwardOptions } from "./options.ts";
import { ipOutput } from "./output.ts";
import type { Rtable } from "./rtable.ts";

/** ip_rt_redirect_load, _number, _silence. */
const REDIRECT_LOAD_NS = 20 * MS_NS;
const REDIRECT_NUMBER = 9;
const REDIRECT_SILENCE_NS = REDIRECT_LOAD_NS * 2 ** (REDIRECT_NUMBER + 1);
/** ip_rt_error_cost and ip_rt_error_burst. */
const ERROR_COST_NS = 1000 * MS_NS;
const ERROR_BURST_NS = 5 * ERROR_COST_NS;

/** ip_forward. Consumes the frame. */
export function ipForward(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
): void {
  const pool = world.pool;
  if (pkttype !== PACKET_HOST) {
    dropFrame(world, device.id, frame, packet, DropReason.NOT_SPECIFIED);
    return;
  }
  const at = frameStart(pool, frame) + ETH_HLEN;
  if (ipv4Ttl(pool.bytes, at) <= 1) {
    count(netns, Mib.IP_IN_HDR_ERRORS);
    icmpSend(world, netns.id, frame, device.id, false, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
    dropFrame(world, device.id, frame, packet, DropReason.TTL_EXCEEDED);
    return;
  }
  if (isTooLong(world, frame, at, rt.mtu) && (ipv4FlagsAndOffset(pool.bytes, at) & IP_DF) !== 0) {
    count(netns, Mib.IP_FRAG_FAILS);
    icmpSend(world, netns.id, frame, device.id, false, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, rt.mtu);
    dropFrame(world, device.id, frame, packet, DropReason.PKT_TOO_BIG);
    return;
  }
  const own = unshareFrame(pool, frame, packet);
  const ttl = decreaseIpv4Ttl(pool.bytes, frameStart(pool, own) + ETH_HLEN);
  if (ipv4HeaderLength(pool.bytes, frameStart(pool, own) + ETH_HLEN) !== IPV4_HLEN)
    forwardOptions(world, netns, own, rt);
  if (rt.redirect) sendRedirect(world, netns, device, own, rt);
  (netns.mib[Mib.IP_FORW_DATAGRAMS] as number)++;
  record(world, TraceKind.FORWARD, device.id, packet, -1, rt.dev, ttl);
  if (!isHooked(netns, NfHook.FORWARD)) {
    ipOutput(world, own, rt, device.id);
    return;
  }
  const next = nfHook(world, netns, NfHook.FORWARD, own, packet, device.id, rt.dev, -1, IPV4_ANY, pkttype);
  if (next >= 0) ipOutput(world, next, rt, device.id);
}

/** ip_exceeds_mtu: what was put together from fragments will be cut again as it was. */
function isTooLong(world: World, frame: number, at: number, mtu: number): boolean {
  const fragMax = frameFragMax(world.pool, frame);
  return (fragMax !== 0 ? fragMax : ipv4TotalLength(world.pool.bytes, at)) > mtu;
}

/** ip_rt_send_redirect: the sender and the next hop share a wire; at most nine times, ever more seldom. */
function sendRedirect(world: World, netns: Netns, device: NetDevice, frame: number, rt: Rtable): void {
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const peer = inetPeer(world, netns, ipv4Source(pool.bytes, at));
  if (world.now_ns > peer.last_ns + REDIRECT_SILENCE_NS) {
    peer.tokens_ns = 0;
    peer.redirects = 0;
  }
  if (peer.redirects >= REDIRECT_NUMBER) {
    peer.last_ns = world.now_ns;
    return;
  }
  if (peer.redirects > 0 && world.now_ns <= peer.last_ns + REDIRECT_LOAD_NS * 2 ** peer.redirects) return;
  const gateway = rt.gateway ?? ipv4Destination(pool.bytes, at);
  icmpSend(world, netns.id, frame, device.id, false, ICMP_REDIRECT, ICMP_REDIR_HOST, gateway);
  peer.last_ns = world.now_ns;
  peer.redirects++;
}

/** ip_error: there is no way to the destination. A router says so; a host is silent. Consumes the frame. */
export function ipError(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  rt: Rtable,
): void {
  const reason = rt.error === ENETUNREACH ? DropReason.IP_INNOROUTES : DropReason.IP_INADDRERRORS;
  const code = unreachableCode(rt.error);
  if (rt.error === ENETUNREACH) count(netns, Mib.IP_IN_NO_ROUTES);
  else if (rt.error === EHOSTUNREACH && !inDevForward(device)) count(netns, Mib.IP_IN_ADDR_ERRORS);
  if (inDevForward(device) && code !== null) {
    const at = frameStart(world.pool, frame) + ETH_HLEN;
    const peer = inetPeer(world, netns, ipv4Source(world.pool.bytes, at));
    peer.tokens_ns = Math.min(peer.tokens_ns + world.now_ns - peer.last_ns, ERROR_BURST_NS);
    peer.last_ns = world.now_ns;
    if (peer.tokens_ns >= ERROR_COST_NS) {
      peer.tokens_ns -= ERROR_COST_NS;
      icmpSend(world, netns.id, frame, device.id, false, ICMP_DEST_UNREACH, code, 0);
    }
  }
  dropFrame(world, device.id, frame, packet, reason);
}

function unreachableCode(error: number): number | null {
  if (error === EHOSTUNREACH) return ICMP_HOST_UNREACH;
  if (error === ENETUNREACH) return ICMP_NET_UNREACH;
  return error === EACCES ? ICMP_PKT_FILTERED : null;
}
