/**
 * What a bridge does with a frame, received or sent by its own interface: net/bridge/br_input.c, br_forward.c, br_device.c.
 * Left out: VLANs, multicast snooping (groups are flooded), proxy ARP and neighbour suppression, switchdev.
 * Bridged IPv4 frames meet netfilter in br-netfilter.ts.
 */
import { DropReason, TraceKind } from "../../../base/trace-kind.ts";
import {
  frameFlags,
  frameLength,
  framePacket,
  framePhysin,
  frameStart,
  holdFrame,
  NF_BRIDGED_DNAT,
  releaseFrame,
} from "../../../sim/frames.ts";
import { pushEvent } from "../../../sim/queue.ts";
import { traceRows } from "../../../sim/trace.ts";
import { getU16, getU32 } from "../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { dropFrame } from "../../drop.ts";
import { newPacket, record, tracedFrame } from "../../record.ts";
import { type Bridge, type BridgePort, EventKind, type NetDevice, type World } from "../../types.ts";
import { PACKET_OTHERHOST, PACKET_OUTGOING } from "../pkttype.ts";
import { count, countFloodTx, countRx, countTx, RX_MULTICAST, uncountTx } from "../stats.ts";
import { tapAll } from "../tap.ts";
import { wireXmit } from "../wire-xmit.ts";
import {
  bridgeForward,
  bridgePreRouting,
  canCut,
  cutOrSend,
  isBridgeFiltered,
  restoreSource,
  TO_NEIGHBOUR,
} from "./br-netfilter.ts";
import { bridgeFastPath } from "./fast-path.ts";
import { FDB_LOCAL, fdbFind } from "./fdb.ts";
import {
  FLOOD_BROADCAST,
  FLOOD_MULTICAST,
  FLOOD_OWN,
  FLOOD_SKIP,
  FLOOD_UNICAST,
  type FloodList,
  type FloodPlan,
  FORWARD_EXTRA,
  floodPlan,
  holdFloodList,
} from "./flood.ts";
import { fdbLearn } from "./learn.ts";

/** The frame that went up last: netfilter may have put another one in the place of the one that came. */
let upFrame = -1;

/** To be asked right after `bridgeReceive` has answered with a packet id: the frame that goes up. */
export function bridgeUpFrame(): number {
  return upFrame;
}

/** Answers of `bridgeReceive` besides a packet id: the bridge has taken the frame; the frame goes on as if there were no bridge. */
export const BRIDGE_CONSUMED = -1;
export const BRIDGE_PASS = -2;
/** The frame waits, as redirectedFrameAndHop says, to be sent to a neighbour by way of the bridge's own interface. */
export const BRIDGE_TO_NEIGHBOUR = -3;

/**
 * A frame came in by a port: br_handle_frame. Answers with the packet id under which the frame (one count of it) goes up to the
 * bridge's own interface, with BRIDGE_CONSUMED, BRIDGE_TO_NEIGHBOUR, or with BRIDGE_PASS (one count goes on, as received on the port).
 */
export function bridgeReceive(world: World, port: NetDevice, frame: number, packet: number): number {
  // Without a sniffer that has been tried already.
  if (world.shortWays && port.taps.length !== 0 && bridgeFastPath(world, port, frame, packet)) return BRIDGE_CONSUMED;
  const bytes = world.pool.bytes;
  const at = frameStart(world.pool, frame);
  const srcHi = getU16(bytes, at + 6);
  const srcLo = getU32(bytes, at + 8) | 0;
  if ((srcHi & 0x0100) !== 0 || (srcHi === 0 && srcLo === 0)) {
    dropFrame(world, port.id, frame, packet, DropReason.NOT_SPECIFIED);
    return BRIDGE_CONSUMED;
  }
  const bridge = world.devs[port.master as number] as NetDevice;
  const state = (port.port as BridgePort).state;
  const dstHi = getU16(bytes, at);
  const dstLo = getU32(bytes, at + 2) | 0;
  // 01:80:c2:00:00:0x; with STP off even the bridge group address is forwarded, so that loops are still found.
  if (dstHi === 0x0180 && (dstLo & ~0xf) === (0xc2000000 | 0)) {
    const last = dstLo & 0xf;
    if (last === 1) {
      dropFrame(world, port.id, frame, packet, DropReason.NOT_SPECIFIED);
      return BRIDGE_CONSUMED;
    }
    if (last !== 0 || (bridge.bridge as Bridge).stp) {
      if (canLearn(port)) fdbLearn(world, bridge, port.id, srcHi, srcLo, packet, frame);
      return BRIDGE_PASS;
    }
  }
  if (state !== "forwarding" && state !== "learning") {
    dropFrame(world, port.id, frame, packet, DropReason.BRIDGE_INGRESS_STP_STATE);
    return BRIDGE_CONSUMED;
  }
  if (isBridgeFiltered(world, bridge, frame)) {
    const next = bridgePreRouting(world, bridge, port, frame, packet);
    if (next < 0) return next === TO_NEIGHBOUR ? BRIDGE_TO_NEIGHBOUR : BRIDGE_CONSUMED;
    const id = next === frame ? packet : framePacket(world.pool, next);
    return learnAndFinish(world, bridge, port, next, id);
  }
  return learnAndFinish(world, bridge, port, frame, packet);
}

