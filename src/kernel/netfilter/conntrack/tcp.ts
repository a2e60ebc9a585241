/**
 * TCP as a stranger in the middle sees it: net/netfilter/nf_conntrack_proto_tcp.c. The states are not the ends' own; windows are
 * followed so that a segment that neither end would take is found out (van Rooij, "Real Stateful TCP Packet Filtering").
 * Left out: challenge ACKs, offload, logging of invalid segments.
 */
import { SECOND_NS } from "../../../base/time.ts";
import { TCP_RST } from "../../../wire/tcp.ts";
import { netVar } from "../../sysctl.ts";
import type { Netns, World } from "../../types.ts";
import { CtStatusBit } from "../types.ts";
import { ctChanged } from "./events.ts";
import { type CtTable, ctClearTcp } from "./table.ts";
import {
  ACK_SET,
  after,
  BE_LIBERAL,
  CLOSE_INIT,
  DATA_UNACKNOWLEDGED,
  MAXACK_SET,
  NONE_SET,
  RST_SET,
  readOptions,
  readSegment,
  SACK_PERM,
  SEGMENT,
  SYN_SET,
  SYNACK_SET,
  WINDOW_SCALE,
} from "./tcp-segment.ts";
import { inWindow } from "./tcp-window.ts";

const NO = 0;
const SS = 1;
const SR = 2;
const ES = 3;
const FW = 4;
const CW = 5;
const LA = 6;
const TW = 7;
const CL = 8;
const S2 = 9;
/** Invalid, and to be let through without a look at the window. */
const IV = 10;
const IG = 11;

/** Whether a connection in that state is one no more: already_closed of nf_conncount.c. */
export function isOver(state: number): boolean {
  return state === TW || state === CL;
}

