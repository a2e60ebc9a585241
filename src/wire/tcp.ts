// TCP over IPv4: RFC 9293; window scale and timestamps from RFC 7323, SACK from RFC 2018, ECN bits from RFC 3168.
// Left out: the meaning of other options, which are carried as bytes (MD5, fast open, MPTCP).
import { assert } from "../base/assert.ts";
import { ok, type Result } from "../base/result.ts";
import type { Ipv4 } from "./address.ts";
import { copyBytes, getU8, getU16, getU32, setU8, setU16, setU32 } from "./bytes.ts";
import { checksum, pseudoHeaderSum } from "./checksum.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";
import { IPPROTO_TCP } from "./ipv4.ts";

/** Length of a header without options, in bytes. */
export const TCP_HLEN = 20;
/** Length of a header with the most options, in bytes. */
export const TCP_MAX_HLEN = 60;

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;
export const TCP_ECE = 0x40;
export const TCP_CWR = 0x80;

export const TCP = {
  sourcePort: { key: "tcp.srcport", label: "Source Port", kind: "decimal", offset: 0, bits: 16 },
  destinationPort: { key: "tcp.dstport", label: "Destination Port", kind: "decimal", offset: 2, bits: 16 },
  sequenceNumber: { key: "tcp.seq_raw", label: "Sequence Number", kind: "decimal", offset: 4, bits: 32 },
  acknowledgmentNumber: { key: "tcp.ack_raw", label: "Acknowledgment Number", kind: "decimal", offset: 8, bits: 32 },
  dataOffset: { key: "tcp.hdr_len", label: "Header Length", kind: "decimal", offset: 12, bits: 4, word: 8, shift: 4 },
  flags: { key: "tcp.flags", label: "Flags", kind: "hex", offset: 12, bits: 12, word: 16, shift: 0 },
  reserved: { key: "tcp.flags.res", label: "Reserved", kind: "flag", offset: 12, bits: 4, word: 16, shift: 8 },
  cwr: {
    key: "tcp.flags.cwr",
    label: "Congestion Window Reduced",
    kind: "flag",
    offset: 13,
    bits: 1,
    word: 8,
    shift: 7,
  },
  ece: { key: "tcp.flags.ece", label: "ECN-Echo", kind: "flag", offset: 13, bits: 1, word: 8, shift: 6 },
  urg: { key: "tcp.flags.urg", label: "Urgent", kind: "flag", offset: 13, bits: 1, word: 8, shift: 5 },
  ack: { key: "tcp.flags.ack", label: "Acknowledgment", kind: "flag", offset: 13, bits: 1, word: 8, shift: 4 },
  psh: { key: "tcp.flags.push", label: "Push", kind: "flag", offset: 13, bits: 1, word: 8, shift: 3 },
  rst: { key: "tcp.flags.reset", label: "Reset", kind: "flag", offset: 13, bits: 1, word: 8, shift: 2 },
  syn: { key: "tcp.flags.syn", label: "Syn", kind: "flag", offset: 13, bits: 1, word: 8, shift: 1 },
  fin: { key: "tcp.flags.fin", label: "Fin", kind: "flag", offset: 13, bits: 1, word: 8, shift: 0 },
  window: { key: "tcp.window_size_value", label: "Window", kind: "decimal", offset: 14, bits: 16 },
  checksum: { key: "tcp.checksum", label: "Checksum", kind: "hex", offset: 16, bits: 16 },
  urgentPointer: { key: "tcp.urgent_pointer", label: "Urgent Pointer", kind: "decimal", offset: 18, bits: 16 },
} as const satisfies FieldTable;

/** An option: `kind` is its number in IANA's registry. */
export type TcpOption =
  | { readonly kind: typeof TCPOPT_EOL | typeof TCPOPT_NOP | typeof TCPOPT_SACK_PERM }
  | { readonly kind: typeof TCPOPT_MSS; readonly mss: number }
  | { readonly kind: typeof TCPOPT_WINDOW; readonly shift: number }
  | { readonly kind: typeof TCPOPT_SACK; readonly blocks: readonly SackBlock[] }
  | { readonly kind: typeof TCPOPT_TIMESTAMP; readonly value: number; readonly echoReply: number }
  | { readonly kind: "other"; readonly number: number; readonly data: Uint8Array };
