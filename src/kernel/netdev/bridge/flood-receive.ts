/**
 * A bridge's flood arrives at the other ends of its ports: flood.ts has the lists. What an ARP broadcast does to those whom it
 * does not concern is known beforehand (quiet.ts) and is written down for all of them together.
 */
import { DropReason, TraceKind } from "../../../base/trace-kind.ts";
import { frameLength, frameStart, releaseFrame } from "../../../sim/frames.ts";
import { traceRows } from "../../../sim/trace.ts";
import { IPV4_ANY, type Ipv4, isLoopbackIpv4, isMulticastIpv4, MAC_BROADCAST } from "../../../wire/address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST, arpOp, arpSha, arpSpa, arpTpa, refuseArp } from "../../../wire/arp.ts";
import { getMac, getU16 } from "../../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_ARP } from "../../../wire/ethernet.ts";
import { HEARD_KNOWN, HEARD_UNKNOWN, heardRow } from "../../neigh/heard.ts";
import { hears, type Question } from "../../quiet.ts";
import { tracedFrame } from "../../record.ts";
import type { World } from "../../types.ts";
import { netifReceive } from "../receive.ts";
import { countFloodRx, uncountRx } from "../stats.ts";
import { FLOOD_SKIP, type FloodList, releaseFloodList } from "./flood.ts";

/** Event FLOOD_RX. As `netifReceive` at each other end; none is a loopback. */
export function floodReceive(world: World, a: number, frame: number, first: number): void {
  const number = Math.floor(a / FLOOD_SKIP);
  const skip = (a % FLOOD_SKIP) - 1;
  const list = world.floods.lists[number] as FloodList;
  if (isArpBroadcast(world, frame)) {
    countFloodRx(world, number, frameLength(world.pool, frame));
    floodArp(world, list, skip, frame, first);
  } else {
    const { peers, places } = list;
    for (let i = 0; i < peers.length; i++) {
      const place = places[i] as number;
      if (place !== skip) netifReceive(world, peers[i] as number, frame, copyAt(first, place, skip));
    }
  }
  releaseFloodList(world, number);
}

/** Whether a frame is an ARP broadcast that a host without interest in its target knows what to do with. */
function isArpBroadcast(world: World, frame: number): boolean {
  const { bytes } = world.pool;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  return (
    world.quiet.on &&
    getU16(bytes, at - 2) === ETH_P_ARP &&
    getMac(bytes, at - ETH_HLEN) === MAC_BROADCAST &&
    refuseArp(bytes, at, frameLength(world.pool, frame) - ETH_HLEN) === null &&
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

/** An ARP broadcast, already counted. Receivers one after another of whom the same is known (`hears`) make a run. */
function floodArp(world: World, list: FloodList, skip: number, frame: number, first: number): void {
  const { peers, places } = list;
  const length = frameLength(world.pool, frame);
  const { bytes } = world.pool;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const question = { row: 0, target: arpTpa(bytes, at), sender: arpSpa(bytes, at), mac: arpSha(bytes, at) };
  question.row = rowOf(world, question);
  for (let i = 0; i < peers.length; ) {
    const id = peers[i] as number;
    const place = places[i] as number;
    const packet = copyAt(first, place, skip);
    const code = place === skip ? HEARD_UNKNOWN : hears(world, id, question);
    if (code !== HEARD_UNKNOWN) {
      const end = endOfRun(world, list, question, i, code, skip);
      writeRun(world, peers, i, end, code, frame, packet);
      i = end;
      continue;
    }
    i++;
    uncountRx(world, id, length);
    if (place === skip) continue;
    netifReceive(world, id, frame, packet);
    question.row = rowOf(world, question);
  }
}

/** Where the run ends that begins at receiver `from`: packets count up in it, and all have the same code. */
function endOfRun(
  world: World,
  { peers, places }: FloodList,
  question: Question,
  from: number,
  code: number,
  skip: number,
): number {
  const { row } = question;
  const target = question.target | 0;
  const shift = (places[from] as number) - from;
  const most = skip > shift + from ? Math.min(peers.length, skip - shift) : peers.length;
  const { codes } = world.neigh.heard;
  for (let i = from + 1; ; i++) {
    // `hears`, where the byte says it already.
    const { words } = world.quiet;
    for (; i < most && (places[i] as number) - i === shift; i++) {
      const id = peers[i] as number;
      if (codes[row + id] !== code || words[(id << 1) | 1] === target) break;
    }
    if (i >= most || places[i] !== i + shift || hears(world, peers[i] as number, question) !== code) return i;
  }
}

function rowOf(world: World, { sender, mac }: Question): number {
  return heardRow(world.neigh.heard, sender, mac, world.quiet.generation, world.devs.length);
}

/** The receivers `from` ≤ i < `to` have taken or dropped their copies. @param first packet of the first of them */
function writeRun(
  world: World,
  peers: Int32Array,
  from: number,
  to: number,
  code: number,
  frame: number,
  first: number,
): void {
  const { trace, now_ns } = world;
  const traced = trace.on ? tracedFrame(world, frame) : -1;
  if (code === HEARD_KNOWN) traceRows(trace, now_ns, TraceKind.DELIVER, peers, -1, -1, from, to, first, traced);
  else traceRows(trace, now_ns, TraceKind.DROP, peers, DropReason.ARP_NOT_FOR_US, -1, from, to, first, traced);
  releaseFrame(world.pool, frame, to - from);
}
