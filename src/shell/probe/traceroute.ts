/**
 * traceroute 2.1.2 (Dmitry Butskoy's, which Debian has), by UDP and ICMP. It keeps up to 16 probes under way: first it sends
 * all that it may, one after the other, then it looks what has come; so this program does, with the time that a send takes.
 * Left out: TCP and other methods, AS numbers, MTU discovery, IPv6.
 */
import { SECOND_NS } from "../../base/time.ts";
import { strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { Message, SocketId } from "../../kernel/types.ts";
import { devByName } from "../../kernel/world.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import {
  emitIcmpEcho,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  icmpIdentifier,
  icmpSequence,
  icmpType,
} from "../../wire/icmpv4.ts";
import { IPV4_HLEN, ipv4HeaderLength } from "../../wire/ipv4.ts";
import { UDP_HLEN } from "../../wire/udp.ts";
import { knownAddress } from "../names/hosts.ts";
import {
  createResolver,
  failureText,
  lookUpAddress,
  lookUpName,
  type Resolver,
  resolverWake,
} from "../names/resolver.ts";
import { capable, closeSocket, dieOf, exit, fail, ownSocket, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { parseTraceroute, type TraceOptions } from "./traceroute-options.ts";

/** Timer slots: the next send, and the end of a wait. */
const SEND = 0;
const POLL = 1;
/** What building and sending a probe takes. */
const SEND_NS = 40_000;
/** DEF_WAIT_PREC: added to a time before it is taken as a measure for others. */
const PRECISION_NS = 1_000_000;
const FIRST_PORT = 33_434;
const UDP_CONST_PORT = 53;

interface Probe {
  sent_ns: number | null;
  received_ns: number | null;
  from: Ipv4 | null;
  /** "!H" and the like. */
  note: string;
  done: boolean;
  final: boolean;
  socket: SocketId | null;
}

interface Trace {
  o: TraceOptions;
  resolver: Resolver;
  target: Ipv4;
  device: number | null;
  source: Ipv4;
  /** The one socket of ICMP. */
  socket: SocketId | null;
  raw: boolean;
  identifier: number;
  probes: Probe[];
  /** First probe that is not printed, first that need not be sent. */
  start: number;
  end: number;
  /** Where the sending round stands: next probe, probes under way; null between rounds. */
  round: { at: number; under: number } | null;
  lastSend_ns: number | null;
  names: Record<number, string>;
}

interface Locals {
  o: TraceOptions;
  resolver: Resolver;
  trace: Trace | null;
}

function start(sys: Sys, argv: string[]): void {
  const o = parseTraceroute(sys, argv.slice(1));
  if (!o) return;
  const locals: Locals = { o, resolver: createResolver(), trace: null };
  sys.proc.locals = locals;
  resolveTarget(sys, locals);
}

function resolveTarget(sys: Sys, locals: Locals): void {
  const { o } = locals;
  const answer = lookUpAddress(sys, locals.resolver, o.target);
  if (!answer) return;
  const target = answer.addresses[0];
  if (target !== undefined) return begin(sys, locals, target);
  const why = failureText(answer.failed ?? "noname");
  fail(
    sys,
    `${o.target}: ${why}\nCannot handle "host" cmdline arg \`${o.target}' on position 1 (argc ${sys.proc.argv.length - 1})\n`,
    2,
  );
}

function begin(sys: Sys, locals: Locals, target: Ipv4): void {
  const { o } = locals;
  const device = o.device === null ? null : devByName(sys.world, sys.proc.netns, o.device);
  if (o.device !== null && !device) return fail(sys, `setsockopt SO_BINDTODEVICE: No such device\n`, 1);
  const source = o.source === null ? IPV4_ANY : knownAddress(sys, o.source);
  if (source === null) return fail(sys, `bad source address ${o.source}\n`, 2);
  const size = `${o.maxHops} hops max, ${o.length} byte packets`;
  const empty = (): Probe => ({
    sent_ns: null,
    received_ns: null,
    from: null,
    note: "",
    done: false,
    final: false,
    socket: null,
  });
  const count = o.maxHops * o.queries;
  const t: Trace = {
    o,
    resolver: locals.resolver,
    target,
    device: device?.id ?? null,
    source,
    socket: null,
    raw: false,
    identifier: sys.proc.pid & 0xffff,
    probes: Array.from({ length: count }, empty),
    start: (o.firstHop - 1) * o.queries,
    end: count,
    round: null,
    lastSend_ns: null,
    names: {},
  };
  if (o.method === "icmp" && !openIcmp(sys, t)) return;
  write(sys, 1, `traceroute to ${o.target} (${formatIpv4(target)}), ${size}`);
  locals.trace = t;
  proceed(sys, t);
}

/** Options that all sockets of traceroute have; an errno if the target cannot be reached. */
function prepare(sys: Sys, t: Trace, id: SocketId, port: number): number {
  const s = socket(sys.world, id);
  s.dev = t.device;
  s.recvErr = true;
  s.tos = t.o.tos;
  s.pmtuDisc = t.o.dontFragment ? "do" : "dont";
  const bound = t.source === IPV4_ANY ? 0 : socketBind(sys.world, id, t.source, 0);
  return bound < 0 ? bound : socketConnect(sys.world, id, t.target, port);
}

function openIcmp(sys: Sys, t: Trace): boolean {
  const { world, proc } = sys;
  t.raw = capable(sys, "NET_RAW");
  const id = socketCreate(world, proc.netns, proc.id, t.raw ? "raw" : "ping", 1);
  if (id < 0) {
    fail(sys, "You do not have enough privileges to use this traceroute method.\nsocket: Operation not permitted\n", 1);
    return false;
  }
  t.socket = ownSocket(sys, id);
  const errno = prepare(sys, t, id, 0);
  if (errno < 0) {
    fail(sys, `connect: ${strerror(errno)}\n`, 1);
    return false;
  }
  if (!t.raw) t.identifier = socket(world, id).localPort;
  return true;
}

/** Goes on until there is nothing to do but wait. */
function proceed(sys: Sys, t: Trace): void {
  while (sys.proc.exit === null) {
    if (t.start >= t.end) {
      write(sys, 1, "\n");
      return exit(sys, 0);
    }
    t.round ??= { at: t.start, under: 0 };
    const next = sendRound(sys, t, t.round);
    if (next === "wait" || sys.proc.exit !== null) return;
    t.round = null;
    if (t.start >= t.end) continue;
    if (!poll(sys, t)) return setTimer(sys, POLL, Math.max(next - sys.world.now_ns, 1));
  }
}

/**
 * One walk over the probes under way: prints what is done, sends what may be sent. "wait": a send or a name takes its time;
 * else the time at which the first of them expires.
 */
function sendRound(sys: Sys, t: Trace, round: NonNullable<Trace["round"]>): number | "wait" {
  const now = sys.world.now_ns;
  let next = Number.POSITIVE_INFINITY;
  for (; round.at < t.end && round.under < t.o.atOnce; round.at++) {
    const n = round.at;
    const probe = t.probes[n] as Probe;
    if (!probe.done && probe.sent_ns !== null && probe.sent_ns + timeout(t, n) <= now) expire(sys, probe);
    if (probe.done) {
      if (n === t.start) {
        if (!print(sys, t, n)) return "wait";
        t.start++;
      }
      if (probe.final) t.end = Math.min(t.end, (Math.floor(n / t.o.queries) + 1) * t.o.queries);
      continue;
    }
    if (probe.sent_ns === null) {
      const due = t.lastSend_ns === null ? now : t.lastSend_ns + t.o.send_s * SECOND_NS;
      if (due > now) return Math.min(next, due);
      if (!send(sys, t, n)) return "wait";
      round.at++;
      round.under++;
      setTimer(sys, SEND, SEND_NS);
      return "wait";
    }
    next = Math.min(next, probe.sent_ns + timeout(t, n));
    round.under++;
  }
  return next;
}

/** How long a probe is waited for, ns: shorter once its hop, or a farther one, has answered. */
function timeout(t: Trace, n: number): number {
  const { wait_s, hereFactor, nearFactor, queries } = t.o;
  const limit = wait_s * SECOND_NS;
  const took = (p: Probe | undefined) => (p?.done && p.received_ns !== null ? p.received_ns - (p.sent_ns ?? 0) : 0);
  const hop = n - (n % queries);
  for (let i = hop; i < hop + queries; i++) {
    const time = took(t.probes[i]);
    if (hereFactor > 0 && time > 0) return Math.min((time + PRECISION_NS) * hereFactor, limit);
  }
  for (let i = n + 1; i < t.end && nearFactor > 0; i++) {
    const time = took(t.probes[i]);
    if (time > 0) return Math.min((time + PRECISION_NS) * nearFactor, limit);
  }
  return limit;
}

function expire(sys: Sys, probe: Probe): void {
  probe.done = true;
  drop(sys, probe);
}

function drop(sys: Sys, probe: Probe): void {
  if (probe.socket !== null) closeSocket(sys, probe.socket);
  probe.socket = null;
}

/** False: it could not be sent, and traceroute has ended. */
function send(sys: Sys, t: Trace, n: number): boolean {
  const probe = t.probes[n] as Probe;
  const ttl = Math.floor(n / t.o.queries) + 1;
  const errno = t.o.method === "icmp" ? sendIcmp(sys, t, n, ttl) : sendUdp(sys, t, n, ttl);
  if (errno < 0) {
    fail(sys, `\nconnect: ${strerror(errno)}\n`, 1);
    return false;
  }
  probe.sent_ns = sys.world.now_ns;
  t.lastSend_ns = sys.world.now_ns;
  return true;
}

function sendIcmp(sys: Sys, t: Trace, n: number, ttl: number): number {
  const id = t.socket as SocketId;
  socket(sys.world, id).ttl = ttl;
  const length = Math.max(t.o.length - IPV4_HLEN - ICMP_HLEN, 0);
  const bytes = filled(ICMP_HLEN + length, ICMP_HLEN);
  emitIcmpEcho(bytes, 0, ICMP_ECHO, t.identifier, (n + 1) & 0xffff, length);
  return sendTo(sys.world, id, { payload: bytes });
}

function sendUdp(sys: Sys, t: Trace, n: number, ttl: number): number {
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  const port =
    t.o.method === "udp-const"
      ? (t.o.port ?? UDP_CONST_PORT)
      : (t.o.port ?? FIRST_PORT) + n - (t.o.firstHop - 1) * t.o.queries;
  (t.probes[n] as Probe).socket = id;
  const errno = prepare(sys, t, id, port & 0xffff);
  if (errno < 0) return errno;
  socket(world, id).ttl = ttl;
  return sendTo(world, id, { payload: filled(Math.max(t.o.length - IPV4_HLEN - UDP_HLEN, 0), 0) });
}

/** Bytes '@', 'A' … behind the header. */
function filled(length: number, header: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = header; i < length; i++) bytes[i] = 0x40 + ((i - header) & 0x3f);
  return bytes;
}

