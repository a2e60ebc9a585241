/**
 * /proc/net/tcp, udp, raw and icmp: get_tcp4_sock of net/ipv4/tcp_ipv4.c, udp4_format_sock of net/ipv4/udp.c, raw_sock_seq_show of
 * net/ipv4/raw.c, ping_v4_format_sock of net/ipv4/ping.c; sockstat: net/ipv4/proc.c.
 */
import { SECOND_NS } from "../../base/time.ts";
import type { NetnsId, Socket, World } from "../../kernel/types.ts";
import { inodeOf, timerOf } from "./ss-details.ts";

/** TCP_ESTABLISHED and on, by netstat's names. */
const NUMBERS: readonly string[] = [
  "",
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSE",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
];
const TIMERS: readonly string[] = ["off", "on", "", "timewait", "persist"];
/** USER_HZ: clock ticks that user space counts in. */
const TICKS = 100;

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

/** An address as a little-endian machine prints what is in network order, and the port. */
function end(address: number, port: number): string {
  const bytes = [0, 8, 16, 24].map((shift) => hex((address >>> shift) & 0xff, 2));
  return `${bytes.join("")}:${hex(port, 4)}`;
}

function ofType(world: World, netns: NetnsId, type: Socket["type"]): Socket[] {
  const ids = world.netns[netns]?.sockets ?? [];
  const found = ids.map((id) => world.sockets[id] as Socket).filter((s) => s.type === type);
  const listens = (s: Socket): boolean => s.tcp?.state === "LISTEN";
  return [...found.filter(listens).reverse(), ...found.filter((s) => !listens(s))];
}

export function tcpFile(world: World, netns: NetnsId): string {
  const heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode".padEnd(149);
  const rows = ofType(world, netns, "tcp").map((s, i) => tcpRow(world, s, i).padEnd(149));
  return [heading, ...rows].map((line) => `${line}\n`).join("");
}

function tcpRow(world: World, s: Socket, index: number): string {
  const tcp = s.tcp as NonNullable<Socket["tcp"]>;
  const timer = timerOf(world, tcp);
  const isListener = tcp.state === "LISTEN";
  const isWaiting = tcp.state === "TIME_WAIT";
  const unsent = isListener || isWaiting ? 0 : tcp.sendBytes + (tcp.state === "SYN_SENT" ? 1 : 0);
  const unread = isListener ? tcp.accept.length : tcp.recvBytes;
  const when = Math.max(0, Math.ceil((timer.left_ns * TICKS) / SECOND_NS));
  const head = `${String(index).padStart(4)}: ${end(s.local, s.localPort)} ${end(s.remote, s.remotePort)} `;
  const queues = `${hex(NUMBERS.indexOf(tcp.state), 2)} ${hex(unsent, 8)}:${hex(unread, 8)}`;
  const clock = `${hex(TIMERS.indexOf(timer.name), 2)}:${hex(when, 8)} ${hex(timer.tries, 8)}`;
  const address = "0".repeat(16);
  if (isWaiting) return `${head}${queues} ${clock}     0        0 0 3 ${address}`;
  const threshold = isListener ? 0 : tcp.ssthresh >= 0x7fff_ffff ? -1 : tcp.ssthresh;
  const tail = isListener
    ? "100 0 0 10 0"
    : `20 ${tcp.lastReceived_ns > 0 ? "4 30" : "0 0"} ${Math.floor(tcp.cwnd)} ${threshold}`;
  return `${head}${queues} ${clock}     0        0 ${inodeOf(s)} 1 ${address} ${tail}`;
}

const HEADING =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";

export function udpFile(world: World, netns: NetnsId): string {
  // The bucket of a table of 4096.
  const rows = ofType(world, netns, "udp").map((s) =>
    datagramRow(s, String(s.localPort % 4096).padStart(5), s.localPort),
  );
  return [` ${HEADING}`, ...rows].map((line) => `${line.padEnd(127)}\n`).join("");
}

export function pingFile(world: World, netns: NetnsId): string {
  // The bucket of a table of 64.
  const rows = ofType(world, netns, "ping").map((s) =>
    datagramRow(s, String(s.localPort % 64).padStart(5), s.localPort),
  );
  return [HEADING, ...rows].map((line) => `${line.padEnd(127)}\n`).join("");
}

/** A raw socket's protocol stands for its port. */
export function rawFile(world: World, netns: NetnsId): string {
  const rows = ofType(world, netns, "raw").map((s) => datagramRow(s, String(s.protocol).padStart(4), s.protocol));
  return [HEADING, ...rows].map((line) => `${line}\n`).join("");
}

function datagramRow(s: Socket, bucket: string, port: number): string {
  const state = s.remotePort === 0 && (s.type !== "raw" || s.remote === 0) ? "07" : "01";
  const ends = `${end(s.local, port)} ${end(s.remote, s.remotePort)}`;
  const queues = `${state} ${hex(0, 8)}:${hex(s.queuedBytes, 8)} 00:00000000 00000000`;
  return `${bucket}: ${ends} ${queues}     0        0 ${inodeOf(s)} 2 ${"0".repeat(16)} ${s.drops}`;
}

/** Counts of sockets; the memory of TCP and UDP, which all namespaces share, is left at nothing. */
export function sockstatFile(world: World, netns: NetnsId): string {
  const ids = world.netns[netns]?.sockets ?? [];
  const all = ids.map((id) => world.sockets[id] as Socket);
  const inUse = (type: Socket["type"]): number => all.filter((s) => s.type === type).length;
  const tcp = all.flatMap((s) => (s.type === "tcp" && s.tcp !== null ? [s.tcp] : []));
  const waiting = tcp.filter((t) => t.state === "TIME_WAIT").length;
  const orphans = tcp.filter((t) => t.orphan && t.state !== "TIME_WAIT").length;
  const others = world.sockets.filter((s) => s?.type === "tcp" && s.tcp !== null && s.tcp.state !== "TIME_WAIT").length;
  return `sockets: used ${all.length - waiting}
TCP: inuse ${tcp.length - waiting - orphans} orphan ${orphans} tw ${waiting} alloc ${others} mem 0
UDP: inuse ${inUse("udp")} mem 0
UDPLITE: inuse 0
RAW: inuse ${inUse("raw")}
FRAG: inuse 0 memory 0
`;
}
