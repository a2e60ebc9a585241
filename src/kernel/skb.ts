/** What a frame costs in memory: include/linux/skbuff.h. */

/** struct skb_shared_info, and the room in front that is always kept. */
const OVERHEAD = 352;
const SKB_HEAD = 256;

/** skb->truesize: the power of two that holds a frame of `length` bytes with what goes around it, and its head. */
export function truesize(length: number): number {
  return (1 << (32 - Math.clz32(length + OVERHEAD - 1))) + SKB_HEAD;
}
