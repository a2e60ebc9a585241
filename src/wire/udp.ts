// UDP over IPv4: RFC 768. Left out: nothing of the header; UDP-Lite is another protocol.
import { ok, type Result } from "../base/result.ts";
import type { Ipv4 } from "./address.ts";
import { getU16, setU16 } from "./bytes.ts";
import { checksum, pseudoHeaderSum } from "./checksum.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";
import { IPPROTO_UDP } from "./ipv4.ts";

/** Length of the header, in bytes. */
export const UDP_HLEN = 8;

export const UDP = {
  sourcePort: { key: "udp.srcport", label: "Source Port", kind: "decimal", offset: 0, bits: 16 },
  destinationPort: { key: "udp.dstport", label: "Destination Port", kind: "decimal", offset: 2, bits: 16 },
  length: { key: "udp.length", label: "Length", kind: "decimal", offset: 4, bits: 16 },
  checksum: { key: "udp.checksum", label: "Checksum", kind: "hex", offset: 6, bits: 16 },
} as const satisfies FieldTable;

export type UdpHeader = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Header and data, in bytes. */
  readonly length: number;
  /** 0: the sender computed none. */
  readonly checksum: number;
};

export function udpSourcePort(b: Uint8Array, at: number): number {
  return getU16(b, at + UDP.sourcePort.offset);
}

export function udpDestinationPort(b: Uint8Array, at: number): number {
  return getU16(b, at + UDP.destinationPort.offset);
}

/** Header and data, in bytes. */
export function udpLength(b: Uint8Array, at: number): number {
  return getU16(b, at + UDP.length.offset);
}

/** Reads the header of a datagram of `len` bytes at `at`. */
export function parseUdp(b: Uint8Array, at: number, len: number): Result<UdpHeader, WireError> {
  if (len < UDP_HLEN) return short(UDP_HLEN, len);
  const length = udpLength(b, at);
  if (length < UDP_HLEN) return bad(`length ${length} is below the header's ${UDP_HLEN}`);
  if (len < length) return short(length, len);
  return ok({
    sourcePort: udpSourcePort(b, at),
    destinationPort: udpDestinationPort(b, at),
    length,
    checksum: getU16(b, at + UDP.checksum.offset),
  });
}

/** Writes all UDP_HLEN bytes with checksum 0, "none". `length` is header and data, in bytes. */
export function emitUdpHeader(
  b: Uint8Array,
  at: number,
  sourcePort: number,
  destinationPort: number,
  length: number,
): void {
  setU16(b, at + UDP.sourcePort.offset, sourcePort);
  setU16(b, at + UDP.destinationPort.offset, destinationPort);
  setU16(b, at + UDP.length.offset, length);
  setU16(b, at + UDP.checksum.offset, 0);
}

/** Computes the checksum of header and data, `length` bytes that stand at `at`, and stores it; 0 goes out as 0xffff. */
export function setUdpChecksum(b: Uint8Array, at: number, length: number, source: Ipv4, destination: Ipv4): void {
  setU16(b, at + UDP.checksum.offset, 0);
  const sum = checksum(b, at, length, pseudoHeaderSum(source, destination, IPPROTO_UDP, length));
  setU16(b, at + UDP.checksum.offset, sum === 0 ? 0xffff : sum);
}

/** Whether the checksum is right, or absent. */
export function udpChecksumOk(b: Uint8Array, at: number, length: number, source: Ipv4, destination: Ipv4): boolean {
  if (getU16(b, at + UDP.checksum.offset) === 0) return true;
  return checksum(b, at, length, pseudoHeaderSum(source, destination, IPPROTO_UDP, length)) === 0;
}
