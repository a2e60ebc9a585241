/** `ip address`: ip/ipaddress.c. */
import { EADDRNOTAVAIL, EOPNOTSUPP } from "../../../../kernel/errno.ts";
import {
  ADDRESS_MESSAGES,
  type AddressSpec,
  inetAddrAdd,
  inetAddrDel,
  inetAddrReplace,
} from "../../../../kernel/fib/devinet.ts";
import { type InetAddress, type NetDevice, Scope } from "../../../../kernel/types.ts";
import { type Ipv4, isLoopbackIpv4, maskOf } from "../../../../wire/address.ts";
import { capable, write } from "../../../process.ts";
import { notSimulated, quit } from "../../quit.ts";
import {
  addressOf,
  answer,
  deviceOrQuit,
  duparg2,
  invarg,
  type Line,
  matches,
  needAdmin,
  netnsOfLine,
  type Prefix,
  prefixOf,
  print,
  take,
  value,
} from "../args.ts";
import { unsigned } from "../number.ts";
import { scopeOf } from "../route/route-names.ts";
import { usage } from "../usage.ts";
import { addressText, showAddresses } from "./addr-print.ts";
import { type Filter, matchesAddress, matchingDevices, readFilter } from "./filter.ts";

export function ipAddress(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return showAddresses(line);
  if (matches(verb, "add")) return modifyAddress(line, "add");
  if (matches(verb, "change", "chg", "replace")) return modifyAddress(line, "replace");
  if (matches(verb, "delete")) return modifyAddress(line, "delete");
  if (matches(verb, "show", "lst", "list")) return showAddresses(line);
  if (matches(verb, "flush")) return flushAddresses(line);
  if (matches(verb, "save", "showdump", "restore")) notSimulated(line.sys, `ip address ${verb}`);
  if (matches(verb, "help")) usage(line, "address");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip address help".\n`, 255);
}

interface AddressWords {
  local: Prefix | null;
  /** The local address as it was written. */
  text: string;
  peer: Prefix | null;
  /** "+" (all ones), "-" (all zeros), an address, or not given. */
  broadcast: Ipv4 | "+" | "-" | null;
  label: string | null;
  scope: Scope | null;
  dev: string | null;
  /** valid_lft and preferred_lft, seconds. */
  valid: number | null;
  preferred: number | null;
}

function readAddress(line: Line): AddressWords {
  const words: AddressWords = {
    local: null,
    text: "",
    peer: null,
    broadcast: null,
    label: null,
    scope: null,
    dev: null,
    valid: null,
    preferred: null,
  };
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (text === "peer" || text === "remote") readPeer(line, words);
    else if (matches(text, "broadcast") || text === "brd") words.broadcast = readBroadcast(line);
    else if (text === "anycast") notSimulated(line.sys, "an anycast address");
    else if (text === "scope") words.scope = readScope(line);
    else if (text === "dev") words.dev = value(line);
    else if (text === "label") words.label = value(line);
    else if (text === "valid_lft" || text === "preferred_lft") readLifetime(line, words, text);
    else if (/^(metric|proto)$/.test(text)) notSimulated(line.sys, `an address's ${text}`);
    else if (/^(nodad|home|mngtmpaddr|noprefixroute|autojoin|optimistic)$/.test(text)) {
      if (text === "noprefixroute") notSimulated(line.sys, "an address with noprefixroute");
    } else readLocal(line, words, text);
  }
  return words;
}

function readLifetime(line: Line, words: AddressWords, name: "valid_lft" | "preferred_lft"): void {
  const text = value(line);
  const seconds = text === "forever" ? Number.POSITIVE_INFINITY : unsigned(text, 0xffff_fffe);
  if (seconds === null) invarg(line, `${name} value`, text);
  if (name === "valid_lft") words.valid = seconds;
  else words.preferred = seconds;
}

/** What was said of the lifetimes; the other is for ever. */
function lifetimeOf(line: Line, { valid, preferred }: AddressWords): { valid_s: number; preferred_s: number } {
  const life = { valid_s: valid ?? Number.POSITIVE_INFINITY, preferred_s: preferred ?? Number.POSITIVE_INFINITY };
  if (valid === null && preferred === null) return life;
  if (life.valid_s === 0) quit(line.sys, "valid_lft is zero\n", 1);
  if (life.valid_s < life.preferred_s) quit(line.sys, "preferred_lft is greater than valid_lft\n", 1);
  return life;
}

function readLocal(line: Line, words: AddressWords, text: string): void {
  const address = text === "local" ? value(line) : text;
  if (text !== "local" && matches(text, "help")) usage(line, "address");
  if (words.local !== null) duparg2(line, "local", address);
  if (isIpv6(address)) quit(line.sys, "Error: ipv6: IPv6 is disabled on this device.\n", 2);
  words.local = prefixOf(line, address);
  words.text = address;
}

function readPeer(line: Line, words: AddressWords): void {
  const text = value(line);
  if (words.peer !== null) duparg2(line, "peer", text);
  words.peer = prefixOf(line, text);
}

