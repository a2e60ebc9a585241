/** Counters of devices as columns: a flood changes a thousand of them at once, which as views would be a megabyte. */
import {
  RX_BYTES,
  RX_DROPPED,
  RX_PACKETS,
  STATS_WORDS,
  settleFloods,
  TX_BYTES,
  TX_DROPPED,
  TX_PACKETS,
} from "../kernel/netdev/stats.ts";
import type { World } from "../kernel/types.ts";
import type { CounterBatch } from "../protocol/messages.ts";

/** Where each of COUNTERS lies among the words of a device. */
const WORDS = [RX_PACKETS, RX_BYTES, RX_DROPPED, TX_PACKETS, TX_BYTES, TX_DROPPED];

/** What the page has: all words of all devices by id. */
export interface SeenCounters {
  words: Float64Array;
}

export function createSeenCounters(): SeenCounters {
  return { words: new Float64Array() };
}

/** What differs from `seen`, which is brought up to date. A device that is not there counts nothing. */
export function takeCounters(seen: SeenCounters, world: World): CounterBatch {
  settleFloods(world);
  const length = world.devs.length * STATS_WORDS;
  if (length > seen.words.length) {
    const grown = new Float64Array(2 * length);
    grown.set(seen.words);
    seen.words = grown;
  }
  const devs: number[] = [];
  for (let dev = 0; dev < world.devs.length; dev++)
    if (world.devs[dev] !== null && takeWords(seen, world, dev)) devs.push(dev);
  const words = new Float64Array(devs.length * WORDS.length);
  devs.forEach((dev, i) => {
    WORDS.forEach((word, j) => {
      words[i * WORDS.length + j] = world.stats[dev * STATS_WORDS + word] as number;
    });
  });
  return { dev: Int32Array.from(devs), words };
}

/** @returns whether any of a device's words is other than the page has it */
function takeWords({ words }: SeenCounters, { stats }: World, dev: number): boolean {
  let differs = false;
  for (let at = dev * STATS_WORDS; at < (dev + 1) * STATS_WORDS; at++) {
    if (words[at] === stats[at]) continue;
    words[at] = stats[at] as number;
    differs = true;
  }
  return differs;
}

export function noCounters(): CounterBatch {
  return { dev: new Int32Array(), words: new Float64Array() };
}
