// BPDUs of the spanning tree protocol in LLC: IEEE 802.1D-1998, clause 9, as Linux's net/bridge/br_stp_bpdu.c writes and reads them.
// Left out: RSTP and MSTP.
import { ok, type Result } from "../base/result.ts";
import type { Mac } from "./address.ts";
import { getMac, getU8, getU16, getU32, setMac, setU8, setU16, setU32 } from "./bytes.ts";
import { bad, type FieldTable, short, type WireError } from "./fields.ts";

/** 01:80:c2:00:00:00, the group that all bridges are in. */
export const MAC_BRIDGE_GROUP = 0x0180_c200_0000 as Mac;
/** LLC header: both service access points are 0x42, and it is an unnumbered frame. */
export const LLC_LEN = 3;
const LLC_SAP_BSPAN = 0x42;
const LLC_UI = 0x03;
/** Lengths with the LLC header, in bytes. */
export const CONFIG_BPDU_LEN = LLC_LEN + 35;
export const TCN_BPDU_LEN = LLC_LEN + 4;
const TYPE_CONFIG = 0x00;
const TYPE_TCN = 0x80;
const FLAG_TC = 0x01;
const FLAG_TCA = 0x80;
/** Times are counted in these: 1/256 s. */
const TICK_NS = 1e9 / 256;

/** Offsets from the LLC header. */
export const BPDU = {
  dsap: { key: "llc.dsap", label: "DSAP", kind: "hex", offset: 0, bits: 8 },
  ssap: { key: "llc.ssap", label: "SSAP", kind: "hex", offset: 1, bits: 8 },
  control: { key: "llc.control", label: "Control", kind: "hex", offset: 2, bits: 8 },
  protocol: { key: "stp.protocol", label: "Protocol identifier", kind: "hex", offset: 3, bits: 16 },
  version: { key: "stp.version", label: "Version", kind: "decimal", offset: 5, bits: 8 },
  type: { key: "stp.type", label: "BPDU type", kind: "hex", offset: 6, bits: 8 },
  flags: { key: "stp.flags", label: "Flags", kind: "hex", offset: 7, bits: 8 },
  rootPriority: { key: "stp.root.prio", label: "Root priority", kind: "decimal", offset: 8, bits: 16 },
  rootMac: { key: "stp.root.hw", label: "Root identifier", kind: "mac", offset: 10, bits: 48 },
  rootCost: { key: "stp.root.cost", label: "Root path cost", kind: "decimal", offset: 16, bits: 32 },
  bridgePriority: { key: "stp.bridge.prio", label: "Bridge priority", kind: "decimal", offset: 20, bits: 16 },
  bridgeMac: { key: "stp.bridge.hw", label: "Bridge identifier", kind: "mac", offset: 22, bits: 48 },
  port: { key: "stp.port", label: "Port identifier", kind: "hex", offset: 28, bits: 16 },
  messageAge: { key: "stp.msg_age", label: "Message age", kind: "decimal", offset: 30, bits: 16 },
  maxAge: { key: "stp.max_age", label: "Max age", kind: "decimal", offset: 32, bits: 16 },
  hello: { key: "stp.hello", label: "Hello time", kind: "decimal", offset: 34, bits: 16 },
  forward: { key: "stp.forward", label: "Forward delay", kind: "decimal", offset: 36, bits: 16 },
} as const satisfies FieldTable;

/** The lower is the better. */
export interface BridgeId {
  readonly priority: number;
  readonly mac: Mac;
}

/** br_config_bpdu */
export interface ConfigBpdu {
  readonly topologyChange: boolean;
  readonly topologyChangeAck: boolean;
  readonly root: BridgeId;
  readonly rootPathCost: number;
  readonly bridge: BridgeId;
  readonly port: number;
  readonly messageAge_ns: number;
  readonly maxAge_ns: number;
  readonly helloTime_ns: number;
  readonly forwardDelay_ns: number;
}

