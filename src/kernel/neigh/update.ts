/**
 * What answers, administrators and timers do to a neighbour entry: __neigh_update, neigh_timer_handler, neigh_invalidate of
 * net/core/neighbour.c; arp_error_report of net/ipv4/arp.c.
 */

import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { DropReason, Nud } from "../../base/trace-kind.ts";
import { framePacket, frameStart } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4, type Mac } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH } from "../../wire/icmpv4.ts";
import { ipv4Destination } from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { EINVAL, EPERM } from "../errno.ts";
import { icmpSend } from "../ipv4/icmp-send.ts";
import { routeOutput } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { rtnlNeigh } from "../rtnl/notify.ts";
import { neighVar, reachableTime } from "../sysctl.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import { machineOf } from "../world.ts";
import { dequeueNeigh, NUD_CONNECTED, NUD_IN_TIMER, NUD_VALID, setNeighState } from "./entry.ts";
import { forgetHeard } from "./heard.ts";
import { neighProbe, neighXmit, retransTime } from "./neigh.ts";
import { runTimers, startTimer, stopTimer } from "./timers.ts";

/** How much an update may do (NEIGH_UPDATE_F_*). */
export interface UpdateFlags {
  /** A new MAC may replace the one that is there. */
  override: boolean;
  /** An administrator asks: permanent entries may change too. */
  admin: boolean;
}

/**
 * __neigh_update: new knowledge about an entry. `mac` null keeps the one that is there (EINVAL when there is none);
 * EPERM for a permanent or NOARP entry unless `admin`.
 */
export function neighUpdate(world: World, entry: number, mac: Mac | null, state: number, flags: UpdateFlags): number {
  const t = world.neigh;
  const old = t.state[entry] as number;
  if (!flags.admin && (old & (Nud.NOARP | Nud.PERMANENT)) !== 0) return EPERM;
  if ((state & NUD_VALID) === 0) return forget(world, entry, old, state);
  if (mac === null && (old & NUD_VALID) === 0) return EINVAL;
  const isNewMac = mac !== null && !((old & NUD_VALID) !== 0 && mac === t.mac[entry]);
  if ((state & NUD_CONNECTED) !== 0) t.confirmed_ns[entry] = world.now_ns;
  let next = state;
  if ((old & NUD_VALID) !== 0) {
    if (isNewMac && !flags.override) return 0;
    if (!isNewMac && state === Nud.STALE && !flags.admin) next = old;
  }
  if (next !== old || isNewMac) t.updated_ns[entry] = world.now_ns;
  if (next !== old) enterState(world, entry, old, next);
  if (isNewMac) {
    t.mac[entry] = mac;
    forgetHeard(t.heard, t.dev[entry] as number, t.ip[entry] as number);
    if ((next & NUD_CONNECTED) === 0) {
      const device = world.devs[t.dev[entry] as number] as NetDevice;
      t.confirmed_ns[entry] = world.now_ns - 2 * neighVar(device, "base_reachable_time_ms") * MS_NS;
    }
  }
  if (next !== old || isNewMac) rtnlNeigh(world, entry, false);
  if (next !== old && (old & NUD_VALID) === 0) sendWaiting(world, entry);
  return 0;
}

function enterState(world: World, entry: number, old: number, next: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  stopTimer(world, entry);
  if ((next & Nud.PROBE) !== 0) t.probes[entry] = 0;
  if ((next & NUD_IN_TIMER) !== 0) {
    startTimer(world, entry, world.now_ns + (next === Nud.REACHABLE ? reachableTime(world, device) : 0));
  }
  countPermanent(world, device, old, next);
  setNeighState(world, entry, next);
}

/** Permanent entries don't count against the table's limits. */
function countPermanent(world: World, device: NetDevice, old: number, next: number): void {
  if (((old ^ next) & Nud.PERMANENT) === 0) return;
  machineOf(world, device.netns).neighEntries += (next & Nud.PERMANENT) !== 0 ? -1 : 1;
}

/** The entry is no longer valid; if it was being asked for, what waits is told so. */
function forget(world: World, entry: number, old: number, state: number): number {
  const device = world.devs[world.neigh.dev[entry] as number] as NetDevice;
  stopTimer(world, entry);
  countPermanent(world, device, old, state);
  setNeighState(world, entry, state);
  const isGivenUp = (old & (Nud.INCOMPLETE | Nud.PROBE)) !== 0 && state === Nud.FAILED;
  if (isGivenUp || (old & NUD_VALID) !== 0) rtnlNeigh(world, entry, false);
  if (isGivenUp) neighInvalidate(world, entry);
  return 0;
}

