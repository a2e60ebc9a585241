/** What connection tracking reads of a TCP segment: nf_conntrack_proto_tcp.c (tcp_error, tcp_options, tcp_sack). */
import { getU8, getU32 } from "../../../wire/bytes.ts";
import { ipv4HeaderLength, ipv4TotalLength } from "../../../wire/ipv4.ts";
import {
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  TCPOPT_EOL,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_WINDOW,
  tcpAcknowledgmentNumber,
  tcpFlags,
  tcpHeaderLength,
  tcpOptionLength,
  tcpSequenceNumber,
  tcpWindow,
} from "../../../wire/tcp.ts";
import type { World } from "../../types.ts";

/** enum tcp_bit_set */
export const SYN_SET = 0;
export const SYNACK_SET = 1;
export const FIN_SET = 2;
export const ACK_SET = 3;
export const RST_SET = 4;
export const NONE_SET = 5;

/** IP_CT_TCP_FLAG_* */
export const WINDOW_SCALE = 0x01;
export const SACK_PERM = 0x02;
export const CLOSE_INIT = 0x04;
export const BE_LIBERAL = 0x08;
export const DATA_UNACKNOWLEDGED = 0x10;
export const MAXACK_SET = 0x20;

const MAX_SCALE = 14;

/** tcp_valid_flags: PSH, ECE and CWR never matter. */
const VALID_FLAGS: readonly number[] = [
  TCP_SYN,
  TCP_SYN | TCP_URG,
  TCP_SYN | TCP_ACK,
  TCP_RST,
  TCP_RST | TCP_ACK,
  TCP_FIN | TCP_ACK,
  TCP_FIN | TCP_ACK | TCP_URG,
  TCP_ACK,
  TCP_ACK | TCP_URG,
];
const CHECKED_FLAGS = TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG;

/** The segment under examination; `ok` when its header makes sense (tcp_error). */
export const SEGMENT = { ok: false, at: 0, flags: 0, index: 0, seq: 0, ack: 0, end: 0, window: 0 };

export function readSegment(world: World, ip: number): boolean {
  const b = world.pool.bytes;
  const s = SEGMENT;
  const at = ip + ipv4HeaderLength(b, ip);
  const length = ip + ipv4TotalLength(b, ip) - at;
  s.at = at;
  s.ok = length >= TCP_HLEN && tcpHeaderLength(b, at) >= TCP_HLEN && length >= tcpHeaderLength(b, at);
  if (!s.ok) return false;
  s.flags = tcpFlags(b, at);
  s.ok = VALID_FLAGS.includes(s.flags & CHECKED_FLAGS);
  s.index = indexOf(s.flags);
  s.seq = tcpSequenceNumber(b, at);
  s.ack = tcpAcknowledgmentNumber(b, at);
  s.window = tcpWindow(b, at);
  const syn = (s.flags & TCP_SYN) !== 0 ? 1 : 0;
  const fin = (s.flags & TCP_FIN) !== 0 ? 1 : 0;
  s.end = (s.seq + length - tcpHeaderLength(b, at) + syn + fin) >>> 0;
  return s.ok;
}

/** get_conntrack_index */
function indexOf(flags: number): number {
  if ((flags & TCP_RST) !== 0) return RST_SET;
  if ((flags & TCP_SYN) !== 0) return (flags & TCP_ACK) !== 0 ? SYNACK_SET : SYN_SET;
  if ((flags & TCP_FIN) !== 0) return FIN_SET;
  return (flags & TCP_ACK) !== 0 ? ACK_SET : NONE_SET;
}

/** a comes after b in sequence space. */
export function after(a: number, b: number): boolean {
  return ((b - a) | 0) < 0;
}

/** tcp_options: what a SYN says of scale and SACK. */
export function readOptions(world: World, node: number): void {
  const t = world.ct;
  const b = world.pool.bytes;
  const { at } = SEGMENT;
  const end = at + tcpHeaderLength(b, at);
  if (end === at + TCP_HLEN) return;
  t.tcpScale[node] = 0;
  t.tcpFlags[node] = 0;
  for (let i = at + TCP_HLEN; i < end; ) {
    const kind = getU8(b, i);
    const length = tcpOptionLength(b, i, end);
    if (kind === TCPOPT_EOL || length === null) return;
    if (kind === TCPOPT_SACK_PERM && length === 2) t.tcpFlags[node] = (t.tcpFlags[node] as number) | SACK_PERM;
    if (kind === TCPOPT_WINDOW && length === 3) {
      t.tcpScale[node] = Math.min(getU8(b, i + 2), MAX_SCALE);
      t.tcpFlags[node] = (t.tcpFlags[node] as number) | WINDOW_SCALE;
    }
    i += length;
  }
}

/** tcp_sack: the highest right edge that the segment acknowledges. */
export function highestSack(world: World, ack: number): number {
  const b = world.pool.bytes;
  const { at } = SEGMENT;
  const end = at + tcpHeaderLength(b, at);
  let sack = ack;
  for (let i = at + TCP_HLEN; i < end; ) {
    const kind = getU8(b, i);
    const length = tcpOptionLength(b, i, end);
    if (kind === TCPOPT_EOL || length === null) return sack;
    if (kind === TCPOPT_SACK && length >= 10 && length % 8 === 2) {
      for (let block = i + 2; block < i + length; block += 8) {
        const right = getU32(b, block + 4);
        if (after(right, sack)) sack = right;
      }
      return sack;
    }
    i += kind === TCPOPT_NOP ? 1 : length;
  }
  return sack;
}
