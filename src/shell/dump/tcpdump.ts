/**
 * tcpdump 4.99 on libpcap 1.10: captures by an AF_PACKET socket. Onto a terminal packets are printed as they come; otherwise
 * they come by the block, once a second, as TPACKET_V3 hands them over. Left out: what isn't Ethernet or IP.
 */
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { strerror } from "../../kernel/errno.ts";
import { PACKET_OUTGOING } from "../../kernel/netdev/pkttype.ts";
import { packetBind } from "../../kernel/socket/packet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { DevId, Message, NetDevice, SocketId, World } from "../../kernel/types.ts";
import { dev, devByName, netns } from "../../kernel/world.ts";
import { formatMac } from "../../wire/address.ts";
import { ETH_HLEN, ethernetSrc, ethernetType } from "../../wire/ethernet.ts";
import { type Filter, faultText, parseFilter } from "../../wire/filter/parse.ts";
import { passes } from "../../wire/filter/passes.ts";
import { appendFile, openForWrite, readFile, resolvePath } from "../files.ts";
import { nameFor } from "../names/hosts.ts";
import {
  awaitInput,
  buffer,
  capable,
  exit,
  fail,
  flush,
  holdPromiscuous,
  isTerminal,
  ownSocket,
  readAll,
  setTimer,
  write,
} from "../process.ts";
import { civilTime } from "../text/date.ts";
import { place } from "../text/filter.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { asciiDump, hexDump } from "./hex.ts";
import { type DumpOptions, parseDump } from "./options.ts";
import { etherTypeName, printEthernet, printFrame, printNetwork } from "./print.ts";
import type { PrintContext } from "./print-tcp.ts";
import { fileHeader, fileRecord, LINK_NAMES, type LinkType, readSavefile } from "./savefile.ts";

const ETH_P_ALL = 3;
/** The ring's size, bytes. */
const RING_BYTES = 2 << 20;
/** How long a block waits to be filled: to_ms of pcap_open_live. */
const BLOCK_NS = 1000 * MS_NS;
const BLOCK = 0;
/** From exec until the ring is set up. */
const OPEN = 1;
const OPEN_NS = 10 * MS_NS;

interface Dump {
  o: DumpOptions;
  filter: Filter | null;
  socket: SocketId;
  /** Null: all devices, in Linux cooked mode. */
  dev: DevId | null;
  link: LinkType;
  blocks: boolean;
  captured: number;
  received: number;
  first_ns: number | null;
  last_ns: number | null;
  conversations: Record<string, { seq: number; ack: number }>;
}

function start(sys: Sys, argv: string[]): void {
  const o = parseDump(sys, argv.slice(1));
  if (!o) return;
  if (o.list) return listDevices(sys);
  if (o.read !== null) return readFrom(sys, o, o.read);
  const any = o.interface === "any";
  const device = any ? null : chooseDevice(sys, o.interface);
  if (!any && !device) return;
  const name = device?.name ?? "any";
  if (!capable(sys, "NET_RAW")) {
    const why = "(socket: Operation not permitted)";
    return fail(sys, `tcpdump: ${name}: You don't have permission to perform this capture on that device\n${why}\n`, 1);
  }
  const filter = parseFilter(o.expression);
  if (filter?.t === "fault") return fail(sys, `tcpdump: ${faultText(filter)}\n`, 1);
  const link = device ? (device.ipTunnel === null ? "ethernet" : "raw") : "cooked";
  const s = createDump(o, filter, device?.id ?? null, link);
  if (!o.lineBuffered) buffer(sys);
  // A reader that is gone ends the capture like Ctrl-C (main(): setsignal(SIGPIPE, cleanup)).
  sys.proc.catches.push("SIGPIPE");
  s.blocks = !o.immediate && (o.write !== null || !(o.prompt || isTerminal(sys, 1)));
  sys.proc.locals = s;
  setTimer(sys, OPEN, OPEN_NS);
}

function createDump(o: DumpOptions, filter: Filter | null, device: DevId | null, link: LinkType): Dump {
  const counters = { captured: 0, received: 0, first_ns: null, last_ns: null };
  return { o, filter, socket: -1, dev: device, link, blocks: false, ...counters, conversations: {} };
}

