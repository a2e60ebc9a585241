/** nc over TCP: listening, accepting, connecting. */
import { SECOND_NS } from "../../base/time.ts";
import { EINPROGRESS, strerror } from "../../kernel/errno.ts";
import { socket, socketCreate, socketError } from "../../kernel/socket/socket.ts";
import { tcpAccept, tcpBind, tcpConnect, tcpListen, tcpState } from "../../kernel/tcp/api.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { serviceName, servicePort } from "../../wire/filter/services.ts";
import { knownAddress } from "../names/hosts.ts";
import { cancelTimer, fail, ownSocket, setTimer, write } from "../process.ts";
import type { Sys, Wake } from "../types.ts";
import type { Nc, Step } from "./state.ts";
import { IDLE } from "./transfer.ts";

export function listenTcp(sys: Sys, s: Nc): void {
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", 6));
  const own = socket(world, id);
  own.reusePort = true;
  const errno = tcpBind(world, id, s.address, s.ports[0] as number) || tcpListen(world, id, 1);
  if (errno < 0) return fail(sys, `nc: ${strerror(errno)}\n`, 1);
  if (s.o.verbose) s.report = { what: "Listening", address: own.local, port: own.localPort };
  s.listener = id;
}

/** Takes the oldest connection that waits. The listener stays until the end, so that others may wait. */
export function acceptTcp(sys: Sys, s: Nc): boolean {
  const id = s.listener === null ? -1 : tcpAccept(sys.world, s.listener, sys.proc.id);
  if (id < 0) return false;
  s.socket = ownSocket(sys, id);
  const { remote, remotePort } = socket(sys.world, id);
  if (s.o.verbose) s.report = { what: "Connection received", address: remote, port: remotePort };
  return true;
}

/** Begins to connect to the present port. */
export function connectTcp(sys: Sys, s: Nc): Step {
  const { world, proc } = sys;
  const { o } = s;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", 6));
  s.socket = id;
  if (!bindOwn(sys, s, (address, port) => tcpBind(world, id, address, port, false))) return "wait";
  const errno = tcpConnect(world, id, s.address, s.ports[0] as number);
  if (errno < 0 && errno !== EINPROGRESS) return notConnected(sys, s, `failed: ${strerror(errno)}`);
  if (o.timeout_s !== null) setTimer(sys, IDLE, o.timeout_s * SECOND_NS);
  return "wait";
}

/** -s and -p. False: refused, and nc has ended. */
export function bindOwn(sys: Sys, s: Nc, bind: (address: Ipv4, port: number) => number): boolean {
  const { source, sourcePort } = s.o;
  if (source === null && sourcePort === null) return true;
  const address = source === null ? IPV4_ANY : knownAddress(sys, source);
  // getaddrinfo takes a number modulo 65536.
  const port =
    sourcePort === null ? 0 : /^\d+$/.test(sourcePort) ? Number(sourcePort) % 65_536 : servicePort(sourcePort);
  if (address === null || port === null) {
    const why = port === null ? "Servname not supported for ai_socktype" : "Name or service not known";
    fail(sys, `nc: getaddrinfo: ${why}\n`, 1);
    return false;
  }
  const errno = bind(address, port);
  if (errno >= 0) return true;
  fail(sys, `nc: bind failed: ${strerror(errno)}\n`, 1);
  return false;
}

function notConnected(sys: Sys, s: Nc, how: string): Step {
  cancelTimer(sys, IDLE);
  if (s.o.verbose) write(sys, 2, `nc: connect to ${whereTo(s)} port ${s.ports[0]} (tcp) ${how}\n`);
  return "next";
}

/** The host as it was given, with its address if that is a name. */
export function whereTo(s: Nc): string {
  const number = formatIpv4(s.address);
  return s.o.host === number || s.o.host === null || s.o.numeric ? number : `${s.o.host} (${number})`;
}

/** "Connection to … succeeded!" */
export function succeeded(sys: Sys, s: Nc, protocol: "tcp" | "udp"): void {
  const port = s.ports[0] as number;
  const name = s.o.numeric ? null : serviceName(port, protocol);
  write(sys, 2, `Connection to ${whereTo(s)} ${port} port [${protocol}/${name ?? "*"}] succeeded!\n`);
}

/** A wake while the connection is being made: whether it stands. */
export function tcpConnected(sys: Sys, s: Nc, why: Wake): Step {
  if (why.type === "timer") return notConnected(sys, s, "timed out: Operation now in progress");
  if (why.type !== "socket" || why.socket !== s.socket) return "wait";
  const errno = socketError(sys.world, why.socket);
  if (errno < 0) return notConnected(sys, s, `failed: ${strerror(errno)}`);
  if (tcpState(sys.world, why.socket) === "SYN_SENT") return "wait";
  cancelTimer(sys, IDLE);
  s.status = 0;
  if (s.o.verbose) succeeded(sys, s, "tcp");
  return s.o.zero ? "next" : "talk";
}
