/** `route` of net-tools 2.10: route.c, lib/inet_sr.c (changes) and lib/inet_gr.c (the list). */
import { ENODEV, strerror } from "../../../kernel/errno.ts";
import { fibAdd, fibDel, type RouteSpec } from "../../../kernel/fib/fib.ts";
import { inetAddrType } from "../../../kernel/fib/lookup.ts";
import { type DevId, type Route, Scope } from "../../../kernel/types.ts";
import { devByName, netns } from "../../../kernel/world.ts";
import { formatIpv4, type Ipv4, maskOf, prefixLengthOf } from "../../../wire/address.ts";
import { knownAddress } from "../../names/hosts.ts";
import { isReject, procRoutes } from "../../net-tables.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { unsigned } from "../ip/number.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { type NameCell, printNamed, type Row, wakeNamed } from "./named-rows.ts";

const USAGE = `Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]
                              [netmask N] [mss Mss] [window W] [irtt I]
                              [mod] [dyn] [reinstate] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject
       inet_route [-FC] flush      NOT supported
`;

const HELP = `Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables
       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.

       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.
       route {-V|--version}                  Display version/author and exit.

        -v, --verbose            be verbose
        -n, --numeric            don't resolve names
        -e, --extend             display other/more information
        -F, --fib                display Forwarding Information Base (default)
        -C, --cache              display routing cache instead of FIB

  <AF>=Use -4, -6, '-A <af>' or '--<af>'; default: inet
`;

export const route: Program = {
  path: "/usr/sbin/route",
  about: "show and change routes (the older tool)",
  start: (sys, argv) => runToEnd(sys, () => runRoute(sys, argv.slice(1))),
  wake: wakeNamed,
};

interface Style {
  numeric: boolean;
  /** How often -e was given. */
  extended: number;
  cache: boolean;
}

/** The exit status; null while names are looked up. */
function runRoute(sys: Sys, argv: string[]): number | null {
  const style: Style = { numeric: false, extended: 0, cache: false };
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith("-") || /^-(net|host)$/.test(word)) words.push(word);
    else if (word === "-A") readFamily(sys, argv[++at] ?? "");
    else if (readOption(sys, style, word)) return 0;
  }
  const [verb, ...rest] = words;
  if (verb === undefined) return listRoutes(sys, style);
  if (verb === "add" || verb === "del" || verb === "delete") return change(sys, verb === "add", rest);
  if (verb === "flush") quit(sys, `Flushing \`inet' routing table not supported\n${USAGE}`, 3);
  return quit(sys, HELP, 3);
}

function readFamily(sys: Sys, name: string): void {
  if (name !== "inet") notSimulated(sys, `route -A ${name}`);
}

/** Applies an option; true when it was a question that is answered now. */
function readOption(sys: Sys, style: Style, word: string): boolean {
  if (word === "--help" || word === "-h") {
    write(sys, 1, HELP);
    return true;
  }
  if (word === "--version" || word === "-V") {
    write(sys, 1, "net-tools 2.10\n");
    return true;
  }
  if (word.startsWith("--")) {
    if (word === "--numeric") style.numeric = true;
    else if (word === "--extend") style.extended++;
    else if (word === "--cache") style.cache = true;
    else if (!/^--(fib|verbose|inet)$/.test(word)) notSimulated(sys, `route ${word}`);
    return false;
  }
  for (const letter of word.slice(1)) {
    if (letter === "n") style.numeric = true;
    else if (letter === "e") style.extended++;
    else if (letter === "C") style.cache = true;
    else if (letter === "6") notSimulated(sys, "route -6");
    else if (!"FvN4".includes(letter)) quit(sys, `route: invalid option -- '${letter}'\n${HELP}`, 0);
  }
  return false;
}

// The list.

const HEADINGS = [
  "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n",
  "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n",
  "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt\n",
] as const;

