/** nc over TCP: connecting to one or several ports, listening, and carrying stdin and stdout. */
import { SECOND_NS } from "../../base/time.ts";
import { EAGAIN, EINPROGRESS, strerror } from "../../kernel/errno.ts";
import { socket, socketCreate, socketError } from "../../kernel/socket/socket.ts";
import { tcpAccept, tcpBind, tcpConnect, tcpListen, tcpRecv, tcpSend, tcpState } from "../../kernel/tcp/api.ts";
import { tcpShutdown } from "../../kernel/tcp/close.ts";
import type { SocketId } from "../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { knownAddress } from "../names/hosts.ts";
import { serviceName } from "../names/services.ts";
import { awaitInput, cancelTimer, closeSocket, exit, fail, ownSocket, readAll, setTimer, write } from "../process.ts";
import type { Sys, Wake } from "../types.ts";
import type { NcOptions } from "./nc-options.ts";
import { fromUtf8, toUtf8 } from "./utf8.ts";

/** Timer slots: -w and -q. */
const IDLE = 0;
const QUIT = 1;

export interface NcTcp {
  o: NcOptions;
  address: Ipv4;
  /** Ports still to be tried, the present one first. */
  ports: number[];
  listener: SocketId | null;
  socket: SocketId | null;
  /** The connection stands. */
  open: boolean;
  /** Bytes from stdin that the socket has not taken. */
  unsent: Uint8Array;
  /** Stdin has not ended. */
  reading: boolean;
  status: number;
}

export function beginTcp(o: NcOptions, address: Ipv4, ports: number[]): NcTcp {
  const unsent = new Uint8Array(0);
  return { o, address, ports, listener: null, socket: null, open: false, unsent, reading: !o.noStdin, status: 1 };
}

/** Listens, or connects to the first port. */
export function startTcp(sys: Sys, s: NcTcp): void {
  if (s.o.listen) listen(sys, s);
  else connect(sys, s);
}

function listen(sys: Sys, s: NcTcp): void {
  const { world, proc } = sys;
  const port = s.ports[0] as number;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", 6));
  const errno = tcpBind(world, id, s.address, port) || tcpListen(world, id, 1);
  if (errno < 0) return fail(sys, `nc: ${strerror(errno)}\n`, 1);
  if (s.o.verbose) write(sys, 2, `Listening on ${formatIpv4(s.address)} ${port}\n`);
  s.listener = id;
}

function accept(sys: Sys, s: NcTcp, listener: SocketId): void {
  if (s.socket !== null) return;
  const id = tcpAccept(sys.world, listener, sys.proc.id);
  if (id < 0) return;
  s.socket = ownSocket(sys, id);
  s.open = true;
  const { remote, remotePort } = socket(sys.world, id);
  if (s.o.verbose) write(sys, 2, `Connection received on ${formatIpv4(remote)} ${remotePort}\n`);
  if (!s.o.keep) {
    closeSocket(sys, listener);
    s.listener = null;
  }
  transfer(sys, s);
}

/** Tries the next port; without one nc ends. */
function connect(sys: Sys, s: NcTcp): void {
  const port = s.ports[0];
  if (port === undefined) return exit(sys, s.status);
  const { world, proc } = sys;
  const { o } = s;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", 6));
  s.socket = id;
  const source = o.source === null ? IPV4_ANY : knownAddress(sys, o.source);
  const own = o.sourcePort === null ? 0 : Number(o.sourcePort);
  if (source === null || Number.isNaN(own)) return fail(sys, "nc: getaddrinfo: Name or service not known\n", 1);
  if (source !== IPV4_ANY || own !== 0) {
    const bound = tcpBind(world, id, source, own);
    if (bound < 0) return fail(sys, `nc: bind failed: ${strerror(bound)}\n`, 1);
  }
  const errno = tcpConnect(world, id, s.address, port);
  if (errno < 0 && errno !== EINPROGRESS) return notConnected(sys, s, port, `failed: ${strerror(errno)}`);
  if (o.timeout_s !== null) setTimer(sys, IDLE, o.timeout_s * SECOND_NS);
}

