/**
 * Flows that bridges have passed on lately: an exact-match cache, as Open vSwitch has one. The words with which a frame begins tell its MACs,
 * addresses, ports and the port of the bridge that it came in by; kept for them are the slots, connection and rules that the last such
 * frame led to (fast-path.ts). Only a cache: a copy of the world leaves it behind, and a flow is void once a generation that it bears is over.
 */

import type { FramePool } from "../../../sim/frames.ts";
import { frameStart } from "../../../sim/frames.ts";
import { IS_LITTLE_ENDIAN } from "../../../wire/checksum.ts";
import { IPPROTO_ICMP } from "../../../wire/ipv4.ts";
import type { NfCounter, NfWalk } from "../../netfilter/types.ts";
import type { DevId } from "../../types.ts";

/** A record and no words of an array: its fields are read without asking whether an index is in its bounds. */
export interface Flow {
  /** What its frames begin with, in the order in which the machine reads their bytes; and the port that they come in by. */
  from: DevId;
  macs1: number;
  macs2: number;
  macs3: number;
  type: number;
  source: number;
  destination: number;
  protocol: number;
  ports: number;
  /** Where they go, and the slots of their MACs in the forwarding database. */
  to: DevId;
  dst: number;
  src: number;
  /** Node and id of their connection. */
  node: number;
  ct: number;
  /** Generations for which this holds: of the configuration (quiet.ts), the forwarding database, the tables of rules. */
  config: number;
  fdb: number;
  nf: number;
  /** The walk through the table that FORWARD asks (netfilter/walks.ts), and what counts a packet that goes it. */
  walk: NfWalk;
  counters: readonly NfCounter[];
  /** The other end of the wire that they go out by and how far it is, or -1; and all that they write into the trace on their way there. */
  peer: DevId;
  latency_ns: number;
  script: Int32Array;
}

/** At the places that their first words lead to; nothing until there is a flow. */
export type FlowTable = (Flow | null)[];

/** How many are kept: a power of two. */
const FLOWS = 128;

/** The first byte of an IPv4 header without options. */
const VERSION_IHL = 0x45;

/**
 * A frame's flow, or null. It is then an IPv4 packet without options; whether it is whole, and no fragment, is
 * not looked at.
 */
export const findFlow = (flows: FlowTable, pool: FramePool, from: DevId, frame: number): Flow | null => {
  if (flows.length === 0) return null;
  const { words } = pool;
  const start = frameStart(pool, frame);
  if ((start & 3) !== 2) return null;
  const w = start >> 2;
  const source = words[(w + 7) | 0] as number;
  const destination = words[(w + 8) | 0] as number;
  const protocol = ((words[(w + 6) | 0] as number) >>> 8) & 0xff;
  const ports = portsAt(words, (w + 9) | 0, protocol);
  const flow = flows[placeOf(from, source, destination, ports)] as Flow | null;
  const isSame =
    flow !== null &&
    flow.from === from &&
    flow.source === source &&
    flow.destination === destination &&
    flow.ports === ports &&
    flow.protocol === protocol &&
    flow.macs1 === (words[w] as number) >>> 16 &&
    flow.macs2 === words[(w + 1) | 0] &&
    flow.macs3 === words[(w + 2) | 0] &&
    flow.type === words[(w + 3) | 0] &&
    ((words[(w + 4) | 0] as number) & 0xff) === VERSION_IHL;
  return isSame ? flow : null;
};

/** Keeps what is known of a frame's flow. Nothing happens for a frame whose flow can't be kept. */
export function keepFlow(
  flows: FlowTable,
  pool: FramePool,
  from: DevId,
  frame: number,
  known: Omit<Flow, "from" | "macs1" | "macs2" | "macs3" | "type" | "source" | "destination" | "protocol" | "ports">,
): void {
  const { words } = pool;
  const start = frameStart(pool, frame);
  const w = start >> 2;
  if (!IS_LITTLE_ENDIAN || (start & 3) !== 2 || ((words[w + 4] as number) & 0xff) !== VERSION_IHL) return;
  if (flows.length === 0) for (let i = 0; i < FLOWS; i++) flows.push(null);
  const source = words[w + 7] as number;
  const destination = words[w + 8] as number;
  const protocol = ((words[w + 6] as number) >>> 8) & 0xff;
  const ports = portsAt(words, w + 9, protocol);
  flows[placeOf(from, source, destination, ports)] = {
    from,
    macs1: (words[w] as number) >>> 16,
    macs2: words[w + 1] as number,
    macs3: words[w + 2] as number,
    type: words[w + 3] as number,
    source,
    destination,
    protocol,
    ports,
    ...known,
  };
}

/** Of ICMP its type, code and identifier; of others the word of both ports. */
const portsAt = (words: Int32Array, w: number, protocol: number): number => {
  const first = words[w] as number;
  return protocol === IPPROTO_ICMP ? (first & 0xffff) | ((words[w + 1] as number) << 16) : first;
};

const placeOf = (from: DevId, source: number, destination: number, ports: number): number => {
  const h = Math.imul(source ^ Math.imul(destination, 0x85ebca6b) ^ ports, 0x9e3779b1) + from;
  return (h ^ (h >>> 15)) & (FLOWS - 1);
};
