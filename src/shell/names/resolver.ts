/**
 * Names to addresses and back as glibc does it: /etc/hosts, then DNS over UDP (resolv/res_send.c, nss_files before nss_dns).
 * A program that looks a name up keeps a `Resolver` in its locals, asks, and when the answer is under way returns and asks
 * again once `resolverWake` says so. Left out: TCP, EDNS, rotate, IPv6 servers.
 */
import { randomBelow } from "../../base/random.ts";
import { SECOND_NS } from "../../base/time.ts";
import { sendTo, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { SocketId } from "../../kernel/types.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_NOERROR,
  DNS_NXDOMAIN,
  DNS_PORT,
  DNS_QR,
  DNS_RCODE,
  DNS_TYPE_A,
  DNS_TYPE_AAAA,
  DNS_TYPE_PTR,
  type DnsMessage,
  dnsQuery,
  encodeDns,
  isDnsName,
  parseDns,
} from "../../wire/dns.ts";
import { readFile } from "../files.ts";
import { cancelTimer, closeSocket, ownSocket, setTimer } from "../process.ts";
import type { Sys, Wake } from "../types.ts";
import { hostsEntryOf, knownAddress, nameFor } from "./hosts.ts";

/** Timer slot that a resolver takes in its process. */
export const RESOLVER_TIMER = 1000;

/** Why a name has no answer: EAI_AGAIN, EAI_NONAME, EAI_NODATA. */
export type NameFailure = "again" | "noname" | "nodata";

export interface Answer {
  addresses: Ipv4[];
  /** PTR: the name. Of addresses: the canonical name. */
  name: string | null;
  failed: NameFailure | null;
}

interface Query {
  key: string;
  /** Names to try one after the other (search list). `asIs` of them is the one as it was given, and `asIsFirst` that it came first. */
  candidates: string[];
  asIs: string;
  asIsFirst: boolean;
  types: readonly number[];
  servers: Ipv4[];
  timeout_s: number;
  attempts: number;
  /** Counts servers and attempts: server = turn % servers. */
  turn: number;
  socket: SocketId | null;
  ids: number[];
  replies: (Reply | null)[];
  /** Something came back for the name in turn, or its time ran out: else nobody is there to ask. */
  heard: boolean;
  failed: NameFailure | null;
}

interface Reply {
  rcode: number;
  addresses: Ipv4[];
  name: string | null;
}

export interface Resolver {
  answers: Record<string, Answer>;
  query: Query | null;
}

export function createResolver(): Resolver {
  return { answers: Object.create(null), query: null };
}

/** gai_strerror(3). */
export function failureText(failure: NameFailure): string {
  if (failure === "again") return "Temporary failure in name resolution";
  return failure === "noname" ? "Name or service not known" : "No address associated with hostname";
}

/** What getaddrinfo asks for with AF_UNSPEC. */
const ANY_FAMILY: readonly number[] = [DNS_TYPE_A, DNS_TYPE_AAAA];

/** The addresses of a name; null: the answer is under way. @param types of the records asked for, all at once */
export function lookUpAddress(sys: Sys, r: Resolver, name: string, types = ANY_FAMILY): Answer | null {
  const known = knownAddress(sys, name);
  if (known !== null) return { addresses: [known], name: hostsEntryOf(sys, name)?.names[0] ?? null, failed: null };
  // __nss_hostname_digits_dots, which only who wants one family comes by: what looks like an address is none of a name.
  const isOneFamily = types.length === 1;
  if (isOneFamily && /^[\d.]+$/.test(name)) return { addresses: [], name: null, failed: "noname" };
  return askAddress(sys, r, name, types);
}

/** As lookUpAddress, but of the name server alone. */
export function askAddress(sys: Sys, r: Resolver, name: string, types: readonly number[]): Answer | null {
  if (!isDnsName(name) || name === "" || name === ".") return { addresses: [], name: null, failed: "noname" };
  return ask(sys, r, `${types.join()} ${name}`, () => candidatesOf(sys, name), types);
}

