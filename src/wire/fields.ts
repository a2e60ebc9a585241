// The form of a header's field table: the one description of a protocol that its parser, emitter and inspector share.
import { unreachable } from "../base/assert.ts";
import { err } from "../base/result.ts";
import type { Mac } from "./address.ts";
import { getMac, getU8, getU16, getU32, setMac, setU8, setU16, setU32 } from "./bytes.ts";

/** How a value is shown. */
export type FieldKind = "mac" | "ipv4" | "decimal" | "hex" | "flag";

export type Field = {
  /** Wireshark's display filter name. */
  readonly key: string;
  readonly label: string;
  readonly kind: FieldKind;
  /** From the header's start to the big-endian word that holds the field, in bytes. */
  readonly offset: number;
  /** Width of the field, in bits. */
  readonly bits: number;
  /** Width of the word, in bits, where the field is only a part of it. */
  readonly word?: 8 | 16 | 32;
  /** Bits of the word that lie to the right of the field. */
  readonly shift?: number;
};

export type FieldTable = Readonly<Record<string, Field>>;

/** Fewer bytes than the header needs. */
export type ShortInput = { readonly kind: "short"; readonly needed: number; readonly available: number };
/** Enough bytes, but not a header of this protocol: a wrong version, an impossible length. */
export type BadHeader = { readonly kind: "bad"; readonly reason: string };
export type WireError = ShortInput | BadHeader;

export function short(needed: number, available: number): { readonly ok: false; readonly error: ShortInput } {
  return err({ kind: "short", needed, available });
}

export function bad(reason: string): { readonly ok: false; readonly error: BadHeader } {
  return err({ kind: "bad", reason });
}

/** One sentence for people. */
export function describeWireError(error: WireError): string {
  if (error.kind === "bad") return error.reason;
  return `needs ${error.needed} bytes, has ${error.available}`;
}

/** The field's value in the header at `at`. */
export function readField(b: Uint8Array, at: number, field: Field): number {
  const word = readWord(b, at + field.offset, field.word ?? field.bits);
  if (field.word === undefined || field.word === field.bits) return word;
  return (word >>> (field.shift ?? 0)) & (2 ** field.bits - 1);
}

/** Writes the field and leaves the other bits of its word alone. */
export function writeField(b: Uint8Array, at: number, field: Field, value: number): void {
  const width = field.word ?? field.bits;
  if (field.word === undefined || field.word === field.bits) {
    writeWord(b, at + field.offset, width, value);
    return;
  }
  const shift = field.shift ?? 0;
  const mask = (2 ** field.bits - 1) << shift;
  const others = readWord(b, at + field.offset, width) & ~mask;
  writeWord(b, at + field.offset, width, (others | ((value << shift) & mask)) >>> 0);
}

/** The bytes that the field touches, from the header's start. */
export function fieldSpan(field: Field): { readonly offset: number; readonly length: number } {
  const firstBit = field.offset * 8 + (field.word ?? field.bits) - (field.shift ?? 0) - field.bits;
  const offset = Math.floor(firstBit / 8);
  return { offset, length: Math.ceil((firstBit + field.bits) / 8) - offset };
}

function readWord(b: Uint8Array, at: number, bits: number): number {
  if (bits === 8) return getU8(b, at);
  if (bits === 16) return getU16(b, at);
  if (bits === 32) return getU32(b, at);
  if (bits === 48) return getMac(b, at);
  return unreachable(bits as never);
}

function writeWord(b: Uint8Array, at: number, bits: number, value: number): void {
  if (bits === 8) setU8(b, at, value);
  else if (bits === 16) setU16(b, at, value);
  else if (bits === 32) setU32(b, at, value);
  else if (bits === 48) setMac(b, at, value as Mac);
  else unreachable(bits as never);
}
