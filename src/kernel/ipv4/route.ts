/**
 * Where a packet goes: ip_route_output_key_hash_rcu, ip_route_input_slow, fib_validate_source and the exceptions that ICMP
 * taught (net/ipv4/route.c, fib_frontend.c). A decision is written into a record that the caller owns and reuses.
 * Left out: policy routing, multipath, multicast routing, source routes.
 */
import { SECOND_NS } from "../../base/time.ts";
import { DropReason } from "../../base/trace-kind.ts";
import {
  IPV4_ANY,
  IPV4_BROADCAST,
  IPV4_LOOPBACK,
  type Ipv4,
  isLoopbackIpv4,
  isMulticastIpv4,
  isZeronetIpv4,
} from "../../wire/address.ts";
import { EHOSTUNREACH, EINVAL, ENETUNREACH, ENODEV } from "../errno.ts";
import { ANY_DEV, fibLookup, inetAddrOnlink, inetSelectAddr, ipDevFind, isLocalAddress } from "../fib/lookup.ts";
import { fibRulesLookup } from "../fib/rules.ts";
import {
  inDevAcceptLocal,
  inDevForward,
  inDevRouteLocalnet,
  inDevRpFilter,
  inDevTxRedirects,
  maxConf,
  netVar,
} from "../sysctl.ts";
import { type DevId, type NetDevice, type Netns, type Route, Scope, type World } from "../types.ts";
import { keepRoute, ROUTED_IN, ROUTED_OUT, recallRoute } from "./route-cache.ts";
import { createRtable, type Rtable } from "./rtable.ts";

/** Longest packet of IPv4 (IP_MAX_MTU). */
const IP_MAX_MTU = 0xffff;

/**
 * Route of a packet that this host sends. `source` IPV4_ANY lets the kernel choose; `oif` ANY_DEV any device.
 * Returns 0 with `out` filled in, or an errno.
 */
export function routeOutput(
  world: World,
  netns: Netns,
  destination: Ipv4,
  source: Ipv4,
  oif: DevId,
  tos: number,
  out: Rtable,
  mark = 0,
): number {
  if (world.shortWays === true && recallRoute(world, netns, ROUTED_OUT, destination, source, oif, tos, out)) return 0;
  const error = askOutput(world, netns, destination, source, oif, tos, out, mark);
  if (error === 0) keepRoute(world, netns, ROUTED_OUT, destination, source, oif, tos, out);
  return error;
}

/** ip_route_connect: the route to a peer, looked up once more where rules may ask for the source that the first one found. */
export function routeConnect(
  world: World,
  netns: Netns,
  destination: Ipv4,
  source: Ipv4,
  oif: DevId,
  tos: number,
  out: Rtable,
): number {
  const error = routeOutput(world, netns, destination, source, oif, tos, out);
  if (error < 0 || source !== IPV4_ANY || netns.rules === null) return error;
  return routeOutput(world, netns, destination, out.source, oif, tos, out);
}

