/** arping: iputils 20221126. */
import { SECOND_NS } from "../../base/time.ts";
import { strerror } from "../../kernel/errno.ts";
import { routeGet } from "../../kernel/ipv4/route-get.ts";
import { socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { packetBind, packetSend } from "../../kernel/socket/packet.ts";
import { socket, socketClose, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { Message, NetDevice, SocketId } from "../../kernel/types.ts";
import { dev, devByName } from "../../kernel/world.ts";
import { formatIpv4, formatMac, IPV4_ANY, type Ipv4, MAC_BROADCAST, type Mac } from "../../wire/address.ts";
import {
  ARP_LEN,
  ARPOP_REPLY,
  ARPOP_REQUEST,
  arpOp,
  arpSha,
  arpSpa,
  arpTha,
  arpTpa,
  emitArp,
  refuseArp,
} from "../../wire/arp.ts";
import { DNS_TYPE_A } from "../../wire/dns.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../../wire/ethernet.ts";
import { knownAddress } from "../names/hosts.ts";
import { createResolver, failureText, lookUpAddress, type Resolver, resolverWake } from "../names/resolver.ts";
import { capable, exit, fail, ownSocket, setTimer, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";

const TICK = 0;
const DEADLINE = 1;

interface Arping {
  socket: SocketId;
  dev: number;
  mac: Mac;
  source: Ipv4;
  target: Ipv4;
  /** Where the next probe goes: all, and once somebody has answered, that one. */
  to: Mac;
  flags: string;
  count: number;
  /** -w was given. */
  timed: boolean;
  interval_ns: number;
  ticks: number;
  sent: number;
  broadcasts: number;
  received: number;
  broadcastsReceived: number;
  requestsReceived: number;
  last_ns: number;
  nextTick_ns: number;
}

interface Locals {
  o: Options;
  resolver: Resolver;
  /** Null while the target's name is looked up. */
  arping: Arping | null;
}

const USAGE = `
Usage:
  arping [options] <destination>

Options:
  -f            quit on first reply
  -q            be quiet
  -b            keep on broadcasting, do not unicast
  -D            duplicate address detection mode
  -U            unsolicited ARP mode, update your neighbours
  -A            ARP answer mode, update your neighbours
  -V            print version and exit
  -c <count>    how many packets to send
  -w <timeout>  how long to wait for a reply
  -i <interval> set interval between packets (default: 1 second)
  -I <device>   which ethernet device to use
  -s <source>   source ip address
  <destination> dns name or ip address

For more details see arping(8).
`;

interface Options {
  flags: string;
  count: number;
  wait_ns: number;
  interval_ns: number;
  device: string | null;
  source: string | null;
  target: string;
}

const INT_MAX = 2_147_483_647;

function parse(sys: Sys, args: readonly string[]): Options | null {
  const values: Record<string, string> = {};
  let flags = "";
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^-./.test(arg)) {
      operands.push(arg);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      if ("cwiIs".includes(letter)) {
        const value = arg.slice(i + 1) || args[++at];
        if (value === undefined) return refuse(sys, `arping: option requires an argument -- '${letter}'\n${USAGE}`);
        values[letter] = value;
        break;
      }
      if (letter === "h") return refuse(sys, USAGE);
      if (!"bfDUAqV".includes(letter)) return refuse(sys, `arping: invalid option -- '${letter}'\n${USAGE}`);
      flags += letter;
    }
  }
  if (flags.includes("V")) {
    write(sys, 1, "arping from iputils 20221126\n");
    write(sys, 1, "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n");
    exit(sys, 0);
    return null;
  }
  const target = operands[0];
  if (target === undefined || operands.length > 1) return refuse(sys, USAGE);
  for (const letter of ["c", "w", "i"]) {
    const value = values[letter];
    const min = letter === "c" ? 1 : 0;
    if (value === undefined) continue;
    if (!/^\s*[-+]?\d+$/.test(value)) return refuse(sys, `arping: invalid argument: '${value}'\n`, 1);
    const number = Number(value);
    if (number >= min && number <= INT_MAX) continue;
    return refuse(sys, `arping: invalid argument: '${value}': out of range: ${min} <= value <= ${INT_MAX}\n`, 1);
  }
  return {
    flags,
    count: Number(values.c ?? 0),
    wait_ns: Number(values.w ?? 0) * SECOND_NS,
    interval_ns: Number(values.i ?? 1) * SECOND_NS || SECOND_NS,
    device: values.I ?? null,
    source: values.s ?? null,
    target,
  };
}

function refuse(sys: Sys, text: string, status = 2): null {
  fail(sys, text, status);
  return null;
}

/** The device of -I, or the one that the route to the target leaves by; null: refused. */
function chooseDevice(sys: Sys, o: Options, target: Ipv4): NetDevice | null {
  const { world, proc } = sys;
  const found = o.device === null ? deviceTo(sys, target) : devByName(world, proc.netns, o.device);
  if (!found && o.device === null) return refuse(sys, "arping: NETLINK_ROUTE unexpected iov element\n", 1);
  if (!found) return refuse(sys, `arping: Device ${o.device} not available.\n`);
  const arpable = found.kind !== "loopback" && !found.noarp;
  if (found.up && arpable) return found;
  if (!o.flags.includes("q")) write(sys, 1, `Interface "${found.name}" is ${found.up ? "not ARPable" : "down"}\n`);
  exit(sys, found.up && o.flags.includes("D") ? 0 : 2);
  return null;
}

function deviceTo(sys: Sys, target: Ipv4): NetDevice | null {
  const route = routeGet(sys.world, sys.proc.netns, { dst: target });
  if (typeof route === "number") return null;
  return dev(sys.world, route.dev);
}

/** The address to ask with, which must be this host's: of -s, 0.0.0.0 for -D, the target's for -U and -A, else the kernel's choice. */
function chooseSource(sys: Sys, o: Options, device: NetDevice, target: Ipv4): Ipv4 | null {
  const { world, proc } = sys;
  const given = o.source === null ? null : knownAddress(sys, o.source);
  if (o.source !== null && given === null) return refuse(sys, `arping: invalid source ${o.source}\n`);
  if (given === null && o.flags.includes("D")) return IPV4_ANY;
  const own = given ?? (/[UA]/.test(o.flags) ? target : null);
  const probe = socketCreate(world, proc.netns, proc.id, "udp", 17);
  const sock = socket(world, probe);
  sock.dev = device.id;
  const errno = own === null ? socketConnect(world, probe, target, 1025) : socketBind(world, probe, own, 0);
  const { local } = sock;
  socketClose(world, probe);
  if (errno < 0) return refuse(sys, `arping: ${own === null ? "connect" : "bind"}: ${strerror(errno)}\n`);
  return local;
}

function start(sys: Sys, argv: string[]): void {
  const o = parse(sys, argv.slice(1));
  if (!o) return;
  if (!capable(sys, "NET_RAW")) return fail(sys, "arping: socket: Operation not permitted\n", 2);
  const locals: Locals = { o, resolver: createResolver(), arping: null };
  sys.proc.locals = locals;
  resolveTarget(sys, locals);
}

function resolveTarget(sys: Sys, locals: Locals): void {
  const { target } = locals.o;
  const answer = lookUpAddress(sys, locals.resolver, target, [DNS_TYPE_A]);
  if (answer === null) return;
  const address = answer.addresses[0];
  if (address !== undefined) begin(sys, locals, address);
  else fail(sys, `arping: ${target}: ${failureText(answer.failed ?? "noname")}\n`, 2);
}

function begin(sys: Sys, locals: Locals, target: Ipv4): void {
  const { o } = locals;
  const device = chooseDevice(sys, o, target);
  if (!device) return;
  const source = chooseSource(sys, o, device, target);
  if (source === null) return;
  const { world, proc } = sys;
  const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "packet", ETH_P_ARP));
  packetBind(world, id, device.id);
  const s: Arping = {
    socket: id,
    dev: device.id,
    mac: device.mac,
    source,
    target,
    to: MAC_BROADCAST,
    flags: o.flags,
    count: o.count,
    timed: o.wait_ns > 0,
    interval_ns: o.interval_ns,
    ticks: 0,
    sent: 0,
    broadcasts: 0,
    received: 0,
    broadcastsReceived: 0,
    requestsReceived: 0,
    last_ns: 0,
    nextTick_ns: 0,
  };
  locals.arping = s;
  if (!s.flags.includes("q")) write(sys, 1, `ARPING ${formatIpv4(target)} from ${formatIpv4(source)} ${device.name}\n`);
  if (o.wait_ns > 0) setTimer(sys, DEADLINE, o.wait_ns);
  tick(sys, s);
}

