/** ss: iproute2 6.1. Left out: Unix, netlink and packet sockets, -E, -K, -D, -F, -Z, -b. */
import { IPV4_ANY, parseIpv4 } from "../../wire/address.ts";
import { createResolver, lookUpName, type Resolver, resolverWake } from "../names/resolver.ts";
import { exit, fail, isTerminal, seenPid, write } from "../process.ts";
import type { Program, ShellWorld, Sys, Wake } from "../types.ts";
import { type ListedSocket, listSockets, portText, SS_STATES } from "./socket-list.ts";
import { type Column, renderColumns } from "./ss-columns.ts";
import { infoText, inodeOf, memoryText, timerText } from "./ss-details.ts";
import { ALL_STATES, CONNECTED, compileFilter, FilterError, statesOf, type Test } from "./ss-filter.ts";
import { SS_HELP } from "./ss-help.ts";
import { summary } from "./ss-summary.ts";

type Kind = "tcp" | "udp" | "raw" | "unix" | "other";

interface Options {
  flags: Set<string>;
  kinds: Set<Kind>;
}

/** What waits for names (-r). */
interface Listing {
  o: Options;
  resolver: Resolver;
  states: ReadonlySet<string>;
  filter: string[];
}

const LONG: Readonly<Record<string, string>> = {
  all: "a",
  listening: "l",
  numeric: "n",
  processes: "p",
  tcp: "t",
  udp: "u",
  raw: "w",
  unix: "x",
  ipv4: "4",
  ipv6: "6",
  packet: "0",
  "no-header": "H",
  oneline: "O",
  options: "o",
  extended: "e",
  memory: "m",
  info: "i",
  summary: "s",
  help: "h",
  version: "V",
  resolve: "r",
  threads: "T",
  family: "f",
  query: "A",
  socket: "A",
};
const FLAGS = "alnpH46oemiOsrTb";
const KINDS: Readonly<Record<string, Kind>> = {
  t: "tcp",
  u: "udp",
  w: "raw",
  x: "unix",
  0: "other",
  d: "other",
  S: "other",
};

function start(sys: Sys, argv: string[]): void {
  const o: Options = { flags: new Set(), kinds: new Set() };
  const rest = readOptions(sys, o, argv.slice(1));
  if (rest === null) return;
  if (o.flags.has("s")) {
    write(sys, 1, summary(sys));
    if (o.kinds.size === 0 && o.flags.size === 1) return exit(sys, 0);
  }
  const states = readStates(sys, o, rest);
  if (states === null) return;
  const test = compileFilter(states.rest);
  if (test instanceof FilterError) {
    return fail(sys, test.text + (test.status === 255 ? SS_HELP : ""), test.status);
  }
  const listing: Listing = { o, resolver: createResolver(), states: states.states, filter: states.rest };
  sys.proc.locals = listing;
  print(sys, listing, test);
}

function wake(sys: Sys, why: Wake): void {
  const listing = sys.proc.locals as Listing;
  if (!resolverWake(sys, listing.resolver, why)) return;
  const test = compileFilter(listing.filter);
  if (!(test instanceof FilterError)) print(sys, listing, test);
}

/** The names of all addresses that are listed; null: one is still asked for. */
function namesOf(sys: Sys, { o, resolver }: Listing, sockets: readonly ListedSocket[]): Map<string, string> | null {
  const names = new Map<string, string>();
  for (const text of o.flags.has("r") ? sockets.flatMap((s) => [s.local, s.remote]) : []) {
    const address = parseIpv4(text);
    if (address === null || address === IPV4_ANY || names.has(text)) continue;
    const answer = lookUpName(sys, resolver, address);
    if (answer === null) return null;
    names.set(text, answer.name ?? text);
  }
  return names;
}

/** Reads the options; what stands behind them, or null: refused or answered. */
function readOptions(sys: Sys, o: Options, args: readonly string[]): string[] | null {
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^-./.test(arg)) {
      rest.push(arg);
      continue;
    }
    const letters = arg.startsWith("--") ? (LONG[arg.slice(2)] ?? `-${arg}`) : arg.slice(1);
    if (letters.startsWith("-")) return refuse(sys, `ss: unrecognized option '${arg}'\n`);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] as string;
      if (letter === "h" || letter === "V") {
        write(sys, 1, letter === "h" ? SS_HELP : "ss utility, iproute2-6.1.0\n");
        exit(sys, 0);
        return null;
      }
      if (letter === "A" || letter === "f") {
        const value = letters.slice(i + 1) || args[++at];
        if (value === undefined) return refuse(sys, `ss: option requires an argument -- '${letter}'\n`);
        if (!choose(o, letter, value)) {
          const what = letter === "f" ? "invalid family" : "illegal socket table id";
          return refuse(sys, `ss: "${value}" is ${what}\n${letter === "f" ? SS_HELP : ""}`);
        }
        break;
      }
      const kind = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined;
      if (kind !== undefined) o.kinds.add(kind);
      else if (FLAGS.includes(letter)) o.flags.add(letter);
      else if ("ZzEKNDFM".includes(letter)) {
        fail(sys, `playground: ss -${letter} is not simulated\n`, 1);
        return null;
      } else return refuse(sys, `ss: invalid option -- '${letter}'\n`);
    }
  }
  return rest;
}

function refuse(sys: Sys, text: string): null {
  fail(sys, text + SS_HELP, 255);
  return null;
}

