/**
 * Questions to the routing tables: longest prefix match, kinds of addresses, choice of a source address.
 * Mirrors fib_table_lookup (net/ipv4/fib_trie.c), __inet_dev_addr_type (fib_frontend.c), inet_select_addr (devinet.c).
 * As while no `ip rule` was added, tables local and main are searched as one. Left out: rules, multipath, nexthop objects.
 */
import {
  IPV4_ANY,
  IPV4_BROADCAST,
  type Ipv4,
  isInNetwork,
  isMulticastIpv4,
  isZeronetIpv4,
} from "../../wire/address.ts";
import { EACCES, EAGAIN, EHOSTUNREACH, EINVAL, ENETUNREACH } from "../errno.ts";
import { inDevRouteLocalnet, maxConf } from "../sysctl.ts";
import {
  type DevId,
  type FibTable,
  type InetAddress,
  type NetDevice,
  type Netns,
  type Route,
  type RouteType,
  Scope,
  type World,
} from "../types.ts";

/** What looking up a route of a type that refuses answers (fib_props). */
export const ROUTE_ERRORS: Readonly<Partial<Record<RouteType, number>>> = {
  blackhole: EINVAL,
  unreachable: EHOSTUNREACH,
  prohibit: EACCES,
  throw: EAGAIN,
};

/** No device asked for. */
export const ANY_DEV: DevId = -1;

/**
 * The best route to `destination`, or an errno. `oif` must be the route's device unless it is ANY_DEV; `scope` is the
 * widest that the route may have (SCOPE.LINK asks for something on a link). Allocates nothing.
 */
export function fibLookup(
  world: World,
  netns: Netns,
  destination: Ipv4,
  oif: DevId = ANY_DEV,
  tos = 0,
  scope: number = Scope.UNIVERSE,
): Route | number {
  const { local, main } = netns.fib;
  const localKeys = local.keys;
  const mainKeys = main.keys;
  for (let i = 0, j = 0; i < localKeys.length || j < mainKeys.length; ) {
    const isLocal = maskAt(localKeys, i) >= maskAt(mainKeys, j);
    const keys = isLocal ? localKeys : mainKeys;
    const at = isLocal ? i : j;
    if (isLocal) i += 2;
    else j += 2;
    if ((destination & (keys[at + 1] as number)) !== keys[at]) continue;
    const route = (isLocal ? local : main).routes[at >> 1] as Route;
    const found = judge(world, netns, route, oif, tos, scope);
    if (found !== null) return found === EAGAIN ? ENETUNREACH : found;
  }
  return ENETUNREACH;
}

/** The mask of the route whose keys begin at `at`, as a rising number; -1 behind the last. */
function maskAt(keys: readonly number[], at: number): number {
  return at < keys.length ? (keys[at + 1] as number) >>> 0 : -1;
}

/** The same in a single table. */
export function fibTableLookup(
  world: World,
  netns: Netns,
  table: FibTable,
  destination: Ipv4,
  oif: DevId = ANY_DEV,
  tos = 0,
  scope: number = Scope.UNIVERSE,
): Route | number {
  const { keys, routes } = table;
  for (let at = 0; at < keys.length; at += 2) {
    if ((destination & (keys[at + 1] as number)) !== keys[at]) continue;
    const found = judge(world, netns, routes[at >> 1] as Route, oif, tos, scope);
    if (found !== null) return found;
  }
  return ENETUNREACH;
}

/** What a route whose prefix matches answers: itself, the errno of its type, or null where it does not fit. */
function judge(
  world: World,
  netns: Netns,
  route: Route,
  oif: DevId,
  tos: number,
  scope: number,
): Route | number | null {
  if (route.tos !== 0 && route.tos !== tos) return null;
  if (route.scope < scope) return null;
  const error = route.type === "unicast" || route.type === "local" ? undefined : ROUTE_ERRORS[route.type];
  if (error !== undefined) return error;
  if (route.dead || (oif !== ANY_DEV && route.dev !== oif)) return null;
  return route.linkdown && ignoresLinkdown(world, netns, route) ? null : route;
}

