/**
 * The link-local address that IPv6 gives a device: net/ipv6/addrconf.c (addrconf_notify, addrconf_dad_start). Shown only; no IPv6 packet is
 * simulated. It is made of the MAC that the device has when its link comes first, and stays until the device is set down. For a second or two
 * it is tentative, until nobody has objected (RFC 4862, 5.4).
 */
import { SECOND_NS } from "../../base/time.ts";
import type { NetDevice, World } from "../types.ts";

/** A random delay of up to a second, then a second's wait for objections. */
const DAD_NS = 1.5 * SECOND_NS;

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
  device.linkLocal = { mac: device.mac, since_ns: world.now_ns };
}

export function addrconfDown(device: NetDevice): void {
  device.linkLocal = null;
}

/** After a setting of a device, or of a whole namespace, has changed. */
export function addrconfChanged(world: World, device: NetDevice): void {
  if (isIpv6Disabled(world, device)) addrconfDown(device);
  else addrconfUp(world, device);
}

/** Whether the address still has to prove that it is nobody else's; loopback's never has. */
export function isTentative(world: World, device: NetDevice): boolean {
  return device.kind !== "loopback" && device.linkLocal !== null && world.now_ns < device.linkLocal.since_ns + DAD_NS;
}
