/**
 * The two headers that every packet bears, written into a pool of frames by 32-bit words instead of by bytes. They come out as emitEthernet and
 * emitIpv4 write them, which they leave it to where a machine keeps the highest byte first.
 */
import type { Ipv4, Mac } from "./address.ts";
import { foldSum, IS_LITTLE_ENDIAN } from "./checksum.ts";
import { emitEthernet } from "./ethernet.ts";
import { emitIpv4 } from "./ipv4.ts";

/** The same memory as bytes and as words. */
export interface Memory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** The halves and quarters of a 48-bit integer are reached by exact multiplication. */
const HIGH_16 = 2 ** -32;
const HIGH_32 = 2 ** -16;

const swap16 = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);

const swap32 = (value: number): number =>
  (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);

/** emitEthernet. @param at 2 (mod 4), so that what stands behind the header is aligned */
export function putEthernet(memory: Memory, at: number, dst: Mac, src: Mac, type: number): void {
  if (!IS_LITTLE_ENDIAN) {
    emitEthernet(memory.bytes, at, dst, src, type);
    return;
  }
  const { words } = memory;
  const w = at >> 2;
  words[w] = ((words[w] as number) & 0xffff) | (swap16((dst * HIGH_16) | 0) << 16);
  words[w + 1] = swap32(dst | 0);
  words[w + 2] = swap32((src * HIGH_32) | 0);
  words[w + 3] = swap16(src | 0) | (swap16(type) << 16);
}

/** emitIpv4. @param at a multiple of 4 */
export function putIpv4(
  memory: Memory,
  at: number,
  totalLength: number,
  identification: number,
  flagsAndOffset: number,
  ttl: number,
  protocol: number,
  source: Ipv4,
  destination: Ipv4,
  tos: number,
): void {
  if (!IS_LITTLE_ENDIAN) {
    const { bytes } = memory;
    emitIpv4(bytes, at, totalLength, identification, flagsAndOffset, ttl, protocol, source, destination, tos);
    return;
  }
  const { words } = memory;
  const w = at >> 2;
  const first = 0x45 | (tos << 8) | (swap16(totalLength) << 16);
  const second = swap16(identification) | (swap16(flagsAndOffset) << 16);
  const third = ttl | (protocol << 8);
  const from = swap32(source);
  const to = swap32(destination);
  // The sum may be made in the machine's byte order (RFC 1071, 2B).
  const halves = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16) + third;
  const sum = halves + (from & 0xffff) + (from >>> 16) + (to & 0xffff) + (to >>> 16);
  words[w] = first;
  words[w + 1] = second;
  words[w + 2] = third | (~foldSum(sum) << 16);
  words[w + 3] = from;
  words[w + 4] = to;
}
