/** `conntrack` 1.4.7: the connections that the kernel keeps in mind. Left out: expectations, adding and updating by hand. */
import { ctCount, ctDelete, ctFlush, ctList, ctListen, ctNextEvent } from "../../kernel/netfilter/conntrack/admin.ts";
import { type CtEntry, type CtEvent, CtStatusBit, type CtTuple } from "../../kernel/netfilter/types.ts";
import { formatIpv4, parseIpv4 } from "../../wire/address.ts";
import { IPPROTO_ICMP, IPPROTO_TCP } from "../../wire/ipv4.ts";
import { capable, ownSocket, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { CONNTRACK_HELP } from "./conntrack-help.ts";
import { PROTOCOLS, protocolName } from "./iptables/words.ts";
import { quit, runToEnd } from "./quit.ts";

const VERSION = "conntrack v1.4.7 (conntrack-tools)";

interface Wanted {
  protocol: number | null;
  source: string | null;
  destination: string | null;
  sourcePort: number | null;
  destinationPort: number | null;
  state: string | null;
  natOnly: "src" | "dst" | null;
}

interface Line {
  operation: string;
  wanted: Wanted;
}

const OPERATIONS: Readonly<Record<string, string>> = {
  "-L": "list",
  "--dump": "list",
  "-D": "delete",
  "--delete": "delete",
  "-F": "flush",
  "--flush": "flush",
  "-C": "count",
  "--count": "count",
  "-E": "events",
  "--event": "events",
  "-V": "version",
  "--version": "version",
  "-h": "help",
  "--help": "help",
};

export const conntrack: Program = {
  path: "/usr/sbin/conntrack",
  about: "list, follow and forget the connections that the kernel tracks",
  start: (sys, argv) => runToEnd(sys, () => carryOut(sys, readLine(sys, argv.slice(1)))),
  wake: (sys, why) => {
    if (why.type !== "socket") return;
    const { wanted } = sys.proc.locals as Line;
    for (let event = ctNextEvent(sys.world, why.socket); event !== null; event = ctNextEvent(sys.world, why.socket)) {
      if (matches(event.entry, wanted)) write(sys, 1, `${eventText(event)}\n`);
    }
  },
};

function readLine(sys: Sys, words: readonly string[]): Line {
  const wanted: Wanted = {
    protocol: null,
    source: null,
    destination: null,
    sourcePort: null,
    destinationPort: null,
    state: null,
    natOnly: null,
  };
  let operation: string | null = words.length === 0 ? "help" : null;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const known = OPERATIONS[word];
    if (known !== undefined) operation = known;
    else if (word === "conntrack") continue;
    else if (word === "-n" || word === "--src-nat") wanted.natOnly = "src";
    else if (word === "-g" || word === "--dst-nat") wanted.natOnly = "dst";
    else readFilter(sys, wanted, word, words[++at]);
  }
  if (operation === null) complain(sys, "You need to supply some command");
  return { operation, wanted };
}

function readFilter(sys: Sys, wanted: Wanted, word: string, value: string | undefined): void {
  if (value === undefined) quit(sys, `conntrack: option requires an argument -- '${word.replace(/^-+/, "")}'\n`, 2);
  const address = () => (parseIpv4(value) === null ? complain(sys, `Invalid IP address: ${value}`) : value);
  const port = () => (/^\d+$/.test(value) ? Number(value) : complain(sys, `Invalid port: ${value}`));
  switch (word) {
    case "-p":
    case "--proto":
      wanted.protocol = PROTOCOLS[value] ?? complain(sys, `\`${value}' unsupported protocol`);
      break;
    case "-s":
    case "--src":
    case "--orig-src":
      wanted.source = address();
      break;
    case "-d":
    case "--dst":
    case "--orig-dst":
      wanted.destination = address();
      break;
    case "--sport":
    case "--orig-port-src":
      wanted.sourcePort = port();
      break;
    case "--dport":
    case "--orig-port-dst":
      wanted.destinationPort = port();
      break;
    case "--state":
      wanted.state = value.toUpperCase();
      break;
    case "-f":
    case "--family":
    case "-o":
    case "--output":
      break;
    default:
      complain(sys, `Unknown argument: ${word}`);
  }
}

