/**
 * TCP segments that come in: net/ipv4/tcp_ipv4.c (tcp_v4_rcv) and the states of RFC 9293, section 3.10.7, as tcp_input.c and
 * tcp_minisocks.c walk them. Left out: fast open, SYN cookies, urgent data, TCP_DEFER_ACCEPT, MD5 and AO signatures.
 */

import { randomU32 } from "../../base/random.ts";
import { MS_NS } from "../../base/time.ts";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameStart, releaseFrame } from "../../sim/frames.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { IPPROTO_TCP, ipv4Destination, ipv4HeaderLength, ipv4Source, ipv4TotalLength } from "../../wire/ipv4.ts";
import {
  parseTcp,
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
  TCPOPT_MSS,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  tcpChecksumOk,
  tcpHeaderLength,
} from "../../wire/tcp.ts";
import { dropFrame } from "../drop.ts";
import { ECONNREFUSED, ECONNRESET, EPIPE } from "../errno.ts";
import type { Rtable } from "../ipv4/rtable.ts";
import { record } from "../record.ts";
import { isPayloadSummed } from "../skb.ts";
import { count, Mib } from "../snmp.ts";
import { wakeSocket } from "../socket/queue.ts";
import { socketCreate } from "../socket/socket.ts";
import { netVar } from "../sysctl.ts";
import type { DevId, NetDevice, Netns, Socket, World } from "../types.ts";
import { takeAck } from "./ack.ts";
import { advertisedMss, sendAck, sendReset, sendSyn, tcpClock } from "./output.ts";
import { answer, takeData } from "./receive.ts";
import { armEnd, armRetransmit, measureRtt, tcpDone, tcpOf } from "./state.ts";
import { before, type Segment, seqAdd, seqDistance, type Tcp } from "./types.ts";

/** Window scale of a default host: tcp_rmem reaches to 32 MiB. */
export const RCV_WSCALE = 10;

/** Consumes the frame. Nobody listens: the sender is reset. */
export function tcpRcv(world: World, netns: Netns, device: NetDevice, frame: number, packet: number, rt: Rtable): void {
  const pool = world.pool;
  const b = pool.bytes;
  const ip = frameStart(pool, frame) + ETH_HLEN;
  const at = ip + ipv4HeaderLength(b, ip);
  const length = ipv4TotalLength(b, ip) - (at - ip);
  if (rt.type !== "local") {
    dropFrame(world, device.id, frame, packet, DropReason.NOT_SPECIFIED);
    return;
  }
  count(netns, Mib.TCP_IN_SEGS);
  const segment = readSegment(b, ip, at, length, isPayloadSummed(pool, frame));
  if (typeof segment === "number") {
    if (segment === DropReason.TCP_CSUM) count(netns, Mib.TCP_IN_CSUM_ERRORS);
    count(netns, Mib.TCP_IN_ERRS);
    dropFrame(world, device.id, frame, packet, segment);
    return;
  }
  const socket = tcpLookup(world, netns, segment, rt.dev);
  if (socket === null) {
    dropFrame(world, device.id, frame, packet, DropReason.NO_SOCKET);
    sendReset(world, netns, segment);
    return;
  }
  record(world, TraceKind.DELIVER, device.id, packet, frame, socket.id, IPPROTO_TCP);
  releaseFrame(pool, frame);
  process(world, netns, socket, segment);
}

/** The segment, or what is wrong with it. `isSummed`: its checksum is known to be right. */
function readSegment(b: Uint8Array, ip: number, at: number, length: number, isSummed: boolean): Segment | DropReason {
  const local = ipv4Destination(b, ip);
  const remote = ipv4Source(b, ip);
  const parsed = parseTcp(b, at, length);
  if (!parsed.ok) return DropReason.PKT_TOO_SMALL;
  if (!isSummed && !tcpChecksumOk(b, at, length, remote, local)) return DropReason.TCP_CSUM;
  const h = parsed.value;
  const segment: Segment = {
    local,
    remote,
    localPort: h.destinationPort,
    remotePort: h.sourcePort,
    seq: h.sequenceNumber,
    ack: h.acknowledgmentNumber,
    flags: h.flags,
    window: h.window,
    data: b.slice(at + tcpHeaderLength(b, at), at + length),
    mss: null,
    wscale: null,
    sackOk: false,
    sack: [],
    tsValue: null,
    tsEcho: 0,
  };
  for (const option of h.options) {
    if (option.kind === TCPOPT_MSS) segment.mss = option.mss;
    else if (option.kind === TCPOPT_WINDOW) segment.wscale = Math.min(option.shift, 14);
    else if (option.kind === TCPOPT_SACK_PERM) segment.sackOk = true;
    else if (option.kind === TCPOPT_SACK) segment.sack = option.blocks;
    else if (option.kind === TCPOPT_TIMESTAMP) {
      segment.tsValue = option.value;
      segment.tsEcho = option.echoReply;
    }
  }
  return segment;
}

