// The Internet checksum: RFC 1071, and RFC 1624 for the change of a word without a new sum.

import type { Ipv4 } from "./address.ts";
import { getU16, setU16 } from "./bytes.ts";

/** Arrays from this length on are taken for a pool of frames, which is summed again and again. */
const POOL_MIN_BYTES = 0x1_0000;
/** Shorter runs gain nothing by words. */
const WORDS_MIN_BYTES = 16;

/** Whether the first byte of a word is its lowest. */
export const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The last pool and the last smaller array that were summed, and their 32-bit words: a cache, never state. */
let pool: Uint8Array = new Uint8Array(0);
let poolWords: Uint32Array = new Uint32Array(0);
let small: Uint8Array = new Uint8Array(0);
let smallWords: Uint32Array | null = null;

/**
 * Adds the 16-bit big-endian words of `length` bytes to `initial`, an odd last byte padded with zero. The sum is not
 * folded, and equal to the true sum modulo 0xffff only.
 */
export const sumWords = (b: Uint8Array, at: number, length: number, initial = 0): number => {
  const words = length < WORDS_MIN_BYTES || (at & 3) !== 0 ? null : hasWords(b) ? poolWords : wordsOf(b);
  if (words === null) return initial + sumByBytes(b, at, at + length);
  const wordsLength = length & ~3;
  const sum = sumAligned(words, at >>> 2, (at + wordsLength) >>> 2);
  return initial + swapBytes(foldSum(sum)) + sumByBytes(b, at + wordsLength, at + length);
};

/** Whether `poolWords` are the words of `b`, which it arranges if `b` is large enough. */
const hasWords = (b: Uint8Array): boolean => {
  if (b === pool) return true;
  if (b.length < POOL_MIN_BYTES || !IS_LITTLE_ENDIAN || b.byteOffset !== 0) return false;
  pool = b;
  poolWords = new Uint32Array(b.buffer, 0, b.length >>> 2);
  return true;
};

/** The words of an array that is no pool, from the second time in a row that it is asked for: who fills it anew for each packet. */
function wordsOf(b: Uint8Array): Uint32Array | null {
  if (b !== small) {
    small = b;
    smallWords = null;
  } else if (smallWords === null && IS_LITTLE_ENDIAN && (b.byteOffset & 3) === 0) {
    smallWords = new Uint32Array(b.buffer, b.byteOffset, b.length >>> 2);
  }
  return smallWords;
}

/** By pairs of bytes, from `at` to `end`. */
const sumByBytes = (b: Uint8Array, at: number, end: number): number => {
  let high = 0;
  let low = 0;
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
  return high * 256 + low;
};

/** In the machine's byte order, which the sum may be in until the end (RFC 1071, 2B). `| 0`: V8 then asks no sum whether it is too large. */
const sumAligned = (words: Uint32Array, from: number, to: number): number => {
  let low = 0;
  let high = 0;
  let i = from;
  for (; i < to - 3; i = (i + 4) | 0) {
    const first = words[i] as number;
    const second = words[(i + 1) | 0] as number;
    const third = words[(i + 2) | 0] as number;
    const fourth = words[(i + 3) | 0] as number;
    low = (low + (first & 0xffff) + (second & 0xffff) + (third & 0xffff) + (fourth & 0xffff)) | 0;
    high = (high + (first >>> 16) + (second >>> 16) + (third >>> 16) + (fourth >>> 16)) | 0;
  }
  for (; i < to; i = (i + 1) | 0) {
    low = (low + ((words[i] as number) & 0xffff)) | 0;
    high = (high + ((words[i] as number) >>> 16)) | 0;
  }
  return low + high;
};

const swapBytes = (word: number): number => ((word & 0xff) << 8) | (word >>> 8);

/** A sum of 16-bit words, of up to 2^32, with the carries added back in: 0 to 0xffff. */
export const foldSum = (sum: number): number => {
  let folded = (sum >>> 16) + (sum & 0xffff);
  folded = (folded >>> 16) + (folded & 0xffff);
  return (folded >>> 16) + (folded & 0xffff);
};

/**
 * The Internet checksum of `length` bytes, ready to be stored: the complement of the sum. `initial` is the unfolded
 * sum of a pseudo-header. Over bytes that include a right checksum it is 0.
 */
export const checksum = (b: Uint8Array, at: number, length: number, initial = 0): number => {
  return ~foldSum(sumWords(b, at, length, initial)) & 0xffff;
};

/** Whether the 20 bytes at `at`, a header without options, include their right checksum: the sum of their words is all ones. */
export function headerSumOk(b: Uint8Array, at: number): boolean {
  if ((at & 3) !== 0 || !hasWords(b)) return checksum(b, at, 20) === 0;
  const i = at >>> 2;
  const words = poolWords;
  const sum =
    halves(words[i] as number) +
    halves(words[i + 1] as number) +
    halves(words[i + 2] as number) +
    halves(words[i + 3] as number) +
    halves(words[i + 4] as number);
  return foldSum(sum) === 0xffff;
}

const halves = (word: number): number => (word & 0xffff) + (word >>> 16);

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
