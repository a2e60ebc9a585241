/** Pairs of virtual Ethernet devices: drivers/net/veth.c. A frame sent by one end is received by the other. */

import { EEXIST } from "../errno.ts";
import { nsidAlloc } from "../nsid.ts";
import { rtnlLink } from "../rtnl/notify.ts";
import type { NetDevice, NetnsId, World } from "../types.ts";
import { devByName } from "../world.ts";
import { turnCarrier } from "./carrier.ts";
import { unregisterNetdevice } from "./device.ts";
import { VETH_LATENCY_NS } from "./latency.ts";
import { type DeviceSpec, registerNetdevice } from "./register.ts";

/** An end of a pair: where it is made, and what is not as the kernel would make it. */
export type VethSpec = Omit<DeviceSpec, "kind" | "name"> & { netns: NetnsId; name?: string | undefined };

/** A pair, both ends down: veth_newlink. The peer is made first and so gets the lower number. Errno as registerNetdevice. */
export function createVeth(world: World, one: VethSpec, peer: VethSpec): [NetDevice, NetDevice] | number {
  if (one.name !== undefined && devByName(world, one.netns, one.name) !== null) return EEXIST;
  const b = registerNetdevice(world, peer.netns, { ...peer, name: peer.name ?? "veth%d", kind: "veth" });
  if (typeof b === "number") return b;
  turnCarrier(b, false);
  rtnlLink(world, b, false, true, true);
  const a = registerNetdevice(world, one.netns, { ...one, name: one.name ?? "veth%d", kind: "veth" });
  if (typeof a === "number") {
    unregisterNetdevice(world, b.id);
    return a;
  }
  turnCarrier(a, false);
  a.peer = b.id;
  b.peer = a.id;
  a.latency_ns = VETH_LATENCY_NS;
  b.latency_ns = VETH_LATENCY_NS;
  rtnlLink(world, a);
  if (a.netns !== b.netns) {
    nsidAlloc(world, a.netns, b.netns);
    nsidAlloc(world, b.netns, a.netns);
  }
  return [a, b];
}
