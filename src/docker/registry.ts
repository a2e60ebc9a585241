/**
 * What dockerd does before it can pull an image, as far as a world without a registry goes: it looks Docker Hub's names up, as Go's
 * resolver does (net/dnsclient_unix.go): A and AAAA at once, each up to twice, with EDNS, first "docker.io" to see whether it
 * is an insecure registry, then the registry itself.
 */
import { randomBelow } from "../base/random.ts";
import { SECOND_NS } from "../base/time.ts";
import { sendTo, socketConnect } from "../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../kernel/socket/socket.ts";
import type { SocketId } from "../kernel/types.ts";
import { resolvConf } from "../shell/names/resolver.ts";
import { cancelTimer, closeSocket, ownSocket, proc, setTimer } from "../shell/process.ts";
import type { Wake } from "../shell/types.ts";
import { formatIpv4, type Ipv4 } from "../wire/address.ts";
import {
  DNS_NXDOMAIN,
  DNS_PORT,
  DNS_RCODE,
  DNS_TYPE_A,
  DNS_TYPE_AAAA,
  DNS_TYPE_OPT,
  dnsQuery,
  encodeDns,
  parseDns,
} from "../wire/dns.ts";
import { type Call, Slot } from "./cli/command.ts";

const REGISTRY = "registry-1.docker.io";
const NAMES = ["docker.io", REGISTRY];
/** Go runs the goroutine first that was made last. */
const TYPES = [DNS_TYPE_AAAA, DNS_TYPE_A] as const;
const ATTEMPTS = 2;
const TIMEOUT_NS = 5 * SECOND_NS;
/** maxDNSPacketSize of Go's resolver. */
const UDP_SIZE = 1232;
/** Timer slots of the questions are their sockets behind this. */
const FIRST_SLOT = 10_000;

/** A question on its way. */
interface Question {
  type: number;
  attempt: number;
  socket: SocketId;
}

export interface RegistryLookup {
  /** How many of NAMES have been asked for. */
  done: number;
  open: Question[];
  /** What Go says of the question that failed last. */
  failure: string;
}

/** Begins; the call's `registry` says how far it has come, and each of its wakes goes to `registryWake`. */
export function askRegistry(call: Call): void {
  call.state.registry = { done: 0, open: [], failure: "" };
  askNext(call, call.state.registry);
  // Where nothing could be sent no answer wakes the call.
  setTimer(call.sys, Slot.LATER, 0);
}

function askNext(call: Call, lookup: RegistryLookup): void {
  for (const type of TYPES) ask(call, lookup, type, 1);
}

function serverOf(call: Call): Ipv4 | null {
  return resolvConf(call.sys).servers[0] ?? null;
}

function ask(call: Call, lookup: RegistryLookup, type: number, attempt: number): void {
  const { sys, daemon } = call;
  const { world } = sys;
  const server = serverOf(call);
  if (server === null || attempt > ATTEMPTS) return;
  const { netns } = proc(world, daemon.engine.daemon);
  const id = ownSocket(sys, socketCreate(world, netns, sys.proc.id, "udp", 17));
  socket(world, id).recvErr = true;
  const query = dnsQuery(randomBelow(world.random, 0x10000), NAMES[lookup.done] as string, type);
  const opt = { name: "", type: DNS_TYPE_OPT, class: UDP_SIZE, ttl: 0 };
  const additionals = [{ ...opt, data: { kind: "bytes" as const, bytes: new Uint8Array(0) } }];
  const sent =
    socketConnect(world, id, server, DNS_PORT) >= 0 &&
    sendTo(world, id, { payload: encodeDns({ ...query, additionals }) }) >= 0;
  if (!sent) {
    closeSocket(sys, id);
    lookup.failure = `dial udp ${formatIpv4(server)}:${DNS_PORT}: connect: network is unreachable`;
    return;
  }
  lookup.open.push({ type, attempt, socket: id });
  setTimer(sys, FIRST_SLOT + id, TIMEOUT_NS);
}

/** Takes a wake that may be an answer. What the daemon says in the end; null while it is under way. */
export function registryWake(call: Call, why: Wake): string | null {
  const lookup = call.state.registry;
  if (lookup === null) return null;
  const id = why.type === "socket" ? why.socket : why.type === "timer" ? why.slot - FIRST_SLOT : -1;
  const question = lookup.open.find((q) => q.socket === id);
  if (question) answered(call, lookup, question, why.type === "timer");
  else if (why.type === "socket") return null;
  while (lookup.open.length === 0) {
    lookup.done++;
    if (lookup.done >= NAMES.length) return verdict(call, lookup);
    askNext(call, lookup);
  }
  return null;
}

function answered(call: Call, lookup: RegistryLookup, question: Question, late: boolean): void {
  const { sys } = call;
  const server = serverOf(call) ?? 0;
  const m = late ? null : socketRecv(sys.world, question.socket);
  const { local, localPort } = socket(sys.world, question.socket);
  const between = `read udp ${formatIpv4(local)}:${localPort}->${formatIpv4(server as Ipv4)}:${DNS_PORT}`;
  const parsed = m && !m.error ? parseDns(m.bytes, 0, m.bytes.length) : null;
  const rcode = parsed?.ok ? parsed.value.flags & DNS_RCODE : null;
  if (late) lookup.failure = `${between}: i/o timeout`;
  else if (m?.error) lookup.failure = `${between}: read: connection refused`;
  else if (rcode === DNS_NXDOMAIN) lookup.failure = "no such host";
  else if (rcode !== 0) lookup.failure = "server misbehaving";
  else lookup.failure = "";
  cancelTimer(sys, FIRST_SLOT + question.socket);
  closeSocket(sys, question.socket);
  lookup.open = lookup.open.filter((q) => q !== question);
  if (lookup.failure !== "" && rcode !== DNS_NXDOMAIN) ask(call, lookup, question.type, question.attempt + 1);
}

function verdict(call: Call, lookup: RegistryLookup): string {
  const server = serverOf(call);
  const on = server === null ? "" : ` on ${formatIpv4(server)}:${DNS_PORT}`;
  if (lookup.failure === "") return "docker0 Playground has no registry to pull images from";
  return `Get "https://${REGISTRY}/v2/": dial tcp: lookup ${REGISTRY}${on}: ${lookup.failure}`;
}
