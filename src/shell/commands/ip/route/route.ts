/** `ip route`: which command, and the lists. iproute.c: do_iproute, iproute_list_flush_or_save. */
import { fibDel, flushRouteCache, routes } from "../../../../kernel/fib/fib.ts";
import { fibTableIds } from "../../../../kernel/fib/table.ts";
import {
  type NetDevice,
  type Netns,
  type NetnsId,
  type Route,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  type World,
} from "../../../../kernel/types.ts";
import { type Ipv4, isInNetwork } from "../../../../wire/address.ts";
import { capable, write } from "../../../process.ts";
import { notSimulated, quit } from "../../quit.ts";
import { ipv6Addresses } from "../address/ipv6.ts";
import {
  addressOf,
  deviceOrQuit,
  invarg,
  type Line,
  matches,
  netnsOfLine,
  numberValue,
  type Prefix,
  prefixOf,
  print,
  take,
  value,
} from "../args.ts";
import { printJson } from "../json.ts";
import { usage } from "../usage.ts";
import { getRoute, listRouteCache } from "./route-get.ts";
import { modifyRoute } from "./route-modify.ts";
import { protocolOf, routeTypeOf, scopeOf, tableOf } from "./route-names.ts";
import { formatRoute, type RouteStyle, routeJson } from "./route-print.ts";

export function ipRoute(line: Line): number {
  const verb = take(line);
  if (verb === undefined || matches(verb, "list", "show", "lst")) return listRoutes(line);
  if (matches(verb, "add")) return modifyRoute(line, "add");
  if (matches(verb, "change", "chg")) return modifyRoute(line, "change");
  if (matches(verb, "replace")) return modifyRoute(line, "replace");
  if (matches(verb, "prepend")) return modifyRoute(line, "prepend");
  if (matches(verb, "append")) return modifyRoute(line, "append");
  if (matches(verb, "test")) return modifyRoute(line, "test");
  if (matches(verb, "delete")) return modifyRoute(line, "delete");
  if (matches(verb, "get")) return getRoute(line);
  if (matches(verb, "flush")) return flushRoutes(line);
  if (matches(verb, "save", "restore", "showdump")) notSimulated(line.sys, `ip route ${verb}`);
  if (matches(verb, "help")) usage(line, "route");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip route help".\n`, 255);
}

interface RouteFilter {
  /** A table, "all", or the cache, which is always empty. */
  table: number | "all" | "cache";
  tos: number | null;
  protocol: string | null;
  scope: number | null;
  type: RouteType | "none" | null;
  dev: NetDevice | null;
  metric: number | null;
  via: Ipv4 | null;
  src: Ipv4 | null;
  /** Longer or equal prefixes of it; prefixes that contain it; or that very prefix. */
  root: Prefix | null;
  match: Prefix | null;
  exact: Prefix | null;
}

function readFilter(line: Line): RouteFilter {
  const filter: RouteFilter = {
    table: RT_TABLE_MAIN,
    tos: null,
    protocol: null,
    scope: null,
    type: null,
    dev: null,
    metric: null,
    via: null,
    src: null,
    root: null,
    match: null,
    exact: null,
  };
  for (let text = take(line); text !== undefined; text = take(line)) readSelector(line, filter, text);
  return filter;
}

function readSelector(line: Line, filter: RouteFilter, text: string): void {
  if (matches(text, "table")) filter.table = readTable(line);
  else if (text === "vrf") notSimulated(line.sys, "ip route vrf");
  else if (matches(text, "cached", "cloned")) filter.table = "cache";
  else if (text === "tos" || matches(text, "dsfield")) filter.tos = numberValue(line, "TOS value is invalid\n", 255);
  else if (matches(text, "protocol")) filter.protocol = readProtocol(line);
  else if (matches(text, "scope")) filter.scope = readScope(line);
  else if (matches(text, "type")) filter.type = readType(line);
  else if (text === "dev" || text === "oif" || text === "iif") filter.dev = deviceOrQuit(line, value(line));
  else if (matches(text, "metric", "priority", "preference")) {
    filter.metric = numberValue(line, '"metric" value is invalid\n');
  } else if (text === "via") filter.via = readAddress(line);
  else if (text === "src") filter.src = readAddress(line);
  else if (text === "from") prefixOf(line, value(line));
  else readPrefix(line, filter, text === "to" ? value(line) : text);
}

function readPrefix(line: Line, filter: RouteFilter, text: string): void {
  if (matches(text, "root")) filter.root = prefixOf(line, value(line));
  else if (matches(text, "match")) filter.match = prefixOf(line, value(line));
  else if (matches(text, "help")) usage(line, "route");
  else filter.exact = prefixOf(line, matches(text, "exact") ? value(line) : text);
}

function readTable(line: Line): number | "all" | "cache" {
  const text = value(line);
  const known = tableOf(text);
  if (known !== null) return known === 0 ? "all" : known;
  if (text === "all" || text === "cache") return text;
  return invarg(line, "table id value is invalid\n", text);
}

function readProtocol(line: Line): string | null {
  const text = value(line);
  if (text === "all") return null;
  return protocolOf(text) ?? invarg(line, 'invalid "protocol"\n', text);
}

function readScope(line: Line): number | null {
  const text = value(line);
  if (text === "all") return null;
  return scopeOf(text) ?? invarg(line, 'invalid "scope"\n', text);
}

function readType(line: Line): RouteType | "none" {
  const text = value(line);
  const known = routeTypeOf(text);
  if (known !== null) return known;
  return /^(multicast|nat|anycast|xresolve)$/.test(text) ? "none" : invarg(line, "node type value is invalid\n", text);
}

function readAddress(line: Line): Ipv4 {
  const text = value(line);
  return addressOf(line, text === "inet" ? value(line) : text, "any valid");
}

