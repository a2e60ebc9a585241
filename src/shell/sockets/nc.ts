/** nc: OpenBSD netcat (Debian 1.219-1): its beginning, and UDP. Left out: Unix sockets, proxies, TLS. */
import { SECOND_NS } from "../../base/time.ts";
import { strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketError, socketRecv } from "../../kernel/socket/socket.ts";
import type { SocketId } from "../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { knownAddress } from "../names/hosts.ts";
import { createResolver, failureText, lookUpAddress, type Resolver, resolverWake } from "../names/resolver.ts";
import { serviceName, servicePort } from "../names/services.ts";
import { awaitInput, exit, fail, ownSocket, readAll, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { type NcOptions, parseNc } from "./nc-options.ts";
import { beginTcp, type NcTcp, startTcp, wakeTcp } from "./nc-tcp.ts";
import { fromUtf8, toUtf8 } from "./utf8.ts";

/** Timer slots: -w, -q, and the pause between two test datagrams of -z. */
const IDLE = 0;
const QUIT = 1;
const TEST = 2;
/** udptest: so many datagrams, a second apart. */
const TESTS = 4;

interface Nc {
  o: NcOptions;
  resolver: Resolver;
  socket: SocketId | null;
  /** A peer is known: datagrams can be sent. */
  connected: boolean;
  /** Stdin has not ended. */
  reading: boolean;
  tests: number;
  tcp: NcTcp | null;
}

function start(sys: Sys, argv: string[]): void {
  const o = parseNc(sys, argv.slice(1));
  if (!o) return;
  const s: Nc = {
    o,
    resolver: createResolver(),
    socket: null,
    connected: false,
    reading: !o.noStdin,
    tests: 0,
    tcp: null,
  };
  sys.proc.locals = s;
  begin(sys, s);
}

function portOf(text: string): number | null {
  const port = /^\d+$/.test(text) ? Number(text) : servicePort(text);
  return port !== null && port >= 1 && port <= 65_535 ? port : null;
}

/** A port or a range of them ("80-90"); empty if it is neither. */
function portsOf(text: string): number[] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  const [low, high] = range ? [Number(range[1]), Number(range[2])] : [portOf(text) ?? 0, portOf(text) ?? 0];
  if (low < 1 || high > 65_535 || low > high) return [];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

/** Resolves, then listens or connects. */
function begin(sys: Sys, s: Nc): void {
  const { o } = s;
  const ports = portsOf(o.port ?? "");
  const port = ports[0];
  if (port === undefined) {
    return fail(sys, `nc: port number ${/^\d+$/.test(o.port ?? "") ? "too large" : "invalid"}: ${o.port}\n`, 1);
  }
  let address = IPV4_ANY;
  if (o.host !== null) {
    const answer = lookUpAddress(sys, s.resolver, o.host);
    if (!answer) return;
    const found = answer.addresses[0];
    if (found === undefined) {
      const why = failureText(answer.failed ?? "noname");
      return fail(sys, `nc: getaddrinfo for host "${o.host}" port ${o.port}: ${why}\n`, 1);
    }
    address = found;
  }
  if (!o.udp) {
    s.tcp = beginTcp(o, address, ports);
    return startTcp(sys, s.tcp);
  }
  const id = ownSocket(sys, socketCreate(sys.world, sys.proc.netns, sys.proc.id, "udp", 17));
  s.socket = id;
  socket(sys.world, id).broadcast = o.broadcast;
  if (o.listen) listen(sys, s, id, address, port);
  else connect(sys, s, id, address, port);
}

function listen(sys: Sys, s: Nc, id: SocketId, address: Ipv4, port: number): void {
  const errno = socketBind(sys.world, id, address, port);
  if (errno < 0) return fail(sys, `nc: ${strerror(errno)}\n`, 1);
  if (s.o.verbose) write(sys, 2, `Bound on ${formatIpv4(address)} ${port}\n`);
}

function connect(sys: Sys, s: Nc, id: SocketId, address: Ipv4, port: number): void {
  const { o } = s;
  const source = o.source === null ? IPV4_ANY : knownAddress(sys, o.source);
  const own = o.sourcePort === null ? 0 : portOf(o.sourcePort);
  if (source === null || own === null) return fail(sys, `nc: getaddrinfo: Name or service not known\n`, 1);
  const bound = source === IPV4_ANY && own === 0 ? 0 : socketBind(sys.world, id, source, own);
  if (bound < 0) return fail(sys, `nc: bind failed: ${strerror(bound)}\n`, 1);
  const errno = socketConnect(sys.world, id, address, port);
  if (errno < 0) {
    const said = o.verbose ? `nc: connect to ${o.host} port ${port} (udp) failed: ${strerror(errno)}\n` : "";
    return fail(sys, said, 1);
  }
  s.connected = true;
  if (o.zero || o.verbose) return testPort(sys, s);
  transfer(sys, s);
}

/** -z and -v: datagrams "X" go out; unless one is refused the port is taken for open. */
function testPort(sys: Sys, s: Nc): void {
  const id = s.socket as SocketId;
  const refused =
    socketError(sys.world, id) < 0 || (s.tests < TESTS && sendTo(sys.world, id, { payload: toUtf8("X") }) < 0);
  if (refused) return exit(sys, 1);
  if (s.tests++ < TESTS) return setTimer(sys, TEST, s.o.zero || s.tests > 1 ? SECOND_NS : 0);
  const { remote, remotePort } = socket(sys.world, id);
  const name = s.o.numeric ? null : serviceName(remotePort, "udp");
  if (s.o.verbose) {
    const where = s.o.host === formatIpv4(remote) ? s.o.host : `${s.o.host} (${formatIpv4(remote)})`;
    write(sys, 2, `Connection to ${where} ${remotePort} port [udp/${name ?? "*"}] succeeded!\n`);
  }
  if (s.o.zero) return exit(sys, 0);
  transfer(sys, s);
}

/** readwrite: stdin to the peer, the peer to stdout. */
function transfer(sys: Sys, s: Nc): void {
  if (s.reading && s.connected) pump(sys, s);
  rearm(sys, s);
}

/** The idle time begins anew. */
function rearm(sys: Sys, s: Nc): void {
  if (s.o.timeout_s !== null && s.connected && sys.proc.exit === null) setTimer(sys, IDLE, s.o.timeout_s * SECOND_NS);
}

function pump(sys: Sys, s: Nc): void {
  const { text, eof } = readAll(sys);
  if (text !== "" && s.socket !== null) sendTo(sys.world, s.socket, { payload: toUtf8(text) });
  if (!eof) return awaitInput(sys);
  s.reading = false;
  if (s.o.quit_s !== null) setTimer(sys, QUIT, s.o.quit_s * SECOND_NS);
}

function receive(sys: Sys, s: Nc): void {
  const id = s.socket as SocketId;
  if (socketError(sys.world, id) < 0) return exit(sys, 0);
  for (let m = socketRecv(sys.world, id); m; m = socketRecv(sys.world, id)) {
    if (m.error) return exit(sys, 0);
    if (!s.connected) meet(sys, s, id, m.source, m.sourcePort);
    write(sys, 1, fromUtf8(m.bytes));
    if (sys.proc.exit !== null) return;
  }
  transfer(sys, s);
}

/** A listener talks to whoever sent it the first datagram, with -k to everybody. */
function meet(sys: Sys, s: Nc, id: SocketId, address: Ipv4, port: number): void {
  if (s.o.verbose) write(sys, 2, `Connection received on ${formatIpv4(address)} ${port}\n`);
  if (s.o.keep) return;
  socketConnect(sys.world, id, address, port);
  s.connected = true;
}

function wake(sys: Sys, why: Wake): void {
  const s = sys.proc.locals as Nc;
  if (s.tcp) return wakeTcp(sys, s.tcp, why);
  if (s.socket === null) {
    if (resolverWake(sys, s.resolver, why)) begin(sys, s);
    return;
  }
  if (why.type === "timer") {
    if (why.slot === TEST) testPort(sys, s);
    else exit(sys, 0);
  } else if (why.type === "socket" && why.socket === s.socket) {
    if (s.tests === 0 || s.tests > TESTS) receive(sys, s);
  } else if (why.type === "stdin" && s.reading) {
    transfer(sys, s);
  }
}

export const nc: Program = { path: "/usr/bin/nc", about: "send and receive over a socket", start, wake };