function tick(sys: Sys, s: Arping): void {
  s.ticks++;
  if (s.count > 0 && s.ticks > s.count) return finish(sys, s);
  const frame = new Uint8Array(ETH_HLEN + ARP_LEN);
  emitEthernet(frame, 0, s.to, s.mac, ETH_P_ARP);
  const op = s.flags.includes("A") ? ARPOP_REPLY : ARPOP_REQUEST;
  emitArp(frame, ETH_HLEN, op, s.mac, s.source, s.flags.includes("A") ? s.mac : s.to, s.target);
  if (packetSend(sys.world, s.socket, s.dev, frame) > 0) {
    s.last_ns = sys.world.now_ns;
    s.sent++;
    if (s.to === MAC_BROADCAST) s.broadcasts++;
  }
  s.nextTick_ns = sys.world.now_ns + s.interval_ns;
  setTimer(sys, TICK, s.interval_ns);
}

function receive(sys: Sys, s: Arping, message: Message): void {
  const { bytes } = message;
  const at = ETH_HLEN;
  if (message.pkttype > 2 || refuseArp(bytes, at, bytes.length - at)) return;
  const fromMac = arpSha(bytes, at);
  const toIp = arpTpa(bytes, at);
  if (arpSpa(bytes, at) !== s.target) return;
  if (s.flags.includes("D")) {
    if (fromMac === s.mac || (s.source !== IPV4_ANY && toIp !== s.source)) return;
  } else if (toIp !== s.source || arpTha(bytes, at) !== s.mac) return;
  const reply = arpOp(bytes, at) === ARPOP_REPLY;
  if (!s.flags.includes("q")) write(sys, 1, describe(sys, s, message, reply));
  s.received++;
  if (s.timed && s.received === s.count) return finish(sys, s);
  if (message.pkttype !== 0) s.broadcastsReceived++;
  if (!reply) s.requestsReceived++;
  if (s.flags.includes("f") || s.flags.includes("D")) return finish(sys, s);
  if (!s.flags.includes("b")) s.to = fromMac;
}

