/** One question to one DNS server and its answer, as the tools of BIND 9.18 ask: over UDP, from a new port each time. */
import { randomBelow, randomU32 } from "../../base/random.ts";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { EHOSTUNREACH, ENETUNREACH } from "../../kernel/errno.ts";
import { sendTo, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketError, socketRecv } from "../../kernel/socket/socket.ts";
import type { SocketId } from "../../kernel/types.ts";
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import {
  DNS_AD,
  DNS_PORT,
  DNS_QR,
  DNS_RD,
  DNS_TYPE_A,
  DNS_TYPE_OPT,
  type DnsMessage,
  dnsQuery,
  encodeDns,
  parseDns,
} from "../../wire/dns.ts";
import { createResolver, lookUpAddress, type Resolver, resolverWake } from "../names/resolver.ts";
import { cancelTimer, closeSocket, fail, ownSocket, setTimer } from "../process.ts";
import type { Sys, Wake } from "../types.ts";

/** Timer slot that an exchange takes. */
const TIMEOUT = 2000;

export interface Exchange {
  server: Ipv4;
  port: number;
  name: string;
  type: number;
  /** EDNS with a cookie and the AD bit, as dig asks; nslookup and host ask plainly. */
  edns: boolean;
  recurse: boolean;
  id: number;
  socket: SocketId | null;
  timeout_s: number;
  /** Sends left. */
  tries: number;
  sent_ns: number;
  /** What the tries so far met. */
  failures: string[];
}

/** How an exchange ended; null: it has not. */
export type Outcome =
  | { kind: "answer"; message: DnsMessage; size: number; took_ms: number }
  /** What each try met, one after the other: "timed out", "connection refused" … */
  | { kind: "failed"; why: readonly string[] }
  | null;

/** A program whose line names its server, until that one's address is known: it starts anew then. */
interface Seeking {
  seeking: Resolver;
  argv: string[];
}

/** Starts a program that may ask `serverAddresses`. */
export type SeekingStart = (sys: Sys, argv: string[], found: Resolver) => void;

export function startSeeking(sys: Sys, argv: string[], start: SeekingStart): void {
  start(sys, argv, createResolver());
}

/** The addresses of a server of the line; null: the program has to wait for them, or has failed. */
export function serverAddresses(sys: Sys, argv: string[], found: Resolver, name: string): Ipv4[] | null {
  const answer = lookUpAddress(sys, found, name, [DNS_TYPE_A]);
  if (answer === null) {
    sys.proc.locals = { seeking: found, argv } satisfies Seeking;
    return null;
  }
  if (answer.addresses.length > 0) return answer.addresses;
  const why = answer.failed === "again" ? "failure" : "not found";
  fail(sys, `${argv[0]?.replace(/.*\//, "")}: couldn't get address for '${name}': ${why}\n`, 1);
  return null;
}

/** Takes a wake of a program that waits for its server's address. False: it doesn't. */
export function seekingWake(sys: Sys, why: Wake, start: SeekingStart): boolean {
  const locals = sys.proc.locals as Partial<Seeking>;
  if (!locals.seeking) return false;
  if (resolverWake(sys, locals.seeking, why)) start(sys, locals.argv ?? [], locals.seeking);
  return true;
}

export function beginExchange(
  sys: Sys,
  server: Ipv4,
  name: string,
  type: number,
  options: { edns: boolean; recurse?: boolean; timeout_s?: number; tries?: number; port?: number },
): Exchange {
  const { edns, recurse = true, timeout_s = 5, tries = 3, port = DNS_PORT } = options;
  const sent = { id: 0, socket: null, sent_ns: 0, failures: [] };
  const x: Exchange = { server, port, name, type, edns, recurse, timeout_s, tries, ...sent };
  sendQuery(sys, x);
  return x;
}

function sendQuery(sys: Sys, x: Exchange): void {
  const { world, proc } = sys;
  if (x.socket !== null) closeSocket(sys, x.socket);
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  x.socket = id;
  x.tries--;
  x.sent_ns = world.now_ns;
  x.id = randomBelow(world.random, 65_536);
  const s = socket(world, id);
  s.pmtuDisc = "dont";
  if (socketConnect(world, id, x.server, x.port) >= 0) sendTo(world, id, { payload: encodeDns(question(sys, x)) });
  setTimer(sys, TIMEOUT, x.timeout_s * SECOND_NS);
}

function question(sys: Sys, x: Exchange): DnsMessage {
  const asked = dnsQuery(x.id, x.name, x.type);
  const plain = x.recurse ? asked : { ...asked, flags: asked.flags & ~DNS_RD };
  if (!x.edns) return plain;
  // Option 10, COOKIE (RFC 7873): eight random bytes.
  const cookie = Uint8Array.of(0, 10, 0, 8, ...Array.from({ length: 8 }, () => randomU32(sys.world.random) & 0xff));
  const opt = { name: "", type: DNS_TYPE_OPT, class: 1232, ttl: 0, data: { kind: "bytes" as const, bytes: cookie } };
  return { ...plain, flags: plain.flags | DNS_AD, additionals: [opt] };
}

/** Takes a wake; the outcome if this was the end. */
export function exchangeWake(sys: Sys, x: Exchange, why: Wake): Outcome {
  if (why.type === "timer" && why.slot === TIMEOUT) return tryAgain(sys, x, "timed out");
  if (why.type !== "socket" || why.socket !== x.socket) return null;
  const errno = socketError(sys.world, x.socket);
  if (errno < 0) return unreachable(sys, x, errno);
  for (let m = socketRecv(sys.world, x.socket); m; m = socketRecv(sys.world, x.socket)) {
    if (m.error) return unreachable(sys, x, m.error.errno);
    const parsed = parseDns(m.bytes, 0, m.bytes.length);
    if (!parsed.ok || (parsed.value.flags & DNS_QR) === 0 || parsed.value.id !== x.id) continue;
    const took_ms = Math.round((sys.world.now_ns - x.sent_ns) / MS_NS);
    return finish(sys, x, { kind: "answer", message: parsed.value, size: m.bytes.length, took_ms });
  }
  return null;
}

/** A refusal ends a try, and so does a prohibition; of an ICMP error that may pass, a socket without IP_RECVERR hears nothing. */
function unreachable(sys: Sys, x: Exchange, errno: number): Outcome {
  if (errno !== EHOSTUNREACH && errno !== ENETUNREACH) return tryAgain(sys, x, "connection refused");
  return tryAgain(sys, x, errno === EHOSTUNREACH ? "host unreachable" : "network unreachable");
}

function tryAgain(sys: Sys, x: Exchange, why: string): Outcome {
  x.failures.push(why);
  if (x.tries === 0) return finish(sys, x, { kind: "failed", why: x.failures });
  sendQuery(sys, x);
  return null;
}

function finish(sys: Sys, x: Exchange, outcome: Outcome): Outcome {
  if (x.socket !== null) closeSocket(sys, x.socket);
  x.socket = null;
  cancelTimer(sys, TIMEOUT);
  return outcome;
}

export const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  ANY: 255,
};

export function typeName(type: number): string {
  return Object.entries(TYPE_NUMBERS).find(([, number]) => number === type)?.[0] ?? `TYPE${type}`;
}

export const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"] as const;

/** "www.example.com." */
export function dotted(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

/** The name to ask for the name of an address. */
export function reverseName(address: Ipv4): string {
  return `${formatIpv4(address).split(".").reverse().join(".")}.in-addr.arpa`;
}
