/** What either end of a TCP connection could have sent: tcp_in_window of net/netfilter/nf_conntrack_proto_tcp.c. */
import { TCP_ACK, TCP_RST, TCP_SYN } from "../../../wire/tcp.ts";
import { netVar } from "../../sysctl.ts";
import type { Netns, World } from "../../types.ts";
import type { CtTable } from "./table.ts";
import {
  ACK_SET,
  after,
  BE_LIBERAL,
  DATA_UNACKNOWLEDGED,
  highestSack,
  MAXACK_SET,
  readOptions,
  SACK_PERM,
  SEGMENT,
  WINDOW_SCALE,
} from "./tcp-segment.ts";

/** MAXACKWINCONST */
const MAX_ACK_WINDOW = 66_000;
/** TCP_CONNTRACK_SYN_SENT, _SYN_RECV */
const SS = 1;
const SR = 2;

/** tcp_in_window: whether an end could have sent this; keeps both ends' windows. */
export function inWindow(world: World, netns: Netns, slot: number, dir: number): boolean {
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
