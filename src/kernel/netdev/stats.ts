/**
 * Counters of devices (struct rtnl_link_stats64), STATS_WORDS numbers each in `world.stats`, by device id. A flood counts once for
 * all the ports that it leaves by and once for all that it arrives at (`world.floods.counts`), until somebody reads a counter.
 */
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
  settleFloods(world);
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

export const countRx = (world: World, id: DevId, bytes: number): void => {
  const stats = world.stats;
  const at = id * STATS_WORDS;
  stats[at | RX_PACKETS] = (stats[at | RX_PACKETS] as number) + 1;
  stats[at | RX_BYTES] = (stats[at | RX_BYTES] as number) + bytes;
};

export const countTx = (world: World, id: DevId, bytes: number): void => {
  const stats = world.stats;
  const at = id * STATS_WORDS;
  stats[at | TX_PACKETS] = (stats[at | TX_PACKETS] as number) + 1;
  stats[at | TX_BYTES] = (stats[at | TX_BYTES] as number) + bytes;
};

/** Adds one to a counter. @param word RX_DROPPED and the like */
export const count = (world: World, id: DevId, word: number): void => {
  const at = id * STATS_WORDS + word;
  world.stats[at] = (world.stats[at] as number) + 1;
};

/** Numbers of a flood list: frames and bytes sent by each of its ports, frames and bytes received by each of its peers. */
export const FLOOD_COUNTS = 4;

/** A frame leaves by all ports of a list. */
export function countFloodTx(world: World, list: number, bytes: number): void {
  addFloods(world, FLOOD_COUNTS * list, 1, bytes);
}

/** A frame arrives at all peers of a list. */
export function countFloodRx(world: World, list: number, bytes: number): void {
  addFloods(world, FLOOD_COUNTS * list + 2, 1, bytes);
}

/** A port is left out of a frame that was counted for its whole list. */
export function uncountTx(world: World, id: DevId, bytes: number): void {
  addStats(world, id * STATS_WORDS + TX_PACKETS, -1, -bytes);
}

/** A peer is left out, or counts for itself. */
export function uncountRx(world: World, id: DevId, bytes: number): void {
  addStats(world, id * STATS_WORDS + RX_PACKETS, -1, -bytes);
}

function addFloods(world: World, at: number, frames: number, bytes: number): void {
  const { floods } = world;
  floods.isCounting = true;
  floods.counts[at] = (floods.counts[at] as number) + frames;
  floods.counts[at + 1] = (floods.counts[at + 1] as number) + bytes;
}

function addStats(world: World, at: number, frames: number, bytes: number): void {
  world.stats[at] = (world.stats[at] as number) + frames;
  world.stats[at + 1] = (world.stats[at + 1] as number) + bytes;
}

/** Gives each device what floods have counted for it. */
export function settleFloods(world: World): void {
  const { floods } = world;
  if (!floods.isCounting) return;
  floods.lists.forEach((list, number) => {
    if (list === null) return;
    const [txFrames, txBytes, rxFrames, rxBytes] = floods.counts.slice(number * FLOOD_COUNTS) as FloodCounts;
    for (const id of list.ports) addStats(world, id * STATS_WORDS + TX_PACKETS, txFrames, txBytes);
    for (const id of list.peers) addStats(world, id * STATS_WORDS + RX_PACKETS, rxFrames, rxBytes);
  });
  floods.counts.fill(0);
  floods.isCounting = false;
}

type FloodCounts = [txFrames: number, txBytes: number, rxFrames: number, rxBytes: number];