/** -A tcp,udp and -f inet. */
function choose(o: Options, letter: string, value: string): boolean {
  for (const name of value.split(",")) {
    if (name === "inet" || name === "all") for (const kind of ["tcp", "udp", "raw"] as const) o.kinds.add(kind);
    else if (letter === "f" && name === "inet6") o.flags.add("6");
    else if (name === "tcp" || name === "udp" || name === "raw") o.kinds.add(name);
    else if (name.startsWith("unix")) o.kinds.add("unix");
    else if (/^(packet|netlink|link|dccp|sctp|vsock|tipc|xdp|mptcp)/.test(name)) o.kinds.add("other");
    else return false;
  }
  return true;
}

function readStates(sys: Sys, o: Options, args: string[]): { states: ReadonlySet<string>; rest: string[] } | null {
  let chosen: string[] | null = null;
  const rest = [...args];
  while (rest[0] === "state" || rest[0] === "exclude" || rest[0] === "excl") {
    const isState = rest.shift() === "state";
    const word = rest.shift() ?? "";
    const states = statesOf(word);
    if (states === null) {
      fail(sys, `ss: wrong state name: ${word}\n`, 255);
      return null;
    }
    const before: readonly string[] = chosen ?? (isState ? [] : ALL_STATES);
    chosen = isState ? [...before, ...states] : before.filter((s) => !states.includes(s));
  }
  const { flags, kinds } = o;
  const onlyDatagrams = kinds.size > 0 && !kinds.has("tcp") && !kinds.has("unix") && !kinds.has("other");
  const usual = onlyDatagrams ? ["ESTAB"] : CONNECTED;
  const standing = flags.has("a") ? ALL_STATES : flags.has("l") ? ["LISTEN", "UNCONN"] : usual;
  return { states: new Set(chosen ?? standing), rest };
}

function print(sys: Sys, listing: Listing, test: Test): void {
  const { states } = listing;
  const { flags, kinds } = listing.o;
  const wants = (s: ListedSocket): boolean => {
    if (kinds.size > 0 && !kinds.has(s.protocol)) return false;
    if (flags.has("4") !== flags.has("6") && flags.has("6") !== s.ipv6) return false;
    return states.has(SS_STATES[s.state] ?? s.state) && test(s);
  };
  const listed = listSockets(sys.world, sys.proc.netns).filter(wants);
  const sockets = [...listed.filter((s) => s.protocol === "udp"), ...listed.filter((s) => s.protocol === "tcp")];
  const columns: Column[] = [
    { title: "Netid", right: false, before: "", hidden: kinds.size === 1 && !kinds.has("unix") && !kinds.has("other") },
    { title: "State", right: false, before: " ", hidden: states.size === 1 },
    { title: "Recv-Q", right: false, before: " " },
    { title: "Send-Q", right: false, before: " " },
    { title: "Local Address:", right: true, before: " " },
    { title: "Port", right: false, before: "" },
    { title: "Peer Address:", right: true, before: " " },
    { title: "Port", right: false, before: "" },
    { title: "Process", right: false, before: "" },
  ];
  const names = namesOf(sys, listing, sockets);
  if (names === null) return;
  const rows = sockets.map((s) => cells(sys, flags, s, names));
  write(sys, 1, renderColumns(columns, rows, !flags.has("H"), screenOf(sys)));
  // Among all kinds of sockets is one that the kernel's sock_diag does not know (MPTCP).
  if (kinds.size === 0) write(sys, 2, "RTNETLINK answers: Invalid argument\n");
  exit(sys, 0);
}

/** Columns of the terminal that stdout is; null: it is none. */
function screenOf(sys: Sys): number | null {
  if (!isTerminal(sys, 1)) return null;
  const stream = sys.world.streams[sys.proc.fds[1] as number];
  return stream?.kind === "sink" ? (sys.world.terminals[stream.sink]?.columns ?? null) : null;
}

function cells(sys: Sys, flags: ReadonlySet<string>, s: ListedSocket, names: ReadonlyMap<string, string>): string[] {
  const host = (text: string) => (text === "::" ? "[::]" : (names.get(text) ?? text));
  const address = (text: string) => `${host(text)}${s.device === null ? "" : `%${s.device}`}:`;
  const numeric = flags.has("n");
  return [
    s.protocol,
    SS_STATES[s.state] ?? s.state,
    String(s.recvQueue).padEnd(6),
    String(s.sendQueue).padEnd(6),
    address(s.local),
    portText(s.localPort, s.protocol, numeric),
    `${host(s.remote)}:`,
    portText(s.remotePort, s.protocol, numeric),
    details(sys, flags, s),
  ];
}

/** The newest process first, as ss finds them in /proc. */
function users(world: ShellWorld, s: ListedSocket): string {
  const all = s.holders.map(({ proc, fd }) => `("${proc.program}",pid=${seenPid(world, proc)},fd=${fd})`);
  return all.reverse().join(",");
}

function details(sys: Sys, flags: ReadonlySet<string>, s: ListedSocket): string {
  const { socket } = s;
  let text = "";
  if (flags.has("p") && s.holders.length > 0) text += ` users:(${users(sys.world, s)})`;
  if (flags.has("o") && socket.tcp) text += timerText(sys.world, socket.tcp);
  if (flags.has("e")) {
    const inode = inodeOf(socket);
    text += `${inode === 0 ? "" : ` ino:${inode}`} sk:${(socket.id + 1).toString(16)} cgroup:/ <->`;
  }
  const wantsInfo = flags.has("i") && socket.tcp;
  if (s.state === "TIME_WAIT" || (!flags.has("m") && !wantsInfo)) return text;
  const memory = flags.has("m") ? memoryText(socket) : "";
  const info = wantsInfo ? infoText(sys.world, socket, flags.has("o")) : "";
  return `${text}${flags.has("O") ? "" : "\n\t"}${memory}${info}`;
}

export const ss: Program = { path: "/usr/bin/ss", about: "sockets", start, wake };
