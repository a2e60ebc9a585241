// Ethernet II frames: IEEE 802.3-2018 clause 3, as Linux's if_ether.h names things.
// Left out: preamble and FCS (a capture has neither), 802.1Q tags, LLC; a type below 0x600 is a length.
import { ok, type Result } from "../base/result.ts";
import type { Mac } from "./address.ts";
import { getMac, getU16, setMac, setU16 } from "./bytes.ts";
import { type FieldTable, type ShortInput, short } from "./fields.ts";

/** Length of the header, in bytes. */
export const ETH_HLEN = 14;
/** The least length of a frame without FCS; Linux's virtual devices don't pad up to it. */
export const ETH_ZLEN = 60;
/** The greatest payload of a standard frame, in bytes. */
export const ETH_DATA_LEN = 1500;
/** The least value that is a type; below it the field is a length (802.3). */
export const ETH_P_802_3_MIN = 0x0600;

export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;

export const ETHERNET = {
  dst: { key: "eth.dst", label: "Destination", kind: "mac", offset: 0, bits: 48 },
  src: { key: "eth.src", label: "Source", kind: "mac", offset: 6, bits: 48 },
  type: { key: "eth.type", label: "Type", kind: "hex", offset: 12, bits: 16 },
} as const satisfies FieldTable;

export type EthernetHeader = { readonly dst: Mac; readonly src: Mac; readonly type: number };

export function ethernetDst(b: Uint8Array, at: number): Mac {
  return getMac(b, at + ETHERNET.dst.offset);
}

export function ethernetSrc(b: Uint8Array, at: number): Mac {
  return getMac(b, at + ETHERNET.src.offset);
}

export function ethernetType(b: Uint8Array, at: number): number {
  return getU16(b, at + ETHERNET.type.offset);
}

/** Reads the header of a frame of `len` bytes at `at`. */
export function parseEthernet(b: Uint8Array, at: number, len: number): Result<EthernetHeader, ShortInput> {
  if (len < ETH_HLEN) return short(ETH_HLEN, len);
  return ok({ dst: ethernetDst(b, at), src: ethernetSrc(b, at), type: ethernetType(b, at) });
}

/** Writes all ETH_HLEN bytes. */
export function emitEthernet(b: Uint8Array, at: number, dst: Mac, src: Mac, type: number): void {
  setMac(b, at + ETHERNET.dst.offset, dst);
  setMac(b, at + ETHERNET.src.offset, src);
  setU16(b, at + ETHERNET.type.offset, type);
}
