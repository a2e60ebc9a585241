/** What `ip link show`, `ip addr show` and `ip addr flush` are asked to show: ipaddr_list_flush_or_save of ip/ipaddress.c. */
import type { InetAddress, NetDevice, World } from "../../../../kernel/types.ts";
import { dev, netns } from "../../../../kernel/world.ts";
import { isInNetwork } from "../../../../wire/address.ts";
import { quit } from "../../quit.ts";
import { device, duparg2, invarg, type Line, matches, type Prefix, prefixOf, take, value } from "../args.ts";
import { groupValue } from "../link/parse.ts";
import { scopeOf } from "../route/route-names.ts";
import { usage } from "../usage.ts";
import { isDeprecated, isDynamic } from "./life.ts";

export interface Filter {
  dev: NetDevice | null;
  up: boolean;
  master: NetDevice | "none" | null;
  kind: string | null;
  scope: number | null;
  label: string | null;
  group: number | null;
  to: Prefix | null;
  secondary: boolean | null;
  dynamic: boolean | null;
  deprecated: boolean | null;
  /** Something only a device's IPv4 addresses can match was asked for. */
  family: "any" | "inet" | "inet6" | "link";
}

export function readFilter(line: Line): Filter {
  const filter: Filter = {
    dev: null,
    up: false,
    master: null,
    kind: null,
    scope: null,
    label: null,
    group: null,
    to: null,
    secondary: null,
    dynamic: null,
    deprecated: null,
    family: line.options.family,
  };
  for (let text = take(line); text !== undefined; text = take(line)) readWord(line, filter, text);
  return filter;
}

function readWord(line: Line, filter: Filter, text: string): void {
  if (text === "to") {
    filter.to = prefixOf(line, value(line));
    if (filter.family === "any") filter.family = "inet";
  } else if (text === "scope") filter.scope = readScope(line);
  else if (text === "up") filter.up = true;
  else if (text === "secondary" || text === "temporary") filter.secondary = true;
  else if (text === "primary") filter.secondary = false;
  else if (text === "permanent") filter.dynamic = false;
  else if (text === "dynamic") filter.dynamic = true;
  else if (text === "deprecated" || text === "-deprecated") filter.deprecated = text === "deprecated";
  else if (text === "label") filter.label = value(line);
  else if (text === "group") filter.group = groupValue(line);
  else if (text === "master") {
    const name = value(line);
    filter.master = device(line, name) ?? invarg(line, "Device does not exist\n", name);
  } else if (text === "nomaster") filter.master = "none";
  else if (text === "type") filter.kind = value(line);
  else readDevice(line, filter, text);
}

function readDevice(line: Line, filter: Filter, text: string): void {
  if (matches(text, "help")) usage(line, "address");
  const name = text === "dev" ? value(line) : text;
  if (filter.dev !== null) duparg2(line, "dev", name);
  filter.dev = device(line, name) ?? quit(line.sys, `Device "${name}" does not exist.\n`, 1);
}

function readScope(line: Line): number | null {
  const text = value(line);
  if (text === "all") return null;
  return scopeOf(text) ?? invarg(line, 'invalid "scope"\n', text);
}

/** The devices that the filter lets through, whatever their addresses. */
export function matchingDevices(world: World, netnsId: number, filter: Filter): NetDevice[] {
  return netns(world, netnsId)
    .devs.map((id) => dev(world, id))
    .filter((d) => matchesDevice(d, filter));
}

function matchesDevice(d: NetDevice, filter: Filter): boolean {
  if (filter.dev !== null && filter.dev !== d) return false;
  if (filter.up && !d.up) return false;
  if (filter.group !== null && d.group !== filter.group) return false;
  if (filter.master === "none" && d.master !== null) return false;
  if (filter.master !== null && filter.master !== "none" && d.master !== filter.master.id) return false;
  if (filter.kind === null) return true;
  return filter.kind === "bridge_slave" ? d.port !== null : kindWord(d) === filter.kind;
}

/** The kind as rtnetlink tells it; cards and loopback have none. */
export function kindWord(d: NetDevice): string | null {
  return d.kind === "nic" || d.kind === "loopback" ? null : d.kind;
}

export function matchesAddress(world: World, ifa: InetAddress, filter: Filter): boolean {
  if (filter.scope !== null && filter.scope !== ifa.scope) return false;
  if (filter.secondary !== null && filter.secondary !== ifa.secondary) return false;
  if (filter.dynamic !== null && filter.dynamic !== isDynamic(ifa)) return false;
  if (filter.deprecated !== null && filter.deprecated !== isDeprecated(world, ifa)) return false;
  if (filter.label !== null && !globMatches(filter.label, ifa.label)) return false;
  const { to } = filter;
  return to === null || isInNetwork(ifa.local, to.address, to.length);
}

/** fnmatch(3) as far as * and ? go. */
export function globMatches(pattern: string, text: string): boolean {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${body}$`).test(text);
}
