/** What happens when a TCP socket's timers fire: net/ipv4/tcp_timer.c. */
import { ETIMEDOUT } from "../errno.ts";
import { netVar } from "../sysctl.ts";
import type { Netns, Socket, SocketId, World } from "../types.ts";
import { retransmitFirst, sendAck, sendProbe } from "./output.ts";
import { armRetransmit, RTO_MAX_NS, tcpDone, tcpOf } from "./state.ts";
import { TcpTimer } from "./types.ts";

/** tcp_syn_linear_timeouts: so many SYNs go a second apart before the pauses double. */
const SYN_LINEAR_TIMEOUTS = 4;

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
  if (timer === TcpTimer.RETRANSMIT) retransmit(world, socket);
  else if (timer === TcpTimer.END) tcpDone(world, socket);
  else {
    // tcp_delack_timer_handler: the other end waits, so this is no dialogue.
    tcp.pingpong = false;
    sendAck(world, socket);
  }
}

/** tcp_retransmit_timer, tcp_probe_timer */
function retransmit(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const netns = world.netns[socket.netns] as Netns;
  if (tcp.retransmits >= retries(netns, socket)) return tcpDone(world, socket, ETIMEDOUT);
  tcp.retransmits++;
  const isSyn = tcp.state === "SYN_SENT" || tcp.state === "SYN_RECV";
  if (isSyn || tcp.sndNxt !== tcp.sndUna) {
    if (!isSyn) {
      tcp.recover = tcp.sndNxt;
      tcp.ssthresh = Math.max(2, Math.floor(tcp.cwnd / 2));
      tcp.cwnd = 1;
    }
    retransmitFirst(world, socket);
  } else if (tcp.sendBytes > 0) sendProbe(world, socket);
  else return;
  const isLinear = tcp.state === "SYN_SENT" && tcp.retransmits <= SYN_LINEAR_TIMEOUTS;
  if (!isLinear) tcp.rto_ns = Math.min(2 * tcp.rto_ns, RTO_MAX_NS);
  armRetransmit(world, socket);
}

/** How often is tried again before giving up. */
function retries(netns: Netns, socket: Socket): number {
  const { state, orphan } = tcpOf(socket);
  if (state === "SYN_SENT") return netVar(netns, "net.ipv4.tcp_syn_retries") + SYN_LINEAR_TIMEOUTS;
  if (state === "SYN_RECV") return netVar(netns, "net.ipv4.tcp_synack_retries");
  return orphan ? 8 : netVar(netns, "net.ipv4.tcp_retries2");
}
