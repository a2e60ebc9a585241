/**
 * ARP packets that come in: net/ipv4/arp.c (arp_rcv, arp_process), RFC 826. Answers for own addresses, proxy ARP, what is
 * learned from questions and answers. Left out: RARP, other hardware than Ethernet.
 */
import { randomBelow } from "../../base/random.ts";
import { MS_NS } from "../../base/time.ts";
import { DropReason, Nud, TraceKind } from "../../base/trace-kind.ts";
import { frameLength, framePacket, frameStart, holdFrame, releaseFrame, setFramePacket } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { IPV4_ANY, type Ipv4, isInNetwork, isLoopbackIpv4, isMulticastIpv4, type Mac } from "../../wire/address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST, arpOp, arpSha, arpSpa, arpTha, arpTpa, refuseArp } from "../../wire/arp.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { fibLookup, inetAddrType, inetConfirmAddr } from "../fib/lookup.ts";
import { routeInput } from "../ipv4/route.ts";
import { createRtable, type Rtable } from "../ipv4/rtable.ts";
import { PACKET_HOST, PACKET_LOOPBACK, PACKET_OTHERHOST } from "../netdev/pkttype.ts";
import { isForeign } from "../quiet.ts";
import { record } from "../record.ts";
import {
  devConf,
  inDevArpAccept,
  inDevArpFilter,
  inDevArpIgnore,
  inDevDropGratuitousArp,
  inDevForward,
  inDevProxyArp,
  inDevRouteLocalnet,
  neighVar,
} from "../sysctl.ts";
import { type DevId, EventKind, type NetDevice, type Netns, Scope, type World } from "../types.ts";
import { arpSend } from "./arp-send.ts";
import { neighLookupOrCreate } from "./neigh.ts";
import { neighFind } from "./table.ts";
import { neighUpdate } from "./update.ts";

const RT = createRtable();

/** An ARP frame came in by a device. Consumes one count of it. */
export function arpRcv(world: World, devId: DevId, frame: number, packet: number, pkttype: number): void {
  const device = world.devs[devId] as NetDevice;
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN;
  if (device.noarp || device.kind === "loopback" || pkttype === PACKET_OTHERHOST || pkttype === PACKET_LOOPBACK) {
    dropFrame(world, devId, frame, packet, DropReason.OTHERHOST);
    return;
  }
  if (refuseArp(pool.bytes, at, frameLength(pool, frame) - ETH_HLEN) !== null) {
    dropFrame(world, devId, frame, packet, DropReason.NOT_SPECIFIED);
    return;
  }
  if (arpProcess(world, device, frame, packet, pkttype, false)) {
    record(world, TraceKind.DELIVER, devId, packet, frame, -1, -1);
    releaseFrame(pool, frame);
  } else dropFrame(world, devId, frame, packet, DropReason.ARP_NOT_FOR_US);
}

/**
 * Event ARP_DELAYED: a question that a proxy answers after a while, so that the real owner can be first.
 */
export function arpDelayed(world: World, frame: number, devId: DevId): void {
  const device = world.devs[devId];
  if (device?.up) arpProcess(world, device, frame, framePacket(world.pool, frame), PACKET_HOST, true);
  releaseFrame(world.pool, frame);
}

/** arp_process. Whether the packet meant anything to this host. The frame stays the caller's. */
function arpProcess(
  world: World,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  isDelayed: boolean,
): boolean {
  const netns = world.netns[device.netns] as Netns;
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const op = arpOp(b, at);
  if (op !== ARPOP_REPLY && op !== ARPOP_REQUEST) return false;
  const sha = arpSha(b, at);
  const sip = arpSpa(b, at);
  const tip = arpTpa(b, at);
  if (isMulticastIpv4(tip) || (isLoopbackIpv4(tip) && !inDevRouteLocalnet(netns, device))) return false;
  if (sip === tip && inDevDropGratuitousArp(netns, device)) return false;
  if (sip === IPV4_ANY) return answerProbe(world, netns, device, op, sha, tip);
  const isForUs = op === ARPOP_REQUEST && !isForeign(world, device.id, tip);
  if (isForUs && routeInput(world, netns, device, tip, sip, 0, RT) === 0) {
    if (RT.type === "local") {
      if (arpIgnore(world, netns, device, sip, tip) || arpFilter(world, netns, device, sip)) return false;
      if (learnSender(world, device, sha, sip)) arpSend(world, device, ARPOP_REPLY, sip, sha, device.mac, tip, sha);
      return true;
    }
    if (inDevForward(device) && RT.type === "unicast" && isProxied(world, netns, device, sip, tip, RT)) {
      answerAsProxy(world, device, frame, packet, pkttype, isDelayed);
      return true;
    }
  }
  return updateTables(world, netns, device, op, sha, sip, arpTha(b, at), tip, pkttype);
}

