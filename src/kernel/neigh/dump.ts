/**
 * The order in which the kernel lists neighbours: neigh_dump_table() walks one hash table for the whole machine, bucket by
 * bucket, the newest first within each (net/core/neighbour.c; arp_hashfn, include/net/arp.h). It starts with 8 buckets and
 * doubles when there are more entries than buckets. What a real kernel draws at boot (hash_rnd) and where its devices lie in
 * memory are constants here: one draw among the possible. Left out: that a table that has grown stays so.
 */
import type { Ipv4 } from "../../wire/address.ts";
import type { NetnsId, World } from "../types.ts";
import { dev } from "../world.ts";

/** NEIGH_HASH_SHIFT of neigh_table_init(). */
const FIRST_SHIFT = 3;
/** Stands for hash32_ptr(dev), by ifindex, and for hash_rnd[0]. */
const DEVICE_FACTOR = 0x103c76d5;
const HASH_RND = 0x06362b23;

/** The bucket of an address on a device among `2 ** shift`. */
function bucketOf(ip: Ipv4, ifindex: number, shift: number): number {
  // The key is the address as it lies in memory, read by a little-endian machine.
  const key = ((ip & 0xff) << 24) | ((ip & 0xff00) << 8) | ((ip >>> 8) & 0xff00) | (ip >>> 24);
  return Math.imul(key ^ Math.imul(ifindex, DEVICE_FACTOR), HASH_RND) >>> (32 - shift);
}

/**
 * Sorts entries (slots of the table) of a namespace as the kernel would list them.
 * @param count entries of the machine, where that is known
 */
export function sortAsDumped(
  world: World,
  entries: number[],
  netnsId: NetnsId,
  count = machineCount(world, netnsId),
): void {
  const t = world.neigh;
  const shift = hashShift(count);
  const bucket = (entry: number) => bucketOf(t.ip[entry] as Ipv4, dev(world, t.dev[entry] as number).ifindex, shift);
  entries.sort((x, y) => bucket(x) - bucket(y) || (t.number[y] as number) - (t.number[x] as number));
}

function machineCount(world: World, netnsId: NetnsId): number {
  const machine = world.netns[netnsId]?.machine;
  const t = world.neigh;
  let count = 0;
  for (let entry = 0; entry < t.used; entry++) {
    const id = t.dev[entry] as number;
    if (id >= 0 && world.netns[dev(world, id).netns]?.machine === machine) count++;
  }
  return count;
}

/** How many bits of a hash choose the bucket, where a machine has so many entries. */
export function hashShift(count: number): number {
  let shift = FIRST_SHIFT;
  while (count > 1 << shift) shift++;
  return shift;
}
