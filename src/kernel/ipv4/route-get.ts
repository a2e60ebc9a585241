/** What `ip route get` asks and is told: inet_rtm_getroute and rt_fill_info of net/ipv4/route.c. */
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { ENODEV } from "../errno.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import type { DevId, NetnsId, Route, World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";
import { routeInput, routeOutput } from "./route.ts";
import { createRtable } from "./rtable.ts";

/** What `ip route get` asks. */
export interface RouteQuery {
  dst: Ipv4;
  src?: Ipv4;
  iif?: DevId;
  oif?: DevId;
  tos?: number;
  mark?: number;
}

/** What `ip route get` is told. */
export interface RouteGet {
  type: "unicast" | "local" | "broadcast" | "multicast";
  dst: Ipv4;
  /** As asked; null when not. */
  from: Ipv4 | null;
  gateway: Ipv4 | null;
  dev: DevId;
  /** Table of the route that was found, or null. */
  table: number | null;
  /** Source that the kernel chose; null for an input route, or when it is the one that was asked with. */
  source: Ipv4 | null;
  /** The route's own MTU, or the path's as far as it was learned. */
  mtu: number | null;
  /** Seconds until what was learned is forgotten, or null. */
  expires_s: number | null;
  redirected: boolean;
  /** RTCF_LOCAL: it ends at this host. */
  local: boolean;
  doRedirect: boolean;
  /** The route that was found, or null. */
  route: Route | null;
  iif: DevId | null;
}

/** inet_rtm_getroute: an errno when there is no way. */
export function routeGet(world: World, netnsId: NetnsId, query: RouteQuery): RouteGet | number {
  const netns = netnsOf(world, netnsId);
  const out = createRtable();
  const source = query.src ?? IPV4_ANY;
  const tos = query.tos ?? 0;
  let error: number;
  if (query.iif !== undefined) {
    const device = world.devs[query.iif];
    if (!device) return ENODEV;
    error = routeInput(world, netns, device, query.dst, source, tos, out, query.mark);
    if (error === 0 && out.type === "unreachable") error = out.error;
  } else {
    error = routeOutput(world, netns, query.dst, source, query.oif ?? ANY_DEV, tos, out, query.mark);
  }
  if (error < 0 || out.type === "unreachable") return error;
  const learned = netns.exceptions.get(query.dst);
  const expires = learned?.expires_ns ?? null;
  return {
    type: out.type,
    dst: query.dst,
    from: query.src ?? null,
    gateway: out.gateway,
    dev: out.dev,
    table: out.route?.table ?? null,
    source: query.iif === undefined && out.source !== source ? out.source : null,
    mtu: learned?.mtu ?? out.route?.mtu ?? null,
    expires_s: expires === null ? null : Math.floor((expires - world.now_ns) / 1e9),
    redirected: learned !== undefined && learned.gateway !== null,
    local: out.local,
    doRedirect: out.redirect,
    route: out.route,
    iif: query.iif ?? null,
  };
}