/** A sender without an address asks whether somebody has one (RFC 5227): only the owner answers, and nothing is learned. */
function answerProbe(world: World, netns: Netns, device: NetDevice, op: number, sha: Mac, tip: Ipv4): boolean {
  if (op !== ARPOP_REQUEST || inetAddrType(world, netns, tip) !== "local") return false;
  if (arpIgnore(world, netns, device, IPV4_ANY, tip)) return false;
  arpSend(world, device, ARPOP_REPLY, IPV4_ANY, sha, device.mac, tip, sha);
  return true;
}

/** neigh_event_ns: who asks can be reached where the question came from. False when there is no room to remember it. */
function learnSender(world: World, device: NetDevice, sha: Mac, sip: Ipv4): boolean {
  const entry = neighLookupOrCreate(world, device, sip);
  if (entry < 0) return false;
  neighUpdate(world, entry, sha, Nud.STALE, { override: true, admin: false });
  return true;
}

/** arp_ignore: whether an own address must not be answered for here. */
function arpIgnore(world: World, netns: Netns, device: NetDevice, sip: Ipv4, tip: Ipv4): boolean {
  switch (inDevArpIgnore(netns, device)) {
    case 0:
      return false;
    case 1:
      return !inetConfirmAddr(world, netns, device, IPV4_ANY, tip, Scope.HOST);
    case 2:
      return !inetConfirmAddr(world, netns, device, sip, tip, Scope.HOST);
    case 3:
      return !inetConfirmAddr(world, netns, null, IPV4_ANY, tip, Scope.LINK);
    case 8:
      return true;
    default:
      return false;
  }
}

/** arp_filter: with it, only the device that the way back leads through answers. */
function arpFilter(world: World, netns: Netns, device: NetDevice, sip: Ipv4): boolean {
  if (!inDevArpFilter(netns, device)) return false;
  const back = fibLookup(world, netns, sip);
  return typeof back === "number" || back.dev !== device.id;
}

/** arp_fwd_proxy and arp_fwd_pvlan, and the addresses that were named with `ip neigh add proxy`. */
function isProxied(world: World, netns: Netns, device: NetDevice, sip: Ipv4, tip: Ipv4, rt: Rtable): boolean {
  if (rt.dev === device.id) {
    return devConf(device, "proxy_arp_pvlan") !== 0 && sip !== tip;
  }
  if (netns.proxies.some((proxy) => proxy.ip === tip && (proxy.dev === null || proxy.dev === device.id))) return true;
  if (!inDevProxyArp(netns, device)) return false;
  const inMedium = devConf(device, "medium_id");
  if (inMedium === 0) return true;
  if (inMedium === -1) return false;
  const outMedium = devConf(world.devs[rt.dev] as NetDevice, "medium_id");
  return outMedium !== inMedium && outMedium !== -1;
}

/** Answers at once if asked directly or without proxy_delay, else after a random part of it. */
function answerAsProxy(
  world: World,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  isDelayed: boolean,
): void {
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const sha = arpSha(pool.bytes, at);
  const sip = arpSpa(pool.bytes, at);
  learnSender(world, device, sha, sip);
  const delay_ms = neighVar(device, "proxy_delay") * 10;
  if (isDelayed || pkttype === PACKET_HOST || delay_ms === 0) {
    arpSend(world, device, ARPOP_REPLY, sip, sha, device.mac, arpTpa(pool.bytes, at), sha);
    return;
  }
  holdFrame(pool, frame);
  setFramePacket(pool, frame, packet);
  const due = world.now_ns + randomBelow(world.random, delay_ms * 1000) * 1000;
  pushEvent(world.queue, due, EventKind.ARP_DELAYED, frame, device.id, 0);
}

/** What is left: news about neighbours that are known already (or, with arp_accept, about new ones). */
function updateTables(
  world: World,
  netns: Netns,
  device: NetDevice,
  op: number,
  sha: Mac,
  sip: Ipv4,
  tha: Mac,
  tip: Ipv4,
  pkttype: number,
): boolean {
  const t = world.neigh;
  let entry = neighFind(t, device.id, sip);
  const accepts = inDevArpAccept(netns, device);
  if (entry < 0 && accepts === 0) return false;
  const isUnicast = () => inetAddrType(world, netns, sip) === "unicast";
  const isGratuitous = tip === sip && (op === ARPOP_REQUEST || tha === sha) && isUnicast();
  if (entry < 0) {
    const isForeign = accepts === 2 && !device.addresses.some((ifa) => isInNetwork(sip, ifa.local, ifa.prefixLen));
    if (isForeign || !(isGratuitous || (op === ARPOP_REPLY && isUnicast()))) return false;
    entry = neighLookupOrCreate(world, device, sip);
    if (entry < 0) return false;
  }
  // Of several answers in a row the first is believed, unless an announcement says otherwise.
  const lock_ns = neighVar(device, "locktime") * 10 * MS_NS;
  const override = world.now_ns > (t.updated_ns[entry] as number) + lock_ns || isGratuitous;
  const state = op === ARPOP_REPLY && pkttype === PACKET_HOST ? Nud.REACHABLE : Nud.STALE;
  neighUpdate(world, entry, sha, state, { override, admin: false });
  return true;
}