export type SackBlock = { readonly left: number; readonly right: number };

export const TCPOPT_EOL = 0;
export const TCPOPT_NOP = 1;
export const TCPOPT_MSS = 2;
export const TCPOPT_WINDOW = 3;
export const TCPOPT_SACK_PERM = 4;
export const TCPOPT_SACK = 5;
export const TCPOPT_TIMESTAMP = 8;

export type TcpHeader = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgmentNumber: number;
  /** TCP_SYN, TCP_ACK …, eight bits. */
  readonly flags: number;
  readonly window: number;
  readonly urgentPointer: number;
  readonly options: readonly TcpOption[];
};

export function tcpSourcePort(b: Uint8Array, at: number): number {
  return getU16(b, at + TCP.sourcePort.offset);
}

export function tcpDestinationPort(b: Uint8Array, at: number): number {
  return getU16(b, at + TCP.destinationPort.offset);
}

export function tcpSequenceNumber(b: Uint8Array, at: number): number {
  return getU32(b, at + TCP.sequenceNumber.offset);
}

export function tcpAcknowledgmentNumber(b: Uint8Array, at: number): number {
  return getU32(b, at + TCP.acknowledgmentNumber.offset);
}

/** Length of the header that stands at `at`, options included, in bytes. */
export function tcpHeaderLength(b: Uint8Array, at: number): number {
  return (getU8(b, at + TCP.dataOffset.offset) >>> 4) * 4;
}

/** TCP_SYN, TCP_ACK …, eight bits. */
export function tcpFlags(b: Uint8Array, at: number): number {
  return getU8(b, at + TCP.fin.offset);
}

/** As it stands on the wire, not scaled. */
export function tcpWindow(b: Uint8Array, at: number): number {
  return getU16(b, at + TCP.window.offset);
}

/** Reads the header of a segment of `len` bytes at `at`. */
export function parseTcp(b: Uint8Array, at: number, len: number): Result<TcpHeader, WireError> {
  if (len < TCP_HLEN) return short(TCP_HLEN, len);
  const headerLength = tcpHeaderLength(b, at);
  if (headerLength < TCP_HLEN) return bad(`header length ${headerLength} is below ${TCP_HLEN}`);
  if (len < headerLength) return short(headerLength, len);
  const options = parseTcpOptions(b, at + TCP_HLEN, headerLength - TCP_HLEN);
  if (!options.ok) return options;
  return ok({
    sourcePort: tcpSourcePort(b, at),
    destinationPort: tcpDestinationPort(b, at),
    sequenceNumber: tcpSequenceNumber(b, at),
    acknowledgmentNumber: tcpAcknowledgmentNumber(b, at),
    flags: tcpFlags(b, at),
    window: tcpWindow(b, at),
    urgentPointer: getU16(b, at + TCP.urgentPointer.offset),
    options: options.value,
  });
}

/** Reads the `len` bytes of options at `at`, up to an end-of-list, which is kept. */
export function parseTcpOptions(b: Uint8Array, at: number, len: number): Result<TcpOption[], WireError> {
  const options: TcpOption[] = [];
  const end = at + len;
  for (let i = at; i < end; ) {
    const length = tcpOptionLength(b, i, end);
    if (length === null) return bad("an option's length is wrong");
    const option = parseTcpOption(b, i, length);
    options.push(option);
    if (option.kind === TCPOPT_EOL) break;
    i += length;
  }
  return ok(options);
}

/** Length of the option at `at`, kind and length included, in bytes; null if it does not fit before `end`. */
export function tcpOptionLength(b: Uint8Array, at: number, end: number): number | null {
  if (getU8(b, at) <= TCPOPT_NOP) return 1;
  if (at + 1 >= end) return null;
  const length = getU8(b, at + 1);
  return length >= 2 && at + length <= end ? length : null;
}

