/**
 * What can be done to one neighbour entry whoever asks: its state, the frames that wait for it, its end.
 */

import { DropReason, Nud, TraceKind } from "../../base/trace-kind.ts";
import { frameLength, frameNext, framePacket, setFrameNext } from "../../sim/frames.ts";
import { dropFrame } from "../drop.ts";
import { record } from "../record.ts";
import { rtnlNeigh } from "../rtnl/notify.ts";
import { truesize } from "../skb.ts";
import { neighVar } from "../sysctl.ts";
import type { NetDevice, World } from "../types.ts";
import { machineOf } from "../world.ts";
import { forgetHeard } from "./heard.ts";
import { type NeighTable, neighErase } from "./table.ts";
import { stopTimer } from "./timers.ts";

/** States in which the MAC may be used. */
export const NUD_VALID = Nud.PERMANENT | Nud.NOARP | Nud.REACHABLE | Nud.PROBE | Nud.STALE | Nud.DELAY;
/** States in which it is believed without a doubt. */
export const NUD_CONNECTED = Nud.PERMANENT | Nud.NOARP | Nud.REACHABLE;
/** States in which the timer runs. */
export const NUD_IN_TIMER = Nud.INCOMPLETE | Nud.REACHABLE | Nud.DELAY | Nud.PROBE;

export function setNeighState(world: World, entry: number, state: number): void {
  const t = world.neigh;
  const old = t.state[entry] as number;
  t.state[entry] = state;
  forgetHeard(t.heard, t.dev[entry] as number, t.ip[entry] as number);
  const ip = (t.ip[entry] as number) | 0;
  t.row[entry] = record(world, TraceKind.NEIGH_STATE, t.dev[entry] as number, -1, -1, ip, (old << 8) | state);
}

/** Puts a frame at the end of an entry's queue; the oldest make room when unres_qlen_bytes is reached. */
export function enqueueNeigh(world: World, device: NetDevice, entry: number, frame: number): void {
  const t = world.neigh;
  const pool = world.pool;
  const size = truesize(frameLength(pool, frame));
  const limit = neighVar(device, "unres_qlen_bytes");
  while (waitingBytes(t, entry) + size > limit) {
    const oldest = dequeueNeigh(world, entry);
    if (oldest < 0) break;
    dropFrame(world, device.id, oldest, framePacket(pool, oldest), DropReason.NEIGH_QUEUEFULL);
  }
  setFrameNext(pool, frame, -1);
  const queue = t.waiting.get(entry);
  if (queue === undefined) t.waiting.set(entry, { head: frame, tail: frame, length: 1, bytes: size });
  else {
    setFrameNext(pool, queue.tail, frame);
    queue.tail = frame;
    queue.length++;
    queue.bytes += size;
  }
  const packet = framePacket(pool, frame);
  const ip = (t.ip[entry] as number) | 0;
  record(world, TraceKind.NEIGH_QUEUED, device.id, packet, -1, ip, queue?.length ?? 1);
}

function waitingBytes(t: NeighTable, entry: number): number {
  return t.waiting.get(entry)?.bytes ?? 0;
}

/** Takes the oldest waiting frame out of an entry's queue; -1 when none waits. */
export function dequeueNeigh(world: World, entry: number): number {
  const { waiting } = world.neigh;
  const queue = waiting.get(entry);
  if (queue === undefined) return -1;
  const frame = queue.head;
  queue.head = frameNext(world.pool, frame);
  queue.length--;
  queue.bytes -= truesize(frameLength(world.pool, frame));
  if (queue.length === 0) waiting.delete(entry);
  setFrameNext(world.pool, frame, -1);
  return frame;
}

/** Takes an entry out of the table; what waited for it is dropped without a word to its senders. */
export function neighRemove(world: World, entry: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  for (let frame = dequeueNeigh(world, entry); frame >= 0; frame = dequeueNeigh(world, entry)) {
    dropFrame(world, device.id, frame, framePacket(world.pool, frame), DropReason.NOT_SPECIFIED);
  }
  if ((t.state[entry] as number) !== Nud.PERMANENT) machineOf(world, device.netns).neighEntries--;
  stopTimer(world, entry);
  rtnlNeigh(world, entry, true);
  setNeighState(world, entry, Nud.NONE);
  neighErase(t, entry);
}
