/** A VXLAN device sends: vxlan_xmit() and vxlan_xmit_one() of drivers/net/vxlan/vxlan_core.c, udp_tunnel_xmit_skb(). */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameLength, frameStart, holdFrame, reframe, releaseFrame } from "../../sim/frames.ts";
import { IPV4_ANY, isMulticastIpv4, MAC_ZERO } from "../../wire/address.ts";
import { getMac, getU16, getU32 } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP } from "../../wire/ethernet.ts";
import {
  emitIpv4,
  IP_DF,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
} from "../../wire/ipv4.ts";
import { emitUdpHeader, setUdpChecksum, UDP_HLEN } from "../../wire/udp.ts";
import { emitVxlan } from "../../wire/vxlan.ts";
import { dropFrame } from "../drop.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import { ipLocalOut, nextIdent } from "../ipv4/output.ts";
import { routeOutput } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { count, TX_DROPPED, TX_ERRORS } from "../netdev/stats.ts";
import { record } from "../record.ts";
import { ipDefaultTtl } from "../sysctl.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import { countTunnelTx } from "./tunnel-stats.ts";
import type { Vxlan, VxlanRemote } from "./types.ts";
import { VXLAN_HEADROOM } from "./vxlan.ts";
import { arpReduce } from "./vxlan-arp.ts";
import { vxlanFdbAge, vxlanFdbFind } from "./vxlan-fdb.ts";
import { checkPmtu } from "./vxlan-pmtud.ts";

const RT = createRtable();
/** net.ipv4.ip_local_port_range, from which source ports come. */
const PORT_MIN = 32768;
const PORT_MAX = 60999;

/** Wraps a frame, once for each remote of its MAC. Consumes it; several copies have identities of their own, as in a flood. */
export function vxlanXmit(world: World, device: NetDevice, frame: number, packet: number): void {
  const vxlan = device.vxlan as Vxlan;
  const { pool } = world;
  const at = frameStart(pool, frame);
  if (vxlan.proxy && getU16(pool.bytes, at + 12) === ETH_P_ARP) {
    arpReduce(world, device, frame, packet);
    return;
  }
  vxlanFdbAge(world, device);
  const mac = getMac(pool.bytes, at);
  const entry = vxlanFdbFind(vxlan, mac) ?? vxlanFdbFind(vxlan, MAC_ZERO);
  if (entry === null) {
    count(world, device.id, TX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.NO_TX_TARGET);
    return;
  }
  entry.used_ns = world.now_ns;
  const copies = entry.remotes.length;
  if (copies === 1) {
    xmitOne(world, device, frame, packet, entry.remotes[0] as VxlanRemote);
    return;
  }
  const first = world.nextPacket;
  world.nextPacket += copies;
  record(world, TraceKind.BRIDGE_FLOOD, device.id, packet, frame, first, copies);
  holdFrame(pool, frame, copies);
  entry.remotes.forEach((remote, i) => {
    xmitOne(world, device, frame, first + i, remote);
  });
  releaseFrame(pool, frame);
}