function notConnected(sys: Sys, s: NcTcp, port: number, how: string): void {
  if (s.o.verbose) write(sys, 2, `nc: connect to ${where(s)} port ${port} (tcp) ${how}\n`);
  next(sys, s);
}

function where(s: NcTcp): string {
  const number = formatIpv4(s.address);
  return s.o.host === number || s.o.host === null ? number : `${s.o.host} (${number})`;
}

function next(sys: Sys, s: NcTcp): void {
  cancelTimer(sys, IDLE);
  if (s.socket !== null) closeSocket(sys, s.socket);
  s.socket = null;
  s.open = false;
  s.ports.shift();
  connect(sys, s);
}

function connected(sys: Sys, s: NcTcp, port: number): void {
  s.open = true;
  s.status = 0;
  const name = s.o.numeric ? null : serviceName(port, "tcp");
  if (s.o.verbose) write(sys, 2, `Connection to ${where(s)} ${port} port [tcp/${name ?? "*"}] succeeded!\n`);
  if (s.o.zero) return next(sys, s);
  transfer(sys, s);
}

/** Stdin to the socket, the socket to stdout, as far as both go now. */
function transfer(sys: Sys, s: NcTcp): void {
  if (s.o.timeout_s !== null) setTimer(sys, IDLE, s.o.timeout_s * SECOND_NS);
  send(sys, s);
  if (sys.proc.exit === null) receive(sys, s);
}

function send(sys: Sys, s: NcTcp): void {
  const id = s.socket as SocketId;
  if (s.reading && s.unsent.length === 0) {
    const { text, eof } = readAll(sys);
    s.unsent = toUtf8(text);
    if (eof) {
      s.reading = false;
      if (s.o.quit_s !== null) setTimer(sys, QUIT, s.o.quit_s * SECOND_NS);
    } else awaitInput(sys);
  }
  if (s.unsent.length > 0) {
    const taken = tcpSend(sys.world, id, s.unsent);
    if (taken < 0 && taken !== EAGAIN) return exit(sys, 0);
    s.unsent = s.unsent.slice(Math.max(taken, 0));
  }
  if (!s.reading && s.unsent.length === 0 && s.o.shutdown) tcpShutdown(sys.world, socket(sys.world, id));
}

function receive(sys: Sys, s: NcTcp): void {
  const id = s.socket as SocketId;
  for (let got = tcpRecv(sys.world, id); got !== EAGAIN; got = tcpRecv(sys.world, id)) {
    if (got === null || typeof got === "number") return over(sys, s);
    write(sys, 1, fromUtf8(got));
    if (sys.proc.exit !== null) return;
  }
}

/** The other end has closed: the end of nc, or with -k of this connection. */
function over(sys: Sys, s: NcTcp): void {
  if (s.listener === null) return exit(sys, 0);
  if (s.socket !== null) closeSocket(sys, s.socket);
  s.socket = null;
  s.open = false;
  accept(sys, s, s.listener);
}

export function wakeTcp(sys: Sys, s: NcTcp, why: Wake): void {
  const port = s.ports[0] as number;
  if (why.type === "timer") {
    if (s.open || why.slot === QUIT) return exit(sys, 0);
    return notConnected(sys, s, port, `timed out: Operation now in progress`);
  }
  if (why.type === "stdin" && s.open) return transfer(sys, s);
  if (why.type !== "socket") return;
  if (why.socket === s.listener) return accept(sys, s, why.socket);
  if (why.socket !== s.socket) return;
  if (s.open) return transfer(sys, s);
  const errno = socketError(sys.world, why.socket);
  if (errno < 0) return notConnected(sys, s, port, `failed: ${strerror(errno)}`);
  if (tcpState(sys.world, why.socket) !== "SYN_SENT") connected(sys, s, port);
}
