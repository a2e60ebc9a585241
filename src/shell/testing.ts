/** For tests: a world with one node and a way to run lines in it. */
import type { Machine } from "../kernel/types.ts";
import { createWorld } from "../kernel/world.ts";
import { nextEventTime, popEvent } from "../sim/queue.ts";
import { shellDispatch, shellFields, spawnShell } from "./process.ts";
import type { Programs, ShellWorld } from "./types.ts";

export interface Ran {
  stdout: string;
  stderr: string;
  exit: number | null;
}

const MACHINE: Machine = {
  id: 0,
  name: "hostA",
  initNetns: 0,
  sysctl: {},
  neighEntries: 0,
  neighFlushed_ns: 0,
  neighGcAt_ns: 0,
  linkwatchNext_ns: 0,
  nextPid: 1000,
  dmesg: [],
};

/** A world without a network: one machine "hostA" whose processes have namespace 0. */
export function bareWorld(): ShellWorld {
  const world: ShellWorld = { ...createWorld(1), ...shellFields(1_790_000_000) };
  world.machines.push({ ...MACHINE });
  world.nodes.hostA = {
    id: "hostA",
    machine: 0,
    netns: 0,
    hostname: "hostA",
    files: { "/etc/hostname": "hostA\n", "/etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\thostA\n" },
    env: {},
    caps: ["NET_ADMIN", "NET_RAW"],
    missing: [],
    cwd: "/root",
  };
  return world;
}

/** Runs all events up to `limit_ns` from now. */
export function runEvents(world: ShellWorld, programs: Programs, limit_ns = 60e9): void {
  const until = world.now_ns + limit_ns;
  const event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  for (let at = nextEventTime(world.queue); at !== null && at <= until; at = nextEventTime(world.queue)) {
    popEvent(world.queue, event);
    world.now_ns = event.time_ns;
    shellDispatch(world, programs, event);
  }
}

/** What a sink got. */
export function collect(world: ShellWorld, sink: string): Ran {
  const of = (kind: string) => world.output.filter((c) => c.sink === sink && c.kind === kind).map((c) => c.text);
  const exit = of("exit")[0];
  return {
    stdout: of("stdout").join(""),
    stderr: of("stderr").join(""),
    exit: exit === undefined ? null : Number(exit),
  };
}

/** Runs `bash -c line` to its end. */
export function runLine(world: ShellWorld, programs: Programs, line: string, limit_ns?: number): Ran {
  const sink = `run ${world.procs.length}`;
  spawnShell(world, { node: "hostA", line, sink });
  runEvents(world, programs, limit_ns);
  return collect(world, sink);
}
