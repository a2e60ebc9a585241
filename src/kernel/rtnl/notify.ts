/**
 * Who is told of changes by rtnetlink: rtmsg_ifinfo, rtmsg_ifa, rtmsg_fib, __neigh_notify and notify_rule_change (net/core/rtnetlink.c,
 * net/ipv4/devinet.c, fib_semantics.c, net/core/neighbour.c, fib_rules.c). An event is a copy of what it tells of, as it was then. Left out: what a
 * bridge tells of its ports and of its forwarding entries, settings (NETCONF), namespace ids.
 */
import { Nud } from "../../base/trace-kind.ts";
import type { Ipv4, Mac } from "../../wire/address.ts";
import { netlinkBroadcast } from "../socket/netlink.ts";
import type { DevId, FibRule, InetAddress, NetDevice, NetnsId, Route, World } from "../types.ts";

export type RtnlEvent = { deleted: boolean } & (
  | { group: "link"; device: NetDevice; peer: NetDevice | null; settled: boolean }
  | { group: "address"; dev: DevId; ifindex: number; name: string; ifa: InetAddress }
  | { group: "route"; route: Route; name: string | null }
  | { group: "neigh"; dev: DevId; name: string; ip: Ipv4; mac: Mac | null; state: number }
  | { group: "rule"; rule: FibRule }
);

function send(world: World, netnsId: NetnsId, event: RtnlEvent): void {
  const listeners = world.rtnl.filter((id) => world.sockets[id]?.netns === netnsId);
  if (listeners.length !== 0) netlinkBroadcast(world, listeners, event);
}

/** @param settled false: linkwatch has not yet told the operational state that the carrier brings */
export function rtnlLink(world: World, device: NetDevice, deleted = false, settled = true, alone = false): void {
  if (world.rtnl.length === 0) return;
  const peer = alone || device.peer === null ? null : (world.devs[device.peer] ?? null);
  send(world, device.netns, { group: "link", deleted, device: plain(device), peer: peer && plain(peer), settled });
}

/** As much of a device as is told of it. */
function plain(device: NetDevice): NetDevice {
  return { ...device, bridge: null, vxlan: null, port: null, addresses: [], taps: [], conf: null, unicastList: [] };
}

export function rtnlAddress(world: World, device: NetDevice, ifa: InetAddress, deleted: boolean): void {
  if (world.rtnl.length === 0) return;
  const { id: dev, ifindex, name } = device;
  send(world, device.netns, { group: "address", deleted, dev, ifindex, name, ifa });
}

export function rtnlRoute(world: World, netnsId: NetnsId, route: Route, deleted: boolean): void {
  if (world.rtnl.length === 0) return;
  const name = route.dev === null ? null : (world.devs[route.dev]?.name ?? null);
  send(world, netnsId, { group: "route", deleted, route, name });
}

export function rtnlRule(world: World, netnsId: NetnsId, rule: FibRule, deleted: boolean): void {
  if (world.rtnl.length !== 0) send(world, netnsId, { group: "rule", deleted, rule });
}

const WITH_MAC = Nud.PERMANENT | Nud.NOARP | Nud.REACHABLE | Nud.PROBE | Nud.STALE | Nud.DELAY;

/** A neighbour entry as it is now. */
export function rtnlNeigh(world: World, entry: number, deleted: boolean): void {
  if (world.rtnl.length === 0) return;
  const t = world.neigh;
  const device = world.devs[t.dev[entry] as number] as NetDevice;
  const state = t.state[entry] as number;
  const mac = (state & WITH_MAC) === 0 ? null : (t.mac[entry] as Mac);
  const { id: dev, name } = device;
  send(world, device.netns, { group: "neigh", deleted, dev, name, ip: t.ip[entry] as number as Ipv4, mac, state });
}
