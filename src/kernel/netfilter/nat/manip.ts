/**
 * Rewriting packets: net/netfilter/nf_nat_proto.c (nf_nat_ipv4_manip_pkt and the protocols' own, nf_nat_icmp_reply_translation).
 * Checksums are changed by what the words changed (RFC 1624).
 */
import type { Ipv4 } from "../../../wire/address.ts";
import { getU16, setU16 } from "../../../wire/bytes.ts";
import { checksum, checksumReplace16, checksumReplace32 } from "../../../wire/checksum.ts";
import { ICMP_HLEN, ICMP_REDIRECT, ICMPV4, icmpType } from "../../../wire/icmpv4.ts";
import {
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  setIpv4Destination,
  setIpv4Source,
} from "../../../wire/ipv4.ts";
import { TCP, TCP_HLEN } from "../../../wire/tcp.ts";
import { UDP } from "../../../wire/udp.ts";
import { hasPorts, invertIcmpType, type Tuple } from "../conntrack/tuple.ts";
import type { Manip } from "./setup.ts";

const ICMP_ID_OFFSET = 4;
const ICMP_SUM_OFFSET = ICMPV4.checksum.offset;

/**
 * nf_nat_ipv4_manip_pkt: gives the packet of which `length` bytes stand at `at` the source or destination of `target`, ports and
 * checksums included as far as they are there.
 */
export function manipPacket(b: Uint8Array, at: number, length: number, target: Tuple, manip: Manip): void {
  const isSource = manip === "src";
  const before = isSource ? ipv4Source(b, at) : ipv4Destination(b, at);
  const after = ((isSource ? target.source : target.destination) >>> 0) as Ipv4;
  if (ipv4FragmentOffset(b, at) === 0) manipTransport(b, at, length, target, isSource, before, after);
  if (isSource) setIpv4Source(b, at, after);
  else setIpv4Destination(b, at, after);
}

function manipTransport(
  b: Uint8Array,
  at: number,
  length: number,
  target: Tuple,
  isSource: boolean,
  before: number,
  after: number,
): void {
  const protocol = ipv4Protocol(b, at);
  const l4 = at + ipv4HeaderLength(b, at);
  const left = at + length - l4;
  if (protocol === IPPROTO_ICMP) {
    // An error has no identifier of its own.
    if (left < ICMP_HLEN || invertIcmpType(icmpType(b, l4)) < 0) return;
    replace16(b, l4 + ICMP_SUM_OFFSET, l4 + ICMP_ID_OFFSET, target.ports >>> 16);
    return;
  }
  if (!hasPorts(protocol) || left < 8) return;
  const portAt = l4 + (isSource ? 0 : 2);
  const port = isSource ? target.ports >>> 16 : target.ports & 0xffff;
  const sumAt = checksumAt(b, protocol, l4, left);
  if (sumAt < 0) setU16(b, portAt, port);
  else {
    replace16(b, sumAt, portAt, port);
    checksumReplace32(b, sumAt, before, after);
    if (protocol === IPPROTO_UDP && getU16(b, sumAt) === 0) setU16(b, sumAt, 0xffff);
  }
}

/** Where the checksum over addresses and ports stands, -1 when there is none. */
function checksumAt(b: Uint8Array, protocol: number, l4: number, left: number): number {
  if (protocol === IPPROTO_TCP) return left >= TCP_HLEN ? l4 + TCP.checksum.offset : -1;
  if (protocol !== IPPROTO_UDP) return -1;
  const at = l4 + UDP.checksum.offset;
  return getU16(b, at) === 0 ? -1 : at;
}

function replace16(b: Uint8Array, sumAt: number, at: number, value: number): void {
  const before = getU16(b, at);
  setU16(b, at, value);
  checksumReplace16(b, sumAt, before, value);
}

/**
 * nf_nat_icmp_reply_translation: an ICMP error at `at` about a connection that is translated. `inner` is the tuple of the direction
 * that the quoted packet went in, `target` the one that the error goes in.
 */
export function manipIcmpError(b: Uint8Array, at: number, inner: Tuple, target: Tuple, manip: Manip): void {
  const icmp = at + ipv4HeaderLength(b, at);
  const end = at + ipv4TotalLength(b, at);
  const quoted = icmp + ICMP_HLEN;
  manipPacket(b, quoted, end - quoted, inner, manip === "src" ? "dst" : "src");
  setU16(b, icmp + ICMP_SUM_OFFSET, 0);
  setU16(b, icmp + ICMP_SUM_OFFSET, checksum(b, icmp, end - icmp));
  manipPacket(b, at, end - at, target, manip);
}

/** Whether the ICMP message at `at` is a redirect. */
export function isRedirect(b: Uint8Array, at: number): boolean {
  return icmpType(b, at + ipv4HeaderLength(b, at)) === ICMP_REDIRECT;
}
