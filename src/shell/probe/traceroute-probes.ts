/** What traceroute sends and takes for an answer: one probe by UDP, ICMP or TCP. */
import { randomBelow, randomU32 } from "../../base/random.ts";
import { EMSGSIZE, ENODEV, strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { Message, SocketId } from "../../kernel/types.ts";
import { devByName } from "../../kernel/world.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
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
import { IPPROTO_ICMP, IPPROTO_TCP, IPV4_HLEN, ipv4HeaderLength } from "../../wire/ipv4.ts";
import {
  emitTcpHeader,
  setTcpChecksum,
  TCP_HLEN,
  TCP_SYN,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  tcpAcknowledgmentNumber,
  tcpDestinationPort,
  tcpSourcePort,
} from "../../wire/tcp.ts";
import { UDP_HLEN } from "../../wire/udp.ts";
import type { Resolver } from "../names/resolver.ts";
import { capable, closeSocket, fail, ownSocket } from "../process.ts";
import type { Sys } from "../types.ts";
import type { TraceOptions } from "./traceroute-options.ts";

const FIRST_PORT = 33_434;
const UDP_CONST_PORT = 53;
const TCP_PORT = 80;
/** Header and 20 bytes of options. */
const SYN_LENGTH = 40;

export interface Probe {
  sent_ns: number | null;
  /** From when on it is waited for: when its round began, for a real sendto(2) takes next to no time. */
  from_ns: number;
  received_ns: number | null;
  from: Ipv4 | null;
  /** Of the answer. */
  ttl: number;
  /** "!H" and the like. */
  note: string;
  done: boolean;
  final: boolean;
  /** UDP: its own. */
  socket: SocketId | null;
  /** TCP: source port and sequence number; ICMP: sequence number. */
  port: number;
  seq: number;
}

export function emptyProbe(): Probe {
  return {
    sent_ns: null,
    from_ns: 0,
    received_ns: null,
    from: null,
    ttl: 0,
    note: "",
    done: false,
    final: false,
    socket: null,
    port: 0,
    seq: 0,
  };
}

export interface Trace {
  o: TraceOptions;
  resolver: Resolver;
  target: Ipv4;
  /** Of a probe; --mtu shortens it. */
  length: number;
  source: Ipv4;
  /** The one socket of ICMP and TCP. */
  socket: SocketId | null;
  raw: boolean;
  identifier: number;
  /** How many probes have been sent: it makes ports and sequence numbers. */
  sends: number;
  probes: Probe[];
  /** First probe that is not printed, first that need not be sent. */
  start: number;
  end: number;
  /** Where the sending round stands: next probe, probes under way, when it began; null between rounds. */
  round: { at: number; under: number; began_ns: number } | null;
  lastSend_ns: number | null;
  names: Record<number, string>;
}

/** Options that all sockets of traceroute have. False: one was refused, or the target cannot be reached, and traceroute has ended. */
function prepare(sys: Sys, t: Trace, id: SocketId, port: number): boolean {
  const s = socket(sys.world, id);
  const device = t.o.device === null ? null : devByName(sys.world, sys.proc.netns, t.o.device);
  if (t.o.device !== null && !device) return refuse(sys, "setsockopt SO_BINDTODEVICE", ENODEV);
  s.dev = device?.id ?? null;
  s.recvErr = true;
  s.tos = t.o.tos;
  s.pmtuDisc = t.o.dontFragment ? "probe" : "dont";
  const bound = t.source === IPV4_ANY ? 0 : socketBind(sys.world, id, t.source, 0);
  if (bound < 0) return refuse(sys, "bind", bound);
  const connected = socketConnect(sys.world, id, t.target, port);
  return connected >= 0 || refuse(sys, "connect", connected);
}

function refuse(sys: Sys, what: string, errno: number): false {
  fail(sys, `\n${what}: ${strerror(errno)}\n`, 1);
  return false;
}

/** The raw socket of ICMP and TCP; ICMP makes do with a ping socket where it may have no raw one. */
export function openRaw(sys: Sys, t: Trace): boolean {
  const { world, proc } = sys;
  const tcp = t.o.method === "tcp";
  t.raw = capable(sys, "NET_RAW");
  const may = t.raw || !tcp;
  const id = may
    ? socketCreate(world, proc.netns, proc.id, t.raw ? "raw" : "ping", tcp ? IPPROTO_TCP : IPPROTO_ICMP)
    : -1;
  if (id < 0) {
    fail(sys, "You do not have enough privileges to use this traceroute method.\nsocket: Operation not permitted\n", 1);
    return false;
  }
  t.socket = ownSocket(sys, id);
  if (!prepare(sys, t, id, 0)) return false;
  if (!t.raw) t.identifier = socket(world, id).localPort;
  return true;
}

export function drop(sys: Sys, probe: Probe): void {
  if (probe.socket !== null) closeSocket(sys, probe.socket);
  probe.socket = null;
}

/** False: it could not be sent, and traceroute has ended. */
export function send(sys: Sys, t: Trace, n: number): boolean {
  const probe = t.probes[n] as Probe;
  const ttl = Math.floor(n / t.o.queries) + 1;
  const { method } = t.o;
  if (method.startsWith("udp") && !openUdp(sys, t, n)) return false;
  const errno =
    method === "icmp"
      ? sendIcmp(sys, t, probe, ttl)
      : method === "tcp"
        ? sendSyn(sys, t, probe, ttl)
        : sendUdp(sys, t, n, ttl);
  // What is too long for the device is told by the socket's queue of errors.
  if (errno < 0 && errno !== EMSGSIZE) return refuse(sys, "send", errno);
  t.sends++;
  probe.sent_ns = sys.world.now_ns;
  probe.from_ns = t.round?.began_ns ?? probe.sent_ns;
  t.lastSend_ns = sys.world.now_ns;
  return true;
}

function sendIcmp(sys: Sys, t: Trace, probe: Probe, ttl: number): number {
  const id = t.socket as SocketId;
  socket(sys.world, id).ttl = ttl;
  const length = Math.max(t.length - IPV4_HLEN - ICMP_HLEN, 0);
  const bytes = filled(ICMP_HLEN + length, ICMP_HLEN);
  probe.seq = (t.sends + 1) & 0xffff;
  emitIcmpEcho(bytes, 0, ICMP_ECHO, t.identifier, probe.seq, length);
  return sendTo(sys.world, id, { payload: bytes });
}

/** A SYN with the options that Linux would send, from a random port. */
function sendSyn(sys: Sys, t: Trace, probe: Probe, ttl: number): number {
  const id = t.socket as SocketId;
  const { random, now_ns } = sys.world;
  const s = socket(sys.world, id);
  s.ttl = ttl;
  probe.port = 32_768 + randomBelow(random, 28_232);
  probe.seq = randomU32(random);
  const segment = new Uint8Array(SYN_LENGTH);
  emitTcpHeader(segment, 0, {
    sourcePort: probe.port,
    destinationPort: t.o.port ?? TCP_PORT,
    sequenceNumber: probe.seq,
    acknowledgmentNumber: 0,
    flags: TCP_SYN,
    window: 5840,
    urgentPointer: 0,
    options: [
      { kind: TCPOPT_MSS, mss: 1460 },
      { kind: TCPOPT_SACK_PERM },
      { kind: TCPOPT_TIMESTAMP, value: Math.floor(now_ns / 1_000_000) >>> 0, echoReply: 0 },
      { kind: TCPOPT_NOP },
      { kind: TCPOPT_WINDOW, shift: 2 },
    ],
  });
  setTcpChecksum(segment, 0, SYN_LENGTH, s.local, t.target);
  return sendTo(sys.world, id, { payload: segment });
}

/** The socket of one probe by UDP. */
function openUdp(sys: Sys, t: Trace, n: number): boolean {
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  const port = t.o.method === "udp-const" ? (t.o.port ?? UDP_CONST_PORT) : (t.o.port ?? FIRST_PORT) + t.sends;
  (t.probes[n] as Probe).socket = id;
  return prepare(sys, t, id, port & 0xffff);
}

function sendUdp(sys: Sys, t: Trace, n: number, ttl: number): number {
  const id = t.probes[n]?.socket as SocketId;
  socket(sys.world, id).ttl = ttl;
  return sendTo(sys.world, id, { payload: filled(Math.max(t.length - IPV4_HLEN - UDP_HLEN, 0), 0) });
}

/** Bytes '@', 'A' … behind the header. */
function filled(length: number, header: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = header; i < length; i++) bytes[i] = 0x40 + ((i - header) & 0x3f);
  return bytes;
}

