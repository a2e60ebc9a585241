/**
 * IPv4 packets that come in: net/ipv4/ip_input.c. Between ipRcv and ipRcvFinish stands netfilter's PRE_ROUTING, between
 * ipLocalDeliver and ipLocalDeliverFinish LOCAL_IN. Left out: early demultiplexing.
 */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import {
  frameLength,
  frameMark,
  framePacket,
  framePhysin,
  frameStart,
  releaseFrame,
  setFrameFragMax,
} from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4, isLoopbackIpv4 } from "../../wire/address.ts";
import { getU8 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ICMP_DEST_UNREACH, ICMP_PROT_UNREACH } from "../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_IPIP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
} from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { inetAddrType, ipDevFind, isLocalAddress } from "../fib/lookup.ts";
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_LOOPBACK,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
} from "../netdev/pkttype.ts";
import { isHooked, nfHook } from "../netfilter/hooks.ts";
import { NfHook } from "../netfilter/types.ts";
import { record } from "../record.ts";
import { isHeaderSumOk } from "../skb.ts";
import { count, Mib } from "../snmp.ts";
import { rawDeliver } from "../socket/deliver.ts";
import { inDevDropUnicastInL2Multicast } from "../sysctl.ts";
import { tcpRcv } from "../tcp/input.ts";
import { IPIP_LOADED, ipipRcv } from "../tunnel/ipip.ts";
import type { DevId, NetDevice, Netns, World } from "../types.ts";
import { machineOf } from "../world.ts";
import { findArrival, keepArrival } from "./arrivals.ts";
import { ipError, ipForward } from "./forward.ts";
import { ipDefrag } from "./fragment.ts";
import { icmpRcv } from "./icmp-rcv.ts";
import { icmpSend } from "./icmp-send.ts";
import { logMartian } from "./martian.ts";
import { receiveOptions } from "./options.ts";
import { routeInput } from "./route.ts";
import { createRtable, type Rtable } from "./rtable.ts";
import { udpRcv } from "./udp-rcv.ts";

const RT = createRtable();

/** An IPv4 packet came in by a device. Consumes one count of the frame. @param packet identity of this copy */
export function ipRcv(world: World, devId: DevId, frame: number, packet: number, pkttype: number): void {
  const device = world.devs[devId];
  // The copy of an own broadcast may find its device gone.
  const reason = device ? refuse(world, frame, pkttype) : DropReason.DEV_READY;
  if (!device || reason !== 0) {
    if (device && reason !== DropReason.OTHERHOST) countRefused(world, device, frame, reason as DropReason);
    dropFrame(world, devId, frame, packet, reason as DropReason);
    return;
  }
  const netns = world.netns[device.netns] as Netns;
  const { mib } = netns;
  (mib[Mib.IP_IN_RECEIVES] as number)++;
  (mib[Mib.IP_IN_OCTETS] as number) += frameLength(world.pool, frame) - ETH_HLEN;
  (mib[Mib.IP_IN_NO_ECT + (ipv4Tos(world.pool.bytes, frameStart(world.pool, frame) + ETH_HLEN) & 3)] as number)++;
  if (!isHooked(netns, NfHook.PRE_ROUTING) || wasBridged(world, device, frame)) {
    // The control block begins anew: how the bridge's own PRE_ROUTING found a datagram cut is forgotten.
    setFrameFragMax(world.pool, frame, 0);
    ipRcvFinish(world, device, frame, packet, pkttype);
    return;
  }
  const next = nfHook(world, netns, NfHook.PRE_ROUTING, frame, packet, devId, -1, -1, IPV4_ANY, pkttype);
  if (next < 0) return;
  ipRcvFinish(world, device, next, packetOf(world, frame, packet, next), pkttype);
}

/**
 * ipRcv for a frame that came by an end of a wire, when it is like those before it. Consumes the frame; false: nothing has happened, it has
 * to go the long way.
 */
export function ipRcvAgain(world: World, device: NetDevice, frame: number, packet: number): boolean {
  const netns = world.netns[device.netns] as Netns;
  const known = findArrival(world, netns, device, frame);
  if (known === null) return false;
  const { mib } = netns;
  (mib[Mib.IP_IN_RECEIVES] as number)++;
  (mib[Mib.IP_IN_OCTETS] as number) += frameLength(world.pool, frame) - ETH_HLEN;
  (mib[Mib.IP_IN_NO_ECT + (known.tos & 3)] as number)++;
  ipLocalDeliverFinish(world, netns, device, frame, packet, PACKET_HOST, known.rt);
  return true;
}

