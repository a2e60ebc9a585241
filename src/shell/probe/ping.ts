/**
 * ping: iputils 20221126, IPv4. Its main loop as a record: probes are sent when `pinger` says so, between them it sleeps
 * until a message or the time comes. Left out: timestamps, source routes, marks, patterns, IPv6.
 */
import { randomBelow } from "../../base/random.ts";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { EACCES, EINVAL, EMSGSIZE, ENOBUFS, EPERM, strerror } from "../../kernel/errno.ts";
import { RECORD_ROUTE_LENGTH } from "../../kernel/ipv4/options.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketClose, socketCreate } from "../../kernel/socket/socket.ts";
import { timerExpiry } from "../../kernel/timer.ts";
import type { DevId } from "../../kernel/types.ts";
import { devByName } from "../../kernel/world.ts";
import { formatIpv4, IPV4_ANY, type Ipv4, inetAton, isMulticastIpv4, parseIpv4 } from "../../wire/address.ts";
import { DNS_TYPE_A } from "../../wire/dns.ts";
import {
  emitIcmpEcho,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from "../../wire/icmpv4.ts";
import { IPV4_HLEN } from "../../wire/ipv4.ts";
import {
  createResolver,
  failureText,
  lookUpAddress,
  lookUpName,
  type Resolver,
  resolverWake,
} from "../names/resolver.ts";
import { capable, dieOf, fail, ownSocket, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { type PingOptions, parsePing } from "./ping-options.ts";
import { filterOf, receiveAll, routeOf } from "./ping-receive.ts";
import {
  countSent,
  finish,
  inFlight,
  isEnough,
  MIN_INTERVAL_MS,
  type PingState,
  snapshot,
  timeOfDay,
} from "./ping-state.ts";

interface PingLocals {
  o: PingOptions;
  resolver: Resolver;
  /** Null until the target's address is known. */
  running: PingState | null;
}

/** Timer slots: the next look at what to do, and the end (SIGALRM). */
const NEXT = 0;
const END = 1;

function start(sys: Sys, argv: string[]): void {
  const o = parsePing(sys, argv.slice(1));
  if (!o) return;
  const locals: PingLocals = { o, resolver: createResolver(), running: null };
  sys.proc.locals = locals;
  resolveTarget(sys, locals);
}

/** Looks the target up, then begins. */
function resolveTarget(sys: Sys, locals: PingLocals): void {
  const { o } = locals;
  const answer = lookUpAddress(sys, locals.resolver, o.target, o.four ? [DNS_TYPE_A] : undefined);
  if (!answer) return;
  const address = answer.addresses[0];
  // What it speaks of from here on is the canonical name.
  if (answer.name !== null) o.target = answer.name;
  if (address !== undefined) begin(sys, locals, o, address);
  else fail(sys, `ping: ${o.target}: ${failureText(answer.failed ?? "noname")}\n`, 2);
}

function begin(sys: Sys, locals: PingLocals, o: PingOptions, target: Ipv4): void {
  const { world, proc } = sys;
  const source = o.interface === null ? null : parseIpv4(o.interface);
  const device = o.interface !== null && source === null ? o.interface : null;
  const dev = device === null ? null : devByName(world, proc.netns, device);
  if (device !== null && dev === null) return fail(sys, `ping: SO_BINDTODEVICE ${device}: No such device\n`, 2);
  const made = createSocket(sys, o);
  if (made === null) return;
  if (o.verbose) tellSockets(sys, o, made.raw);
  if (o.mark !== null && !refuseMark(sys, o.mark)) return;
  const local = source ?? probeSource(sys, o, target, dev?.id ?? null);
  if (local === null) return;
  if (dev !== null && !dev.addresses.some((a) => a.local === local)) {
    write(sys, 2, `ping: Warning: source address might be selected on device other than: ${dev.name}\n`);
  }
  const address = target === IPV4_ANY ? local : target;
  if (o.ttl === 0) return fail(sys, "ping: cannot set unicast time-to-live: Invalid argument\n", 2);
  const sock = socket(world, made.id);
  sock.dev = dev?.id ?? null;
  sock.recvErr = true;
  sock.tos = o.tos;
  sock.broadcast = o.broadcast;
  if (o.ttl !== null) sock.ttl = o.ttl;
  const disc = o.pmtuDisc ?? (o.broadcast || isMulticastIpv4(address) ? "do" : null);
  if (disc) sock.pmtuDisc = disc;
  if (made.raw) {
    const errors = [ICMP_SOURCE_QUENCH, ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB];
    sock.icmpFilter = filterOf([...errors, ICMP_REDIRECT, ICMP_ECHOREPLY]);
  }
  if (source !== null || !made.raw) {
    const errno = socketBind(world, made.id, source ?? IPV4_ANY, made.raw ? 0 : (o.identifier ?? 0));
    if (errno < 0) return fail(sys, `ping: bind: ${strerror(errno)}\n`, 2);
  }
  const from = o.interface === null && !o.sticky ? "" : `from ${formatIpv4(local)} ${device ?? ""}: `;
  const sizes = `${o.size}(${o.size + IPV4_HLEN + ICMP_HLEN + (o.recordRoute ? RECORD_ROUTE_LENGTH : 0)}) bytes of data.\n`;
  write(sys, 1, `PING ${o.target} (${formatIpv4(address)}) ${from}${sizes}`);
  const identifier = made.raw ? (o.identifier ?? randomBelow(world.random, 65_536)) : sock.localPort;
  const s = createState(sys, o, address, made.id, made.raw, identifier);
  locals.running = s;
  if (o.deadline_s > 0) setTimer(sys, END, o.deadline_s * SECOND_NS);
  loop(sys, s);
}

/** SO_MARK of both sockets, IPv4's and IPv6's: without the privilege ping goes on. False: it has ended. */
function refuseMark(sys: Sys, mark: number): boolean {
  if (!capable(sys, "NET_ADMIN")) {
    write(sys, 2, `ping: WARNING: failed to set mark: ${mark}: Operation not permitted\n`.repeat(2));
    return true;
  }
  fail(sys, "playground: ping -m is not simulated\n", 1);
  return false;
}

/** What -v says of the sockets, of which there is one for IPv6 too. */
function tellSockets(sys: Sys, o: PingOptions, raw: boolean): void {
  const kind = raw ? "SOCK_RAW" : "SOCK_DGRAM";
  write(
    sys,
    2,
    `ping: sock4.fd: 3 (socktype: ${kind}), sock6.fd: 4 (socktype: ${kind}), hints.ai_family: AF_UNSPEC\n\n`,
  );
  write(sys, 1, `ai->ai_family: AF_INET, ai->ai_canonname: '${o.target}'\n`);
}

/** The address that the kernel would send from, asked by connecting a UDP socket; null: refused, and ping has ended. */
function probeSource(sys: Sys, o: PingOptions, address: Ipv4, dev: DevId | null): Ipv4 | null {
  const { world, proc } = sys;
  const probe = socketCreate(world, proc.netns, proc.id, "udp", 17);
  const sock = socket(world, probe);
  sock.dev = dev;
  let errno = socketConnect(world, probe, address, 1025);
  if (errno === EACCES && o.broadcast) {
    write(sys, 2, "WARNING: pinging broadcast address\n");
    sock.broadcast = true;
    errno = socketConnect(world, probe, address, 1025);
  } else if (errno === EACCES) {
    fail(sys, "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n", 2);
  }
  if (errno < 0) fail(sys, `ping: connect: ${strerror(errno)}\n`, 2);
  const { local } = sock;
  socketClose(world, probe);
  return errno < 0 ? null : local;
}

/** A ping socket where group 0 may have one, else a raw one. */
function createSocket(sys: Sys, o: PingOptions): { id: number; raw: boolean } | null {
  const { world, proc } = sys;
  if (o.identifier !== 0) {
    const id = socketCreate(world, proc.netns, proc.id, "ping", 1);
    if (id >= 0) return { id: ownSocket(sys, id), raw: false };
  }
  if (!capable(sys, "NET_RAW")) {
    const hint = "ping: => missing cap_net_raw+p capability or setuid?\n";
    fail(sys, `ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n${hint}`, 2);
    return null;
  }
  return { id: ownSocket(sys, socketCreate(world, proc.netns, proc.id, "raw", 1)), raw: true };
}

function createState(
  sys: Sys,
  o: PingOptions,
  destination: Ipv4,
  id: number,
  raw: boolean,
  identifier: number,
): PingState {
  return {
    o,
    destination,
    named: !o.numeric && inetAton(o.target) === null,
    names: {},
    route: [],
    full: 0,
    socket: id,
    raw,
    identifier,
    interval_ms: o.interval_ms,
    timing: o.size >= 16,
    sent: 0,
    received: 0,
    repeats: 0,
    errors: 0,
    forbiddenAt_ns: -1,
    acked: 0,
    pipeSize: 0,
    probe_ns: null,
    tokens: 0,
    start_ns: sys.world.now_ns,
    seen: {},
    min_us: Number.MAX_SAFE_INTEGER,
    max_us: 0,
    sum_us: 0,
    sum2: 0,
    rtt: 0,
    lingering: false,
    exiting: false,
  };
}

/** main_loop: ends, or sends what is due and sleeps until the next probe or message. */
function loop(sys: Sys, s: PingState): void {
  const { o } = s;
  for (let next_ms = 0; next_ms <= 0; ) {
    if (sys.proc.exit !== null) return;
    if (s.exiting || isEnough(s) || (o.deadline_s > 0 && s.errors > 0)) return finish(sys, s);
    next_ms = linger(sys, s, pinger(sys, s));
    if (next_ms > 0) setTimer(sys, NEXT, sleep(sys, s, next_ms));
  }
}

/**
 * How long it sleeps unless a message comes, ns. Behind a probe it sleeps in recvmsg, which waits one interval (SO_RCVTIMEO) by a timer of the
 * wheel; once it has been woken, in poll for what is left, to the millisecond.
 */
function sleep(sys: Sys, { o, interval_ms }: PingState, next_ms: number): number {
  if (o.adaptive || o.flood || next_ms < Math.max(interval_ms, MIN_INTERVAL_MS)) return next_ms * MS_NS;
  const { now_ns } = sys.world;
  return timerExpiry(now_ns, now_ns + interval_ms * MS_NS) - now_ns;
}

/** After the last probe: sets the time when ping ends whatever comes. */
function linger(sys: Sys, s: PingState, next_ms: number): number {
  if (s.o.count === 0 || s.sent < s.o.count || s.o.deadline_s > 0 || s.lingering) return next_ms;
  const wait_us = s.received > 0 ? Math.max(2 * s.max_us, 1000 * s.interval_ms) : s.o.linger_ms * 1000;
  s.lingering = true;
  setTimer(sys, END, wait_us * 1000);
  return Math.max(next_ms, Math.trunc(wait_us / 1000), 1);
}

/** Sends a probe if one is due; milliseconds until the next. */
function pinger(sys: Sys, s: PingState): number {
  const { o } = s;
  if (o.count > 0 && s.sent >= o.count && o.deadline_s === 0) return 1000;
  const now = sys.world.now_ns;
  if (s.probe_ns === null) {
    s.tokens = s.interval_ms * (o.preload - 1);
  } else {
    const passed = Math.trunc((now - s.probe_ns) / MS_NS);
    if (s.interval_ms === 0 && passed < MIN_INTERVAL_MS && inFlight(s) >= o.preload) return MIN_INTERVAL_MS - passed;
    const tokens = Math.min(passed + s.tokens, s.interval_ms * o.preload);
    if (tokens < s.interval_ms) return s.interval_ms - tokens;
    s.tokens = tokens - s.interval_ms;
  }
  s.probe_ns = now;
  if (o.outstanding && s.sent > 0 && !s.seen[s.sent & 0xffff]) {
    write(sys, 1, `no answer yet for icmp_seq=${s.sent & 0xffff}\n`);
  }
  const errno = sendProbe(sys, s);
  if (errno >= 0) {
    s.full = 0;
    countSent(s);
    if (o.flood && !o.quiet) write(sys, 1, ".");
    return s.interval_ms - s.tokens;
  }
  return refusedProbe(sys, s, errno);
}

/** A probe that the kernel did not take counts as sent. Where there was no room for it, ping first tries again for as long as it would linger. */
function refusedProbe(sys: Sys, s: PingState, errno: number): number {
  if (errno === ENOBUFS) {
    s.tokens = 0;
    const wait_ms = Math.min(Math.max(Math.trunc(s.interval_ms / 2), MIN_INTERVAL_MS), 500);
    if (++s.full * wait_ms < s.o.linger_ms) return wait_ms;
  }
  const before = s.errors;
  receiveAll(sys, s);
  countSent(s);
  // An empty error queue counts as one error there, so that ping says a word only where there was no room; and about a probe that netfilter
  // let fall if an ICMP error came with it (ping-receive.ts).
  if (errno === EPERM) s.forbiddenAt_ns = sys.world.now_ns;
  const silent = errno !== ENOBUFS || s.errors > before || s.o.quiet;
  if (!silent) write(sys, s.o.flood ? 1 : 2, s.o.flood ? "E" : `ping: sendmsg: ${strerror(errno)}\n`);
  s.tokens = 0;
  return Math.max(s.interval_ms, MIN_INTERVAL_MS);
}

function sendProbe(sys: Sys, s: PingState): number {
  const { size } = s.o;
  if (size + ICMP_HLEN > 0xffff) return EMSGSIZE;
  const seq = (s.sent + 1) & 0xffff;
  delete s.seen[seq];
  const bytes = new Uint8Array(ICMP_HLEN + size);
  const { pattern } = s.o;
  const length = (pattern?.length ?? 0) / 2;
  for (let i = 0; i < size; i++) {
    const at = 2 * (i % length);
    bytes[ICMP_HLEN + i] = pattern ? Number.parseInt(pattern.slice(at, at + 2), 16) : i;
  }
  if (s.timing) {
    const now = timeOfDay(sys);
    bytes.fill(0, ICMP_HLEN, ICMP_HLEN + 16);
    for (let i = 0; i < 4; i++) {
      bytes[ICMP_HLEN + i] = now.s >>> (8 * i);
      bytes[ICMP_HLEN + 8 + i] = now.us >>> (8 * i);
    }
  }
  emitIcmpEcho(bytes, 0, ICMP_ECHO, s.identifier, seq, size);
  const sent = sendTo(sys.world, s.socket, {
    address: s.destination,
    port: 0,
    payload: bytes,
    recordRoute: s.o.recordRoute,
    dontRoute: s.o.dontRoute,
  });
  return sent === 0 ? EINVAL : sent;
}

function wake(sys: Sys, why: Wake): void {
  const locals = sys.proc.locals as PingLocals;
  const s = locals.running;
  const answered = resolverWake(sys, locals.resolver, why);
  if (!s) {
    if (why.type === "signal") dieOf(sys, why.signal);
    else if (answered) resolveTarget(sys, locals);
    return;
  }
  if (why.type === "signal" && why.signal === "SIGQUIT") return snapshot(sys, s);
  if (answered || (why.type === "socket" && why.socket === s.socket)) {
    // While a name is looked up, ping stands still.
    if (!namesKnown(sys, locals.resolver, s)) return;
    receiveAll(sys, s);
    if (sys.proc.exit !== null) return;
    // Of the next one it asks anew.
    s.names = {};
    locals.resolver = createResolver();
  }
  if (why.type === "signal" || (why.type === "timer" && why.slot === END)) s.exiting = true;
  loop(sys, s);
}

/** Looks up whoever is about to be printed; false: an answer is under way. */
function namesKnown(sys: Sys, resolver: Resolver, s: PingState): boolean {
  if (!s.named) return true;
  for (const message of socket(sys.world, s.socket).queue) {
    for (const address of [message.error?.from ?? message.source, ...routeOf(s, message)]) {
      if (s.names[address] !== undefined) continue;
      const answer = lookUpName(sys, resolver, address);
      if (!answer) return false;
      s.names[address] = answer.name ?? "";
    }
  }
  return true;
}

export const ping: Program = {
  path: "/usr/bin/ping",
  about: "send ICMP echo requests",
  catches: ["SIGINT", "SIGQUIT"],
  start,
  wake,
};