function ignoresLinkdown(world: World, netns: Netns, route: Route): boolean {
  const device = route.dev === null ? null : world.devs[route.dev];
  return device ? maxConf(netns, device, "ignore_routes_with_linkdown") !== 0 : false;
}

/** What an address is to this namespace (inet_addr_type): what its best route says, in whichever table that is. */
export function inetAddrType(world: World, netns: Netns, address: Ipv4): RouteType | "multicast" {
  if (isZeronetIpv4(address) || address === IPV4_BROADCAST) return "broadcast";
  if (isMulticastIpv4(address)) return "multicast";
  const route = fibLookup(world, netns, address);
  return typeof route === "number" ? "unicast" : route.type;
}

/** The local route that an address of a device brought, or null (inet_lookup_ifaddr_rcu). */
function ifaddrRoute(netns: Netns, address: Ipv4): Route | null {
  const { keys, routes } = netns.fib.local;
  // The /32s, whose mask is -1, stand first.
  for (let at = 0; keys[at + 1] === -1; at += 2) {
    if (keys[at] !== (address | 0)) continue;
    const route = routes[at >> 1] as Route;
    if (route.type === "local") return route;
  }
  return null;
}

/** Whether an address is one of this namespace's devices'. */
export function isLocalAddress(netns: Netns, address: Ipv4): boolean {
  return ifaddrRoute(netns, address) !== null;
}

/** The device that has an address (__ip_dev_find), also by a wider local route such as 127.0.0.0/8; null for none. */
export function ipDevFind(world: World, netns: Netns, address: Ipv4): DevId | null {
  const own = ifaddrRoute(netns, address);
  if (own !== null) return own.dev;
  const route = fibLookup(world, netns, address);
  return typeof route !== "number" && route.type === "local" ? route.dev : null;
}

/** The best source address on a device towards `destination` (IPV4_ANY: no wish), or IPV4_ANY. */
export function inetSelectAddr(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  scope: number = Scope.UNIVERSE,
): Ipv4 {
  const own = selectOwn(device, destination, scope, inDevRouteLocalnet(netns, device) ? Scope.LINK : Scope.HOST);
  if (own !== IPV4_ANY) return own;
  for (const id of netns.devs) {
    for (const ifa of (world.devs[id] as NetDevice).addresses) {
      if (!ifa.secondary && ifa.scope !== Scope.LINK && ifa.scope <= scope) return ifa.local;
    }
  }
  return IPV4_ANY;
}

function selectOwn(device: NetDevice, destination: Ipv4, scope: number, localnetScope: number): Ipv4 {
  let first = IPV4_ANY;
  for (const ifa of device.addresses) {
    if (ifa.secondary || Math.min(ifa.scope, localnetScope) > scope) continue;
    if (destination === IPV4_ANY || isInNetwork(destination, ifa.address, ifa.prefixLen)) return ifa.local;
    if (first === IPV4_ANY) first = ifa.local;
  }
  return first;
}

/** Whether two addresses lie on one of the device's subnets (inet_addr_onlink); `b` 0 asks for `a` alone. */
export function inetAddrOnlink(device: NetDevice, a: Ipv4, b: Ipv4): boolean {
  const holds = (ifa: InetAddress, x: Ipv4) => isInNetwork(x, ifa.address, ifa.prefixLen);
  return device.addresses.some((ifa) => holds(ifa, a) && (b === IPV4_ANY || holds(ifa, b)));
}

/** inet_confirm_addr: whether a device (null: any) has `local`, no wider than `scope`, in one subnet with `sender` (0: any). */
export function inetConfirmAddr(
  world: World,
  netns: Netns,
  device: NetDevice | null,
  sender: Ipv4,
  local: Ipv4,
  scope: number,
): boolean {
  const devices = device !== null ? [device] : netns.devs.map((id) => world.devs[id] as NetDevice);
  return devices.some((d) => {
    const has = d.addresses.some((ifa) => ifa.local === local && ifa.scope <= scope);
    return has && (sender === IPV4_ANY || inetAddrOnlink(d, local, sender));
  });
}
