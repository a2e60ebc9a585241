/** What comes back to ping: replies and errors. */
import { MS_NS } from "../../base/time.ts";
import { EMSGSIZE, EPERM, strerror } from "../../kernel/errno.ts";
import { recordedRoute } from "../../kernel/ipv4/options.ts";
import { socket, socketRecv } from "../../kernel/socket/socket.ts";
import type { Message } from "../../kernel/types.ts";
import { formatIpv4, type Ipv4, isMulticastIpv4 } from "../../wire/address.ts";
import { getU32 } from "../../wire/bytes.ts";
import {
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMPV4,
  icmpCode,
  icmpIdentifier,
  icmpSequence,
  icmpType,
} from "../../wire/icmpv4.ts";
import { IPV4_HLEN, ipv4Destination, ipv4HeaderLength, ipv4Ttl } from "../../wire/ipv4.ts";
import { write } from "../process.ts";
import type { Sys } from "../types.ts";
import { icmpText } from "./icmp-text.ts";
import { acknowledge, countTrip, inFlight, isEnough, type PingState, timeOfDay, tripText } from "./ping-state.ts";

/** Reads what waits in the socket, but no more once nothing is in flight and ping has enough. */
export function receiveAll(sys: Sys, s: PingState): void {
  for (let message = socketRecv(sys.world, s.socket); message; message = socketRecv(sys.world, s.socket)) {
    if (message.error) receiveError(sys, s, message, message.error);
    else receiveMessage(sys, s, message);
    if (sys.proc.exit !== null || (inFlight(s) === 0 && isEnough(s))) return;
  }
}

/** "www.example.com (203.0.113.80)" once the name is known. */
function addressText(s: PingState, address: Ipv4): string {
  const name = s.names[address];
  return name ? `${name} (${formatIpv4(address)})` : formatIpv4(address);
}

function stamp(sys: Sys, s: PingState): string {
  if (!s.o.timestamps) return "";
  const now = timeOfDay(sys);
  return `[${now.s}.${String(now.us).padStart(6, "0")}] `;
}

function receiveMessage(sys: Sys, s: PingState, message: Message): void {
  const { bytes } = message;
  const at = s.raw ? ipv4HeaderLength(bytes, 0) : 0;
  const length = bytes.length - at;
  if (length < ICMP_HLEN) return;
  const type = icmpType(bytes, at);
  if (type === ICMP_ECHOREPLY) {
    if (icmpIdentifier(bytes, at) !== s.identifier) return;
    receiveReply(sys, s, message, at, s.raw ? ipv4Ttl(bytes, 0) : message.ttl);
  } else if (type !== ICMP_ECHO) {
    receiveOther(sys, s, message.source, bytes, at, type);
  }
}

/** A message about a probe of ours that a raw socket also sees: redirects are told, errors come by the error queue. */
function receiveOther(sys: Sys, s: PingState, source: Ipv4, bytes: Uint8Array, at: number, type: number): void {
  const quoted = at + ICMP_HLEN;
  if (bytes.length < quoted + IPV4_HLEN + ICMP_HLEN) return;
  const inner = quoted + ipv4HeaderLength(bytes, quoted);
  if (bytes.length < inner + ICMP_HLEN || icmpType(bytes, inner) !== ICMP_ECHO) return;
  if (ipv4Destination(bytes, quoted) !== s.destination || icmpIdentifier(bytes, inner) !== s.identifier) return;
  const seq = icmpSequence(bytes, inner);
  if (type !== ICMP_REDIRECT && type !== ICMP_SOURCE_QUENCH) return acknowledge(s, seq);
  if (s.o.quiet || s.o.flood) return;
  const info = getU32(bytes, at + ICMPV4.unused.offset);
  const text = icmpText(type, icmpCode(bytes, at), info);
  write(sys, 1, `${stamp(sys, s)}From ${addressText(s, source)}: icmp_seq=${seq} ${text}`);
}

