/** netstat: net-tools 2.10: sockets, -i and -r. -s is netstat-statistics.ts's. Left out: -g, -M, -c, Unix sockets (there are none). */
import { SECOND_NS } from "../../base/time.ts";
import type { NetDevice } from "../../kernel/types.ts";
import { dev, netns } from "../../kernel/world.ts";
import { IPV4_ANY, parseIpv4 } from "../../wire/address.ts";
import { knowsIpv6 } from "../commands/ip/maddress.ts";
import { shortText } from "../commands/net-tools/ifconfig-print.ts";
import { printNamed, type Row, wakeNamed } from "../commands/net-tools/named-rows.ts";
import { exec, exit, fail, seenPid, write } from "../process.ts";
import type { Proc, Program, Sys } from "../types.ts";
import { FAMILIES, NETSTAT_HELP } from "./netstat-help.ts";
import { statisticsText } from "./netstat-statistics.ts";
import { type ListedSocket, listSockets, portText } from "./socket-list.ts";
import { inodeOf, timerOf } from "./ss-details.ts";

const LONG: Readonly<Record<string, string>> = {
  all: "a",
  listening: "l",
  numeric: "n",
  programs: "p",
  tcp: "t",
  udp: "u",
  route: "r",
  interfaces: "i",
  udplite: "U",
  raw: "w",
  unix: "x",
  extend: "e",
  timers: "o",
  verbose: "v",
  wide: "W",
  "numeric-hosts": "1",
  "numeric-ports": "2",
  "numeric-users": "",
  symbolic: "N",
  help: "h",
  version: "V",
  statistics: "s",
  groups: "g",
  inet: "4",
};

/** -g: what IPv4 joins on devices that are up, then what IPv6 does on those that it knows. */
function groupsText(sys: Sys): string {
  const { world, proc } = sys;
  const devices = (world.netns[proc.netns]?.devs ?? []).map((id) => world.devs[id] as NetDevice);
  const row = (name: string, group: string) => `${name.padEnd(15)} ${"1".padEnd(6)} ${group}\n`;
  const v4 = devices.filter((d) => d.up).map((d) => row(d.name, "224.0.0.1"));
  const v6 = devices.filter(knowsIpv6).map((d) => row(d.name, "ff02::1") + row(d.name, "ff01::1"));
  const head =
    "IPv6/IPv4 Group Memberships\nInterface       RefCnt Group\n--------------- ------ ---------------------\n";
  return head + [...v4, ...v6].join("");
}

function start(sys: Sys, argv: string[]): void {
  let flags = "";
  for (const arg of argv.slice(1)) {
    const isLong = arg.startsWith("--");
    if (isLong && LONG[arg.slice(2)] === undefined) {
      return fail(sys, `netstat: unrecognized option '${arg}'\n${NETSTAT_HELP}${FAMILIES}`, 3);
    }
    const letters = isLong ? (LONG[arg.slice(2)] as string) : arg.replace(/^-/, "");
    for (const letter of letters) {
      if (!isLong && !"alnptuUSwrie46cWxNvohVsgMFC".includes(letter)) {
        return fail(sys, `netstat: invalid option -- '${letter}'\n${NETSTAT_HELP}${FAMILIES}`, 3);
      }
      flags += letter;
    }
  }
  const has = (letter: string): boolean => flags.includes(letter);
  if (has("g")) {
    write(sys, 1, groupsText(sys));
    return exit(sys, 0);
  }
  if (has("M")) return fail(sys, "netstat: no support for `ip_masquerade' on this system.\n", 1);
  for (const letter of "cC") {
    if (has(letter)) return fail(sys, `playground: netstat -${letter} is not simulated\n`, 1);
  }
  if (has("h") || has("V")) {
    write(sys, 1, has("h") ? NETSTAT_HELP : "net-tools 2.10\n");
    if (has("h")) write(sys, 2, FAMILIES);
    return exit(sys, 0);
  }
  if (has("s")) {
    const chosen = ["t", "u", "w"].filter(has).join("");
    write(sys, 1, statisticsText(sys.world, sys.proc.netns, chosen));
    return exit(sys, 0);
  }
  if (has("r")) return exec(sys.world, sys.proc, "route", ["route", has("n") ? "-ne" : "-e"]);
  if (has("i") && has("e")) {
    write(sys, 1, "Kernel Interface table\n");
    return exec(sys.world, sys.proc, "ifconfig", has("a") ? ["ifconfig", "-a"] : ["ifconfig"]);
  }
  if (has("i")) return interfaces(sys, has("a"));
  sockets(sys, flags);
}

