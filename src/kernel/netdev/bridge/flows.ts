/**
 * Flows that bridges have passed on lately: an exact-match cache, as Open vSwitch has one. The words with which a frame begins tell its MACs,
 * addresses, ports and the port of the bridge that it came in by; kept for them are the slots, connection and rules that the last such
 * frame led to (fast-path.ts). Only a cache: typed words that a copy of the world leaves behind, void once a generation that
 * they bear is over.
 */

import type { FramePool } from "../../../sim/frames.ts";
import { frameStart } from "../../../sim/frames.ts";
import { IS_LITTLE_ENDIAN } from "../../../wire/checksum.ts";
import { IPPROTO_ICMP } from "../../../wire/ipv4.ts";
import type { NfCounter } from "../../netfilter/types.ts";
import { MAX_STEPS, STEP_WORDS } from "../../netfilter/walks.ts";
import type { DevId } from "../../types.ts";

export interface FlowTable {
  /** FLOWS × FLOW_WORDS, or nothing until there is a flow. */
  words: Int32Array;
  /** By flow: what counts a packet that takes its steps. */
  counters: (readonly NfCounter[])[];
}

/** How many are kept: a power of two. */
const FLOWS = 128;

/** Words of a flow: first what its frames begin with. 0 in the first one: nothing is kept there. */
const FROM = 0;
const MACS_1 = 1;
const MACS_2 = 2;
const MACS_3 = 3;
const TYPE = 4;
const SOURCE = 5;
const DESTINATION = 6;
const PROTOCOL = 7;
const PORTS = 8;
/** Where they go, and the slots of their MACs in the forwarding database. */
export const FLOW_TO = 9;
export const FLOW_DST = 10;
export const FLOW_SRC = 11;
/** Node and id of their connection. */
export const FLOW_NODE = 12;
export const FLOW_CT = 13;
/** Generations for which this holds: of the configuration (quiet.ts), the forwarding database, the tables of rules. */
export const FLOW_CONFIG = 14;
export const FLOW_FDB = 15;
export const FLOW_NF = 16;
/** How many steps there are through the table that FORWARD asks, and the steps (netfilter/walks.ts). */
export const FLOW_STEPS = 17;
export const FLOW_FIRST_STEP = 18;
const FLOW_WORDS = FLOW_FIRST_STEP + MAX_STEPS * STEP_WORDS;

export function createFlows(): FlowTable {
  return { words: new Int32Array(0), counters: [] };
}

/**
 * Where the words of a frame's flow begin, or -1. It is then an IPv4 packet without options; whether it is whole, and no fragment, is
 * not looked at.
 */
export function findFlow({ words }: FlowTable, pool: FramePool, from: DevId, frame: number): number {
  if (words.length === 0) return -1;
  const bytes = pool.words;
  const w = firstWord(pool, frame);
  if (w < 0) return -1;
  const source = bytes[w + 7] as number;
  const destination = bytes[w + 8] as number;
  const protocol = ((bytes[w + 6] as number) >>> 8) & 0xff;
  const ports = portsAt(bytes, w + 9, protocol);
  const f = placeOf(from, source, destination, ports);
  const isSame =
    words[f + FROM] === from + 1 &&
    words[f + SOURCE] === source &&
    words[f + DESTINATION] === destination &&
    words[f + PORTS] === ports &&
    words[f + PROTOCOL] === protocol &&
    words[f + MACS_1] === (bytes[w] as number) >>> 16 &&
    words[f + MACS_2] === bytes[w + 1] &&
    words[f + MACS_3] === bytes[w + 2] &&
    words[f + TYPE] === bytes[w + 3] &&
    ((bytes[w + 4] as number) & 0xff) === 0x45;
  return isSame ? f : -1;
}

/**
 * Makes room for what is known of a frame's flow, and answers where its words begin; the caller writes the rest of them. -1: it is none that
 * can be kept.
 */
export function addFlow(table: FlowTable, pool: FramePool, from: DevId, frame: number): number {
  const bytes = pool.words;
  const w = firstWord(pool, frame);
  if (w < 0 || ((bytes[w + 4] as number) & 0xff) !== 0x45) return -1;
  if (table.words.length === 0) {
    table.words = new Int32Array(FLOWS * FLOW_WORDS);
    table.counters = Array.from({ length: FLOWS }, () => []);
  }
  const { words } = table;
  const source = bytes[w + 7] as number;
  const destination = bytes[w + 8] as number;
  const protocol = ((bytes[w + 6] as number) >>> 8) & 0xff;
  const ports = portsAt(bytes, w + 9, protocol);
  const f = placeOf(from, source, destination, ports);
  words[f + FROM] = from + 1;
  words[f + MACS_1] = (bytes[w] as number) >>> 16;
  words[f + MACS_2] = bytes[w + 1] as number;
  words[f + MACS_3] = bytes[w + 2] as number;
  words[f + TYPE] = bytes[w + 3] as number;
  words[f + SOURCE] = source;
  words[f + DESTINATION] = destination;
  words[f + PROTOCOL] = protocol;
  words[f + PORTS] = ports;
  return f;
}

/** Its place in `counters`. @param flow where its words begin */
export function flowNumber(flow: number): number {
  return (flow / FLOW_WORDS) | 0;
}

/** The word in whose second half the frame begins; -1 where it doesn't stand so, or halves of words are the other way round. */
function firstWord(pool: FramePool, frame: number): number {
  const start = frameStart(pool, frame);
  return IS_LITTLE_ENDIAN && (start & 3) === 2 ? start >> 2 : -1;
}

/** Of ICMP its type, code and identifier; of others the word of both ports. */
function portsAt(bytes: Int32Array, w: number, protocol: number): number {
  const first = bytes[w] as number;
  return protocol === IPPROTO_ICMP ? (first & 0xffff) | ((bytes[w + 1] as number) << 16) : first;
}

function placeOf(from: DevId, source: number, destination: number, ports: number): number {
  const h = Math.imul(source ^ Math.imul(destination, 0x85ebca6b) ^ ports, 0x9e3779b1) + from;
  return ((h ^ (h >>> 15)) & (FLOWS - 1)) * FLOW_WORDS;
}
