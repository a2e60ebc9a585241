/**
 * The link-local address that IPv6 gives a device: net/ipv6/addrconf.c (addrconf_notify, addrconf_dad_start). It is made of the MAC that the
 * device has when its link comes first, and stays until the device is set down. For a second or two it is tentative, until nobody has objected
 * (RFC 4862, 5.4). What a host says meanwhile is addrconf-timer.ts's; nobody answers, and no other IPv6 packet is simulated.
 */
import { randomBelow } from "../../base/random.ts";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { pushEvent } from "../../sim/queue.ts";
import { EventKind, type NetDevice, type World } from "../types.ts";

/** What is next when a device's ADDRCONF event comes: its `b`. From ROUTERS on it counts how often routers were asked for. */
export const AddrconfStep = { REPORT: 0, REPORT_AGAIN: 1, SOLICIT: 2, PROVEN: 3, REPORT_LAST: 4, ROUTERS: 5 } as const;

const ALL = "net.ipv6.conf.all.disable_ipv6";
/** Where a device keeps its own word on it (`NetDevice.conf`). */
export const DISABLE_IPV6 = "ipv6.disable_ipv6";

/** Whether a device has no IPv6: by its own setting, else by the namespace's. */
export function isIpv6Disabled(world: World, device: NetDevice): boolean {
  return (device.conf?.[DISABLE_IPV6] ?? world.netns[device.netns]?.sysctl[ALL] ?? 1) !== 0;
}

/** The device may have come to be up and to have a link. */
export function addrconfUp(world: World, device: NetDevice): void {
  if (device.linkLocal !== null || !device.up || !device.carrier || isIpv6Disabled(world, device)) return;
  if (device.kind === "loopback" || device.noarp) {
    device.linkLocal = { mac: device.mac, since_ns: world.now_ns, proven_ns: world.now_ns };
    return;
  }
  // rtr_solicit_delay: a random part of a second before the address is asked for, and a second for objections.
  const delay_ns = randomBelow(world.random, 1000) * MS_NS;
  device.linkLocal = { mac: device.mac, since_ns: world.now_ns, proven_ns: world.now_ns + delay_ns + SECOND_NS };
  addrconfLater(world, device, AddrconfStep.REPORT, 0);
  addrconfLater(world, device, AddrconfStep.SOLICIT, delay_ns);
}

/** The next step of a device, unless its address has been taken away by then: that is what `c` is for. */
export function addrconfLater(world: World, device: NetDevice, step: number, delay_ns: number): void {
  pushEvent(world.queue, world.now_ns + delay_ns, EventKind.ADDRCONF, device.id, step, addrconfEra(device));
}

/** Which of its link-local addresses a device has: the millisecond that it is from. */
export function addrconfEra(device: NetDevice): number {
  return device.linkLocal === null ? -1 : Math.floor(device.linkLocal.since_ns / MS_NS) & 0x7fff_ffff;
}

export function addrconfDown(device: NetDevice): void {
  device.linkLocal = null;
}

/** After a setting of a device, or of a whole namespace, has changed. */
export function addrconfChanged(world: World, device: NetDevice): void {
  if (isIpv6Disabled(world, device)) addrconfDown(device);
  else addrconfUp(world, device);
}

/** Whether the address still has to prove that it is nobody else's; loopback's never has, nor that of a device on which nobody asks. */
export function isTentative(world: World, device: NetDevice): boolean {
  return device.linkLocal !== null && world.now_ns < device.linkLocal.proven_ns;
}
