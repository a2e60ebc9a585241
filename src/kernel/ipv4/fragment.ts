/**
 * Putting fragments together: net/ipv4/ip_fragment.c, RFC 791 and RFC 5722 (a datagram whose fragments overlap is dropped).
 * Left out: memory limits, queues apart by netfilter user.
 */

import { SECOND_NS } from "../../base/time.ts";
import { DropReason } from "../../base/trace-kind.ts";
import { allocFrame, copyMetadata, frameStart, releaseFrame, setFrameFragMax } from "../../sim/frames.ts";
import { pushEvent } from "../../sim/queue.ts";
import { setU16 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import {
  IP_DF,
  IP_MF,
  IPV4,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Identification,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  setIpv4Checksum,
} from "../../wire/ipv4.ts";
import { dropFrame } from "../drop.ts";
import { PACKET_HOST } from "../netdev/pkttype.ts";
import { count, Mib } from "../snmp.ts";
import { netVar } from "../sysctl.ts";
import { type DevId, EventKind, type FragQueue, type Netns, type World } from "../types.ts";

/**
 * ip_defrag: takes a fragment in (consumes the frame). The whole datagram's frame once it is complete (the caller's to
 * consume; it carries the packet id of the first fragment), else -1.
 */
export function ipDefrag(
  world: World,
  netns: Netns,
  dev: DevId,
  frame: number,
  packet: number,
  pkttype: number,
): number {
  const pool = world.pool;
  const at = frameStart(pool, frame) + ETH_HLEN;
  count(netns, Mib.IP_REASM_REQDS);
  const queue = findQueue(netns, pool.bytes, at) ?? newQueue(world, netns, pool.bytes, at);
  const headerLength = ipv4HeaderLength(pool.bytes, at);
  const length = ipv4TotalLength(pool.bytes, at) - headerLength;
  const offset = ipv4FragmentOffset(pool.bytes, at);
  const more = (ipv4FlagsAndOffset(pool.bytes, at) & IP_MF) !== 0;
  if (!takePart(queue, frame, offset, length, more)) {
    dropFrame(world, dev, frame, packet, DropReason.IP_INHDR);
    if (isKnownPart(queue, offset, length)) return -1;
    discardFragments(world, netns, queue);
    return -1;
  }
  queue.dev = dev;
  if (offset === 0 || queue.packet < 0) queue.packet = packet;
  queue.pkttype = pkttype;
  const covered = queue.parts.reduce((sum, part) => sum + part.length, 0);
  if (queue.total === 0 || covered !== queue.total) return -1;
  return reassemble(world, netns, queue);
}

function findQueue(netns: Netns, b: Uint8Array, at: number): FragQueue | null {
  for (const queue of netns.fragments) {
    if (
      queue !== null &&
      queue.identification === ipv4Identification(b, at) &&
      queue.source === ipv4Source(b, at) &&
      queue.destination === ipv4Destination(b, at) &&
      queue.protocol === ipv4Protocol(b, at)
    ) {
      return queue;
    }
  }
  return null;
}

function newQueue(world: World, netns: Netns, b: Uint8Array, at: number): FragQueue {
  const expires_ns = world.now_ns + netVar(netns, "net.ipv4.ipfrag_time") * SECOND_NS;
  const queue: FragQueue = {
    source: ipv4Source(b, at),
    destination: ipv4Destination(b, at),
    protocol: ipv4Protocol(b, at),
    identification: ipv4Identification(b, at),
    dev: -1,
    packet: -1,
    pkttype: PACKET_HOST,
    parts: [],
    total: 0,
    expires_ns,
  };
  const free = netns.fragments.indexOf(null);
  const place = free >= 0 ? free : netns.fragments.length;
  netns.fragments[place] = queue;
  pushEvent(world.queue, expires_ns, EventKind.FRAG_TIMER, netns.id, place, 0);
  return queue;
}

/** Puts a part in its place. False when it cannot belong: wrong lengths, an overlap, something beyond the end. */
function takePart(queue: FragQueue, frame: number, offset: number, length: number, more: boolean): boolean {
  const end = offset + length;
  if (length <= 0 || (more && length % 8 !== 0) || end > 0xffff) return false;
  if (!more) {
    if (queue.total !== 0 && queue.total !== end) return false;
    if (queue.parts.some((part) => part.offset + part.length > end)) return false;
  } else if (queue.total !== 0 && end > queue.total) return false;
  const next = queue.parts.findIndex((part) => part.offset > offset);
  const at = next < 0 ? queue.parts.length : next;
  const before = queue.parts[at - 1];
  const after = queue.parts[at];
  if (before !== undefined && before.offset + before.length > offset) return false;
  if (after !== undefined && end > after.offset) return false;
  queue.parts.splice(at, 0, { frame, offset, length });
  if (!more) queue.total = end;
  return true;
}

/** A fragment that came twice is no harm; one that overlaps otherwise spoils the datagram. */
function isKnownPart(queue: FragQueue, offset: number, length: number): boolean {
  return queue.parts.some((part) => part.offset <= offset && offset + length <= part.offset + part.length);
}

/** ip_frag_reasm */
function reassemble(world: World, netns: Netns, queue: FragQueue): number {
  const pool = world.pool;
  const first = queue.parts[0] as FragQueue["parts"][number];
  const headerLength = ipv4HeaderLength(pool.bytes, frameStart(pool, first.frame) + ETH_HLEN);
  const whole = allocFrame(pool, ETH_HLEN + headerLength + queue.total, queue.packet);
  const to = frameStart(pool, whole);
  const from = frameStart(pool, first.frame);
  pool.bytes.copyWithin(to, from, from + ETH_HLEN + headerLength);
  copyMetadata(pool, first.frame, whole);
  const flags = measureParts(world, queue, whole);
  for (const part of queue.parts) {
    const at = frameStart(pool, part.frame) + ETH_HLEN;
    const data = at + ipv4HeaderLength(pool.bytes, at);
    pool.bytes.copyWithin(to + ETH_HLEN + headerLength + part.offset, data, data + part.length);
    releaseFrame(pool, part.frame);
  }
  setU16(pool.bytes, to + ETH_HLEN + IPV4.totalLength.offset, headerLength + queue.total);
  setU16(pool.bytes, to + ETH_HLEN + IPV4.flagsAndOffset.offset, flags);
  setIpv4Checksum(pool.bytes, to + ETH_HLEN);
  forgetQueue(netns, queue);
  count(netns, Mib.IP_REASM_OKS);
  return whole;
}

/** Notes how long the longest fragment was. Answers IP_DF if that one must not be cut, else 0. */
function measureParts(world: World, queue: FragQueue, whole: number): number {
  const { pool } = world;
  let longest = 0;
  let longestDf = 0;
  for (const { frame } of queue.parts) {
    const at = frameStart(pool, frame) + ETH_HLEN;
    const length = ipv4TotalLength(pool.bytes, at);
    longest = Math.max(longest, length);
    if ((ipv4FlagsAndOffset(pool.bytes, at) & IP_DF) !== 0) longestDf = Math.max(longestDf, length);
  }
  setFrameFragMax(pool, whole, longest);
  return longestDf === longest ? IP_DF : 0;
}

function forgetQueue(netns: Netns, queue: FragQueue): void {
  netns.fragments[netns.fragments.indexOf(queue)] = null;
}

/** The datagram will not be whole: its fragments are dropped. */
export function discardFragments(world: World, netns: Netns, queue: FragQueue): void {
  count(netns, Mib.IP_REASM_FAILS);
  for (const part of queue.parts) {
    dropFrame(world, queue.dev, part.frame, queue.packet, DropReason.FRAG_REASM_TIMEOUT);
  }
  forgetQueue(netns, queue);
}
