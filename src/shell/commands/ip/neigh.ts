/** `ip neigh`: ip/ipneigh.c. */
import { Nud } from "../../../base/trace-kind.ts";
import { EINVAL } from "../../../kernel/errno.ts";
import {
  type NeighEntry,
  type NeighMode,
  neighAdd,
  neighDel,
  neighEntries,
  neighProxyAdd,
  neighProxyDel,
} from "../../../kernel/neigh/admin.ts";
import type { NetDevice, Netns } from "../../../kernel/types.ts";
import { formatIpv4, formatMac, type Ipv4, isInNetwork } from "../../../wire/address.ts";
import { capable } from "../../process.ts";
import { notSimulated, quit } from "../quit.ts";
import {
  addressOf,
  answer,
  deviceOrQuit,
  duparg2,
  invarg,
  type Line,
  lladdrBytes,
  macOfBytes,
  matches,
  needAdmin,
  netnsOfLine,
  type Prefix,
  prefixOf,
  print,
  take,
  value,
} from "./args.ts";
import { paint } from "./color.ts";
import { type Json, printJson } from "./json.ts";
import { unsigned } from "./number.ts";
import { usage } from "./usage.ts";

const STATE_WORDS: readonly (readonly [string, number])[] = [
  ["permanent", Nud.PERMANENT],
  ["reachable", Nud.REACHABLE],
  ["noarp", Nud.NOARP],
  ["none", Nud.NONE],
  ["stale", Nud.STALE],
  ["incomplete", Nud.INCOMPLETE],
  ["delay", Nud.DELAY],
  ["probe", Nud.PROBE],
  ["failed", Nud.FAILED],
];
/** NUD_NONE as a filter has it, which is no bit of a state. */
const FILTER_NONE = 0x100;
const ALL_STATES = 0xff | FILTER_NONE;

export function ipNeigh(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return listNeighbours(line);
  if (matches(verb, "add")) return modifyNeighbour(line, "add");
  if (matches(verb, "change", "chg")) return modifyNeighbour(line, "change");
  if (matches(verb, "replace")) return modifyNeighbour(line, "replace");
  if (matches(verb, "delete")) return modifyNeighbour(line, "delete");
  if (matches(verb, "get")) return getNeighbour(line);
  if (matches(verb, "show", "lst", "list")) return listNeighbours(line);
  if (matches(verb, "flush")) return flushNeighbours(line);
  if (matches(verb, "help")) usage(line, "neigh");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip neigh help".\n`, 255);
}

/** A state by a beginning of its word or by number (nud_state_a2n). */
function stateOf(line: Line, text: string): number {
  const named = STATE_WORDS.find(([word]) => matches(text, word));
  return named?.[1] ?? unsigned(text, 0xff) ?? invarg(line, "nud state is bad", text);
}

interface NeighWords {
  ip: Ipv4 | null;
  proxy: boolean;
  lladdr: number[] | null;
  state: number;
  dev: string | null;
  use: boolean;
}

function readWords(line: Line): NeighWords {
  const words: NeighWords = { ip: null, proxy: false, lladdr: null, state: Nud.PERMANENT, dev: null, use: false };
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (matches(text, "lladdr")) words.lladdr = lladdrBytes(line, value(line));
    else if (text === "nud") words.state = stateOf(line, value(line));
    else if (matches(text, "proxy")) {
      words.ip = readIp(line, words, value(line));
      words.proxy = true;
    } else if (text === "dev") words.dev = value(line);
    else if (matches(text, "use")) words.use = true;
    else if (/^(router|managed|extern_learn|protocol)$/.test(text)) notSimulated(line.sys, `ip neigh ${text}`);
    else words.ip = readIp(line, words, text === "to" ? value(line) : text);
  }
  return words;
}

function readIp(line: Line, words: NeighWords, text: string): Ipv4 {
  if (matches(text, "help")) usage(line, "neigh");
  if (words.ip !== null) duparg2(line, "to", text);
  return addressOf(line, text);
}