function complain(sys: Sys, text: string): never {
  quit(sys, `${VERSION}: ${text}\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`, 2);
}

/** @returns the exit status; null while events are followed */
function carryOut(sys: Sys, line: Line): number | null {
  const { world } = sys;
  const { netns } = sys.proc;
  if (line.operation === "version") {
    write(sys, 1, `${VERSION}\n`);
    return 0;
  }
  if (line.operation === "help") {
    write(sys, 1, CONNTRACK_HELP);
    return 0;
  }
  if (!capable(sys, "NET_ADMIN"))
    quit(sys, `${VERSION}: Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n`, 1);
  switch (line.operation) {
    case "count":
      write(sys, 1, `${ctCount(world, netns)}\n`);
      return 0;
    case "flush":
      ctFlush(world, netns);
      write(sys, 2, `${VERSION}: connection tracking table has been emptied.\n`);
      return 0;
    case "events":
      sys.proc.locals = line;
      ownSocket(sys, ctListen(world, netns, sys.proc.id));
      return null;
    default:
      return listOrDelete(sys, line);
  }
}

function listOrDelete(sys: Sys, { operation, wanted }: Line): number {
  const { world } = sys;
  const { netns } = sys.proc;
  const entries = ctList(world, netns).filter((entry) => matches(entry, wanted));
  for (const entry of entries) {
    if (operation === "delete") ctDelete(world, netns, entry.id);
    write(sys, 1, `${entryText(entry)} mark=${entry.mark} use=1\n`);
  }
  write(
    sys,
    2,
    `${VERSION}: ${entries.length} flow entries have been ${operation === "delete" ? "deleted" : "shown"}.\n`,
  );
  return operation === "delete" && entries.length === 0 ? 1 : 0;
}

function matches(entry: CtEntry, wanted: Wanted): boolean {
  const { original } = entry;
  const nat = { src: CtStatusBit.SRC_NAT, dst: CtStatusBit.DST_NAT };
  return (
    (wanted.protocol === null || entry.protocol === wanted.protocol) &&
    (wanted.source === null || formatIpv4(original.source) === wanted.source) &&
    (wanted.destination === null || formatIpv4(original.destination) === wanted.destination) &&
    (wanted.sourcePort === null || original.sourcePort === wanted.sourcePort) &&
    (wanted.destinationPort === null || original.destinationPort === wanted.destinationPort) &&
    (wanted.state === null || entry.tcpState === wanted.state) &&
    (wanted.natOnly === null || (entry.status & nat[wanted.natOnly]) !== 0)
  );
}

/** Protocol, seconds left, state and both directions. */
function entryText(entry: CtEntry): string {
  const name = protocolName(entry.protocol).padEnd(8);
  return `${name} ${entry.protocol} ${entry.timeout_s} ${flowText(entry)}`;
}

function flowText(entry: CtEntry): string {
  const state = entry.protocol === IPPROTO_TCP ? `${entry.tcpState} ` : "";
  const answered = (entry.status & CtStatusBit.SEEN_REPLY) !== 0;
  const assured = (entry.status & CtStatusBit.ASSURED) !== 0;
  const original = tupleText(entry.protocol, entry.original);
  return `${state}${original}${answered ? "" : " [UNREPLIED]"} ${tupleText(entry.protocol, entry.reply)}${assured ? " [ASSURED]" : ""}`;
}

function tupleText(protocol: number, tuple: CtTuple): string {
  const hosts = `src=${formatIpv4(tuple.source)} dst=${formatIpv4(tuple.destination)}`;
  if (protocol === IPPROTO_ICMP) return `${hosts} type=${tuple.icmpType} code=${tuple.icmpCode} id=${tuple.sourcePort}`;
  return `${hosts} sport=${tuple.sourcePort} dport=${tuple.destinationPort}`;
}

/** A line of `conntrack -E`. */
function eventText({ type, entry }: CtEvent): string {
  const word = { NEW: "[NEW]", UPDATE: "[UPDATE]", DESTROY: "[DESTROY]" }[type].padStart(9);
  const name = protocolName(entry.protocol).padEnd(8);
  const timeout = type === "DESTROY" ? "" : `${entry.timeout_s} `;
  return `${word} ${name} ${entry.protocol} ${timeout}${flowText(entry)}`;
}
