/**
 * The same work in ns-3, side by side with ours in one run, so that only their ratio counts and not the machine's mood.
 * `NS3_BRIDGE_BENCH` names the binary built from bridge-bench.cc (N hosts on one BridgeNetDevice, its fastest device); Debian's
 * library is built with logging, and the optimised build of the same source runs 1.7 times as fast: its rate counts times that.
 */
import { execFileSync } from "node:child_process";

const OPTIMISED = 1.7;

export type Work = "flood" | "pairs" | "storm";

const FLOOD_PINGS = 50_000;
const PAIR_HOSTS = 128;
const STORM_HOSTS = 1000;
const STORM_FRAMES = 500;

/** Its arguments, and how many frame-hops its run takes: a ping crosses four links, a broadcast one link a host. */
const RUNS: Readonly<Record<Work, { args: readonly string[]; hops: number }>> = {
  flood: { args: ["--scenario=flood", `--m=${FLOOD_PINGS}`], hops: 4 * FLOOD_PINGS },
  pairs: {
    args: ["--scenario=pairs", `--n=${PAIR_HOSTS}`, "--sched=ns3::PriorityQueueScheduler"],
    // It learns nothing from requests, so each ordered pair asks for itself: question, answer, echo and its reply.
    hops: PAIR_HOSTS * (PAIR_HOSTS - 1) * (PAIR_HOSTS + 2 + 4),
  },
  storm: {
    args: ["--scenario=storm", `--n=${STORM_HOSTS}`, `--m=${STORM_FRAMES}`, "--sched=ns3::PriorityQueueScheduler"],
    hops: STORM_HOSTS * STORM_FRAMES,
  },
};

/** Frame-hops a second of the reference, already counted as its optimised build; null where it isn't installed. */
export function referenceRate(work: Work): number | null {
  const binary = process.env.NS3_BRIDGE_BENCH;
  if (binary === undefined) return null;
  const { args, hops } = RUNS[work];
  const text = execFileSync(binary, [...args], { encoding: "utf8" });
  const run_s = /run ([\d.]+) s/.exec(text)?.[1];
  if (run_s === undefined) throw new Error(`${binary} printed no run time: ${text}`);
  return (hops / Number(run_s)) * OPTIMISED;
}