function listRoutes(sys: Sys, style: Style): number | null {
  if (style.cache) {
    write(
      sys,
      1,
      "Kernel IP routing cache\nSource          Destination     Gateway         Flags Metric Ref    Use Iface\n",
    );
    return 0;
  }
  const level = Math.min(style.extended, 2);
  write(sys, 1, `Kernel IP routing table\n${HEADINGS[level]}`);
  printNamed(
    sys,
    procRoutes(sys.world, sys.proc.netns).map((r) => rowOf(sys, style, level, r)),
  );
  return null;
}

function left(text: string | number, width: number): string {
  return String(text).padEnd(width);
}

/** A host's name is asked for; those of networks stand in /etc/networks, which is empty. */
function destinationCell(style: Style, r: Route): string | NameCell {
  const text = formatIpv4(r.destination);
  if (style.numeric) return left(text, 15);
  if (r.prefixLen === 32) return { address: r.destination, otherwise: text, width: 15 };
  return left(r.destination === 0 && r.prefixLen === 0 ? "default" : text, 15);
}

function gatewayCell(style: Style, r: Route): string | NameCell {
  const address = r.gateway ?? (0 as Ipv4);
  const text = isReject(r) ? "-" : formatIpv4(address);
  return style.numeric || isReject(r) || address === 0 ? left(text, 15) : { address, otherwise: text, width: 15 };
}

function rowOf(sys: Sys, style: Style, level: number, r: Route): Row {
  const reject = isReject(r);
  const flags = `${reject ? "!" : "U"}${r.gateway === null ? "" : "G"}${r.prefixLen === 32 ? "H" : ""}`;
  const middle = ` ${left(formatIpv4(maskOf(r.prefixLen)), 15)} ${left(flags, 5)}`;
  return [destinationCell(style, r), " ", gatewayCell(style, r), middle, columns(sys, level, r)];
}

/** What stands behind the flags: metric and use, or window and round trip, or both. */
function columns(sys: Sys, level: number, r: Route): string {
  const reject = isReject(r);
  const iface = reject ? "-" : ((r.dev === null ? null : sys.world.devs[r.dev]?.name) ?? "*");
  const none = reject ? "-" : "0";
  if (level === 1) return ` ${none.padStart(5)} ${left(none, 5)} ${none.padStart(6)} ${iface}`;
  const plain = ` ${left(r.metric, 6)} ${left(none, 2)} ${"0".padStart(7)} `;
  return level === 0 ? plain + iface : `${plain}${left(iface, 8)} ${left(none, 5)} ${left(none, 6)} ${none}`;
}

// Changes.

interface Wanted {
  isHost: boolean;
  target: Ipv4;
  /** From /LENGTH or `netmask`. */
  length: number | null;
  gateway: Ipv4 | null;
  metric: number;
  mtu: number | null;
  reject: boolean;
  dev: string | null;
}

function change(sys: Sys, add: boolean, words: string[]): number {
  if (words.length === 0) {
    write(sys, 1, USAGE);
    return 0;
  }
  const wanted = readWanted(sys, words);
  const verb = add ? "SIOCADDRT" : "SIOCDELRT";
  const refuse = (text: string): never => quit(sys, `${verb}: ${text}\n`, 7);
  if (!capable(sys, "NET_ADMIN")) refuse("Operation not permitted");
  const dev = wanted.dev === null ? null : devByName(sys.world, sys.proc.netns, wanted.dev.split(":")[0] as string);
  const spec = specOf(sys, wanted, dev?.id ?? null, add);
  if (spec === null) return refuse("Invalid argument");
  if (wanted.dev !== null && dev === null && !wanted.reject) refuse(strerror(ENODEV));
  const { errno } = add ? fibAdd(sys.world, sys.proc.netns, spec, "prepend") : fibDel(sys.world, sys.proc.netns, spec);
  if (errno !== 0) refuse(strerror(errno));
  return 0;
}

