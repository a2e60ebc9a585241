/**
 * sysctls: names, defaults, reading, writing and what a write changes besides. Mirrors net/ipv4/devinet.c (conf),
 * net/core/neighbour.c (neigh), net/ipv4/sysctl_net_ipv4.c. Only what differs from a default is stored: by name in
 * `Netns.sysctl` or `Machine.sysctl`, and by last word in `NetDevice.conf`.
 * Left out: everything about TCP's inner life, IPv6, and conf's bit field of settings made by hand, for which a device's
 * having addresses stands.
 */

import { randomBelow } from "../base/random.ts";
import { SECOND_NS } from "../base/time.ts";
import { EACCES, EINVAL, ENOENT } from "./errno.ts";
import { growDevices } from "./neigh/table.ts";
import { addrconfChanged, DISABLE_IPV6, isIpv6Disabled } from "./netdev/addrconf.ts";
import {
  CONF_DEFAULTS,
  CONF_NAMES,
  GLOBALS,
  type Global,
  NEIGH_DEFAULTS,
  NEIGH_NAMES,
  NEIGH_TABLE,
} from "./sysctl-names.ts";
import type { Machine, NetDevice, Netns, NetnsId, World } from "./types.ts";
import { machineOf, netns as netnsOf, touchConfig } from "./world.ts";

const CONF = "net.ipv4.conf.";
const NEIGH = "net.ipv4.neigh.";
/** What is counted, not set: it can only be read. */
const CONNTRACK_COUNT = "net.netfilter.nf_conntrack_count";

/** What a setting under conf/all is while nobody set it. */
function allDefault(name: string): number {
  return name === "accept_source_route" ? 0 : (CONF_DEFAULTS[name] as number);
}

/** A device's own setting under net.ipv4.conf (IN_DEV_CONF_GET). */
export function devConf(device: NetDevice, name: string): number {
  return device.conf?.[name] ?? (CONF_DEFAULTS[name] as number);
}

function allConf(netns: Netns, name: string): number {
  return netns.sysctl[`${CONF}all.${name}`] ?? allDefault(name);
}

/** The larger of the device's setting and that of all (IN_DEV_MAXCONF; for flags it is IN_DEV_ORCONF). */
export function maxConf(netns: Netns, device: NetDevice, name: string): number {
  return Math.max(devConf(device, name), allConf(netns, name));
}

/** The smaller of the two (IN_DEV_ANDCONF). */
export function minConf(netns: Netns, device: NetDevice, name: string): number {
  return Math.min(devConf(device, name), allConf(netns, name));
}

// The questions below are asked about each packet: their names are constants, so that no string is built or hashed.

/** IN_DEV_FORWARD: whether packets that came in by the device may be passed on. */
export function inDevForward(device: NetDevice): boolean {
  return device.conf !== null && (device.conf.forwarding ?? 0) !== 0;
}

/** IN_DEV_RPFILTER: 0, 1 strict or 2 loose. */
export function inDevRpFilter(netns: Netns, device: NetDevice): number {
  const all = netns.sysctl["net.ipv4.conf.all.rp_filter"] ?? 0;
  const own = device.conf === null ? 0 : (device.conf.rp_filter ?? 0);
  return own > all ? own : all;
}

/** IN_DEV_ROUTE_LOCALNET. */
export function inDevRouteLocalnet(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.route_localnet ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.route_localnet"] ?? 0) !== 0;
}

/** IN_DEV_ACCEPT_LOCAL. */
export function inDevAcceptLocal(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.accept_local ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.accept_local"] ?? 0) !== 0;
}

/** IN_DEV_DROP_GRATUITOUS_ARP. */
export function inDevDropGratuitousArp(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.drop_gratuitous_arp ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.drop_gratuitous_arp"] ?? 0) !== 0;
}

/** IN_DEV_ARP_ACCEPT: 0, 1 or 2 (only from the own subnet). */
export function inDevArpAccept(netns: Netns, device: NetDevice): number {
  const all = netns.sysctl["net.ipv4.conf.all.arp_accept"] ?? 0;
  const own = device.conf === null ? 0 : (device.conf.arp_accept ?? 0);
  return own > all ? own : all;
}