/** __inet_lookup: the connection, else the listener that fits best. */
function tcpLookup(world: World, netns: Netns, s: Segment, dev: DevId): Socket | null {
  let listener: Socket | null = null;
  let best = -1;
  for (const id of netns.sockets) {
    const socket = world.sockets[id] as Socket;
    if (socket.type !== "tcp" || socket.localPort !== s.localPort) continue;
    if (socket.dev !== null && socket.dev !== dev) continue;
    const state = tcpOf(socket).state;
    if (state === "LISTEN") {
      if (socket.local !== IPV4_ANY && socket.local !== s.local) continue;
      const score = (socket.local === IPV4_ANY ? 0 : 1) + (socket.dev === null ? 0 : 1);
      if (score > best) {
        best = score;
        listener = socket;
      }
    } else if (socket.remote === s.remote && socket.remotePort === s.remotePort && socket.local === s.local) {
      return socket;
    }
  }
  return listener;
}

function process(world: World, netns: Netns, socket: Socket, s: Segment): void {
  const { state } = tcpOf(socket);
  if (state === "LISTEN") processListen(world, netns, socket, s);
  else if (state === "SYN_SENT") processSynSent(world, netns, socket, s);
  else if (state === "TIME_WAIT") processTimeWait(world, netns, socket, s);
  else if (state !== "CLOSE") processSynchronized(world, netns, socket, s);
}

/** tcp_conn_request: a SYN makes a connection in SYN_RECV, unless as many as may wait do so. */
function processListen(world: World, netns: Netns, listener: Socket, s: Segment): void {
  if ((s.flags & TCP_RST) !== 0) return;
  if ((s.flags & TCP_ACK) !== 0) return sendReset(world, netns, s);
  if ((s.flags & TCP_SYN) === 0 || (s.flags & TCP_FIN) !== 0) return;
  const from = tcpOf(listener);
  if (from.accept.length > from.backlog) return;
  const child = world.sockets[socketCreate(world, netns.id, listener.pid, "tcp", IPPROTO_TCP)] as Socket;
  child.local = s.local;
  child.localPort = s.localPort;
  child.remote = s.remote;
  child.remotePort = s.remotePort;
  child.reuseAddr = listener.reuseAddr;
  child.reusePort = listener.reusePort;
  const tcp = tcpOf(child);
  tcp.state = "SYN_RECV";
  tcp.listener = listener.id;
  tcp.iss = randomU32(world.random);
  tcp.tsOffset = randomU32(world.random);
  tcp.sndUna = tcp.iss;
  tcp.sndNxt = seqAdd(tcp.iss, 1);
  agree(world, netns, child, s);
  sendSyn(world, child);
  armRetransmit(world, child);
}

/** Takes up what a SYN offers. The window is a whole number of segments (tcp_select_initial_window). */
function agree(world: World, netns: Netns, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  tcp.rcvNxt = seqAdd(s.seq, 1);
  tcp.rcvWup = tcp.rcvNxt;
  tcp.sndWnd = s.window;
  tcp.peerMss = s.mss ?? 536;
  tcp.timestamps = s.tsValue !== null && netVar(netns, "net.ipv4.tcp_timestamps") !== 0;
  tcp.tsRecent = s.tsValue ?? 0;
  tcp.sackOk = s.sackOk && netVar(netns, "net.ipv4.tcp_sack") !== 0;
  const scales = s.wscale !== null && netVar(netns, "net.ipv4.tcp_window_scaling") !== 0;
  tcp.sndWscale = scales ? (s.wscale ?? 0) : 0;
  tcp.rcvWscale = scales ? RCV_WSCALE : 0;
  if (tcp.state !== "SYN_RECV") return;
  const mss = Math.min(advertisedMss(world, socket), tcp.peerMss) - (tcp.timestamps ? 12 : 0);
  tcp.rcvSpace = Math.max(mss, Math.floor(0xffff / mss) * mss);
}

/** tcp_rcv_synsent_state_process */
function processSynSent(world: World, netns: Netns, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  const hasAck = (s.flags & TCP_ACK) !== 0;
  if (hasAck && s.ack !== tcp.sndNxt) return sendReset(world, netns, s);
  if ((s.flags & TCP_RST) !== 0) {
    if (hasAck) tcpDone(world, socket, ECONNREFUSED);
    return;
  }
  if ((s.flags & TCP_SYN) === 0) return;
  agree(world, netns, socket, s);
  if (!hasAck) {
    tcp.retransmits = 0;
    // Both ends opened at once.
    tcp.state = "SYN_RECV";
    sendSyn(world, socket);
    armRetransmit(world, socket);
    return;
  }
  // A SYN that went out again leaves its round trip to the timestamps (Karn).
  if (tcp.retransmits === 0) measureRtt(tcp, world.now_ns - tcp.synSent_ns);
  else if (s.tsEcho !== 0) measureRtt(tcp, ((tcpClock(world, tcp) - s.tsEcho) >>> 0) * MS_NS);
  tcp.sndUna = s.ack;
  tcp.stats.bytesAcked = 1;
  tcp.stats.segsIn = 1;
  tcp.backoff = 0;
  tcp.state = "ESTABLISHED";
  count(netns, Mib.TCPEXT_DELIVERED);
  tcp.retransmits = 0;
  tcp.retransmitAt_ns = 0;
  tcp.smallEnd = s.ack;
  tcp.confirms = true;
  sendAck(world, socket);
  wakeSocket(world, socket);
}

