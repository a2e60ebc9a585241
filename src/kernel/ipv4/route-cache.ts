/**
 * Routing's last decisions, so that packets that follow each other to the same place need not be asked about: what rt_cache and a socket's
 * dst are in Linux. Only a cache: void as soon as something is configured anywhere (touchConfig) or a route comes or goes, and left behind
 * by a copy of the world. A namespace with rules of policy routing or learned exceptions has none.
 */
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import type { DevId, Netns, NetnsId, World } from "../types.ts";
import { createRtable, type Rtable } from "./rtable.ts";

/** ROUTED_IN: about what comes in; ROUTED_OUT: about what is sent. */
export const ROUTED_IN = 0;
export const ROUTED_OUT = 1;

interface Decision {
  /** What was asked. `kind` is ROUTED_IN or ROUTED_OUT. */
  kind: number;
  netns: NetnsId;
  destination: Ipv4;
  source: Ipv4;
  dev: DevId;
  tos: number;
  /** Generations for which the answer holds: of the configuration, and of the tables. */
  config: number;
  local: number;
  main: number;
  /** What was answered, once the same was asked again. */
  isKnown: boolean;
  readonly answer: Rtable;
}

export interface RouteCache {
  /** At the places that their questions lead to. */
  readonly decisions: (Decision | null)[];
}

/** How many are remembered: a power of two. */
const DECISIONS = 512;

export function createRouteCache(): RouteCache {
  return { decisions: Array.from({ length: DECISIONS }, () => null) };
}

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
  const known = world.routed.decisions[placeOf(netns, kind, destination, source)] as Decision | null;
  if (known === null || known.destination !== destination || known.source !== source || known.dev !== dev) return false;
  if (known.netns !== netns.id || known.kind !== kind || known.tos !== tos) return false;
  if (known.config !== world.quiet.generation || known.local !== netns.fib.local.generation) return false;
  if (known.main !== netns.fib.main.generation || netns.rules !== null || netns.exceptions.size !== 0) return false;
  if (known.isKnown !== true) return false;
  copyAnswer(known.answer, out);
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
  const { decisions } = world.routed;
  const place = placeOf(netns, kind, destination, source);
  decisions[place] ??= emptyDecision();
  const kept = decisions[place] as Decision;
  const isAgain =
    kept.netns === netns.id && kept.kind === kind && kept.destination === destination && kept.source === source;
  kept.kind = kind;
  kept.netns = netns.id;
  kept.destination = destination;
  kept.source = source;
  kept.dev = dev;
  kept.tos = tos;
  kept.config = world.quiet.generation;
  kept.local = netns.fib.local.generation;
  kept.main = netns.fib.main.generation;
  kept.isKnown = isAgain && (out.type === "unicast" || out.type === "local");
  if (kept.isKnown) copyAnswer(out, kept.answer);
}

function emptyDecision(): Decision {
  const nowhere = { kind: -1, netns: -1, destination: IPV4_ANY, source: IPV4_ANY, dev: -1, tos: 0 };
  return { ...nowhere, config: 0, local: 0, main: 0, isKnown: false, answer: createRtable() };
}

/** An answer's fields but for the reason why there is none. */
const copyAnswer = (from: Rtable, to: Rtable): void => {
  to.type = from.type;
  to.dev = from.dev;
  to.gateway = from.gateway;
  to.source = from.source;
  to.local = from.local;
  to.mtu = from.mtu;
  to.redirect = from.redirect;
  to.error = from.error;
  to.route = from.route;
};

const placeOf = (netns: Netns, kind: number, destination: Ipv4, source: Ipv4): number => {
  const h = Math.imul(destination ^ Math.imul(source, 0x85ebca6b), 0x9e3779b1) >>> 16;
  return (h + 2 * netns.id + kind) & (DECISIONS - 1);
};
