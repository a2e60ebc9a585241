/**
 * Options of IPv4 packets: net/ipv4/ip_options.c, as far as a packet records its route (RFC 791: option 7). Left out: timestamps, source
 * routes, what ICMP errors and fragments do with options.
 */
import { frameStart, unshareFrame } from "../../sim/frames.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { copyBytes, getU8, getU32, setU8, setU32 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { IPV4_HLEN, IPV4_MAX_HLEN, ipv4Destination, ipv4HeaderLength, setIpv4Checksum } from "../../wire/ipv4.ts";
import { inetSelectAddr } from "../fib/lookup.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import type { Rtable } from "./rtable.ts";

const IPOPT_END = 0;
const IPOPT_NOOP = 1;
const IPOPT_RR = 7;
/** Type, length and pointer of a record; its addresses follow. The pointer counts from 1. */
const RR_HEAD = 3;
/** Room for nine addresses. */
const RR_LENGTH = RR_HEAD + 9 * 4;

/** Bytes that ping's IP_OPTIONS take: a filler and the record. */
export const RECORD_ROUTE_LENGTH = 1 + RR_LENGTH;

/** ip_options_build: the header at `at`, with room behind it, gets an empty record in which the sender's address stands first. */
export function emitRecordRoute(b: Uint8Array, at: number, source: Ipv4): void {
  const rr = at + IPV4_HLEN + 1;
  b.fill(0, at + IPV4_HLEN, at + IPV4_MAX_HLEN);
  setU8(b, at, 0x40 | (IPV4_MAX_HLEN / 4));
  setU8(b, rr - 1, IPOPT_NOOP);
  setU8(b, rr, IPOPT_RR);
  setU8(b, rr + 1, RR_LENGTH);
  setU8(b, rr + 2, RR_HEAD + 1);
  recordAddress(b, at, source);
}

/** Where in the header at `at` a record of the route begins; -1 where there is none. */
function findRecord(b: Uint8Array, at: number): number {
  const end = at + ipv4HeaderLength(b, at);
  for (let o = at + IPV4_HLEN; o < end; ) {
    const type = getU8(b, o);
    if (type === IPOPT_END) return -1;
    if (type === IPOPT_NOOP) {
      o++;
      continue;
    }
    const length = o + 1 < end ? getU8(b, o + 1) : 0;
    if (length < 2 || o + length > end) return -1;
    if (type === IPOPT_RR) return length >= RR_HEAD ? o : -1;
    o += length;
  }
  return -1;
}

/** Writes the next address into the record, if there is one and it has room, and the header's checksum. */
function recordAddress(b: Uint8Array, at: number, address: Ipv4): void {
  const rr = findRecord(b, at);
  if (rr < 0) return;
  const pointer = getU8(b, rr + 2);
  if (pointer + 3 > getU8(b, rr + 1)) return;
  setU32(b, rr + pointer - 1, address);
  setU8(b, rr + 2, pointer + 4);
  setIpv4Checksum(b, at);
}

/** ip_forward_options: the router writes down the address that it sends from. The frame is the caller's own. */
export function forwardOptions(world: World, netns: Netns, frame: number, rt: Rtable): void {
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame) + ETH_HLEN;
  const to = rt.gateway ?? ipv4Destination(b, at);
  const out = world.devs[rt.dev] as NetDevice;
  recordAddress(b, at, rt.route?.source ?? inetSelectAddr(world, netns, out, to));
}

/** ip_rcv_options: who is meant writes down the address that he was asked by. The frame from then on. */
export function receiveOptions(world: World, frame: number, packet: number): number {
  const { pool } = world;
  if (findRecord(pool.bytes, frameStart(pool, frame) + ETH_HLEN) < 0) return frame;
  const own = unshareFrame(pool, frame, packet);
  const at = frameStart(pool, own) + ETH_HLEN;
  recordAddress(pool.bytes, at, ipv4Destination(pool.bytes, at));
  return own;
}

/** Bytes that an answer to the packet at `at` needs for options: __ip_options_echo, which keeps the record alone. */
export function echoLength(b: Uint8Array, at: number): number {
  const rr = findRecord(b, at);
  return rr < 0 ? 0 : (getU8(b, rr + 1) + 3) & ~3;
}

/** Copies the record of the packet at `from` behind the header at `to`, which has `length` bytes of room, and adds the answer's source. */
export function emitEcho(b: Uint8Array, from: number, to: number, length: number, source: Ipv4): void {
  const rr = findRecord(b, from);
  b.fill(0, to + IPV4_HLEN, to + IPV4_HLEN + length);
  copyBytes(b, rr, b, to + IPV4_HLEN, getU8(b, rr + 1));
  setU8(b, to, 0x40 | ((IPV4_HLEN + length) / 4));
  recordAddress(b, to, source);
  setIpv4Checksum(b, to);
}

/** What a record of the route among the options of a received packet holds (IP_RETOPTS): the addresses so far. */
export function recordedRoute(b: Uint8Array, at: number): Ipv4[] {
  const rr = findRecord(b, at);
  if (rr < 0) return [];
  const end = Math.min(getU8(b, rr + 2) - 1, getU8(b, rr + 1));
  const found: Ipv4[] = [];
  for (let o = RR_HEAD; o + 4 <= end; o += 4) {
    found.push(getU32(b, rr + o) as Ipv4);
  }
  return found;
}
