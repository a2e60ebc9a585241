/**
 * Sockets made, read and closed: net/socket.c, net/ipv4/af_inet.c. A process learns that something came by the event
 * SOCKET_READY. Options are the fields of the record (types.ts): who opens a socket may set ttl, tos, broadcast, recvErr,
 * pmtuDisc, rcvbuf, dev (SO_BINDTODEVICE) and icmpFilter directly. Capabilities are the caller's to check.
 */
import { bug } from "../../base/assert.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { EACCES } from "../errno.ts";
import { tapAttach, tapDetach } from "../netdev/tap.ts";
import { truesize } from "../skb.ts";
import { netVar, netVarPair } from "../sysctl.ts";
import { tcpClose } from "../tcp/close.ts";
import { createTcp } from "../tcp/types.ts";
import type { Message, Netns, NetnsId, Pid, Socket, SocketId, World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";

export const socket = (world: World, id: SocketId): Socket => {
  return world.sockets[id] ?? bug(`no socket ${id}`);
};

/**
 * A new socket of a process; its id, or EACCES for a ping socket where ping_group_range does not have group 0.
 * @param protocol IP protocol of a raw socket, EtherType of a packet socket (3 is all)
 */
export function socketCreate(world: World, netnsId: NetnsId, pid: Pid, type: Socket["type"], protocol: number): number {
  const netns = netnsOf(world, netnsId);
  if (type === "ping") {
    const [low, high] = netVarPair(netns, "net.ipv4.ping_group_range");
    if (low > 0 || high < 0 || low > high) return EACCES;
  }
  const id = world.sockets.length;
  const made = newSocket(netns, id, pid, type, protocol);
  made.created_ns = world.now_ns;
  world.sockets.push(made);
  if (type === "packet") tapAttach(world, id);
  else netns.sockets.push(id);
  return id;
}

/** A socket as it is before anything was asked of it. */
export function newSocket(netns: Netns, id: SocketId, pid: Pid, type: Socket["type"], protocol: number): Socket {
  return {
    id,
    created_ns: 0,
    netns: netns.id,
    pid,
    type,
    protocol,
    dev: null,
    local: IPV4_ANY,
    localPort: 0,
    remote: IPV4_ANY,
    remotePort: 0,
    broadcast: false,
    reuseAddr: false,
    reusePort: false,
    recvErr: false,
    error: 0,
    icmpFilter: 0,
    ttl: netVar(netns, "net.ipv4.ip_default_ttl"),
    tos: 0,
    pmtuDisc: netVar(netns, "net.ipv4.ip_no_pmtu_disc") !== 0 ? "dont" : "want",
    queue: [],
    queuedBytes: 0,
    rcvbuf: netVar(netns, "net.core.rmem_default"),
    drops: 0,
    tcp: type === "tcp" || type === "tcp6" ? createTcp() : null,
  };
}

/** Closes a socket; what it had not read is lost. A connection ends by itself (tcp/close.ts), unless its namespace is gone. */
export function socketClose(world: World, id: SocketId): void {
  const closed = socket(world, id);
  if (closed.tcp !== null && world.netns[closed.netns]) return tcpClose(world, closed);
  if (closed.type === "packet") tapDetach(world, id);
  const netns = world.netns[closed.netns];
  if (netns) netns.sockets = netns.sockets.filter((other) => other !== id);
  world.sockets[id] = null;
}

/** The oldest message that waits, or null. Reading the last ICMP error clears the pending one (sock_dequeue_err_skb). */
export function socketRecv(world: World, id: SocketId): Message | null {
  const from = socket(world, id);
  const message = from.queue.shift();
  if (message === undefined) return null;
  from.queuedBytes -= truesize(message.bytes.length);
  if (message.error !== null && message.error.type >= 0) {
    from.error = from.queue.find((next) => next.error !== null && next.error.type >= 0)?.error?.errno ?? 0;
  }
  world.received.packet = message.packet;
  world.received.t_ns = message.t_ns;
  return message;
}

/** The pending error of a socket (SO_ERROR), negative, or 0; asking clears it. */
export function socketError(world: World, id: SocketId): number {
  const from = socket(world, id);
  const error = from.error;
  from.error = 0;
  return error;
}