/** IN_DEV_ARP_IGNORE. */
export function inDevArpIgnore(netns: Netns, device: NetDevice): number {
  const all = netns.sysctl["net.ipv4.conf.all.arp_ignore"] ?? 0;
  const own = device.conf === null ? 0 : (device.conf.arp_ignore ?? 0);
  return own > all ? own : all;
}

/** IN_DEV_ARP_ANNOUNCE. */
export function inDevArpAnnounce(netns: Netns, device: NetDevice): number {
  const all = netns.sysctl["net.ipv4.conf.all.arp_announce"] ?? 0;
  const own = device.conf === null ? 0 : (device.conf.arp_announce ?? 0);
  return own > all ? own : all;
}

/** IN_DEV_ARPFILTER. */
export function inDevArpFilter(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.arp_filter ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.arp_filter"] ?? 0) !== 0;
}

/** IN_DEV_PROXY_ARP. */
export function inDevProxyArp(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.proxy_arp ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.proxy_arp"] ?? 0) !== 0;
}

/** Whether unicast packets in frames for all are dropped (RFC 1122, 3.3.6). */
export function inDevDropUnicastInL2Multicast(netns: Netns, device: NetDevice): boolean {
  if (device.conf !== null && (device.conf.drop_unicast_in_l2_multicast ?? 0) !== 0) return true;
  return (netns.sysctl["net.ipv4.conf.all.drop_unicast_in_l2_multicast"] ?? 0) !== 0;
}

/** IN_DEV_TX_REDIRECTS. */
export function inDevTxRedirects(netns: Netns, device: NetDevice): boolean {
  const own = device.conf === null ? 1 : (device.conf.send_redirects ?? 1);
  return own !== 0 || (netns.sysctl["net.ipv4.conf.all.send_redirects"] ?? 1) !== 0;
}

/** IN_DEV_RX_REDIRECTS. */
export function inDevRxRedirects(netns: Netns, device: NetDevice): boolean {
  if (inDevForward(device)) return minConf(netns, device, "accept_redirects") !== 0;
  return maxConf(netns, device, "accept_redirects") !== 0;
}

/** NEIGH_VAR: a device's setting under net.ipv4.neigh, in the unit of its canonical name (see sysctl-names.ts). */
export function neighVar(device: NetDevice, name: string): number {
  const own = device.conf;
  if (own !== null) {
    const value = own[NEIGH_KEYS[name] as string];
    if (value !== undefined) return value;
  }
  return NEIGH_DEFAULTS[name] as number;
}

/** Where a device and a machine keep such settings: names put together once, not for each packet. */
const NEIGH_KEYS = Object.fromEntries(Object.keys(NEIGH_DEFAULTS).map((name) => [name, `neigh.${name}`]));
const NEIGH_TABLE_KEYS = Object.fromEntries(Object.keys(NEIGH_TABLE).map((name) => [name, `${NEIGH}default.${name}`]));

/** gc_thresh1, gc_thresh2, gc_thresh3 and gc_interval: one for the whole machine. */
export function neighTableVar(machine: Machine, name: string): number {
  return machine.sysctl[NEIGH_TABLE_KEYS[name] as string] ?? (NEIGH_TABLE[name] as number);
}

/** A setting of the namespace that is one number, by its whole name. */
export function netVar(netns: Netns, name: string): number {
  const value = netns.sysctl[name];
  return value !== undefined ? value : (GLOBALS[name]?.values[0] as number);
}

/** net.ipv4.ip_default_ttl; for the path of each packet, as are the next two. */
export function ipDefaultTtl(netns: Netns): number {
  return netns.sysctl["net.ipv4.ip_default_ttl"] ?? 64;
}

export function icmpEchoIgnoreAll(netns: Netns): boolean {
  return (netns.sysctl["net.ipv4.icmp_echo_ignore_all"] ?? 0) !== 0;
}

