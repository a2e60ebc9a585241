/**
 * The last decisions of routing in a namespace, a few for what comes in and a few for what is sent, so that packets that follow each other to
 * the same place need not be asked about: what rt_cache and a socket's dst are in Linux. Only a cache: void as soon as something is configured
 * anywhere (touchConfig) or a route comes or goes. A namespace with rules of policy routing or learned exceptions has none.
 */
import type { Ipv4 } from "../../wire/address.ts";
import type { DevId, Netns, Route, World } from "../types.ts";
import type { Rtable } from "./route.ts";

/** Words of a decision: generations for which it holds, what was asked, what was answered. */
const CONFIG = 0;
const LOCAL = 1;
const MAIN = 2;
const DESTINATION = 3;
const SOURCE = 4;
const DEV = 5;
const TOS = 6;
const OUT_TYPE = 7;
const OUT_DEV = 8;
const HAS_GATEWAY = 9;
const OUT_GATEWAY = 10;
const OUT_SOURCE = 11;
const OUT_LOCAL = 12;
const OUT_MTU = 13;
const OUT_REDIRECT = 14;
/** Of the route: 0 for none, else 1 for table local or 2 for main; its place there. */
const TABLE = 15;
const PLACE = 16;
/** Not 0 once the answer stands there: what was asked once only isn't remembered yet. */
const KNOWN = 17;
const WORDS = 18;

/** How many are remembered of either kind, a power of two; and which of them come first in Netns.routed. */
const DECISIONS = 4;
export const ROUTED_IN = 0;
export const ROUTED_OUT = DECISIONS;

/** Kinds of answers that are remembered. */
const TYPES: readonly Rtable["type"][] = ["unicast", "local"];

/** Writes into `out` what was answered to the same question. False: it has to be asked. @param kind ROUTED_IN or ROUTED_OUT */
export function recallRoute(
  world: World,
  netns: Netns,
  kind: number,
  destination: Ipv4,
  source: Ipv4,
  dev: DevId,
  tos: number,
  out: Rtable,
): boolean {
  const words = netns.routed;
  if (words === null) return false;
  const w = placeOf(kind, destination, source);
  const { local, main } = netns.fib;
  if (words[w + DESTINATION] !== (destination | 0) || words[w + SOURCE] !== (source | 0) || words[w + KNOWN] === 0)
    return false;
  if (words[w + DEV] !== dev || words[w + TOS] !== tos || words[w + CONFIG] !== world.quiet.generation) return false;
  if (words[w + LOCAL] !== local.generation || words[w + MAIN] !== main.generation) return false;
  if (netns.rules !== null || netns.exceptions.size !== 0) return false;
  out.type = TYPES[words[w + OUT_TYPE] as number] as Rtable["type"];
  out.dev = words[w + OUT_DEV] as number;
  out.gateway = words[w + HAS_GATEWAY] === 0 ? null : (((words[w + OUT_GATEWAY] as number) >>> 0) as Ipv4);
  out.source = ((words[w + OUT_SOURCE] as number) >>> 0) as Ipv4;
  out.local = words[w + OUT_LOCAL] === 1;
  out.mtu = words[w + OUT_MTU] as number;
  out.redirect = words[w + OUT_REDIRECT] === 1;
  out.error = 0;
  const table = words[w + TABLE] as number;
  out.route = table === 0 ? null : ((table === 1 ? local : main).routes[words[w + PLACE] as number] as Route);
  return true;
}

/** Remembers an answer, once the same has been asked twice. */
export function keepRoute(
  world: World,
  netns: Netns,
  kind: number,
  destination: Ipv4,
  source: Ipv4,
  dev: DevId,
  tos: number,
  out: Rtable,
): void {
  if (netns.rules !== null || netns.exceptions.size !== 0) return;
  netns.routed ??= new Int32Array(2 * DECISIONS * WORDS);
  const words = netns.routed;
  const w = placeOf(kind, destination, source);
  const { local, main } = netns.fib;
  const isAgain = words[w + DESTINATION] === (destination | 0) && words[w + SOURCE] === (source | 0);
  words[w + DESTINATION] = destination;
  words[w + SOURCE] = source;
  words[w + KNOWN] = 0;
  const type = TYPES.indexOf(out.type);
  if (!isAgain || type < 0) return;
  const table = out.route === null ? null : local.routes.includes(out.route) ? local : main;
  words[w + TABLE] = table === null ? 0 : table === local ? 1 : 2;
  words[w + PLACE] = table === null ? 0 : table.routes.indexOf(out.route as Route);
  if ((words[w + PLACE] as number) < 0) return;
  words[w + CONFIG] = world.quiet.generation;
  words[w + LOCAL] = local.generation;
  words[w + MAIN] = main.generation;
  words[w + DEV] = dev;
  words[w + TOS] = tos;
  words[w + OUT_TYPE] = type;
  words[w + OUT_DEV] = out.dev;
  words[w + HAS_GATEWAY] = out.gateway === null ? 0 : 1;
  words[w + OUT_GATEWAY] = out.gateway ?? 0;
  words[w + OUT_SOURCE] = out.source;
  words[w + OUT_LOCAL] = out.local ? 1 : 0;
  words[w + OUT_MTU] = out.mtu;
  words[w + OUT_REDIRECT] = out.redirect ? 1 : 0;
  words[w + KNOWN] = 1;
}

function placeOf(kind: number, destination: Ipv4, source: Ipv4): number {
  const h = Math.imul(destination ^ Math.imul(source, 0x85ebca6b), 0x9e3779b1) >>> 16;
  return (kind + (h & (DECISIONS - 1))) * WORDS;
}
