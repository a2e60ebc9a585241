/**
 * TCP segments on their way out: net/ipv4/tcp_output.c (tcp_transmit_skb, tcp_send_ack, tcp_make_synack) and
 * tcp_v4_send_reset. What is sent when stands in write.ts. Left out: pacing, urgent data.
 */

import { MS_NS } from "../../base/time.ts";
import { addFrameSummed, frameStart, PAYLOAD_SUMMED, setFrameConfirms } from "../../sim/frames.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { setU16 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { IP_DF, IPPROTO_TCP, IPV4, IPV4_HLEN, setIpv4Checksum } from "../../wire/ipv4.ts";
import {
  emitTcpHeader,
  type SackBlock,
  setTcpChecksum,
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  type TcpHeader,
  type TcpOption,
} from "../../wire/tcp.ts";
import { ANY_DEV } from "../fib/lookup.ts";
import { ipLocalOut, ipMakeFrame } from "../ipv4/output.ts";
import { routeOutput } from "../ipv4/route.ts";
import { createRtable } from "../ipv4/rtable.ts";
import { count, Mib } from "../snmp.ts";
import { netVar } from "../sysctl.ts";
import type { Netns, Socket, World } from "../types.ts";
import { tcpOf } from "./state.ts";
import { before, type Segment, seqAdd, seqDistance, type Tcp } from "./types.ts";

/** Timestamp option with its two NOPs. */
const TSOPT_BYTES = 12;
const MAX_WINDOW = 0xffff;
/** tcp_ato: an answer within this time makes a dialogue, in which acknowledgements ride on data. */
export const ATO_NS = 40 * MS_NS;
const RT = createRtable();
const NOTHING = new Uint8Array(0);
const NOP: TcpOption = { kind: TCPOPT_NOP };

/** The clock of timestamps, in milliseconds. */
export function tcpClock(world: World, tcp: Tcp): number {
  return (tcp.tsOffset + Math.floor(world.now_ns / MS_NS)) >>> 0;
}

/** Largest segment that the way to the peer takes, without options; 0 when there is no way. Leaves the route in RT. */
function pathMss(world: World, socket: Socket): number {
  const netns = world.netns[socket.netns] as Netns;
  const { remote, local, dev, tos } = socket;
  const error = routeOutput(world, netns, remote, local, dev ?? ANY_DEV, tos & 0x1c, RT);
  return error < 0 ? 0 : RT.mtu - IPV4_HLEN - TCP_HLEN;
}

/** The MSS that this end offers: what its device takes (dst_metric_advmss). */
export function advertisedMss(world: World, socket: Socket): number {
  return Math.max(pathMss(world, socket), 88);
}

/** tcp_current_mss: bytes of data in a full segment, beside the options that go with it now. */
export function currentMss(world: World, socket: Socket): number {
  const tcp = tcpOf(socket);
  const whole = Math.min(tcp.peerMss, Math.max(pathMss(world, socket), 48));
  const blocks = tcp.sackOk ? Math.min(sackBlocks(tcp).length, tcp.timestamps ? 3 : 4) : 0;
  return Math.max(whole - (tcp.timestamps ? TSOPT_BYTES : 0) - (blocks > 0 ? 4 + 8 * blocks : 0), 1);
}

/** tcp_select_window: what the buffer still takes, scaled, rounded up to a unit of the scale. */
function window(tcp: Tcp): number {
  const free = Math.max(0, tcp.rcvSpace - tcp.recvBytes);
  return Math.min(MAX_WINDOW, Math.ceil(free / (1 << tcp.rcvWscale)));
}

function timestamp(world: World, tcp: Tcp): TcpOption {
  return { kind: TCPOPT_TIMESTAMP, value: tcpClock(world, tcp), echoReply: tcp.tsRecent };
}

/** tcp_established_options: timestamps, and the blocks that came ahead of a hole. */
function options(world: World, tcp: Tcp): TcpOption[] {
  const list: TcpOption[] = tcp.timestamps ? [NOP, NOP, timestamp(world, tcp)] : [];
  const blocks = tcp.sackOk ? sackBlocks(tcp) : [];
  tcp.dsack = null;
  if (blocks.length > 0) list.push(NOP, NOP, { kind: TCPOPT_SACK, blocks: blocks.slice(0, tcp.timestamps ? 3 : 4) });
  return list;
}

