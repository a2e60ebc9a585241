/** A host with dockerd for tests: commands of the docker CLI by their words, without a shell around them. */
import { assert } from "../base/assert.ts";
import { kernelDispatch } from "../kernel/dispatch.ts";
import { addMachine } from "../kernel/netns.ts";
import type { Identities } from "../protocol/scene.ts";
import { ALL_CAPS, exit, setTimer, shellDispatch, signalProc, spawn, write } from "../shell/process.ts";
import { nullStream, sinkStream } from "../shell/streams.ts";
import type { ProcId, Programs } from "../shell/types.ts";
import { type Event, nextEventTime, popEvent } from "../sim/queue.ts";
import { createDockerWorld, startDockerd } from "./engine.ts";
import { dockerPrograms } from "./programs.ts";
import type { DockerWorld, Engine } from "./types.ts";

export interface Bed {
  world: DockerWorld;
  engine: Engine;
}

export interface Ran {
  out: string;
  err: string;
  exit: number;
}

/** Small stand-ins for programs of the shell's layer. */
const programs: Programs = {
  ...dockerPrograms,
  sh: { path: "/usr/bin/sh", start() {} },
  sleep: {
    path: "/usr/bin/sleep",
    start: (sys, argv) => setTimer(sys, 0, Number(argv[1]) * 1e9),
    wake: (sys) => exit(sys, 0),
  },
  echo: {
    path: "/usr/bin/echo",
    start(sys, argv) {
      write(sys, 1, `${argv.slice(1).join(" ")}\n`);
      exit(sys, 0);
    },
  },
  false: { path: "/usr/bin/false", start: (sys) => exit(sys, 1) },
};

export function bed(flags = "--dns 203.0.113.53", identities?: Identities[string]): Bed {
  const world = createDockerWorld(1);
  const machine = addMachine(world, "hostA");
  world.nodes.hostA = {
    id: "hostA",
    machine: machine.id,
    netns: machine.initNetns,
    hostname: "hostA",
    files: {},
    env: {},
    caps: [...ALL_CAPS],
    missing: [],
    cwd: "/root",
  };
  startDockerd(world, machine, { flags, identities });
  return { world, engine: world.engines.hostA as Engine };
}

/** Lets time pass. */
export function pass({ world }: Bed, seconds: number): void {
  runTo(world, world.now_ns + seconds * 1e9);
}

function runTo(world: DockerWorld, to_ns: number): void {
  for (let at = nextEventTime(world.queue); at <= to_ns; at = nextEventTime(world.queue)) step(world);
  world.now_ns = to_ns;
}

function step(world: DockerWorld): void {
  const event: Event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  popEvent(world.queue, event);
  world.now_ns = event.time_ns;
  assert(kernelDispatch(world, event) || shellDispatch(world, programs, event), `event ${event.kind}`);
}

/** Starts `docker words…` (quotes as in a shell) on the host; nothing has happened yet. */
export function begin({ world }: Bed, line: string): ProcId {
  const argv = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((w) => w.replace(/^["'](.*)["']$/, "$1"));
  const fds = [nullStream(world), sinkStream(world, "test", 1), sinkStream(world, "test", 2)];
  return spawn(world, null, { program: argv[0] as string, argv, node: "hostA", fds, exitSink: "test" });
}

/** Runs a command to its end. */
export function run(b: Bed, line: string): Ran {
  begin(b, line);
  return finish(b);
}

export function interrupt({ world }: Bed, proc: ProcId): void {
  signalProc(world, programs, proc, "SIGINT");
}

/** Lets what was begun end. */
export function finish({ world }: Bed): Ran {
  const ran: Ran = { out: "", err: "", exit: -1 };
  for (;;) {
    for (const chunk of world.output.splice(0)) {
      if (chunk.kind === "stdout") ran.out += chunk.text;
      if (chunk.kind === "stderr") ran.err += chunk.text;
      if (chunk.kind === "exit") return { ...ran, exit: Number(chunk.text) };
    }
    assert(nextEventTime(world.queue) < Number.POSITIVE_INFINITY, "it never ends");
    step(world);
  }
}
