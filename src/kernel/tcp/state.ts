/** A TCP socket's timers, states and end: inet_csk_reset_xmit_timer, tcp_done, tcp_time_wait. */

import { assert } from "../../base/assert.ts";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { pushEvent } from "../../sim/queue.ts";
import { count, Mib } from "../snmp.ts";
import { wakeSocket } from "../socket/queue.ts";
import { netVar } from "../sysctl.ts";
import { timerExpiry } from "../timer.ts";
import { EventKind, type Netns, type Socket, type World } from "../types.ts";
import { type Tcp, TcpTimer } from "./types.ts";

/** TCP_TIMEWAIT_LEN */
const TIME_WAIT_NS = 60 * SECOND_NS;
/** CONFIG_HZ 250: timeouts are counted in these. */
export const JIFFY_NS = 4 * MS_NS;
/** TCP_RTO_MIN, TCP_RTO_MAX. */
export const RTO_MIN_NS = 200 * MS_NS;
export const RTO_MAX_NS = 120 * SECOND_NS;

/** The TCP part of a socket that has one. */
export function tcpOf(socket: Socket): Tcp {
  assert(socket.tcp, "not a TCP socket");
  return socket.tcp;
}

/**
 * A bucket of the timer wheel is emptied from the newest on, and a SYN's timer is set after that of the neighbour that it waits for: it
 * goes first, so that a SYN sent again still finds the question under way that is about to fail.
 */
const BEFORE_NEIGHBOURS_NS = 1;
/** The timer of a SYN-ACK is pinned to its processor, and such timers (BASE_LOCAL) go before all others of the same bucket. */
const PINNED_NS = 2;

function arm(world: World, socket: Socket, timer: TcpTimer, delay_ns: number, early_ns = BEFORE_NEIGHBOURS_NS): number {
  const at = timerExpiry(world.now_ns, world.now_ns + delay_ns) - early_ns;
  pushEvent(world.queue, at, EventKind.TCP_TIMER, socket.id, timer, 0);
  return at;
}

/** Sets the retransmission timer, whatever it was set for before (inet_csk_reset_xmit_timer). */
export function armFor(world: World, socket: Socket, pending: Tcp["pending"], delay_ns: number): void {
  const tcp = tcpOf(socket);
  tcp.pending = pending;
  const early_ns = tcp.state === "SYN_RECV" ? PINNED_NS : BEFORE_NEIGHBOURS_NS;
  tcp.retransmitAt_ns = arm(world, socket, TcpTimer.RETRANSMIT, delay_ns, early_ns);
}

/** The timeout as backing off has stretched it. */
export function backedOff(tcp: Tcp): number {
  return Math.min(tcp.rto_ns * 2 ** Math.min(tcp.backoff, 20), RTO_MAX_NS);
}

/** Sets the timer for the timeout from now, or from when the segment went out that it is about. */
export function armRetransmit(world: World, socket: Socket, from_ns = world.now_ns): void {
  const tcp = tcpOf(socket);
  const left_ns = from_ns + backedOff(tcp) - world.now_ns;
  armFor(world, socket, "retransmit", Math.max(left_ns, 0));
}

export function armDelack(world: World, socket: Socket, delay_ns: number): void {
  const tcp = tcpOf(socket);
  if (tcp.delackAt_ns === 0) tcp.delackAt_ns = arm(world, socket, TcpTimer.DELACK, delay_ns);
}

/** Only the wait for the other end's last word is left: in FIN_WAIT2 tcp_fin_timeout, else TIME_WAIT's minute. */
export function armEnd(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const netns = world.netns[socket.netns] as Netns;
  const wait_ns = tcp.state === "FIN_WAIT2" ? netVar(netns, "net.ipv4.tcp_fin_timeout") * SECOND_NS : TIME_WAIT_NS;
  tcp.endAt_ns = arm(world, socket, TcpTimer.END, wait_ns);
}

/** tcp_time_wait */
export function enterTimeWait(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  tcp.state = "TIME_WAIT";
  count(world.netns[socket.netns] as Netns, Mib.TCPEXT_TW);
  tcp.retransmitAt_ns = 0;
  tcp.delackAt_ns = 0;
  armEnd(world, socket);
  if (!tcp.orphan) wakeSocket(world, socket);
}

/** What tcp_set_state and tcp_done count when a connection is closed in a state. */
function countEnd(netns: Netns, { state }: Tcp): void {
  if (state === "SYN_SENT" || state === "SYN_RECV") count(netns, Mib.TCP_ATTEMPT_FAILS);
  else if (state === "ESTABLISHED" || state === "CLOSE_WAIT") count(netns, Mib.TCP_ESTAB_RESETS);
}

/** tcp_done: no packet finds it any more. Its record goes too, unless a process holds it: that is woken, and may read `error`. */
export function tcpDone(world: World, socket: Socket, error = 0): void {
  const tcp = tcpOf(socket);
  const netns = world.netns[socket.netns] as Netns | null;
  if (netns) countEnd(netns, tcp);
  tcp.state = "CLOSE";
  tcp.retransmitAt_ns = 0;
  tcp.delackAt_ns = 0;
  tcp.endAt_ns = 0;
  tcp.finReceived = true;
  if (error !== 0) socket.error = error;
  if (netns) netns.sockets = netns.sockets.filter((id) => id !== socket.id);
  const listener = tcp.listener === null ? null : world.sockets[tcp.listener];
  if (listener?.tcp) listener.tcp.accept = listener.tcp.accept.filter((id) => id !== socket.id);
  if (tcp.orphan || tcp.listener !== null) world.sockets[socket.id] = null;
  else wakeSocket(world, socket);
}

/** tcp_rtt_estimator: a round trip took so long (RFC 6298). */
export function measureRtt(tcp: Tcp, rtt_ns: number): void {
  if (tcp.srtt_ns === 0) {
    tcp.srtt_ns = Math.max(rtt_ns, 1);
    tcp.rttvar_ns = Math.floor(rtt_ns / 2);
  } else {
    tcp.rttvar_ns = Math.floor((3 * tcp.rttvar_ns + Math.abs(tcp.srtt_ns - rtt_ns)) / 4);
    tcp.srtt_ns = Math.max(1, Math.floor((7 * tcp.srtt_ns + rtt_ns) / 8));
  }
  setRto(tcp);
}

/** tcp_set_rto, in whole jiffies. */
export function setRto(tcp: Tcp): void {
  const rto = tcp.srtt_ns === 0 ? SECOND_NS : tcp.srtt_ns + Math.max(RTO_MIN_NS, 4 * tcp.rttvar_ns);
  tcp.rto_ns = Math.min(Math.ceil(rto / JIFFY_NS) * JIFFY_NS, RTO_MAX_NS);
}
