/**
 * TCP for programs: the calls on a stream socket, none of which blocks. SOCKET_READY (the wake "socket") comes when a
 * connection stands or failed, when something can be read or accepted, when all that was sent has arrived, and at the end.
 * `socketCreate(…, "tcp", 6)` makes the socket, `socketClose` closes it, `socketError` says why a connection failed.
 */

import { randomBelow, randomU32 } from "../../base/random.ts";
import { MS_NS } from "../../base/time.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  EINPROGRESS,
  EINVAL,
  EISCONN,
  ENETUNREACH,
  ENOTCONN,
  EPIPE,
} from "../errno.ts";
import { ANY_DEV, inetAddrType } from "../fib/lookup.ts";
import { routeConnect } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { count, Mib } from "../snmp.ts";
import { wakeSocket } from "../socket/queue.ts";
import { netVar, netVarPair } from "../sysctl.ts";
import type { Netns, Pid, Socket, SocketId, World } from "../types.ts";
import { tcpShutdown as shutdownSend } from "./close.ts";
import { RCV_WSCALE } from "./input.ts";
import { advertisedMss, sendAck, sendSyn } from "./output.ts";
import { armRetransmit, tcpOf } from "./state.ts";
import { seqAdd, type TcpState } from "./types.ts";
import { tcpPush } from "./write.ts";

const RT = createRtable();
/** What a socket takes from a program before it must wait (SO_SNDBUF). */
const SEND_BUFFER = 87_040;

function stream(world: World, id: SocketId): { socket: Socket; netns: Netns } {
  const socket = world.sockets[id] as Socket;
  return { socket, netns: world.netns[socket.netns] as Netns };
}

export function tcpState(world: World, id: SocketId): TcpState {
  return tcpOf(stream(world, id).socket).state;
}

/**
 * bind(2): EADDRINUSE, EADDRNOTAVAIL. Port 0 takes a free one.
 * @param reuse SO_REUSEADDR, which every server sets
 */
export function tcpBind(world: World, id: SocketId, address: Ipv4, port: number, reuse = true): number {
  const { socket, netns } = stream(world, id);
  if (address !== IPV4_ANY && netVar(netns, "net.ipv4.ip_nonlocal_bind") === 0) {
    if (inetAddrType(world, netns, address) !== "local") return EADDRNOTAVAIL;
  }
  socket.reuseAddr = reuse;
  if (port !== 0 && isBound(world, netns, socket, address, port)) return EADDRINUSE;
  socket.local = address;
  socket.localPort = port === 0 ? freePort(world, netns, socket, isAnyOnes) : port;
  return socket.localPort === 0 ? EADDRINUSE : 0;
}

/** inet_csk_bind_conflict: who overlaps must let the port be shared, and a listener does so only by SO_REUSEPORT. */
function isBound(world: World, netns: Netns, socket: Socket, address: Ipv4, port: number): boolean {
  return netns.sockets.some((otherId) => {
    const other = world.sockets[otherId] as Socket;
    if (other === socket || other.type !== socket.type || other.localPort !== port || !other.tcp) return false;
    if (socket.reuseAddr && other.reuseAddr && other.tcp.state !== "LISTEN" && other.tcp.state !== "CLOSE")
      return false;
    if (socket.reusePort && other.reusePort) return false;
    const sameAddress = other.local === IPV4_ANY || address === IPV4_ANY || other.local === address;
    return sameAddress && (other.dev === null || socket.dev === null || other.dev === socket.dev);
  });
}

const isAnyOnes = (): boolean => true;

/** A port of the range that no socket of which `isTaken` holds has; 0 when there is none. */
function freePort(world: World, netns: Netns, socket: Socket, isTaken: (other: Socket) => boolean): number {
  const [low, high] = netVarPair(netns, "net.ipv4.ip_local_port_range");
  const count = high - low + 1;
  const first = randomBelow(world.random, count);
  const taken = new Set<number>();
  for (const id of netns.sockets) {
    const other = world.sockets[id] as Socket;
    if (other.type === socket.type && isTaken(other)) taken.add(other.localPort);
  }
  for (let i = 0; i < count; i++) {
    const port = low + ((first + i) % count);
    if (!taken.has(port)) return port;
  }
  return 0;
}

