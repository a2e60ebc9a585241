/** Receiving: eth_type_trans() and __netif_receive_skb_core(), net/ethernet/eth.c and net/core/dev.c. */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { releaseFrame, scrubFrame } from "../../sim/frames.ts";
import { traceRun } from "../../sim/trace.ts";
import { IPV4_ANY, MAC_BROADCAST, type Mac } from "../../wire/address.ts";
import { arpSpa, arpTpa, refuseArp } from "../../wire/arp.ts";
import { getMac, getU16 } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_802_3_MIN, ETH_P_ARP, ETH_P_IP } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { ipRcv } from "../ipv4/input.ts";
import { arpRcv } from "../neigh/arp.ts";
import { isQuiet } from "../quiet.ts";
import { tracedFrame } from "../record.ts";
import type { DevId, NetDevice, World } from "../types.ts";
import { FLOOD_SKIP, type FloodList, releaseFloodList } from "./bridge/flood.ts";
import { BRIDGE_CONSUMED, BRIDGE_PASS, bridgeReceive, bridgeUpFrame } from "./bridge/forward.ts";
import { PACKET_BROADCAST, PACKET_HOST, PACKET_LOOPBACK, PACKET_MULTICAST, PACKET_OTHERHOST } from "./pkttype.ts";
import { count, countRx, RX_DROPPED } from "./stats.ts";
import { tapAll, tapProtocol } from "./tap.ts";

const ETH_P_802_2 = 0x0004;

/** A frame arrives at a device. Consumes one count of it. @param packet identity of this copy */
export function netifReceive(world: World, id: DevId, frame: number, packet: number): void {
  const device = world.devs[id];
  const length = world.pool.length[frame] as number;
  if (!device?.up || length < ETH_HLEN) {
    dropArrival(world, id, frame, packet);
    return;
  }
  if (device.kind !== "loopback") scrubFrame(world.pool, frame);
  countRx(world, id, device.kind === "loopback" ? length - ETH_HLEN : length);
  const at = world.pool.start[frame] as number;
  const dst = getMac(world.pool.bytes, at);
  receiveCore(world, device, frame, packet, dst, pkttypeOf(dst, device.mac), getU16(world.pool.bytes, at + 12));
}

/** Event FLOOD_RX: a bridge's flood arrives (bridge/flood.ts). As `netifReceive` at each other end; none is a loopback. */
export function floodReceive(world: World, a: number, frame: number, first: number): void {
  const number = Math.floor(a / FLOOD_SKIP);
  const skip = (a % FLOOD_SKIP) - 1;
  const list = world.floods.lists[number] as FloodList;
  const { bytes, start } = world.pool;
  const at = (start[frame] as number) + ETH_HLEN;
  const isQuestion =
    getU16(bytes, at - 2) === ETH_P_ARP &&
    getMac(bytes, at - ETH_HLEN) === MAC_BROADCAST &&
    refuseArp(bytes, at, (world.pool.length[frame] as number) - ETH_HLEN) === null &&
    arpSpa(bytes, at) !== IPV4_ANY;
  if (isQuestion) floodArp(world, list, skip, frame, first);
  else {
    const { peers, places } = list;
    for (let i = 0; i < peers.length; i++) {
      const place = places[i] as number;
      if (place !== skip) netifReceive(world, peers[i] as number, frame, copyAt(first, place, skip));
    }
  }
  releaseFloodList(world.floods, number);
}

/** Packet id of the copy for a place of a flood's plan. */
function copyAt(first: number, place: number, skip: number): number {
  return skip >= 0 && place > skip ? first + place - 1 : first + place;
}

