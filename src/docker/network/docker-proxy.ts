/**
 * docker-proxy, the userland proxy of a published port (libnetwork's cmd/proxy): it listens on the host, and what reaches it
 * there, past the DNAT rules, it carries to the container. Not for SCTP.
 */
import { SECOND_NS } from "../../base/time.ts";
import { EAGAIN, strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socketClose, socketCreate, socketError, socketRecv } from "../../kernel/socket/socket.ts";
import {
  tcpAccept,
  tcpBind,
  tcpConnect,
  tcpListen,
  tcpRecv,
  tcpSend,
  tcpShutdown,
  tcpState,
} from "../../kernel/tcp/api.ts";
import type { Pid, SocketId } from "../../kernel/types.ts";
import { cancelTimer, closeSocket, ownSocket, proc, setTimer, signalProc, spawn } from "../../shell/process.ts";
import type { ProcId, Program, Sys, Wake } from "../../shell/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ipv4.ts";
import type { DockerWorld, Engine, PublishedPort } from "../types.ts";

const NAME = "docker-proxy";
/** Go listens with net.core.somaxconn. */
const BACKLOG = 4096;
/** From accept to dial, and from reading to writing: goroutines that wait their turn. */
const DIAL_NS = 500_000;
const COPY_NS = 100_000;
/** UDPConnTrackTimeout */
const UDP_IDLE_NS = 90 * SECOND_NS;

/** One client's two connections. `toBack` and `toFront` wait to be sent. */
interface Pair {
  front: SocketId;
  back: SocketId | null;
  dialed: boolean;
  toBack: Uint8Array[];
  toFront: Uint8Array[];
  frontEnded: boolean;
  backEnded: boolean;
}

/** A client of a UDP port, and the socket that speaks for it. */
interface UdpClient {
  address: Ipv4;
  port: number;
  socket: SocketId;
}

interface Proxy {
  listener: SocketId;
  address: Ipv4;
  port: number;
  udp: boolean;
  pairs: Pair[];
  clients: UdpClient[];
}

/** Starts the proxy of a port; its process, null where none is wanted, or why dockerd could not start it. */
export function startProxy(
  world: DockerWorld,
  engine: Engine,
  address: Ipv4,
  binding: PublishedPort,
): ProcId | string | null {
  const { protocol, hostIp, hostPort, port } = binding;
  const listener = openListener(world, engine, binding);
  if (listener === null || typeof listener === "string") return listener;
  const host = ["-proto", protocol, "-host-ip", hostIp, "-host-port", String(hostPort)];
  const inside = ["-container-ip", formatIpv4(address), "-container-port", String(port)];
  const locals: Proxy = { listener, address, port, udp: protocol === "udp", pairs: [], clients: [] };
  const argv = ["/usr/bin/docker-proxy", ...host, ...inside];
  const id = spawn(world, proc(world, engine.daemon), {
    program: NAME,
    argv,
    newGroup: true,
    delay_ns: 0,
    // The last is the pipe by which it tells dockerd that it stands.
    fds: [null, null, null, null],
    locals,
  });
  give(world, listener, id);
  return id;
}

/** dockerd's socket on a published port; null for SCTP, which nobody listens to here, or why there is none. */
export function openListener(world: DockerWorld, engine: Engine, binding: PublishedPort): SocketId | string | null {
  const { protocol, hostIp, hostPort } = binding;
  if (protocol === "sctp") return null;
  const daemon = proc(world, engine.daemon);
  const udp = protocol === "udp";
  const listener = socketCreate(world, daemon.netns, daemon.id, udp ? "udp" : "tcp", udp ? IPPROTO_UDP : IPPROTO_TCP);
  const own = parseIpv4(hostIp) ?? IPV4_ANY;
  const bound = udp ? socketBind(world, listener, own, hostPort) : tcpBind(world, listener, own, hostPort);
  const errno = bound < 0 || udp ? bound : tcpListen(world, listener, BACKLOG);
  if (errno < 0) {
    socketClose(world, listener);
    const words = strerror(errno);
    const why = `listen ${protocol}4 ${hostIp}:${hostPort}: bind: ${words[0]?.toLowerCase()}${words.slice(1)}`;
    return `Error starting userland proxy: ${why}`;
  }
  return listener;
}

export function closeListener(world: DockerWorld, listener: SocketId): void {
  socketClose(world, listener);
}

/** The socket is the process's from now on. */
function give(world: DockerWorld, socket: SocketId, to: Pid): void {
  const record = world.sockets[socket];
  if (record) record.pid = to;
  proc(world, to).sockets.push(socket);
}

export function stopProxy(world: DockerWorld, id: ProcId): void {
  signalProc(world, {}, id, "SIGKILL");
}

function acceptAll(sys: Sys, s: Proxy): void {
  const { world, proc: p } = sys;
  for (let id = tcpAccept(world, s.listener, p.id); id >= 0; id = tcpAccept(world, s.listener, p.id)) {
    const front = ownSocket(sys, id);
    s.pairs.push({ front, back: null, dialed: false, toBack: [], toFront: [], frontEnded: false, backEnded: false });
    setTimer(sys, front, DIAL_NS);
  }
}