/** Reads what has come: one message of the ICMP socket, or one of each UDP socket. False: nothing has. */
function poll(sys: Sys, t: Trace): boolean {
  if (t.socket !== null) {
    const message = socketRecv(sys.world, t.socket);
    if (message) receiveIcmp(sys, t, message);
    return message !== null;
  }
  let any = false;
  for (const probe of t.probes.slice(t.start, t.end)) {
    const message = probe.socket === null ? null : socketRecv(sys.world, probe.socket);
    if (!message) continue;
    any = true;
    settle(sys, t, probe, message);
  }
  return any;
}

function receiveIcmp(sys: Sys, t: Trace, message: Message): void {
  const { bytes } = message;
  const at = t.raw && !message.error ? ipv4HeaderLength(bytes, 0) : 0;
  if (bytes.length < at + ICMP_HLEN || icmpIdentifier(bytes, at) !== t.identifier) return;
  if (!message.error && icmpType(bytes, at) !== ICMP_ECHOREPLY) return;
  const probe = t.probes[icmpSequence(bytes, at) - 1];
  if (probe && !probe.done) settle(sys, t, probe, message);
}

/** An answer to a probe: from the target itself, or an error from whoever is on the way. */
function settle(sys: Sys, t: Trace, probe: Probe, message: Message): void {
  const { error } = message;
  probe.done = true;
  probe.received_ns = message.t_ns;
  probe.from = error && error.type >= 0 ? error.from : error ? t.source : message.source;
  probe.final = !error || error.type === ICMP_DEST_UNREACH || error.type < 0;
  if (error?.type === ICMP_DEST_UNREACH) probe.note = unreachable(error.code, error.info);
  drop(sys, probe);
}

