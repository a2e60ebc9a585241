/**
 * The routes that the kernel itself adds and removes: for addresses, and when devices go up, down, or lose their carrier.
 * Mirrors net/ipv4/fib_frontend.c (fib_magic, fib_add_ifaddr, fib_del_ifaddr, fib_disable_ip) and fib_sync_* of
 * fib_semantics.c. Left out: nexthop objects.
 */

import { broadcastOf, IPV4_BROADCAST, type Ipv4, isInNetwork, isZeronetIpv4, networkOf } from "../../wire/address.ts";
import { neighDropBroadcast, neighFlushDev } from "../neigh/neigh.ts";
import { rtnlRoute } from "../rtnl/notify.ts";
import {
  type InetAddress,
  type NetDevice,
  type Route,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  Scope,
  type World,
} from "../types.ts";
import { netns as netnsOf, touchConfig } from "../world.ts";
import { fibFlush, forgetLearned, validSource } from "./fib.ts";
import { inetAddrType } from "./lookup.ts";
import { allRoutes, fibInsert, fibRemove, fibTable, prefixRoutes } from "./table.ts";

/** Adds the local, broadcast and connected routes of an address, as far as they aren't there already. */
export function fibAddIfaddr(world: World, device: NetDevice, ifa: InetAddress): void {
  const primary = ifa.secondary ? primaryOf(device, ifa) : ifa;
  if (primary === null) return;
  addMagic(world, device, "local", ifa.local, 32, primary);
  if (!device.up) return;
  if (ifa.broadcast !== null && ifa.broadcast !== IPV4_BROADCAST) {
    addMagic(world, device, "broadcast", ifa.broadcast, 32, primary);
    neighDropBroadcast(world, device.id, ifa.broadcast);
  }
  if (!hasSubnet(ifa)) return;
  addMagic(world, device, subnetType(device), networkOf(ifa.address, ifa.prefixLen), ifa.prefixLen, primary);
  if (ifa.prefixLen >= 31) return;
  const broadcast = broadcastOf(ifa.address, ifa.prefixLen);
  addMagic(world, device, "broadcast", broadcast, 32, primary);
  neighDropBroadcast(world, device.id, broadcast);
}

function primaryOf(device: NetDevice, ifa: InetAddress): InetAddress | null {
  return (
    device.addresses.find(
      (other) =>
        !other.secondary && other.prefixLen === ifa.prefixLen && isInNetwork(other.address, ifa.address, ifa.prefixLen),
    ) ?? null
  );
}

/** Whether an address brings a connected route. */
function hasSubnet(ifa: InetAddress): boolean {
  const network = networkOf(ifa.address, ifa.prefixLen);
  return !ifa.secondary && !isZeronetIpv4(network) && (network !== ifa.local || ifa.prefixLen < 32);
}

function subnetType(device: NetDevice): RouteType {
  return device.kind === "loopback" ? "local" : "unicast";
}

function magicRoute(
  device: NetDevice,
  type: RouteType,
  destination: Ipv4,
  prefixLen: number,
  primary: InetAddress,
): Route {
  return {
    table: type === "unicast" ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
    type,
    destination,
    prefixLen,
    tos: 0,
    gateway: null,
    dev: device.id,
    source: primary.local,
    scope: type === "local" ? Scope.HOST : Scope.LINK,
    protocol: "kernel",
    metric: 0,
    onlink: false,
    viaSelf: false,
    mtu: null,
    dead: false,
    linkdown: type !== "local" && !device.carrier,
    created_ns: 0,
  };
}

/**
 * fib_magic(RTM_NEWROUTE): appended behind what is there, unless the very same is, or the source that it would prefer means
 * something else here (another device's broadcast address).
 */
function addMagic(
  world: World,
  device: NetDevice,
  type: RouteType,
  destination: Ipv4,
  prefixLen: number,
  primary: InetAddress,
): void {
  const route = magicRoute(device, type, destination, prefixLen, primary);
  route.created_ns = world.now_ns;
  const netns = netnsOf(world, device.netns);
  if (!validSource(world, netns, route, primary.local)) return;
  const table = fibTable(netns.fib, route.table);
  if (!prefixRoutes(table, destination, prefixLen).some((other) => isMagic(other, route))) {
    fibInsert(table, route, true);
    rtnlRoute(world, netns.id, route, false);
    forgetLearned(netns, destination, prefixLen);
  }
}

/** fib_magic(RTM_DELROUTE) */
function delMagic(
  world: World,
  device: NetDevice,
  type: RouteType,
  destination: Ipv4,
  prefixLen: number,
  primary: InetAddress,
): void {
  const route = magicRoute(device, type, destination, prefixLen, primary);
  const netns = netnsOf(world, device.netns);
  const table = fibTable(netns.fib, route.table);
  const found = prefixRoutes(table, destination, prefixLen).find((other) => isMagic(other, route));
  if (found === undefined) return;
  fibRemove(table, found);
  rtnlRoute(world, netns.id, found, true);
  forgetLearned(netns, destination, prefixLen);
}