function describe(sys: Sys, s: Arping, message: Message, reply: boolean): string {
  const { bytes, pkttype } = message;
  const upper = (mac: Mac) => formatMac(mac).toUpperCase();
  const toIp = arpTpa(bytes, ETH_HLEN);
  const toMac = arpTha(bytes, ETH_HLEN);
  let text = `${pkttype === 0 ? "Unicast" : "Broadcast"} ${reply ? "reply" : "request"} from ${formatIpv4(s.target)} `;
  text += `[${upper(arpSha(bytes, ETH_HLEN))}] `;
  if (toIp !== s.source) text += `for ${formatIpv4(toIp)} `;
  if (toMac !== s.mac) text += `${toIp === s.source ? "for " : ""}[${upper(toMac)}]`;
  // arping adds half a millisecond for rounding and never takes it away again.
  const us = Math.floor((sys.world.now_ns - s.last_ns) / 1000);
  const ms = Math.floor((us + 500) / 1000);
  return `${text} ${ms}.${String(us - (ms * 1000 - 500)).padStart(3, "0")}ms\n`;
}

function finish(sys: Sys, s: Arping): void {
  const extra = [
    ...(s.requestsReceived > 0 ? [`${s.requestsReceived} request(s)`] : []),
    ...(s.broadcastsReceived > 0 ? [`${s.broadcastsReceived} broadcast(s)`] : []),
  ];
  const more = extra.length > 0 ? ` (${extra.join(", ")})` : "";
  if (!s.flags.includes("q")) {
    write(sys, 1, `Sent ${s.sent} probes (${s.broadcasts} broadcast(s))\nReceived ${s.received} response(s)${more}\n`);
  }
  exit(sys, status(s));
}

/** Without a deadline or with a count, an answer is expected for each probe, and no more than one. */
function status(s: Arping): number {
  const heard = s.received > 0;
  if (s.flags.includes("D")) return heard ? 1 : 0;
  if (/[UA]/.test(s.flags)) return 0;
  const well = s.timed && s.count === 0 ? heard : s.sent === s.received;
  return well ? 0 : 1;
}

function wake(sys: Sys, why: Wake): void {
  const locals = sys.proc.locals as Locals;
  const s = locals.arping;
  if (s === null) {
    if (why.type === "signal") return exit(sys, 1);
    if (resolverWake(sys, locals.resolver, why)) resolveTarget(sys, locals);
    return;
  }
  if (why.type === "timer" && why.slot === TICK) return tick(sys, s);
  if (why.type === "socket") {
    for (let m = socketRecv(sys.world, s.socket); m && sys.proc.exit === null; m = socketRecv(sys.world, s.socket)) {
      receive(sys, s, m);
      if (sys.proc.exit !== null) return;
    }
    return;
  }
  // A probe that is due at the very end is sent still.
  if (why.type === "timer" && s.nextTick_ns <= sys.world.now_ns) tick(sys, s);
  if (sys.proc.exit === null) finish(sys, s);
}

export const arping: Program = {
  path: "/usr/bin/arping",
  about: "send ARP requests",
  catches: ["SIGINT"],
  start,
  wake,
};