/** What ip_rcv_core counts of a packet that it refuses. */
function countRefused(world: World, device: NetDevice, frame: number, reason: DropReason): void {
  const netns = world.netns[device.netns] as Netns;
  count(netns, Mib.IP_IN_RECEIVES);
  count(netns, Mib.IP_IN_OCTETS, frameLength(world.pool, frame) - ETH_HLEN);
  if (reason === DropReason.PKT_TOO_SMALL) count(netns, Mib.IP_IN_TRUNCATED);
  else count(netns, Mib.IP_IN_HDR_ERRORS);
  if (reason === DropReason.IP_CSUM) count(netns, Mib.IP_IN_CSUM_ERRORS);
}

/** ip_sabotage_in: br_netfilter has asked PRE_ROUTING already. */
function wasBridged(world: World, device: NetDevice, frame: number): boolean {
  return device.bridge !== null && framePhysin(world.pool, frame) >= 0;
}

/** Identity of what a hook let through: that of the frame, if it is another one. */
function packetOf(world: World, frame: number, packet: number, next: number): number {
  return next === frame ? packet : framePacket(world.pool, next);
}

/** ip_rcv_core: a reason to drop, or 0. */
function refuse(world: World, frame: number, pkttype: number): DropReason | 0 {
  if (pkttype === PACKET_OTHERHOST) return DropReason.OTHERHOST;
  const pool = world.pool;
  const b = pool.bytes;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const length = frameLength(pool, frame) - ETH_HLEN;
  if (length < IPV4_HLEN || getU8(b, at) >>> 4 !== 4) return DropReason.IP_INHDR;
  const headerLength = ipv4HeaderLength(b, at);
  if (headerLength < IPV4_HLEN || length < headerLength) return DropReason.IP_INHDR;
  if (!isHeaderSumOk(pool, frame, at)) return DropReason.IP_CSUM;
  const total = ipv4TotalLength(b, at);
  if (length < total) return DropReason.PKT_TOO_SMALL;
  return total < headerLength ? DropReason.IP_INHDR : 0;
}

/** ip_rcv_finish: decides where the packet goes. */
function ipRcvFinish(world: World, device: NetDevice, frame: number, packet: number, pkttype: number): void {
  const netns = world.netns[device.netns] as Netns;
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const destination = ipv4Destination(b, at);
  if (device.kind === "loopback" || pkttype === PACKET_LOOPBACK) {
    // The route found on output is still attached.
    RT.type = ownType(world, netns, destination);
    // Sent by a route that leads to lo, which makes nobody's address this host's: dst_discard.
    if (RT.type === "unicast") return dropFrame(world, device.id, frame, packet, DropReason.IP_INADDRERRORS);
    if (RT.type === "broadcast" || RT.type === "multicast") countGroup(world, netns, frame, RT);
    RT.dev = device.kind === "loopback" ? (ipDevFind(world, netns, destination) ?? device.id) : device.id;
    ipLocalDeliver(world, netns, device, frame, packet, pkttype, RT);
    return;
  }
  const mark = frameMark(world.pool, frame);
  if (routeInput(world, netns, device, destination, ipv4Source(b, at), ipv4Tos(b, at) & 0x1c, RT, mark) < 0) {
    if (RT.reason === DropReason.IP_RPFILTER) count(netns, Mib.TCPEXT_RP_FILTER);
    logMartian(world, netns, device, frame, RT.reason);
    dropFrame(world, device.id, frame, packet, RT.reason as DropReason);
    return;
  }
  if (RT.type === "unreachable") ipError(world, netns, device, frame, packet, RT);
  else if (RT.type === "unicast" || RT.type === "local") {
    const isGroup = pkttype === PACKET_BROADCAST || pkttype === PACKET_MULTICAST;
    if (isGroup && inDevDropUnicastInL2Multicast(netns, device)) {
      dropFrame(world, device.id, frame, packet, DropReason.UNICAST_IN_L2_MULTICAST);
    } else if (RT.type === "local") {
      if (pkttype === PACKET_HOST && mark === 0) keepArrival(world, netns, device, frame, RT);
      ipLocalDeliver(world, netns, device, frame, packet, pkttype, RT);
    } else {
      const prefixLen = RT.route === null ? 32 : RT.route.prefixLen;
      record(world, TraceKind.ROUTE, RT.dev, packet, frame, (RT.gateway ?? destination) | 0, prefixLen);
      ipForward(world, netns, device, frame, packet, pkttype, RT);
    }
  } else {
    countGroup(world, netns, frame, RT);
    ipLocalDeliver(world, netns, device, frame, packet, pkttype, RT);
  }
}

