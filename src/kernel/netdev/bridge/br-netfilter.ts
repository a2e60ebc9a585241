/**
 * Bridged IPv4 packets meet the same hooks as routed ones: net/bridge/br_netfilter_hooks.c. A frame that has passed PRE_ROUTING
 * here bears the port that it came in by (framePhysin), and meets it no more when it goes up.
 * Left out: ARP and IPv6 filtering, VLAN and PPPoE headers.
 */
import { DropReason } from "../../../base/trace-kind.ts";
import {
  frameFlags,
  frameFragMax,
  frameLength,
  frameMark,
  framePacket,
  frameStart,
  NF_BRIDGED_DNAT,
  setFrameFlags,
  setFramePacket,
  setFramePhysin,
  unshareFrame,
} from "../../../sim/frames.ts";
import { IPV4_ANY, type Ipv4, type Mac } from "../../../wire/address.ts";
import { copyBytes, getU16, setMac } from "../../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_IP } from "../../../wire/ethernet.ts";
import { IP_DF, ipv4Destination, ipv4FlagsAndOffset, ipv4Source, ipv4Tos, refuseIpv4 } from "../../../wire/ipv4.ts";
import { dropFrame } from "../../drop.ts";
import { ipFragment } from "../../ipv4/fragment-out.ts";
import { logMartian } from "../../ipv4/martian.ts";
import { routeInput } from "../../ipv4/route.ts";
import { createRtable } from "../../ipv4/rtable.ts";
import { NUD_CONNECTED } from "../../neigh/entry.ts";
import { neighFind } from "../../neigh/table.ts";
import { isHooked, nfHook } from "../../netfilter/hooks.ts";
import { NfHook } from "../../netfilter/types.ts";
import { isHeaderSumOk } from "../../skb.ts";
import { count, Mib } from "../../snmp.ts";
import type { NetDevice, Netns, World } from "../../types.ts";
import { PACKET_OTHERHOST } from "../pkttype.ts";
import { wireXmit } from "../wire-xmit.ts";
import { FORWARD_EXTRA } from "./flood.ts";

/** Whether netfilter wants to see this frame of a bridge: bridge-nf-call-iptables or the bridge's own nf_call_iptables, and something is registered. */
export function isBridgeFiltered(world: World, bridge: NetDevice, frame: number): boolean {
  const netns = world.netns[bridge.netns] as Netns;
  if (!isHooked(netns, NfHook.FORWARD) && !isHooked(netns, NfHook.PRE_ROUTING)) return false;
  const { pool } = world;
  if (getU16(pool.bytes, frameStart(pool, frame) + ETH_HLEN - 2) !== ETH_P_IP) return false;
  return callsIptables(world, bridge);
}

const RT = createRtable();

/** Answer of `bridgePreRouting`: NAT has given the frame to a neighbour on this bridge that has to be asked for first. */
export const TO_NEIGHBOUR = -2;
let redirectedFrame = -1;
let redirectedTo: Ipv4 = IPV4_ANY;

/** To be asked right after TO_NEIGHBOUR: the frame (one count of it), and the neighbour it goes to. */
export function redirectedFrameAndHop(): { frame: number; nextHop: Ipv4 } {
  return { frame: redirectedFrame, nextHop: redirectedTo };
}

/**
 * br_nf_pre_routing and br_nf_pre_routing_finish. Answers the frame that goes on in the bridge (if it is another one, with its packet
 * id in the pool), -1, or TO_NEIGHBOUR.
 */
export function bridgePreRouting(
  world: World,
  bridge: NetDevice,
  port: NetDevice,
  frame: number,
  packet: number,
): number {
  const { pool } = world;
  const netns = world.netns[bridge.netns] as Netns;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const length = frameLength(pool, frame) - ETH_HLEN;
  if (refuseIpv4(pool.bytes, at, length) !== null || !isHeaderSumOk(pool, frame, at)) {
    dropFrame(world, port.id, frame, packet, DropReason.IP_INHDR);
    return -1;
  }
  setFramePhysin(pool, frame, port.id);
  const before = ipv4Destination(pool.bytes, at);
  const next = nfHook(world, netns, NfHook.PRE_ROUTING, frame, packet, bridge.id, -1, -1, IPV4_ANY, PACKET_OTHERHOST);
  if (next < 0) return -1;
  const after = ipv4Destination(pool.bytes, frameStart(pool, next) + ETH_HLEN);
  if (after === before) return next;
  return redirected(world, netns, bridge, next, next === frame ? packet : framePacket(pool, next), after);
}

/** The destination has been translated: the frame is for a neighbour on this bridge, or for this host to route. */
function redirected(
  world: World,
  netns: Netns,
  bridge: NetDevice,
  frame: number,
  packet: number,
  destination: Ipv4,
): number {
  const { pool } = world;
  const at = frameStart(pool, frame) + ETH_HLEN;
  const tos = ipv4Tos(pool.bytes, at) & 0x1c;
  const mark = frameMark(pool, frame);
  if (routeInput(world, netns, bridge, destination, ipv4Source(pool.bytes, at), tos, RT, mark) < 0) {
    logMartian(world, netns, bridge, frame, RT.reason);
    dropFrame(world, bridge.id, frame, packet, RT.reason as DropReason);
    return -1;
  }
  const own = unshareFrame(pool, frame, packet);
  const start = frameStart(pool, own);
  if (RT.type !== "unicast" || RT.dev !== bridge.id) {
    setMac(pool.bytes, start, bridge.mac);
    return own;
  }
  const nextHop = RT.gateway ?? destination;
  const mac = connectedMac(world, bridge, nextHop);
  if (mac === null) {
    // The way through the neighbour's queue writes a header of its own.
    copyBytes(pool.bytes, start + MAC_LENGTH, pool.bytes, start - SAVED, MAC_LENGTH);
    setFrameFlags(pool, own, frameFlags(pool, own) | NF_BRIDGED_DNAT);
    setFramePacket(pool, own, packet);
    redirectedFrame = own;
    redirectedTo = nextHop;
    return TO_NEIGHBOUR;
  }
  setMac(pool.bytes, start, mac);
  return own;
}