/** The route that a message has recorded. */
export function routeOf(s: PingState, { bytes, route }: Message): readonly Ipv4[] {
  return s.raw && s.o.recordRoute ? recordedRoute(bytes, 0) : (route ?? []);
}

/** What stands behind a reply's line of the route that it recorded: pr_options. */
function routeText(s: PingState, route: readonly Ipv4[]): string {
  if (route.length === 0) return "";
  const isSame = route.join() === s.route.join();
  s.route = route;
  return isSame ? "\t(same route)" : `\nRR: ${route.map((address) => `\t${addressText(s, address)}\n`).join("")}`;
}

function receiveReply(sys: Sys, s: PingState, message: Message, at: number, ttl: number): void {
  const { bytes, source } = message;
  const length = bytes.length - at;
  const seq = icmpSequence(bytes, at);
  acknowledge(s, seq);
  let trip_us = 0;
  if (s.timing && length >= ICMP_HLEN + 16) {
    const now = timeOfDay(sys);
    trip_us = (now.s - littleEndian(bytes, at + 8)) * 1_000_000 + now.us - littleEndian(bytes, at + 16);
    countTrip(s, trip_us);
  }
  const repeat = s.seen[seq] === true;
  if (repeat) s.repeats++;
  else s.received++;
  s.seen[seq] = true;
  if (s.o.quiet) return;
  if (s.o.flood) {
    write(sys, 1, "\b \b");
    return;
  }
  const time = s.timing ? tripText(trip_us) : "";
  const ident = s.o.verbose && s.o.identifier !== null ? ` ident=${s.identifier}` : "";
  const head = `${stamp(sys, s)}${length} bytes from ${addressText(s, source)}: icmp_seq=${seq}${ident} ttl=${ttl}`;
  const duplicate = repeat && (!s.o.broadcast || s.o.verbose) ? " (DUP!)" : "";
  const isGroup = s.o.broadcast || isMulticastIpv4(s.destination);
  const other = !isGroup && source !== s.destination ? " (DIFFERENT ADDRESS!)" : "";
  write(sys, 1, `${head}${time}${duplicate}${other}${s.o.audible ? "\x07" : ""}${routeText(s, routeOf(s, message))}\n`);
}

function littleEndian(b: Uint8Array, at: number): number {
  return ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0;
}

/** The error queue. `bytes` of an ICMP error begin with the probe's own ICMP header. */
function receiveError(sys: Sys, s: PingState, message: Message, error: NonNullable<Message["error"]>): void {
  if (error.type < 0) {
    s.errors++;
    if (s.o.quiet) return;
    const long = `message too long, mtu=${error.info}`;
    write(sys, 2, `ping: local error: ${error.errno === EMSGSIZE ? long : strerror(error.errno)}\n`);
    return;
  }
  const { bytes } = message;
  if (bytes.length < ICMP_HLEN || message.source !== s.destination || icmpType(bytes, 0) !== ICMP_ECHO) return;
  if (icmpIdentifier(bytes, 0) !== s.identifier) return;
  const seq = icmpSequence(bytes, 0);
  acknowledge(s, seq);
  // From now on errors come only by this queue, not as messages too.
  if (s.raw) socket(sys.world, s.socket).icmpFilter = filterOf([ICMP_SOURCE_QUENCH, ICMP_REDIRECT, ICMP_ECHOREPLY]);
  s.errors++;
  if (s.o.quiet) return;
  if (s.o.flood) {
    write(sys, 1, "\bE");
    return;
  }
  const text = icmpText(error.type, error.code, error.info);
  write(sys, 1, `${stamp(sys, s)}From ${addressText(s, error.from)} icmp_seq=${seq} ${text}`);
  const isForbidden = s.forbiddenAt_ns >= 0 && sys.world.now_ns - s.forbiddenAt_ns < MS_NS;
  if (isForbidden) write(sys, 2, `ping: sendmsg: ${strerror(EPERM)}\n`);
}

/** ICMP_FILTER: everything but these types is kept away. */
export function filterOf(types: readonly number[]): number {
  return ~types.reduce((bits, type) => bits | (1 << type), 0) >>> 0;
}