/** What came twice, then the blocks ahead of holes: the one that came last first (RFC 2018, section 4). */
function sackBlocks(tcp: Tcp): SackBlock[] {
  const blocks: { left: number; right: number; isNewest: boolean }[] = [];
  for (const { seq, data, fin } of tcp.outOfOrder) {
    const [right, isNewest] = [seqAdd(seq, data.length + (fin ? 1 : 0)), seq === tcp.newestSeq];
    const last = blocks.at(-1);
    if (last && !before(last.right, seq)) {
      if (before(last.right, right)) last.right = right;
      last.isNewest ||= isNewest;
    } else blocks.push({ left: seq, right, isNewest });
  }
  blocks.sort((a, b) => Number(b.isNewest) - Number(a.isNewest));
  const list = blocks.map(({ left, right }) => ({ left, right }));
  return tcp.dsack === null ? list : [tcp.dsack, ...list];
}

/** Options of SYN and SYN-ACK: a SYN-ACK only takes up what the SYN offered. */
function synOptions(world: World, socket: Socket, isAnswer: boolean): TcpOption[] {
  const tcp = tcpOf(socket);
  tcp.advmss = advertisedMss(world, socket);
  const list: TcpOption[] = [{ kind: TCPOPT_MSS, mss: tcp.advmss }];
  const netns = world.netns[socket.netns] as Netns;
  const sack = isAnswer ? tcp.sackOk : netVar(netns, "net.ipv4.tcp_sack") !== 0;
  const { timestamps: stamps } = tcp;
  if (stamps) {
    list.push(...(sack ? [{ kind: TCPOPT_SACK_PERM } as const] : [NOP, NOP]), timestamp(world, tcp));
  } else if (sack) list.push(NOP, NOP, { kind: TCPOPT_SACK_PERM });
  if (tcp.rcvWscale !== 0) list.push(NOP, { kind: TCPOPT_WINDOW, shift: tcp.rcvWscale });
  return list;
}

/** Puts a segment on its way. The route stands in RT. `ident` -1: none, as for answers without a connection. */
function transmit(
  world: World,
  netns: Netns,
  local: Ipv4,
  remote: Ipv4,
  header: TcpHeader,
  data: Uint8Array,
  ident: number,
  ttl: number,
  tos: number,
  pid: number,
  confirms: boolean,
): void {
  const optionBytes = header.options.length === 0 ? 0 : optionLength(header.options);
  const length = TCP_HLEN + optionBytes + data.length;
  const frame = ipMakeFrame(world, netns, local, remote, IPPROTO_TCP, length, IP_DF, ttl, tos);
  const b = world.pool.bytes;
  const ip = frameStart(world.pool, frame) + ETH_HLEN;
  setU16(b, ip + IPV4.identification.offset, ident < 0 ? 0 : ident);
  setIpv4Checksum(b, ip);
  const at = ip + IPV4_HLEN;
  const headerLength = emitTcpHeader(b, at, header);
  b.set(data, at + headerLength);
  setTcpChecksum(b, at, length, local, remote);
  addFrameSummed(world.pool, frame, PAYLOAD_SUMMED);
  count(netns, Mib.TCP_OUT_SEGS);
  if ((header.flags & TCP_RST) !== 0) count(netns, Mib.TCP_OUT_RSTS);
  setFrameConfirms(world.pool, frame, confirms);
  ipLocalOut(world, frame, RT, pid, IPPROTO_TCP);
}

function optionLength(list: readonly TcpOption[]): number {
  let length = 0;
  for (const option of list) {
    if (option.kind === TCPOPT_NOP) length += 1;
    else if (option.kind === TCPOPT_MSS) length += 4;
    else if (option.kind === TCPOPT_WINDOW) length += 3;
    else if (option.kind === TCPOPT_SACK_PERM) length += 2;
    else if (option.kind === TCPOPT_TIMESTAMP) length += 10;
    else if (option.kind === TCPOPT_SACK) length += 2 + 8 * option.blocks.length;
  }
  return Math.ceil(length / 4) * 4;
}

