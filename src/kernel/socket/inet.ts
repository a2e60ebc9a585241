/**
 * Binding, connecting and sending by IPv4 sockets: net/ipv4/af_inet.c, datagram.c, raw.c, ping.c, udp.c and the socket part
 * of ip_output.c (ip_append_data, __ip_make_skb). Left out: own IP headers (IP_HDRINCL), corking, options.
 */

import { randomBelow } from "../../base/random.ts";
import { addFrameSummed, frameStart, PAYLOAD_SUMMED, setFrameConfirms } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { setU16 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { emitIcmpEcho, ICMP_ECHO, ICMP_HLEN, icmpCode, icmpSequence, icmpType } from "../../wire/icmpv4.ts";
import { IP_DF, IPPROTO_ICMP, IPPROTO_UDP, IPV4, IPV4_HLEN, setIpv4Checksum } from "../../wire/ipv4.ts";
import { emitUdpHeader, setUdpChecksum, UDP_HLEN } from "../../wire/udp.ts";
import { EACCES, EADDRINUSE, EADDRNOTAVAIL, EDESTADDRREQ, EINVAL, EMSGSIZE, ENETUNREACH, ENOBUFS } from "../errno.ts";
import { ANY_DEV, inetAddrType } from "../fib/lookup.ts";
import { emitRecordRoute, RECORD_ROUTE_LENGTH } from "../ipv4/options.ts";
import { ipLocalOut, ipMakeFrame } from "../ipv4/output.ts";
import { routeConnect, routeOutput } from "../ipv4/route.ts";
import { createRtable, type Rtable } from "../ipv4/rtable.ts";
import { count, countIcmpOut, Mib } from "../snmp.ts";
import { netVar, netVarPair } from "../sysctl.ts";
import type { Netns, Socket, SocketId, World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";
import { queueLocalError } from "./queue.ts";
import { socket as socketOf } from "./socket.ts";

const MAX_DATAGRAM = 0xffff;
const RT = createRtable();

/**
 * Gives a socket its own address and port (identifier of a ping socket); IPV4_ANY and 0 leave them to the kernel.
 * EADDRNOTAVAIL, EADDRINUSE.
 */
export function socketBind(world: World, id: SocketId, address: Ipv4, port: number): number {
  const socket = socketOf(world, id);
  const netns = netnsOf(world, socket.netns);
  if (address !== IPV4_ANY && netVar(netns, "net.ipv4.ip_nonlocal_bind") === 0) {
    const type = inetAddrType(world, netns, address);
    if (type !== "local" && type !== "broadcast" && type !== "multicast") return EADDRNOTAVAIL;
  }
  const before = socket.local;
  socket.local = address;
  if (socket.type === "raw") return 0;
  const error = takePort(world, netns, socket, port);
  if (error < 0) socket.local = before;
  return error;
}

/** udp_v4_get_port, ping_get_port: the port that was asked for, or a free one. */
function takePort(world: World, netns: Netns, socket: Socket, port: number): number {
  if (port !== 0) {
    if (isPortTaken(world, netns, socket, port)) return EADDRINUSE;
    socket.localPort = port;
    return 0;
  }
  const isPing = socket.type === "ping";
  const [low, high] = isPing ? [1, 0xffff] : netVarPair(netns, "net.ipv4.ip_local_port_range");
  const count = high - low + 1;
  const first = randomBelow(world.random, count);
  for (let i = 0; i < count; i++) {
    const candidate = low + ((first + i) % count);
    if (isPortTaken(world, netns, socket, candidate)) continue;
    socket.localPort = candidate;
    return 0;
  }
  return EADDRINUSE;
}

function isPortTaken(world: World, netns: Netns, socket: Socket, port: number): boolean {
  return netns.sockets.some((id) => {
    const other = world.sockets[id] as Socket;
    if (other === socket || other.type !== socket.type || other.localPort !== port) return false;
    if (socket.reusePort && other.reusePort) return false;
    const sameAddress = other.local === IPV4_ANY || socket.local === IPV4_ANY || other.local === socket.local;
    return sameAddress && (other.dev === null || socket.dev === null || other.dev === socket.dev);
  });
}

/** Fixes the peer, and with it the own address. ENETUNREACH and the like when there is no route, EACCES for a broadcast. */
export function socketConnect(world: World, id: SocketId, address: Ipv4, port: number): number {
  const socket = socketOf(world, id);
  const netns = netnsOf(world, socket.netns);
  if (socket.localPort === 0 && socket.type !== "raw") {
    const error = takePort(world, netns, socket, 0);
    if (error < 0) return error;
  }
  const error = routeConnect(world, netns, address, socket.local, socket.dev ?? ANY_DEV, socket.tos, RT);
  if (error === ENETUNREACH) count(netns, Mib.IP_OUT_NO_ROUTES);
  if (error < 0) return error;
  if (RT.type === "broadcast" && !socket.broadcast) return EACCES;
  if (socket.local === IPV4_ANY) socket.local = RT.source;
  // Nothing as the address is this host.
  socket.remote = address === IPV4_ANY ? RT.source : address;
  socket.remotePort = port;
  return 0;
}

export interface Datagram {
  /** Where to; a connected socket's peer when left out. */
  address?: Ipv4;
  port?: number;
  /** raw: what stands behind the IP header; ping: an ICMP echo request, identifier and checksum of which the kernel sets. */
  payload: Uint8Array;
  /** MSG_CONFIRM: the next hop is known to answer. */
  confirm?: boolean;
  /** SO_DONTROUTE: only to whom a link leads. */
  dontRoute?: boolean;
  /** IP_OPTIONS: the packet shall record its route. */
  recordRoute?: boolean;
}

/**
 * sendto(2). Bytes sent, or an errno: EDESTADDRREQ without an address, EMSGSIZE (also put into the error queue of a socket
 * that wants errors), EACCES for a broadcast without SO_BROADCAST, EINVAL, what routing says, ENOBUFS with recvErr.
 */
export function sendTo(world: World, id: SocketId, datagram: Datagram): number {
  const socket = socketOf(world, id);
  const netns = netnsOf(world, socket.netns);
  // Raw sockets get their memory without looking at sk_err (ip_append_data without a transport header).
  if (socket.error !== 0 && socket.type !== "raw") {
    const error = socket.error;
    socket.error = 0;
    return error;
  }
  const { payload } = datagram;
  const address = datagram.address ?? socket.remote;
  const port = datagram.port ?? socket.remotePort;
  if (address === IPV4_ANY && datagram.address === undefined) return EDESTADDRREQ;
  if (payload.length > MAX_DATAGRAM) return EMSGSIZE;
  if (socket.type === "ping" && !isEcho(payload)) return EINVAL;
  if (socket.type === "udp" && port === 0) return EINVAL;
  if (socket.localPort === 0 && socket.type !== "raw") {
    const error = takePort(world, netns, socket, 0);
    if (error < 0) return error;
  }
  const error = routeOutput(world, netns, address, socket.local, socket.dev ?? ANY_DEV, socket.tos & 0x1c, RT);
  if (error === ENETUNREACH && socket.type !== "raw") count(netns, Mib.IP_OUT_NO_ROUTES);
  if (error < 0) return error;
  if (datagram.dontRoute === true && RT.gateway !== null) return ENETUNREACH;
  if (RT.type === "broadcast" && !socket.broadcast) return EACCES;
  // ip_sk_use_pmtu: who probes the path goes by the device's MTU, whatever was learned.
  if (socket.pmtuDisc === "probe") RT.mtu = world.devs[RT.dev]?.mtu ?? RT.mtu;
  const to = address === IPV4_ANY ? RT.source : address;
  return transmit(world, netns, socket, to, port, datagram);
}

function isEcho(payload: Uint8Array): boolean {
  return payload.length >= ICMP_HLEN && icmpType(payload, 0) === ICMP_ECHO && icmpCode(payload, 0) === 0;
}

function transmit(
  world: World,
  netns: Netns,
  socket: Socket,
  address: Ipv4,
  port: number,
  { payload, confirm, recordRoute }: Datagram,
): number {
  const headerLength = socket.type === "udp" ? UDP_HLEN : 0;
  const length = headerLength + payload.length;
  const limit = mayFragment(socket) ? MAX_DATAGRAM : RT.mtu;
  const options = recordRoute === true ? RECORD_ROUTE_LENGTH : 0;
  if (IPV4_HLEN + options + length > limit) {
    queueLocalError(world, socket, EMSGSIZE, address, port, RT.mtu);
    return EMSGSIZE;
  }
  const protocol = socket.type === "udp" ? IPPROTO_UDP : socket.type === "ping" ? IPPROTO_ICMP : socket.protocol;
  const ttl = RT.type === "multicast" ? 1 : socket.ttl;
  const flags = setsDf(socket, length, RT) ? IP_DF : 0;
  const frame = ipMakeFrame(world, netns, RT.source, address, protocol, options + length, flags, ttl, socket.tos);
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN + IPV4_HLEN + options;
  if (options !== 0) emitRecordRoute(pool.bytes, at - IPV4_HLEN - options, RT.source);
  pool.bytes.set(payload, at + headerLength);
  if (socket.type === "ping") {
    emitIcmpEcho(pool.bytes, at, ICMP_ECHO, socket.localPort, icmpSequence(payload, 0), payload.length - ICMP_HLEN);
  } else if (socket.type === "udp") {
    emitUdpHeader(pool.bytes, at, socket.localPort, port, length);
    setUdpChecksum(pool.bytes, at, length, RT.source, address);
    addFrameSummed(pool, frame, PAYLOAD_SUMMED);
  }
  if (flags !== 0 && !mayFragment(socket)) clearIdent(world, frame);
  if (protocol === IPPROTO_ICMP) countIcmpOut(netns, icmpType(pool.bytes, at));
  setFrameConfirms(pool, frame, confirm === true);
  const sent = ipLocalOut(world, frame, RT, socket.pid, protocol);
  if (sent < 0 && (sent !== ENOBUFS || socket.recvErr)) return sent;
  if (socket.type === "udp") count(netns, Mib.UDP_OUT_DATAGRAMS);
  return payload.length;
}

/** ip_sk_ignore_df: the socket lets what is too long for the path be cut. */
function mayFragment(socket: Socket): boolean {
  return socket.pmtuDisc === "want" || socket.pmtuDisc === "dont";
}

/** __ip_make_skb: whether the packet says "don't fragment". */
function setsDf(socket: Socket, length: number, rt: Rtable): boolean {
  if (socket.pmtuDisc === "do" || socket.pmtuDisc === "probe") return true;
  return socket.pmtuDisc === "want" && IPV4_HLEN + length <= rt.mtu;
}

/** Packets that nobody may cut need no identification (RFC 6864; ip_select_ident). */
function clearIdent(world: World, frame: number): void {
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  setU16(world.pool.bytes, at + IPV4.identification.offset, 0);
  setIpv4Checksum(world.pool.bytes, at);
}