function sendWaiting(world: World, entry: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  while (((t.state[entry] as number) & NUD_VALID) !== 0) {
    const frame = dequeueNeigh(world, entry);
    if (frame < 0) return;
    neighXmit(world, device, entry, frame);
  }
}

/** neigh_invalidate: each frame that waited is reported to its sender as "host unreachable", and ends. */
function neighInvalidate(world: World, entry: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  t.updated_ns[entry] = world.now_ns;
  while (t.state[entry] === Nud.FAILED) {
    const frame = dequeueNeigh(world, entry);
    if (frame < 0) return;
    const packet = framePacket(world.pool, frame);
    if (routeStands(world, device, t.ip[entry] as Ipv4, frame)) {
      icmpSend(world, device.netns, frame, -1, false, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
    }
    dropFrame(world, device.id, frame, packet, DropReason.NEIGH_FAILED);
  }
}

const RT = createRtable();

/**
 * Whether a frame's way still leads to the neighbour that it waits for. If not, its dst has lost its device (dst_dev_put gives it blackhole_netdev,
 * which stands in the first namespace of all), so that in any other namespace nobody is told.
 */
function routeStands(world: World, device: NetDevice, nextHop: Ipv4, frame: number): boolean {
  const destination = ipv4Destination(world.pool.bytes, frameStart(world.pool, frame) + ETH_HLEN);
  const netns = world.netns[device.netns] as Netns;
  if (routeOutput(world, netns, destination, IPV4_ANY, device.id, 0, RT) !== 0) return false;
  return RT.dev === device.id && (RT.gateway ?? destination) === nextHop;
}

/** Event NEIGH_TIMER. @param list of entries whose timers are due (timers.ts) */
export function neighTimers(world: World, list: number): void {
  runTimers(world, list, timerHandler);
}

/** neigh_timer_handler */
function timerHandler(world: World, entry: number): void {
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  const state = t.state[entry] as number;
  let next = world.now_ns + retransTime(device);
  if (state === Nud.REACHABLE) next = afterReachable(world, device, entry);
  else if (state === Nud.DELAY) next = afterDelay(world, device, entry);
  const now = t.state[entry] as number;
  const asks = (now & (Nud.INCOMPLETE | Nud.PROBE)) !== 0;
  if (asks && (t.probes[entry] as number) >= maxProbes(device, now)) {
    setNeighState(world, entry, Nud.FAILED);
    rtnlNeigh(world, entry, false);
    neighInvalidate(world, entry);
    return;
  }
  if ((now & NUD_IN_TIMER) !== 0) startTimer(world, entry, Math.max(next, world.now_ns + 10 * MS_NS));
  if (asks) neighProbe(world, device, entry);
}

/** Still confirmed: wait on. Used lately: DELAY. Else STALE. Returns when the timer is due next. */
function afterReachable(world: World, device: NetDevice, entry: number): number {
  const t = world.neigh;
  const until = (t.confirmed_ns[entry] as number) + reachableTime(world, device);
  if (world.now_ns < until) return until;
  const delay = neighVar(device, "delay_first_probe_time") * SECOND_NS;
  t.updated_ns[entry] = world.now_ns;
  const isUsed = world.now_ns <= (t.used_ns[entry] as number) + delay;
  setNeighState(world, entry, isUsed ? Nud.DELAY : Nud.STALE);
  if (!isUsed) rtnlNeigh(world, entry, false);
  return world.now_ns + delay;
}

/** Confirmed in the meantime: REACHABLE. Else PROBE. Returns when the timer is due next. */
function afterDelay(world: World, device: NetDevice, entry: number): number {
  const t = world.neigh;
  const confirmed = t.confirmed_ns[entry] as number;
  t.updated_ns[entry] = world.now_ns;
  if (world.now_ns <= confirmed + neighVar(device, "delay_first_probe_time") * SECOND_NS) {
    setNeighState(world, entry, Nud.REACHABLE);
    rtnlNeigh(world, entry, false);
    return confirmed + reachableTime(world, device);
  }
  t.probes[entry] = 0;
  setNeighState(world, entry, Nud.PROBE);
  rtnlNeigh(world, entry, false);
  return world.now_ns + retransTime(device);
}

/** neigh_max_probes */
function maxProbes(device: NetDevice, state: number): number {
  const last = state === Nud.PROBE ? "mcast_resolicit" : "mcast_solicit";
  return neighVar(device, "ucast_solicit") + neighVar(device, "app_solicit") + neighVar(device, last);
}