/** Which tables are looked through, in the order of the kernel's buckets; null (and a complaint) for one that isn't there. */
function tablesOf(line: Line, filter: RouteFilter, what: "Dump" | "Flush"): number[] | null {
  if (filter.table === "cache") return [];
  const { fib } = line.sys.world.netns[netnsOfLine(line)] as Netns;
  const present = fibTableIds(fib);
  if (filter.table === "all") return present.sort((x, y) => (x & 255) - (y & 255) || x - y);
  const always = filter.table === RT_TABLE_MAIN || filter.table === RT_TABLE_LOCAL;
  if (always || present.includes(filter.table)) return [filter.table];
  write(line.sys, 2, `Error: ipv4: FIB table does not exist.\n${what} terminated\n`);
  return null;
}

function matchesFilter(route: Route, filter: RouteFilter): boolean {
  const given = <T>(wanted: T | null, has: T | null) => wanted === null || wanted === has;
  const { root, match, exact } = filter;
  return (
    given(filter.tos, route.tos) &&
    given(filter.protocol, route.protocol) &&
    given(filter.scope, route.scope) &&
    given<string>(filter.type, route.type) &&
    given(filter.dev?.id ?? null, route.dev) &&
    given(filter.metric, route.metric) &&
    given(filter.via, route.gateway) &&
    given(filter.src, route.source) &&
    (root === null || (route.prefixLen >= root.length && isInNetwork(route.destination, root.address, root.length))) &&
    (match === null ||
      (route.prefixLen <= match.length && isInNetwork(match.address, route.destination, route.prefixLen))) &&
    (exact === null ||
      (route.prefixLen === exact.length && isInNetwork(route.destination, exact.address, exact.length)))
  );
}

function styleOf(line: Line, filter: RouteFilter): RouteStyle {
  const omit = new Set<"dev" | "via" | "protocol" | "scope" | "src" | "metric">();
  if (filter.dev !== null) omit.add("dev");
  if (filter.via !== null) omit.add("via");
  if (filter.protocol !== null) omit.add("protocol");
  if (filter.scope !== null) omit.add("scope");
  if (filter.src !== null) omit.add("src");
  if (filter.metric !== null) omit.add("metric");
  return { details: line.options.details > 0, color: line.options.color, table: filter.table === "all", omit };
}

function listRoutes(line: Line): number {
  const filter = readFilter(line);
  const { world } = line.sys;
  if (line.options.family === "inet6") return listIpv6(line, filter);
  const tables = tablesOf(line, filter, "Dump");
  if (tables === null) return 2;
  if (filter.table === "cache") listRouteCache(line);
  const found = tables.flatMap((id) => routes(world, netnsOfLine(line), id)).filter((r) => matchesFilter(r, filter));
  const style = styleOf(line, filter);
  if (line.options.json)
    printJson(
      line,
      found.map((route) => routeJson(world, route, style)),
    );
  else for (const route of found) print(line, `${formatRoute(world, route, style)}\n`);
  return 0;
}

/** The connected routes of link-local addresses; loopback's has none. Nothing else of IPv6 is here. */
function listIpv6(line: Line, filter: RouteFilter): number {
  const { world } = line.sys;
  for (const device of asTheyCameUp(world, netnsOfLine(line))) {
    if ((filter.dev !== null && filter.dev !== device) || filter.table !== RT_TABLE_MAIN) continue;
    if (device.kind === "loopback" || ipv6Addresses(world, device).length === 0) continue;
    print(line, `fe80::/64 ${filter.dev === null ? `dev ${device.name} ` : ""}proto kernel metric 256 pref medium\n`);
  }
  return 0;
}

/** Devices by number, but a bridge, which has a carrier only through a port, behind its first. */
function asTheyCameUp(world: World, netns: NetnsId): NetDevice[] {
  const all = (world.netns[netns] as Netns).devs.map((id) => world.devs[id] as NetDevice);
  const came = new Set<NetDevice>();
  for (const device of all) {
    if (device.bridge !== null && device.bridge.ports.length > 0) continue;
    came.add(device);
    const master = device.master === null ? null : world.devs[device.master];
    if (master) came.add(master);
  }
  return [...came];
}

/** iproute_flush: round by round what matches, the kernel's own routes only if their table or type was named. */
function flushRoutes(line: Line): number {
  const { sys, options } = line;
  if (line.at >= line.words.length) quit(sys, '"ip route flush" requires arguments.\n', 1);
  const filter = readFilter(line);
  if (filter.table === "cache" && sys.proc.node.includes("/")) {
    write(sys, 2, 'Cannot open "/proc/sys/net/ipv4/route/flush": Read-only file system\n');
  } else if (filter.table === "cache") flushRouteCache(sys.world, netnsOfLine(line));
  const tables = filter.table === "cache" ? [] : tablesOf(line, filter, "Flush");
  if (tables === null) return 2;
  const found = tables
    .flatMap((id) => routes(sys.world, netnsOfLine(line), id))
    .filter((r) => matchesFilter(r, filter));
  if (found.length > 0 && !capable(sys, "NET_ADMIN")) {
    quit(sys, "Failed to send flush request: Operation not permitted\n", 2);
  }
  const style = styleOf(line, filter);
  if (options.stats > 1) for (const route of found) print(line, `Deleted ${formatRoute(sys.world, route, style)}\n`);
  for (const route of found) fibDel(sys.world, netnsOfLine(line), route);
  if (options.stats === 0) return 0;
  if (found.length === 0) print(line, "Nothing to flush.\n");
  else print(line, `\n*** Round 1, deleting ${found.length} entries ***\n*** Flush is complete after 1 round ***\n`);
  return 0;
}
