// The Internet checksum: RFC 1071, and RFC 1624 for the change of a word without a new sum.

import type { Ipv4 } from "./address.ts";
import { getU16, setU16 } from "./bytes.ts";

/**
 * Adds the 16-bit big-endian words of `length` bytes to `initial`, an odd last byte padded with zero. The sum is not
 * folded; it stays exact for a sum of up to 2^53.
 */
export function sumWords(b: Uint8Array, at: number, length: number, initial = 0): number {
  let high = 0;
  let low = 0;
  const end = at + length;
  let i = at;
  for (const unrolledEnd = end - 7; i < unrolledEnd; i += 8) {
    high += (b[i] as number) + (b[i + 2] as number) + (b[i + 4] as number) + (b[i + 6] as number);
    low += (b[i + 1] as number) + (b[i + 3] as number) + (b[i + 5] as number) + (b[i + 7] as number);
  }
  for (; i + 1 < end; i += 2) {
    high += b[i] as number;
    low += b[i + 1] as number;
  }
  if (i < end) high += b[i] as number;
  return initial + high * 256 + low;
}

/** A sum of 16-bit words, of up to 2^32, with the carries added back in: 0 to 0xffff. */
export function foldSum(sum: number): number {
  let folded = (sum >>> 16) + (sum & 0xffff);
  folded = (folded >>> 16) + (folded & 0xffff);
  return (folded >>> 16) + (folded & 0xffff);
}

/**
 * The Internet checksum of `length` bytes, ready to be stored: the complement of the sum. `initial` is the unfolded
 * sum of a pseudo-header. Over bytes that include a right checksum it is 0.
 */
export function checksum(b: Uint8Array, at: number, length: number, initial = 0): number {
  return ~foldSum(sumWords(b, at, length, initial)) & 0xffff;
}

/** The sum of the pseudo-header of UDP and TCP: addresses, protocol and the length of header and data in bytes. */
export function pseudoHeaderSum(source: Ipv4, destination: Ipv4, protocol: number, length: number): number {
  const addresses = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return addresses + protocol + length;
}

/** The checksum at `sumAt` after a 16-bit word that it covers went from `before` to `after` (RFC 1624, equation 3). */
export function checksumReplace16(b: Uint8Array, sumAt: number, before: number, after: number): void {
  const sum = (~getU16(b, sumAt) & 0xffff) + (~before & 0xffff) + (after & 0xffff);
  setU16(b, sumAt, ~foldSum(sum) & 0xffff);
}

/** The same for a 32-bit word, such as an address. */
export function checksumReplace32(b: Uint8Array, sumAt: number, before: number, after: number): void {
  const removed = (~before & 0xffff) + (~(before >>> 16) & 0xffff);
  const added = (after & 0xffff) + (after >>> 16);
  setU16(b, sumAt, ~foldSum((~getU16(b, sumAt) & 0xffff) + removed + added) & 0xffff);
}
