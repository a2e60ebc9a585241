// ARP for IPv4 over Ethernet: RFC 826; names of the fields from its packet format, `ar$` dropped.
// Left out: other hardware and protocol types (refused), RARP and InARP.
import { ok, type Result } from "../base/result.ts";
import type { Ipv4, Mac } from "./address.ts";
import { getMac, getU8, getU16, getU32, setMac, setU8, setU16, setU32 } from "./bytes.ts";
import { ETH_P_IP } from "./ethernet.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";

/** Length of an ARP packet for IPv4 over Ethernet, in bytes. */
export const ARP_LEN = 28;
export const ARPHRD_ETHER = 1;
export const ARPOP_REQUEST = 1;
export const ARPOP_REPLY = 2;

export const ARP = {
  hrd: { key: "arp.hw.type", label: "Hardware type", kind: "decimal", offset: 0, bits: 16 },
  pro: { key: "arp.proto.type", label: "Protocol type", kind: "hex", offset: 2, bits: 16 },
  hln: { key: "arp.hw.size", label: "Hardware size", kind: "decimal", offset: 4, bits: 8 },
  pln: { key: "arp.proto.size", label: "Protocol size", kind: "decimal", offset: 5, bits: 8 },
  op: { key: "arp.opcode", label: "Opcode", kind: "decimal", offset: 6, bits: 16 },
  sha: { key: "arp.src.hw_mac", label: "Sender MAC address", kind: "mac", offset: 8, bits: 48 },
  spa: { key: "arp.src.proto_ipv4", label: "Sender IP address", kind: "ipv4", offset: 14, bits: 32 },
  tha: { key: "arp.dst.hw_mac", label: "Target MAC address", kind: "mac", offset: 18, bits: 48 },
  tpa: { key: "arp.dst.proto_ipv4", label: "Target IP address", kind: "ipv4", offset: 24, bits: 32 },
} as const satisfies FieldTable;

export type ArpPacket = {
  readonly op: number;
  readonly sha: Mac;
  readonly spa: Ipv4;
  readonly tha: Mac;
  readonly tpa: Ipv4;
};

export function arpOp(b: Uint8Array, at: number): number {
  return getU16(b, at + ARP.op.offset);
}

export function arpSha(b: Uint8Array, at: number): Mac {
  return getMac(b, at + ARP.sha.offset);
}

export function arpSpa(b: Uint8Array, at: number): Ipv4 {
  return getU32(b, at + ARP.spa.offset) as Ipv4;
}

export function arpTha(b: Uint8Array, at: number): Mac {
  return getMac(b, at + ARP.tha.offset);
}

export function arpTpa(b: Uint8Array, at: number): Ipv4 {
  return getU32(b, at + ARP.tpa.offset) as Ipv4;
}

/** Why the `len` bytes at `at` are no ARP packet for IPv4 over Ethernet; null if they are one. Allocates only to refuse. */
export function refuseArp(b: Uint8Array, at: number, len: number): WireError | null {
  if (len < ARP_LEN) return short(ARP_LEN, len).error;
  if (getU16(b, at + ARP.hrd.offset) !== ARPHRD_ETHER) return bad("hardware type is not Ethernet").error;
  if (getU16(b, at + ARP.pro.offset) !== ETH_P_IP) return bad("protocol type is not IPv4").error;
  if (getU8(b, at + ARP.hln.offset) !== 6) return bad("hardware size is not 6").error;
  if (getU8(b, at + ARP.pln.offset) !== 4) return bad("protocol size is not 4").error;
  return null;
}

/** Reads a packet of `len` bytes at `at`; bytes past ARP_LEN are padding. */
export function parseArp(b: Uint8Array, at: number, len: number): Result<ArpPacket, WireError> {
  const error = refuseArp(b, at, len);
  if (error !== null) return { ok: false, error };
  return ok({ op: arpOp(b, at), sha: arpSha(b, at), spa: arpSpa(b, at), tha: arpTha(b, at), tpa: arpTpa(b, at) });
}

/** Writes all ARP_LEN bytes. */
export function emitArp(b: Uint8Array, at: number, op: number, sha: Mac, spa: Ipv4, tha: Mac, tpa: Ipv4): void {
  setU16(b, at + ARP.hrd.offset, ARPHRD_ETHER);
  setU16(b, at + ARP.pro.offset, ETH_P_IP);
  setU8(b, at + ARP.hln.offset, 6);
  setU8(b, at + ARP.pln.offset, 4);
  setU16(b, at + ARP.op.offset, op);
  setMac(b, at + ARP.sha.offset, sha);
  setU32(b, at + ARP.spa.offset, spa);
  setMac(b, at + ARP.tha.offset, tha);
  setU32(b, at + ARP.tpa.offset, tpa);
}
