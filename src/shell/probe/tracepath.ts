/**
 * tracepath of iputils 20221126: one UDP datagram after the other, as long as the path takes them, with a rising TTL. What comes back it reads from
 * the socket's queue of errors. Left out: IPv6.
 */
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { EACCES, ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, ENETUNREACH, EPROTO, strerror } from "../../kernel/errno.ts";
import { sendTo } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { Message, SocketId } from "../../kernel/types.ts";
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";
import { ICMP_TIME_EXCEEDED } from "../../wire/icmpv4.ts";
import { IPPROTO_UDP, IPV4_HLEN } from "../../wire/ipv4.ts";
import { UDP_HLEN } from "../../wire/udp.ts";
import {
  createResolver,
  failureText,
  lookUpAddress,
  lookUpName,
  type Resolver,
  resolverWake,
} from "../names/resolver.ts";
import { cancelTimer, dieOf, exit, fail, ownSocket, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";

const OVERHEAD = IPV4_HLEN + UDP_HLEN;
const MAX_MTU = 65_535;
const BASE_PORT = 44_444;
const MAX_HOPS = 30;
/** How many ports it goes round, and how often it sends for one TTL. */
const HISTORY = 64;
const TRIES = 3;
const SENDS = 10;
/** Columns of a host's name. */
const HOST_COLUMNS = 52;
/** select(2) for a second, with its slack of 0.1 %. */
const WAIT_NS = SECOND_NS + MS_NS;
const WAIT = 0;

const VERSION = `tracepath from iputils 20221126
libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes
`;
const USAGE_STATUS = 255;

const USAGE = `
Usage
  tracepath [options] <destination>

Options:
  -4             use IPv4
  -6             use IPv6
  -b             print both name and ip
  -l <length>    use packet <length>
  -m <hops>      use maximum <hops>
  -n             no dns name resolution
  -p <port>      use destination <port>
  -V             print version and exit
  <destination>  dns name or ip address

For more details see tracepath(8).
`;

interface Options {
  target: string;
  numeric: boolean;
  both: boolean;
  mtu: number;
  maxHops: number;
  port: number;
}

interface Path {
  o: Options;
  socket: SocketId;
  target: Ipv4;
  mtu: number;
  ttl: number;
  /** How often it has been tried with this TTL, and the MTU before the last try. */
  tries: number;
  oldMtu: number;
  /** Which port comes next. */
  turn: number;
  /** An error whose sender's name is being asked for. */
  held: Message | null;
}

interface Locals {
  o: Options;
  resolver: Resolver;
  path: Path | null;
}

function parse(sys: Sys, args: readonly string[]): Options | null {
  const o: Options = { target: "", numeric: false, both: false, mtu: MAX_MTU, maxHops: MAX_HOPS, port: BASE_PORT };
  const numbers: Record<string, "mtu" | "maxHops" | "port"> = { l: "mtu", m: "maxHops", p: "port" };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const [, letter = "", rest = ""] = /^-(\w)(.*)$/.exec(word) ?? [];
    const field = numbers[letter];
    if (!word.startsWith("-")) o.target ||= word;
    else if (letter === "V") return refuse(sys, VERSION, 0);
    else if (field !== undefined) {
      const text = rest === "" ? args[++at] : rest;
      if (text === undefined)
        return refuse(sys, `tracepath: option requires an argument -- '${letter}'\n${USAGE}`, USAGE_STATUS);
      if (!/^\d+$/.test(text)) return refuse(sys, `tracepath: invalid argument: '${text}'\n`, 1);
      o[field] = Number(text);
    } else if (!/^-[46nb]+$/.test(word)) {
      return refuse(sys, `tracepath: invalid option -- '${letter || word.slice(1, 2)}'\n${USAGE}`, USAGE_STATUS);
    } else {
      o.numeric ||= word.includes("n");
      o.both ||= word.includes("b");
    }
  }
  if (o.target === "") return refuse(sys, USAGE, USAGE_STATUS);
  const [host = "", port] = o.target.split("/");
  return { ...o, target: host, port: port === undefined ? o.port : Number(port) };
}

