/** The line of `ip route` for a route: print_route of ip/iproute.c. */
import { type Route, RT_TABLE_MAIN, Scope, type World } from "../../../../kernel/types.ts";
import { formatCidr, formatIpv4 } from "../../../../wire/address.ts";
import { paint } from "../color.ts";
import type { Json } from "../json.ts";
import { scopeName, tableName } from "./route-names.ts";

/** What every route shown has in common, and so is left out of each line. */
export interface RouteStyle {
  details: boolean;
  color: boolean;
  /** The table is named where it isn't main. */
  table: boolean;
  omit: ReadonlySet<"dev" | "via" | "protocol" | "scope" | "src" | "metric">;
}

export const PLAIN: RouteStyle = { details: false, color: false, table: false, omit: new Set() };

export function destinationText(route: Route): string {
  if (route.prefixLen === 0) return "default";
  return route.prefixLen === 32 ? formatIpv4(route.destination) : formatCidr(route.destination, route.prefixLen);
}

function devName(world: World, route: Route): string | null {
  return route.dev === null ? null : (world.devs[route.dev]?.name ?? null);
}

/** The line as iproute2 prints it, each word with a blank behind it, without the newline. */
export function formatRoute(world: World, route: Route, style: RouteStyle = PLAIN): string {
  const { details, omit } = style;
  const inet = (text: string) => paint(style, "inet", `${text} `);
  const name = devName(world, route);
  const words: (string | false)[] = [
    (route.type !== "unicast" || details) && `${route.type} `,
    route.prefixLen === 0 ? "default " : inet(destinationText(route)),
    route.tos !== 0 && `tos 0x${route.tos.toString(16).padStart(2, "0")} `,
    route.gateway !== null && !omit.has("via") && `via ${inet(formatIpv4(route.gateway))}`,
    name !== null && !omit.has("dev") && `dev ${paint(style, "ifname", `${name} `)}`,
    style.table && route.table !== RT_TABLE_MAIN && `table ${tableName(route.table)} `,
    (route.protocol !== "boot" || details) && !omit.has("protocol") && `proto ${route.protocol} `,
    (route.scope !== Scope.UNIVERSE || details) && !omit.has("scope") && `scope ${scopeName(route.scope)} `,
    route.source !== null && !omit.has("src") && `src ${inet(formatIpv4(route.source))}`,
    route.metric !== 0 && !omit.has("metric") && `metric ${route.metric} `,
    ...routeFlags(route).map((flag) => `${flag} `),
    route.mtu !== null && `mtu ${route.mtu} `,
  ];
  return words.filter((word) => word !== false).join("");
}

function routeFlags(route: Route): string[] {
  return [route.dead ? "dead" : "", route.onlink ? "onlink" : "", route.linkdown ? "linkdown" : ""].filter(
    (f) => f !== "",
  );
}

export function routeJson(world: World, route: Route, style: RouteStyle): Json {
  const { details, omit } = style;
  const name = devName(world, route);
  return {
    ...(route.type !== "unicast" || details ? { type: route.type } : {}),
    dst: destinationText(route),
    ...(route.tos === 0 ? {} : { tos: `0x${route.tos.toString(16)}` }),
    ...(route.gateway === null || omit.has("via") ? {} : { gateway: formatIpv4(route.gateway) }),
    ...(name === null || omit.has("dev") ? {} : { dev: name }),
    ...(style.table && route.table !== RT_TABLE_MAIN ? { table: tableName(route.table) } : {}),
    ...((route.protocol === "boot" && !details) || omit.has("protocol") ? {} : { protocol: route.protocol }),
    ...((route.scope === Scope.UNIVERSE && !details) || omit.has("scope") ? {} : { scope: scopeName(route.scope) }),
    ...(route.source === null || omit.has("src") ? {} : { prefsrc: formatIpv4(route.source) }),
    ...(route.metric === 0 || omit.has("metric") ? {} : { metric: route.metric }),
    flags: routeFlags(route),
    ...(route.mtu === null ? {} : { metrics: [{ mtu: route.mtu }] }),
  };
}
