/** Moves a world on in virtual time: gives each event to the layer that it belongs to. */
import { assert, bug } from "../base/assert.ts";
import { kernelDispatch, runUntil } from "../kernel/dispatch.ts";
import { shellDispatch } from "../shell/process.ts";
import type { Event } from "../sim/queue.ts";
import { programs } from "./programs.ts";
import type { PlaygroundWorld } from "./types.ts";

/** Runs every event up to and at `to_ns`, or until the trace has `rows` rows: then false, and another call goes on. */
export function runWorld(world: PlaygroundWorld, to_ns: number, rows?: number): boolean {
  assert(to_ns >= world.now_ns, "time does not run backwards");
  return runUntil(world, to_ns, dispatch, rows);
}

function dispatch(world: PlaygroundWorld, event: Event): void {
  if (kernelDispatch(world, event) || shellDispatch(world, programs, event)) return;
  bug(`no layer knows events of kind ${event.kind}`);
}
