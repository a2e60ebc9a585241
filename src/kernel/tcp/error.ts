/** ICMP errors about TCP segments: tcp_v4_err and tcp_v4_mtu_reduced of net/ipv4/tcp_ipv4.c. */
import type { Ipv4 } from "../../wire/address.ts";
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HOST_UNREACH, ICMP_NET_UNREACH } from "../../wire/icmpv4.ts";
import type { Netns, Socket, World } from "../types.ts";
import { tooLong } from "./ack.ts";
import { currentMss } from "./output.ts";
import { armRetransmit, tcpDone, tcpOf } from "./state.ts";
import { before } from "./types.ts";

/**
 * An error came about a segment of the connection with that number. Who still connects fails with `errno`, unless the
 * call has the socket's lock: then only if nothing else comes. An established connection outlives it, and sends smaller
 * segments if the way takes no more (its routes know by now).
 */
export function tcpError(
  world: World,
  netns: Netns,
  local: Ipv4,
  localPort: number,
  remote: Ipv4,
  remotePort: number,
  seq: number,
  type: number,
  code: number,
  errno: number,
): void {
  const socket = connection(world, netns, local, localPort, remote, remotePort);
  if (socket === null) return;
  const tcp = tcpOf(socket);
  if (tcp.state === "TIME_WAIT" || before(seq, tcp.sndUna) || before(tcp.sndNxt, seq)) return;
  if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) {
    tooLong(world, socket, currentMss(world, socket));
    return;
  }
  const isRoute = type === ICMP_DEST_UNREACH && (code === ICMP_NET_UNREACH || code === ICMP_HOST_UNREACH);
  const connects = tcp.state === "SYN_SENT" || tcp.state === "SYN_RECV";
  // Who doesn't wait inside connect(2) is told by poll(2), which looks at the queue of errors.
  if (connects && world.now_ns >= tcp.ownedUntil_ns) return tcpDone(world, socket, errno);
  tcp.softError = errno;
  if (isRoute && !connects && seq === tcp.sndUna) revertBackoff(world, socket);
}

/** tcp_ld_RTO_revert (RFC 6069): a router says that it was no congestion, so the timer need not have backed off. */
function revertBackoff(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  const head = tcp.sent[0];
  if (!head || tcp.retransmits === 0 || tcp.backoff === 0 || tcp.pending !== "retransmit") return;
  tcp.backoff--;
  armRetransmit(world, socket, head.sent_ns);
}

function connection(
  world: World,
  netns: Netns,
  local: Ipv4,
  localPort: number,
  remote: Ipv4,
  remotePort: number,
): Socket | null {
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    if (socket.type !== "tcp" || socket.localPort !== localPort || socket.remotePort !== remotePort) continue;
    if (socket.local === local && socket.remote === remote) return socket;
  }
  return null;
}
