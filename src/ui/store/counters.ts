/** Devices' counters on the page's side: columns outside of React's state (use-counters.ts shows them). */
import type { CounterBatch } from "../../protocol/messages.ts";
import { COUNTERS, type DevId, type LinkStats } from "../../protocol/view.ts";

let words = new Float64Array();
/** Goes up whenever any counter has changed. */
let version = 0;

/** Takes what a batch brings; `reset`: all counters begin anew. */
export function applyCounters(batch: CounterBatch, reset: boolean): void {
  if (reset) words = new Float64Array();
  if (!reset && batch.dev.length === 0) return;
  version++;
  for (let i = 0; i < batch.dev.length; i++) {
    const from = batch.dev[i]! * COUNTERS.length;
    if (from + COUNTERS.length > words.length) widen(from + COUNTERS.length);
    for (let j = 0; j < COUNTERS.length; j++) words[from + j] = batch.words[i * COUNTERS.length + j]!;
  }
}

function widen(length: number): void {
  const wider = new Float64Array(2 * length);
  wider.set(words);
  words = wider;
}

/** Another number whenever any counter has changed. */
export function countersVersion(): number {
  return version;
}

/** What a device has counted so far. */
export function countersOf(dev: DevId): LinkStats {
  const word = (i: number) => words[dev * COUNTERS.length + i] ?? 0;
  return Object.fromEntries(COUNTERS.map((name, i) => [name, word(i)])) as unknown as LinkStats;
}
