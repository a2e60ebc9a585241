/** The multicast group of a VXLAN device that is up: vxlan_multicast_join() and _leave(). Left out: IGMP's own messages. */
import { type Ipv4, isMulticastIpv4, multicastMacOf } from "../../wire/address.ts";
import type { NetDevice, World } from "../types.ts";

/** The lower device listens to the group's MAC. */
export function joinVxlanGroup(world: World, device: NetDevice): void {
  const lower = lowerOf(world, device);
  if (lower === null) return;
  const mac = multicastMacOf(device.vxlan?.remote as Ipv4);
  if (!lower.multicastList.includes(mac)) lower.multicastList.push(mac);
}

/** To be called when the device is no longer up: the last one of a group leaves it. */
export function leaveVxlanGroup(world: World, device: NetDevice): void {
  const lower = lowerOf(world, device);
  if (lower === null) return;
  const mac = multicastMacOf(device.vxlan?.remote as Ipv4);
  const isLeft = world.devs.some(
    (other) => other?.up && lowerOf(world, other) === lower && multicastMacOf(other.vxlan?.remote as Ipv4) === mac,
  );
  if (!isLeft) lower.multicastList = lower.multicastList.filter((other) => other !== mac);
}

function lowerOf(world: World, device: NetDevice): NetDevice | null {
  const { vxlan } = device;
  if (vxlan === null || vxlan.link === null || !isMulticastIpv4(vxlan.remote)) return null;
  return world.devs[vxlan.link] ?? null;
}
