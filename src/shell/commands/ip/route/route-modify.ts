/** `ip route add|change|replace|append|prepend|test|delete`: iproute_modify of ip/iproute.c. */
import { EINVAL } from "../../../../kernel/errno.ts";
import { fibAdd, fibDel, type RouteMode, type RouteSpec } from "../../../../kernel/fib/fib.ts";
import { type RouteType, Scope } from "../../../../kernel/types.ts";
import type { Ipv4 } from "../../../../wire/address.ts";
import { notSimulated } from "../../quit.ts";
import {
  addressOf,
  answer,
  deviceOrQuit,
  duparg,
  duparg2,
  invarg,
  type Line,
  matches,
  needAdmin,
  netnsOfLine,
  numberValue,
  prefixOf,
  take,
  value,
  word,
} from "../args.ts";
import { usage } from "../usage.ts";
import { OTHER_TYPES, protocolOf, routeTypeOf, scopeOf, tableOf } from "./route-names.ts";

type Words = { -readonly [K in keyof RouteSpec]: RouteSpec[K] } & { hasDestination: boolean; otherType: string | null };

export function modifyRoute(line: Line, mode: RouteMode | "delete"): number {
  const words: Words = { destination: 0 as Ipv4, prefixLen: 0, hasDestination: false, otherType: null };
  let devName: string | null = null;
  if (line.at >= line.words.length) usage(line, "route");
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "dev" || text === "oif") {
      const name = value(line);
      if (devName !== null) duparg(line, "dev", name);
      devName = name;
    } else readPart(line, words, text);
  }
  const dev = devName === null ? {} : { dev: deviceOrQuit(line, devName).id };
  const { hasDestination: _hasDestination, otherType, ...spec } = { ...words, ...dev };
  needAdmin(line);
  if (otherType === "nat") return answer(line, EINVAL, "Invalid scope");
  if (otherType !== null) notSimulated(line.sys, `a route of type ${otherType}`);
  if (mode === "delete") {
    const { errno, message } = fibDel(line.sys.world, netnsOfLine(line), spec);
    return answer(line, errno, message);
  }
  const { errno, message } = fibAdd(line.sys.world, netnsOfLine(line), withDefaults(spec), mode);
  return answer(line, errno, message);
}

/** The scope that iproute2 fills in for what has neither type nor scope said. */
function withDefaults(spec: RouteSpec): RouteSpec {
  if (spec.scope !== undefined || (spec.type ?? "unicast") !== "unicast") return spec;
  return { ...spec, scope: spec.gateway == null ? Scope.LINK : Scope.UNIVERSE };
}

function readPart(line: Line, words: Words, text: string): void {
  if (text === "src") words.source = addressOf(line, value(line), "inet") || null;
  else if (text === "via") words.gateway = readGateway(line);
  else if (text === "tos" || matches(text, "dsfield")) words.tos = numberValue(line, '"tos" value is invalid\n', 255);
  else if (matches(text, "metric", "priority", "preference")) {
    words.metric = numberValue(line, '"metric" value is invalid\n');
  } else if (matches(text, "scope")) words.scope = readScope(line);
  else if (text === "mtu") readMtu(line, words);
  else if (text === "onlink") words.onlink = true;
  else if (text === "nexthop") notSimulated(line.sys, "a route with several next hops");
  else if (matches(text, "protocol")) words.protocol = readProtocol(line);
  else if (matches(text, "table")) words.table = readTable(line);
  else if (isMetric(text)) notSimulated(line.sys, `a route's ${text}`);
  else readDestination(line, words, text);
}

function isMetric(text: string): boolean {
  return (
    /^(as|from|expires|encap|nhid|vrf|pref|pervasive|offload|rtt|rttvar|window|cwnd|initcwnd|initrwnd)$/.test(text) ||
    /^(ssthresh|realms?|rto_min|hoplimit|features|quickack|congctl|advmss|reordering|ttl-propagate)$/.test(text)
  );
}

function readGateway(line: Line): Ipv4 {
  const text = value(line);
  if (text === "inet6") notSimulated(line.sys, "a route via an IPv6 address");
  return addressOf(line, text === "inet" ? value(line) : text, "inet");
}

function readScope(line: Line): Scope {
  const text = value(line);
  return (scopeOf(text) ?? invarg(line, 'invalid "scope" value\n', text)) as Scope;
}

function readMtu(line: Line, words: Words): void {
  if (word(line) === "lock") line.at++;
  words.mtu = numberValue(line, '"mtu" value is invalid\n');
}

function readProtocol(line: Line): string {
  const text = value(line);
  return protocolOf(text) ?? invarg(line, '"protocol" value is invalid\n', text);
}

function readTable(line: Line): number {
  const text = value(line);
  return tableOf(text) ?? invarg(line, '"table" value is invalid\n', text);
}

/** [to] [TYPE] PREFIX */
function readDestination(line: Line, words: Words, first: string): void {
  let text = first === "to" ? value(line) : first;
  if (!/^[0-9]/.test(text)) {
    const type: RouteType | null = routeTypeOf(text);
    if (type !== null || OTHER_TYPES.includes(text)) {
      words.type = type ?? "unicast";
      if (type === null) words.otherType = text;
      text = value(line);
    }
  }
  if (matches(text, "help")) usage(line, "route");
  if (words.hasDestination) duparg2(line, "to", text);
  const prefix = prefixOf(line, text);
  words.destination = prefix.address;
  words.prefixLen = prefix.length;
  words.hasDestination = true;
}