/** The first half of br_handle_frame_finish. */
function learnAndFinish(world: World, bridge: NetDevice, port: NetDevice, frame: number, packet: number): number {
  const { bytes } = world.pool;
  const at = frameStart(world.pool, frame);
  const { learning, state } = port.port as BridgePort;
  if (learning) fdbLearn(world, bridge, port.id, getU16(bytes, at + 6), getU32(bytes, at + 8) | 0, packet, frame);
  if (state === "learning") {
    dropFrame(world, port.id, frame, packet, DropReason.BRIDGE_INGRESS_STP_STATE);
    return BRIDGE_CONSUMED;
  }
  return handleFrameFinish(world, bridge, port, frame, packet, getU16(bytes, at), getU32(bytes, at + 2) | 0);
}

function canLearn(port: NetDevice): boolean {
  const { learning, state } = port.port as BridgePort;
  return learning && (state === "learning" || state === "forwarding");
}

/** Where the frame goes, now that its source is learned: br_handle_frame_finish. Answers as `bridgeReceive`. */
function handleFrameFinish(
  world: World,
  bridge: NetDevice,
  port: NetDevice,
  frame: number,
  packet: number,
  dstHi: number,
  dstLo: number,
): number {
  const promisc = bridge.promiscuity > 0;
  if ((dstHi & 0x0100) !== 0) {
    const broadcast = dstHi === 0xffff && dstLo === -1;
    if (!broadcast) count(world, bridge.id, RX_MULTICAST);
    flood(world, bridge, broadcast ? FLOOD_BROADCAST : FLOOD_MULTICAST, port, frame, packet, true);
    return passUp(world, bridge, port, frame, packet, -1);
  }
  const t = world.fdb;
  const slot = fdbFind(t, bridge.id, dstHi, dstLo);
  if (slot >= 0 && ((t.flags[slot] as number) & FDB_LOCAL) !== 0) return passUp(world, bridge, port, frame, packet, -1);
  if (slot < 0) {
    flood(world, bridge, FLOOD_UNICAST, port, frame, packet, promisc);
    return promisc ? passUp(world, bridge, port, frame, packet, -1) : BRIDGE_CONSUMED;
  }
  t.used_ns[slot] = world.now_ns;
  const forwarded = forward(world, bridge, t.dev[slot] as number, port, frame, packet, promisc);
  if (!promisc) return BRIDGE_CONSUMED;
  return forwarded
    ? passUp(world, bridge, port, frame, newPacket(world), packet)
    : passUp(world, bridge, port, frame, packet, -1);
}

/** The frame goes up to the bridge's own interface: br_pass_frame_up. @param copyOf the packet that went on, or -1 */
function passUp(
  world: World,
  bridge: NetDevice,
  port: NetDevice,
  frame: number,
  packet: number,
  copyOf: number,
): number {
  upFrame = frame;
  countRx(world, bridge.id, frameLength(world.pool, frame) - ETH_HLEN);
  record(world, TraceKind.BRIDGE_UP, bridge.id, packet, frame, port.id, copyOf);
  return packet;
}