/** An ARP broadcast: whoever is quiet (quiet.ts) drops it, as arpRcv would have; such drops are written down together. */
function floodArp(world: World, list: FloodList, skip: number, frame: number, first: number): void {
  const { peers, places } = list;
  const at = (world.pool.start[frame] as number) + ETH_HLEN;
  const target = arpTpa(world.pool.bytes, at);
  const sender = arpSpa(world.pool.bytes, at);
  const length = world.pool.length[frame] as number;
  let run = 0;
  for (let i = 0; i < peers.length; i++) {
    const place = places[i] as number;
    const isOut = place !== skip && isQuiet(world, peers[i] as number, target, sender);
    if (isOut) countRx(world, peers[i] as number, length);
    const packet = copyAt(first, place, skip);
    if (isOut && (run === i || packet === copyAt(first, places[i - 1] as number, skip) + 1)) continue;
    dropRun(world, list, run, i, skip, frame, first);
    run = isOut ? i : i + 1;
    if (!isOut && place !== skip) netifReceive(world, peers[i] as number, frame, packet);
  }
  dropRun(world, list, run, peers.length, skip, frame, first);
}

/** The receivers `from` ≤ i < `to`, whose packets count up, drop their copies. */
function dropRun(
  world: World,
  list: FloodList,
  from: number,
  to: number,
  skip: number,
  frame: number,
  first: number,
): void {
  if (from === to) return;
  const packet = copyAt(first, list.places[from] as number, skip);
  const traced = world.trace.on ? tracedFrame(world, frame) : -1;
  const reason = DropReason.ARP_NOT_FOR_US;
  traceRun(world.trace, world.now_ns, TraceKind.DROP, list.peers, reason, -1, from, to, packet, traced);
  releaseFrame(world.pool, frame, to - from);
}

/** Event IP_LOOPBACK: an own broadcast comes back to layer 3 of the device that sent it. */
export function loopbackReceive(world: World, id: DevId, frame: number, packet: number): void {
  if (world.devs[id]?.up) ipRcv(world, id, frame, packet, PACKET_LOOPBACK);
  else dropArrival(world, id, frame, packet);
}

function dropArrival(world: World, id: DevId, frame: number, packet: number): void {
  const device = world.devs[id];
  if (!device?.up) dropFrame(world, device ? id : -1, frame, packet, DropReason.DEV_READY);
  else dropFrame(world, id, frame, packet, DropReason.PKT_TOO_SMALL);
}

function pkttypeOf(dst: Mac, own: Mac): number {
  if (dst === own) return PACKET_HOST;
  if (dst === MAC_BROADCAST) return PACKET_BROADCAST;
  return (Math.floor(dst / 0x100_0000_0000) & 1) === 1 ? PACKET_MULTICAST : PACKET_OTHERHOST;
}

function receiveCore(
  world: World,
  arrived: NetDevice,
  arrivedFrame: number,
  arrivedAs: number,
  dst: Mac,
  arrivedType: number,
  type: number,
): void {
  let device = arrived;
  let frame = arrivedFrame;
  let packet = arrivedAs;
  let pkttype = arrivedType;
  if (device.taps.length !== 0) tapAll(world, device, frame, packet, pkttype);
  if (device.port !== null) {
    const up = bridgeReceive(world, device, frame, packet);
    if (up === BRIDGE_CONSUMED) return;
    if (up !== BRIDGE_PASS) {
      device = world.devs[device.master as number] as NetDevice;
      packet = up;
      frame = bridgeUpFrame();
      // netfilter may have readdressed it.
      if (dst === device.mac || getMac(world.pool.bytes, world.pool.start[frame] as number) === device.mac) {
        pkttype = PACKET_HOST;
      }
      if (device.taps.length !== 0) tapAll(world, device, frame, packet, pkttype);
    }
  }
  const ethertype = type < ETH_P_802_3_MIN ? ETH_P_802_2 : type;
  if (device.taps.length !== 0) tapProtocol(world, device, frame, packet, pkttype, ethertype);
  if (ethertype === ETH_P_IP) ipRcv(world, device.id, frame, packet, pkttype);
  else if (ethertype === ETH_P_ARP) arpRcv(world, device.id, frame, packet, pkttype);
  else {
    if (device.taps.length === 0) count(world, device.id, RX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.UNHANDLED_PROTO);
  }
}