/** Reads one option of a length that `tcpOptionLength` gave; a known kind of a wrong length is "other". */
export function parseTcpOption(b: Uint8Array, at: number, length: number): TcpOption {
  const kind = getU8(b, at);
  const data = at + 2;
  if (kind === TCPOPT_EOL || kind === TCPOPT_NOP) return { kind };
  if (kind === TCPOPT_SACK_PERM && length === 2) return { kind };
  if (kind === TCPOPT_MSS && length === 4) return { kind, mss: getU16(b, data) };
  if (kind === TCPOPT_WINDOW && length === 3) return { kind, shift: getU8(b, data) };
  if (kind === TCPOPT_TIMESTAMP && length === 10) {
    return { kind, value: getU32(b, data), echoReply: getU32(b, data + 4) };
  }
  if (kind === TCPOPT_SACK && length > 2 && length % 8 === 2) {
    const blocks: SackBlock[] = [];
    for (let i = data; i < at + length; i += 8) blocks.push({ left: getU32(b, i), right: getU32(b, i + 4) });
    return { kind, blocks };
  }
  return { kind: "other", number: kind, data: b.slice(data, at + length) };
}

/**
 * Writes the header, its options padded with end-of-list to a multiple of four, with checksum 0. Returns the header's
 * length in bytes. The data goes behind it, then `setTcpChecksum`.
 */
export function emitTcpHeader(b: Uint8Array, at: number, header: TcpHeader): number {
  let end = at + TCP_HLEN;
  for (const option of header.options) end += emitTcpOption(b, end, option);
  while ((end - at) % 4 !== 0) setU8(b, end++, TCPOPT_EOL);
  assert(end - at <= TCP_MAX_HLEN, "TCP options are longer than 40 bytes");
  setU16(b, at + TCP.sourcePort.offset, header.sourcePort);
  setU16(b, at + TCP.destinationPort.offset, header.destinationPort);
  setU32(b, at + TCP.sequenceNumber.offset, header.sequenceNumber);
  setU32(b, at + TCP.acknowledgmentNumber.offset, header.acknowledgmentNumber);
  setU8(b, at + TCP.dataOffset.offset, ((end - at) / 4) << 4);
  setU8(b, at + TCP.fin.offset, header.flags);
  setU16(b, at + TCP.window.offset, header.window);
  setU16(b, at + TCP.checksum.offset, 0);
  setU16(b, at + TCP.urgentPointer.offset, header.urgentPointer);
  return end - at;
}

/** Writes one option and returns its length in bytes. */
function emitTcpOption(b: Uint8Array, at: number, option: TcpOption): number {
  setU8(b, at, option.kind === "other" ? option.number : option.kind);
  if (option.kind === TCPOPT_EOL || option.kind === TCPOPT_NOP) return 1;
  const data = at + 2;
  const length = 2 + emitTcpOptionData(b, data, option);
  setU8(b, at + 1, length);
  return length;
}

function emitTcpOptionData(b: Uint8Array, at: number, option: TcpOption): number {
  switch (option.kind) {
    case TCPOPT_MSS:
      setU16(b, at, option.mss);
      return 2;
    case TCPOPT_WINDOW:
      setU8(b, at, option.shift);
      return 1;
    case TCPOPT_TIMESTAMP:
      setU32(b, at, option.value);
      setU32(b, at + 4, option.echoReply);
      return 8;
    case TCPOPT_SACK:
      option.blocks.forEach((block, i) => {
        setU32(b, at + 8 * i, block.left);
        setU32(b, at + 8 * i + 4, block.right);
      });
      return 8 * option.blocks.length;
    case "other":
      copyBytes(option.data, 0, b, at, option.data.length);
      return option.data.length;
    default:
      return 0;
  }
}

/** Computes the checksum of header and data, `length` bytes that stand at `at`, and stores it. */
export function setTcpChecksum(b: Uint8Array, at: number, length: number, source: Ipv4, destination: Ipv4): void {
  setU16(b, at + TCP.checksum.offset, 0);
  const sum = checksum(b, at, length, pseudoHeaderSum(source, destination, IPPROTO_TCP, length));
  setU16(b, at + TCP.checksum.offset, sum);
}

/** Whether the checksum over header and data, `length` bytes, is right. */
export function tcpChecksumOk(b: Uint8Array, at: number, length: number, source: Ipv4, destination: Ipv4): boolean {
  return checksum(b, at, length, pseudoHeaderSum(source, destination, IPPROTO_TCP, length)) === 0;
}