/** The name of an address; null: the answer is under way. */
export function lookUpName(sys: Sys, r: Resolver, address: Ipv4): Answer | null {
  const known = nameFor(sys, address);
  if (known !== null) return { addresses: [], name: known, failed: null };
  const reversed = `${formatIpv4(address).split(".").reverse().join(".")}.in-addr.arpa`;
  return ask(sys, r, `PTR ${reversed}`, () => [reversed], [DNS_TYPE_PTR]);
}

function ask(sys: Sys, r: Resolver, key: string, candidates: () => string[], types: readonly number[]): Answer | null {
  const answer = r.answers[key];
  if (answer) return answer;
  if (r.query) return null;
  const { servers, timeout_s, attempts } = resolvConf(sys);
  const names = candidates();
  const name = key.slice(key.indexOf(" ") + 1).replace(/\.$/, "");
  r.query = {
    key,
    candidates: names,
    asIs: name,
    asIsFirst: names[0] === name,
    types,
    servers,
    timeout_s,
    attempts,
    turn: 0,
    socket: null,
    ids: [],
    replies: [],
    heard: false,
    failed: null,
  };
  sendQuery(sys, r, r.query);
  return r.answers[key] ?? null;
}

interface ResolvConf {
  servers: Ipv4[];
  search: string[];
  ndots: number;
  timeout_s: number;
  attempts: number;
}