function modifyNeighbour(line: Line, mode: NeighMode | "delete"): number {
  const words = readWords(line);
  const { ip } = words;
  if (words.dev === null || ip === null) quit(line.sys, "Device and destination are required arguments.\n", 255);
  const device = deviceOrQuit(line, words.dev);
  needAdmin(line);
  const { world } = line.sys;
  if (words.proxy) {
    const change = mode === "delete" ? neighProxyDel : neighProxyAdd;
    return answer(line, change(world, device.netns, ip, device.id));
  }
  if (mode === "delete") return answer(line, neighDel(world, device.id, ip));
  const mac = words.lladdr === null ? null : macOfBytes(words.lladdr);
  if (words.lladdr !== null && mac === null) return answer(line, EINVAL, "Invalid link address");
  const errno = neighAdd(world, device.id, { ip, mac, state: words.state, use: words.use }, mode);
  return answer(line, errno, errno === EINVAL && mac === null ? "No link layer address given" : null);
}

interface NeighFilter {
  dev: NetDevice | null;
  to: Prefix | null;
  states: number;
  proxy: boolean;
  unused: boolean;
}

function readFilter(line: Line, isFlush: boolean): NeighFilter {
  const filter: NeighFilter = { dev: null, to: null, states: 0, proxy: false, unused: false };
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "dev") filter.dev = deviceOrQuit(line, value(line));
    else if (text === "nud") filter.states |= readFilterState(line);
    else if (text === "proxy") filter.proxy = true;
    else if (text === "unused") filter.unused = true;
    else if (/^(master|nomaster|vrf|protocol)$/.test(text)) notSimulated(line.sys, `ip neigh show ${text}`);
    else {
      if (matches(text, "help")) usage(line, "neigh");
      filter.to = prefixOf(line, text === "to" ? value(line) : text);
    }
  }
  // Those without a state are not listed, but flushed.
  const usual = isFlush ? ALL_STATES & ~(Nud.NOARP | Nud.PERMANENT) : 0xff & ~Nud.NOARP;
  if (filter.states === 0) filter.states = usual;
  return filter;
}

function readFilterState(line: Line): number {
  const text = value(line);
  if (text === "all") return ALL_STATES;
  return stateOf(line, text) || FILTER_NONE;
}

function selected(line: Line, filter: NeighFilter): NeighEntry[] {
  if (line.options.family === "inet6" || line.options.family === "link") return [];
  return neighEntries(line.sys.world, netnsOfLine(line)).filter((entry) => {
    if (filter.dev !== null && entry.dev !== filter.dev.id) return false;
    if (((entry.state || FILTER_NONE) & filter.states) === 0) return false;
    if (filter.unused && entry.refcnt > 0) return false;
    const { to } = filter;
    return to === null || to.isWord || isInNetwork(entry.ip, to.address, to.length);
  });
}

function listNeighbours(line: Line): number {
  const filter = readFilter(line, false);
  if (filter.proxy) return listProxies(line, filter);
  const entries = selected(line, filter);
  if (line.options.json)
    printJson(
      line,
      entries.map((entry) => neighJson(line, entry, filter.dev === null)),
    );
  else for (const entry of entries) print(line, `${neighText(line, entry, filter.dev === null)}\n`);
  return 0;
}

function listProxies(line: Line, filter: NeighFilter): number {
  const { world } = line.sys;
  for (const { ip, dev } of (world.netns[netnsOfLine(line)] as Netns).proxies) {
    if (filter.dev !== null && filter.dev.id !== dev) continue;
    const where = filter.dev === null && dev !== null ? `dev ${world.devs[dev]?.name} ` : "";
    print(line, `${formatIpv4(ip)} ${where}proxy \n`);
  }
  return 0;
}

function stateWords(state: number): string[] {
  return STATE_WORDS.filter(([, bit]) => (state & bit) !== 0).map(([word]) => word.toUpperCase());
}

