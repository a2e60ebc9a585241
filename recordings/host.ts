/** The simulator behind a replay: a world built from a scenario, and the commands typed into it. */

import "../src/worlds/whole.ts";
import { refuseLinks } from "../src/docker/container/links.ts";
import type { Identities, LinkIdentity } from "../src/protocol/scene.ts";
import { signalGroup, spawnShell } from "../src/shell/process.ts";
import type { NodeRecord, ProcId } from "../src/shell/types.ts";
import { nextEventTime } from "../src/sim/queue.ts";
import { findNode } from "../src/worlds/exec.ts";
import { loadWorld } from "../src/worlds/load.ts";
import { programs } from "../src/worlds/programs.ts";
import { runWorld } from "../src/worlds/run.ts";
import type { PlaygroundWorld } from "../src/worlds/types.ts";
import type { Scenario } from "./recording.ts";
import type { CommandState, ReplayHost } from "./replay.ts";
import { attachCaptures, createTracer, readTrace, type Tracer, tracedFrames } from "./trace-frames.ts";

/** What `docker exec` took before a command began. */
const CONTAINER_EXEC_NS = 80_000_000;
/** Who runs dockerd where the scenario does not say. */
const DEFAULT_DOCKERS = ["hostA"];
/** Rows of trace at one instant that only a world going in circles would write. */
const STUCK_ROWS = 1_000_000;

interface Command extends CommandState {
  proc: ProcId;
}

interface Simulation {
  world: PlaygroundWorld;
  tracer: Tracer;
  commands: Command[];
  /** Machine that answers for containers that do not run. */
  dockerHost: string;
}

function sinkOf(id: number): string {
  return `replay:${id}`;
}

function collectOutput({ world, commands }: Simulation): void {
  for (const chunk of world.output.splice(0)) {
    const command = commands.find((_, id) => sinkOf(id) === chunk.sink);
    if (command === undefined) continue;
    if (chunk.kind === "exit") Object.assign(command, { exit: Number(chunk.text), end_ns: chunk.t_ns });
    else command[chunk.kind] += chunk.text;
  }
}

/** Runs events one instant at a time, so that the trace is read while its devices still are what they were. */
function advance(sim: Simulation, to_ns: number, done: () => boolean): void {
  const { world } = sim;
  for (;;) {
    collectOutput(sim);
    readTrace(sim.tracer);
    if (done()) return;
    const next_ns = nextEventTime(world.queue);
    if (next_ns === null || next_ns > to_ns) break;
    const moved = runWorld(world, next_ns, world.trace.rows + STUCK_ROWS);
    if (!moved) throw new Error(`the world goes in circles at ${world.now_ns} ns`);
  }
  if (to_ns > world.now_ns) runWorld(world, to_ns);
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A container that is not there, does not run, is paused or is linked to one that does not run is left to `docker exec` to complain about. */
function spawn(sim: Simulation, node: string, cmd: string, sink: string): ProcId {
  const { world } = sim;
  const found: NodeRecord | null = findNode(world, node);
  if (found === null || found.frozen || isUnlinked(world, found)) {
    const line = `docker exec ${shellQuote(node)} bash -c ${shellQuote(cmd)}`;
    return spawnShell(world, { node: sim.dockerHost, line, sink });
  }
  const inContainer = !world.machines.some((machine) => machine.name === found.id);
  const delay = inContainer ? { delay_ns: CONTAINER_EXEC_NS } : {};
  return spawnShell(world, { node: found.id, line: cmd, sink, ...delay });
}

function isUnlinked(world: PlaygroundWorld, { id }: NodeRecord): boolean {
  return Object.values(world.engines).some((engine) =>
    Object.values(engine.containers).some((one) => one.node === id && refuseLinks(engine, one) !== null),
  );
}

/** The identities without the links whose MAC somebody typed: nobody drew those. */
function withoutTyped(scenario: Scenario, identities: Identities): Identities {
  const typed = scenario.steps.map((step) => (step.kind === "command" ? step.cmd.toLowerCase() : "")).join("\n");
  const drawn = (links: Record<string, LinkIdentity> = {}) =>
    Object.fromEntries(Object.entries(links).filter(([, link]) => !typed.includes(link.mac.toLowerCase())));
  return Object.fromEntries(
    Object.entries(identities).map(([name, known]) => [name, { ...known, links: drawn(known.links) }]),
  );
}

function simulate(scenario: Scenario, identities: Identities): Simulation {
  const { name, options, world: spec } = scenario;
  const dockers = options.dockers ?? DEFAULT_DOCKERS;
  const world = loadWorld({
    world: spec,
    dockers,
    dockerd: options.dockerd,
    identities: withoutTyped(scenario, identities),
    seed: name,
    ipv6: options.ipv6,
    legacyIptables: options.iptables_legacy,
  });
  const dockerHost = dockers[0] ?? spec.nodes[0]?.name ?? "";
  return { world, tracer: createTracer(world), commands: [], dockerHost };
}

/** A fresh simulator at time 0, which takes from `identities` what was random on the day. */
export function createHost(scenario: Scenario, identities: Identities): ReplayHost {
  const sim = simulate(scenario, identities);
  const { world, commands } = sim;
  const command = (id: number): Command => {
    const found = commands[id];
    if (found === undefined) throw new Error(`no command ${id}`);
    return found;
  };
  const runUntil = (to_ns: number) => advance(sim, to_ns, () => false);
  return {
    now_ns: () => world.now_ns,
    runUntil,
    start(node, cmd, at_ns) {
      runUntil(at_ns);
      const id = commands.length;
      const proc = spawn(sim, node, cmd, sinkOf(id));
      commands.push({ proc, stdout: "", stderr: "", exit: undefined, end_ns: undefined });
      return id;
    },
    runToEnd(id, limit_ns) {
      const running = command(id);
      advance(sim, limit_ns, () => running.end_ns !== undefined);
    },
    signal: (id, signal) => signalGroup(world, programs, command(id).proc, signal),
    state: (id) => command(id),
    attachCaptures: () => attachCaptures(sim.tracer),
    frames: () => tracedFrames(sim.tracer),
  };
}