/** __inet_hash_connect: connections to other places leave a port free for this one. */
function connectPort(world: World, netns: Netns, socket: Socket, address: Ipv4, port: number): number {
  return freePort(world, netns, socket, (other) => {
    if (other.tcp?.state === "LISTEN" || other.tcp?.state === "CLOSE") return true;
    return other.remote === address && other.remotePort === port;
  });
}

/** listen(2): EADDRINUSE, EINVAL. The backlog is cut to net.core.somaxconn. */
export function tcpListen(world: World, id: SocketId, backlog: number): number {
  const { socket, netns } = stream(world, id);
  const tcp = tcpOf(socket);
  if (tcp.state !== "CLOSE" && tcp.state !== "LISTEN") return EINVAL;
  if (socket.localPort === 0) {
    const error = tcpBind(world, id, socket.local, 0);
    if (error < 0) return error;
  }
  tcp.state = "LISTEN";
  tcp.backlog = Math.min(backlog, netVar(netns, "net.core.somaxconn"));
  return 0;
}

/** The oldest connection that waits at a listener; it belongs to process `pid` from now on. EAGAIN: none waits. */
export function tcpAccept(world: World, id: SocketId, pid: Pid): number {
  const next = tcpOf(stream(world, id).socket).accept.shift();
  if (next === undefined) return EAGAIN;
  const { socket } = stream(world, next);
  const tcp = tcpOf(socket);
  socket.pid = pid;
  tcp.listener = null;
  if (tcp.recvBytes > 0 || tcp.finReceived) wakeSocket(world, socket);
  return next;
}

/** A SYN's way to its answer near by: all that time connect(2) has the socket's lock, unless the way takes a timer. */
const OWNED_NS = 2 * MS_NS;

/**
 * connect(2): EINPROGRESS, and a wake once it is known how it went; or what routing says, EISCONN, EADDRNOTAVAIL.
 * @param blocks the program waits inside the call
 */
export function tcpConnect(world: World, id: SocketId, address: Ipv4, port: number, blocks = false): number {
  const { socket, netns } = stream(world, id);
  const tcp = tcpOf(socket);
  if (tcp.state !== "CLOSE") return tcp.state === "LISTEN" ? EINVAL : EISCONN;
  const error = routeConnect(world, netns, address, socket.local, socket.dev ?? ANY_DEV, socket.tos, RT);
  if (error === ENETUNREACH) count(netns, Mib.IP_OUT_NO_ROUTES);
  if (error < 0) return error;
  if (RT.type === "broadcast" || RT.type === "multicast") return ENETUNREACH;
  const to = address === IPV4_ANY ? RT.source : address;
  if (socket.localPort === 0) socket.localPort = connectPort(world, netns, socket, to, port);
  if (socket.localPort === 0) return EADDRNOTAVAIL;
  if (socket.local === IPV4_ANY) socket.local = RT.source;
  socket.remote = to;
  socket.remotePort = port;
  if (hasTwin(world, netns, socket)) {
    socket.remotePort = 0;
    return EADDRNOTAVAIL;
  }
  tcp.state = "SYN_SENT";
  if (blocks) tcp.ownedUntil_ns = world.now_ns + OWNED_NS;
  tcp.timestamps = netVar(netns, "net.ipv4.tcp_timestamps") !== 0;
  tcp.iss = randomU32(world.random);
  tcp.tsOffset = randomU32(world.random);
  tcp.ident = randomBelow(world.random, 0x1_0000);
  tcp.sndUna = tcp.iss;
  tcp.sndNxt = seqAdd(tcp.iss, 1);
  tcp.rcvWscale = netVar(netns, "net.ipv4.tcp_window_scaling") === 0 ? 0 : RCV_WSCALE;
  const mss = advertisedMss(world, socket);
  tcp.rcvSpace = Math.max(mss, Math.floor(0xffff / mss) * mss);
  sendSyn(world, socket);
  count(netns, Mib.TCP_ACTIVE_OPENS);
  armRetransmit(world, socket);
  return EINPROGRESS;
}

