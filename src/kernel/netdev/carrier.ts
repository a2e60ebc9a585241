/** Carrier and the operational state: net/core/link_watch.c. */
import { TraceKind } from "../../base/trace-kind.ts";
import { inetdevCarrier } from "../fib/devinet.ts";
import { record } from "../record.ts";
import type { NetDevice, World } from "../types.ts";
import { devByIndex } from "../world.ts";

export type Operstate = "UP" | "DOWN" | "LOWERLAYERDOWN" | "UNKNOWN";

/** Sets the carrier and tells layer 3; whether it changed. The bridge that the device is a port of is not told. */
export function changeCarrier(world: World, device: NetDevice, on: boolean): boolean {
  if (device.carrier === on) return false;
  device.carrier = on;
  device.linkWatched = true;
  if (device.up) {
    recordLink(world, device, on);
    inetdevCarrier(world, device.id);
  }
  return true;
}

/** The LINK row of a device that began or ceased to run (up, with carrier). */
export function recordLink(world: World, device: NetDevice, running: boolean): void {
  record(world, TraceKind.LINK, device.id, -1, -1, running ? 1 : 0, -1);
}

/** ifindex of what the device sits on, seen from its own side: dev_get_iflink(). A veth has its peer's. */
export function iflink(world: World, device: NetDevice): number {
  const peer = device.kind === "veth" && device.peer !== null ? world.devs[device.peer] : null;
  return peer ? peer.ifindex : device.ifindex;
}

/** RFC 2863's ifOperStatus: rfc2863_policy(). The lower device is looked for by number, in the own namespace only. */
export function operstate(world: World, device: NetDevice): Operstate {
  if (!device.linkWatched) return device.up || device.kind === "loopback" ? "UNKNOWN" : "DOWN";
  if (!device.up) return "DOWN";
  if (device.carrier) return "UP";
  const link = iflink(world, device);
  if (link === device.ifindex) return "DOWN";
  const lower = devByIndex(world, device.netns, link);
  return lower === null || lower.carrier ? "DOWN" : "LOWERLAYERDOWN";
}