/** -r: all packets of a file at once. */
function readFrom(sys: Sys, o: DumpOptions, path: string): void {
  if (path === "-") {
    sys.proc.locals = { o, text: "" } satisfies Reading;
    return readStdin(sys);
  }
  const text = readFile(sys.world, place(sys), path);
  if (typeof text === "number") return fail(sys, `tcpdump: ${path}: ${strerror(text)}\n`, 1);
  printFile(sys, o, path, text);
}

/** -r -: stdin as far as it has come. */
interface Reading {
  o: DumpOptions;
  text: string;
}

/** Reads on, and prints once all is there. */
function readStdin(sys: Sys): void {
  const s = sys.proc.locals as Reading;
  const { text, eof } = readAll(sys);
  s.text += text;
  if (eof) printFile(sys, s.o, "-", s.text);
  else awaitInput(sys);
}

function printFile(sys: Sys, o: DumpOptions, path: string, text: string): void {
  const file = readSavefile(sys, text);
  if (typeof file === "string") return fail(sys, `tcpdump: ${file}\n`, 1);
  const filter = parseFilter(o.expression);
  write(sys, 2, `reading from file ${path}, link-type ${LINK_NAMES[file.link]}, snapshot length ${file.snaplen}\n`);
  if (filter?.t === "fault") return fail(sys, `tcpdump: ${faultText(filter)}\n`, 1);
  const s = createDump(o, filter, null, file.link);
  if (o.write !== null && !createFile(sys, s, o.write)) return;
  for (const m of file.packets) {
    if (accepts(s, m) && goesTheWay(sys.world, s, m)) take(sys, s, m);
    if (sys.proc.exit !== null || (o.count > 0 && s.captured >= o.count)) break;
  }
  if (o.countOnly) write(sys, 1, `${many(s.captured)}\n`);
  if (sys.proc.exit === null) exit(sys, 0);
}

function many(packets: number): string {
  return `${packets} packet${packets === 1 ? "" : "s"}`;
}

/** -w: empties the file and writes its header. False: refused. */
function createFile(sys: Sys, s: Dump, path: string): boolean {
  const errno = path === "-" ? 0 : openForWrite(sys.world, place(sys), path, false);
  if (errno < 0) fail(sys, `tcpdump: ${path}: ${strerror(errno)}\n`, 1);
  else save(sys, path, fileHeader(s.link, s.o.snaplen));
  return errno >= 0;
}

function save(sys: Sys, path: string, text: string): void {
  if (path === "-") write(sys, 1, text);
  else appendFile(sys.world, sys.proc.node, resolvePath(sys.proc.cwd, path), text, sys.proc.netns);
}

/** Prints a packet, or saves it. */
function take(sys: Sys, s: Dump, m: Message): void {
  s.captured++;
  if (s.o.countOnly) return;
  if (s.o.write !== null) return save(sys, s.o.write, fileRecord(sys, s.link, m));
  if (!write(sys, 1, printMessage(sys, s, m)) && s.socket >= 0) finish(sys, s, true);
}

function open(sys: Sys, s: Dump): void {
  const { world, proc } = sys;
  const { o } = s;
  const name = s.dev === null ? "any" : (world.devs[s.dev]?.name ?? "");
  if (s.dev !== null && !world.devs[s.dev]) return fail(sys, `tcpdump: ${o.interface}: No such device exists\n`, 1);
  if (o.write !== null && !createFile(sys, s, o.write)) return;
  s.socket = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "packet", ETH_P_ALL));
  socket(world, s.socket).rcvbuf = RING_BYTES;
  if (s.dev !== null) packetBind(world, s.socket, s.dev);
  if (s.dev !== null && o.promiscuous) holdPromiscuous(sys, s.dev);
  const cooked = s.dev === null ? "tcpdump: data link type LINUX_SLL2\n" : "";
  const quiet =
    o.verbose > 0 || o.write !== null
      ? "tcpdump: "
      : "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n";
  const on = `listening on ${name}, link-type ${LINK_NAMES[s.link]}, snapshot length ${o.snaplen} bytes\n`;
  write(sys, 2, cooked + quiet + on);
  if (s.blocks) setTimer(sys, BLOCK, BLOCK_NS);
}

