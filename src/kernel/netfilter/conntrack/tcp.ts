/**
 * TCP as a stranger in the middle sees it: net/netfilter/nf_conntrack_proto_tcp.c. The states are not the ends' own; windows are
 * followed so that a segment that neither end would take is found out (van Rooij, "Real Stateful TCP Packet Filtering").
 * Left out: challenge ACKs, offload, logging of invalid segments.
 */
import { SECOND_NS } from "../../../base/time.ts";
import { getU8, getU32 } from "../../../wire/bytes.ts";
import { ipv4HeaderLength, ipv4TotalLength } from "../../../wire/ipv4.ts";
import {
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  TCPOPT_EOL,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_WINDOW,
  tcpAcknowledgmentNumber,
  tcpFlags,
  tcpHeaderLength,
  tcpOptionLength,
  tcpSequenceNumber,
  tcpWindow,
} from "../../../wire/tcp.ts";
import { netVar } from "../../sysctl.ts";
import type { Netns, World } from "../../types.ts";
import { CtStatusBit } from "../types.ts";
import { ctChanged } from "./events.ts";
import { type CtTable, ctClearTcp } from "./table.ts";

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

/** enum tcp_bit_set */
const SYN_SET = 0;
const SYNACK_SET = 1;
const FIN_SET = 2;
const ACK_SET = 3;
const RST_SET = 4;
const NONE_SET = 5;

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

/** IP_CT_TCP_FLAG_* */
const WINDOW_SCALE = 0x01;
const SACK_PERM = 0x02;
const CLOSE_INIT = 0x04;
const BE_LIBERAL = 0x08;
const DATA_UNACKNOWLEDGED = 0x10;
const MAXACK_SET = 0x20;

/** MAXACKWINCONST */
const MAX_ACK_WINDOW = 66_000;
const MAX_SCALE = 14;

/** tcp_valid_flags: PSH, ECE and CWR never matter. */
const VALID_FLAGS: readonly number[] = [
  TCP_SYN,
  TCP_SYN | TCP_URG,
  TCP_SYN | TCP_ACK,
  TCP_RST,
  TCP_RST | TCP_ACK,
  TCP_FIN | TCP_ACK,
  TCP_FIN | TCP_ACK | TCP_URG,
  TCP_ACK,
  TCP_ACK | TCP_URG,
];
const CHECKED_FLAGS = TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG;

/** The segment under examination; `ok` when its header makes sense (tcp_error). */
const SEGMENT = { ok: false, at: 0, flags: 0, index: 0, seq: 0, ack: 0, end: 0, window: 0 };

function readSegment(world: World, ip: number): boolean {
  const b = world.pool.bytes;
  const s = SEGMENT;
  const at = ip + ipv4HeaderLength(b, ip);
  const length = ip + ipv4TotalLength(b, ip) - at;
  s.at = at;
  s.ok = length >= TCP_HLEN && tcpHeaderLength(b, at) >= TCP_HLEN && length >= tcpHeaderLength(b, at);
  if (!s.ok) return false;
  s.flags = tcpFlags(b, at);
  s.ok = VALID_FLAGS.includes(s.flags & CHECKED_FLAGS);
  s.index = indexOf(s.flags);
  s.seq = tcpSequenceNumber(b, at);
  s.ack = tcpAcknowledgmentNumber(b, at);
  s.window = tcpWindow(b, at);
  const syn = (s.flags & TCP_SYN) !== 0 ? 1 : 0;
  const fin = (s.flags & TCP_FIN) !== 0 ? 1 : 0;
  s.end = (s.seq + length - tcpHeaderLength(b, at) + syn + fin) >>> 0;
  return s.ok;
}

/** get_conntrack_index */
function indexOf(flags: number): number {
  if ((flags & TCP_RST) !== 0) return RST_SET;
  if ((flags & TCP_SYN) !== 0) return (flags & TCP_ACK) !== 0 ? SYNACK_SET : SYN_SET;
  if ((flags & TCP_FIN) !== 0) return FIN_SET;
  return (flags & TCP_ACK) !== 0 ? ACK_SET : NONE_SET;
}

/** a comes after b in sequence space. */
function after(a: number, b: number): boolean {
  return ((b - a) | 0) < 0;
}

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

