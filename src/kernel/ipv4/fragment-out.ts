/**
 * Cutting a packet: ip_do_fragment of net/ipv4/ip_output.c, RFC 791. Left out: options, of which fragments would carry some.
 */
import { allocFrame, copyMetadata, frameLength, framePacket, frameStart, releaseFrame } from "../../sim/frames.ts";
import { setU16 } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { IP_MF, IP_OFFSET, IPV4, ipv4FlagsAndOffset, ipv4HeaderLength, setIpv4Checksum } from "../../wire/ipv4.ts";
import type { World } from "../types.ts";

/**
 * The fragments, in order, that carry the packet over a path of `mtu` bytes. Consumes the frame; each fragment is the same
 * packet to the trace.
 */
export function ipFragment(world: World, frame: number, mtu: number): number[] {
  const pool = world.pool;
  const packet = framePacket(pool, frame);
  const headerAt = frameStart(pool, frame) + ETH_HLEN;
  const headerLength = ipv4HeaderLength(pool.bytes, headerAt);
  const payload = frameLength(pool, frame) - ETH_HLEN - headerLength;
  const most = (mtu - headerLength) & ~7;
  const flags = ipv4FlagsAndOffset(pool.bytes, headerAt);
  const fragments: number[] = [];
  for (let offset = 0; offset < payload; offset += most) {
    const size = Math.min(most, payload - offset);
    const fragment = allocFrame(pool, ETH_HLEN + headerLength + size, packet);
    copyMetadata(pool, frame, fragment);
    // The pool's bytes may have been replaced by the allocation.
    const from = frameStart(pool, frame) + ETH_HLEN;
    const at = frameStart(pool, fragment) + ETH_HLEN;
    pool.bytes.copyWithin(at, from, from + headerLength);
    const dataFrom = from + headerLength + offset;
    pool.bytes.copyWithin(at + headerLength, dataFrom, dataFrom + size);
    const more = offset + size < payload ? IP_MF : 0;
    const place = (flags & IP_OFFSET) + offset / 8;
    setU16(pool.bytes, at + IPV4.totalLength.offset, headerLength + size);
    setU16(pool.bytes, at + IPV4.flagsAndOffset.offset, (flags & ~IP_OFFSET) | more | place);
    setIpv4Checksum(pool.bytes, at);
    fragments.push(fragment);
  }
  releaseFrame(pool, frame);
  return fragments;
}
