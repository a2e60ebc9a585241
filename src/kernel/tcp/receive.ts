/** What a segment's data does to a connection: tcp_data_queue, tcp_fin and the delaying of acknowledgements (tcp_input.c). */
import { TCP_FIN } from "../../wire/tcp.ts";
import { wakeSocket } from "../socket/queue.ts";
import type { Socket, World } from "../types.ts";
import { ATO_NS, sendAck } from "./output.ts";
import { armDelack, enterTimeWait, tcpOf } from "./state.ts";
import { before, type Segment, seqAdd, seqDistance, type Tcp } from "./types.ts";
import { tcpPush } from "./write.ts";

/** TCP_MAX_QUICKACKS */
const QUICK_ACKS = 16;

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
  const length = s.data.length + (isFin ? 1 : 0);
  if (skip >= length) {
    // It has come before: the other end must hear so at once (tcp_send_dupack).
    tcp.dsack = { left: s.seq, right: seqAdd(s.seq, length) };
    tcp.quick = QUICK_ACKS;
    sendAck(world, socket);
    return false;
  }
  if (skip > 0) tcp.dsack = { left: s.seq, right: tcp.rcvNxt };
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
  // tcp_event_data_recv: a sender that starts, or starts anew after a long pause, may start slowly and needs every answer.
  if (tcp.lastReceived_ns === 0 || world.now_ns - tcp.lastReceived_ns > tcp.rto_ns) tcp.quick = QUICK_ACKS;
  tcp.stats.bytesReceived += data.length;
  tcp.rcvMss = Math.max(tcp.rcvMss, data.length);
  tcp.lastReceived_ns = world.now_ns;
  tcp.rcvSpace = Math.max(tcp.rcvSpace, 0x1_0000);
  tcp.recvQueue.push(data.slice());
  tcp.recvBytes += data.length;
  tcp.rcvNxt = seqAdd(tcp.rcvNxt, data.length);
}

function keepForLater(tcp: Tcp, seq: number, data: Uint8Array, fin: boolean): void {
  if (tcp.outOfOrder.some((other) => other.seq === seq && other.data.length >= data.length)) return;
  tcp.newestSeq = seq;
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
  if (pending === 0 && tcp.state !== "CLOSE_WAIT") return;
  // __tcp_ack_snd_check; a FIN makes a segment longer than the longest, too.
  const isFull = pending > tcp.rcvMss;
  if (isFull || (tcp.quick > 0 && !tcp.pingpong)) sendAck(world, socket);
  else armDelack(world, socket, ATO_NS);
}
