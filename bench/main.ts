/**
 * How fast the simulator is: `npm run bench`. Frame-hops a second (one hop is one frame crossing one link) with tracing on, in the
 * three scenarios that the reference (ns-3) is measured in; the best of a few rounds, because machines drift. And how long a
 * checkpoint takes to copy.
 */
import { copyWorld } from "../src/kernel/clone.ts";
import { build, flood, type Network, pairs, type Result, storm } from "./network.ts";

const ROUNDS = 5;

function report(name: string, rounds: () => Result): void {
  let best: Result | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const result = rounds();
    if (best === null || result.hops / result.wall_s > best.hops / best.wall_s) best = result;
  }
  if (best === null) return;
  const rate = (best.hops / best.wall_s / 1e6).toFixed(2);
  const counts = `${best.hops} hops, ${best.replies} replies in ${best.wall_s.toFixed(3)} s`;
  console.log(`${name.padEnd(28)} ${rate.padStart(6)} M hops/s   (${counts})`);
}

function reportCopy(name: string, network: Network): void {
  const start_ms = performance.now();
  for (let round = 0; round < ROUNDS; round++) copyWorld(network.world);
  console.log(`${name.padEnd(28)} ${((performance.now() - start_ms) / ROUNDS).toFixed(2).padStart(6)} ms`);
}

const two = build(32);
report("flood, 32 hosts", () => flood(two, 100_000));
report("pairs, 128 hosts, cold", () => pairs(build(128)));
const thousand = build(1000);
report("storm, 1000 hosts", () => storm(thousand, 2_000));
reportCopy("checkpoint, 1000 hosts", thousand);
