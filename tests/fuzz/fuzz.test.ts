import { expect, it } from "vitest";
import { TARGETS } from "./targets.ts";

/** Together with the rest at most ten seconds; `npm run fuzz` goes on for as long as you like. */
const LIMITS = { play: 4000, "damaged states": 1500, requests: 1500, dissector: 500 };

it.each(TARGETS)("$name survives what is random", (target) => {
  const ms = LIMITS[target.name as keyof typeof LIMITS];
  const { failure, runs } = target.try({ seed: 20_10, runs: 1000, ms });
  expect(failure).toBeNull();
  expect(runs).toBeGreaterThan(1);
});
