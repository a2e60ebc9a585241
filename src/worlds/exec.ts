/** Running commands on the machines and containers of a world, as somebody at a keyboard or a script would. */
import { signalGroup, spawnShell } from "../shell/process.ts";
import type { NodeId, NodeRecord, ProcId } from "../shell/types.ts";
import { nextEventTime } from "../sim/queue.ts";
import { programs } from "./programs.ts";
import { runWorld } from "./run.ts";
import type { PlaygroundWorld } from "./types.ts";

/** The machine or container of this id, or else of this name; null when there is none. */
export function findNode(world: PlaygroundWorld, name: string): NodeRecord | null {
  const byId = Object.hasOwn(world.nodes, name) ? world.nodes[name] : undefined;
  if (byId !== undefined) return byId;
  for (const engine of Object.values(world.engines)) {
    for (const container of Object.values(engine.containers)) {
      if (container.name === name) return world.nodes[container.node] ?? null;
    }
  }
  return null;
}

/** `bash -c line` as root, without a terminal. What it prints and its end go to `sink` in `world.output`. */
export function startCommand(world: PlaygroundWorld, node: NodeId, line: string, sink: string): ProcId {
  return spawnShell(world, { node, line, sink });
}

/** SIGINT to a command and its children. */
export function interruptCommand(world: PlaygroundWorld, proc: ProcId): void {
  signalGroup(world, programs, proc, "SIGINT");
}

/** How long `runCommand` waits before it ends a command. */
const PATIENCE_NS = 300_000_000_000;

/**
 * Runs a command to its end, letting virtual time pass, and gives its status and all that it printed. One that goes on for
 * five minutes, or waits for something that never comes, is killed.
 */
export function runCommand(world: PlaygroundWorld, node: NodeId, line: string): { exit: number; text: string } {
  const sink = `run:${line}`;
  const proc = startCommand(world, node, line, sink);
  const limit_ns = world.now_ns + PATIENCE_NS;
  let text = "";
  for (;;) {
    for (const chunk of world.output.splice(0)) {
      if (chunk.sink !== sink) continue;
      if (chunk.kind === "exit") return { exit: Number(chunk.text), text };
      text += chunk.text;
    }
    const next_ns = nextEventTime(world.queue);
    if (next_ns > limit_ns) {
      signalGroup(world, programs, proc, "SIGKILL");
      return { exit: 137, text };
    }
    runWorld(world, next_ns);
  }
}
