/** Moves a world on in virtual time: takes events from the queue and gives each to the layer that it belongs to. */
import { assert } from "../base/assert.ts";
import { kernelDispatch } from "../kernel/dispatch.ts";
import { shellDispatch } from "../shell/process.ts";
import { type Event, nextEventTime, popEvent } from "../sim/queue.ts";
import { programs } from "./programs.ts";
import type { PlaygroundWorld } from "./types.ts";

/**
 * Runs every event up to and at `to_ns`, then sets the clock to it. Pauses early once the trace has `rows` rows.
 * @returns false when it paused: call again to go on
 */
export function runWorld(world: PlaygroundWorld, to_ns: number, rows = Number.POSITIVE_INFINITY): boolean {
  assert(to_ns >= world.now_ns, "time does not run backwards");
  const event: Event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  for (;;) {
    const next_ns = nextEventTime(world.queue);
    if (next_ns === null || next_ns > to_ns) break;
    if (world.trace.rows >= rows) return false;
    popEvent(world.queue, event);
    world.now_ns = next_ns;
    const known = kernelDispatch(world, event) || shellDispatch(world, programs, event);
    assert(known, `no layer knows events of kind ${event.kind}`);
  }
  world.now_ns = to_ns;
  return true;
}
