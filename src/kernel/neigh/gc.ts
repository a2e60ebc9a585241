/**
 * Garbage collection of a machine's neighbour table: neigh_forced_gc and neigh_periodic_work of net/core/neighbour.c.
 * The periodic work is scheduled only while there are entries enough (gc_thresh1) for it to do anything.
 */

import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { Nud } from "../../base/trace-kind.ts";
import { pushEvent } from "../../sim/queue.ts";
import { kernelLog } from "../log.ts";
import { neighTableVar, neighVar } from "../sysctl.ts";
import { EventKind, type Machine, type MachineId, type NetDevice, type World } from "../types.ts";
import { NUD_IN_TIMER, neighRemove } from "./entry.ts";

/** neigh_alloc's check: whether one more entry may be made, after old ones were thrown out if need be. */
export function makeRoom(world: World, machine: Machine): boolean {
  const entries = machine.neighEntries;
  const thresh3 = neighTableVar(machine, "gc_thresh3");
  const isDue =
    entries >= neighTableVar(machine, "gc_thresh2") && world.now_ns > machine.neighFlushed_ns + 5 * SECOND_NS;
  if (entries < thresh3 && !isDue) return true;
  if (forcedGc(world, machine) > 0 || entries < thresh3) return true;
  overflow(world, machine);
  return false;
}

/** Throws out, oldest first, entries above gc_thresh2 that nobody waits for and that have not changed for 5 s. */
function forcedGc(world: World, machine: Machine): number {
  const t = world.neigh;
  const most = machine.neighEntries - neighTableVar(machine, "gc_thresh2");
  const idle: number[] = [];
  // A full table is looked through for every entry that is wanted: no list of all of them is made.
  for (let entry = 0; entry < t.used; entry++) {
    if (isIdle(world, entry) && isOf(world, machine, entry)) idle.push(entry);
  }
  idle.sort((x, y) => (t.number[x] as number) - (t.number[y] as number));
  const doomed = idle.slice(0, Math.max(most, 0));
  for (const entry of doomed) neighRemove(world, entry);
  machine.neighFlushed_ns = world.now_ns;
  return doomed.length;
}

function isIdle(world: World, entry: number): boolean {
  const t = world.neigh;
  const state = t.state[entry] as number;
  if ((state & (NUD_IN_TIMER | Nud.PERMANENT)) !== 0) return false;
  const isUseless = state === Nud.FAILED || state === Nud.NOARP;
  return isUseless || (t.updated_ns[entry] as number) < world.now_ns - 5 * SECOND_NS;
}

/** Whether a slot holds an entry, and of this machine. */
function isOf(world: World, machine: Machine, entry: number): boolean {
  const device = world.devs[world.neigh.dev[entry] as number];
  return device ? world.netns[device.netns]?.machine === machine.id : false;
}

/** The kernel says so in its log, at most ten times in five seconds. */
function overflow(world: World, machine: Machine): void {
  const text = "neighbour: arp_cache: neighbor table overflow!";
  const recent = machine.dmesg
    .slice(-10)
    .filter((line) => line.text === text && line.t_ns > world.now_ns - 5 * SECOND_NS);
  if (recent.length < 10) kernelLog(world, machine.initNetns, text);
}

/** Half a base_reachable_time between two rounds. */
function period_ns(machine: Machine): number {
  return ((machine.sysctl["net.ipv4.neigh.default.base_reachable_time_ms"] ?? 30_000) * MS_NS) / 2;
}

export function schedulePeriodicWork(world: World, machine: Machine): void {
  if (machine.neighGcAt_ns !== 0 || machine.neighEntries < neighTableVar(machine, "gc_thresh1")) return;
  const period = Math.max(period_ns(machine), SECOND_NS);
  machine.neighGcAt_ns = (Math.floor(world.now_ns / period) + 1) * period;
  pushEvent(world.queue, machine.neighGcAt_ns, EventKind.NEIGH_GC, machine.id, 0, 0);
}

/** Event NEIGH_GC: entries that nobody used for gc_stale_time go, and failed ones. */
export function neighPeriodicWork(world: World, machineId: MachineId): void {
  const machine = world.machines[machineId] as Machine;
  machine.neighGcAt_ns = 0;
  if (machine.neighEntries < neighTableVar(machine, "gc_thresh1")) return;
  const t = world.neigh;
  for (let entry = 0; entry < t.used; entry++) {
    if (!isOf(world, machine, entry)) continue;
    const state = t.state[entry] as number;
    if ((state & (NUD_IN_TIMER | Nud.PERMANENT)) !== 0) continue;
    const used = Math.max(t.used_ns[entry] as number, t.confirmed_ns[entry] as number);
    t.used_ns[entry] = used;
    const device = world.devs[t.dev[entry] as number] as NetDevice;
    const isOld = world.now_ns >= used + neighVar(device, "gc_stale_time") * SECOND_NS;
    if (state === Nud.FAILED || isOld) neighRemove(world, entry);
  }
  schedulePeriodicWork(world, machine);
}
