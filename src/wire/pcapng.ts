// Writes a capture as pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, nanosecond timestamps.
// Left out: reading, name resolution, statistics, and link types other than Ethernet and raw IP.
import { assert } from "../base/assert.ts";
import { SECOND_NS } from "../base/time.ts";

export type Capture = {
  /** When the packets' time 0 was: whole seconds since 1970. 0 unless given. */
  readonly epoch_s?: number;
  readonly interfaces: readonly CapturedInterface[];
  readonly packets: readonly CapturedPacket[];
};

export type CapturedInterface = {
  readonly name: string;
  /** Its packets are bare IP, without a link-layer header, as on a tunnel device of layer 3. */
  readonly raw?: boolean;
};

export type CapturedPacket = {
  /** Index into the capture's interfaces. */
  readonly interface: number;
  /** Since the capture's epoch, in whole nanoseconds. */
  readonly time_ns: number;
  /** The whole Ethernet frame, without FCS; for a raw interface the IP packet. */
  readonly bytes: Uint8Array;
  /** "in" was received by the interface, "out" was sent by it. */
  readonly direction?: "in" | "out";
  readonly comment?: string;
};

const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const ENHANCED_PACKET_BLOCK = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** https://www.tcpdump.org/linktypes.html */
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_RAW = 101;

const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const EPB_FLAGS = 2;
/** if_tsresol: 10^-9 s. */
const NANOSECONDS = 9;
/** Option values have a 16-bit length. */
const OPTION_MAX = 0xffff;

/** The file's bytes. Packets stand in the order given, which readers expect to be that of time. */
export function writePcapng(capture: Capture): Uint8Array {
  const blocks = [sectionHeader()];
  for (const one of capture.interfaces) blocks.push(interfaceDescription(one));
  for (const packet of capture.packets) {
    assert(packet.interface >= 0 && packet.interface < capture.interfaces.length, "a packet of an unknown interface");
    blocks.push(enhancedPacket(packet, capture.epoch_s ?? 0));
  }
  return concat(blocks);
}

function sectionHeader(): Uint8Array {
  const versionMajor = 1;
  const versionMinor = 0;
  const lengthUnknown = [0xffff_ffff, 0xffff_ffff];
  const fixed = concat([u32(BYTE_ORDER_MAGIC), u16(versionMajor), u16(versionMinor), ...lengthUnknown.map(u32)]);
  return block(SECTION_HEADER_BLOCK, fixed, [option(SHB_USERAPPL, utf8("docker0 Playground"))]);
}

function interfaceDescription({ name, raw }: CapturedInterface): Uint8Array {
  const noSnapLength = 0;
  const fixed = concat([u16(raw === true ? LINKTYPE_RAW : LINKTYPE_ETHERNET), u16(0), u32(noSnapLength)]);
  return block(INTERFACE_DESCRIPTION_BLOCK, fixed, [
    option(IF_NAME, utf8(name)),
    option(IF_TSRESOL, Uint8Array.of(NANOSECONDS)),
  ]);
}

function enhancedPacket(packet: CapturedPacket, epoch_s: number): Uint8Array {
  const { bytes, time_ns, direction, comment } = packet;
  assert(Number.isSafeInteger(time_ns) && time_ns >= 0, `a packet's time ${time_ns} ns`);
  // Nanoseconds since 1970 are past what a double holds exactly.
  const timestamp = BigInt(epoch_s) * BigInt(SECOND_NS) + BigInt(time_ns);
  const time = [u32(Number(timestamp >> 32n)), u32(Number(timestamp & 0xffff_ffffn))];
  const lengths = [u32(bytes.length), u32(bytes.length)];
  const options = [];
  if (comment !== undefined) options.push(option(OPT_COMMENT, utf8(comment)));
  if (direction !== undefined) options.push(option(EPB_FLAGS, u32(direction === "in" ? 1 : 2)));
  const fixed = concat([u32(packet.interface), ...time, ...lengths, padded(bytes)]);
  return block(ENHANCED_PACKET_BLOCK, fixed, options);
}

/** A block: type, length, body, options if any with their end mark, and the length once more. */
function block(type: number, fixed: Uint8Array, options: readonly Uint8Array[]): Uint8Array {
  const endOfOptions = options.length > 0 ? [u32(0)] : [];
  const body = concat([fixed, ...options, ...endOfOptions]);
  const length = u32(12 + body.length);
  return concat([u32(type), length, body, length]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  return concat([u16(code), u16(value.length), padded(value)]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Zeros up to a multiple of four bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** UTF-8, cut at OPTION_MAX bytes; a lone surrogate becomes U+FFFD. (TextEncoder is not ECMAScript.) */
function utf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    const encoded = utf8Point(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
    if (out.length + encoded.length > OPTION_MAX) break;
    out.push(...encoded);
  }
  return Uint8Array.from(out);
}

function utf8Point(point: number): number[] {
  const tail = (shift: number) => 0x80 | ((point >>> shift) & 0x3f);
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >>> 6), tail(0)];
  if (point < 0x10000) return [0xe0 | (point >>> 12), tail(6), tail(0)];
  return [0xf0 | (point >>> 18), tail(12), tail(6), tail(0)];
}