/** ip_route_output_key_hash_rcu */
function askOutput(
  world: World,
  netns: Netns,
  destination: Ipv4,
  source: Ipv4,
  oif: DevId,
  tos: number,
  out: Rtable,
  mark: number,
): number {
  let dev = oif;
  out.source = source;
  out.route = null;
  if (source !== IPV4_ANY) {
    if (isMulticastIpv4(source) || source === IPV4_BROADCAST) return EINVAL;
    const owner = ipDevFind(world, netns, source);
    if (owner === null) return ENETUNREACH;
    if (dev === ANY_DEV && (isMulticastIpv4(destination) || destination === IPV4_BROADCAST)) dev = owner;
  }
  if (dev !== ANY_DEV) {
    const device = world.devs[dev];
    if (!device) return ENODEV;
    if (!device.up) return ENETUNREACH;
    if (isLocalMulticast(destination) || destination === IPV4_BROADCAST) {
      if (out.source === IPV4_ANY) out.source = inetSelectAddr(world, netns, device, IPV4_ANY, Scope.LINK);
      return makeOutput(world, netns, destination, device, out);
    }
    if (out.source === IPV4_ANY && isMulticastIpv4(destination)) {
      out.source = inetSelectAddr(world, netns, device, IPV4_ANY);
    }
  }
  if (destination === IPV4_ANY) return toSelf(world, netns, out);
  const route =
    netns.rules === null
      ? fibLookup(world, netns, destination, dev, tos)
      : fibRulesLookup(world, netns, { destination, source, iif: netns.lo, oif: dev, tos, mark });
  if (typeof route === "number") {
    if (dev === ANY_DEV) return route;
    // The tables know nothing, but the device was named: the destination is taken to be on its link.
    const device = world.devs[dev] as NetDevice;
    if (out.source === IPV4_ANY) out.source = inetSelectAddr(world, netns, device, IPV4_ANY, Scope.LINK);
    return makeOutput(world, netns, destination, device, out);
  }
  out.route = route;
  if (route.type === "local") {
    if (out.source === IPV4_ANY) out.source = route.source ?? destination;
    return makeOutput(world, netns, destination, world.devs[netns.lo] as NetDevice, out);
  }
  const device = world.devs[route.dev as DevId] as NetDevice;
  if (out.source === IPV4_ANY) {
    out.source = route.source ?? inetSelectAddr(world, netns, device, route.gateway ?? IPV4_ANY, route.scope);
  }
  return makeOutput(world, netns, destination, device, out);
}

/** 224.0.0.0/24 */
function isLocalMulticast(address: Ipv4): boolean {
  return address >>> 8 === 0xe00000;
}

/** Nothing as the destination is this host. */
function toSelf(world: World, netns: Netns, out: Rtable): number {
  if (out.source === IPV4_ANY) out.source = IPV4_LOOPBACK;
  const error = makeOutput(world, netns, out.source, world.devs[netns.lo] as NetDevice, out);
  out.type = "local";
  return error;
}

/** __mkroute_output: what kind of packet it will be on this device. `out.route` is set, or null. */
function makeOutput(world: World, netns: Netns, destination: Ipv4, device: NetDevice, out: Rtable): number {
  const isLo = device.kind === "loopback";
  if (isLoopbackIpv4(out.source) && !isLo && !inDevRouteLocalnet(netns, device)) return EINVAL;
  const route = out.route;
  let type: Rtable["type"] = route?.type === "local" ? "local" : "unicast";
  if (destination === IPV4_BROADCAST || route?.type === "broadcast") type = "broadcast";
  else if (isMulticastIpv4(destination)) type = "multicast";
  else if (isZeronetIpv4(destination)) return EINVAL;
  out.type = type;
  out.dev = device.id;
  out.local = isLo || type === "broadcast" || destination === ALL_HOSTS;
  const isDirect =
    route === null || route.viaSelf || type === "broadcast" || (type === "multicast" && route.prefixLen < 4);
  out.gateway = isDirect ? null : route.gateway;
  out.mtu = Math.min(route?.mtu ?? device.mtu, IP_MAX_MTU);
  if (netns.exceptions.size !== 0 && type === "unicast") applyException(world, netns, destination, out, true);
  return 0;
}

/**
 * A path MTU or a gateway learned from ICMP goes before the route's own.
 * @param usePmtu false for what is passed on: who sent it will hear of the MTU from the router that it is too long for
 */
function applyException(world: World, netns: Netns, destination: Ipv4, out: Rtable, usePmtu: boolean): void {
  const learned = netns.exceptions.get(destination);
  if (learned === undefined) return;
  if (learned.expires_ns !== null && world.now_ns >= learned.expires_ns) {
    netns.exceptions.delete(destination);
    return;
  }
  if (learned.gateway !== null) out.gateway = learned.gateway;
  if (usePmtu && learned.mtu !== null && learned.mtu < out.mtu) out.mtu = learned.mtu;
}

/**
 * Route of a packet that came in by `device`. Returns 0 with `out` filled in (`type` "unreachable" with `error` when there is
 * no way), or EINVAL with `reason` for packets whose addresses cannot be right.
 */
export function routeInput(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  source: Ipv4,
  tos: number,
  out: Rtable,
  mark = 0,
): number {
  if (world.shortWays === true && recallRoute(world, netns, ROUTED_IN, destination, source, device.id, tos, out))
    return 0;
  const error = askInput(world, netns, device, destination, source, tos, out, mark);
  if (error === 0) keepRoute(world, netns, ROUTED_IN, destination, source, device.id, tos, out);
  return error;
}

