/**
 * What can be done to one neighbour entry whoever asks: its state, its timer, the frames that wait for it, its end.
 */
import { DropReason, Nud, TraceKind } from "../../base/trace-kind.ts";
import { pushEvent } from "../../sim/queue.ts";
import { dropFrame } from "../drop.ts";
import { record } from "../record.ts";
import { truesize } from "../skb.ts";
import { neighVar } from "../sysctl.ts";
import { timerExpiry } from "../timer.ts";
import { EventKind, type NetDevice, type World } from "../types.ts";
import { machineOf } from "../world.ts";
import { forgetHeard } from "./heard.ts";
import { neighErase } from "./table.ts";

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

/** neigh_add_timer: due at `wanted_ns` or as late as the timer wheel makes it. An event that stands in the queue for later than this is left there and will be ignored. */
export function startTimer(world: World, entry: number, wanted_ns: number): void {
  const t = world.neigh;
  const at_ns = timerExpiry(world.now_ns, wanted_ns);
  t.timerAt_ns[entry] = at_ns;
  const pending = t.eventAt_ns[entry] as number;
  if (pending >= 0 && pending <= at_ns) return;
  t.eventAt_ns[entry] = at_ns;
  pushEvent(world.queue, at_ns, EventKind.NEIGH_TIMER, entry, t.generation[entry] as number, 0);
}

export function stopTimer(world: World, entry: number): void {
  world.neigh.timerAt_ns[entry] = -1;
}

/** Puts a frame at the end of an entry's queue; the oldest make room when unres_qlen_bytes is reached. */
export function enqueueNeigh(world: World, device: NetDevice, entry: number, frame: number): void {
  const t = world.neigh;
  const pool = world.pool;
  const size = truesize(pool.length[frame] as number);
  const limit = neighVar(device, "unres_qlen_bytes");
  while ((t.queueBytes[entry] as number) + size > limit) {
    const oldest = dequeueNeigh(world, entry);
    if (oldest < 0) break;
    dropFrame(world, device.id, oldest, pool.packet[oldest] as number, DropReason.NEIGH_QUEUEFULL);
  }
  pool.next[frame] = -1;
  const tail = t.queueTail[entry] as number;
  if (tail >= 0) pool.next[tail] = frame;
  else t.queueHead[entry] = frame;
  t.queueTail[entry] = frame;
  t.queueLen[entry] = (t.queueLen[entry] as number) + 1;
  t.queueBytes[entry] = (t.queueBytes[entry] as number) + size;
  const waiting = t.queueLen[entry] as number;
  const packet = pool.packet[frame] as number;
  const ip = (t.ip[entry] as number) | 0;
  record(world, TraceKind.NEIGH_QUEUED, device.id, packet, -1, ip, waiting);
}

/** Takes the oldest waiting frame out of an entry's queue; -1 when none waits. */
export function dequeueNeigh(world: World, entry: number): number {
  const t = world.neigh;
  const frame = t.queueHead[entry] as number;
  if (frame < 0) return -1;
  const next = world.pool.next[frame] as number;
  t.queueHead[entry] = next;
  if (next < 0) t.queueTail[entry] = -1;
  t.queueLen[entry] = (t.queueLen[entry] as number) - 1;
  t.queueBytes[entry] = (t.queueBytes[entry] as number) - truesize(world.pool.length[frame] as number);
  world.pool.next[frame] = -1;
  return frame;
}

/** Takes an entry out of the table; what waited for it is dropped without a word to its senders. */
export function neighRemove(world: World, entry: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  for (let frame = dequeueNeigh(world, entry); frame >= 0; frame = dequeueNeigh(world, entry)) {
    dropFrame(world, device.id, frame, world.pool.packet[frame] as number, DropReason.NOT_SPECIFIED);
  }
  if ((t.state[entry] as number) !== Nud.PERMANENT) machineOf(world, device.netns).neighEntries--;
  setNeighState(world, entry, Nud.NONE);
  neighErase(t, entry);
}