/** net.ipv4.icmp_ratemask: by default unreachable, quench, time exceeded and parameter problem. */
export function icmpRateMask(netns: Netns): number {
  return netns.sysctl["net.ipv4.icmp_ratemask"] ?? 6168;
}

/** A pair such as net.ipv4.ip_local_port_range. */
export function netVarPair(netns: Netns, name: string): [number, number] {
  const [low, high] = (GLOBALS[name] as Global).values;
  return [netns.sysctl[name] ?? (low as number), netns.sysctl[`${name}#1`] ?? (high as number)];
}

/** What a new device begins with: its namespace's conf/default and its machine's neigh/default. */
export function initialConf(world: World, device: NetDevice): Record<string, number> | null {
  const conf: Record<string, number> = {};
  const take = (from: Record<string, number>, prefix: string, put: string) => {
    for (const name in from) if (name.startsWith(prefix)) conf[put + name.slice(prefix.length)] = from[name] as number;
  };
  take(netnsOf(world, device.netns).sysctl, `${CONF}default.`, "");
  take(machineOf(world, device.netns).sysctl, `${NEIGH}default.`, "neigh.");
  for (const name of Object.keys(NEIGH_TABLE)) delete conf[`neigh.${name}`];
  if (device.kind === "loopback") {
    conf.disable_policy = 1;
    conf.disable_xfrm = 1;
  }
  return Object.keys(conf).length === 0 ? null : conf;
}

/** neigh_parms.reachable_time: how long an answer counts, drawn anew every 300 s from half to one and a half of the base. */
export function reachableTime(world: World, device: NetDevice): number {
  const t = world.neigh;
  growDevices(t, device.id);
  const drawn = t.reachable_ns[device.id] as number;
  if (drawn !== 0 && world.now_ns - (t.reachableDrawn_ns[device.id] as number) < 300 * SECOND_NS) return drawn;
  return drawReachableTime(world, device);
}

function drawReachableTime(world: World, device: NetDevice): number {
  const base_us = neighVar(device, "base_reachable_time_ms") * 1000;
  const t = world.neigh;
  growDevices(t, device.id);
  const drawn_us = base_us === 0 ? 0 : randomBelow(world.random, base_us) + Math.floor(base_us / 2);
  t.reachable_ns[device.id] = drawn_us * 1000;
  t.reachableDrawn_ns[device.id] = world.now_ns;
  return drawn_us * 1000;
}

/** What a name stands for: a device's setting, or one kept by its whole name. */
type Place =
  | { readonly kind: "dev"; readonly device: NetDevice; readonly key: string; readonly factor: number }
  | { readonly kind: "all" | "default"; readonly key: string; readonly name: string }
  | { readonly kind: "neighDefault"; readonly key: string; readonly name: string; readonly factor: number }
  | { readonly kind: "global"; readonly name: string };

function placeOf(world: World, netns: Netns, name: string): Place | null {
  const own = /^net\.ipv6\.conf\.(.+)\.disable_ipv6$/.exec(name)?.[1];
  if (own !== undefined && own !== "all" && own !== "default") {
    const device = devOfName(world, netns, own);
    return device === null ? null : { kind: "dev", device, key: DISABLE_IPV6, factor: 1 };
  }
  if (name === "net.ipv4.ip_forward") return { kind: "all", key: "forwarding", name: `${CONF}all.forwarding` };
  const prefix = name.startsWith(CONF) ? CONF : name.startsWith(NEIGH) ? NEIGH : null;
  if (prefix === null) return name in GLOBALS && seenHere(world, netns, name) ? { kind: "global", name } : null;
  const dot = name.lastIndexOf(".");
  const who = name.slice(prefix.length, dot);
  const word = name.slice(dot + 1);
  if (prefix === NEIGH) return neighPlace(world, netns, who, word);
  if (!(word in CONF_DEFAULTS)) return null;
  if (who === "all" || who === "default") return { kind: who, key: word, name };
  const device = devOfName(world, netns, who);
  return device === null ? null : { kind: "dev", device, key: word, factor: 1 };
}