function dial(sys: Sys, s: Proxy, pair: Pair): void {
  const { world, proc: p } = sys;
  const back = ownSocket(sys, socketCreate(world, p.netns, p.id, "tcp", IPPROTO_TCP));
  pair.back = back;
  tcpConnect(world, back, s.address, s.port);
}

/** Reads one side into the other's queue; it is written a moment later. */
function read(sys: Sys, s: Proxy, pair: Pair, isFront: boolean): void {
  const id = isFront ? pair.front : (pair.back as SocketId);
  const got = tcpRecv(sys.world, id);
  if (got === EAGAIN) return flush(sys, s, pair);
  if (typeof got === "number") return end(sys, s, pair);
  if (got !== null) (isFront ? pair.toBack : pair.toFront).push(got);
  else if (isFront) pair.frontEnded = true;
  else pair.backEnded = true;
  setTimer(sys, pair.front, COPY_NS);
}

/** Writes what can be written, hands on the ends, and closes both when both have ended. */
function flush(sys: Sys, s: Proxy, pair: Pair): void {
  if (pair.back === null || !pair.dialed) return;
  pour(sys, pair.toBack, pair.back);
  pour(sys, pair.toFront, pair.front);
  if (pair.frontEnded && pair.toBack.length === 0) tcpShutdown(sys.world, pair.back);
  if (pair.backEnded && pair.toFront.length === 0) tcpShutdown(sys.world, pair.front);
  if (pair.frontEnded && pair.backEnded && pair.toBack.length + pair.toFront.length === 0) end(sys, s, pair);
}

function pour(sys: Sys, from: Uint8Array[], into: SocketId): void {
  for (let next = from[0]; next !== undefined; next = from[0]) {
    const taken = tcpSend(sys.world, into, next);
    if (taken === EAGAIN) return;
    if (taken < 0 || taken === next.length) from.shift();
    else from[0] = next.slice(taken);
  }
}

function end(sys: Sys, s: Proxy, pair: Pair): void {
  s.pairs = s.pairs.filter((other) => other !== pair);
  cancelTimer(sys, pair.front);
  closeSocket(sys, pair.front);
  if (pair.back !== null) closeSocket(sys, pair.back);
}

function backReady(sys: Sys, s: Proxy, pair: Pair): void {
  if (!pair.dialed) {
    const id = pair.back as SocketId;
    if (socketError(sys.world, id) < 0 || tcpState(sys.world, id) === "CLOSE") return end(sys, s, pair);
    if (tcpState(sys.world, id) === "SYN_SENT") return;
    pair.dialed = true;
    // What the client has sent meanwhile.
    read(sys, s, pair, true);
  }
  read(sys, s, pair, false);
}

function serveTcp(sys: Sys, s: Proxy, why: Wake): void {
  if (why.type === "socket" && why.socket === s.listener) return acceptAll(sys, s);
  const id = why.type === "socket" ? why.socket : why.type === "timer" ? why.slot : -1;
  const pair = s.pairs.find((one) => one.front === id || one.back === id);
  if (!pair) return;
  if (why.type === "timer" && pair.back === null) dial(sys, s, pair);
  else if (why.type === "timer") flush(sys, s, pair);
  else if (id === pair.back) backReady(sys, s, pair);
  else if (pair.dialed) read(sys, s, pair, true);
}

function serveUdp(sys: Sys, s: Proxy, why: Wake): void {
  const { world, proc: p } = sys;
  const id = why.type === "socket" ? why.socket : why.type === "timer" ? why.slot : -1;
  const known = s.clients.find((one) => one.socket === id);
  if (why.type === "timer") {
    if (known) closeSocket(sys, known.socket);
    s.clients = s.clients.filter((one) => one !== known);
    return;
  }
  for (let m = socketRecv(world, id); m; m = socketRecv(world, id)) {
    if (known) {
      sendTo(world, s.listener, { address: known.address, port: known.port, payload: m.bytes });
      continue;
    }
    let client = s.clients.find((one) => one.address === m?.source && one.port === m.sourcePort);
    if (!client) {
      const socket = ownSocket(sys, socketCreate(world, p.netns, p.id, "udp", IPPROTO_UDP));
      socketConnect(world, socket, s.address, s.port);
      client = { address: m.source, port: m.sourcePort, socket };
      s.clients.push(client);
    }
    setTimer(sys, client.socket, UDP_IDLE_NS);
    sendTo(world, client.socket, { payload: m.bytes });
  }
}

export const dockerProxyProgram: Program = {
  path: "/usr/bin/docker-proxy",
  // Its socket is open already when it starts.
  start() {},
  wake(sys, why) {
    const s = sys.proc.locals as Proxy | undefined;
    if (!s || (why.type !== "socket" && why.type !== "timer")) return;
    if (s.udp) serveUdp(sys, s, why);
    else serveTcp(sys, s, why);
  },
};
