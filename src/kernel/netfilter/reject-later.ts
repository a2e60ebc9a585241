/** A REJECT is an event of the same moment: who decides (the way out of packets, too) does not know who sends. */
import { holdFrame } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { type DevId, EventKind, type NetnsId, type World } from "../types.ts";
import type { NfHook, RejectWith } from "./types.ts";

const HOW: readonly RejectWith[] = [
  "icmp-net-unreachable",
  "icmp-host-unreachable",
  "icmp-proto-unreachable",
  "icmp-port-unreachable",
  "icmp-net-prohibited",
  "icmp-host-prohibited",
  "icmp-admin-prohibited",
  "tcp-reset",
];

/** Event NF_REJECT: a: frame (a count of which is held), b: device it came in by or -1, c: namespace, hook and kind. */
export function rejectLater(
  world: World,
  netns: NetnsId,
  hook: NfHook,
  frame: number,
  inDev: DevId,
  how: RejectWith,
): void {
  holdFrame(world.pool, frame);
  const packed = (netns * 8 + hook) * HOW.length + HOW.indexOf(how);
  pushEvent(world.queue, world.now_ns, EventKind.NF_REJECT, frame, inDev, packed);
}

export function unpackReject(packed: number): { netns: NetnsId; hook: number; how: RejectWith } {
  const rest = Math.floor(packed / HOW.length);
  return { netns: rest >> 3, hook: rest & 7, how: HOW[packed % HOW.length] as RejectWith };
}
