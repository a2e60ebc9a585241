/** What tells connections apart, read from packets: nf_ct_get_tuple and nf_ct_invert_tuple of net/netfilter/nf_conntrack_core.c. */
import { getU32 } from "../../../wire/bytes.ts";
import {
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  icmpCode,
  icmpIdentifier,
  icmpType,
} from "../../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
} from "../../../wire/ipv4.ts";

/** A tuple as the table's columns have it (table.ts): words of 32 bits, signed. */
export interface Tuple {
  protocol: number;
  source: number;
  destination: number;
  ports: number;
}

export function createTuple(): Tuple {
  return { protocol: 0, source: 0, destination: 0, ports: 0 };
}

const ICMP_INFO_REQUEST = 15;
const ICMP_INFO_REPLY = 16;
const ICMP_ADDRESS = 17;
const ICMP_ADDRESSREPLY = 18;

/** SCTP, DCCP and UDP-Lite have their ports where TCP has them. */
const PORTED: readonly number[] = [IPPROTO_TCP, IPPROTO_UDP, 33, 132, 136];

export function hasPorts(protocol: number): boolean {
  return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP || PORTED.includes(protocol);
}

/** Tuple of the IP packet of which `length` bytes stand at `at`. False: it is a later fragment, or too little is there. */
export function packetTuple(b: Uint8Array, at: number, length: number, out: Tuple): boolean {
  if (length < IPV4_HLEN || ipv4FragmentOffset(b, at) !== 0) return false;
  const headerLength = ipv4HeaderLength(b, at);
  const protocol = ipv4Protocol(b, at);
  out.protocol = protocol;
  out.source = ipv4Source(b, at) | 0;
  out.destination = ipv4Destination(b, at) | 0;
  out.ports = 0;
  const l4 = at + headerLength;
  const left = length - headerLength;
  if (protocol === IPPROTO_ICMP) {
    if (left < ICMP_HLEN) return false;
    out.ports = (icmpIdentifier(b, l4) << 16) | (icmpType(b, l4) << 8) | icmpCode(b, l4);
  } else if (hasPorts(protocol)) {
    if (left < 8) return false;
    out.ports = getU32(b, l4) | 0;
  }
  return true;
}

/** Types of ICMP that ask and answer: the other one, or -1. */
export function invertIcmpType(type: number): number {
  switch (type) {
    case ICMP_ECHO:
      return ICMP_ECHOREPLY;
    case ICMP_ECHOREPLY:
      return ICMP_ECHO;
    case ICMP_TIMESTAMP:
    case ICMP_INFO_REQUEST:
    case ICMP_ADDRESS:
      return type + 1;
    case ICMP_TIMESTAMPREPLY:
    case ICMP_INFO_REPLY:
    case ICMP_ADDRESSREPLY:
      return type - 1;
    default:
      return -1;
  }
}

/** Whether a connection may begin with this type: a question. */
export function icmpMayBegin(type: number): boolean {
  return type === ICMP_ECHO || type === ICMP_TIMESTAMP || type === ICMP_INFO_REQUEST || type === ICMP_ADDRESS;
}

/** The tuple of what comes back. False: nothing does (an ICMP type that is no question and no answer). May be done in place. */
export function invertTuple(from: Tuple, out: Tuple): boolean {
  const { protocol, source, destination, ports } = from;
  out.protocol = protocol;
  out.source = destination;
  out.destination = source;
  out.ports = ports;
  if (protocol !== IPPROTO_ICMP) {
    out.ports = (ports << 16) | (ports >>> 16);
    return true;
  }
  const type = invertIcmpType((ports >>> 8) & 0xff);
  if (type < 0) return false;
  out.ports = (ports & 0xffff_00ff) | (type << 8);
  return true;
}
