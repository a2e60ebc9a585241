/**
 * IPv4 in IPv4: net/ipv4/ipip.c, net/ipv4/ip_tunnel.c, net/ipv4/tunnel4.c and RFC 2003. A device has no link-layer header: the place
 * of the Ethernet header in its frames holds no addresses, as on loopback. tunl0, which comes with the module, has no addresses of its own: it sends to the
 * next hop that the route names, and takes what no other tunnel wants.
 * Left out: MPLS, collect_md, errors that routers on the way report to the tunnel.
 */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameLength, framePacket, frameStart, reframe, unshareFrame } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { IPV4_ANY, type Ipv4, MAC_ZERO } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_PORT_UNREACH } from "../../wire/icmpv4.ts";
import {
  emitIpv4,
  IP_DF,
  IPPROTO_IPIP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4HeaderLength,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { EEXIST } from "../errno.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import { icmpSend } from "../ipv4/icmp-send.ts";
import { ipLocalOut, nextIdent } from "../ipv4/output.ts";
import { routeOutput, updatePmtu } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { type DeviceSpec, registerNetdevice } from "../netdev/register.ts";
import { count, TX_ERRORS } from "../netdev/stats.ts";
import { record } from "../record.ts";
import { type DevId, EventKind, type NetDevice, type Netns, type NetnsId, type World } from "../types.ts";
import { devByName, machineOf } from "../world.ts";
import { countTunnelTx } from "./tunnel-stats.ts";
import type { IpTunnel } from "./types.ts";

const RT = createRtable();

/** Addresses and settings of a tunnel, as `ip tunnel add` and `ip link add … type ipip` give them. */
export type IpTunnelConfig = Omit<IpTunnel, "underlay" | "fallback">;

/** A tunnel, down: ip_tunnel_newlink. EEXIST when there is one between the same addresses; errno as registerNetdevice. */
export function createIpTunnel(
  world: World,
  netnsId: NetnsId,
  spec: Omit<DeviceSpec, "kind" | "mac">,
  config: IpTunnelConfig,
): NetDevice | number {
  loadIpip(world, netnsId);
  if (findTunnel(world, netnsId, config.local, config.remote) !== null) return EEXIST;
  return register(world, netnsId, spec, { ...config, underlay: netnsId, fallback: false });
}

/** `modprobe ipip`: every namespace of the machine gets a tunl0, those that come later too. False: it was loaded already. */
export function loadIpip(world: World, netnsId: NetnsId): boolean {
  const machine = machineOf(world, netnsId);
  if (machine.sysctl[IPIP_LOADED] === 1) return false;
  machine.sysctl[IPIP_LOADED] = 1;
  for (const space of world.netns) if (space?.machine === machine.id) addFallback(world, space.id);
  return true;
}

/** Not a sysctl: the mark that the module is there. */
export const IPIP_LOADED = "module.ipip";

/** tunl0 of a namespace. */
export function addFallback(world: World, netnsId: NetnsId): void {
  if (devByName(world, netnsId, "tunl0") !== null) return;
  const any = { local: IPV4_ANY, remote: IPV4_ANY, link: null, ttl: 0, tos: 0, pmtudisc: false };
  register(world, netnsId, { name: "tunl0" }, { ...any, underlay: netnsId, fallback: true });
}

function register(
  world: World,
  netnsId: NetnsId,
  spec: Omit<DeviceSpec, "kind" | "mac">,
  tunnel: IpTunnel,
): NetDevice | number {
  const lower = tunnel.link === null ? null : (world.devs[tunnel.link] ?? null);
  const mtu = spec.mtu ?? (lower?.mtu ?? 1500) - IPV4_HLEN;
  const device = registerNetdevice(world, netnsId, { ...spec, mac: MAC_ZERO, mtu, kind: "ipip" });
  if (typeof device === "number") return device;
  device.ipTunnel = tunnel;
  device.macSet = false;
  device.multicast = false;
  device.multicastList = [];
  return device;
}

/** The tunnel between two addresses, or null. */
export function findTunnel(world: World, netnsId: NetnsId, local: Ipv4, remote: Ipv4): NetDevice | null {
  const found = world.devs.find((one) => {
    const t = one?.ipTunnel;
    return t != null && t.underlay === netnsId && !t.fallback && t.local === local && t.remote === remote;
  });
  return found ?? null;
}

/** ip_tunnel_xmit. Consumes the frame; its packet id is the pool's. @param nextHop as the inner packet's route has it */
export function ipipXmit(world: World, device: NetDevice, frame: number, nextHop: Ipv4): void {
  const tunnel = device.ipTunnel as IpTunnel;
  const { pool } = world;
  const packet = framePacket(pool, frame);
  const netns = world.netns[tunnel.underlay] as Netns;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const innerTos = ipv4Tos(pool.bytes, at);
  const tos = (tunnel.tos & 1) === 1 ? innerTos : tunnel.tos;
  const destination = tunnel.remote !== IPV4_ANY ? tunnel.remote : nextHop;
  const found = routeOutput(world, netns, destination, tunnel.local, tunnel.link ?? ANY_DEV, tos & 0x1c, RT);
  if (found < 0 || RT.dev === device.id) {
    count(world, device.id, TX_ERRORS);
    dropFrame(world, device.id, frame, packet, found < 0 ? DropReason.IP_OUTNOROUTES : DropReason.RECURSION_LIMIT);
    return;
  }
  const innerDf = ipv4FlagsAndOffset(pool.bytes, at) & IP_DF;
  const df = (tunnel.pmtudisc ? IP_DF : 0) | innerDf;
  if (isTooLong(world, device, frame, df === 0 ? device.mtu : RT.mtu - IPV4_HLEN, innerDf !== 0)) {
    count(world, device.id, TX_ERRORS);
    dropFrame(world, device.id, frame, packet, DropReason.PKT_TOO_BIG);
    return;
  }
  const ttl = tunnel.ttl !== 0 ? tunnel.ttl : ipv4Ttl(pool.bytes, at);
  const outer = reframe(pool, unshareFrame(pool, frame, packet), IPV4_HLEN, packet);
  const ip = frameStart(pool, outer) + ETH_HLEN;
  const length = frameLength(pool, outer) - ETH_HLEN;
  emitIpv4(pool.bytes, ip, length, nextIdent(netns), df, ttl, IPPROTO_IPIP, RT.source, destination, tos & ~1);
  record(world, TraceKind.ENCAP, device.id, packet, -1, destination | 0, IPV4_HLEN);
  countTunnelTx(world, device, length - IPV4_HLEN, ipLocalOut(world, outer, RT, -1, IPPROTO_IPIP));
}

/** tnl_update_pmtu: the sender of what must not be cut is told what fits. */
function isTooLong(world: World, device: NetDevice, frame: number, mtu: number, innerDf: boolean): boolean {
  const { pool } = world;
  const at = frameStart(pool, frame) + ETH_HLEN;
  if (ipv4TotalLength(pool.bytes, at) <= mtu) return false;
  const netns = world.netns[device.netns] as Netns;
  updatePmtu(world, netns, ipv4Destination(pool.bytes, at), mtu);
  if (!innerDf) return false;
  icmpSend(world, netns.id, frame, device.id, false, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
  return true;
}

/**
 * A packet of protocol 4 for this host: tunnel4_rcv, ip_tunnel_rcv. Consumes the frame; the inner packet arrives at the tunnel in the
 * next event.
 */
export function ipipRcv(world: World, netns: Netns, inDev: DevId, frame: number, packet: number): void {
  const { pool } = world;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const source = ipv4Source(pool.bytes, at);
  const device = receiver(world, netns, source, ipv4Destination(pool.bytes, at));
  if (device === null) {
    icmpSend(world, netns.id, frame, inDev, true, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
    dropFrame(world, inDev, frame, packet, DropReason.IP_NOPROTO);
    return;
  }
  const taken = ipv4HeaderLength(pool.bytes, at);
  const inner = reframe(pool, frame, -taken, packet);
  emitEthernet(pool.bytes, frameStart(pool, inner), MAC_ZERO, MAC_ZERO, ETH_P_IP);
  record(world, TraceKind.DECAP, device.id, packet, inner, source | 0, taken);
  pushEvent(world.queue, world.now_ns, EventKind.FRAME_RX, device.id, inner, packet);
}

/** ip_tunnel_lookup: the tunnel that fits best among those that are up. */
function receiver(world: World, netns: Netns, source: Ipv4, destination: Ipv4): NetDevice | null {
  let best: NetDevice | null = null;
  let bestScore = -1;
  for (const id of netns.tunnels) {
    const device = world.devs[id] as NetDevice;
    const tunnel = device.ipTunnel;
    if (tunnel === null) continue;
    if (tunnel.remote !== IPV4_ANY && tunnel.remote !== source) continue;
    if (tunnel.local !== IPV4_ANY && tunnel.local !== destination) continue;
    const score =
      (tunnel.remote === source ? 4 : 0) + (tunnel.local === destination ? 2 : 0) + (tunnel.fallback ? 0 : 1);
    if (score > bestScore) [best, bestScore] = [device, score];
  }
  return best;
}