const MAC_LENGTH = 6;
/** nf_bridge->neigh_header: so far before the frame its source MAC is kept. */
const SAVED = 8;

/** br_nf_pre_routing_finish_bridge_slow: gives a frame that NAT has readdressed its source MAC back, now that it has its destination's. */
export function restoreSource(world: World, frame: number): void {
  const { pool } = world;
  const start = frameStart(pool, frame);
  setFrameFlags(pool, frame, frameFlags(pool, frame) & ~NF_BRIDGED_DNAT);
  copyBytes(pool.bytes, start - SAVED, pool.bytes, start + MAC_LENGTH, MAC_LENGTH);
}

function connectedMac(world: World, bridge: NetDevice, nextHop: Ipv4): Mac | null {
  const t = world.neigh;
  const entry = neighFind(t, bridge.id, nextHop);
  return entry >= 0 && ((t.state[entry] as number) & NUD_CONNECTED) !== 0 ? (t.mac[entry] as Mac) : null;
}

/**
 * From port to port: br_nf_forward, br_nf_post_routing, br_nf_dev_queue_xmit. Consumes one count of the frame; what was put together
 * from fragments is cut again.
 */
export function bridgeForward(world: World, bridge: NetDevice, to: NetDevice, frame: number, packet: number): void {
  const { pool } = world;
  const netns = world.netns[bridge.netns] as Netns;
  const forwarded = nfHook(world, netns, NfHook.FORWARD, frame, packet, bridge.id, bridge.id, to.id, IPV4_ANY);
  if (forwarded < 0) return;
  const id = forwarded === frame ? packet : framePacket(pool, forwarded);
  const nextHop = ipv4Destination(pool.bytes, frameStart(pool, forwarded) + ETH_HLEN);
  const out = nfHook(world, netns, NfHook.POST_ROUTING, forwarded, id, -1, bridge.id, to.id, nextHop);
  if (out >= 0) cutOrSend(world, bridge, to, out, out === forwarded ? id : framePacket(pool, out));
}

/** Whether a packet too long for a port may be cut, though no rule wants to see it: bridge-nf-call-iptables is enough. */
export function canCut(world: World, bridge: NetDevice, frame: number): boolean {
  return (
    getU16(world.pool.bytes, frameStart(world.pool, frame) + ETH_HLEN - 2) === ETH_P_IP && callsIptables(world, bridge)
  );
}

function callsIptables(world: World, bridge: NetDevice): boolean {
  if (((world.netns[bridge.netns] as Netns).sysctl["net.bridge.bridge-nf-call-iptables"] ?? 1) !== 0) return true;
  return bridge.bridge?.callsIptables === true;
}

/**
 * br_nf_dev_queue_xmit, br_nf_ip_fragment: cuts an IPv4 packet that came in by another port and is too long for this one, to the
 * bridge's MTU; what was put together from fragments, to their length if that is less. Consumes one count of the frame.
 */
export function cutOrSend(world: World, bridge: NetDevice, to: NetDevice, frame: number, packet: number): void {
  const { pool } = world;
  const fragMax = frameFragMax(pool, frame);
  const length = frameLength(pool, frame) - ETH_HLEN;
  if (length <= (fragMax === 0 ? to.mtu : Math.min(fragMax, to.mtu))) {
    wireXmit(world, to, frame, packet);
    return;
  }
  const flags = ipv4FlagsAndOffset(pool.bytes, frameStart(pool, frame) + ETH_HLEN);
  if (fragMax > bridge.mtu || (fragMax === 0 && (flags & IP_DF) !== 0)) {
    dropFrame(world, to.id, frame, packet, DropReason.PKT_TOO_BIG);
    return;
  }
  const own = unshareFrame(pool, frame, packet);
  const from = frameStart(pool, own);
  const header = pool.bytes.slice(from, from + ETH_HLEN);
  const parts = ipFragment(world, own, fragMax === 0 ? bridge.mtu : Math.min(fragMax, bridge.mtu));
  const netns = world.netns[bridge.netns] as Netns;
  count(netns, Mib.IP_FRAG_OKS);
  count(netns, Mib.IP_FRAG_CREATES, parts.length);
  for (const fragment of parts) {
    copyBytes(header, 0, pool.bytes, frameStart(pool, fragment), ETH_HLEN);
    const fits = frameLength(pool, fragment) <= to.mtu + FORWARD_EXTRA;
    if (fits) wireXmit(world, to, fragment, packet);
    else dropFrame(world, to.id, fragment, packet, DropReason.PKT_TOO_BIG);
  }
}