function isMagic(x: Route, y: Route): boolean {
  return (
    x.type === y.type &&
    x.scope === y.scope &&
    x.dev === y.dev &&
    x.source === y.source &&
    x.protocol === "kernel" &&
    x.gateway === null
  );
}

/** Which of an address's routes other addresses of the device still need. */
interface StillNeeded {
  local: boolean;
  /** The broadcast address that was given with it. */
  broadcast: boolean;
  /** Its subnet's. */
  subnetBroadcast: boolean;
}

/**
 * Removes the routes of an address that is no longer in the device's list (or, with `promotedFrom`, whose subnet loses that
 * primary), except those that another address needs; routes that prefer it as their source go with it.
 */
export function fibDelIfaddr(
  world: World,
  device: NetDevice,
  ifa: InetAddress,
  promotedFrom: InetAddress | null,
): void {
  const primary = ifa.secondary ? (promotedFrom ?? primaryOf(device, ifa)) : ifa;
  if (primary === null) return;
  const subnet = hasSubnet(ifa);
  if (subnet) {
    delMagic(world, device, subnetType(device), networkOf(ifa.address, ifa.prefixLen), ifa.prefixLen, primary);
  }
  const needed = stillNeeded(device, ifa, primary, promotedFrom);
  if (!needed.broadcast && ifa.broadcast !== null) delMagic(world, device, "broadcast", ifa.broadcast, 32, primary);
  if (subnet && ifa.prefixLen < 31 && !needed.subnetBroadcast) {
    delMagic(world, device, "broadcast", broadcastOf(ifa.address, ifa.prefixLen), 32, primary);
  }
  if (needed.local) return;
  delMagic(world, device, "local", ifa.local, 32, primary);
  const netns = netnsOf(world, device.netns);
  const isGone = !device.addresses.includes(ifa) && inetAddrType(world, netns, ifa.local) !== "local";
  if (isGone) fibFlush(netns, (route) => route.table === RT_TABLE_MAIN && route.source === ifa.local);
}

function stillNeeded(
  device: NetDevice,
  ifa: InetAddress,
  primary: InetAddress,
  promotedFrom: InetAddress | null,
): StillNeeded {
  const needed: StillNeeded = { local: false, broadcast: false, subnetBroadcast: false };
  const broadcast = broadcastOf(ifa.address, ifa.prefixLen);
  for (const other of device.addresses) {
    if (other === ifa || (promotedFrom !== null && sameSubnet(other, promotedFrom))) continue;
    const otherPrimary = other.secondary ? primaryOf(device, other) : other;
    // Routes are told apart by their preferred source: those of another primary are no use to this one's.
    if (otherPrimary === null || otherPrimary.local !== primary.local) continue;
    if (other.local === ifa.local) needed.local = true;
    if (other.broadcast === ifa.broadcast) needed.broadcast = true;
    if (other.broadcast === broadcast) needed.subnetBroadcast = true;
    if (other.secondary || !hasSubnet(other) || other.prefixLen >= 31) continue;
    const otherBroadcast = broadcastOf(other.address, other.prefixLen);
    if (otherBroadcast === ifa.broadcast) needed.broadcast = true;
    if (otherBroadcast === broadcast) needed.subnetBroadcast = true;
  }
  return needed;
}

function sameSubnet(x: InetAddress, y: InetAddress): boolean {
  return x.prefixLen === y.prefixLen && isInNetwork(x.address, y.address, y.prefixLen);
}

/**
 * fib_disable_ip: routes through the device go, and its neighbours. Local routes stay while the device is only down, because
 * their nexthop has scope NOWHERE; `force` takes them too.
 */
export function fibDisableIp(world: World, device: NetDevice, force: boolean): void {
  const isGone = (route: Route) => route.dev === device.id && (force || route.scope !== Scope.HOST);
  fibFlush(netnsOf(world, device.netns), isGone);
  neighFlushDev(world, device.id, false);
}

/** fib_sync_up: the device's routes are usable again, if it has a carrier. */
export function fibSyncUp(world: World, device: NetDevice): void {
  if (device.up && device.carrier) markLinkdown(world, device, false);
}

/** fib_sync_down_dev(NETDEV_CHANGE) or fib_sync_up, by the carrier. */
export function fibSyncDown(world: World, device: NetDevice): void {
  markLinkdown(world, device, !device.carrier);
}

function markLinkdown(world: World, device: NetDevice, linkdown: boolean): void {
  for (const [, route] of allRoutes(netnsOf(world, device.netns).fib)) {
    if (route.dev === device.id && route.scope !== Scope.HOST) route.linkdown = linkdown;
  }
  touchConfig(world);
}