/** The device of -i, or the first that is up; null: refused. */
function chooseDevice(sys: Sys, wanted: string | null): NetDevice | null {
  const { world, proc } = sys;
  if (wanted === null) {
    const all = netns(world, proc.netns).devs.map((id) => dev(world, id));
    const chosen = all.find((d) => d.up && d.carrier && d.kind !== "loopback") ?? all.find((d) => d.up);
    if (!chosen) fail(sys, "tcpdump: no suitable device found\n", 1);
    return chosen ?? null;
  }
  const byNumber = /^\d+$/.test(wanted) ? netns(world, proc.netns).devs[Number(wanted) - 1] : undefined;
  const found = byNumber === undefined ? devByName(world, proc.netns, wanted) : dev(world, byNumber);
  if (!found) fail(sys, `tcpdump: ${wanted}: No such device exists\n(No such device exists)\n`, 1);
  else if (!found.up) fail(sys, `tcpdump: ${wanted}: That device is not up\n`, 1);
  return found?.up ? found : null;
}

/** What libpcap can capture from besides, on any Linux; nothing of it comes here. */
const PSEUDO_DEVICES = [
  "bluetooth-monitor (Bluetooth Linux Monitor) [Wireless]",
  "nflog (Linux netfilter log (NFLOG) interface) [none]",
  "nfqueue (Linux netfilter queue (NFQUEUE) interface) [none]",
  "dbus-system (D-Bus system bus) [none]",
  "dbus-session (D-Bus session bus) [none]",
];

function listDevices(sys: Sys): void {
  const { world, proc } = sys;
  const devices = netns(world, proc.netns).devs.map((id) => dev(world, id));
  const states = (d: NetDevice) => (d.up ? (d.carrier ? "Up, Running" : "Up") : "");
  const lines = [
    ...devices
      .filter((d) => d.kind !== "loopback" && d.up)
      .map((d) => `${d.name} [${states(d)}, ${d.carrier ? "Connected" : "Disconnected"}]`),
    "any (Pseudo-device that captures on all interfaces) [Up, Running]",
    ...devices
      .filter((d) => d.kind === "loopback")
      .map((d) => `${d.name} [${d.up ? "Up, Running, Loopback" : "Loopback"}]`),
    ...PSEUDO_DEVICES,
    ...devices.filter((d) => d.kind !== "loopback" && !d.up).map((d) => `${d.name} [none]`),
  ];
  write(sys, 1, lines.map((line, i) => `${i + 1}.${line}\n`).join(""));
  exit(sys, 0);
}

/** What the filter in the kernel lets through. */
function accepts(s: Dump, m: Message): boolean {
  return s.filter === null || passes(s.filter, m.bytes, m.pkttype);
}

/** libpcap looks at the direction itself, after the kernel has counted the packet. */
function goesTheWay(world: World, s: Dump, m: Message): boolean {
  const isOut = m.pkttype === PACKET_OUTGOING;
  // What goes out by loopback comes in again.
  if (isOut && world.devs[m.dev]?.kind === "loopback") return false;
  return s.o.direction === null || isOut === (s.o.direction === "out");
}

/** Takes what the socket holds; prints it until enough is captured, counts the rest. */
function drain(sys: Sys, s: Dump, print: boolean): void {
  for (let m = socketRecv(sys.world, s.socket); m; m = socketRecv(sys.world, s.socket)) {
    if (!accepts(s, m)) continue;
    s.received++;
    if (!print || !goesTheWay(sys.world, s, m) || (s.o.count > 0 && s.captured >= s.o.count)) continue;
    take(sys, s, m);
    if (sys.proc.exit !== null) return;
  }
  if (s.o.count > 0 && s.captured >= s.o.count) finish(sys, s, false);
}

function finish(sys: Sys, s: Dump, interrupted: boolean): void {
  if (interrupted && s.socket >= 0) drain(sys, s, false);
  if (interrupted && s.o.write === null) write(sys, 1, "\n");
  flush(sys);
  write(sys, 2, `${many(s.captured)} captured\n${many(s.received)} received by filter\n0 packets dropped by kernel\n`);
  exit(sys, 0);
}