function emitHead(b: Uint8Array, at: number, type: number): void {
  setU8(b, at + BPDU.dsap.offset, LLC_SAP_BSPAN);
  setU8(b, at + BPDU.ssap.offset, LLC_SAP_BSPAN);
  setU8(b, at + BPDU.control.offset, LLC_UI);
  setU16(b, at + BPDU.protocol.offset, 0);
  setU8(b, at + BPDU.version.offset, 0);
  setU8(b, at + BPDU.type.offset, type);
}

/** Writes all TCN_BPDU_LEN bytes. */
export function emitTcnBpdu(b: Uint8Array, at: number): void {
  emitHead(b, at, TYPE_TCN);
}

/** Writes all CONFIG_BPDU_LEN bytes; times are rounded down to 1/256 s. */
export function emitConfigBpdu(b: Uint8Array, at: number, c: ConfigBpdu): void {
  emitHead(b, at, TYPE_CONFIG);
  setU8(b, at + BPDU.flags.offset, (c.topologyChange ? FLAG_TC : 0) | (c.topologyChangeAck ? FLAG_TCA : 0));
  setU16(b, at + BPDU.rootPriority.offset, c.root.priority);
  setMac(b, at + BPDU.rootMac.offset, c.root.mac);
  setU32(b, at + BPDU.rootCost.offset, c.rootPathCost);
  setU16(b, at + BPDU.bridgePriority.offset, c.bridge.priority);
  setMac(b, at + BPDU.bridgeMac.offset, c.bridge.mac);
  setU16(b, at + BPDU.port.offset, c.port);
  setU16(b, at + BPDU.messageAge.offset, Math.floor(c.messageAge_ns / TICK_NS));
  setU16(b, at + BPDU.maxAge.offset, Math.floor(c.maxAge_ns / TICK_NS));
  setU16(b, at + BPDU.hello.offset, Math.floor(c.helloTime_ns / TICK_NS));
  setU16(b, at + BPDU.forward.offset, Math.floor(c.forwardDelay_ns / TICK_NS));
}

/** Reads a BPDU of `len` bytes from its LLC header on; null is a topology change notification. */
export function parseBpdu(b: Uint8Array, at: number, len: number): Result<ConfigBpdu | null, WireError> {
  if (len < TCN_BPDU_LEN) return short(TCN_BPDU_LEN, len);
  const isLlc = getU8(b, at) === LLC_SAP_BSPAN && getU8(b, at + 1) === LLC_SAP_BSPAN && getU8(b, at + 2) === LLC_UI;
  if (!isLlc) return bad("no LLC header of a BPDU");
  if (getU16(b, at + BPDU.protocol.offset) !== 0 || getU8(b, at + BPDU.version.offset) !== 0) {
    return bad("not the spanning tree protocol's version 0");
  }
  const type = getU8(b, at + BPDU.type.offset);
  if (type === TYPE_TCN) return ok(null);
  if (type !== TYPE_CONFIG) return bad("unknown type of BPDU");
  if (len < CONFIG_BPDU_LEN) return short(CONFIG_BPDU_LEN, len);
  const flags = getU8(b, at + BPDU.flags.offset);
  const id = (priority: number, mac: number): BridgeId => ({
    priority: getU16(b, at + priority),
    mac: getMac(b, at + mac),
  });
  const time = (offset: number) => getU16(b, at + offset) * TICK_NS;
  return ok({
    topologyChange: (flags & FLAG_TC) !== 0,
    topologyChangeAck: (flags & FLAG_TCA) !== 0,
    root: id(BPDU.rootPriority.offset, BPDU.rootMac.offset),
    rootPathCost: getU32(b, at + BPDU.rootCost.offset),
    bridge: id(BPDU.bridgePriority.offset, BPDU.bridgeMac.offset),
    port: getU16(b, at + BPDU.port.offset),
    messageAge_ns: time(BPDU.messageAge.offset),
    maxAge_ns: time(BPDU.maxAge.offset),
    helloTime_ns: time(BPDU.hello.offset),
    forwardDelay_ns: time(BPDU.forward.offset),
  });
}