/** The bridge's own interface sends: br_dev_xmit. Consumes the frame. */
export function bridgeXmit(world: World, bridge: NetDevice, frame: number, packet: number): void {
  if (bridge.taps.length !== 0) tapAll(world, bridge, frame, packet, PACKET_OUTGOING);
  if ((frameFlags(world.pool, frame) & NF_BRIDGED_DNAT) !== 0) {
    bridgeRedirected(world, bridge, frame, packet);
    return;
  }
  countTx(world, bridge.id, frameLength(world.pool, frame));
  record(world, TraceKind.BRIDGE_XMIT, bridge.id, packet, frame, -1, -1);
  const bytes = world.pool.bytes;
  const at = frameStart(world.pool, frame);
  const dstHi = getU16(bytes, at);
  const dstLo = getU32(bytes, at + 2) | 0;
  if ((dstHi & 0x0100) !== 0) {
    flood(world, bridge, FLOOD_OWN, null, frame, packet, false);
    return;
  }
  const slot = fdbFind(world.fdb, bridge.id, dstHi, dstLo);
  if (slot < 0) flood(world, bridge, FLOOD_UNICAST, null, frame, packet, false);
  else forward(world, bridge, world.fdb.dev[slot] as number, null, frame, packet, false);
}

/**
 * br_nf_dev_xmit: what NAT has given to a neighbour on this bridge goes on where it came in. Consumes the frame. A capture shares its bytes,
 * so it has the source MAC that the frame gets back here.
 */
function bridgeRedirected(world: World, bridge: NetDevice, frame: number, packet: number): void {
  restoreSource(world, frame);
  record(world, TraceKind.BRIDGE_XMIT, bridge.id, packet, frame, -1, -1);
  const port = world.devs[framePhysin(world.pool, frame)];
  if (!port || port.master !== bridge.id) {
    dropFrame(world, bridge.id, frame, packet, DropReason.DEV_READY);
    return;
  }
  const up = learnAndFinish(world, bridge, port, frame, packet);
  if (up < 0) return;
  if (bridge.taps.length !== 0) tapAll(world, bridge, upFrame, up, PACKET_OTHERHOST);
  dropFrame(world, bridge.id, upFrame, up, DropReason.OTHERHOST);
}

/**
 * Out by one port: br_forward. Whether it left. Consumes one count of the frame; with `keep` the caller keeps another one (and
 * if the frame doesn't leave, only the caller's count is left and nothing is said of a drop).
 * @param to port, or FDB_BRIDGE_ITSELF, where a frame of the bridge itself ends
 */
function forward(
  world: World,
  bridge: NetDevice,
  to: number,
  from: NetDevice | null,
  frame: number,
  packet: number,
  keep: boolean,
): boolean {
  const reason = whyNotOut(world, bridge, to, from, frame);
  if (reason !== null) {
    if (!keep) dropFrame(world, to < 0 ? bridge.id : to, frame, packet, reason);
    return false;
  }
  if (keep) holdFrame(world.pool, frame);
  record(world, TraceKind.BRIDGE_FORWARD, bridge.id, packet, frame, to, from === null ? -1 : from.id);
  const device = world.devs[to] as NetDevice;
  if (from !== null && isFiltered(world, frame)) bridgeForward(world, bridge, device, frame, packet);
  else if (from !== null && isLong(world, device, frame)) cutOrSend(world, bridge, device, frame, packet);
  else wireXmit(world, device, frame, packet);
  return true;
}

/** should_deliver and is_skb_forwardable. */
function whyNotOut(
  world: World,
  bridge: NetDevice,
  to: number,
  from: NetDevice | null,
  frame: number,
): DropReason | null {
  if (to < 0) return DropReason.BRIDGE_NO_EGRESS;
  const device = world.devs[to] as NetDevice;
  const port = device.port as BridgePort;
  if (device === from && !port.hairpin) return DropReason.BRIDGE_SAME_PORT;
  if (port.state !== "forwarding") return DropReason.BRIDGE_NO_EGRESS;
  if (from !== null && port.isolated && (from.port as BridgePort).isolated) return DropReason.BRIDGE_NO_EGRESS;
  // What was put together from fragments will be cut again.
  if (isFiltered(world, frame)) return null;
  if (!isLong(world, device, frame)) return null;
  if (from !== null && canCut(world, bridge, frame)) return null;
  return frameLength(world.pool, frame) > device.mtu + FORWARD_EXTRA ? DropReason.PKT_TOO_BIG : null;
}

/** Whether the packet is longer than the port's MTU. */
function isLong(world: World, port: NetDevice, frame: number): boolean {
  return frameLength(world.pool, frame) > port.mtu + ETH_HLEN;
}

