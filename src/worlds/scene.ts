/** Opens a scene: builds its world and types what has been typed before time 0. */
import type { Scene } from "../protocol/scene.ts";
import { findNode, runCommand } from "./exec.ts";
import { loadWorld } from "./load.ts";
import { runWorld } from "./run.ts";
import type { PlaygroundWorld } from "./types.ts";

/** World time at which a scene begins: by then its setup is over, and most of its timers too. */
export const SCENE_START_NS = 60_000_000_000;

/** The world of a scene at its beginning. What the setup sent and printed is not in the trace. */
export function openScene(scene: Scene): PlaygroundWorld {
  const { world: spec, dockers, dockerd, identities, legacyIptables, seed } = scene;
  // What IPv6 has hosts say by themselves would only be in a learner's way: nobody answers it here.
  const world = loadWorld({ world: spec, dockers, dockerd, identities, legacyIptables, seed, ipv6Off: true });
  world.trace.on = false;
  for (const { node, line } of scene.setup) {
    const where = findNode(world, node);
    if (where !== null) runCommand(world, where.id, line);
  }
  runWorld(world, Math.max(SCENE_START_NS, world.now_ns));
  world.output.length = 0;
  world.trace.on = true;
  return world;
}
