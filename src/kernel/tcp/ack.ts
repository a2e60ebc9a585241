/**
 * What an acknowledgement does to the sender: tcp_ack, tcp_sacktag_write_queue, tcp_clean_rtx_queue, tcp_fastretrans_alert of
 * net/ipv4/tcp_input.c and net/ipv4/tcp_recovery.c (RACK, RFC 8985). Congestion control is Reno's growth with CUBIC's cut;
 * left out: proportional rate reduction, undoing (F-RTO, DSACK, Eifel), reordering beyond RACK's window, ECN.
 */

import { MS_NS } from "../../base/time.ts";
import { TCP_FIN } from "../../wire/tcp.ts";
import { count, Mib } from "../snmp.ts";
import { wakeSocket } from "../socket/queue.ts";
import type { Netns, Socket, World } from "../types.ts";
import { tcpClock } from "./output.ts";
import { armEnd, armFor, armRetransmit, backedOff, enterTimeWait, measureRtt, tcpDone, tcpOf } from "./state.ts";
import { before, type Segment, type Sent, seqDistance, type Tcp } from "./types.ts";
import { hasUnsent, retransmitLost, scheduleLossProbe, TIMEOUT_MIN_NS } from "./write.ts";

/** Duplicate ACKs, or segments beyond a hole, that say that a segment was lost (tcp_reordering). */
const LOST = 3;

/** tcp_ack: takes the acknowledgement and the window of an acceptable segment. */
export function takeAck(world: World, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  const wasWindow = tcp.sndWnd;
  if (before(s.ack, tcp.sndUna)) return;
  tcp.sndWnd = s.window << tcp.sndWscale;
  tcp.probes = 0;
  tcp.stats.lastAck_ns = world.now_ns;
  const acked = seqDistance(tcp.sndUna, s.ack);
  const hadSent = tcp.sent.length > 0;
  const sackedBefore = tcp.sent.filter((one) => one.sacked).length;
  for (const one of tcp.sent) if (isSacked(one, s)) sack(world, tcp, one);
  const gone = acked > 0 ? cleanQueue(world, tcp, s) : [];
  countAck(world, socket, s, gone.filter((one) => !one.sacked).length);
  if (tcp.probed !== null && !before(s.ack, tcp.probed)) tcp.probed = null;
  if (acked > 0) {
    tcp.retransmits = 0;
    tcp.dupAcks = 0;
    tcp.backoff = 0;
  } else if (hadSent && s.data.length === 0 && (s.flags & TCP_FIN) === 0 && wasWindow === tcp.sndWnd) tcp.dupAcks++;
  const isNews = acked > 0 || tcp.sent.filter((one) => one.sacked).length > sackedBefore || tcp.dupAcks > 0;
  if (hadSent && isNews) tcp.confirms = true;
  if (tcp.caState !== "open" && !before(s.ack, tcp.recover)) leaveRecovery(tcp);
  else if (tcp.caState !== "recovery" && acked > 0) grow(tcp, gone.length);
  resetTimer(world, socket, acked > 0);
  if (isNews) findLost(world, socket, acked > 0);
  if (gone.some((one) => one.fin)) finAcked(world, socket);
  else if (acked > 0) wakeWriter(world, socket);
}

function countAck(world: World, socket: Socket, s: Segment, delivered: number): void {
  const netns = world.netns[socket.netns] as Netns;
  if (s.data.length === 0 && (s.flags & TCP_FIN) === 0) count(netns, Mib.TCPEXT_PURE_ACKS);
  count(netns, Mib.TCPEXT_DELIVERED, delivered);
}

function isSacked(one: Sent, s: Segment): boolean {
  if (one.sacked || before(one.seq, s.ack)) return false;
  return s.sack.some((b) => !before(one.seq, b.left) && !before(b.right, one.end));
}

function sack(world: World, tcp: Tcp, one: Sent): void {
  one.sacked = true;
  one.lost = false;
  one.retrans = false;
  arrived(world, tcp, one);
}

/** tcp_rack_advance: the newest segment that is known to have arrived. A copy's round trip below the shortest one was the original's. */
function arrived(world: World, tcp: Tcp, one: Sent): void {
  const rtt_ns = world.now_ns - one.sent_ns;
  if (one.everRetrans && rtt_ns < tcp.minRtt_ns) return;
  if (!one.everRetrans) tcp.minRtt_ns = tcp.minRtt_ns === 0 ? rtt_ns : Math.min(tcp.minRtt_ns, rtt_ns);
  tcp.rackRtt_ns = rtt_ns;
  if (!isAfter(one.sent_ns, one.end, tcp.rackSent_ns, tcp.rackEnd)) return;
  tcp.rackSent_ns = one.sent_ns;
  tcp.rackEnd = one.end;
}

/** tcp_rack_sent_after */
function isAfter(a_ns: number, aEnd: number, b_ns: number, bEnd: number): boolean {
  return a_ns > b_ns || (a_ns === b_ns && before(bEnd, aEnd));
}

/** tcp_clean_rtx_queue: the segments that are acknowledged leave; what is left of one that is acknowledged in part stays. */
function cleanQueue(world: World, tcp: Tcp, s: Segment): Sent[] {
  const gone = tcp.sent.filter((one) => !before(s.ack, one.end));
  tcp.sent = tcp.sent.filter((one) => before(s.ack, one.end));
  const first = tcp.sent[0];
  if (first && before(first.seq, s.ack)) first.seq = s.ack;
  const acked = seqDistance(tcp.sndUna, s.ack);
  dropAcked(tcp, acked);
  tcp.stats.bytesAcked += acked;
  tcp.sndUna = s.ack;
  for (const one of gone) if (!one.sacked) arrived(world, tcp, one);
  const timed = gone.find((one) => !one.everRetrans);
  if (timed) measureRtt(tcp, world.now_ns - timed.sent_ns);
  else if (s.tsValue !== null && s.tsEcho !== 0) {
    measureRtt(tcp, ((tcpClock(world, tcp) - s.tsEcho) >>> 0) * MS_NS);
  }
  if (gone.some((one) => one.fin)) tcp.finAcked = true;
  if (tcp.sent.length === 0) tcp.retransSince_ns = 0;
  return gone;
}

