/**
 * When old connections are forgotten: gc_worker of net/netfilter/nf_conntrack_core.c looks through the whole table, and again after
 * the average of what the connections have left to live.
 */
import { SECOND_NS } from "../../../base/time.ts";
import type { World } from "../../types.ts";
import { ctKill } from "./core.ts";
import { ctRunGcIn, GC_MAX_NS } from "./events.ts";

/** GC_SCAN_INTERVAL_MIN */
const GC_MIN_NS = 1 * SECOND_NS;

/** Event CT_GC. */
export function ctGc(world: World): void {
  const t = world.ct;
  if (t.gcAt_ns !== world.now_ns) return;
  let count = 0;
  let left_ns = 0;
  for (let slot = 0; slot < t.used; slot++) {
    if ((t.netns[slot] as number) < 0 || slot === t.pending) continue;
    const rest_ns = (t.timeout_ns[slot] as number) - world.now_ns;
    if (rest_ns <= 0) ctKill(world, slot);
    else {
      count++;
      left_ns += Math.min(rest_ns, GC_MAX_NS);
    }
  }
  t.gcAt_ns = 0;
  if (count > 0) ctRunGcIn(world, Math.max(GC_MIN_NS, Math.floor(left_ns / count)));
}