/** tcp_conntracks: the next state, by direction, kind of segment and state (NO SS SR ES FW CW LA TW CL S2). */
export const TCP_CONNTRACKS: readonly (readonly (readonly number[])[])[] = [
  [
    [SS, SS, IG, IG, IG, IG, IG, SS, SS, S2],
    [IV, IV, IG, IG, IG, IG, IG, IG, IG, SR],
    [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
    [ES, IV, ES, ES, CW, CW, TW, TW, CL, IV],
    [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
    [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
  ],
  [
    [IV, S2, IV, IV, IV, IV, IV, SS, IV, S2],
    [IV, SR, IG, IG, IG, IG, IG, IG, IG, SR],
    [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
    [IV, IG, SR, ES, CW, CW, TW, TW, CL, IG],
    [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
    [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
  ],
];

const TIMEOUTS: readonly string[] = [
  "syn_sent",
  "syn_sent",
  "syn_recv",
  "established",
  "fin_wait",
  "close_wait",
  "last_ack",
  "time_wait",
  "close",
  "syn_sent",
].map((name) => `net.netfilter.nf_conntrack_tcp_timeout_${name}`);

/** tcp_new: prepares a connection for its first segment, which stands at `ip`. False: it cannot begin one. */
export function tcpNew(world: World, netns: Netns, slot: number, ip: number): boolean {
  if (!readSegment(world, ip)) return false;
  const t = world.ct;
  const s = SEGMENT;
  const next = TCP_CONNTRACKS[0]?.[s.index]?.[NO] as number;
  if (next >= IV) return false;
  const node = 2 * slot;
  t.tcpEnd[node] = s.end;
  t.tcpMaxWin[node] = s.window === 0 ? 1 : s.window;
  if (next === SS) {
    t.tcpMaxEnd[node] = s.end;
    readOptions(world, node);
  } else {
    if (netVar(netns, "net.netfilter.nf_conntrack_tcp_loose") === 0) return false;
    t.tcpMaxEnd[node] = s.end + (t.tcpMaxWin[node] as number);
    t.tcpFlags[node] = SACK_PERM | BE_LIBERAL;
    t.tcpFlags[node + 1] = SACK_PERM | BE_LIBERAL;
  }
  t.lastIndex[slot] = NONE_SET;
  return true;
}

/**
 * nf_conntrack_tcp_packet. "repeat": the connection is over and this segment begins another; "kill": the packet goes through and
 * the connection is over.
 */
export function tcpPacket(
  world: World,
  netns: Netns,
  slot: number,
  dir: number,
  ip: number,
): "accept" | "invalid" | "repeat" | "kill" {
  if (!readSegment(world, ip)) return "invalid";
  const t = world.ct;
  const s = SEGMENT;
  let before = t.state[slot] as number;
  let next = TCP_CONNTRACKS[dir]?.[s.index]?.[before] as number;
  if (next === IV) return "invalid";
  if (next === IG || (next === SS && before >= TW)) {
    if (next === SS && mayReopen(t, slot, dir)) return "repeat";
    if (!answersIgnoredSyn(t, slot, dir)) return ignore(world, slot, dir);
    takeIgnoredSyn(t, slot, dir);
    before = SS;
    next = SR;
  }
  const other = 2 * slot + 1 - dir;
  if (next === CL && s.index === RST_SET) {
    const isOld = ((t.tcpFlags[other] as number) & MAXACK_SET) !== 0 && after(t.tcpMaxAck[other] as number, s.seq);
    if (isOld && netVar(netns, "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst") === 0) return "invalid";
  }
  if (!(next === CL && answersIgnored(t, slot)) && !inWindow(world, netns, slot, dir)) return "invalid";
  t.lastIndex[slot] = s.index;
  t.lastDir[slot] = dir;
  t.state[slot] = next;
  if (before !== next && next === FW) {
    t.tcpFlags[2 * slot + dir] = (t.tcpFlags[2 * slot + dir] as number) | CLOSE_INIT;
  }
  return settle(world, netns, slot, dir, before, next);
}

/** A SYN finds a connection that is over: was it closed or aborted properly? */
function mayReopen(t: CtTable, slot: number, dir: number): boolean {
  const flags = (t.tcpFlags[2 * slot] as number) | (t.tcpFlags[2 * slot + 1] as number);
  return (flags & CLOSE_INIT) !== 0 || (t.lastDir[slot] === dir && t.lastIndex[slot] === RST_SET);
}

/** This SYN/ACK acknowledges a SYN that was let through although it seemed out of place: the ends are in step, this host is not. */
function answersIgnoredSyn(t: CtTable, slot: number, dir: number): boolean {
  return (
    SEGMENT.index === SYNACK_SET &&
    t.lastIndex[slot] === SYN_SET &&
    t.lastDir[slot] !== dir &&
    SEGMENT.ack === t.lastEnd[slot]
  );
}

function takeIgnoredSyn(t: CtTable, slot: number, dir: number): void {
  const node = 2 * slot + (t.lastDir[slot] as number);
  t.tcpEnd[node] = t.lastEnd[slot] as number;
  t.tcpMaxEnd[node] = t.lastEnd[slot] as number;
  t.tcpMaxWin[node] = t.lastWin[slot] === 0 ? 1 : (t.lastWin[slot] as number);
  t.tcpScale[node] = t.lastScale[slot] as number;
  t.tcpFlags[node] = t.lastFlags[slot] as number;
  ctClearTcp(t, 2 * slot + dir);
}

/** The segment may be right and this host wrong: it is let through, and remembered. */
function ignore(world: World, slot: number, dir: number): "accept" {
  const t = world.ct;
  const s = SEGMENT;
  t.lastIndex[slot] = s.index;
  t.lastDir[slot] = dir;
  t.lastSeq[slot] = s.seq;
  t.lastEnd[slot] = s.end;
  t.lastWin[slot] = s.window;
  if (s.index !== SYN_SET || dir !== 0) return "accept";
  const node = 2 * slot;
  const flags = t.tcpFlags[node] as number;
  const scale = t.tcpScale[node] as number;
  t.tcpFlags[node] = 0;
  t.tcpScale[node] = 0;
  readOptions(world, node);
  t.lastFlags[slot] = (t.tcpFlags[node] as number) & (WINDOW_SCALE | SACK_PERM);
  t.lastScale[slot] = t.tcpScale[node] as number;
  t.tcpFlags[node] = flags;
  t.tcpScale[node] = scale;
  return "accept";
}

/** A reset answers a SYN or an ACK that was ignored. */
function answersIgnored(t: CtTable, slot: number): boolean {
  const s = SEGMENT;
  if (s.index !== RST_SET || s.ack !== t.lastEnd[slot]) return false;
  const status = t.status[slot] as number;
  return (
    ((status & CtStatusBit.SEEN_REPLY) !== 0 && t.lastIndex[slot] === SYN_SET) ||
    ((status & CtStatusBit.ASSURED) === 0 && t.lastIndex[slot] === ACK_SET)
  );
}

/** nf_conntrack_tcp_set_closing: a known connection is over, whatever its segments say. */
export function tcpSetClosing(world: World, netns: Netns, slot: number): void {
  const t = world.ct;
  if (((t.status[slot] as number) & CtStatusBit.CONFIRMED) === 0 || t.state[slot] === CL) return;
  t.state[slot] = CL;
  t.timeout_ns[slot] = world.now_ns + netVar(netns, TIMEOUTS[CL] as string) * SECOND_NS;
  ctChanged(world, netns, slot, "UPDATE");
}

/** Timeouts and status after a segment that was in window. */
function settle(
  world: World,
  netns: Netns,
  slot: number,
  dir: number,
  before: number,
  next: number,
): "accept" | "kill" {
  const t = world.ct;
  const status = t.status[slot] as number;
  if ((status & CtStatusBit.SEEN_REPLY) === 0 && (SEGMENT.flags & TCP_RST) !== 0) return "kill";
  let seconds = netVar(netns, TIMEOUTS[next] as string);
  const flags = (t.tcpFlags[2 * slot] as number) | (t.tcpFlags[2 * slot + 1] as number);
  if ((t.retrans[slot] as number) >= netVar(netns, "net.netfilter.nf_conntrack_tcp_max_retrans")) {
    seconds = Math.min(seconds, netVar(netns, "net.netfilter.nf_conntrack_tcp_timeout_max_retrans"));
  } else if ((flags & DATA_UNACKNOWLEDGED) !== 0) {
    seconds = Math.min(seconds, netVar(netns, "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged"));
  }
  t.timeout_ns[slot] = world.now_ns + seconds * SECOND_NS;
  const isAssured =
    (status & (CtStatusBit.SEEN_REPLY | CtStatusBit.ASSURED)) === CtStatusBit.SEEN_REPLY &&
    (before === SR || before === ES) &&
    next === ES;
  if (isAssured) t.status[slot] = status | CtStatusBit.ASSURED;
  // A packet's changes are told at once: of the first answer seeReply tells (core.ts).
  const isFirstAnswer = dir === 1 && (status & CtStatusBit.SEEN_REPLY) === 0;
  const isKnown = (status & CtStatusBit.CONFIRMED) !== 0 && !isFirstAnswer;
  if ((before !== next || isAssured) && isKnown) ctChanged(world, netns, slot, "UPDATE");
  return "accept";
}