/** Sends one segment of a connection; without a route it is lost like any other. */
function sendSegment(world: World, socket: Socket, seq: number, flags: number, data: Uint8Array): void {
  const tcp = tcpOf(socket);
  const isSyn = (flags & TCP_SYN) !== 0;
  const list = isSyn ? synOptions(world, socket, (flags & TCP_ACK) !== 0) : options(world, tcp);
  if (pathMss(world, socket) === 0) return;
  const header: TcpHeader = {
    sourcePort: socket.localPort,
    destinationPort: socket.remotePort,
    sequenceNumber: seq,
    acknowledgmentNumber: (flags & TCP_ACK) === 0 ? 0 : tcp.rcvNxt,
    flags,
    window: isSyn ? Math.min(MAX_WINDOW, tcp.rcvSpace) : window(tcp),
    urgentPointer: 0,
    options: list,
  };
  const isAnswer = tcp.state === "TIME_WAIT" || (isSyn && (flags & TCP_ACK) !== 0);
  const ident = isAnswer ? -1 : tcp.ident;
  tcp.ident = (tcp.ident + 1) & 0xffff;
  if ((flags & TCP_ACK) !== 0) acknowledged(tcp);
  const confirms = tcp.confirms && !isAnswer;
  if (confirms) tcp.confirms = false;
  const { stats } = tcp;
  stats.segsOut++;
  if (data.length > 0) stats.dataSegsOut++;
  stats.bytesSent += data.length;
  const netns = world.netns[socket.netns] as Netns;
  transmit(
    world,
    netns,
    socket.local,
    socket.remote,
    header,
    data,
    ident,
    socket.ttl,
    socket.tos,
    socket.pid,
    confirms,
  );
}

/** tcp_event_ack_sent */
function acknowledged(tcp: Tcp): void {
  tcp.rcvWup = tcp.rcvNxt;
  tcp.delackAt_ns = 0;
  if (tcp.quick > 0) tcp.quick--;
}

/** The first segment of a connection, or its answer: SYN (connect) or SYN-ACK (in SYN_RECV). */
export function sendSyn(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.synSent_ns === 0) tcp.synSent_ns = world.now_ns;
  sendSegment(world, socket, tcp.iss, tcp.state === "SYN_RECV" ? TCP_SYN | TCP_ACK : TCP_SYN, NOTHING);
}

/** tcp_send_ack */
export function sendAck(world: World, socket: Socket): void {
  sendSegment(world, socket, tcpOf(socket).sndNxt, TCP_ACK, NOTHING);
}

/** tcp_send_active_reset */
export function sendActiveReset(world: World, socket: Socket): void {
  sendSegment(world, socket, tcpOf(socket).sndNxt, TCP_RST | TCP_ACK, NOTHING);
}

/** tcp_xmit_probe_skb: an old byte's number, which the other end must answer with where it stands. */
export function sendProbe(world: World, socket: Socket): void {
  sendSegment(world, socket, seqAdd(tcpOf(socket).sndUna, -1), TCP_ACK, NOTHING);
}

/** The bytes of the queue from `offset` on, `length` at most. */
function queued(tcp: Tcp, offset: number, length: number): Uint8Array {
  const out = new Uint8Array(Math.min(length, tcp.sendBytes - offset));
  let at = 0;
  for (const part of tcp.sendQueue) {
    const from = Math.max(0, offset - at);
    if (from < part.length) {
      const target = at + from - offset;
      if (target >= out.length) break;
      out.set(part.subarray(from, from + out.length - target), target);
    }
    at += part.length;
  }
  return out;
}

/** Sends numbers `seq` to `end` of the queue, for the first time or again. */
export function sendRange(world: World, socket: Socket, seq: number, end: number, fin: boolean, push: boolean): void {
  const tcp = tcpOf(socket);
  const offset = seqDistance(tcp.sndUna, seq);
  const length = seqDistance(seq, end) - (fin ? 1 : 0);
  const flags = TCP_ACK | (length > 0 && push ? TCP_PSH : 0) | (fin ? TCP_FIN : 0);
  tcp.stats.lastSent_ns = world.now_ns;
  sendSegment(world, socket, seq, flags, queued(tcp, offset, length));
}

/** tcp_v4_send_reset: to who sent a segment that belongs to no connection (RFC 9293, 3.5.2). */
export function sendReset(world: World, netns: Netns, s: Segment): void {
  if ((s.flags & TCP_RST) !== 0) return;
  if (routeOutput(world, netns, s.remote, s.local, ANY_DEV, 0, RT) < 0) return;
  const hasAck = (s.flags & TCP_ACK) !== 0;
  const taken = s.data.length + ((s.flags & TCP_SYN) !== 0 ? 1 : 0) + ((s.flags & TCP_FIN) !== 0 ? 1 : 0);
  const header: TcpHeader = {
    sourcePort: s.localPort,
    destinationPort: s.remotePort,
    sequenceNumber: hasAck ? s.ack : 0,
    acknowledgmentNumber: hasAck ? 0 : seqAdd(s.seq, taken),
    flags: hasAck ? TCP_RST : TCP_RST | TCP_ACK,
    window: 0,
    urgentPointer: 0,
    options: [],
  };
  transmit(world, netns, s.local, s.remote, header, NOTHING, -1, 64, 0, -1, false);
}
