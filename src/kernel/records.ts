/** Getters that know that the record is there. */
import { assert } from "../base/assert.ts";
import type { DevId, Machine, NetDevice, Netns, NetnsId, World } from "./types.ts";

export function devOf(world: World, id: DevId): NetDevice {
  const device = world.devs[id];
  assert(device, "no such device");
  return device;
}

export function netnsOf(world: World, id: NetnsId): Netns {
  const netns = world.netns[id];
  assert(netns, "no such namespace");
  return netns;
}

/** The kernel that a namespace belongs to. */
export function machineOfNetns(world: World, id: NetnsId): Machine {
  return world.machines[netnsOf(world, id).machine] as Machine;
}
