// IPv4: RFC 791, with the type-of-service octet as RFC 2474 (DSCP) and RFC 3168 (ECN) read it. IP in IP is RFC 2003.
// Left out: the meaning of options; they are carried as bytes.

import { assert } from "../base/assert.ts";
import { ok, type Result } from "../base/result.ts";
import type { Ipv4 } from "./address.ts";
import { copyBytes, getU8, getU16, getU32, setU8, setU16, setU32 } from "./bytes.ts";
import { checksum, checksumReplace16, checksumReplace32, foldSum, headerSumOk } from "./checksum.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";

/** Length of a header without options, in bytes. */
export const IPV4_HLEN = 20;
/** Length of a header with the most options, in bytes. */
export const IPV4_MAX_HLEN = 60;

export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
/** IP in IP (RFC 2003): the payload is an IPv4 packet. */
export const IPPROTO_IPIP = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_RAW = 255;

/** Bits of the word that holds flags and fragment offset, by their names in Linux's ip.h. */
export const IP_DF = 0x4000;
export const IP_MF = 0x2000;
/** The fragment offset within that word, in units of eight bytes. */
export const IP_OFFSET = 0x1fff;

export const IPV4 = {
  version: { key: "ip.version", label: "Version", kind: "decimal", offset: 0, bits: 4, word: 8, shift: 4 },
  ihl: { key: "ip.hdr_len", label: "Header Length", kind: "decimal", offset: 0, bits: 4, word: 8, shift: 0 },
  tos: { key: "ip.dsfield", label: "Differentiated Services Field", kind: "hex", offset: 1, bits: 8 },
  dscp: {
    key: "ip.dsfield.dscp",
    label: "Differentiated Services Codepoint",
    kind: "decimal",
    offset: 1,
    bits: 6,
    word: 8,
    shift: 2,
  },
  ecn: {
    key: "ip.dsfield.ecn",
    label: "Explicit Congestion Notification",
    kind: "decimal",
    offset: 1,
    bits: 2,
    word: 8,
    shift: 0,
  },
  totalLength: { key: "ip.len", label: "Total Length", kind: "decimal", offset: 2, bits: 16 },
  identification: { key: "ip.id", label: "Identification", kind: "hex", offset: 4, bits: 16 },
  flagsAndOffset: { key: "ip.flags_offset", label: "Flags and Fragment Offset", kind: "hex", offset: 6, bits: 16 },
  flags: { key: "ip.flags", label: "Flags", kind: "hex", offset: 6, bits: 3, word: 16, shift: 13 },
  reserved: { key: "ip.flags.rb", label: "Reserved bit", kind: "flag", offset: 6, bits: 1, word: 16, shift: 15 },
  dontFragment: { key: "ip.flags.df", label: "Don't fragment", kind: "flag", offset: 6, bits: 1, word: 16, shift: 14 },
  moreFragments: { key: "ip.flags.mf", label: "More fragments", kind: "flag", offset: 6, bits: 1, word: 16, shift: 13 },
  fragmentOffset: {
    key: "ip.frag_offset",
    label: "Fragment Offset",
    kind: "decimal",
    offset: 6,
    bits: 13,
    word: 16,
    shift: 0,
  },
  ttl: { key: "ip.ttl", label: "Time to Live", kind: "decimal", offset: 8, bits: 8 },
  protocol: { key: "ip.proto", label: "Protocol", kind: "decimal", offset: 9, bits: 8 },
  headerChecksum: { key: "ip.checksum", label: "Header Checksum", kind: "hex", offset: 10, bits: 16 },
  source: { key: "ip.src", label: "Source Address", kind: "ipv4", offset: 12, bits: 32 },
  destination: { key: "ip.dst", label: "Destination Address", kind: "ipv4", offset: 16, bits: 32 },
} as const satisfies FieldTable;

export type Ipv4Header = {
  readonly tos: number;
  /** Header and payload, in bytes. */
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes, a multiple of eight. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** The options as they stand on the wire, a multiple of four bytes, up to 40. */
  readonly options: Uint8Array;
};