/** ip_route_input_slow */
function askInput(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  source: Ipv4,
  tos: number,
  out: Rtable,
  mark: number,
): number {
  out.redirect = false;
  out.route = null;
  out.error = 0;
  if (isMulticastIpv4(destination)) return multicastInput(world, netns, device, destination, source, out);
  if (isMulticastIpv4(source) || source === IPV4_BROADCAST) return martianSource(out, DropReason.IP_INVALID_SOURCE);
  if (destination === IPV4_BROADCAST || (source === IPV4_ANY && destination === IPV4_ANY)) {
    return broadcastInput(world, netns, device, source, out);
  }
  if (isZeronetIpv4(source)) return martianSource(out, DropReason.IP_INVALID_SOURCE);
  if (isZeronetIpv4(destination)) return martianDestination(out);
  if (isLoopbackIpv4(destination) || isLoopbackIpv4(source)) {
    if (!inDevRouteLocalnet(netns, device)) {
      if (isLoopbackIpv4(destination)) return martianDestination(out);
      return martianSource(out, DropReason.IP_LOCALNET);
    }
  }
  const route =
    netns.rules === null
      ? fibLookup(world, netns, destination, ANY_DEV, tos)
      : fibRulesLookup(world, netns, { destination, source, iif: device.id, oif: ANY_DEV, tos, mark });
  if (typeof route === "number") return noRoute(device, inDevForward(device) ? route : EHOSTUNREACH, out);
  out.route = route;
  if (route.type === "broadcast") return broadcastInput(world, netns, device, source, out);
  if (route.type === "local") {
    const valid = validateSource(world, netns, device, source, ANY_DEV, out);
    if (valid < 0) return valid;
    return localInput("local", device, out);
  }
  if (!inDevForward(device)) return noRoute(device, EHOSTUNREACH, out);
  return forwardInput(world, netns, device, destination, source, route, out);
}

function martianSource(out: Rtable, reason: number): number {
  out.reason = reason;
  return EINVAL;
}

function martianDestination(out: Rtable): number {
  out.reason = DropReason.IP_INADDRERRORS;
  return EINVAL;
}

function localInput(type: "local" | "broadcast" | "multicast", device: NetDevice, out: Rtable): number {
  out.type = type;
  out.dev = device.id;
  out.gateway = null;
  out.local = true;
  return 0;
}

function broadcastInput(world: World, netns: Netns, device: NetDevice, source: Ipv4, out: Rtable): number {
  if (!isZeronetIpv4(source)) {
    const valid = validateSource(world, netns, device, source, ANY_DEV, out);
    if (valid < 0) return valid;
  }
  return localInput("broadcast", device, out);
}

/** The group of all hosts. */
const ALL_HOSTS = 0xe0000001;

/** ip_check_mc_rcu: all are members of the group of all hosts, and of others those that have a VXLAN device there. */
function isMember(world: World, netns: Netns, device: NetDevice, group: Ipv4): boolean {
  if (group === ALL_HOSTS) return true;
  return netns.tunnels.some((id) => {
    const vxlan = world.devs[id]?.vxlan;
    return vxlan?.remote === group && vxlan.link === device.id;
  });
}

/** ip_route_input_mc */
function multicastInput(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  source: Ipv4,
  out: Rtable,
): number {
  if (!isMember(world, netns, device, destination)) return martianDestination(out);
  if (isMulticastIpv4(source) || source === IPV4_BROADCAST) return martianSource(out, DropReason.IP_INVALID_SOURCE);
  if (isLoopbackIpv4(source) && !inDevRouteLocalnet(netns, device)) {
    return martianSource(out, DropReason.IP_LOCALNET);
  }
  if (!isZeronetIpv4(source)) {
    const valid = validateSource(world, netns, device, source, ANY_DEV, out);
    if (valid < 0) return valid;
  }
  return localInput("multicast", device, out);
}

function noRoute(device: NetDevice, error: number, out: Rtable): number {
  out.type = "unreachable";
  out.dev = device.id;
  out.local = false;
  out.gateway = null;
  out.error = error;
  return 0;
}

