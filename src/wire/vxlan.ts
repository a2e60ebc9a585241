// VXLAN: RFC 7348. Left out: group policy, GPE and remote checksum offload, whose flag bits must be zero here.
import { ok, type Result } from "../base/result.ts";
import { getU8, getU32, setU32 } from "./bytes.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";

/** Length of the header, in bytes; an Ethernet frame follows. */
export const VXLAN_HLEN = 8;
/** The port that IANA gave. */
export const VXLAN_PORT = 4789;
/** The port that Linux takes unless told otherwise, from before IANA's. */
export const VXLAN_PORT_LINUX = 8472;
/** The I flag: the VNI is valid. */
export const VXLAN_FLAG_I = 0x08;

export const VXLAN = {
  flags: { key: "vxlan.flags", label: "Flags", kind: "hex", offset: 0, bits: 8 },
  vniValid: {
    key: "vxlan.flag_i",
    label: "VXLAN Network ID (VNI)",
    kind: "flag",
    offset: 0,
    bits: 1,
    word: 8,
    shift: 3,
  },
  reserved1: { key: "vxlan.reserved24", label: "Reserved", kind: "hex", offset: 0, bits: 24, word: 32, shift: 0 },
  vni: {
    key: "vxlan.vni",
    label: "VXLAN Network Identifier (VNI)",
    kind: "decimal",
    offset: 4,
    bits: 24,
    word: 32,
    shift: 8,
  },
  reserved2: { key: "vxlan.reserved8", label: "Reserved", kind: "decimal", offset: 7, bits: 8 },
} as const satisfies FieldTable;

export type VxlanHeader = { readonly vni: number };

export function vxlanVni(b: Uint8Array, at: number): number {
  return getU32(b, at + VXLAN.vni.offset) >>> 8;
}

/** Reads the header of `len` bytes at `at`; reserved bits are ignored, as the RFC says. */
export function parseVxlan(b: Uint8Array, at: number, len: number): Result<VxlanHeader, WireError> {
  if (len < VXLAN_HLEN) return short(VXLAN_HLEN, len);
  if ((getU8(b, at + VXLAN.flags.offset) & VXLAN_FLAG_I) === 0) return bad("the I flag is not set");
  return ok({ vni: vxlanVni(b, at) });
}

/** Writes all VXLAN_HLEN bytes. `vni` has 24 bits. */
export function emitVxlan(b: Uint8Array, at: number, vni: number): void {
  setU32(b, at + VXLAN.flags.offset, VXLAN_FLAG_I << 24);
  setU32(b, at + VXLAN.vni.offset, vni << 8);
}