/** Reads what has come: one message of the ICMP socket, or one of each UDP socket. False: nothing has. */
export function poll(sys: Sys, t: Trace): boolean {
  if (t.socket !== null) {
    const message = socketRecv(sys.world, t.socket);
    if (message && t.o.method === "tcp") receiveTcp(sys, t, message);
    else if (message) receiveIcmp(sys, t, message);
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
  if (isOwnLength(t, message)) return settleFirst(sys, t, message);
  const at = t.raw && !message.error ? ipv4HeaderLength(bytes, 0) : 0;
  if (bytes.length < at + ICMP_HLEN || icmpIdentifier(bytes, at) !== t.identifier) return;
  if (!message.error && icmpType(bytes, at) !== ICMP_ECHOREPLY) return;
  const seq = icmpSequence(bytes, at);
  const probe = t.probes.find((p) => !p.done && p.sent_ns !== null && p.seq === seq);
  if (probe) settle(sys, t, probe, message);
}

/** The own kernel found a probe too long, and does not quote it: traceroute takes it for the first. */
function isOwnLength(t: Trace, { error }: Message): boolean {
  return error !== undefined && error !== null && error.type < 0 && t.o.dontFragment;
}

function settleFirst(sys: Sys, t: Trace, message: Message): void {
  const probe = t.probes[(t.o.firstHop - 1) * t.o.queries];
  if (probe && !probe.done) settle(sys, t, probe, message);
}

/** A SYN-ACK or RST for one of the SYNs, or an ICMP error that quotes one. */
function receiveTcp(sys: Sys, t: Trace, message: Message): void {
  const { bytes, error } = message;
  if (isOwnLength(t, message)) return settleFirst(sys, t, message);
  const at = error ? 0 : ipv4HeaderLength(bytes, 0);
  if (bytes.length < at + (error ? 8 : TCP_HLEN)) return;
  const port = error ? tcpSourcePort(bytes, at) : tcpDestinationPort(bytes, at);
  const probe = t.probes.find((p) => !p.done && p.sent_ns !== null && p.port === port);
  if (!probe) return;
  if (!error && tcpAcknowledgmentNumber(bytes, at) !== (probe.seq + 1) >>> 0) return;
  settle(sys, t, probe, message);
}

/** An answer to a probe: from the target itself, or an error from whoever is on the way. */
function settle(sys: Sys, t: Trace, probe: Probe, message: Message): void {
  const { error } = message;
  if (t.o.discoverMtu && error && error.info >= IPV4_HLEN + UDP_HLEN && error.info < t.length) {
    t.length = error.info;
    drop(sys, probe);
    // It is sent again, and with its answer it tells the MTU.
    Object.assign(probe, { ...emptyProbe(), note: `F=${error.info}` });
    return;
  }
  probe.done = true;
  probe.received_ns = message.t_ns;
  probe.ttl = message.ttl;
  probe.from = error && error.type >= 0 ? error.from : error ? null : message.source;
  probe.final = !error || error.type === ICMP_DEST_UNREACH || error.type < 0;
  if (error && error.type < 0 && error.errno === EMSGSIZE) probe.note = `!F-${error.info}`;
  if (error?.type === ICMP_DEST_UNREACH && error.code !== 3) probe.note = unreachable(error.code, error.info);
  drop(sys, probe);
}

function unreachable(code: number, info: number): string {
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