/** What /etc/resolv.conf says, with res_init's bounds. */
export function resolvConf(sys: Sys): ResolvConf {
  const { node, netns, cwd } = sys.proc;
  const text = readFile(sys.world, { node, netns, cwd }, "/etc/resolv.conf");
  const lines =
    typeof text === "string"
      ? text.split("\n").map((l) =>
          l
            .replace(/[#;].*/, "")
            .trim()
            .split(/\s+/),
        )
      : [];
  const servers = lines.flatMap(([word, value]) => (word === "nameserver" && value ? [parseIpv4(value)] : []));
  const search = lines.findLast(([word]) => word === "search" || word === "domain")?.slice(1) ?? [];
  const options = lines.flatMap(([word, ...values]) => (word === "options" ? values : []));
  const option = (name: string, unless: number, most: number) => {
    const value = options.findLast((o) => o.startsWith(`${name}:`))?.slice(name.length + 1);
    return value === undefined ? unless : Math.min(Number.parseInt(value, 10) || 0, most);
  };
  const ndots = option("ndots", 1, 15);
  const timeout_s = option("timeout", 5, 30);
  const attempts = option("attempts", 2, 5);
  const usable = servers.filter((s): s is Ipv4 => s !== null).slice(0, 3);
  return { servers: usable.length > 0 ? usable : [parseIpv4("127.0.0.1") as Ipv4], search, ndots, timeout_s, attempts };
}

/** res_search: the names to ask for, in order. */
export function candidatesOf(sys: Sys, name: string): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const { search, ndots } = resolvConf(sys);
  const dots = name.split(".").length - 1;
  const searched = search.map((domain) => `${name}.${domain}`).filter((n) => isDnsName(n));
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/** Sends the queries to the server whose turn it is, or to the next that can be reached. */
function sendQuery(sys: Sys, r: Resolver, q: Query): void {
  const { world, proc } = sys;
  dropSocket(sys, q);
  for (; q.turn < q.attempts * q.servers.length; q.turn++) {
    const at = q.turn % q.servers.length;
    const server = q.servers[at] as Ipv4;
    const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
    q.socket = id;
    socket(world, id).recvErr = true;
    if (socketConnect(world, id, server, DNS_PORT) >= 0) {
      q.ids = q.types.map(() => randomBelow(world.random, 65_536));
      q.replies = q.types.map(() => null);
      const name = q.candidates[0] as string;
      // sendmmsg: when one can't be sent, the rest isn't, and the next turn comes at once.
      const isSent = q.types.every(
        (type, i) => sendTo(world, id, { payload: encodeDns(dnsQuery(q.ids[i] as number, name, type)) }) >= 0,
      );
      if (isSent) {
        // send_dg: later servers get longer, shared among all.
        const seconds = Math.floor(at === 0 ? q.timeout_s : (q.timeout_s << at) / q.servers.length);
        setTimer(sys, RESOLVER_TIMER, Math.max(seconds, 1) * SECOND_NS);
        return;
      }
    }
    dropSocket(sys, q);
  }
  nextName(sys, r, q, "again");
}

/**
 * res_search: the name in turn has no answer, the next is asked for. Where the search list got no answer at all, the rest of it is left out.
 * What is told in the end is how the name failed as it was given, if it came first; else the last, or that one was there without an address.
 */
function nextName(sys: Sys, r: Resolver, q: Query, failed: NameFailure): void {
  const tried = q.candidates.shift();
  if (failed === "again" && tried !== q.asIs) q.candidates = q.heard ? q.candidates.filter((n) => n === q.asIs) : [];
  if (q.failed === null || !(q.asIsFirst || q.failed === "nodata")) q.failed = failed;
  q.turn = 0;
  q.heard = false;
  if (q.candidates.length > 0) return sendQuery(sys, r, q);
  finishQuery(sys, r, q, { addresses: [], name: null, failed: q.failed });
}

function dropSocket(sys: Sys, q: Query): void {
  if (q.socket !== null) closeSocket(sys, q.socket);
  q.socket = null;
  cancelTimer(sys, RESOLVER_TIMER);
}

function finishQuery(sys: Sys, r: Resolver, q: Query, answer: Answer): void {
  dropSocket(sys, q);
  r.answers[q.key] = answer;
  r.query = null;
}

/** Takes a wake that is the resolver's. True: there is an answer (or none will come), ask again. */
export function resolverWake(sys: Sys, r: Resolver, why: Wake): boolean {
  const q = r.query;
  if (!q) return false;
  if (why.type === "timer" && why.slot === RESOLVER_TIMER) {
    q.turn++;
    q.heard = true;
    sendQuery(sys, r, q);
  } else if (why.type === "socket" && why.socket === q.socket) {
    receive(sys, r, q);
  } else return false;
  return r.query === null;
}

function receive(sys: Sys, r: Resolver, q: Query): void {
  for (let id = q.socket; id !== null && id === q.socket; ) {
    const message = socketRecv(sys.world, id);
    if (!message) return;
    if (message.error) {
      q.turn++;
      return sendQuery(sys, r, q);
    }
    const parsed = parseDns(message.bytes, 0, message.bytes.length);
    const at = parsed.ok && (parsed.value.flags & DNS_QR) !== 0 ? q.ids.indexOf(parsed.value.id) : -1;
    if (!parsed.ok || at < 0) continue;
    q.replies[at] = digest(parsed.value, q.types[at] as number);
    if (q.replies.every((reply) => reply !== null)) return conclude(sys, r, q, q.replies as Reply[]);
  }
}

function digest(m: DnsMessage, type: number): Reply {
  const fitting = m.answers.filter((a) => a.type === type);
  const addresses = fitting.flatMap(({ data }) => (data.kind === "address" ? [data.address] : []));
  const pointed = fitting.flatMap(({ data }) => (data.kind === "name" ? [data.name] : []))[0] ?? null;
  const name = addresses.length > 0 ? (fitting[0]?.name ?? null) : pointed;
  return { rcode: m.flags & DNS_RCODE, addresses, name };
}

function conclude(sys: Sys, r: Resolver, q: Query, replies: readonly Reply[]): void {
  const addresses = replies.flatMap((reply) => reply.addresses);
  const name = replies.find((reply) => reply.name !== null)?.name ?? null;
  if (addresses.length > 0 || name !== null) return finishQuery(sys, r, q, { addresses, name, failed: null });
  const definite = replies.some((reply) => reply.rcode === DNS_NOERROR || reply.rcode === DNS_NXDOMAIN);
  if (!definite) {
    // SERVFAIL, REFUSED …: the next server, then once more from the first.
    q.turn++;
    q.heard = true;
    return sendQuery(sys, r, q);
  }
  nextName(sys, r, q, replies.some((reply) => reply.rcode === DNS_NOERROR) ? "nodata" : "noname");
}
