import { expect, test } from "vitest";
import { applyCounters, countersOf } from "./counters.ts";

const ZERO = { rxPackets: 0, rxBytes: 0, rxDropped: 0, txPackets: 0, txBytes: 0, txDropped: 0 };
const batch = (dev: number[], words: number[]) => ({ dev: Int32Array.from(dev), words: Float64Array.from(words) });

test("keeps each device's counters until they change, and none of another scene's", () => {
  applyCounters(batch([2, 900], [1, 60, 0, 2, 120, 0, 5, 300, 4, 0, 0, 3]), true);
  expect(countersOf(2)).toEqual({ ...ZERO, rxPackets: 1, rxBytes: 60, txPackets: 2, txBytes: 120 });
  expect(countersOf(900)).toEqual({ ...ZERO, rxPackets: 5, rxBytes: 300, rxDropped: 4, txDropped: 3 });
  expect(countersOf(3)).toEqual(ZERO);
  applyCounters(batch([2], [7, 420, 0, 2, 120, 0]), false);
  expect(countersOf(2).rxPackets).toBe(7);
  expect(countersOf(900).rxPackets).toBe(5);
  applyCounters(batch([], []), true);
  expect(countersOf(900)).toEqual(ZERO);
});