function unreachable(code: number, info: number): string {
  if (code === 3) return "";
  if (code === 4) return `!F-${info}`;
  return (
    {
      0: "!N",
      6: "!N",
      11: "!N",
      1: "!H",
      7: "!H",
      8: "!H",
      12: "!H",
      2: "!P",
      5: "!S",
      9: "!X",
      10: "!X",
      13: "!X",
      14: "!V",
      15: "!C",
    }[code] ?? `!<${code}>`
  );
}

/** Prints a probe; false: its name is still looked up. */
function print(sys: Sys, t: Trace, n: number): boolean {
  const probe = t.probes[n] as Probe;
  const first = n % t.o.queries === 0;
  let text = first ? `\n${String(Math.floor(n / t.o.queries) + 1).padStart(2)} ` : "";
  if (probe.from === null) text += " *";
  else {
    const name = nameOf(sys, t, probe.from);
    if (name === null) return false;
    const before = t.probes.slice(n - (n % t.o.queries), n).findLast((p) => p.from !== null);
    if (before?.from !== probe.from) text += ` ${name}`;
    text += `  ${(((probe.received_ns ?? 0) - (probe.sent_ns ?? 0)) / 1e6).toFixed(3)} ms`;
    if (probe.note !== "") text += ` ${probe.note}`;
  }
  write(sys, 1, text);
  return true;
}

function nameOf(sys: Sys, t: Trace, address: Ipv4): string | null {
  const number = formatIpv4(address);
  if (t.o.numeric) return number;
  if (t.names[address] === undefined) {
    const answer = lookUpName(sys, t.resolver, address);
    if (!answer) return null;
    t.names[address] = answer.name ?? number;
  }
  return `${t.names[address]} (${number})`;
}

function wake(sys: Sys, why: Wake): void {
  const locals = sys.proc.locals as Locals;
  if (why.type === "signal") return dieOf(sys, why.signal);
  const answered = resolverWake(sys, locals.resolver, why);
  if (!locals.trace) {
    if (answered) resolveTarget(sys, locals);
    return;
  }
  const t = locals.trace;
  // While it sends or looks a name up, it looks at nothing else.
  const busy = t.round !== null || t.resolver.query !== null;
  const due = why.type === "timer" && (why.slot === SEND || (why.slot === POLL && !busy));
  if (answered || due || (why.type === "socket" && !busy)) proceed(sys, t);
}

export const traceroute: Program = {
  path: "/usr/sbin/traceroute",
  about: "the routers on the way",
  start,
  wake,
};
