/**
 * How the kernel's log speaks of packets: net/netfilter/nf_log_syslog.c (nf_log_ip_packet), xt_LOG.c, trace_packet of
 * net/ipv4/netfilter/ip_tables.c. Left out: security protocols.
 */

import { frameFlags, frameMark, framePhysin, NF_OWNED } from "../../sim/frames.ts";
import { formatIpv4, formatMac } from "../../wire/address.ts";
import { getMac, getU8, getU16, getU32, hexByte } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  icmpCode,
  icmpGateway,
  icmpIdentifier,
  icmpNextHopMtu,
  icmpSequence,
  icmpType,
} from "../../wire/icmpv4.ts";
import {
  IP_DF,
  IP_MF,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Identification,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import {
  TCP,
  TCP_HLEN,
  tcpAcknowledgmentNumber,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSequenceNumber,
  tcpSourcePort,
  tcpWindow,
} from "../../wire/tcp.ts";
import { udpLength } from "../../wire/udp.ts";
import { kernelLog } from "../log.ts";
import type { DevId } from "../types.ts";
import { machineOf } from "../world.ts";
import { ipAt, type NfContext } from "./context.ts";
import { LogFlag } from "./types.ts";

/** NF_LOG_DEFAULT_MASK: what a trace says. */
export const TRACE_FLAGS = LogFlag.TCP_SEQUENCE | LogFlag.TCP_OPTIONS | LogFlag.IP_OPTIONS | LogFlag.UID;

/** Writes a line about the packet to dmesg. A container's packets are not logged unless nf_log_all_netns says so. */
export function logPacket(ctx: NfContext, prefix: string, flags: number): void {
  const { world, netns } = ctx;
  const machine = machineOf(world, netns.id);
  if (machine.initNetns !== netns.id && (machine.sysctl["net.netfilter.nf_log_all_netns"] ?? 0) === 0) return;
  const b = world.pool.bytes;
  const at = ipAt(ctx);
  const physIn = framePhysin(world.pool, ctx.frame);
  let line = `${prefix}IN=${nameOf(ctx, ctx.inDev)} OUT=${nameOf(ctx, ctx.outDev)} `;
  if (physIn >= 0) line += `PHYSIN=${nameOf(ctx, physIn)} `;
  if (ctx.physOut >= 0) line += `PHYSOUT=${nameOf(ctx, ctx.physOut)} `;
  if (ctx.inDev >= 0) line += macHeader(b, at - ETH_HLEN, flags);
  line += describe(b, at, ipv4TotalLength(b, at), flags, true);
  if ((flags & LogFlag.UID) !== 0 && (frameFlags(world.pool, ctx.frame) & NF_OWNED) !== 0) line += "UID=0 GID=0 ";
  const mark = frameMark(world.pool, ctx.frame);
  if (mark !== 0) line += `MARK=0x${(mark >>> 0).toString(16)} `;
  kernelLog(world, netns.id, line);
}

function nameOf(ctx: NfContext, dev: DevId): string {
  return dev < 0 ? "" : (ctx.world.devs[dev]?.name ?? "");
}

/** dump_mac_header */
function macHeader(b: Uint8Array, at: number, flags: number): string {
  if ((flags & LogFlag.MACDECODE) !== 0) {
    const type = getU16(b, at + 12)
      .toString(16)
      .padStart(4, "0");
    return `MACSRC=${formatMac(getMac(b, at + 6))} MACDST=${formatMac(getMac(b, at))} MACPROTO=${type} `;
  }
  let text = hexByte(getU8(b, at));
  for (let i = 1; i < ETH_HLEN; i++) text += `:${hexByte(getU8(b, at + i))}`;
  return `MAC=${text} `;
}

const IPTOS_TOS_MASK = 0x1e;
const IPTOS_PREC_MASK = 0xe0;
const IP_CE = 0x8000;

function byte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}