/** Length of the header that stands at `at`, options included, in bytes. */
export const ipv4HeaderLength = (b: Uint8Array, at: number): number => (getU8(b, at + IPV4.ihl.offset) & 0x0f) * 4;

export const ipv4Tos = (b: Uint8Array, at: number): number => getU8(b, at + IPV4.tos.offset);

export const ipv4TotalLength = (b: Uint8Array, at: number): number => getU16(b, at + IPV4.totalLength.offset);

export const ipv4Identification = (b: Uint8Array, at: number): number => getU16(b, at + IPV4.identification.offset);

/** The word of IP_DF, IP_MF and IP_OFFSET. */
export const ipv4FlagsAndOffset = (b: Uint8Array, at: number): number => getU16(b, at + IPV4.flagsAndOffset.offset);

/** Whether the packet is a fragment: more follow it, or it isn't the first. */
export const ipv4IsFragment = (b: Uint8Array, at: number): boolean =>
  (ipv4FlagsAndOffset(b, at) & (IP_MF | IP_OFFSET)) !== 0;

/** The fragment's place in the whole payload, in bytes. */
export const ipv4FragmentOffset = (b: Uint8Array, at: number): number => (ipv4FlagsAndOffset(b, at) & IP_OFFSET) * 8;

export const ipv4Ttl = (b: Uint8Array, at: number): number => getU8(b, at + IPV4.ttl.offset);

export const ipv4Protocol = (b: Uint8Array, at: number): number => getU8(b, at + IPV4.protocol.offset);

export const ipv4Source = (b: Uint8Array, at: number): Ipv4 => getU32(b, at + IPV4.source.offset) as Ipv4;

export const ipv4Destination = (b: Uint8Array, at: number): Ipv4 => getU32(b, at + IPV4.destination.offset) as Ipv4;

/** Whether the header's checksum is right; the header must be whole. */
export function ipv4ChecksumOk(b: Uint8Array, at: number): boolean {
  const length = ipv4HeaderLength(b, at);
  return length === IPV4_HLEN ? headerSumOk(b, at) : checksum(b, at, length) === 0;
}

/**
 * Why the `len` bytes at `at` do not begin with an IPv4 packet; null if they do. The same checks as Linux's ip_rcv()
 * makes, but for the checksum. Allocates only to refuse.
 */
export function refuseIpv4(b: Uint8Array, at: number, len: number): WireError | null {
  if (len < IPV4_HLEN) return short(IPV4_HLEN, len).error;
  const version = getU8(b, at) >>> 4;
  if (version !== 4) return bad(`version is ${version}, not 4`).error;
  const headerLength = ipv4HeaderLength(b, at);
  if (headerLength < IPV4_HLEN) return bad(`header length ${headerLength} is below ${IPV4_HLEN}`).error;
  if (len < headerLength) return short(headerLength, len).error;
  const totalLength = ipv4TotalLength(b, at);
  if (totalLength < headerLength) return bad(`total length ${totalLength} is below the header's ${headerLength}`).error;
  if (len < totalLength) return short(totalLength, len).error;
  return null;
}

/** Reads the header of a packet of `len` bytes at `at`; bytes past its total length are padding. */
export function parseIpv4Header(b: Uint8Array, at: number, len: number): Result<Ipv4Header, WireError> {
  const error = refuseIpv4(b, at, len);
  if (error !== null) return { ok: false, error };
  const flagsAndOffset = ipv4FlagsAndOffset(b, at);
  return ok({
    tos: ipv4Tos(b, at),
    totalLength: ipv4TotalLength(b, at),
    identification: ipv4Identification(b, at),
    dontFragment: (flagsAndOffset & IP_DF) !== 0,
    moreFragments: (flagsAndOffset & IP_MF) !== 0,
    fragmentOffset: (flagsAndOffset & IP_OFFSET) * 8,
    ttl: ipv4Ttl(b, at),
    protocol: ipv4Protocol(b, at),
    source: ipv4Source(b, at),
    destination: ipv4Destination(b, at),
    options: b.slice(at + IPV4_HLEN, at + ipv4HeaderLength(b, at)),
  });
}