/** The prefix's length, which the peer brings if there is one. */
function lengthOfWords({ peer }: AddressWords, local: Prefix): number {
  return peer === null ? local.length : peer.length;
}

function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*(\/\d+)?$/.test(text);
}

function readBroadcast(line: Line): Ipv4 | "+" | "-" {
  const text = value(line);
  return text === "+" || text === "-" ? text : addressOf(line, text);
}

function readScope(line: Line): Scope {
  const text = value(line);
  return (scopeOf(text) ?? invarg(line, "invalid scope value.", text)) as Scope;
}

function modifyAddress(line: Line, mode: "add" | "replace" | "delete"): number {
  const words = readAddress(line);
  if (words.dev === null) quit(line.sys, 'Not enough information: "dev" argument is required.\n', 1);
  const target = deviceOrQuit(line, words.dev);
  const { local } = words;
  if (local === null || local.isWord) {
    needAdmin(line);
    return answer(line, EOPNOTSUPP);
  }
  return mode === "delete" ? deleteAddress(line, words, local, target) : addAddress(line, words, local, target, mode);
}

function addAddress(
  line: Line,
  words: AddressWords,
  local: Prefix,
  target: NetDevice,
  mode: "add" | "replace",
): number {
  needAdmin(line);
  // The kernel takes 0.0.0.0 and does nothing with it.
  if (local.address === 0) return 0;
  const spec: AddressSpec = {
    local: local.address,
    ...(words.peer === null ? {} : { peer: words.peer.address }),
    prefixLen: lengthOfWords(words, local),
    broadcast: broadcastOfWords(words, local),
    scope: words.scope ?? (isLoopbackIpv4(local.address) ? Scope.HOST : Scope.UNIVERSE),
    label: words.label ?? target.name,
    life: lifetimeOf(line, words),
  };
  const { world } = line.sys;
  const replaced = mode === "replace" ? inetAddrReplace(world, target.id, spec) : EADDRNOTAVAIL;
  if (replaced === 0) return 0;
  const errno = inetAddrAdd(world, target.id, spec);
  return answer(line, errno, ADDRESS_MESSAGES[errno] ?? null);
}

function broadcastOfWords(words: AddressWords, local: Prefix): Ipv4 | null {
  const mask = maskOf(local.length);
  if (words.broadcast === "+") return local.length > 30 ? null : (((local.address | ~mask) >>> 0) as Ipv4);
  if (words.broadcast === "-") return local.length > 30 ? null : (((local.address & mask) >>> 0) as Ipv4);
  return words.broadcast;
}

function deleteAddress(line: Line, words: AddressWords, local: Prefix, target: NetDevice): number {
  const isExact = local.explicit || words.peer !== null;
  if (!isExact) {
    write(
      line.sys,
      2,
      "Warning: Executing wildcard deletion to stay compatible with old scripts.\n" +
        `         Explicitly specify the prefix length (${words.text}/32) to avoid this warning.\n` +
        "         This special behaviour is likely to disappear in further releases,\n" +
        "         fix your scripts!\n",
    );
  }
  needAdmin(line);
  const errno = inetAddrDel(line.sys.world, target.id, {
    local: local.address,
    ...(isExact ? { prefixLen: lengthOfWords(words, local) } : {}),
    ...(words.peer === null ? {} : { peer: words.peer.address }),
    ...(words.label === null ? {} : { label: words.label }),
  });
  return answer(line, errno, ADDRESS_MESSAGES[errno] ?? null);
}

/** Takes all that match away, round by round until none is left: ipaddr_flush. */
function flushAddresses(line: Line): number {
  const { sys, options } = line;
  if (line.at >= line.words.length) quit(sys, "Flush requires arguments.\n", 1);
  const filter = readFilter(line);
  let round = 0;
  for (let left = flushList(line, filter); left.length > 0; left = flushList(line, filter)) {
    if (!capable(sys, "NET_ADMIN")) quit(sys, "Failed to send flush request: Operation not permitted\n", 255);
    if (options.stats > 1)
      for (const [device, ifa] of left) print(line, `${device.ifindex}: ${device.name}${addressText(line, ifa)}\n`);
    for (const [device, ifa] of left) inetAddrDel(sys.world, device.id, { local: ifa.local, prefixLen: ifa.prefixLen });
    round++;
    if (options.stats > 0) print(line, `\n*** Round ${round}, deleting ${left.length} addresses ***\n`);
  }
  if (options.stats === 0) return 0;
  const plural = round > 1 ? "s" : "";
  print(line, round === 0 ? "Nothing to flush.\n" : `*** Flush is complete after ${round} round${plural} ***\n`);
  return 0;
}

function flushList(line: Line, filter: Filter): [NetDevice, InetAddress][] {
  if (filter.family === "inet6" || filter.family === "link") return [];
  return matchingDevices(line.sys.world, netnsOfLine(line), filter).flatMap((device) =>
    device.addresses
      .filter((ifa) => matchesAddress(line.sys.world, ifa, filter))
      .map((ifa): [NetDevice, InetAddress] => [device, ifa]),
  );
}
