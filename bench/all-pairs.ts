/**
 * All pairs of a thousand hosts with everything on: Docker's rules and br_netfilter, connection tracking, timers, the trace bounded as
 * ever. A million neighbours and a million connections are more than a machine allows by default, so the sysctls are raised as
 * a person would raise them (`build` does it for the neighbours).
 */
import { assert } from "../src/base/assert.ts";
import { sysctlSet } from "../src/kernel/sysctl.ts";
import { withDockerRules } from "./netfilter.ts";
import { build, pairs, type Result } from "./network.ts";

export interface AllPairs extends Result {
  /** The most that the heap and the buffers beside it took, and the whole process, each beyond what it had before; in bytes. */
  memory: number;
  rss: number;
}

/** @param count hosts */
export function allPairs(count: number): AllPairs {
  const before = process.memoryUsage();
  const network = withDockerRules(build(count));
  const { world } = network;
  assert(
    sysctlSet(world, 0, "net.netfilter.nf_conntrack_max", String(count * count)) === 0,
    "nf_conntrack_max was not taken",
  );
  let memory = 0;
  const result = pairs(network, () => {
    const { heapUsed, external } = process.memoryUsage();
    memory = Math.max(memory, heapUsed - before.heapUsed + external - before.external);
  });
  assert(result.replies === count * (count - 1), `only ${result.replies} replies`);
  return { ...result, memory, rss: process.resourceUsage().maxRSS * 1024 - before.rss };
}
