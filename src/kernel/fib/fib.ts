/**
 * Routes added, replaced and taken out. Mirrors inet_rtm_newroute/inet_rtm_delroute (net/ipv4/fib_frontend.c),
 * fib_create_info and fib_check_nh (fib_semantics.c), fib_table_insert/fib_table_delete (fib_trie.c).
 * Left out: multipath, nexthop objects, metrics other than the MTU.
 */

import { type Ipv4, isInNetwork, networkOf } from "../../wire/address.ts";
import { EEXIST, EINVAL, ENETDOWN, ENODEV, ENOENT, ESRCH } from "../errno.ts";
import { rtnlRoute } from "../rtnl/notify.ts";
import {
  type DevId,
  type Netns,
  type NetnsId,
  type Route,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  Scope,
  type World,
} from "../types.ts";
import { netns as netnsOf, touchConfig } from "../world.ts";
import { ANY_DEV, fibLookup, fibTableLookup, inetAddrType, ROUTE_ERRORS } from "./lookup.ts";
import { allRoutes, fibInsert, fibRemove, fibTable, findFibTable, prefixRoutes, tableRoutes } from "./table.ts";

/** What `ip route` asks for. What is left out gets iproute2's default for the type and gateway. */
export interface RouteSpec {
  destination: Ipv4;
  prefixLen: number;
  type?: RouteType;
  table?: number;
  tos?: number;
  gateway?: Ipv4 | null;
  dev?: DevId | null;
  source?: Ipv4 | null;
  scope?: Scope;
  protocol?: string;
  metric?: number;
  onlink?: boolean;
  mtu?: number | null;
}

/** The flags of netlink that `ip route VERB` sends. */
export type RouteMode = "add" | "replace" | "change" | "append" | "prepend" | "test";

/** An errno, and the kernel's own words (extack, without the full stop) where it has any. */
export interface NetlinkReply {
  errno: number;
  message: string | null;
}

const DONE: NetlinkReply = { errno: 0, message: null };

function refuse(errno: number, message: string | null = null): NetlinkReply {
  return { errno, message };
}

export function fibAdd(world: World, netnsId: NetnsId, spec: RouteSpec, mode: RouteMode): NetlinkReply {
  touchConfig(world);
  const netns = netnsOf(world, netnsId);
  const route = routeOf(spec);
  if (networkOf(route.destination, route.prefixLen) !== route.destination) {
    return refuse(EINVAL, "Invalid prefix for given prefix length");
  }
  route.created_ns = world.now_ns;
  const error = completeRoute(world, netns, route);
  return error ?? insertRoute(world, netns, route, mode);
}

