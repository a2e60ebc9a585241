/** Reading a frame's bytes, and the words for addresses and ports. */

/** A big-endian window on a frame; reading past its end throws `ShortRead`. */
export interface Bytes {
  length: number;
  u8(at: number): number;
  u16(at: number): number;
  from(start: number, end?: number): Bytes;
  raw: Buffer;
}

/** Bytes were asked for that the frame does not have. */
export class ShortRead extends Error {}

export function bytesOf(raw: Buffer): Bytes {
  const need = (end: number) => {
    if (end > raw.length) throw new ShortRead();
  };
  return {
    length: raw.length,
    raw,
    u8(at) {
      need(at + 1);
      return raw.readUInt8(at);
    },
    u16(at) {
      need(at + 2);
      return raw.readUInt16BE(at);
    },
    from(start, end = raw.length) {
      return bytesOf(raw.subarray(start, Math.max(start, end)));
    },
  };
}

export function macText(raw: Buffer): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

export function ipv4Text(raw: Buffer): string {
  return Array.from(raw).join(".");
}

/** RFC 1071 over the parts one after another; 0 where the checksum inside them holds. Odd parts are padded. */
export function internetChecksum(...parts: Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) sum += i % 2 === 0 ? part.readUInt8(i) << 8 : part.readUInt8(i);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Linux draws ephemeral ports from 32768 up; container engines and traceroute use others above 10000. */
export function portText(port: number): string {
  return port >= 10000 ? "eph" : String(port);
}
