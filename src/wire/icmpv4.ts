// ICMP for IPv4: RFC 792; codes 4 to 13 of Destination Unreachable from RFC 1122 and RFC 1812, next-hop MTU from
// RFC 1191. Names of constants from Linux's icmp.h.
// Left out: timestamp, information and address mask messages (read as type, code and bytes), and RFC 4884 extensions.
import { ok, type Result } from "../base/result.ts";
import type { Ipv4 } from "./address.ts";
import { getU8, getU16, getU32, setU8, setU16, setU32 } from "./bytes.ts";
import { checksum } from "./checksum.ts";
import { type FieldTable, type ShortInput, short } from "./fields.ts";

/** Length of the header, in bytes: type, code, checksum and four bytes whose meaning is the type's. */
export const ICMP_HLEN = 8;

export const ICMP_ECHOREPLY = 0;
export const ICMP_DEST_UNREACH = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETERPROB = 12;
export const ICMP_TIMESTAMP = 13;
export const ICMP_TIMESTAMPREPLY = 14;

/** Codes of ICMP_DEST_UNREACH. */
export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;
export const ICMP_SR_FAILED = 5;
export const ICMP_NET_UNKNOWN = 6;
export const ICMP_HOST_UNKNOWN = 7;
export const ICMP_HOST_ISOLATED = 8;
export const ICMP_NET_ANO = 9;
export const ICMP_HOST_ANO = 10;
export const ICMP_NET_UNR_TOS = 11;
export const ICMP_HOST_UNR_TOS = 12;
export const ICMP_PKT_FILTERED = 13;

/** Codes of ICMP_REDIRECT. */
export const ICMP_REDIR_NET = 0;
export const ICMP_REDIR_HOST = 1;
export const ICMP_REDIR_NETTOS = 2;
export const ICMP_REDIR_HOSTTOS = 3;

/** Codes of ICMP_TIME_EXCEEDED. */
export const ICMP_EXC_TTL = 0;
export const ICMP_EXC_FRAGTIME = 1;

export const ICMPV4 = {
  type: { key: "icmp.type", label: "Type", kind: "decimal", offset: 0, bits: 8 },
  code: { key: "icmp.code", label: "Code", kind: "decimal", offset: 1, bits: 8 },
  checksum: { key: "icmp.checksum", label: "Checksum", kind: "hex", offset: 2, bits: 16 },
  /** Of echo and echo reply. */
  identifier: { key: "icmp.ident", label: "Identifier", kind: "decimal", offset: 4, bits: 16 },
  sequenceNumber: { key: "icmp.seq", label: "Sequence Number", kind: "decimal", offset: 6, bits: 16 },
  /** Of destination unreachable. */
  unused: { key: "icmp.unused", label: "Unused", kind: "hex", offset: 4, bits: 32 },
  unusedHigh: { key: "icmp.unused", label: "Unused", kind: "hex", offset: 4, bits: 16 },
  nextHopMtu: { key: "icmp.mtu", label: "MTU of next hop", kind: "decimal", offset: 6, bits: 16 },
  /** Of redirect. */
  gateway: { key: "icmp.redir_gw", label: "Gateway Address", kind: "ipv4", offset: 4, bits: 32 },
  /** Of parameter problem. */
  pointer: { key: "icmp.pointer", label: "Pointer", kind: "decimal", offset: 4, bits: 8 },
} as const satisfies FieldTable;

/** The four bytes after the checksum are read by type; bytes from ICMP_HLEN on are data, or the quoted packet. */
export type IcmpMessage = { readonly code: number; readonly checksum: number } & (
  | { readonly type: typeof ICMP_ECHO | typeof ICMP_ECHOREPLY; readonly identifier: number; readonly sequence: number }
  | { readonly type: typeof ICMP_DEST_UNREACH; readonly nextHopMtu: number }
  | { readonly type: typeof ICMP_REDIRECT; readonly gateway: Ipv4 }
  | { readonly type: typeof ICMP_TIME_EXCEEDED }
  | { readonly type: typeof ICMP_PARAMETERPROB; readonly pointer: number }
  | { readonly type: "other"; readonly number: number; readonly rest: number }
);

