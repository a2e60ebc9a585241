/** Counters of devices (struct rtnl_link_stats64), STATS_WORDS numbers each in `world.stats`, by device id. */
import type { DevId, World } from "../types.ts";

export const STATS_WORDS = 8;
export const RX_PACKETS = 0;
export const RX_BYTES = 1;
export const RX_DROPPED = 2;
export const RX_MULTICAST = 3;
export const TX_PACKETS = 4;
export const TX_BYTES = 5;
export const TX_DROPPED = 6;
export const TX_ERRORS = 7;

export interface DevStats {
  rxPackets: number;
  rxBytes: number;
  rxDropped: number;
  multicast: number;
  txPackets: number;
  txBytes: number;
  txDropped: number;
  txErrors: number;
}

/** What `ip -s link` counts. */
export function devStats(world: World, id: DevId): DevStats {
  const at = id * STATS_WORDS;
  const word = (index: number) => world.stats[at + index] as number;
  return {
    rxPackets: word(RX_PACKETS),
    rxBytes: word(RX_BYTES),
    rxDropped: word(RX_DROPPED),
    multicast: word(RX_MULTICAST),
    txPackets: word(TX_PACKETS),
    txBytes: word(TX_BYTES),
    txDropped: word(TX_DROPPED),
    txErrors: word(TX_ERRORS),
  };
}

/** Makes room for the counters of devices up to `id`. */
export function reserveStats(world: World, id: DevId): void {
  const needed = (id + 1) * STATS_WORDS;
  if (needed <= world.stats.length) return;
  const grown = new Float64Array(Math.max(needed, 2 * world.stats.length));
  grown.set(world.stats);
  world.stats = grown;
}

export function countRx(world: World, id: DevId, bytes: number): void {
  const stats = world.stats;
  const at = id * STATS_WORDS;
  stats[at + RX_PACKETS] = (stats[at + RX_PACKETS] as number) + 1;
  stats[at + RX_BYTES] = (stats[at + RX_BYTES] as number) + bytes;
}

export function countTx(world: World, id: DevId, bytes: number): void {
  const stats = world.stats;
  const at = id * STATS_WORDS;
  stats[at + TX_PACKETS] = (stats[at + TX_PACKETS] as number) + 1;
  stats[at + TX_BYTES] = (stats[at + TX_BYTES] as number) + bytes;
}

/** Adds one to a counter. @param word RX_DROPPED and the like */
export function count(world: World, id: DevId, word: number): void {
  const at = id * STATS_WORDS + word;
  world.stats[at] = (world.stats[at] as number) + 1;
}