/** Whether netfilter has seen the frame as it came in, so that it sees it go out, too. */
function isFiltered(world: World, frame: number): boolean {
  return framePhysin(world.pool, frame) >= 0;
}

/**
 * Out by all ports that want it: br_flood. Every port gets a copy with a packet id of its own. Consumes one count of the frame;
 * with `keep` the caller keeps another one.
 */
function flood(
  world: World,
  bridge: NetDevice,
  kind: number,
  from: NetDevice | null,
  frame: number,
  packet: number,
  keep: boolean,
): void {
  const plan = floodPlan(world, bridge.bridge as Bridge, kind, from !== null && (from.port as BridgePort).isolated);
  const ports = plan.ports;
  const skip = from === null || (from.port as BridgePort).hairpin ? -1 : ports.indexOf(from.id);
  const copies = skip < 0 ? ports.length : ports.length - 1;
  if (copies === 0) {
    if (!keep) dropFrame(world, bridge.id, frame, packet, DropReason.BRIDGE_NO_EGRESS);
    return;
  }
  const first = world.nextPacket;
  world.nextPacket += copies;
  record(world, TraceKind.BRIDGE_FLOOD, bridge.id, packet, frame, first, copies);
  holdFrame(world.pool, frame, copies);
  if (from !== null && isFiltered(world, frame)) {
    floodFiltered(world, bridge, ports, skip, frame, first);
    if (!keep) releaseFrame(world.pool, frame);
    return;
  }
  const fits = frameLength(world.pool, frame) <= plan.maxLength;
  if (fits && plan.lists !== null && world.floods.asOneEvent) floodAtOnce(world, plan, plan.lists, skip, frame, first);
  else floodOneByOne(world, bridge, ports, skip, frame, first, from !== null);
  if (!keep) releaseFrame(world.pool, frame);
}

/** All ports send, as `wireXmit` has it; the arrivals are one event for each time of arrival. */
function floodAtOnce(
  world: World,
  plan: FloodPlan,
  lists: readonly number[],
  skip: number,
  frame: number,
  first: number,
): void {
  const { ports, peers, latencies_ns } = plan;
  const length = frameLength(world.pool, frame);
  const { trace } = world;
  for (const list of lists) countFloodTx(world, list, length);
  if (skip >= 0) uncountTx(world, ports[skip] as number, length);
  if (trace.on) {
    const traced = tracedFrame(world, frame);
    const behind = Math.max(skip, 0);
    traceRows(trace, world.now_ns, TraceKind.HOP, ports, peers, latencies_ns, 0, behind, first, traced);
    traceRows(
      trace,
      world.now_ns,
      TraceKind.HOP,
      ports,
      peers,
      latencies_ns,
      skip + 1,
      ports.length,
      first + behind,
      traced,
    );
  }
  for (const list of lists) {
    const { latency_ns } = world.floods.lists[list] as FloodList;
    holdFloodList(world.floods, list);
    const a = list * FLOOD_SKIP + skip + 1;
    pushEvent(world.queue, world.now_ns + latency_ns, EventKind.FLOOD_RX, a, frame, first);
  }
}

/** @param isForwarded the frame came in by a port, so that it may be cut */
function floodOneByOne(
  world: World,
  bridge: NetDevice,
  ports: Int32Array,
  skip: number,
  frame: number,
  first: number,
  isForwarded: boolean,
): void {
  let packet = first;
  const length = frameLength(world.pool, frame);
  const mayCut = isForwarded && canCut(world, bridge, frame);
  for (let place = 0; place < ports.length; place++) {
    if (place === skip) continue;
    const port = world.devs[ports[place] as number] as NetDevice;
    if (mayCut && length > port.mtu + ETH_HLEN) cutOrSend(world, bridge, port, frame, packet);
    else if (length > port.mtu + FORWARD_EXTRA) dropFrame(world, port.id, frame, packet, DropReason.PKT_TOO_BIG);
    else wireXmit(world, port, frame, packet);
    packet++;
  }
}

function floodFiltered(
  world: World,
  bridge: NetDevice,
  ports: Int32Array,
  skip: number,
  frame: number,
  first: number,
): void {
  let packet = first;
  for (let place = 0; place < ports.length; place++) {
    if (place === skip) continue;
    bridgeForward(world, bridge, world.devs[ports[place] as number] as NetDevice, frame, packet);
    packet++;
  }
}