/** Consumes one count of the inner frame. */
function xmitOne(world: World, device: NetDevice, inner: number, packet: number, remote: VxlanRemote): void {
  const vxlan = device.vxlan as Vxlan;
  const { pool } = world;
  const netns = world.netns[vxlan.underlay] as Netns;
  const oif = remote.dev ?? vxlan.link ?? ANY_DEV;
  const tos = vxlan.tos === 1 ? innerTos(world, inner) : vxlan.tos;
  if (remote.ip === IPV4_ANY) {
    count(world, device.id, TX_DROPPED);
    dropFrame(world, device.id, inner, packet, DropReason.NO_TX_TARGET);
    return;
  }
  const found = routeOutput(world, netns, remote.ip, vxlan.local, oif, tos & 0x1c, RT);
  if (found < 0 || RT.dev === device.id) {
    count(world, device.id, TX_ERRORS);
    dropFrame(world, device.id, inner, packet, found < 0 ? DropReason.IP_OUTNOROUTES : DropReason.RECURSION_LIMIT);
    return;
  }
  if (checkPmtu(world, device, inner, RT.mtu - VXLAN_HEADROOM)) {
    dropFrame(world, device.id, inner, packet, DropReason.PKT_TOO_BIG);
    return;
  }
  const sourcePort = flowPort(world, inner, vxlan);
  const df = vxlan.df === "set" || (vxlan.df === "inherit" && innerDf(world, inner)) ? IP_DF : 0;
  const ttl = vxlan.ttl !== 0 ? vxlan.ttl : isMulticastIpv4(remote.ip) ? 1 : ipDefaultTtl(netns);
  const length = frameLength(pool, inner) - ETH_HLEN;
  const frame = reframe(pool, inner, VXLAN_HEADROOM, packet);
  const ip = frameStart(pool, frame) + ETH_HLEN;
  const udpLength = frameLength(pool, frame) - ETH_HLEN - IPV4_HLEN;
  const b = pool.bytes;
  emitIpv4(b, ip, IPV4_HLEN + udpLength, nextIdent(netns), df, ttl, IPPROTO_UDP, RT.source, remote.ip, tos & ~1);
  emitUdpHeader(b, ip + IPV4_HLEN, sourcePort, remote.port, udpLength);
  emitVxlan(b, ip + IPV4_HLEN + UDP_HLEN, remote.vni);
  if (vxlan.udpcsum) setUdpChecksum(b, ip + IPV4_HLEN, udpLength, RT.source, remote.ip);
  record(world, TraceKind.ENCAP, device.id, packet, -1, remote.ip | 0, VXLAN_HEADROOM);
  countTunnelTx(world, device, length, ipLocalOut(world, frame, RT, -1, IPPROTO_UDP));
}

function isIp(world: World, frame: number): boolean {
  const at = frameStart(world.pool, frame);
  return getU16(world.pool.bytes, at + 12) === ETH_P_IP && frameLength(world.pool, frame) >= ETH_HLEN + IPV4_HLEN;
}

function innerTos(world: World, inner: number): number {
  return isIp(world, inner) ? ipv4Tos(world.pool.bytes, frameStart(world.pool, inner) + ETH_HLEN) : 0;
}

function innerDf(world: World, inner: number): boolean {
  if (!isIp(world, inner)) return false;
  return (ipv4FlagsAndOffset(world.pool.bytes, frameStart(world.pool, inner) + ETH_HLEN) & IP_DF) !== 0;
}

/**
 * udp_flow_src_port: the same for all frames of a flow and for its answers, so that routers which share out flows keep them
 * together. The kernel's hash has a secret; any will do.
 */
function flowPort(world: World, inner: number, vxlan: Vxlan): number {
  const { bytes } = world.pool;
  const at = frameStart(world.pool, inner);
  let hash: number;
  if (isIp(world, inner)) hash = ipFlow(bytes, at + ETH_HLEN);
  else hash = mix(mix(getU32(bytes, at + 2), getU32(bytes, at + 8)), getU16(bytes, at + 12));
  const min = vxlan.srcPortMin || PORT_MIN;
  const max = vxlan.srcPortMax || PORT_MAX;
  return min + Math.floor(((hash >>> 0) / 2 ** 32) * (max - min));
}

function ipFlow(b: Uint8Array, ip: number): number {
  const protocol = ipv4Protocol(b, ip);
  const hasPorts = (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP) && !ipv4IsFragment(b, ip);
  const ports = hasPorts ? getU32(b, ip + ipv4HeaderLength(b, ip)) : 0;
  const [one, other] = inOrder(ipv4Source(b, ip), ipv4Destination(b, ip));
  const [low, high] = inOrder(ports >>> 16, ports & 0xffff);
  return mix(mix(mix(mix(protocol, one), other), low), high);
}

function inOrder(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}

/** One step of MurmurHash3. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
}