/** tcp_timewait_state_process: a FIN that comes again is answered again, a new connection may take the old one's place. */
function processTimeWait(world: World, netns: Netns, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  const isNew = (s.flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN && before(tcp.rcvNxt, s.seq);
  const isLater = s.tsValue !== null && before(tcp.tsRecent, s.tsValue);
  if ((s.flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN && (isNew || isLater)) {
    const { dev } = socket;
    tcpDone(world, socket);
    const listener = tcpLookup(world, netns, s, dev ?? -1);
    if (listener === null) sendReset(world, netns, s);
    else process(world, netns, listener, s);
    return;
  }
  if ((s.flags & TCP_RST) !== 0) {
    if (s.seq === tcp.rcvNxt) tcpDone(world, socket);
    return;
  }
  if ((s.flags & TCP_FIN) !== 0) armEnd(world, socket);
  if ((s.flags & (TCP_FIN | TCP_SYN)) !== 0 || s.data.length > 0) sendAck(world, socket);
}

/** tcp_validate_incoming and tcp_rcv_state_process of the states that know both ends' numbers. */
function processSynchronized(world: World, netns: Netns, socket: Socket, s: Segment): void {
  const tcp = tcpOf(socket);
  const isSyn = (s.flags & TCP_SYN) !== 0;
  if (isSyn && tcp.state === "SYN_RECV" && seqAdd(s.seq, 1) === tcp.rcvNxt) {
    // tcp_check_req: the answer was lost; who asks again need not be told by the timer, too.
    sendSyn(world, socket);
    return armRetransmit(world, socket);
  }
  const end = seqAdd(s.seq, s.data.length + ((s.flags & TCP_FIN) !== 0 ? 1 : 0));
  const edge = seqAdd(tcp.rcvNxt, Math.max(tcp.rcvSpace - tcp.recvBytes, 0));
  if (before(end, tcp.rcvWup) || before(edge, s.seq)) {
    if ((s.flags & TCP_RST) === 0) sendAck(world, socket);
    return;
  }
  if ((s.flags & TCP_RST) !== 0) {
    if (s.seq !== tcp.rcvNxt) return sendAck(world, socket);
    return tcpDone(world, socket, tcp.state === "CLOSE_WAIT" ? EPIPE : ECONNRESET);
  }
  if (isSyn) return sendAck(world, socket);
  if ((s.flags & TCP_ACK) === 0) return;
  if (before(tcp.sndNxt, s.ack)) {
    if (tcp.state === "SYN_RECV") sendReset(world, netns, s);
    else sendAck(world, socket);
    return;
  }
  if (s.tsValue !== null && !before(tcp.rcvWup, s.seq)) tcp.tsRecent = s.tsValue;
  tcp.stats.segsIn++;
  if (s.data.length > 0) tcp.stats.dataSegsIn++;
  if (tcp.state === "SYN_RECV" && !establish(world, netns, socket, s)) return;
  takeAck(world, socket, s);
  // The acknowledgement may have been the last that was waited for.
  if (tcpOf(socket).state === "CLOSE") return;
  if (tcp.orphan && seqDistance(tcp.rcvNxt, end) > 0 && s.data.length > 0) {
    // Nobody is left to read it (tcp_rcv_state_process: TCPABORTONDATA).
    sendReset(world, netns, s);
    return tcpDone(world, socket);
  }
  answer(world, socket, takeData(world, socket, s));
}

/** The third step of the handshake. False: the acknowledgement was not for it. */
function establish(world: World, netns: Netns, socket: Socket, s: Segment): boolean {
  const tcp = tcpOf(socket);
  if (s.ack !== tcp.sndNxt) {
    sendReset(world, netns, s);
    return false;
  }
  if (isQueueFull(world, tcp)) return false;
  if (tcp.retransmits === 0) measureRtt(tcp, world.now_ns - tcp.synSent_ns);
  tcp.sndUna = s.ack;
  tcp.stats.bytesAcked = 1;
  tcp.smallEnd = s.ack;
  tcp.backoff = 0;
  tcp.retransmits = 0;
  tcp.retransmitAt_ns = 0;
  tcp.state = "ESTABLISHED";
  if (tcp.listener !== null) count(netns, Mib.TCP_PASSIVE_OPENS);
  const listener = tcp.listener === null ? null : world.sockets[tcp.listener];
  if (!listener?.tcp) {
    wakeSocket(world, socket);
    return true;
  }
  listener.tcp.accept.push(socket.id);
  wakeSocket(world, listener);
  return true;
}

/** sk_acceptq_is_full: the acknowledgement goes unheard; the SYN-ACK comes again until there is room (tcp_check_req). */
function isQueueFull(world: World, tcp: Tcp): boolean {
  const listener = tcp.listener === null ? null : world.sockets[tcp.listener];
  return listener?.tcp ? listener.tcp.accept.length > listener.tcp.backlog : false;
}
