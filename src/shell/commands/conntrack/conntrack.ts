/** `conntrack` 1.4.7: the connections that the kernel keeps in mind. Left out: making some by hand, expectations (there are none). */
import {
  ctCount,
  ctDelete,
  ctFlush,
  ctList,
  ctListen,
  ctNextEvent,
  ctSetMark,
} from "../../../kernel/netfilter/conntrack/admin.ts";
import { type CtEntry, type CtEvent, CtStatusBit, type CtTuple } from "../../../kernel/netfilter/types.ts";
import type { NetnsId, World } from "../../../kernel/types.ts";
import { netns as netnsOf } from "../../../kernel/world.ts";
import { formatIpv4 } from "../../../wire/address.ts";
import { IPPROTO_ICMP, IPPROTO_TCP } from "../../../wire/ipv4.ts";
import { capable, exit, ownSocket, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { protocolName } from "../iptables/words.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { CONNTRACK_HELP } from "./help.ts";
import { complain, type Line, type Network, readLine, VERSION, type Wanted } from "./options.ts";

interface Following {
  line: Line;
  shown: number;
}

export const conntrack: Program = {
  path: "/usr/sbin/conntrack",
  about: "list, follow and forget the connections that the kernel tracks",
  catches: ["SIGINT", "SIGTERM"],
  start: (sys, argv) => runToEnd(sys, () => carryOut(sys, readLine(sys, argv.slice(1)))),
  wake: (sys, why) => {
    const following = sys.proc.locals as Following | undefined;
    if (why.type === "signal") {
      if (following) write(sys, 2, `${VERSION}: ${following.shown} flow events have been shown.\n`);
      return exit(sys, 0);
    }
    if (why.type !== "socket" || !following) return;
    const { line } = following;
    for (let event = ctNextEvent(sys.world, why.socket); event !== null; event = ctNextEvent(sys.world, why.socket)) {
      if (!followed(line, event) || !matches(event.entry, line.wanted)) continue;
      following.shown++;
      write(sys, 1, `${eventText(sys, line, event)}\n`);
    }
  },
};

function followed({ events }: Line, { type }: CtEvent): boolean {
  const word = { NEW: "NEW", UPDATE: "UPDATES", DESTROY: "DESTROY" }[type];
  return events.length === 0 || events.includes("ALL") || events.includes(word);
}

/** What each command is refused in without the privilege; anybody may read how many there are. */
function mustBeRoot(sys: Sys, operation: Line["operation"]): never {
  if (operation === "events") {
    quit(sys, `mnl_socket_bind: Operation not permitted\n${VERSION}: Can't open netlink socket\n`, 1);
  }
  if (operation === "count") write(sys, 1, `${ctCount(sys.world, sys.proc.netns)}\n`);
  return quit(
    sys,
    `${VERSION}: Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n`,
    1,
  );
}

/** @returns the exit status; null while events are followed */
function carryOut(sys: Sys, line: Line): number | null {
  const { world } = sys;
  const { netns } = sys.proc;
  const { operation } = line;
  if (operation === "version") {
    write(sys, 1, `${VERSION}\n`);
    return 0;
  }
  if (operation === "help") {
    write(sys, 1, CONNTRACK_HELP);
    return 0;
  }
  if (!capable(sys, "NET_ADMIN")) mustBeRoot(sys, operation);
  if (line.output.includes("xml")) notSimulated(sys, "XML of conntrack");
  if (line.table !== "conntrack" && operation !== "events") return otherTable(sys, line);
  switch (operation) {
    case "count":
      write(sys, 1, `${ctCount(world, netns)}\n`);
      return 0;
    case "flush":
      ctFlush(world, netns);
      write(sys, 2, `${VERSION}: connection tracking table has been emptied.\n`);
      return 0;
    case "stats":
      write(sys, 1, statistics(sys));
      return 0;
    case "create":
      return notSimulated(sys, "making connections by hand");
    case "events":
      sys.proc.locals = { line, shown: 0 } satisfies Following;
      ownSocket(sys, ctListen(world, netns, sys.proc.id));
      return null;
    default:
      return eachEntry(sys, line);
  }
}

/** Nothing is expected, dying or unconfirmed between two commands. */
function otherTable(sys: Sys, { operation, table }: Line): number {
  if (operation === "count") write(sys, 1, "0\n");
  else if (operation === "flush") write(sys, 2, `${VERSION}: expectation table has been emptied.\n`);
  else write(sys, 2, `${VERSION}: 0 ${table === "expect" ? "expectations" : "flow entries"} have been shown.\n`);
  return 0;
}

const CPUS = 4;

/** Counters as each processor would keep them; the first one does all the work here. */
function statistics(sys: Sys): string {
  const { ctStats } = netnsOf(sys.world, sys.proc.netns).nf;
  const lines = Array.from({ length: CPUS }, (_, cpu) => {
    const of = (count: number) => (cpu === 0 ? count : 0);
    const { found, invalid, insertFailed, drop } = ctStats;
    const first = `found=${of(found)} invalid=${of(invalid)} insert=0 insert_failed=${of(insertFailed)} drop=${of(drop)}`;
    return `cpu=${cpu}   \t${first} early_drop=0 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 \n`;
  });
  return lines.join("");
}

const DONE: Readonly<Record<string, string>> = {
  list: "shown",
  get: "shown",
  delete: "deleted",
  update: "updated",
};

function eachEntry(sys: Sys, line: Line): number {
  const { world } = sys;
  const { netns } = sys.proc;
  const { operation, wanted } = line;
  if (operation === "get" && (wanted.source === null || wanted.destination === null || wanted.protocol === null))
    complain(sys, "Can't get by this");
  const filter = operation === "update" ? { ...wanted, mark: null } : wanted;
  const entries = line.family === "ipv6" ? [] : ctList(world, netns).filter((entry) => matches(entry, filter));
  if (operation === "get" && entries.length === 0)
    quit(sys, `${VERSION}: Operation failed: such conntrack doesn't exist\n`, 1);
  for (const entry of entries) {
    if (operation === "delete") ctDelete(world, netns, entry.id);
    if (operation === "update" && wanted.mark !== null) {
      const { value, mask } = wanted.mark;
      entry.mark = ((entry.mark & ~mask) ^ value) >>> 0;
      ctSetMark(world, netns, entry.id, entry.mark);
    }
    const use = operation === "get" || operation === "update" ? 2 : 1;
    const id = line.output.includes("id") ? ` id=${entry.id}` : "";
    write(sys, 1, `${entryText(sys, line, entry)} mark=${entry.mark} use=${use}${id}\n`);
  }
  write(sys, 2, `${VERSION}: ${entries.length} flow entries have been ${DONE[operation]}.\n`);
  return operation === "delete" && entries.length === 0 ? 1 : 0;
}

function isIn(network: Network | null, address: number): boolean {
  return network === null || ((address ^ network.address) & network.mask) === 0;
}

function matches(entry: CtEntry, wanted: Wanted): boolean {
  const { original, reply, status, mark } = entry;
  const same = (asked: number | string | null, is: number | string) => asked === null || asked === is;
  return (
    same(wanted.protocol, entry.protocol) &&
    isIn(wanted.source, original.source) &&
    isIn(wanted.destination, original.destination) &&
    isIn(wanted.replySource, reply.source) &&
    isIn(wanted.replyDestination, reply.destination) &&
    same(wanted.sourcePort, original.sourcePort) &&
    same(wanted.destinationPort, original.destinationPort) &&
    same(wanted.replySourcePort, reply.sourcePort) &&
    same(wanted.replyDestinationPort, reply.destinationPort) &&
    same(wanted.icmpType, original.icmpType) &&
    same(wanted.icmpCode, original.icmpCode) &&
    same(wanted.icmpId, original.sourcePort) &&
    same(wanted.state, entry.tcpState) &&
    (wanted.mark === null || (mark & wanted.mark.mask) >>> 0 === wanted.mark.value) &&
    wanted.status.every((name) => hasStatus(status, name)) &&
    matchesNat(entry, wanted)
  );
}

function hasStatus(status: number, name: string): boolean {
  if (name === "ASSURED") return (status & CtStatusBit.ASSURED) !== 0;
  if (name === "SEEN_REPLY") return (status & CtStatusBit.SEEN_REPLY) !== 0;
  if (name === "EXPECTED") return (status & CtStatusBit.EXPECTED) !== 0;
  return name === "UNSET";
}

/**
 * -n, -g, -j: what was translated, perhaps to one address. Ports are compared, too (filter_nat of conntrack.c), and ICMP's identifier stands
 * in the place of one, type and code in that of the other: they always differ.
 */
function matchesNat({ protocol, status, original, reply }: CtEntry, { nat, natAddress }: Wanted): boolean {
  if (nat === null) return true;
  const fits = (done: number, bit: number, to: number, isOther: boolean) =>
    natAddress === null ? (status & done) !== 0 && isOther : (status & bit) !== 0 && to === natAddress;
  const isOther = (address: boolean, port: boolean) => address || port || protocol === IPPROTO_ICMP;
  const { SRC_NAT, SRC_NAT_DONE, DST_NAT, DST_NAT_DONE } = CtStatusBit;
  const isFrom = isOther(reply.destination !== original.source, reply.destinationPort !== original.sourcePort);
  const isTo = isOther(reply.source !== original.destination, reply.sourcePort !== original.destinationPort);
  return (
    (nat !== "dst" && fits(SRC_NAT_DONE, SRC_NAT, reply.destination, isFrom)) ||
    (nat !== "src" && fits(DST_NAT_DONE, DST_NAT, reply.source, isTo))
  );
}

/** Protocol, seconds left, state and both directions. */
function entryText(sys: Sys, { output }: Line, entry: CtEntry): string {
  const layer3 = output.includes("extended") ? "ipv4     2 " : "";
  return `${layer3}${protocolName(entry.protocol).padEnd(8)} ${entry.protocol} ${entry.timeout_s} ${flowText(sys.world, sys.proc.netns, entry)}`;
}

/** State and both directions. */
export function flowText(world: World, netns: NetnsId, entry: CtEntry): string {
  const counted = (netnsOf(world, netns).sysctl["net.netfilter.nf_conntrack_acct"] ?? 0) !== 0;
  const state = entry.protocol === IPPROTO_TCP ? `${entry.tcpState} ` : "";
  const answered = (entry.status & CtStatusBit.SEEN_REPLY) !== 0;
  const assured = (entry.status & CtStatusBit.ASSURED) !== 0;
  const way = (tuple: CtTuple, dir: 0 | 1) =>
    tupleText(entry.protocol, tuple) + (counted ? ` packets=${entry.packets[dir]} bytes=${entry.bytes[dir]}` : "");
  return `${state}${way(entry.original, 0)}${answered ? "" : " [UNREPLIED]"} ${way(entry.reply, 1)}${assured ? " [ASSURED]" : ""}`;
}

function tupleText(protocol: number, tuple: CtTuple): string {
  const hosts = `src=${formatIpv4(tuple.source)} dst=${formatIpv4(tuple.destination)}`;
  if (protocol === IPPROTO_ICMP) return `${hosts} type=${tuple.icmpType} code=${tuple.icmpCode} id=${tuple.sourcePort}`;
  return `${hosts} sport=${tuple.sourcePort} dport=${tuple.destinationPort}`;
}

/** A line of `conntrack -E`. One that ends before its time still tells what was left. */
function eventText(sys: Sys, { output }: Line, { type, entry, t_ns }: CtEvent): string {
  const word = { NEW: "[NEW]", UPDATE: "[UPDATE]", DESTROY: "[DESTROY]" }[type].padStart(9);
  const name = protocolName(entry.protocol).padEnd(8);
  const timeout = type === "DESTROY" && entry.timeout_s === 0 ? "" : `${entry.timeout_s} `;
  const time_us = Math.floor(t_ns / 1000);
  const seconds = sys.world.bootTime_s + Math.floor(time_us / 1e6);
  const stamp = output.includes("timestamp") ? `[${seconds}.${String(time_us % 1e6).padEnd(6)}]\t` : "";
  const mark = entry.mark === 0 ? "" : ` mark=${entry.mark}`;
  const id = output.includes("id") ? ` id=${entry.id}` : "";
  return `${stamp}${word} ${name} ${entry.protocol} ${timeout}${flowText(sys.world, sys.proc.netns, entry)}${mark}${id}`;
}