function neighPlace(world: World, netns: Netns, who: string, word: string): Place | null {
  const alias = NEIGH_NAMES[word];
  if (who === "default") {
    if ((world.machines[netns.machine] as Machine).initNetns !== netns.id) return null;
    if (word in NEIGH_TABLE) return { kind: "neighDefault", key: word, name: `${NEIGH}default.${word}`, factor: 1 };
    if (alias === undefined) return null;
    return { kind: "neighDefault", key: alias.key, name: `${NEIGH}default.${alias.key}`, factor: alias.factor };
  }
  const device = devOfName(world, netns, who);
  if (device === null || alias === undefined) return null;
  return { kind: "dev", device, key: `neigh.${alias.key}`, factor: alias.factor };
}

function devOfName(world: World, netns: Netns, name: string): NetDevice | null {
  for (const id of netns.devs) {
    const device = world.devs[id];
    if (device && device.name === name) return device;
  }
  return null;
}

function seenHere(world: World, netns: Netns, name: string): boolean {
  return GLOBALS[name]?.machine !== true || (world.machines[netns.machine] as Machine).initNetns === netns.id;
}

/** What /proc/sys shows, without the newline (pairs with a tab between); null when there is no such name here. */
export function sysctlGet(world: World, netnsId: NetnsId, name: string): string | null {
  const netns = netnsOf(world, netnsId);
  const place = placeOf(world, netns, name);
  if (place === null) return null;
  const machine = machineOf(world, netnsId);
  switch (place.kind) {
    case "dev": {
      if (place.key === DISABLE_IPV6) return isIpv6Disabled(world, place.device) ? "1" : "0";
      const neigh = place.key.startsWith("neigh.");
      const value = neigh ? neighVar(place.device, place.key.slice(6)) : devConf(place.device, place.key);
      return String(Math.trunc(value / place.factor));
    }
    case "all":
      return String(allConf(netns, place.key));
    case "default":
      return String(netns.sysctl[place.name] ?? CONF_DEFAULTS[place.key]);
    case "neighDefault":
      return String(Math.trunc(neighDefault(machine, place.key) / place.factor));
    case "global": {
      if (name === CONNTRACK_COUNT) return String(netns.nf.ctCount);
      const record = GLOBALS[name]?.machine === true ? machine.sysctl : netns.sysctl;
      const values = GLOBALS[name]?.values as readonly number[];
      return values.map((value, i) => record[i === 0 ? name : `${name}#${i}`] ?? value).join("\t");
    }
  }
}

function neighDefault(machine: Machine, key: string): number {
  return machine.sysctl[`${NEIGH}default.${key}`] ?? NEIGH_TABLE[key] ?? (NEIGH_DEFAULTS[key] as number);
}

/** Writes to /proc/sys: ENOENT for no such name, EACCES for what can only be read, EINVAL for what is no number or out of range. */
export function sysctlSet(world: World, netnsId: NetnsId, name: string, text: string): number {
  const netns = netnsOf(world, netnsId);
  const place = placeOf(world, netns, name);
  if (place === null) return ENOENT;
  if (name === CONNTRACK_COUNT) return EACCES;
  touchConfig(world);
  const words = text.trim().split(/\s+/);
  if (!words.every((word) => /^-?(0x[0-9a-fA-F]+|\d+)$/.test(word))) return EINVAL;
  const values = words.map((word) => (word.startsWith("-") ? -Number(word.slice(1)) : Number(word)));
  const value = values[0] as number;
  if (values.some((v) => v < -(2 ** 31) || v >= 2 ** 31)) return EINVAL;
  const machine = machineOf(world, netnsId);
  switch (place.kind) {
    case "dev":
      return setDev(world, place.device, place.key, value * place.factor);
    case "all":
      netns.sysctl[place.name] = value;
      if (place.key === "forwarding") changeForwarding(world, netns, value);
      return 0;
    case "default":
      netns.sysctl[place.name] = value;
      for (const device of freshDevices(world, netns)) setDev(world, device, place.key, value);
      return 0;
    case "neighDefault":
      if (value < 0) return EINVAL;
      machine.sysctl[place.name] = value * place.factor;
      if (place.key in NEIGH_TABLE) return 0;
      for (const device of freshDevices(world, netns))
        setDev(world, device, `neigh.${place.key}`, value * place.factor);
      return 0;
    case "global":
      if (name === "net.ipv6.conf.all.disable_ipv6") return disableIpv6(world, netns, values);
      return setGlobal(GLOBALS[name]?.machine === true ? machine.sysctl : netns.sysctl, name, values);
  }
}