function refuse(sys: Sys, text: string, status: number): null {
  if (status === 0) {
    write(sys, 1, text);
    exit(sys, 0);
  } else fail(sys, text, status);
  return null;
}

function start(sys: Sys, argv: string[]): void {
  const o = parse(sys, argv.slice(1));
  if (!o) return;
  const locals: Locals = { o, resolver: createResolver(), path: null };
  sys.proc.locals = locals;
  resolveTarget(sys, locals);
}

function resolveTarget(sys: Sys, locals: Locals): void {
  const { o, resolver } = locals;
  const answer = lookUpAddress(sys, resolver, o.target);
  if (!answer) return;
  const [target] = answer.addresses;
  if (target === undefined) return fail(sys, `tracepath: ${o.target}: ${failureText(answer.failed ?? "noname")}\n`, 1);
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", IPPROTO_UDP));
  Object.assign(socket(world, id), { recvErr: true, pmtuDisc: "do" });
  if (o.mtu <= OVERHEAD) return fail(sys, `tracepath: pktlen must be > ${OVERHEAD} and <= 2147483647\n`, 1);
  const first = { mtu: o.mtu, oldMtu: o.mtu, ttl: 1, tries: 0, turn: 0, held: null };
  locals.path = { o, socket: id, target, ...first };
  tryTtl(sys, locals.path);
}

/** One try with a TTL: sends a datagram that the device takes, and waits. */
function tryTtl(sys: Sys, p: Path): void {
  if (p.ttl > p.o.maxHops) {
    write(sys, 1, `     Too many hops: pmtu ${p.mtu}\n`);
    return finish(sys, p, "");
  }
  p.oldMtu = p.mtu;
  socket(sys.world, p.socket).ttl = p.ttl;
  for (let sends = 0; sends < SENDS; sends++) {
    const payload = new Uint8Array(p.mtu - OVERHEAD);
    writeProbe(payload, p.ttl, sys.world.now_ns);
    const sent = sendTo(sys.world, p.socket, { address: p.target, port: p.o.port + p.turn, payload });
    if (sent >= 0) {
      p.turn = (p.turn + 1) % HISTORY;
      return setTimer(sys, WAIT, WAIT_NS);
    }
    // What is too long for the device is told at once: the next send is shorter, and counts anew.
    const told = socketRecv(sys.world, p.socket);
    if (!told?.error) continue;
    tell(sys, p, told, null);
    sends = -1;
  }
  write(sys, 1, `${hop(p.ttl)}:  send failed\n`);
  finish(sys, p, "");
}

/** Reads what has come; goes on with the next try or the next TTL, or ends. Where nothing has it waits on, unless the time is over. */
function receive(sys: Sys, locals: Locals, p: Path, isOver: boolean): void {
  let progress = false;
  for (;;) {
    const message = p.held ?? socketRecv(sys.world, p.socket);
    if (message === null) break;
    if (!message.error) {
      write(sys, 1, `${hop(p.ttl)}?: reply received 8)\n`);
      return finish(sys, p, "");
    }
    p.held = message;
    const from = message.error.from;
    const named = message.error.type < 0 || p.o.numeric ? null : lookUpName(sys, locals.resolver, from);
    if (message.error.type >= 0 && !p.o.numeric && named === null) return;
    p.held = null;
    // Each name is asked for anew.
    if (named) locals.resolver = createResolver();
    const end = tell(sys, p, message, named && (named.name ?? (named.failed === "again" ? "???" : null)));
    // Once the MTU is another one all is done again, even if the end was reached.
    if (end !== null && p.mtu === p.oldMtu) return finish(sys, p, end);
    progress = true;
    if (end !== null) break;
  }
  if (!progress && !isOver) return;
  cancelTimer(sys, WAIT);
  if (p.mtu !== p.oldMtu) p.tries = 0;
  else if (progress) next(p);
  else if (++p.tries >= TRIES) {
    write(sys, 1, `${hop(p.ttl)}:  no reply\n`);
    next(p);
  }
  tryTtl(sys, p);
}

