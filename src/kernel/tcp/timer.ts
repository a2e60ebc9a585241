/** What happens when a TCP socket's timers fire: net/ipv4/tcp_timer.c. */

import { ETIMEDOUT } from "../errno.ts";
import { count, Mib } from "../snmp.ts";
import { netVar } from "../sysctl.ts";
import type { Netns, Socket, SocketId, World } from "../types.ts";
import { reorderTimeout } from "./ack.ts";
import { sendAck, sendSyn } from "./output.ts";
import { armFor, armRetransmit, backedOff, RTO_MAX_NS, RTO_MIN_NS, tcpDone, tcpOf } from "./state.ts";
import { type Sent, type Tcp, TcpTimer } from "./types.ts";
import { hasUnsent, probeWindow, retransmit, sendLossProbe } from "./write.ts";

/** What tcp_orphan_retries 0 means. */
const ORPHAN_RETRIES = 8;

/** An event TCP_TIMER. Ignores those of timers that were set anew or stopped. */
export function tcpTimer(world: World, id: SocketId, timer: number): void {
  const socket = world.sockets[id];
  const tcp = socket?.tcp;
  if (!socket || !tcp) return;
  if (!world.netns[socket.netns]) {
    if (tcp.orphan) world.sockets[id] = null;
    return;
  }
  const at = timer === TcpTimer.RETRANSMIT ? "retransmitAt_ns" : timer === TcpTimer.DELACK ? "delackAt_ns" : "endAt_ns";
  if (tcp[at] !== world.now_ns) return;
  tcp[at] = 0;
  if (timer === TcpTimer.RETRANSMIT) writeTimeout(world, socket);
  else if (timer === TcpTimer.END) tcpDone(world, socket);
  else {
    // tcp_delack_timer_handler: the other end waits, so this is no dialogue.
    tcp.pingpong = false;
    count(world.netns[socket.netns] as Netns, Mib.TCPEXT_DELAYED_ACKS);
    sendAck(world, socket);
  }
}

/** tcp_write_timer_handler */
function writeTimeout(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.pending === "tlp") sendLossProbe(world, socket);
  else if (tcp.pending === "reorder") reorderTimeout(world, socket);
  else if (tcp.pending === "persist") persist(world, socket);
  else if (tcp.state === "SYN_SENT" || tcp.state === "SYN_RECV") resendSyn(world, socket);
  else if (tcp.sent.length > 0) resend(world, socket);
}

function resendSyn(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const netns = world.netns[socket.netns] as Netns;
  const active = tcp.state === "SYN_SENT";
  // So many SYNs go a second apart before the pauses double.
  const linear = netVar(netns, "net.ipv4.tcp_syn_linear_timeouts");
  const limit = active
    ? netVar(netns, "net.ipv4.tcp_syn_retries") + linear
    : netVar(netns, "net.ipv4.tcp_synack_retries");
  if (tcp.retransmits >= limit) return tcpDone(world, socket, tcp.softError || ETIMEDOUT);
  tcp.retransmits++;
  tcp.stats.totalRetrans++;
  count(netns, Mib.TCP_RETRANS_SEGS);
  count(netns, Mib.TCPEXT_SYN_RETRANS);
  count(netns, Mib.TCPEXT_TIMEOUTS);
  sendSyn(world, socket);
  if (!active || tcp.retransmits > linear) tcp.backoff++;
  armRetransmit(world, socket);
}

/** tcp_retransmit_timer, tcp_enter_loss: all is lost; the first segment shows whether the way is open again. */
function resend(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const netns = world.netns[socket.netns] as Netns;
  if (tcp.retransmits > 0 && world.now_ns - tcp.retransSince_ns >= patience_ns(netns, tcp)) {
    return tcpDone(world, socket, tcp.softError || ETIMEDOUT);
  }
  count(netns, Mib.TCPEXT_TIMEOUTS);
  if (tcp.caState !== "loss") tcp.ssthresh = Math.max(2, Math.floor(tcp.cwnd * 0.7));
  for (const one of tcp.sent) {
    if (one.sacked) continue;
    one.lost = true;
    one.retrans = false;
  }
  tcp.caState = "loss";
  tcp.recover = tcp.sndNxt;
  tcp.probed = null;
  tcp.cwnd = 1;
  if (tcp.retransmits === 0) tcp.retransSince_ns = world.now_ns;
  tcp.retransmits++;
  retransmit(world, socket, tcp.sent[0] as Sent);
  tcp.backoff++;
  armRetransmit(world, socket);
}

function orphanRetries(netns: Netns): number {
  return netVar(netns, "net.ipv4.tcp_orphan_retries") || ORPHAN_RETRIES;
}

/** tcp_model_timeout: how long is tried before giving up; `tries` doublings from TCP_RTO_MIN, TCP_RTO_MAX at most each. */
function patience_ns(netns: Netns, tcp: Tcp): number {
  const tries = tcp.orphan ? orphanRetries(netns) : netVar(netns, "net.ipv4.tcp_retries2");
  const doublings = Math.floor(Math.log2(RTO_MAX_NS / RTO_MIN_NS));
  if (tries <= doublings) return (2 ** (tries + 1) - 1) * RTO_MIN_NS;
  return (2 ** (doublings + 1) - 1) * RTO_MIN_NS + (tries - doublings) * RTO_MAX_NS;
}

/** tcp_probe_timer */
function persist(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.sent.length > 0 || !hasUnsent(tcp)) return;
  const netns = world.netns[socket.netns] as Netns;
  const limit = tcp.orphan ? orphanRetries(netns) : netVar(netns, "net.ipv4.tcp_retries2");
  if (tcp.probes >= limit) return tcpDone(world, socket, tcp.softError || ETIMEDOUT);
  tcp.probes++;
  probeWindow(world, socket);
  tcp.backoff++;
  if (tcp.sent.length > 0) armRetransmit(world, socket);
  else armFor(world, socket, "persist", backedOff(tcp));
}