function interfaces(sys: Sys, all: boolean): void {
  const { world, proc } = sys;
  const devices = netns(world, proc.netns).devs.map((id) => dev(world, id));
  const shown = devices.filter((d) => all || d.up).sort((a, b) => (a.name < b.name ? -1 : 1));
  const heading = "Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";
  const rows = shown.map((device) => shortText(world, { name: device.name, device, address: null }));
  write(sys, 1, `Kernel Interface table\n${heading}${rows.join("")}`);
  exit(sys, 0);
}

function sockets(sys: Sys, flags: string): void {
  const has = (letter: string): boolean => flags.includes(letter);
  const what = has("a") ? "servers and established" : has("l") ? "only servers" : "w/o servers";
  const chosen = ["t", "u", "w", "x"].filter((letter) => has(letter));
  const extras = `${has("e") ? " User       Inode     " : ""}${has("p") ? " PID/Program name    " : ""}${has("o") ? " Timer" : ""}`;
  let text = "";
  const rows: Row[] = [];
  if (chosen.length === 0 || chosen.some((letter) => letter !== "x")) {
    text += `Active Internet connections (${what})\n`;
    text += `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${extras}\n`;
  }
  const all = listSockets(sys.world, sys.proc.netns);
  for (const s of [...all.filter((one) => one.protocol === "tcp"), ...all.filter((one) => one.protocol === "udp")]) {
    if (chosen.length > 0 && !chosen.includes(s.protocol.slice(0, 1))) continue;
    if ((has("4") && s.ipv6) || (has("6") && !s.ipv6)) continue;
    const listens = s.state === "LISTEN" || s.state === "CLOSE";
    if (has("a") || has("l") === listens) rows.push(row(sys, s, flags));
  }
  write(sys, 1, text);
  text = "";
  if (chosen.length === 0 || has("x")) {
    text += `Active UNIX domain sockets (${what})\nProto RefCnt Flags       Type       State         I-Node   Path\n`;
  }
  printNamed(sys, rows, text);
}

function row(sys: Sys, s: ListedSocket, flags: string): Row {
  const has = (letter: string): boolean => flags.includes(letter);
  const queues = `${String(s.recvQueue).padStart(6)} ${String(s.state === "LISTEN" ? 0 : s.sendQueue).padStart(6)}`;
  const state = s.protocol === "udp" && s.state === "CLOSE" ? "" : s.state;
  const ends = [end(s, s.local, s.localPort, flags), " ", end(s, s.remote, s.remotePort, flags)];
  const holder = s.holders[0]?.proc;
  const owner = holder ? `${seenPid(sys.world, holder)}/${titleOf(holder)}`.slice(0, 19) : "-";
  const name = `${s.protocol}${s.ipv6 ? "6" : ""}`.padEnd(4);
  const inode = s.state === "TIME_WAIT" ? 0 : inodeOf(s.socket);
  const extended = has("e") ? ` ${"0".padEnd(10)} ${String(inode).padEnd(10)}` : "";
  const timer = has("o") ? ` ${timerCell(sys, s)}` : "";
  const rest = ` ${state.padEnd(11)}${extended}${has("p") ? ` ${owner.padEnd(20)}` : ""}${timer}`;
  return [`${name}  ${queues} `, ...ends, rest];
}

/** One end: its name unless that of an address that is any; -W lets it be as long as it is. */
function end(s: ListedSocket, address: string, port: number, flags: string): Row[number] {
  const has = (letter: string): boolean => flags.includes(letter);
  const suffix = `:${portText(port, s.protocol, has("n") || has("2"))}`;
  const numeric = has("n") || has("1");
  const ipv4 = parseIpv4(address);
  if (!numeric && ipv4 !== null && ipv4 !== IPV4_ANY) {
    return { address: ipv4, otherwise: address, width: 23, suffix, loses: has("W") ? "nothing" : "name" };
  }
  return `${!numeric && s.ipv6 ? `[${address}]` : address}${suffix}`.padEnd(23);
}

/** What a process calls itself: argv[0], or the title that a server gives itself. */
function titleOf(owner: Proc): string {
  return TITLES[owner.program] ?? owner.program;
}

const TITLES: Readonly<Record<string, string>> = { nginx: "nginx: master process nginx" };

/** "on (0.48/0/0)": seconds left, tries, probes. */
function timerCell(sys: Sys, s: ListedSocket): string {
  const { name, left_ns, tries } = s.socket.tcp
    ? timerOf(sys.world, s.socket.tcp)
    : { name: "off" as const, left_ns: 0, tries: 0 };
  const seconds = Math.max(0, left_ns / SECOND_NS).toFixed(2);
  return name === "persist" ? `probe (${seconds}/0/${tries})` : `${name} (${seconds}/${tries}/0)`;
}

export const netstat: Program = {
  path: "/usr/bin/netstat",
  about: "sockets, interfaces and routes (the older tool)",
  start,
  wake: wakeNamed,
};