/** __mkroute_input */
function forwardInput(
  world: World,
  netns: Netns,
  device: NetDevice,
  destination: Ipv4,
  source: Ipv4,
  route: Route,
  out: Rtable,
): number {
  const oif = route.dev as DevId;
  const outDevice = world.devs[oif] as NetDevice;
  const valid = validateSource(world, netns, device, source, oif, out);
  if (valid < 0) return valid;
  out.type = "unicast";
  out.dev = oif;
  out.gateway = route.viaSelf ? null : route.gateway;
  out.local = false;
  out.mtu = Math.min(route.mtu ?? outDevice.mtu, IP_MAX_MTU);
  if (outDevice === device && valid > 0 && inDevTxRedirects(netns, outDevice)) {
    const isShared = maxConf(netns, outDevice, "shared_media") !== 0;
    out.redirect = isShared || inetAddrOnlink(outDevice, source, route.gateway ?? destination);
  }
  if (netns.exceptions.size !== 0) {
    applyException(world, netns, destination, out, (netns.sysctl["net.ipv4.ip_forward_use_pmtu"] ?? 0) !== 0);
  }
  return 0;
}

/**
 * fib_validate_source: may a packet from `source` come in by `device`? 0 or 1 (the sender is on the device's own link) when it
 * may, else EINVAL with `out.reason`.
 */
export function validateSource(
  world: World,
  netns: Netns,
  device: NetDevice,
  source: Ipv4,
  oif: DevId,
  out: Rtable,
): number {
  const rpf = inDevRpFilter(netns, device);
  if (rpf === 0 && (device.id !== oif || !inDevTxRedirects(netns, device))) {
    if (!isLocalAddress(netns, source) || inDevAcceptLocal(netns, device)) return 0;
    return martianSource(out, DropReason.IP_LOCAL_SOURCE);
  }
  const back = fibLookup(world, netns, source);
  if (typeof back === "number") return rpf === 0 ? 0 : martianSource(out, DropReason.IP_RPFILTER);
  if (back.type !== "unicast" && (back.type !== "local" || !inDevAcceptLocal(netns, device))) {
    return martianSource(out, DropReason.IP_LOCAL_SOURCE);
  }
  if (back.dev === device.id) return isOnLink(back) ? 1 : 0;
  if (device.addresses.length === 0) return rpf === 0 ? 0 : martianSource(out, DropReason.IP_RPFILTER);
  if (rpf === 1) return martianSource(out, DropReason.IP_RPFILTER);
  const own = fibLookup(world, netns, source, device.id);
  return typeof own !== "number" && own.type === "unicast" && isOnLink(own) ? 1 : 0;
}

/** Whether a route's nexthop has scope HOST: its destinations are on the device's own link. */
function isOnLink(route: Route): boolean {
  return route.gateway === null || route.viaSelf;
}

/** __ip_do_redirect's and update_or_create_fnhe's store: what was learned about a path, until `expires_ns`. */
export function learnException(
  netns: Netns,
  destination: Ipv4,
  learned: { mtu?: number; gateway?: Ipv4 },
  expires_ns: number,
): void {
  const old = netns.exceptions.get(destination);
  netns.exceptions.set(destination, {
    mtu: learned.mtu ?? old?.mtu ?? null,
    gateway: learned.gateway ?? old?.gateway ?? null,
    expires_ns,
  });
}

const PMTU_RT = createRtable();

/** __ip_rt_update_pmtu: the path to a destination takes no more than `told` bytes. Never below min_pmtu, forgotten after mtu_expires. */
export function updatePmtu(world: World, netns: Netns, destination: Ipv4, told: number): void {
  const mtu = Math.max(told, netVar(netns, "net.ipv4.route.min_pmtu"));
  if (routeOutput(world, netns, destination, IPV4_ANY, ANY_DEV, 0, PMTU_RT) < 0 || PMTU_RT.mtu < mtu) return;
  const expires_ns = world.now_ns + netVar(netns, "net.ipv4.route.mtu_expires") * SECOND_NS;
  learnException(netns, destination, { mtu }, expires_ns);
}