function printMessage(sys: Sys, s: Dump, m: Message): string {
  const { o } = s;
  const c: PrintContext = {
    verbose: o.verbose,
    quiet: o.quiet,
    numeric: o.numeric,
    showLink: o.showLink && s.link !== "raw",
    absolute: o.absolute,
    hostName: (address) => (o.numeric ? null : nameFor(sys, address)),
    conversations: s.conversations,
  };
  const number = o.number ? `${String(s.captured).padStart(5)}  ` : "";
  const text =
    number + timeText(sys, s, m.t_ns) + (s.link === "cooked" ? printCooked(sys, c, m) : printFrame(c, m.bytes));
  return `${text}${rawText(o, m.bytes.subarray(0, o.snaplen))}\n`;
}

/** -x, -X, -A: the bytes, with the link layer if the letter is doubled. */
function rawText(o: DumpOptions, b: Uint8Array): string {
  const whole = o.hex > 1 || o.hexAscii > 1;
  const at = whole ? 0 : ETH_HLEN;
  if (o.hexAscii > 0) return hexDump(b, at, b.length - at, true);
  if (o.hex > 0) return hexDump(b, at, b.length - at, false);
  return o.ascii ? asciiDump(b, at, b.length - at) : "";
}

const COOKED = ["In", "B", "M", "P", "Out"] as const;
const SLL2_HLEN = 20;

/** -i any: the device and how the frame came, in place of the Ethernet header. */
function printCooked(sys: Sys, c: PrintContext, m: Message): string {
  const b = m.bytes;
  const device = sys.world.devs[m.dev];
  const name = (device?.name ?? "?").padEnd(5);
  const type = ethernetType(b, 0);
  const hex = `0x${type.toString(16).padStart(4, "0")}`;
  const length = b.length - ETH_HLEN + SLL2_HLEN;
  const link = c.showLink
    ? `ifindex ${device?.ifindex ?? 0} ${formatMac(ethernetSrc(b, 0))} ethertype ${etherTypeName(type)} (${hex}), length ${length}: `
    : "";
  const head = `${name} ${(COOKED[m.pkttype] ?? "").padEnd(3)} ${link}`;
  return head + printNetwork(c, b, type, ETH_HLEN, b.length - ETH_HLEN, c.showLink, printEthernet);
}

function timeText(sys: Sys, s: Dump, t_ns: number): string {
  const before = s.last_ns ?? t_ns;
  s.first_ns ??= t_ns;
  s.last_ns = t_ns;
  const fraction = (ns: number) => String(Math.floor((ns % SECOND_NS) / 1000)).padStart(6, "0");
  const clock = (ns: number) => {
    const t = civilTime(sys.world.bootTime_s + ns / SECOND_NS);
    const two = (n: number) => String(n).padStart(2, "0");
    return {
      day: `${t.year}-${two(t.month)}-${two(t.day)} `,
      time: `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`,
    };
  };
  const span = (ns: number) => {
    const total = Math.floor(ns / SECOND_NS);
    const part = (n: number) => String(n).padStart(2, "0");
    return ` ${part(Math.floor(total / 3600))}:${part(Math.floor(total / 60) % 60)}:${part(total % 60)}.${fraction(ns)} `;
  };
  switch (s.o.time) {
    case 0:
      return `${clock(t_ns).time}.${fraction(t_ns)} `;
    case 1:
      return "";
    case 2:
      return `${sys.world.bootTime_s + Math.floor(t_ns / SECOND_NS)}.${fraction(t_ns)} `;
    case 3:
      return span(t_ns - before);
    case 4:
      return `${clock(t_ns).day}${clock(t_ns).time}.${fraction(t_ns)} `;
    default:
      return span(t_ns - s.first_ns);
  }
}

function wake(sys: Sys, why: Wake): void {
  if (why.type === "stdin") return readStdin(sys);
  if (!("socket" in (sys.proc.locals as Dump | Reading))) return exit(sys, 0);
  const s = sys.proc.locals as Dump;
  if (why.type === "signal") return finish(sys, s, true);
  if (why.type === "timer" && why.slot === OPEN) return open(sys, s);
  if (why.type === "socket" && !s.blocks) return drain(sys, s, true);
  if (why.type !== "timer") return;
  drain(sys, s, true);
  if (sys.proc.exit === null) setTimer(sys, BLOCK, BLOCK_NS);
}

export const tcpdump: Program = {
  path: "/usr/bin/tcpdump",
  about: "show packets",
  catches: ["SIGINT", "SIGTERM", "SIGHUP"],
  start,
  wake,
};
