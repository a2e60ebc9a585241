/** nc: OpenBSD netcat (Debian 1.219-1): its beginning and its end. Left out: Unix sockets, proxies, TLS, -i, -r, -S, -T, -V. */
import { SECOND_NS } from "../../base/time.ts";
import { formatIpv4, IPV4_ANY } from "../../wire/address.ts";
import { servicePort } from "../../wire/filter/services.ts";
import { createResolver, failureText, lookUpAddress, lookUpName, resolverWake } from "../names/resolver.ts";
import { closeSocket, exit, fail, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { parseNc } from "./options.ts";
import { type Nc, NEXT_PORT, QUIT, type Step, TEST } from "./state.ts";
import { acceptTcp, connectTcp, listenTcp, tcpConnected } from "./tcp.ts";
import { beginTransfer, IDLE, turn } from "./transfer.ts";
import { connectUdp, listenUdp, meetUdp, testUdp } from "./udp.ts";

function start(sys: Sys, argv: string[]): void {
  const o = parseNc(sys, argv.slice(1));
  if (!o) return;
  const s: Nc = {
    o,
    resolver: createResolver(),
    address: IPV4_ANY,
    ports: [],
    listener: null,
    socket: null,
    report: null,
    tests: 0,
    transfer: null,
    status: o.listen ? 0 : 1,
  };
  sys.proc.locals = s;
  begin(sys, s);
}

/** Between two ports; the other end of the last has answered by then. */
const NEXT_PORT_NS = 300_000;

function portOf(text: string): number | null {
  const port = /^\d+$/.test(text) ? Number(text) : servicePort(text);
  return port !== null && port >= 1 && port <= 65_535 ? port : null;
}

/** A port or a range of them ("80-90"); empty if it is neither. */
function portsOf(text: string): number[] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  const [one, other] = range ? [Number(range[1]), Number(range[2])] : [portOf(text) ?? 0, portOf(text) ?? 0];
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (low < 1 || high > 65_535) return [];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

/** Resolves, then listens or connects. */
function begin(sys: Sys, s: Nc): void {
  const { o } = s;
  // A listener's port is getaddrinfo's to read, which takes it modulo 65536.
  const text = o.listen && /^\d+$/.test(o.port) ? String(Number(o.port) % 65_536) : o.port;
  s.ports = o.listen && text === "0" ? [0] : [text, ...o.morePorts].flatMap(portsOf);
  const bad = o.listen && text === "0" ? undefined : [text, ...o.morePorts].find((one) => portsOf(one).length === 0);
  if (o.listen && bad !== undefined && !/^\d+$/.test(bad)) return badService(sys);
  if (bad !== undefined) {
    const given = bad === text ? o.port : bad;
    return fail(sys, `nc: port number ${/^\d+$/.test(given) ? "too large" : "invalid"}: ${given}\n`, 1);
  }
  meet(sys, s);
}

/** remote_connect, local_listen: the host's name is asked for with each port. */
function meet(sys: Sys, s: Nc): void {
  const { o } = s;
  if (o.host !== null) {
    const answer = o.numeric && !/^[\d.]+$/.test(o.host) ? null : lookUpAddress(sys, s.resolver, o.host);
    if (!answer && s.resolver.query) return;
    const found = answer?.addresses[0];
    if (found === undefined) {
      const whom = o.listen ? "" : ` for host "${o.host}" port ${s.ports[0] ?? o.port}`;
      return fail(sys, `nc: getaddrinfo${whom}: ${failureText(answer?.failed ?? "noname")}\n`, 1);
    }
    s.address = found;
  }
  if (!o.listen) return step(sys, s, o.udp ? connectUdp(sys, s) : connectTcp(sys, s));
  if (o.udp) listenUdp(sys, s);
  else listenTcp(sys, s);
  goOn(sys, s);
}

/** A port that getaddrinfo has to read, which knows no such service. */
function badService(sys: Sys): void {
  fail(sys, `nc: getaddrinfo: Servname not supported for ai_socktype\n`, 1);
}

function step(sys: Sys, s: Nc, how: Step): void {
  if (sys.proc.exit !== null || how === "wait") return;
  if (how === "talk") return talk(sys, s);
  if (s.socket !== null) closeSocket(sys, s.socket);
  s.socket = null;
  s.tests = 0;
  s.ports.shift();
  if (s.ports.length === 0) return exit(sys, s.status);
  setTimer(sys, NEXT_PORT, NEXT_PORT_NS);
}

/** A listener: first says what is to be said, then looks whether somebody is there. */
function goOn(sys: Sys, s: Nc): void {
  if (sys.proc.exit !== null || !told(sys, s)) return;
  if (s.socket !== null) return talk(sys, s);
  const { udp, keep } = s.o;
  if (udp && keep) {
    s.socket = s.listener;
    return talk(sys, s);
  }
  if (udp ? meetUdp(sys, s) : acceptTcp(sys, s)) goOn(sys, s);
}

/** report_sock: an address by its name unless -n. False: the name is still asked for. */
function told(sys: Sys, s: Nc): boolean {
  const { report } = s;
  if (report === null) return true;
  const answer = s.o.numeric ? { name: null, failed: null } : lookUpName(sys, s.resolver, report.address);
  if (answer === null) return false;
  s.report = null;
  // The next one that comes is asked for anew.
  s.resolver = createResolver();
  const name = answer.name ?? formatIpv4(report.address);
  const text =
    answer.failed === "again"
      ? `nc: getnameinfo: ${failureText("again")}\n`
      : `${report.what} on ${name} ${report.port}\n`;
  write(sys, 2, text);
  return true;
}

function talk(sys: Sys, s: Nc): void {
  if (s.socket === null) return;
  s.transfer = beginTransfer(sys, s.o, s.socket);
  run(sys, s);
}

function run(sys: Sys, s: Nc): void {
  if (s.transfer === null || !turn(sys, s.transfer)) return;
  const { quit_s, listen } = s.o;
  if (quit_s !== null && quit_s > 0) {
    if (s.socket !== null) closeSocket(sys, s.socket);
    s.socket = null;
    s.transfer = null;
    s.listener = null;
    setTimer(sys, QUIT, quit_s * SECOND_NS);
  } else if (listen) hungUp(sys, s);
  else {
    s.transfer = null;
    step(sys, s, "next");
  }
}

/** A conversation of a listener is over: with -k the next one may begin. */
function hungUp(sys: Sys, s: Nc): void {
  s.transfer = null;
  if (!s.o.keep) return exit(sys, 0);
  if (s.socket !== null && s.socket !== s.listener) closeSocket(sys, s.socket);
  s.socket = null;
  goOn(sys, s);
}

function wake(sys: Sys, why: Wake): void {
  const s = sys.proc.locals as Nc;
  if (s.resolver.query !== null) {
    if (!resolverWake(sys, s.resolver, why)) return;
    return s.listener !== null ? goOn(sys, s) : meet(sys, s);
  }
  if (why.type === "timer" && why.slot === QUIT) return exit(sys, 0);
  if (s.transfer !== null) {
    if (why.type === "timer" && why.slot === IDLE) return idle(sys, s);
    if (why.type === "stdin") s.transfer.awaits = false;
    return run(sys, s);
  }
  if (s.o.listen) return goOn(sys, s);
  if (why.type === "timer" && why.slot === NEXT_PORT) {
    s.resolver = createResolver();
    return meet(sys, s);
  }
  if (why.type === "stdin" || s.socket === null) return;
  if (!s.o.udp) step(sys, s, tcpConnected(sys, s, why));
  else if (why.type === "timer" && why.slot === TEST) step(sys, s, testUdp(sys, s));
}

/** -w: nothing came and nothing went for so long. */
function idle(sys: Sys, s: Nc): void {
  if (s.o.listen) return hungUp(sys, s);
  s.transfer = null;
  step(sys, s, "next");
}

export const nc: Program = { path: "/usr/bin/nc", about: "send and receive over a socket", start, wake };
