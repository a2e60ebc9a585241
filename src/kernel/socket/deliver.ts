/**
 * Which sockets a packet is for: raw_v4_input (net/ipv4/raw.c), ping_rcv (ping.c), __udp4_lib_lookup and
 * __udp4_lib_mcast_deliver (udp.c). Each function says whether somebody took it; the frame stays the caller's.
 * `dev` is the device that the packet came in by, `iif` the one that sockets may be bound to (inet_iif): for what comes by
 * loopback that is the device whose address it was sent to.
 */
import { frameStart } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ICMP_HLEN, icmpIdentifier, icmpType } from "../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { UDP_HLEN, udpDestinationPort, udpLength, udpSourcePort } from "../../wire/udp.ts";
import { recordedRoute } from "../ipv4/options.ts";
import type { DevId, Netns, Socket, World } from "../types.ts";
import { deliverBytes } from "./queue.ts";

/** Whether a socket's addresses and device let a packet from `remote` to `local` in. */
export const socketMatches = (socket: Socket, local: Ipv4, remote: Ipv4, dev: DevId): boolean => {
  return (
    (socket.local === IPV4_ANY || socket.local === local) &&
    (socket.remote === IPV4_ANY || socket.remote === remote) &&
    (socket.dev === null || socket.dev === dev)
  );
};

/** Every raw socket of the protocol gets the packet, from its IP header on. */
export function rawDeliver(
  world: World,
  netns: Netns,
  dev: DevId,
  iif: DevId,
  frame: number,
  packet: number,
  pkttype: number,
): boolean {
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const protocol = ipv4Protocol(b, at);
  const source = ipv4Source(b, at);
  let isTaken = false;
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    if (socket.type !== "raw" || socket.protocol !== protocol) continue;
    if (!socketMatches(socket, ipv4Destination(b, at), source, iif)) continue;
    if (protocol === IPPROTO_ICMP && isFiltered(socket, b, at)) continue;
    isTaken = true;
    const end = at + ipv4TotalLength(b, at);
    deliverBytes(world, socket, frame, packet, dev, pkttype, at, end, source, 0, ipv4Ttl(b, at), protocol);
  }
  return isTaken;
}

/** icmp_filter */
function isFiltered(socket: Socket, b: Uint8Array, at: number): boolean {
  const headerLength = ipv4HeaderLength(b, at);
  if (ipv4TotalLength(b, at) < headerLength + ICMP_HLEN) return true;
  const type = icmpType(b, at + headerLength);
  return type < 32 && ((socket.icmpFilter >>> type) & 1) === 1;
}

/** An echo reply goes to the ping socket with its identifier, from its ICMP header on. */
export function pingDeliver(
  world: World,
  netns: Netns,
  dev: DevId,
  iif: DevId,
  frame: number,
  packet: number,
  pkttype: number,
): boolean {
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const icmp = at + ipv4HeaderLength(b, at);
  const source = ipv4Source(b, at);
  const socket = pingLookup(world, netns, ipv4Destination(b, at), iif, icmpIdentifier(b, icmp));
  if (socket === null) return false;
  const end = at + ipv4TotalLength(b, at);
  deliverBytes(world, socket, frame, packet, dev, pkttype, icmp, end, source, 0, ipv4Ttl(b, at), IPPROTO_ICMP);
  const message = icmp === at + IPV4_HLEN ? undefined : socket.queue.at(-1);
  if (message !== undefined) message.route = recordedRoute(b, at);
  return true;
}

/** ping_lookup: by identifier, own address and device. */
export const pingLookup = (world: World, netns: Netns, local: Ipv4, dev: DevId, ident: number): Socket | null => {
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    if (socket.type !== "ping" || socket.localPort !== ident) continue;
    if (socket.local !== IPV4_ANY && socket.local !== local) continue;
    if (socket.dev === null || dev < 0 || socket.dev === dev) return socket;
  }
  return null;
};

/** A datagram goes to the best matching socket, or if it was for a group to all that match; its payload only. */
export function udpDeliver(
  world: World,
  netns: Netns,
  dev: DevId,
  iif: DevId,
  frame: number,
  packet: number,
  pkttype: number,
  isGroup: boolean,
): boolean {
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const udp = at + ipv4HeaderLength(b, at);
  const source = ipv4Source(b, at);
  const port = udpSourcePort(b, udp);
  const taker = isGroup
    ? null
    : udpLookup(world, netns, ipv4Destination(b, at), udpDestinationPort(b, udp), source, port, iif);
  let isTaken = false;
  const give = (socket: Socket) => {
    const end = udp + udpLength(b, udp);
    const ttl = ipv4Ttl(b, at);
    deliverBytes(world, socket, frame, packet, dev, pkttype, udp + UDP_HLEN, end, source, port, ttl, IPPROTO_UDP);
    isTaken = true;
  };
  if (taker !== null) give(taker);
  if (!isGroup) return isTaken;
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    const local = ipv4Destination(b, at);
    if (udpScore(socket, local, udpDestinationPort(b, udp), source, port, iif) >= 0) give(socket);
  }
  return isTaken;
}

/** The socket that fits best (compute_score), or null. */
export function udpLookup(
  world: World,
  netns: Netns,
  local: Ipv4,
  localPort: number,
  remote: Ipv4,
  remotePort: number,
  dev: DevId,
): Socket | null {
  let best: Socket | null = null;
  let bestScore = -1;
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    const score = udpScore(socket, local, localPort, remote, remotePort, dev);
    if (score > bestScore) {
      best = socket;
      bestScore = score;
    }
  }
  return best;
}

/** How narrowly a socket asked for such a datagram; -1 when it is not for it. */
function udpScore(
  socket: Socket,
  local: Ipv4,
  localPort: number,
  remote: Ipv4,
  remotePort: number,
  dev: DevId,
): number {
  if (socket.type !== "udp" || socket.localPort !== localPort) return -1;
  if (dev >= 0 ? !socketMatches(socket, local, remote, dev) : socket.local !== IPV4_ANY && socket.local !== local) {
    return -1;
  }
  if (socket.remotePort !== 0 && socket.remotePort !== remotePort) return -1;
  return (socket.local !== IPV4_ANY ? 4 : 0) + (socket.remote !== IPV4_ANY ? 8 : 0) + (socket.dev !== null ? 4 : 0);
}
