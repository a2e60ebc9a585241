/**
 * The IPv6 addresses that a device gives itself: ::1 of loopback, fe80::/64 with the interface identifier of RFC 4291,
 * appendix A, from the MAC. See kernel/netdev/addrconf.ts.
 */
import { isTentative } from "../../../../kernel/netdev/addrconf.ts";
import { type NetDevice, Scope, type World } from "../../../../kernel/types.ts";
import type { Mac } from "../../../../wire/address.ts";
import { formatIpv6 } from "../../../../wire/ipv6.ts";

export interface Ipv6Address {
  text: string;
  prefixLen: number;
  scope: Scope;
  tentative: boolean;
}

export function ipv6Addresses(world: World, device: NetDevice): Ipv6Address[] {
  if (device.linkLocal === null) return [];
  if (device.kind === "loopback") return [{ text: "::1", prefixLen: 128, scope: Scope.HOST, tentative: false }];
  const tentative = isTentative(world, device);
  return [{ text: linkLocal(device.linkLocal.mac), prefixLen: 64, scope: Scope.LINK, tentative }];
}

/** The MAC with its universal/local bit turned over and ff:fe in the middle. */
function linkLocal(mac: Mac): string {
  const octet = (shift: number) => Math.floor(mac / 2 ** shift) % 256;
  const [a, b, c, d, e, f] = [40, 32, 24, 16, 8, 0].map(octet) as [number, number, number, number, number, number];
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return formatIpv6([0xfe80, 0, 0, 0, ...groups]);
}
