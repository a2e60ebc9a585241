/**
 * A bridge's flood arrives at the other ends of its ports: flood.ts has the lists. What an ARP broadcast does to those whom it
 * does not concern is known beforehand (quiet.ts) and is written down for all of them together.
 */
import { DropReason, TraceKind } from "../../../base/trace-kind.ts";
import { releaseFrame } from "../../../sim/frames.ts";
import { traceRun } from "../../../sim/trace.ts";
import {
  IPV4_ANY,
  type Ipv4,
  isLoopbackIpv4,
  isMulticastIpv4,
  MAC_BROADCAST,
  type Mac,
} from "../../../wire/address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST, arpOp, arpSha, arpSpa, arpTpa, refuseArp } from "../../../wire/arp.ts";
import { getMac, getU16 } from "../../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_ARP } from "../../../wire/ethernet.ts";
import { HEARD_KNOWN, HEARD_UNKNOWN, heardRow } from "../../neigh/heard.ts";
import { hears } from "../../quiet.ts";
import { tracedFrame } from "../../record.ts";
import type { World } from "../../types.ts";
import { netifReceive } from "../receive.ts";
import { countRx } from "../stats.ts";
import { FLOOD_SKIP, type FloodList, releaseFloodList } from "./flood.ts";

/** Event FLOOD_RX. As `netifReceive` at each other end; none is a loopback. */
export function floodReceive(world: World, a: number, frame: number, first: number): void {
  const number = Math.floor(a / FLOOD_SKIP);
  const skip = (a % FLOOD_SKIP) - 1;
  const list = world.floods.lists[number] as FloodList;
  if (isArpBroadcast(world, frame)) floodArp(world, list, skip, frame, first);
  else {
    const { peers, places } = list;
    for (let i = 0; i < peers.length; i++) {
      const place = places[i] as number;
      if (place !== skip) netifReceive(world, peers[i] as number, frame, copyAt(first, place, skip));
    }
  }
  releaseFloodList(world.floods, number);
}

/** Whether a frame is an ARP broadcast that a host without interest in its target knows what to do with. */
function isArpBroadcast(world: World, frame: number): boolean {
  const { bytes, start } = world.pool;
  const at = (start[frame] as number) + ETH_HLEN;
  return (
    world.quiet.on &&
    getU16(bytes, at - 2) === ETH_P_ARP &&
    getMac(bytes, at - ETH_HLEN) === MAC_BROADCAST &&
    refuseArp(bytes, at, (world.pool.length[frame] as number) - ETH_HLEN) === null &&
    isOrdinary(arpOp(bytes, at), arpSpa(bytes, at), arpTpa(bytes, at))
  );
}

/** What arp_process does not throw away, or treat in a way of its own, before it looks the sender up. */
function isOrdinary(op: number, sender: Ipv4, target: Ipv4): boolean {
  if ((op !== ARPOP_REQUEST && op !== ARPOP_REPLY) || sender === IPV4_ANY || sender === target) return false;
  return !isMulticastIpv4(target) && !isLoopbackIpv4(target);
}

/** Packet id of the copy for a place of a flood's plan. */
function copyAt(first: number, place: number, skip: number): number {
  return skip >= 0 && place > skip ? first + place - 1 : first + place;
}

/** An ARP broadcast: receivers one after another of whom the same is known (`hears`) make a run, and its rows are written at once. */
function floodArp(world: World, list: FloodList, skip: number, frame: number, first: number): void {
  const { peers, places } = list;
  const at = (world.pool.start[frame] as number) + ETH_HLEN;
  const target = arpTpa(world.pool.bytes, at);
  const sender = arpSpa(world.pool.bytes, at);
  const mac = arpSha(world.pool.bytes, at);
  const length = world.pool.length[frame] as number;
  let row = rowOf(world, sender, mac);
  let from = 0;
  let code = HEARD_UNKNOWN;
  let expected = -1;
  for (let i = 0; i < peers.length; i++) {
    const id = peers[i] as number;
    const place = places[i] as number;
    const packet = copyAt(first, place, skip);
    const heard = place === skip ? HEARD_UNKNOWN : hears(world, row, id, target, sender, mac);
    if (heard !== HEARD_UNKNOWN) countRx(world, id, length);
    if (heard !== code || packet !== expected) {
      endRun(world, peers, from, i, code, frame, expected);
      from = i;
      code = heard;
    }
    expected = packet + 1;
    if (heard !== HEARD_UNKNOWN || place === skip) continue;
    netifReceive(world, id, frame, packet);
    row = rowOf(world, sender, mac);
  }
  endRun(world, peers, from, peers.length, code, frame, expected);
}

function rowOf(world: World, sender: Ipv4, mac: Mac): number {
  return heardRow(world.neigh.heard, sender, mac, world.quiet.generation, world.devs.length);
}

/** The receivers `from` ≤ i < `to` have taken or dropped their copies; `end` is one more than the packet id of the last. */
function endRun(
  world: World,
  peers: Int32Array,
  from: number,
  to: number,
  code: number,
  frame: number,
  end: number,
): void {
  if (code === HEARD_UNKNOWN) return;
  const { trace, now_ns } = world;
  const first = end - (to - from);
  const traced = trace.on ? tracedFrame(world, frame) : -1;
  if (code === HEARD_KNOWN) traceRun(trace, now_ns, TraceKind.DELIVER, peers, -1, -1, from, to, first, traced);
  else traceRun(trace, now_ns, TraceKind.DROP, peers, DropReason.ARP_NOT_FOR_US, -1, from, to, first, traced);
  releaseFrame(world.pool, frame, to - from);
}