/** dump_ipv4_packet. @param length bytes that are there @param isOuter false for what an ICMP error quotes */
function describe(b: Uint8Array, at: number, length: number, flags: number, isOuter: boolean): string {
  if (length < IPV4_HLEN) return "TRUNCATED";
  const tos = ipv4Tos(b, at);
  let text = `SRC=${formatIpv4(ipv4Source(b, at))} DST=${formatIpv4(ipv4Destination(b, at))} `;
  text += `LEN=${ipv4TotalLength(b, at)} TOS=0x${byte(tos & IPTOS_TOS_MASK)} PREC=0x${byte(tos & IPTOS_PREC_MASK)} `;
  text += `TTL=${ipv4Ttl(b, at)} ID=${ipv4Identification(b, at)} `;
  const place = ipv4FlagsAndOffset(b, at);
  if ((place & IP_CE) !== 0) text += "CE ";
  if ((place & IP_DF) !== 0) text += "DF ";
  if ((place & IP_MF) !== 0) text += "MF ";
  const offset = ipv4FragmentOffset(b, at);
  if (offset !== 0) text += `FRAG:${offset / 8} `;
  const headerLength = ipv4HeaderLength(b, at);
  if ((flags & LogFlag.IP_OPTIONS) !== 0 && headerLength > IPV4_HLEN)
    text += options(b, at + IPV4_HLEN, headerLength - IPV4_HLEN);
  const l4 = at + headerLength;
  const left = length - headerLength;
  switch (ipv4Protocol(b, at)) {
    case IPPROTO_TCP:
      return text + describeTcp(b, l4, left, offset, flags);
    case IPPROTO_UDP:
      return text + describeUdp(b, l4, left, offset);
    case IPPROTO_ICMP:
      return text + describeIcmp(b, l4, left, offset, flags, isOuter);
    default:
      return `${text}PROTO=${ipv4Protocol(b, at)} `;
  }
}

function options(b: Uint8Array, at: number, length: number): string {
  let text = "OPT (";
  for (let i = 0; i < length; i++) text += byte(getU8(b, at + i));
  return `${text}) `;
}

const FLAG_NAMES = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"] as const;

/** nf_log_dump_tcp_header */
function describeTcp(b: Uint8Array, at: number, left: number, offset: number, flags: number): string {
  if (offset !== 0) return "PROTO=TCP ";
  if (left < TCP_HLEN) return `PROTO=TCP INCOMPLETE [${left} bytes] `;
  let text = `PROTO=TCP SPT=${tcpSourcePort(b, at)} DPT=${tcpDestinationPort(b, at)} `;
  if ((flags & LogFlag.TCP_SEQUENCE) !== 0) {
    text += `SEQ=${tcpSequenceNumber(b, at)} ACK=${tcpAcknowledgmentNumber(b, at)} `;
  }
  const reserved = getU8(b, at + TCP.dataOffset.offset) & 0x0f;
  text += `WINDOW=${tcpWindow(b, at)} RES=0x${reserved.toString(16).padStart(2, "0")} `;
  const set = tcpFlags(b, at);
  FLAG_NAMES.forEach((name, i) => {
    if ((set & (0x80 >> i)) !== 0) text += `${name} `;
  });
  text += `URGP=${getU16(b, at + TCP.urgentPointer.offset)} `;
  const length = tcpHeaderLength(b, at) - TCP_HLEN;
  const hasOptions = (flags & LogFlag.TCP_OPTIONS) !== 0 && length > 0 && length <= left - TCP_HLEN;
  return hasOptions ? text + options(b, at + TCP_HLEN, length) : text;
}

/** nf_log_dump_udp_header */
function describeUdp(b: Uint8Array, at: number, left: number, offset: number): string {
  if (offset !== 0) return "PROTO=UDP ";
  if (left < 8) return `PROTO=UDP INCOMPLETE [${left} bytes] `;
  return `PROTO=UDP SPT=${tcpSourcePort(b, at)} DPT=${tcpDestinationPort(b, at)} LEN=${udpLength(b, at)} `;
}

function describeIcmp(
  b: Uint8Array,
  at: number,
  left: number,
  offset: number,
  flags: number,
  isOuter: boolean,
): string {
  if (offset !== 0) return "PROTO=ICMP ";
  if (left < ICMP_HLEN) return `PROTO=ICMP INCOMPLETE [${left} bytes] `;
  const type = icmpType(b, at);
  const text = `PROTO=ICMP TYPE=${type} CODE=${icmpCode(b, at)} `;
  const quoted = () => (isOuter ? `[${describe(b, at + ICMP_HLEN, left - ICMP_HLEN, flags, false)}] ` : "");
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      return `${text}ID=${icmpIdentifier(b, at)} SEQ=${icmpSequence(b, at)} `;
    case ICMP_PARAMETERPROB:
      return `${text}PARAMETER=${getU32(b, at + 4) >>> 24} ${quoted()}`;
    case ICMP_REDIRECT:
      return `${text}GATEWAY=${formatIpv4(icmpGateway(b, at))} ${quoted()}`;
    case ICMP_DEST_UNREACH: {
      const mtu = isOuter && icmpCode(b, at) === ICMP_FRAG_NEEDED ? `MTU=${icmpNextHopMtu(b, at)} ` : "";
      return text + quoted() + mtu;
    }
    case ICMP_SOURCE_QUENCH:
    case ICMP_TIME_EXCEEDED:
      return text + quoted();
    default:
      return text;
  }
}