export function neighText(line: Line, entry: NeighEntry, withDev: boolean): string {
  const { options } = line;
  const name = line.sys.world.devs[entry.dev]?.name ?? "";
  const address = entry.mac === null ? "" : paint(options, "mac", `${formatMac(entry.mac)} `);
  if (options.brief) {
    const dev = withDev ? paint(options, "ifname", `${name.padEnd(16)} `) : "";
    return `${paint(options, "inet", `${formatIpv4(entry.ip).padEnd(39)} `)}${dev}${address}`;
  }
  const dev = withDev ? `dev ${paint(options, "ifname", `${name} `)}` : "";
  const mac = entry.mac === null ? "" : `lladdr ${address}`;
  const stats = options.stats > 0 ? statsText(line, entry) : "";
  return `${paint(options, "inet", `${formatIpv4(entry.ip)} `)}${dev}${mac}${stats}${stateWords(entry.state)
    .map((w) => `${w} `)
    .join("")}`;
}

/** References, seconds since use/confirmation/update, and probes sent. */
function statsText(line: Line, entry: NeighEntry): string {
  const age = (t_ns: number) => Math.trunc((line.sys.world.now_ns - t_ns) / 1e9);
  const refs = entry.refcnt > 0 ? ` ref ${entry.refcnt}` : "";
  const ages = [entry.used_ns, entry.confirmed_ns, entry.updated_ns].map(age).join("/");
  return `${refs} used ${ages}probes ${entry.probes} `;
}

function neighJson(line: Line, entry: NeighEntry, withDev: boolean): Json {
  return {
    dst: formatIpv4(entry.ip),
    ...(withDev ? { dev: line.sys.world.devs[entry.dev]?.name ?? "" } : {}),
    ...(entry.mac === null ? {} : { lladdr: formatMac(entry.mac) }),
    state: stateWords(entry.state),
  };
}

function getNeighbour(line: Line): number {
  const words = readWords(line);
  const { ip } = words;
  if (words.dev === null || ip === null) quit(line.sys, "Device and address are required arguments.\n", 1);
  const device = deviceOrQuit(line, words.dev);
  const found = neighEntries(line.sys.world, device.netns, device.id).find((entry) => entry.ip === ip);
  if (found === undefined) quit(line.sys, "Error: Neighbour entry not found.\n", 2);
  print(line, `${neighText(line, found, true)}\n`);
  return 0;
}

function flushProxies(line: Line, filter: NeighFilter): number {
  const { world } = line.sys;
  const id = netnsOfLine(line);
  const chosen = (world.netns[id] as Netns).proxies.filter(({ dev }) => filter.dev === null || filter.dev.id === dev);
  for (const { ip, dev } of chosen) neighProxyDel(world, id, ip, dev);
  return 0;
}

function flushNeighbours(line: Line): number {
  const { sys, options } = line;
  if (line.at >= line.words.length) quit(sys, "Flush requires arguments.\n", 1);
  const filter = readFilter(line, true);
  if (filter.proxy) return flushProxies(line, filter);
  let round = 0;
  for (let left = selected(line, filter); left.length > 0; left = selected(line, filter)) {
    if (!capable(sys, "NET_ADMIN")) quit(sys, "Failed to send flush request: Operation not permitted\n", 1);
    if (options.stats > 1) for (const entry of left) print(line, `${neighText(line, entry, filter.dev === null)}\n`);
    for (const entry of left) neighDel(sys.world, entry.dev, entry.ip);
    round++;
    if (options.stats > 0) print(line, `\n*** Round ${round}, deleting ${left.length} entries ***\n`);
  }
  if (options.stats === 0) return 0;
  const plural = round > 1 ? "s" : "";
  print(line, round === 0 ? "Nothing to flush.\n" : `*** Flush is complete after ${round} round${plural} ***\n`);
  return 0;
}
