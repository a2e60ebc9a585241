/**
 * ICMP errors on their way to the sockets whose packets they are about: icmp_socket_deliver (net/ipv4/icmp.c), raw_err
 * (raw.c), ping_err (ping.c), __udp4_lib_err (udp.c).
 */
import { frameStart } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  icmpIdentifier,
  icmpType,
} from "../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { tcpDestinationPort, tcpSequenceNumber, tcpSourcePort } from "../../wire/tcp.ts";
import { UDP_HLEN, udpDestinationPort, udpSourcePort } from "../../wire/udp.ts";
import {
  ECONNREFUSED,
  EHOSTDOWN,
  EHOSTUNREACH,
  EMSGSIZE,
  ENETUNREACH,
  ENONET,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPROTO,
  EREMOTEIO,
} from "../errno.ts";
import { tcpError } from "../tcp/error.ts";
import type { Netns, Socket, World } from "../types.ts";
import { pingLookup, socketMatches, udpLookup } from "./deliver.ts";
import { queueError, type SocketError, wakeSocket } from "./queue.ts";

/** icmp_err_convert: the errno of each code of ICMP_DEST_UNREACH, and whether it is final. */
const UNREACHABLE: readonly { readonly errno: number; readonly fatal: boolean }[] = [
  { errno: ENETUNREACH, fatal: false },
  { errno: EHOSTUNREACH, fatal: false },
  { errno: ENOPROTOOPT, fatal: true },
  { errno: ECONNREFUSED, fatal: true },
  { errno: EMSGSIZE, fatal: false },
  { errno: EOPNOTSUPP, fatal: false },
  { errno: ENETUNREACH, fatal: true },
  { errno: EHOSTDOWN, fatal: true },
  { errno: ENONET, fatal: true },
  { errno: ENETUNREACH, fatal: true },
  { errno: EHOSTUNREACH, fatal: true },
  { errno: ENETUNREACH, fatal: false },
  { errno: EHOSTUNREACH, fatal: false },
  { errno: EHOSTUNREACH, fatal: true },
  { errno: EHOSTUNREACH, fatal: true },
  { errno: EHOSTUNREACH, fatal: true },
];

/**
 * Tells the sockets of an error. `quoted` is where the quoted packet begins in the pool's bytes, `length` how much of it there
 * is; `frame` holds the error itself. `info` is the MTU, the gateway, or the pointer that it names.
 */
export function icmpError(
  world: World,
  netns: Netns,
  frame: number,
  quoted: number,
  length: number,
  type: number,
  code: number,
  info: number,
): void {
  const b = world.pool.bytes;
  const protocol = ipv4Protocol(b, quoted);
  const local = ipv4Source(b, quoted);
  const remote = ipv4Destination(b, quoted);
  const from = ipv4Source(b, frameStart(world.pool, frame) + ETH_HLEN);
  const ttl = ipv4Ttl(b, frameStart(world.pool, frame) + ETH_HLEN);
  const at = quoted + ipv4HeaderLength(b, quoted);
  const end = quoted + length;
  // Of advice (quench, redirect) only ping sockets hear.
  const isAdvice = type === ICMP_SOURCE_QUENCH || type === ICMP_REDIRECT;
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    if (isAdvice || socket.type !== "raw" || socket.protocol !== protocol) continue;
    if (!socketMatches(socket, local, remote, socket.dev ?? -1)) continue;
    rawError(world, socket, { ...errorOf(socket, type, code), type, code, from, info }, remote, b.slice(at, end));
  }
  if (protocol === IPPROTO_ICMP && icmpType(b, at) === ICMP_ECHO) {
    const socket = pingLookup(world, netns, local, -1, icmpIdentifier(b, at));
    if (socket !== null) tellError(world, socket, type, code, from, info, remote, 0, b.slice(at, end));
  } else if (protocol === IPPROTO_UDP && !isAdvice) {
    const port = udpDestinationPort(b, at);
    const socket = udpLookup(world, netns, local, udpSourcePort(b, at), remote, port, -1);
    const payload = b.slice(Math.min(at + UDP_HLEN, end), end);
    if (socket !== null) tellError(world, socket, type, code, from, info, remote, port, payload, ttl);
  } else if (protocol === IPPROTO_TCP && !isAdvice && length >= at - quoted + 8) {
    const { errno } = errorOf(null, type, code);
    const [own, peer] = [tcpSourcePort(b, at), tcpDestinationPort(b, at)];
    tcpError(world, netns, local, own, remote, peer, tcpSequenceNumber(b, at), type, code, errno);
  }
}

function errorOf(socket: Socket | null, type: number, code: number): { errno: number; fatal: boolean } {
  if (type === ICMP_PARAMETERPROB) return { errno: EPROTO, fatal: true };
  if (type === ICMP_SOURCE_QUENCH || type === ICMP_REDIRECT) return { errno: EREMOTEIO, fatal: false };
  if (type !== ICMP_DEST_UNREACH) return { errno: EHOSTUNREACH, fatal: false };
  if (code === ICMP_FRAG_NEEDED) return { errno: EMSGSIZE, fatal: socket?.pmtuDisc !== "dont" };
  return UNREACHABLE[code] ?? { errno: EHOSTUNREACH, fatal: true };
}

/** raw_err: only for who asked for errors, or is connected and the error is final. */
function rawError(
  world: World,
  socket: Socket,
  error: SocketError & { fatal: boolean },
  about: Ipv4,
  bytes: Uint8Array,
): void {
  if (!socket.recvErr && socket.remote === IPV4_ANY) return;
  const { errno, type, code, from, info, fatal } = error;
  if (socket.recvErr || fatal) socket.error = errno;
  if (socket.recvErr) queueError(world, socket, { errno, type, code, from, info }, about, 0, bytes);
  else if (fatal) wakeSocket(world, socket);
}

/** ping_err and __udp4_lib_err: as `rawError`, but a path's MTU is no error to who lets packets be cut. */
function tellError(
  world: World,
  socket: Socket,
  type: number,
  code: number,
  from: Ipv4,
  info: number,
  about: Ipv4,
  port: number,
  bytes: Uint8Array,
  ttl = 0,
): void {
  const { errno, fatal } = errorOf(socket, type, code);
  if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED && !fatal) return;
  const isConnected = socket.remote !== IPV4_ANY;
  if (!socket.recvErr && !(fatal && isConnected)) return;
  socket.error = errno;
  if (socket.recvErr) queueError(world, socket, { errno, type, code, from, info }, about, port, bytes, ttl);
  else wakeSocket(world, socket);
}