/**
 * Writes a header of IPV4_HLEN bytes, checksum included. `totalLength` is in bytes; `flagsAndOffset` is IP_DF, IP_MF
 * and the offset in units of eight bytes.
 */
export function emitIpv4(
  b: Uint8Array,
  at: number,
  totalLength: number,
  identification: number,
  flagsAndOffset: number,
  ttl: number,
  protocol: number,
  source: Ipv4,
  destination: Ipv4,
  tos = 0,
): void {
  setU16(b, at + IPV4.version.offset, 0x4500 | tos);
  setU16(b, at + IPV4.totalLength.offset, totalLength);
  setU16(b, at + IPV4.identification.offset, identification);
  setU16(b, at + IPV4.flagsAndOffset.offset, flagsAndOffset);
  const ttlAndProtocol = (ttl << 8) | protocol;
  setU16(b, at + IPV4.ttl.offset, ttlAndProtocol);
  setU32(b, at + IPV4.source.offset, source);
  setU32(b, at + IPV4.destination.offset, destination);
  const addresses = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  const sum = (0x4500 | tos) + totalLength + identification + flagsAndOffset + ttlAndProtocol + addresses;
  setU16(b, at + IPV4.headerChecksum.offset, ~foldSum(sum) & 0xffff);
}

/** Writes a header with its options, checksum included. Returns its length in bytes. */
export function emitIpv4Header(b: Uint8Array, at: number, header: Ipv4Header): number {
  const { options } = header;
  const headerLength = IPV4_HLEN + options.length;
  assert(options.length % 4 === 0 && headerLength <= IPV4_MAX_HLEN, `IPv4 options of ${options.length} bytes`);
  const flags = (header.dontFragment ? IP_DF : 0) | (header.moreFragments ? IP_MF : 0);
  emitIpv4(
    b,
    at,
    header.totalLength,
    header.identification,
    flags | (header.fragmentOffset / 8),
    header.ttl,
    header.protocol,
    header.source,
    header.destination,
    header.tos,
  );
  setU8(b, at + IPV4.ihl.offset, 0x40 | (headerLength / 4));
  copyBytes(options, 0, b, at + IPV4_HLEN, options.length);
  setIpv4Checksum(b, at);
  return headerLength;
}

/** Computes the checksum of the header at `at` and stores it. */
export function setIpv4Checksum(b: Uint8Array, at: number): void {
  setU16(b, at + IPV4.headerChecksum.offset, 0);
  setU16(b, at + IPV4.headerChecksum.offset, checksum(b, at, ipv4HeaderLength(b, at)));
}

/** Takes one off the TTL, which must not be 0, and corrects the checksum (ip_decrease_ttl). Returns the new TTL. */
export function decreaseIpv4Ttl(b: Uint8Array, at: number): number {
  const before = getU16(b, at + IPV4.ttl.offset);
  const after = before - 0x100;
  setU16(b, at + IPV4.ttl.offset, after);
  checksumReplace16(b, at + IPV4.headerChecksum.offset, before, after);
  return after >>> 8;
}

/** Replaces the source address and corrects the header's checksum; a transport checksum is the caller's to correct. */
export function setIpv4Source(b: Uint8Array, at: number, source: Ipv4): void {
  checksumReplace32(b, at + IPV4.headerChecksum.offset, ipv4Source(b, at), source);
  setU32(b, at + IPV4.source.offset, source);
}

/** Replaces the destination address; as `setIpv4Source`. */
export function setIpv4Destination(b: Uint8Array, at: number, destination: Ipv4): void {
  checksumReplace32(b, at + IPV4.headerChecksum.offset, ipv4Destination(b, at), destination);
  setU32(b, at + IPV4.destination.offset, destination);
}
