// Big-endian access to bytes. All of wire/ works on a buffer and an offset, so that the hot path allocates nothing.
// The accessors check no bounds: a parser compares lengths once, before it reads.
import { assert } from "../base/assert.ts";
import type { Mac } from "./address.ts";

const TWO_32 = 0x1_0000_0000;

export const getU8 = (b: Uint8Array, at: number): number => b[at] as number;

export const setU8 = (b: Uint8Array, at: number, value: number): void => {
  b[at] = value;
};

export const getU16 = (b: Uint8Array, at: number): number => ((b[at] as number) << 8) | (b[at + 1] as number);

export const setU16 = (b: Uint8Array, at: number, value: number): void => {
  b[at] = value >>> 8;
  b[at + 1] = value;
};

export const getU32 = (b: Uint8Array, at: number): number => {
  const high = ((b[at] as number) << 24) | ((b[at + 1] as number) << 16);
  return (high | ((b[at + 2] as number) << 8) | (b[at + 3] as number)) >>> 0;
};

export const setU32 = (b: Uint8Array, at: number, value: number): void => {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
};

/** Six bytes as one 48-bit integer. */
export const getMac = (b: Uint8Array, at: number): Mac => (getU16(b, at) * TWO_32 + getU32(b, at + 2)) as Mac;

export const setMac = (b: Uint8Array, at: number, mac: Mac): void => {
  setU16(b, at, (mac / TWO_32) | 0);
  // ToUint32 takes the low 32 bits.
  setU32(b, at + 2, mac >>> 0);
};

/** Copies `length` bytes. Source and destination may overlap in one buffer. */
export function copyBytes(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  if (from === to) {
    to.copyWithin(toAt, fromAt, fromAt + length);
    return;
  }
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i] as number;
}

/** Lower-case hex digits without separators. */
export function toHex(b: Uint8Array, at = 0, length = b.length - at): string {
  let text = "";
  for (let i = at; i < at + length; i++) text += hexByte(b[i] as number);
  return text;
}

/** Two lower-case hex digits. */
export function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** The bytes of a hex text known to be right, such as a literal; white space is skipped. Anything else is a bug. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  assert(digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits), "malformed hex text");
  const b = new Uint8Array(digits.length / 2);
  for (let i = 0; i < b.length; i++) b[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return b;
}