/** tcp_options: what a SYN says of scale and SACK. */
function readOptions(world: World, node: number): void {
  const t = world.ct;
  const b = world.pool.bytes;
  const { at } = SEGMENT;
  const end = at + tcpHeaderLength(b, at);
  if (end === at + TCP_HLEN) return;
  t.tcpScale[node] = 0;
  t.tcpFlags[node] = 0;
  for (let i = at + TCP_HLEN; i < end; ) {
    const kind = getU8(b, i);
    const length = tcpOptionLength(b, i, end);
    if (kind === TCPOPT_EOL || length === null) return;
    if (kind === TCPOPT_SACK_PERM && length === 2) t.tcpFlags[node] = (t.tcpFlags[node] as number) | SACK_PERM;
    if (kind === TCPOPT_WINDOW && length === 3) {
      t.tcpScale[node] = Math.min(getU8(b, i + 2), MAX_SCALE);
      t.tcpFlags[node] = (t.tcpFlags[node] as number) | WINDOW_SCALE;
    }
    i += length;
  }
}

/** tcp_sack: the highest right edge that the segment acknowledges. */
function highestSack(world: World, ack: number): number {
  const b = world.pool.bytes;
  const { at } = SEGMENT;
  const end = at + tcpHeaderLength(b, at);
  let sack = ack;
  for (let i = at + TCP_HLEN; i < end; ) {
    const kind = getU8(b, i);
    const length = tcpOptionLength(b, i, end);
    if (kind === TCPOPT_EOL || length === null) return sack;
    if (kind === TCPOPT_SACK && length >= 10 && length % 8 === 2) {
      for (let block = i + 2; block < i + length; block += 8) {
        const right = getU32(b, block + 4);
        if (after(right, sack)) sack = right;
      }
      return sack;
    }
    i += kind === TCPOPT_NOP ? 1 : length;
  }
  return sack;
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
  return settle(world, netns, slot, before, next);
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

/** Timeouts and status after a segment that was in window. */
function settle(world: World, netns: Netns, slot: number, before: number, next: number): "accept" | "kill" {
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
  if ((before !== next || isAssured) && (status & CtStatusBit.CONFIRMED) !== 0) ctChanged(world, netns, slot, "UPDATE");
  return "accept";
}

/** tcp_in_window: whether an end could have sent this; keeps both ends' windows. */
function inWindow(world: World, netns: Netns, slot: number, dir: number): boolean {
  const t = world.ct;
  const s = SEGMENT;
  const sender = 2 * slot + dir;
  const receiver = 2 * slot + 1 - dir;
  let { seq, ack, end } = s;
  let sack = ((t.tcpFlags[receiver] as number) & SACK_PERM) !== 0 ? highestSack(world, ack) : ack;
  if (initSender(world, slot, dir, sack)) return true;
  const hasAck = (s.flags & TCP_ACK) !== 0;
  if (!hasAck || ((s.flags & TCP_RST) !== 0 && ack === 0)) {
    ack = t.tcpEnd[receiver] as number;
    sack = ack;
  }
  const isReset = (s.flags & TCP_RST) !== 0;
  if (seq === end && (!isReset || (seq === 0 && t.state[slot] === SS))) {
    seq = t.tcpEnd[sender] as number;
    end = seq;
  }
  const ackWindow = Math.max(t.tcpMaxWin[sender] as number, MAX_ACK_WINDOW);
  const fits =
    after((t.tcpMaxEnd[sender] as number) + 1, seq) &&
    after(end, (t.tcpEnd[sender] as number) - (t.tcpMaxWin[receiver] as number) - 1) &&
    after((t.tcpEnd[receiver] as number) + 1, sack) &&
    after(sack, (t.tcpEnd[receiver] as number) - ackWindow - 1);
  if (!fits) {
    const isLiberal = ((t.tcpFlags[sender] as number) & BE_LIBERAL) !== 0;
    return isLiberal || netVar(netns, "net.netfilter.nf_conntrack_tcp_be_liberal") !== 0;
  }
  follow(t, slot, dir, seq, ack, sack, end);
  return true;
}

/** What the first segment of a direction, or a SYN that starts over, tells of the sender. True: nothing more is to be checked. */
function initSender(world: World, slot: number, dir: number, sack: number): boolean {
  const t = world.ct;
  const s = SEGMENT;
  const sender = 2 * slot + dir;
  const receiver = 2 * slot + 1 - dir;
  const isSyn = (s.flags & TCP_SYN) !== 0;
  if (t.tcpMaxWin[sender] !== 0) {
    const isStart = (t.state[slot] === SS && dir === 0) || (t.state[slot] === SR && dir === 1);
    if (isStart && after(s.end, t.tcpEnd[sender] as number)) startSender(world, sender);
    return false;
  }
  if (isSyn) {
    startSender(world, sender);
    const both = (t.tcpFlags[sender] as number) & (t.tcpFlags[receiver] as number) & WINDOW_SCALE;
    if (both === 0) {
      t.tcpScale[sender] = 0;
      t.tcpScale[receiver] = 0;
    }
    return (s.flags & TCP_ACK) === 0;
  }
  const window = s.window << (t.tcpScale[sender] as number);
  t.tcpEnd[sender] = s.end;
  t.tcpMaxWin[sender] = window === 0 ? 1 : window;
  t.tcpMaxEnd[sender] = s.end + (t.tcpMaxWin[sender] as number);
  if (t.tcpMaxWin[receiver] === 0) {
    t.tcpEnd[receiver] = sack;
    t.tcpMaxEnd[receiver] = sack;
  }
  return false;
}

function startSender(world: World, sender: number): void {
  const t = world.ct;
  t.tcpEnd[sender] = SEGMENT.end;
  t.tcpMaxEnd[sender] = SEGMENT.end;
  t.tcpMaxWin[sender] = SEGMENT.window === 0 ? 1 : SEGMENT.window;
  readOptions(world, sender);
}

/** The segment is in window: moves both ends' edges, and counts what is sent again. */
function follow(t: CtTable, slot: number, dir: number, seq: number, ack: number, sack: number, end: number): void {
  const s = SEGMENT;
  const sender = 2 * slot + dir;
  const receiver = 2 * slot + 1 - dir;
  const isSyn = (s.flags & TCP_SYN) !== 0;
  const window = isSyn ? s.window : s.window << (t.tcpScale[sender] as number);
  t.tcpMaxWin[sender] = Math.max(t.tcpMaxWin[sender] as number, window + ((sack - ack) >>> 0));
  if (after(end, t.tcpEnd[sender] as number)) {
    t.tcpEnd[sender] = end;
    t.tcpFlags[sender] = (t.tcpFlags[sender] as number) | DATA_UNACKNOWLEDGED;
  }
  if ((s.flags & TCP_ACK) !== 0) {
    const isFirst = ((t.tcpFlags[sender] as number) & MAXACK_SET) === 0;
    if (isFirst || after(ack, t.tcpMaxAck[sender] as number)) t.tcpMaxAck[sender] = ack;
    t.tcpFlags[sender] = (t.tcpFlags[sender] as number) | MAXACK_SET;
  }
  if (t.tcpMaxWin[receiver] !== 0 && after(end, t.tcpMaxEnd[sender] as number)) {
    t.tcpMaxWin[receiver] = (t.tcpMaxWin[receiver] as number) + ((end - (t.tcpMaxEnd[sender] as number)) >>> 0);
  }
  if (after(sack + window, (t.tcpMaxEnd[receiver] as number) - 1)) {
    t.tcpMaxEnd[receiver] = sack + window + (window === 0 ? 1 : 0);
  }
  if (ack === t.tcpEnd[receiver]) {
    t.tcpFlags[receiver] = (t.tcpFlags[receiver] as number) & ~DATA_UNACKNOWLEDGED;
  }
  if (s.index === ACK_SET) countRetransmission(t, slot, dir, seq, ack, end, window);
}

function countRetransmission(
  t: CtTable,
  slot: number,
  dir: number,
  seq: number,
  ack: number,
  end: number,
  window: number,
): void {
  const isSame =
    t.lastDir[slot] === dir &&
    t.lastSeq[slot] === seq &&
    t.lastAck[slot] === ack &&
    t.lastEnd[slot] === end &&
    t.lastWin[slot] === window;
  if (isSame) {
    t.retrans[slot] = Math.min((t.retrans[slot] as number) + 1, 255);
    return;
  }
  t.lastDir[slot] = dir;
  t.lastSeq[slot] = seq;
  t.lastAck[slot] = ack;
  t.lastEnd[slot] = end;
  t.lastWin[slot] = window;
  t.retrans[slot] = 0;
}
