/** What a segment does to a connection: tcp_data_queue, tcp_ack, tcp_fin and the delaying of acknowledgements (tcp_input.c). */
import { MS_NS } from "../../base/time.ts";
import { TCP_FIN } from "../../wire/tcp.ts";
import { wakeSocket } from "../socket/queue.ts";
import type { Socket, World } from "../types.ts";
import { ATO_NS, currentMss, retransmitFirst, sendAck, tcpClock, tcpPush } from "./output.ts";
import { armDelack, armEnd, armRetransmit, enterTimeWait, measureRtt, setRto, tcpDone, tcpOf } from "./state.ts";
import { before, type Segment, seqAdd, seqDistance, type Tcp } from "./types.ts";

/** TCP_MAX_QUICKACKS */
const QUICK_ACKS = 16;
/** Duplicate ACKs that say that a segment was lost. */
const LOST = 3;

/** tcp_ack: takes the acknowledgement and the window of an acceptable segment. */
export function takeAck(world: World, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  const wasWindow = tcp.sndWnd;
  tcp.sndWnd = s.window << tcp.sndWscale;
  if (!before(tcp.sndUna, s.ack)) {
    const isDuplicate = s.data.length === 0 && (s.flags & TCP_FIN) === 0 && wasWindow === tcp.sndWnd;
    if (isDuplicate && s.ack === tcp.sndUna && tcp.sndNxt !== tcp.sndUna) countDuplicate(world, socket);
    return;
  }
  const mss = currentMss(world, socket);
  const acked = seqDistance(tcp.sndUna, s.ack);
  dropAcked(tcp, acked);
  tcp.sndUna = s.ack;
  tcp.dupAcks = 0;
  tcp.retransmits = 0;
  if (s.tsValue !== null && s.tsEcho !== 0) {
    measureRtt(tcp, ((tcpClock(world, tcp) - s.tsEcho) >>> 0) * MS_NS);
  } else setRto(tcp);
  grow(tcp, Math.max(1, Math.ceil(acked / mss)));
  if (tcp.sndUna === tcp.sndNxt) tcp.retransmitAt_ns = 0;
  else armRetransmit(world, socket);
  if (tcp.recover !== null && before(tcp.sndUna, tcp.recover)) retransmitFirst(world, socket);
  else tcp.recover = null;
  if (isFinAcked(tcp)) finAcked(world, socket);
  else if (acked > 0) wakeWriter(world, socket);
}

/** Everything including the FIN has arrived at the other end. */
function isFinAcked(tcp: Tcp): boolean {
  return tcp.finQueued && tcp.sendBytes === 0 && tcp.sndUna === tcp.sndNxt;
}

function wakeWriter(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (!tcp.orphan && !tcp.finQueued && tcp.sendBytes === 0) wakeSocket(world, socket);
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

/** tcp_fastretrans_alert, without SACK's finer knowledge. */
function countDuplicate(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  tcp.dupAcks++;
  if (tcp.dupAcks !== LOST || tcp.recover !== null) return;
  tcp.recover = tcp.sndNxt;
  tcp.ssthresh = Math.max(2, Math.floor(tcp.cwnd / 2));
  tcp.cwnd = tcp.ssthresh;
  retransmitFirst(world, socket);
}

function finAcked(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.state === "FIN_WAIT1") {
    tcp.state = "FIN_WAIT2";
    if (tcp.orphan) armEnd(world, socket);
  } else if (tcp.state === "CLOSING") enterTimeWait(world, socket);
  else if (tcp.state === "LAST_ACK") tcpDone(world, socket);
}

/** tcp_data_queue: data and FIN of an acceptable segment. Returns whether the segment asks for an acknowledgement. */
export function takeData(world: World, socket: Socket, s: Segment): boolean {
  const tcp = tcpOf(socket);
  const isFin = (s.flags & TCP_FIN) !== 0;
  if (s.data.length === 0 && !isFin) return false;
  const skip = seqDistance(s.seq, tcp.rcvNxt);
  if (skip < 0) {
    keepForLater(tcp, s.seq, s.data, isFin);
    // A hole: the other end must hear of it at once.
    sendAck(world, socket);
    return false;
  }
  if (skip > s.data.length) return true;
  takeBytes(world, tcp, s.data.subarray(skip));
  let ended = isFin;
  for (let next = tcp.outOfOrder[0]; next && !before(tcp.rcvNxt, next.seq); next = tcp.outOfOrder[0]) {
    tcp.outOfOrder.shift();
    const known = seqDistance(next.seq, tcp.rcvNxt);
    if (known <= next.data.length) {
      takeBytes(world, tcp, next.data.subarray(known));
      ended ||= next.fin;
    }
  }
  if (ended) takeFin(world, socket);
  if (!tcp.orphan && tcp.state !== "TIME_WAIT") wakeSocket(world, socket);
  return true;
}

function takeBytes(world: World, tcp: Tcp, data: Uint8Array): void {
  if (data.length === 0) return;
  // tcp_event_data_recv: the first data of a connection is acknowledged at once, in case the sender starts slowly.
  if (tcp.lastReceived_ns === 0) tcp.quick = QUICK_ACKS;
  tcp.lastReceived_ns = world.now_ns;
  tcp.rcvSpace = Math.max(tcp.rcvSpace, 0x1_0000);
  tcp.recvQueue.push(data.slice());
  tcp.recvBytes += data.length;
  tcp.rcvNxt = seqAdd(tcp.rcvNxt, data.length);
}

function keepForLater(tcp: Tcp, seq: number, data: Uint8Array, fin: boolean): void {
  if (tcp.outOfOrder.some((other) => other.seq === seq && other.data.length >= data.length)) return;
  const at = tcp.outOfOrder.findIndex((other) => before(seq, other.seq));
  tcp.outOfOrder.splice(at < 0 ? tcp.outOfOrder.length : at, 0, { seq, data: data.slice(), fin });
}

/** tcp_fin: the other end sends no more. */
function takeFin(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.finReceived) return;
  tcp.finReceived = true;
  tcp.rcvNxt = seqAdd(tcp.rcvNxt, 1);
  if (tcp.state === "ESTABLISHED" || tcp.state === "SYN_RECV") {
    tcp.state = "CLOSE_WAIT";
    tcp.pingpong = true;
  } else if (tcp.state === "FIN_WAIT1") {
    sendAck(world, socket);
    tcp.state = "CLOSING";
  } else if (tcp.state === "FIN_WAIT2") {
    sendAck(world, socket);
    enterTimeWait(world, socket);
  }
}

/** tcp_data_snd_check, __tcp_ack_snd_check: what is due goes out; the acknowledgement alone only if nothing carried it. */
export function answer(world: World, socket: Socket, wantsAck: boolean): void {
  const tcp = tcpOf(socket);
  if (tcp.state === "CLOSE" || tcp.state === "TIME_WAIT") return;
  tcpPush(world, socket);
  if (!wantsAck) return;
  const pending = seqDistance(tcp.rcvWup, tcp.rcvNxt);
  if (pending === 0 && tcp.state !== "CLOSE_WAIT") {
    // Data that was known already: the sender missed the acknowledgement.
    if (tcp.state === "ESTABLISHED") sendAck(world, socket);
    return;
  }
  const isFull = pending > currentMss(world, socket);
  if (isFull || (tcp.quick > 0 && !tcp.pingpong)) sendAck(world, socket);
  else armDelack(world, socket, ATO_NS);
}
