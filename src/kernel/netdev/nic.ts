/** Network cards and their cables. A card has carrier while both ends of its cable are up. Dummies, which swallow all. */
import { assert } from "../../base/assert.ts";
import type { DevId, NetDevice, NetnsId, World } from "../types.ts";
import { dev } from "../world.ts";
import { turnCarrier } from "./carrier.ts";
import { setCarrier } from "./device.ts";
import { CABLE_LATENCY_NS } from "./latency.ts";
import { type DeviceSpec, registerNetdevice } from "./register.ts";

/** A card without a cable, down. Errno as registerNetdevice. */
export function createNic(world: World, netnsId: NetnsId, spec: Omit<DeviceSpec, "kind">): NetDevice | number {
  const device = registerNetdevice(world, netnsId, { ...spec, kind: "nic" });
  if (typeof device === "number") return device;
  turnCarrier(device, false);
  return device;
}

/** A dummy, down: drivers/net/dummy.c. Errno as registerNetdevice. */
export function createDummy(world: World, netnsId: NetnsId, spec: Omit<DeviceSpec, "kind">): NetDevice | number {
  return registerNetdevice(world, netnsId, { ...spec, kind: "dummy" });
}

/** Connects two cards that have no cable yet. @param latency_ns one way */
export function plugCable(world: World, a: DevId, b: DevId, latency_ns = CABLE_LATENCY_NS): void {
  const ends = [dev(world, a), dev(world, b)] as const;
  for (const end of ends) assert(end.kind === "nic" && end.peer === null, "a cable goes into a free card");
  ends[0].peer = b;
  ends[1].peer = a;
  for (const end of ends) end.latency_ns = latency_ns;
  if (ends[0].up && ends[1].up) for (const end of ends) setCarrier(world, end, true);
}

/** Pulls the cable at both ends. */
export function unplugCable(world: World, a: DevId): void {
  const near = dev(world, a);
  assert(near.kind === "nic" && near.peer !== null, "no cable to pull");
  const far = dev(world, near.peer);
  near.peer = null;
  far.peer = null;
  for (const end of [near, far]) setCarrier(world, end, false);
}
