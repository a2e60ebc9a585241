/**
 * What goes out of a connection's queue, and when: tcp_write_xmit, tcp_retransmit_skb, tcp_xmit_retransmit_queue and the tail
 * loss probe (RFC 8985, section 7) of net/ipv4/tcp_output.c. Left out: pacing, tcp_tso_should_defer, the 200 ms after which what
 * was corked goes all the same.
 */
import { count, Mib } from "../snmp.ts";
import { netVar } from "../sysctl.ts";
import type { Netns, Socket, World } from "../types.ts";
import { ATO_NS, currentMss, sendProbe, sendRange } from "./output.ts";
import { armFor, armRetransmit, backedOff, JIFFY_NS, RTO_MIN_NS, tcpOf } from "./state.ts";
import { before, type Sent, seqAdd, seqDistance, type Tcp } from "./types.ts";

/** TCP_INIT_CWND */
const INITIAL_CWND = 10;
/** TCP_TIMEOUT_MIN_US, and TCP_TIMEOUT_INIT for who has no round trip measured. */
export const TIMEOUT_MIN_NS = 2 * JIFFY_NS;
const TIMEOUT_INIT_NS = 1e9;

/** tcp_packets_in_flight */
export function inFlight(tcp: Tcp): number {
  let count = 0;
  for (const s of tcp.sent) count += (s.sacked || s.lost ? 0 : 1) + (s.retrans ? 1 : 0);
  return count;
}

/** Behind the last number that the queue holds. */
function queueEnd(tcp: Tcp): number {
  return seqAdd(tcp.sndUna, tcp.sendBytes + (tcp.finQueued && !tcp.finAcked ? 1 : 0));
}

export function hasUnsent(tcp: Tcp): boolean {
  return before(tcp.sndNxt, queueEnd(tcp));
}

/** tcp_write_xmit: sends what both windows allow of what was not sent. Returns whether anything went out. */
export function tcpPush(world: World, socket: Socket): boolean {
  const tcp = tcpOf(socket);
  if (!hasUnsent(tcp)) return false;
  const netns = world.netns[socket.netns] as Netns;
  if (netVar(netns, "net.ipv4.tcp_slow_start_after_idle") !== 0) restartAfterIdle(world, tcp);
  const mss = currentMss(world, socket);
  const hadSent = tcp.sent.length > 0;
  let sent = false;
  while (hasUnsent(tcp)) {
    const chunk = nextChunk(tcp, mss);
    if (chunk === null) break;
    sendChunk(world, socket, chunk, mss);
    sent = true;
  }
  if (sent) {
    if (!hadSent || tcp.pending === "tlp" || tcp.retransmitAt_ns === 0) armRetransmit(world, socket);
    scheduleLossProbe(world, socket);
  } else if (!hadSent && !tcp.corked && tcp.retransmitAt_ns === 0) {
    // tcp_check_probe_timer: only the other end's window is in the way.
    armFor(world, socket, "persist", backedOff(tcp));
  }
  return sent;
}

/** tcp_slow_start_after_idle_check */
function restartAfterIdle(world: World, tcp: Tcp): void {
  if (tcp.sent.length > 0 || tcp.stats.lastSent_ns === 0) return;
  let idle = world.now_ns - tcp.stats.lastSent_ns - tcp.rto_ns;
  for (; idle > 0 && tcp.cwnd > INITIAL_CWND; idle -= tcp.rto_ns) {
    tcp.cwnd = Math.max(INITIAL_CWND, Math.floor(tcp.cwnd / 2));
  }
}

interface Chunk {
  bytes: number;
  fin: boolean;
}

