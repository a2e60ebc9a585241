/**
 * traceroute 2.1.2 (Dmitry Butskoy's, which Debian has), by UDP, ICMP and TCP. It keeps up to 16 probes under way: first it
 * sends all that it may, one after the other, then it looks what has come; so this program does, with the time that a send
 * takes. Left out: other methods, IPv6.
 */
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { socket } from "../../kernel/socket/socket.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { DNS_TYPE_A } from "../../wire/dns.ts";
import { knownAddress } from "../names/hosts.ts";
import {
  createResolver,
  failureText,
  lookUpAddress,
  lookUpName,
  type Resolver,
  resolverWake,
} from "../names/resolver.ts";
import { dieOf, exit, fail, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { parseTraceroute, type TraceOptions } from "./traceroute-options.ts";
import { drop, emptyProbe, openRaw, type Probe, poll, send, type Trace } from "./traceroute-probes.ts";

/** Timer slots: the next send, and the end of a wait. */
const SEND = 0;
const POLL = 1;
/** What building and sending a probe takes: on one machine an answer comes within the sendto(2) that it answers. */
const SEND_NS = 200_000;
/** By TCP what follows the answer, a reset, can be told from the next probe. */
const SEND_TCP_NS = 400_000;
/** DEF_WAIT_PREC: added to a time before it is taken as a measure for others. */
const PRECISION_NS = 1_000_000;
/** Whom -A asks for the numbers of autonomous systems. */
const AS_SERVER = "whois.radb.net";

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
  const source = o.source === null ? IPV4_ANY : knownAddress(sys, o.source);
  if (source === null) return fail(sys, `bad source address ${o.source}\n`, 2);
  const size = `${o.maxHops} hops max, ${o.length} byte packets`;
  const count = o.maxHops * o.queries;
  const t: Trace = {
    o,
    resolver: locals.resolver,
    target,
    length: o.length,
    source,
    socket: null,
    raw: false,
    identifier: sys.proc.pid & 0xffff,
    sends: 0,
    probes: Array.from({ length: count }, emptyProbe),
    start: (o.firstHop - 1) * o.queries,
    end: count,
    round: null,
    lastSend_ns: null,
    names: {},
  };
  if ((o.method === "icmp" || o.method === "tcp") && !openRaw(sys, t)) return;
  write(sys, 1, `traceroute to ${o.target} (${formatIpv4(target)}), ${size}`);
  locals.trace = t;
  proceed(sys, t);
}

/** Goes on until there is nothing to do but wait. */
function proceed(sys: Sys, t: Trace): void {
  while (sys.proc.exit === null) {
    if (t.start >= t.end) {
      write(sys, 1, "\n");
      return exit(sys, 0);
    }
    t.round ??= { at: t.start, under: 0, began_ns: sys.world.now_ns };
    const next = sendRound(sys, t, t.round);
    if (next === "wait" || sys.proc.exit !== null) return;
    t.round = null;
    if (t.start >= t.end) continue;
    if (!poll(sys, t)) return setTimer(sys, POLL, pollTime(next - sys.world.now_ns));
  }
}

/** How long poll(2) sleeps, ns: whole milliseconds and a slack of 0.1 % (fs/select.c). Probes that expire meanwhile do so together. */
function pollTime(timeout_ns: number): number {
  return Math.ceil((Math.max(Math.ceil(timeout_ns / MS_NS), 1) * MS_NS * 1001) / 1000);
}

/**
 * One walk over the probes under way: prints what is done, sends what may be sent. "wait": a send or a name takes its time;
 * else the time at which the first of them expires.
 */
function sendRound(sys: Sys, t: Trace, round: NonNullable<Trace["round"]>): number | "wait" {
  const now = sys.world.now_ns;
  // Answers that lie in the common socket, one of which is read a round, are as good as read: that takes no time.
  const unread = t.socket !== null && socket(sys.world, t.socket).queue.length > 0;
  for (; round.at < t.end && round.under < t.o.atOnce; round.at++) {
    const n = round.at;
    const probe = t.probes[n] as Probe;
    const due_ns = probe.sent_ns === null ? null : probe.from_ns + timeout(t, n);
    if (!probe.done && due_ns !== null && due_ns <= now && !unread) expire(sys, probe);
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
      if (due > now) return Math.min(firstExpiry(t), due);
      if (!send(sys, t, n)) return "wait";
      round.at++;
      round.under++;
      setTimer(sys, SEND, t.o.method === "tcp" ? SEND_TCP_NS : SEND_NS);
      return "wait";
    }
    round.under++;
  }
  return firstExpiry(t);
}

/** When the first of the probes under way is waited for no longer; infinity if none is. */
function firstExpiry(t: Trace): number {
  let first = Number.POSITIVE_INFINITY;
  for (let n = t.start; n < t.end; n++) {
    const { done, sent_ns, from_ns } = t.probes[n] as Probe;
    if (!done && sent_ns !== null) first = Math.min(first, from_ns + timeout(t, n));
  }
  return first;
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

/** Prints a probe; false: its name is still looked up. */
function print(sys: Sys, t: Trace, n: number): boolean {
  const probe = t.probes[n] as Probe;
  const first = n % t.o.queries === 0;
  let text = first ? `\n${String(Math.floor(n / t.o.queries) + 1).padStart(2)} ` : "";
  if (probe.from === null) {
    text += " *";
    if (probe.note !== "") text += timeText(probe);
  } else {
    const name = nameOf(sys, t, probe.from);
    if (name === null) return false;
    const before = t.probes.slice(n - (n % t.o.queries), n).findLast((p) => p.from !== null);
    if (before?.from !== probe.from) text += ` ${name}`;
    const hops = hopsOf(probe.ttl);
    const isOther = t.o.backward && probe.ttl > 0 && hops !== Math.floor(n / t.o.queries) + 1;
    if (isOther && before?.from !== probe.from) text += ` '-${hops}'`;
    if (t.o.asPath && before?.from !== probe.from) {
      const answer = lookUpAddress(sys, t.resolver, AS_SERVER, [DNS_TYPE_A]);
      if (!answer) return false;
      write(sys, 1, text);
      // No server of the playground knows the systems' numbers.
      fail(sys, `${AS_SERVER}/nicname: ${failureText(answer.failed ?? "again")}\n`, 2);
      return true;
    }
    text += timeText(probe);
  }
  write(sys, 1, text);
  return true;
}

/** From how far an answer with this TTL has come, if it was sent with 64, 128 or 255 (ttl2hops). */
function hopsOf(ttl: number): number {
  return (ttl <= 64 ? 65 : ttl <= 128 ? 129 : 256) - ttl;
}

function timeText({ received_ns, sent_ns, note }: Probe): string {
  const time = `  ${(((received_ns ?? 0) - (sent_ns ?? 0)) / 1e6).toFixed(3)} ms`;
  return note === "" ? time : `${time} ${note}`;
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