/** Takes bytes off the front of the queue; a FIN's or SYN's number is none of them. */
function dropAcked(tcp: Tcp, acked: number): void {
  let left = Math.min(acked, tcp.sendBytes);
  tcp.sendBytes -= left;
  while (left > 0) {
    const first = tcp.sendQueue[0] as Uint8Array;
    if (first.length <= left) tcp.sendQueue.shift();
    else tcp.sendQueue[0] = first.slice(left);
    left -= Math.min(left, first.length);
  }
}

/** tcp_slow_start, tcp_cong_avoid_ai */
function grow(tcp: Tcp, segments: number): void {
  if (tcp.cwnd < tcp.ssthresh) tcp.cwnd += segments;
  else tcp.cwnd += segments / tcp.cwnd;
}

/** tcp_set_xmit_timer, tcp_ack_probe */
function resetTimer(world: World, socket: Socket, advanced: boolean): void {
  const tcp = tcpOf(socket);
  if (tcp.sent.length > 0) {
    if (advanced && !scheduleLossProbe(world, socket)) armRetransmit(world, socket);
  } else if (!hasUnsent(tcp) || tcp.sndWnd > 0) {
    tcp.retransmitAt_ns = 0;
    if (tcp.pending === "persist") tcp.backoff = 0;
  } else armFor(world, socket, "persist", backedOff(tcp));
}

/** All that was on its way when the loss was noticed has arrived. */
function leaveRecovery(tcp: Tcp): void {
  if (tcp.caState === "recovery") tcp.cwnd = tcp.ssthresh;
  tcp.caState = "open";
  tcp.retransSince_ns = 0;
  for (const one of tcp.sent) one.lost = false;
}

/** tcp_fastretrans_alert: marks what must be lost by what arrived, and sends it again. */
function findLost(world: World, socket: Socket, advanced: boolean): void {
  const tcp = tcpOf(socket);
  const head = tcp.sent[0];
  if (!head) return;
  if (tcp.sackOk) {
    const wait_ns = markLost(world, tcp);
    if (wait_ns > 0) armFor(world, socket, "reorder", wait_ns + TIMEOUT_MIN_NS);
  } else if (tcp.caState === "open" ? tcp.dupAcks >= LOST : advanced && tcp.caState === "recovery") head.lost = true;
  startRecovery(world, socket);
}

function startRecovery(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (!tcp.sent.some((one) => one.lost && !one.retrans)) return;
  const starts = tcp.caState === "open";
  if (starts) {
    tcp.caState = "recovery";
    tcp.recover = tcp.sndNxt;
    tcp.ssthresh = Math.max(2, Math.floor(tcp.cwnd * 0.7));
    tcp.cwnd = tcp.ssthresh;
    if (tcp.pending !== "retransmit") armRetransmit(world, socket);
  }
  retransmitLost(world, socket, starts);
}

/** tcp_rack_detect_loss: who was sent well before one that arrived is lost. Returns how long to wait for who may only be late, ns. */
function markLost(world: World, tcp: Tcp): number {
  const sacked = tcp.sent.filter((one) => one.sacked).length;
  const slack_ns = tcp.caState !== "open" || sacked >= LOST ? 0 : Math.floor(tcp.minRtt_ns / 4);
  let wait_ns = 0;
  for (const one of tcp.sent) {
    if (one.sacked || (one.lost && !one.retrans)) continue;
    if (!isAfter(tcp.rackSent_ns, tcp.rackEnd, one.sent_ns, one.end)) continue;
    const left_ns = one.sent_ns + tcp.rackRtt_ns + slack_ns - world.now_ns;
    if (left_ns > 0) wait_ns = Math.max(wait_ns, left_ns);
    else {
      one.lost = true;
      one.retrans = false;
    }
  }
  return wait_ns;
}

/** tcp_rack_reo_timeout */
export function reorderTimeout(world: World, socket: Socket): void {
  markLost(world, tcpOf(socket));
  startRecovery(world, socket);
  if (tcpOf(socket).retransmitAt_ns === 0) armRetransmit(world, socket);
}

/** tcp_simple_retransmit: the path takes no such segments; they go again, smaller. @param mss bytes of data that fit */
export function tooLong(world: World, socket: Socket, mss: number): void {
  const tcp = tcpOf(socket);
  let any = false;
  for (const one of tcp.sent) {
    if (one.sacked || seqDistance(one.seq, one.end) - (one.fin ? 1 : 0) <= mss) continue;
    any = true;
    one.lost = true;
    one.retrans = false;
  }
  if (!any) return;
  if (tcp.caState === "open") {
    tcp.caState = "loss";
    tcp.recover = tcp.sndNxt;
    tcp.ssthresh = Math.max(2, Math.floor(tcp.cwnd));
  }
  retransmitLost(world, socket);
}

function finAcked(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.state === "FIN_WAIT1") {
    tcp.state = "FIN_WAIT2";
    if (tcp.orphan) armEnd(world, socket);
  } else if (tcp.state === "CLOSING") enterTimeWait(world, socket);
  else if (tcp.state === "LAST_ACK") tcpDone(world, socket);
}

function wakeWriter(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (!tcp.orphan && !tcp.finQueued && tcp.sendBytes === 0) wakeSocket(world, socket);
}