/** As much as one skb takes of what is unsent: half the congestion window (tcp_cwnd_test), whole segments; null: nothing may go. */
function nextChunk(tcp: Tcp, mss: number): Chunk | null {
  const rest = tcp.sendBytes - seqDistance(tcp.sndUna, tcp.sndNxt);
  const fin = tcp.finQueued;
  const cwnd = Math.floor(tcp.cwnd);
  const quota = Math.min(Math.max(cwnd >> 1, 1), cwnd - inFlight(tcp));
  if (quota <= 0) return null;
  const left = seqDistance(tcp.sndNxt, seqAdd(tcp.sndUna, tcp.sndWnd));
  if (left < Math.min(mss, rest + (fin ? 1 : 0))) return null;
  let bytes = Math.min(rest, quota * mss, left);
  const partial = bytes % mss;
  if (bytes < rest || (partial > 0 && !fin && (tcp.corked || nagleWaits(tcp)))) bytes -= partial;
  if (bytes === 0 && rest > 0) return null;
  return { bytes, fin: fin && bytes === rest && bytes < left };
}

/** tcp_nagle_check with Minshall's refinement: a small segment waits for a small one that is on its way. */
function nagleWaits(tcp: Tcp): boolean {
  if (tcp.nodelay || tcp.sent.length === 0) return false;
  return before(tcp.sndUna, tcp.smallEnd) && !before(tcp.sndNxt, tcp.smallEnd);
}

/** A chunk goes out in segments; the last of several says PSH (__tcp_transmit_skb). */
function sendChunk(world: World, socket: Socket, chunk: Chunk, mss: number): void {
  const tcp = tcpOf(socket);
  if (chunk.bytes > 0 && tcp.lastReceived_ns > 0 && world.now_ns - tcp.lastReceived_ns < ATO_NS) tcp.pingpong = true;
  let left = chunk.bytes;
  do {
    const length = Math.min(mss, left);
    left -= length;
    const fin = chunk.fin && left === 0;
    const seq = tcp.sndNxt;
    const end = seqAdd(seq, length + (fin ? 1 : 0));
    // Who reads is told where what was written ends (tcp_mark_push).
    const push = length > 0 && seqDistance(tcp.sndUna, seq) + length === tcp.sendBytes;
    count(world.netns[socket.netns] as Netns, Mib.TCPEXT_ORIG_DATA_SENT);
    tcp.sent.push({
      seq,
      end,
      fin,
      push,
      sacked: false,
      lost: false,
      retrans: false,
      everRetrans: false,
      sent_ns: world.now_ns,
    });
    tcp.sndNxt = end;
    if (length < mss) tcp.smallEnd = end;
    sendRange(world, socket, seq, end, fin, push || (left === 0 && chunk.bytes > mss));
  } while (left > 0);
}

/** tcp_retransmit_skb: a segment goes out once more, cut to what the path takes, or with its small neighbours in one. */
export function retransmit(world: World, socket: Socket, s: Sent, push = false): void {
  const tcp = tcpOf(socket);
  const mss = currentMss(world, socket);
  splitSent(tcp, s, mss);
  collapse(tcp, s, mss);
  if (!s.retrans) tcp.stats.totalRetrans++;
  count(world.netns[socket.netns] as Netns, Mib.TCP_RETRANS_SEGS);
  tcp.stats.bytesRetrans += seqDistance(s.seq, s.end) - (s.fin ? 1 : 0);
  s.retrans = true;
  s.everRetrans = true;
  s.sent_ns = world.now_ns;
  if (tcp.retransSince_ns === 0) tcp.retransSince_ns = world.now_ns;
  sendRange(world, socket, s.seq, s.end, s.fin, push || s.push);
}

/** tcp_fragment */
export function splitSent(tcp: Tcp, s: Sent, mss: number): void {
  const length = seqDistance(s.seq, s.end) - (s.fin ? 1 : 0);
  if (length <= mss) return;
  const middle = seqAdd(s.seq, mss);
  tcp.sent.splice(tcp.sent.indexOf(s) + 1, 0, { ...s, seq: middle });
  s.end = middle;
  s.fin = false;
  s.push = false;
}