/** iproute2's defaults (iproute_modify). */
function routeOf(spec: RouteSpec): Route {
  const type = spec.type ?? "unicast";
  const isLocalKind = type === "local" || type === "broadcast";
  const gateway = spec.gateway ?? null;
  const byType = type === "local" ? Scope.HOST : type === "broadcast" ? Scope.LINK : Scope.UNIVERSE;
  const onLink = type === "unicast" && gateway === null ? Scope.LINK : byType;
  return {
    table: spec.table ?? (isLocalKind ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
    type,
    destination: spec.destination,
    prefixLen: spec.prefixLen,
    tos: spec.tos ?? 0,
    gateway,
    dev: spec.dev ?? null,
    source: spec.source ?? null,
    scope: spec.scope ?? onLink,
    protocol: spec.protocol ?? "boot",
    metric: spec.metric ?? 0,
    onlink: spec.onlink ?? false,
    viaSelf: false,
    mtu: spec.mtu ?? null,
    dead: false,
    linkdown: false,
    created_ns: 0,
  };
}

/** The widest scope that a route of a type may have (fib_props). */
const TYPE_SCOPES: Readonly<Partial<Record<RouteType, number>>> = { local: Scope.HOST, broadcast: Scope.LINK };

/** fib_create_info: checks the route and fills in its device. Null when it is good. */
function completeRoute(world: World, netns: Netns, route: Route): NetlinkReply | null {
  if ((TYPE_SCOPES[route.type] ?? Scope.UNIVERSE) > route.scope) return refuse(EINVAL, "Invalid scope");
  if (ROUTE_ERRORS[route.type] !== undefined) {
    if (route.gateway === null && route.dev === null) return null;
    return refuse(EINVAL, "Gateway, device and multipath can not be specified for this route type");
  }
  if (route.scope > Scope.HOST) return refuse(EINVAL, "Invalid scope");
  if (route.scope === Scope.HOST) {
    if (route.gateway !== null) return refuse(EINVAL, "Route with host scope can not have a gateway");
    if (route.dev === null || !world.devs[route.dev]) return refuse(ENODEV);
  } else {
    const error = route.gateway === null ? checkDevice(world, route) : checkGateway(world, netns, route, route.gateway);
    if (error !== null) return error;
  }
  if (route.source !== null && !validSource(world, netns, route, route.source)) {
    return refuse(EINVAL, "Invalid prefsrc address");
  }
  return null;
}

/** fib_check_nh_nongw */
function checkDevice(world: World, route: Route): NetlinkReply | null {
  if (route.onlink) return refuse(EINVAL, "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
  const device = route.dev === null ? null : world.devs[route.dev];
  if (!device) return refuse(ENODEV);
  if (!device.up) return refuse(ENETDOWN, "Device for nexthop is not up");
  route.linkdown = !device.carrier;
  return null;
}

/** fib_check_nh_v4_gw: the gateway must be reachable on a link, unless `onlink` promises that it is. */
function checkGateway(world: World, netns: Netns, route: Route, gateway: Ipv4): NetlinkReply | null {
  if (route.onlink) return checkOnlink(world, netns, route, gateway);
  const scope = Math.max(route.scope + 1, Scope.LINK);
  const oif = route.dev ?? ANY_DEV;
  const table = route.table !== RT_TABLE_MAIN ? findFibTable(netns.fib, route.table) : undefined;
  let found: Route | number = ESRCH;
  if (table !== undefined) found = fibTableLookup(world, netns, table, gateway, oif, 0, scope);
  if (typeof found === "number") found = fibLookup(world, netns, gateway, oif, 0, scope);
  if (typeof found === "number") return refuse(found, "Nexthop has invalid gateway");
  if (found.type !== "unicast" && found.type !== "local") return refuse(EINVAL, "Nexthop has invalid gateway");
  const device = found.dev === null ? null : world.devs[found.dev];
  if (!device) return refuse(EINVAL, "No egress device for nexthop gateway");
  if (!device.up) return refuse(ENETDOWN);
  route.dev = device.id;
  route.viaSelf = found.type === "local";
  route.linkdown = !device.carrier;
  return null;
}

function checkOnlink(world: World, netns: Netns, route: Route, gateway: Ipv4): NetlinkReply | null {
  if (route.scope >= Scope.LINK) return refuse(EINVAL, "Nexthop has invalid scope");
  const device = route.dev === null ? null : world.devs[route.dev];
  if (!device) return refuse(ENODEV, "Nexthop device required for onlink");
  if (!device.up) return refuse(ENETDOWN, "Nexthop device is not up");
  if (inetAddrType(world, netns, gateway) !== "unicast") {
    return refuse(EINVAL, "Nexthop has invalid gateway");
  }
  route.linkdown = !device.carrier;
  return null;
}

/** fib_valid_prefsrc: only an own address, or the very address that a local route makes one. */
export function validSource(world: World, netns: Netns, route: Route, source: Ipv4): boolean {
  if (route.type === "local" && source === route.destination) return true;
  return inetAddrType(world, netns, source) === "local";
}

/** What was learned about paths belongs to nexthops: a route that comes or goes takes along what lay in its prefix. */
export function forgetLearned(netns: Netns, destination: Ipv4, prefixLen: number): void {
  for (const learned of Array.from(netns.exceptions.keys())) {
    if (isInNetwork(learned as Ipv4, destination, prefixLen)) netns.exceptions.delete(learned);
  }
}

/** `ip route flush cache`: all that was learned is forgotten (fnhe_genid_bump). */
export function flushRouteCache(world: World, netnsId: NetnsId): void {
  netnsOf(world, netnsId).exceptions.clear();
}

/** fib_table_insert */
function insertRoute(world: World, netns: Netns, route: Route, mode: RouteMode): NetlinkReply {
  const table = fibTable(netns.fib, route.table);
  const same = prefixRoutes(table, route.destination, route.prefixLen).filter(
    (other) => other.tos === route.tos && other.metric === route.metric,
  );
  const first = same[0];
  if (first !== undefined) {
    if (mode === "add" || mode === "test") return refuse(EEXIST);
    const twin = same.find((other) => isSameRoute(other, route));
    if (mode === "replace" || mode === "change") {
      if (twin !== undefined) return twin === first ? DONE : refuse(EEXIST);
      fibRemove(table, first);
      fibInsert(table, route, false);
      rtnlRoute(world, netns.id, route, false);
      forgetLearned(netns, route.destination, route.prefixLen);
      return DONE;
    }
    if (twin !== undefined) return refuse(EEXIST);
  }
  if (mode === "change" || mode === "test") return refuse(ENOENT);
  fibInsert(table, route, mode === "append");
  rtnlRoute(world, netns.id, route, false);
  forgetLearned(netns, route.destination, route.prefixLen);
  return DONE;
}

/** Whether two routes of one prefix, TOS and metric share type and fib_info. */
function isSameRoute(x: Route, y: Route): boolean {
  return (
    x.type === y.type &&
    x.scope === y.scope &&
    x.gateway === y.gateway &&
    x.dev === y.dev &&
    x.source === y.source &&
    x.protocol === y.protocol &&
    x.onlink === y.onlink &&
    x.mtu === y.mtu
  );
}

/** What `ip route del` names; what is left out matches anything. */
export type RouteMatch = Partial<RouteSpec> & { destination: Ipv4; prefixLen: number };

/** fib_table_delete: takes the best of the matching routes out; ESRCH when there is none. */
export function fibDel(world: World, netnsId: NetnsId, match: RouteMatch): NetlinkReply {
  const netns = netnsOf(world, netnsId);
  if (networkOf(match.destination, match.prefixLen) !== match.destination) {
    return refuse(EINVAL, "Invalid prefix for given prefix length");
  }
  const isLocalKind = match.type === "local" || match.type === "broadcast";
  const id = match.table ?? (isLocalKind ? RT_TABLE_LOCAL : RT_TABLE_MAIN);
  const table = findFibTable(netns.fib, id);
  if (table === undefined) return refuse(ESRCH, "FIB table does not exist");
  const found = prefixRoutes(table, match.destination, match.prefixLen).find((route) => matches(route, match));
  if (found === undefined) return refuse(ESRCH);
  fibRemove(table, found);
  rtnlRoute(world, netnsId, found, true);
  forgetLearned(netns, found.destination, found.prefixLen);
  return DONE;
}

function matches(route: Route, match: RouteMatch): boolean {
  const given = <T>(wanted: T | null | undefined, has: T | null) =>
    wanted === undefined || wanted === null || wanted === has;
  return (
    route.tos === (match.tos ?? 0) &&
    given(match.type, route.type) &&
    given(match.scope, route.scope) &&
    given(match.source, route.source) &&
    given(match.protocol, route.protocol) &&
    given(match.gateway, route.gateway) &&
    given(match.dev, route.dev) &&
    given(match.mtu, route.mtu) &&
    (!match.metric || match.metric === route.metric)
  );
}

/** The routes of a table in the order of `ip route show table …`. */
export function routes(world: World, netnsId: NetnsId, table: number): Route[] {
  const found = findFibTable(netnsOf(world, netnsId).fib, table);
  return found === undefined ? [] : tableRoutes(found);
}

/** fib_flush after `isGone` was found for some: takes those out. Returns how many went. */
export function fibFlush(netns: Netns, isGone: (route: Route) => boolean): number {
  let gone = 0;
  for (const [table, route] of allRoutes(netns.fib)) {
    if (!isGone(route)) continue;
    fibRemove(table, route);
    forgetLearned(netns, route.destination, route.prefixLen);
    gone++;
  }
  return gone;
}
