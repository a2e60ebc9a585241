/**
 * Who is told of changes by rtnetlink: rtmsg_ifinfo, rtmsg_ifa, rtmsg_fib, __neigh_notify, notify_rule_change and fdb_notify (net/core/rtnetlink.c,
 * net/ipv4/devinet.c, fib_semantics.c, net/core/neighbour.c, fib_rules.c, net/bridge/br_fdb.c). An event is a copy of what it tells of, as it was
 * then. Left out: what a bridge tells of its ports, settings (NETCONF), namespace ids.
 */
import { Nud } from "../../base/trace-kind.ts";
import type { Ipv4, Mac } from "../../wire/address.ts";
import { FDB_BRIDGE_ITSELF, FDB_EXT_LEARN, FDB_LOCAL, FDB_STATIC, FDB_STICKY, macOf } from "../netdev/bridge/fdb.ts";
import { netlinkBroadcast } from "../socket/netlink.ts";
import type { Bridge, DevId, FibRule, InetAddress, NetDevice, NetnsId, Route, World } from "../types.ts";

export type RtnlEvent = { deleted: boolean } & (
  | { group: "link"; device: NetDevice; peer: NetDevice | null; settled: boolean }
  | { group: "address"; dev: DevId; ifindex: number; name: string; ifa: InetAddress }
  | { group: "route"; route: Route; name: string | null }
  | { group: "neigh"; dev: DevId; name: string; ip: Ipv4; mac: Mac | null; state: number }
  | { group: "rule"; rule: FibRule }
  | { group: "fdb"; dev: DevId; name: string; mac: Mac; master: string | null; state: FdbState; flags: string[] }
);

/** A forwarding entry's kind, in the words of bridge(8). */
export type FdbState = "permanent" | "static" | "stale" | "";

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

/** A bridge's forwarding entry as it is now. */
export function rtnlFdb(world: World, slot: number, deleted: boolean): void {
  if (world.rtnl.length === 0) return;
  const t = world.fdb;
  const bridge = world.devs[t.bridge[slot] as number] as NetDevice;
  const to = t.dev[slot] as number;
  const { id: dev, name } = to === FDB_BRIDGE_ITSELF ? bridge : (world.devs[to] as NetDevice);
  const bits = t.flags[slot] as number;
  const isOld = (t.updated_ns[slot] as number) + (bridge.bridge as Bridge).ageing_ns <= world.now_ns;
  const learned = isOld && (bits & FDB_EXT_LEARN) === 0 ? "stale" : "";
  const state = (bits & FDB_LOCAL) !== 0 ? "permanent" : (bits & FDB_STATIC) !== 0 ? "static" : learned;
  const flags = [
    ...((bits & FDB_EXT_LEARN) !== 0 ? ["extern_learn"] : []),
    ...((bits & FDB_STICKY) !== 0 ? ["sticky"] : []),
  ];
  const mac = macOf(t.macHi[slot] as number, t.macLo[slot] as number);
  send(world, bridge.netns, { group: "fdb", deleted, dev, name, mac, master: bridge.name, state, flags });
}

/** An address that a device listens to besides its own: rtnl_fdb_notify. */
export function rtnlListened(world: World, device: NetDevice, mac: Mac, deleted: boolean): void {
  if (world.rtnl.length === 0) return;
  const { id: dev, name } = device;
  const own = { master: null, state: "permanent" as const, flags: ["self"] };
  send(world, device.netns, { group: "fdb", deleted, dev, name, mac, ...own });
}