/** __inet_check_established: the same two ends are connected already, or were until just now. */
function hasTwin(world: World, netns: Netns, socket: Socket): boolean {
  return netns.sockets.some((id) => {
    const other = world.sockets[id] as Socket;
    if (other === socket || other.type !== socket.type || other.localPort !== socket.localPort) return false;
    return other.local === socket.local && other.remote === socket.remote && other.remotePort === socket.remotePort;
  });
}

/** send(2): bytes taken, EAGAIN while the buffer is full (the wake comes when it is empty), EPIPE, ENOTCONN, the socket's error. */
export function tcpSend(world: World, id: SocketId, data: Uint8Array): number {
  const { socket } = stream(world, id);
  const tcp = tcpOf(socket);
  if (socket.error !== 0) {
    const { error } = socket;
    socket.error = 0;
    return error;
  }
  if (tcp.finQueued) return EPIPE;
  if (tcp.state === "SYN_SENT" || tcp.state === "SYN_RECV") return EAGAIN;
  if (tcp.state !== "ESTABLISHED" && tcp.state !== "CLOSE_WAIT") return socket.remotePort === 0 ? ENOTCONN : EPIPE;
  const room = Math.max(0, SEND_BUFFER - tcp.sendBytes);
  const taken = Math.min(room, data.length);
  if (taken === 0 && data.length > 0) return EAGAIN;
  tcp.sendQueue.push(data.slice(0, taken));
  tcp.sendBytes += taken;
  tcpPush(world, socket);
  return taken;
}

/** recv(2) with MSG_PEEK: a copy of all bytes that wait; null at the end of the stream; EAGAIN: nothing yet; or the error, which stays. */
export function tcpPeek(world: World, id: SocketId): Uint8Array | number | null {
  const { socket } = stream(world, id);
  const tcp = tcpOf(socket);
  if (tcp.recvBytes > 0) return joined(tcp.recvQueue, tcp.recvBytes);
  if (socket.error !== 0) return socket.error;
  if (tcp.finReceived) return null;
  return tcp.state === "CLOSE" || tcp.state === "LISTEN" ? ENOTCONN : EAGAIN;
}

/**
 * recv(2): the bytes that wait; null at the end of the stream; EAGAIN: nothing yet; or the socket's error.
 * @param most so many of them; all if left out
 */
export function tcpRecv(world: World, id: SocketId, most?: number): Uint8Array | number | null {
  const { socket } = stream(world, id);
  const tcp = tcpOf(socket);
  if (tcp.recvBytes > 0) return take(world, socket, most ?? tcp.recvBytes);
  if (socket.error !== 0) {
    const { error } = socket;
    socket.error = 0;
    return error;
  }
  if (tcp.finReceived) return null;
  return tcp.state === "CLOSE" || tcp.state === "LISTEN" ? ENOTCONN : EAGAIN;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function take(world: World, socket: Socket, most: number): Uint8Array {
  const tcp = tcpOf(socket);
  const all = joined(tcp.recvQueue, tcp.recvBytes);
  const wasShut = tcp.rcvSpace - tcp.recvBytes < 1 << tcp.rcvWscale;
  tcp.recvQueue = most < all.length ? [all.slice(most)] : [];
  tcp.recvBytes = Math.max(all.length - most, 0);
  // __tcp_cleanup_rbuf: who found the window shut must hear that it is open.
  if (wasShut && tcp.state === "ESTABLISHED") sendAck(world, socket);
  return most < all.length ? all.slice(0, most) : all;
}

/** setsockopt(2) of TCP_CORK: what doesn't fill a segment is held back; taken off, it goes. */
export function tcpCork(world: World, id: SocketId, on: boolean): void {
  const { socket } = stream(world, id);
  tcpOf(socket).corked = on;
  if (!on) tcpPush(world, socket);
}

/** shutdown(2) with SHUT_WR: a FIN follows what was sent. 0 or ENOTCONN. */
export function tcpShutdown(world: World, id: SocketId): number {
  const { socket } = stream(world, id);
  const { state } = tcpOf(socket);
  if (state === "CLOSE" || state === "LISTEN" || state === "SYN_SENT") return ENOTCONN;
  shutdownSend(world, socket);
  return 0;
}
