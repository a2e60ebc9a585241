/** The flags of a device as programs see them: dev_get_flags(), net/core/dev.c; include/uapi/linux/if.h. */

import { operstate } from "../../kernel/netdev/carrier.ts";
import type { NetDevice, World } from "../../kernel/types.ts";
import { IPV4_ANY } from "../../wire/address.ts";

export const IFF_UP = 0x1;
export const IFF_BROADCAST = 0x2;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_ALLMULTI = 0x200;
export const IFF_MULTICAST = 0x1000;
export const IFF_LOWER_UP = 0x10000;

/** Flags with those of PROMISC and ALLMULTI that a user set. */
export function devFlags(world: World, device: NetDevice): number {
  const state = operstate(world, device);
  const runs = device.up && (state === "UP" || state === "UNKNOWN");
  return (
    fixedFlags(device) |
    (device.promisc ? IFF_PROMISC : 0) |
    (device.allmulti ? IFF_ALLMULTI : 0) |
    (runs ? IFF_RUNNING : 0) |
    (device.up && device.carrier ? IFF_LOWER_UP : 0)
  );
}

/** What /sys/class/net/DEV/flags shows: PROMISC and ALLMULTI whoever set them, nothing of the link. */
export function rawFlags(device: NetDevice): number {
  const all = device.allmulti || device.port !== null;
  return fixedFlags(device) | (device.promiscuity > 0 ? IFF_PROMISC : 0) | (all ? IFF_ALLMULTI : 0);
}

function fixedFlags(device: NetDevice): number {
  const farEnd = device.ipTunnel !== null && device.ipTunnel.remote !== IPV4_ANY ? IFF_POINTOPOINT : 0;
  const wire = { loopback: IFF_LOOPBACK, ipip: farEnd } as Record<string, number>;
  return (
    (device.up ? IFF_UP : 0) |
    (wire[device.kind] ?? IFF_BROADCAST) |
    (device.noarp ? IFF_NOARP : 0) |
    (device.multicast ? IFF_MULTICAST : 0)
  );
}

/** ARPHRD_*: what kind of link it is. */
export function hardwareType(device: NetDevice): number {
  return device.kind === "loopback" ? 772 : device.kind === "ipip" ? 768 : 1;
}
