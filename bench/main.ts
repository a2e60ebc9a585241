/**
 * How fast the simulator is: `npm run bench`, and `npm run bench -- all-pairs` for what takes a minute. Frame-hops a second
 * (one hop is one frame crossing one link) with tracing on, in the three scenarios that the reference is measured in. With
 * NS3_BRIDGE_BENCH set (reference.ts) each is followed by its ratio to ns-3's. And how long a checkpoint takes to copy, and a
 * seek in a trace of a million hops.
 */
import { parseArgs } from "node:util";
import { copyWorld } from "../src/kernel/clone.ts";
import { allPairs } from "./all-pairs.ts";
import { withDockerRules, withLongChain } from "./netfilter.ts";
import { build, flood, type Network, pairs, type Result, storm } from "./network.ts";
import { referenceRate, type Work } from "./reference.ts";
import { longSession, seekTimes_ms } from "./seek.ts";

const ROUNDS = 8;
const SEEKS = 40;

/** The best of a few rounds, ours and the reference's taken by turns, so that both meet the same machine. */
function report(name: string, work: Work, run: () => Result): void {
  let best: Result | null = null;
  let reference: number | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const result = run();
    if (best === null || result.hops / result.wall_s > best.hops / best.wall_s) best = result;
    const rate = referenceRate(work);
    if (rate !== null && (reference === null || rate > reference)) reference = rate;
  }
  if (best !== null) print(name, best, reference);
}

/** @param reference frame-hops a second of the same work in ns-3 */
function print(name: string, { hops, replies, wall_s }: Result, reference: number | null, more = ""): void {
  const rate = (hops / wall_s / 1e6).toFixed(2);
  const counts = `${hops} hops, ${replies} replies in ${wall_s.toFixed(3)} s${more}`;
  const ratio = reference === null ? "" : `   ${(hops / wall_s / reference).toFixed(1)} x ns-3`;
  console.log(`${name.padEnd(28)} ${rate.padStart(6)} M hops/s${ratio}   (${counts})`);
}

/** Half a billion hops. The reference's rate is that of 128 hosts, because a thousand would take it half an hour. */
function reportAllPairs(count: number): void {
  const result = allPairs(count);
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  print(
    `all pairs, ${count} hosts`,
    result,
    referenceRate("pairs"),
    `; ${mb(result.memory)}, the process ${mb(result.rss)}`,
  );
}

function reportCopy(name: string, network: Network): void {
  const start_ms = performance.now();
  for (let round = 0; round < ROUNDS; round++) copyWorld(network.world);
  console.log(`${name.padEnd(28)} ${((performance.now() - start_ms) / ROUNDS).toFixed(2).padStart(6)} ms`);
}

function reportAll(): void {
  const two = build(32);
  report("flood, 32 hosts", "flood", () => flood(two, 100_000));
  report("pairs, 128 hosts, cold", "pairs", () => pairs(build(128)));
  const filtered = withDockerRules(build(32));
  report("flood, Docker's rules", "flood", () => flood(filtered, 100_000));
  report("pairs, Docker's rules", "pairs", () => pairs(withDockerRules(build(128))));
  const long = withLongChain(build(32), 500);
  report("flood, 500 rules", "flood", () => flood(long, 20_000));
  const thousand = build(1000);
  report("storm, 1000 hosts", "storm", () => storm(thousand, 2_000));
  reportCopy("checkpoint, 1000 hosts", thousand);
  const { longest, median } = seekTimes_ms(longSession(1_000_000), SEEKS);
  console.log(
    `${"seek, a million hops".padEnd(28)} ${median.toFixed(1).padStart(6)} ms   (longest of ${SEEKS}: ${longest.toFixed(1)} ms)`,
  );
}

const { positionals } = parseArgs({ allowPositionals: true });
if (positionals.length === 0) reportAll();
else if (positionals.length === 1 && positionals[0] === "all-pairs") reportAllPairs(1000);
else throw new Error("usage: npm run bench [-- all-pairs]");