/** tcp_retrans_try_collapse */
function collapse(tcp: Tcp, s: Sent, mss: number): void {
  const at = tcp.sent.indexOf(s);
  for (let next = tcp.sent[at + 1]; next && !next.sacked; next = tcp.sent[at + 1]) {
    const length = seqDistance(s.seq, next.end) - (next.fin ? 1 : 0);
    if (length > mss || seqDistance(s.seq, s.end) >= mss) return;
    s.end = next.end;
    s.fin = next.fin;
    s.push ||= next.push;
    tcp.sent.splice(at + 1, 1);
  }
}

/** tcp_xmit_retransmit_queue: what is lost, as far as the congestion window goes; at least one if `force`. */
export function retransmitLost(world: World, socket: Socket, force = false): void {
  const tcp = tcpOf(socket);
  const room = Math.max(Math.floor(tcp.cwnd) - inFlight(tcp), force ? 1 : 0);
  const chosen: Sent[] = [];
  for (const s of tcp.sent) {
    if (room <= chosen.length) break;
    if (s.lost && !s.retrans && !s.sacked) chosen.push(s);
  }
  chosen.forEach((s, i) => {
    if (!tcp.sent.includes(s)) return;
    const [previous, next] = [chosen[i - 1], chosen[i + 1]];
    retransmit(world, socket, s, previous?.end === s.seq && next?.seq !== s.end);
  });
  if (chosen.length > 0 && tcp.retransmitAt_ns === 0) armRetransmit(world, socket);
}

/** tcp_schedule_loss_probe: false where the retransmission timer must do. */
export function scheduleLossProbe(world: World, socket: Socket): boolean {
  const tcp = tcpOf(socket);
  const head = tcp.sent[0];
  if (!head || !tcp.sackOk || tcp.caState !== "open") return false;
  const spare_ns = tcp.sent.length === 1 ? RTO_MIN_NS : TIMEOUT_MIN_NS;
  const wait_ns = tcp.srtt_ns === 0 ? TIMEOUT_INIT_NS : jiffies(2 * tcp.srtt_ns + spare_ns);
  const rest_ns = head.sent_ns + backedOff(tcp) - world.now_ns;
  armFor(world, socket, "tlp", rest_ns > 0 ? Math.min(wait_ns, rest_ns) : wait_ns);
  return true;
}

function jiffies(span_ns: number): number {
  return Math.ceil(span_ns / JIFFY_NS) * JIFFY_NS;
}

/** tcp_send_loss_probe: new data, else the last segment again, so that its acknowledgement shows what is missing. */
export function sendLossProbe(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const last = tcp.sent.at(-1);
  if (tcp.probed === null && last) {
    count(world.netns[socket.netns] as Netns, Mib.TCPEXT_LOSS_PROBES);
    const mss = currentMss(world, socket);
    const left = seqDistance(tcp.sndNxt, seqAdd(tcp.sndUna, tcp.sndWnd));
    const rest = tcp.sendBytes - seqDistance(tcp.sndUna, tcp.sndNxt);
    const bytes = Math.min(rest, mss);
    if (hasUnsent(tcp) && left >= bytes + 1) {
      sendChunk(world, socket, { bytes, fin: tcp.finQueued && bytes === rest }, mss);
    } else retransmit(world, socket, last);
    tcp.probed = tcp.sndNxt;
  }
  armRetransmit(world, socket);
}

/** tcp_write_wakeup: asks whether the window is open by as much as it takes, or by nothing. */
export function probeWindow(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const left = seqDistance(tcp.sndNxt, seqAdd(tcp.sndUna, tcp.sndWnd));
  const rest = tcp.sendBytes - seqDistance(tcp.sndUna, tcp.sndNxt);
  const mss = currentMss(world, socket);
  if (left > 0 && rest > 0) sendChunk(world, socket, { bytes: Math.min(left, rest, mss), fin: false }, mss);
  else sendProbe(world, socket);
}