function next(p: Path): void {
  p.ttl++;
  p.tries = 0;
}

function hop(ttl: number): string {
  return String(ttl).padStart(2);
}

/** Prints what an error says; null to go on, else what the last line says of the way. */
function tell(sys: Sys, p: Path, { error, bytes, ttl, t_ns }: Message, name: string | null): string | null {
  if (!error) return null;
  const isLocal = error.type < 0;
  const probe = readProbe(bytes);
  const sent = probe?.ttl ?? p.ttl;
  const address = formatIpv4(error.from);
  const host = name === null ? address : p.o.both ? `${name} (${address})` : name;
  write(sys, 1, isLocal ? `${hop(p.ttl)}?: ${"[LOCALHOST]".padEnd(32)} ` : `${hop(sent)}:  ${inColumn(host)}`);
  if (probe) write(sys, 1, tripText(t_ns - probe.sent_ns));
  const back = ttl <= 64 ? 65 - ttl : ttl <= 128 ? 129 - ttl : 256 - ttl;
  switch (error.errno) {
    case EMSGSIZE:
      write(sys, 1, `pmtu ${error.info}\n`);
      p.mtu = error.info;
      return null;
    case ECONNREFUSED:
      write(sys, 1, "reached\n");
      return `hops ${sent} back ${back} `;
    case EHOSTUNREACH:
      if (error.type !== ICMP_TIME_EXCEEDED || error.code !== 0) break;
      write(sys, 1, `${back === sent ? "" : `asymm ${hop(back)} `}\n`);
      return null;
  }
  const mark: Record<number, string> = { [EHOSTUNREACH]: "!H", [ENETUNREACH]: "!N", [EACCES]: "!A", [EPROTO]: "!P" };
  write(sys, 1, `${mark[error.errno] ?? ""}\n`);
  if (mark[error.errno] === undefined) write(sys, 2, `NET ERROR: ${strerror(error.errno)}\n`);
  return "";
}

/** struct probehdr: what of a probe comes back tells when it was sent, and with which TTL. */
const PROBE_LENGTH = 24;

function writeProbe(payload: Uint8Array, ttl: number, sent_ns: number): void {
  if (payload.length < PROBE_LENGTH) return;
  const view = new DataView(payload.buffer);
  view.setUint32(0, ttl, true);
  view.setFloat64(8, sent_ns, true);
}

function readProbe(bytes: Uint8Array): { ttl: number; sent_ns: number } | null {
  if (bytes.length < PROBE_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { ttl: view.getUint32(0, true), sent_ns: view.getFloat64(8, true) };
}

function inColumn(host: string): string {
  return host + " ".repeat(host.length >= HOST_COLUMNS ? 1 : HOST_COLUMNS - host.length);
}

/** "  0.123ms " */
function tripText(trip_ns: number): string {
  const us = Math.floor(trip_ns / 1000);
  return `${String(Math.floor(us / 1000)).padStart(3)}.${String(us % 1000).padStart(3, "0")}ms `;
}

function finish(sys: Sys, p: Path, way: string): void {
  write(sys, 1, `     Resume: pmtu ${p.mtu} ${way}\n`);
  exit(sys, 0);
}

function wake(sys: Sys, why: Wake): void {
  const locals = sys.proc.locals as Locals;
  if (why.type === "signal") return dieOf(sys, why.signal);
  const answered = resolverWake(sys, locals.resolver, why);
  const { path } = locals;
  if (path === null) return answered ? resolveTarget(sys, locals) : undefined;
  const isMine = why.type === "socket" ? why.socket === path.socket : why.type === "timer" && why.slot === WAIT;
  if (answered || isMine) receive(sys, locals, path, why.type === "timer");
}

export const tracepath: Program = {
  path: "/usr/bin/tracepath",
  about: "trace the way to a host and what it takes",
  start,
  wake,
};
