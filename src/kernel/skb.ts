/** What a frame costs in memory, and what is known of its checksums: include/linux/skbuff.h. */
import { addFrameSummed, type FramePool, frameSummed, HEADER_SUMMED, PAYLOAD_SUMMED } from "../sim/frames.ts";
import { ipv4ChecksumOk } from "../wire/ipv4.ts";

/** struct skb_shared_info, and the room in front that is always kept. */
const OVERHEAD = 352;
const SKB_HEAD = 256;

/** skb->truesize: the power of two that holds a frame of `length` bytes with what goes around it, and its head. */
export const truesize = (length: number): number => {
  return (1 << (32 - Math.clz32(length + OVERHEAD - 1))) + SKB_HEAD;
};

/** Whether the checksum of the packet behind a frame's IP header is known to be right. */
export const isPayloadSummed = (pool: FramePool, frame: number): boolean =>
  (frameSummed(pool, frame) & PAYLOAD_SUMMED) !== 0;

/** Whether the checksum of a frame's IP header, which begins at `at`, is right. */
export const isHeaderSumOk = (pool: FramePool, frame: number, at: number): boolean => {
  if ((frameSummed(pool, frame) & HEADER_SUMMED) !== 0) return true;
  if (!ipv4ChecksumOk(pool.bytes, at)) return false;
  addFrameSummed(pool, frame, HEADER_SUMMED);
  return true;
};