function setDev(world: World, device: NetDevice, key: string, value: number): number {
  if (key.startsWith("neigh.") && value < 0) return EINVAL;
  device.conf ??= {};
  device.conf[key] = value;
  if (key === DISABLE_IPV6) addrconfChanged(world, device);
  if (key === "neigh.base_reachable_time_ms") drawReachableTime(world, device);
  return 0;
}

function setGlobal(record: Record<string, number>, name: string, values: number[]): number {
  const known = GLOBALS[name];
  if (known === undefined || values.length > known.values.length) return EINVAL;
  const [min, max] = known.range ?? [-(2 ** 31), 2 ** 31 - 1];
  if (values.some((v) => v < min || v > max)) return EINVAL;
  if (name === "net.ipv4.ip_local_port_range") {
    const [low, high] = values;
    const reserved = record["net.ipv4.ip_unprivileged_port_start"] ?? 1024;
    if (low === undefined || high === undefined || high < low || low < reserved) return EINVAL;
  }
  values.forEach((value, i) => {
    record[i === 0 ? name : `${name}#${i}`] = value;
  });
  return 0;
}

/** addrconf_disable_ipv6: what is said for all is said for each, and for those to come. */
function disableIpv6(world: World, netns: Netns, values: number[]): number {
  const error = setGlobal(netns.sysctl, "net.ipv6.conf.all.disable_ipv6", values);
  if (error !== 0) return error;
  netns.sysctl["net.ipv6.conf.default.disable_ipv6"] = values[0] as number;
  for (const id of netns.devs) {
    const device = world.devs[id] as NetDevice;
    if (device.conf !== null) delete device.conf[DISABLE_IPV6];
    addrconfChanged(world, device);
  }
  return 0;
}

/** Devices that follow a change of the defaults: those that nobody has given an address yet. */
function freshDevices(world: World, netns: Netns): NetDevice[] {
  return netns.devs.map((id) => world.devs[id] as NetDevice).filter((device) => device.addresses.length === 0);
}

/** inet_forward_change: forwarding for all is forwarding for each and for the defaults, and turns redirects off. */
function changeForwarding(world: World, netns: Netns, on: number): void {
  netns.sysctl[`${CONF}all.accept_redirects`] = on ? 0 : 1;
  netns.sysctl[`${CONF}default.forwarding`] = on;
  for (const id of netns.devs) setDev(world, world.devs[id] as NetDevice, "forwarding", on);
}

/** Every name that /proc/sys/net shows in a namespace, in the order of `sysctl -a`. */
export function sysctlNames(world: World, netnsId: NetnsId): string[] {
  const netns = netnsOf(world, netnsId);
  const isInit = machineOf(world, netnsId).initNetns === netnsId;
  const names = Object.keys(GLOBALS).filter((name) => seenHere(world, netns, name));
  const devices = netns.devs.map((id) => (world.devs[id] as NetDevice).name);
  names.push("net.ipv4.ip_forward");
  for (const who of ["all", "default", ...devices]) for (const word of CONF_NAMES) names.push(`${CONF}${who}.${word}`);
  for (const who of isInit ? ["default", ...devices] : devices)
    for (const word of Object.keys(NEIGH_NAMES)) names.push(`${NEIGH}${who}.${word}`);
  for (const who of devices) names.push(`net.ipv6.conf.${who}.disable_ipv6`);
  if (isInit) for (const word of Object.keys(NEIGH_TABLE)) names.push(`${NEIGH}default.${word}`);
  return names.sort();
}