export const icmpType = (b: Uint8Array, at: number): number => getU8(b, at + ICMPV4.type.offset);

export const icmpCode = (b: Uint8Array, at: number): number => getU8(b, at + ICMPV4.code.offset);

export const icmpIdentifier = (b: Uint8Array, at: number): number => getU16(b, at + ICMPV4.identifier.offset);

export const icmpSequence = (b: Uint8Array, at: number): number => getU16(b, at + ICMPV4.sequenceNumber.offset);

/** MTU of the next hop, of an ICMP_FRAG_NEEDED; 0 from routers older than RFC 1191. */
export function icmpNextHopMtu(b: Uint8Array, at: number): number {
  return getU16(b, at + ICMPV4.nextHopMtu.offset);
}

export function icmpGateway(b: Uint8Array, at: number): Ipv4 {
  return getU32(b, at + ICMPV4.gateway.offset) as Ipv4;
}

/** Whether messages of this type report an error and quote the packet that caused it. */
export function isIcmpError(type: number): boolean {
  return (
    type === ICMP_DEST_UNREACH ||
    type === ICMP_SOURCE_QUENCH ||
    type === ICMP_REDIRECT ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETERPROB
  );
}

/** Whether the checksum of a message of `len` bytes is right. */
export function icmpChecksumOk(b: Uint8Array, at: number, len: number): boolean {
  return checksum(b, at, len) === 0;
}

/** Reads the header of a message of `len` bytes at `at`. */
export function parseIcmp(b: Uint8Array, at: number, len: number): Result<IcmpMessage, ShortInput> {
  if (len < ICMP_HLEN) return short(ICMP_HLEN, len);
  const type = icmpType(b, at);
  const common = { code: icmpCode(b, at), checksum: getU16(b, at + ICMPV4.checksum.offset) };
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      return ok({ ...common, type, identifier: icmpIdentifier(b, at), sequence: icmpSequence(b, at) });
    case ICMP_DEST_UNREACH:
      return ok({ ...common, type, nextHopMtu: icmpNextHopMtu(b, at) });
    case ICMP_REDIRECT:
      return ok({ ...common, type, gateway: icmpGateway(b, at) });
    case ICMP_TIME_EXCEEDED:
      return ok({ ...common, type });
    case ICMP_PARAMETERPROB:
      return ok({ ...common, type, pointer: getU8(b, at + ICMPV4.pointer.offset) });
    default:
      return ok({ ...common, type: "other", number: type, rest: getU32(b, at + ICMPV4.unused.offset) });
  }
}

/**
 * Writes the header, checksum included, over `dataLength` bytes that already stand at `at + ICMP_HLEN`. `rest` is the
 * uint32 after the checksum: 0, a gateway, a next-hop MTU, a pointer in the top byte.
 */
export function emitIcmp(
  b: Uint8Array,
  at: number,
  type: number,
  code: number,
  rest: number,
  dataLength: number,
): void {
  setU8(b, at + ICMPV4.type.offset, type);
  setU8(b, at + ICMPV4.code.offset, code);
  setU16(b, at + ICMPV4.checksum.offset, 0);
  setU32(b, at + ICMPV4.unused.offset, rest);
  setU16(b, at + ICMPV4.checksum.offset, checksum(b, at, ICMP_HLEN + dataLength));
}

/** `emitIcmp` for ICMP_ECHO and ICMP_ECHOREPLY, over `dataLength` bytes that already stand at `at + ICMP_HLEN`. */
export function emitIcmpEcho(
  b: Uint8Array,
  at: number,
  type: number,
  identifier: number,
  sequence: number,
  dataLength: number,
): void {
  emitIcmp(b, at, type, 0, ((identifier << 16) | sequence) >>> 0, dataLength);
}
