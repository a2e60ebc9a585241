/** Carrier and the operational state: net/core/link_watch.c. */

import { TraceKind } from "../../base/trace-kind.ts";
import { pushEvent } from "../../sim/queue.ts";
import { inetdevCarrier } from "../fib/devinet.ts";
import { record } from "../record.ts";
import { rtnlLink } from "../rtnl/notify.ts";
import { type DevId, EventKind, type NetDevice, type World } from "../types.ts";
import { devByIndex, machineOf } from "../world.ts";
import { addrconfUp } from "./addrconf.ts";

export type Operstate = "UP" | "DOWN" | "LOWERLAYERDOWN" | "UNKNOWN";

/** The kernel hears of links that are not urgent at most this often. */
const LINKWATCH_INTERVAL_NS = 1_000_000_000;

/** Sets the carrier and has layer 3 told; whether it changed. The bridge that the device is a port of is not told. */
export function changeCarrier(world: World, device: NetDevice, on: boolean, leaving = false): boolean {
  if (device.carrier === on) return false;
  turnCarrier(device, on);
  if (device.up) {
    recordLink(world, device, on);
    fireLinkwatch(world, device);
    addrconfUp(world, device);
    if (!device.linkPending && !leaving) rtnlLink(world, device);
  }
  return true;
}

/** netif_carrier_on, netif_carrier_off, as far as the device itself goes. */
export function turnCarrier(device: NetDevice, on: boolean): void {
  device.carrier = on;
  device.linkWatched = true;
  device.lowerDown = null;
  if (on) device.carrierUps++;
  else device.carrierDowns++;
}

/**
 * linkwatch_fire_event(): at once, unless the kernel has looked within the last second and nothing is urgent. A link that
 * comes is urgent, and so is one that sits on another device; a bridge that lost its last port is not, so that neighbours
 * and routes behind it outlive it by up to a second.
 */
function fireLinkwatch(world: World, device: NetDevice): void {
  const machine = machineOf(world, device.netns);
  const urgent = device.carrier || iflink(world, device) !== device.ifindex;
  if (world.now_ns >= machine.linkwatchNext_ns) machine.linkwatchNext_ns = world.now_ns + LINKWATCH_INTERVAL_NS;
  else if (!urgent) {
    device.linkPending = true;
    pushEvent(world.queue, machine.linkwatchNext_ns, EventKind.LINKWATCH, device.id, 0, 0);
    return;
  }
  device.linkPending = false;
  inetdevCarrier(world, device.id);
}

/** Event LINKWATCH: what was put off is told now, if it is still so and the device still there. */
export function linkwatchEvent(world: World, id: DevId): void {
  const device = world.devs[id];
  if (!device?.linkPending) return;
  device.linkPending = false;
  machineOf(world, device.netns).linkwatchNext_ns = world.now_ns + LINKWATCH_INTERVAL_NS;
  inetdevCarrier(world, id);
  rtnlLink(world, device);
}

/** linkwatch_sync_dev(): who asks for one device by name, or for its carrier, hears of it as it is. */
export function linkwatchSync(world: World, device: NetDevice): void {
  if (!device.linkPending) return;
  device.linkPending = false;
  inetdevCarrier(world, device.id);
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

/** RFC 2863's ifOperStatus: rfc2863_policy(). */
export function operstate(world: World, device: NetDevice): Operstate {
  if (!device.up) return "DOWN";
  if (!device.linkWatched) return "UNKNOWN";
  if (device.carrier || device.linkPending) return "UP";
  return (device.lowerDown ?? isLowerDown(world, device)) ? "LOWERLAYERDOWN" : "DOWN";
}

/** The lower device is looked for by number, in the own namespace only. */
function isLowerDown(world: World, device: NetDevice): boolean {
  const link = iflink(world, device);
  const lower = link === device.ifindex ? null : devByIndex(world, device.netns, link);
  return lower !== null && !lower.carrier;
}

/** The device, or what it sits on, is about to leave for another namespace: what linkwatch has seen stays until it looks again. */
export function keepOperstate(world: World, device: NetDevice): void {
  if (device.linkWatched && !device.carrier) device.lowerDown ??= isLowerDown(world, device);
}