/** A packet for all, or for a group. */
function countGroup(world: World, netns: Netns, frame: number, rt: Rtable): void {
  const isGroup = rt.type === "multicast";
  count(netns, isGroup ? Mib.IP_IN_MCAST : Mib.IP_IN_BCAST);
  count(netns, isGroup ? Mib.IP_IN_MCAST_OCTETS : Mib.IP_IN_BCAST_OCTETS, frameLength(world.pool, frame) - ETH_HLEN);
}

function ownType(world: World, netns: Netns, destination: Ipv4): Rtable["type"] {
  if (isLocalAddress(netns, destination)) return "local";
  const type = inetAddrType(world, netns, destination);
  if (type === "broadcast" || type === "multicast" || type === "local") return type;
  return isLoopbackIpv4(destination) ? "local" : "unicast";
}

/** ip_local_deliver: for this host. Fragments wait here until the datagram is whole. */
function ipLocalDeliver(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
): void {
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const own = ipv4HeaderLength(world.pool.bytes, at) === IPV4_HLEN ? frame : receiveOptions(world, frame, packet);
  if (ipv4IsFragment(world.pool.bytes, at)) {
    const whole = ipDefrag(world, netns, device.id, own, packet, pkttype);
    if (whole >= 0) localIn(world, netns, device, whole, framePacket(world.pool, whole), pkttype, rt);
    return;
  }
  localIn(world, netns, device, own, packet, pkttype, rt);
}

/** NF_HOOK(NF_INET_LOCAL_IN) */
function localIn(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
): void {
  if (!isHooked(netns, NfHook.LOCAL_IN)) {
    ipLocalDeliverFinish(world, netns, device, frame, packet, pkttype, rt);
    return;
  }
  const next = nfHook(world, netns, NfHook.LOCAL_IN, frame, packet, device.id, -1, -1, IPV4_ANY, pkttype);
  if (next < 0) return;
  ipLocalDeliverFinish(world, netns, device, next, packetOf(world, frame, packet, next), pkttype, rt);
}

/** ip_local_deliver_finish: to raw sockets first, then to the protocol. Consumes the frame. */
function ipLocalDeliverFinish(
  world: World,
  netns: Netns,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  rt: Rtable,
): void {
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const protocol = ipv4Protocol(world.pool.bytes, at);
  (netns.mib[Mib.IP_IN_DELIVERS] as number)++;
  const isRaw = netns.sockets.length !== 0 && rawDeliver(world, netns, device.id, rt.dev, frame, packet, pkttype);
  if (protocol === IPPROTO_ICMP) icmpRcv(world, netns, device, frame, packet, pkttype, rt, isRaw);
  else if (protocol === IPPROTO_UDP) udpRcv(world, netns, device, frame, packet, pkttype, rt);
  else if (protocol === IPPROTO_TCP) tcpRcv(world, netns, device, frame, packet, rt);
  else if (protocol === IPPROTO_IPIP && machineOf(world, netns.id).sysctl[IPIP_LOADED] === 1) {
    ipipRcv(world, netns, device.id, frame, packet);
  } else if (isRaw) releaseFrame(world.pool, frame);
  else {
    count(netns, Mib.IP_IN_DELIVERS, -1);
    count(netns, Mib.IP_IN_UNKNOWN_PROTOS);
    if (rt.type === "local") {
      icmpSend(world, netns.id, frame, device.id, true, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
    }
    dropFrame(world, device.id, frame, packet, DropReason.IP_NOPROTO);
  }
}