/** rtentry_to_fib_config: null when the address has bits beyond its mask. */
function specOf(sys: Sys, wanted: Wanted, dev: DevId | null, add: boolean): RouteSpec | null {
  const prefixLen = wanted.isHost ? 32 : (wanted.length ?? 0);
  if ((wanted.target & ~maskOf(prefixLen)) !== 0) return null;
  return {
    destination: wanted.target,
    prefixLen,
    gateway: wanted.reject ? null : wanted.gateway,
    dev: wanted.reject ? null : dev,
    metric: wanted.metric,
    ...(wanted.mtu === null ? {} : { mtu: wanted.mtu }),
    ...(wanted.reject ? { type: "unreachable" as const, scope: Scope.HOST } : {}),
    ...(add && !wanted.reject ? { scope: isElsewhere(sys, wanted.gateway) ? Scope.UNIVERSE : Scope.LINK } : {}),
  };
}

/** Whether it is the address of another host, as a gateway's should be. */
function isElsewhere(sys: Sys, gateway: Ipv4 | null): boolean {
  return gateway !== null && inetAddrType(sys.world, netns(sys.world, sys.proc.netns), gateway) === "unicast";
}

function readWanted(sys: Sys, words: string[]): Wanted {
  let at = 0;
  const usage = (text = ""): never => quit(sys, text + USAGE, 3);
  const next = (): string => words[at++] ?? usage();
  let kind = "";
  let text = next();
  if (text === "-net" || text === "-host") {
    kind = text;
    text = next();
  }
  const [host = "", tail] = text.split("/");
  const target = host === "default" ? (0 as Ipv4) : resolve(sys, host);
  const length = tail === undefined ? null : (unsigned(tail, 0xffff) ?? usage());
  const wanted: Wanted = {
    isHost: kind === "-host" || (kind === "" && host !== "default"),
    target,
    length: host === "default" ? 0 : length,
    gateway: null,
    metric: 0,
    mtu: null,
    reject: false,
    dev: null,
  };
  while (at < words.length) readKeyword(sys, wanted, next(), next, length !== null, at >= words.length);
  checkMask(wanted, length, usage);
  return wanted;
}

function checkMask(wanted: Wanted, length: number | null, usage: (text: string) => never): void {
  if (wanted.isHost && wanted.length !== null && wanted.length !== 32) {
    const hostBits = (~maskOf(wanted.length) >>> 0).toString(16).padStart(8, "0");
    usage(`route: netmask ${hostBits} doesn't make sense with host route\n`);
  }
  if ((length ?? 0) > 32) usage("route: netmask doesn't match route address\n");
  if (wanted.length !== null && (wanted.target & ~maskOf(wanted.length)) !== 0) {
    usage("route: netmask doesn't match route address\n");
  }
}

function readKeyword(
  sys: Sys,
  wanted: Wanted,
  word: string,
  next: () => string,
  hasLength: boolean,
  isLast: boolean,
): void {
  const usage = (text = ""): never => quit(sys, text + USAGE, 3);
  if (word === "metric") wanted.metric = unsigned(next(), 0x7fff_ffff) ?? usage();
  else if (word === "netmask") {
    const text = next();
    if (hasLength) usage();
    wanted.length = prefixLengthOf(resolve(sys, text)) ?? usage(`route: bogus netmask ${text}\n`);
  } else if (word === "gw" || word === "gateway") {
    const text = next();
    if (wanted.gateway !== null) usage();
    wanted.gateway = knownAddress(sys, text) ?? quit(sys, `${text}: Unknown host\n`, 6);
  } else if (word === "mss") wanted.mtu = (unsigned(next(), 65535) ?? usage("route: Invalid MSS/MTU.\n")) || null;
  else if (word === "window" || word === "irtt") notSimulated(sys, `route ${word}`);
  else if (word === "reject") wanted.reject = true;
  else if (word === "dev" || word === "device") wanted.dev = wanted.dev === null ? next() : usage();
  else if (word === "mod" || word === "dyn" || word === "reinstate") return;
  else if (wanted.dev === null && isLast) wanted.dev = word;
  else usage();
}

function resolve(sys: Sys, text: string): Ipv4 {
  return knownAddress(sys, text) ?? quit(sys, `${text}: Host name lookup failure\n`, 6);
}
