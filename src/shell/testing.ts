/** For tests: a world with one node and a way to run lines in it. */
import { kernelDispatch } from "../kernel/dispatch.ts";
import { inetAddrAdd } from "../kernel/fib/devinet.ts";
import { createBridge } from "../kernel/netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../kernel/netdev/bridge/port.ts";
import { devOpen } from "../kernel/netdev/device.ts";
import { createVeth } from "../kernel/netdev/veth.ts";
import { addMachine, createNetns } from "../kernel/netns.ts";
import type { Machine, NetDevice, NetnsId } from "../kernel/types.ts";
import { createWorld } from "../kernel/world.ts";
import { nextEventTime, popEvent } from "../sim/queue.ts";
import { broadcastOf, ipv4, mac } from "../wire/address.ts";
import { ALL_CAPS, shellDispatch, shellFields, spawnShell } from "./process.ts";
import type { NodeId, Programs, ShellWorld } from "./types.ts";

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
  legacyIptables: false,
  ipv6Off: false,
  dmesg: [],
};

/** A world without a network: one machine "hostA" whose processes have namespace 0. */
export function bareWorld(): ShellWorld {
  const world: ShellWorld = { ...createWorld(1), ...shellFields(1_790_000_000) };
  world.machines.push({ ...MACHINE });
  addNode(world, "hostA", 0, 0);
  return world;
}

function addNode(world: ShellWorld, id: NodeId, machine: number, netns: NetnsId): void {
  const hostname = id.split("/").at(-1) as string;
  world.nodes[id] = {
    id,
    machine,
    netns,
    hostname,
    files: { "/etc/hostname": `${hostname}\n`, "/etc/hosts": `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n` },
    env: {},
    caps: [...ALL_CAPS],
    missing: [],
    cwd: "/root",
  };
}

/** hostA with the bridge docker0 (172.17.0.1/16) and nodes hostA/c2 and hostA/c3 on it, 172.17.0.2 and .3. */
export function bridgeWorld(): ShellWorld {
  const world: ShellWorld = { ...createWorld(1), ...shellFields(1_790_000_000) };
  const machine = addMachine(world, "hostA");
  addNode(world, "hostA", machine.id, machine.initNetns);
  const docker0 = createBridge(world, machine.initNetns, {
    name: "docker0",
    mac: mac("02:42:00:00:00:01"),
  }) as NetDevice;
  addAddress(world, docker0, "172.17.0.1");
  for (const n of [2, 3]) {
    const netns = createNetns(world, machine.id, null);
    const end = { netns: netns.id, name: "eth0", mac: mac(`02:42:ac:11:00:0${n}`) };
    const [port, eth0] = createVeth(world, { netns: machine.initNetns, name: `veth${n}` }, end) as [
      NetDevice,
      NetDevice,
    ];
    bridgeAddIf(world, docker0.id, port.id);
    devOpen(world, port.id);
    addAddress(world, eth0, `172.17.0.${n}`);
    devOpen(world, netns.lo);
    addNode(world, `hostA/c${n}`, machine.id, netns.id);
  }
  return world;
}

function addAddress(world: ShellWorld, device: NetDevice, address: string): void {
  const local = ipv4(address);
  inetAddrAdd(world, device.id, { local, prefixLen: 16, broadcast: broadcastOf(local, 16) });
  devOpen(world, device.id);
}

/** Runs all events up to `limit_ns` from now. */
export function runEvents(world: ShellWorld, programs: Programs, limit_ns = 60e9): void {
  const until = world.now_ns + limit_ns;
  const event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  for (let at = nextEventTime(world.queue); at <= until; at = nextEventTime(world.queue)) {
    popEvent(world.queue, event);
    world.now_ns = event.time_ns;
    if (!kernelDispatch(world, event)) shellDispatch(world, programs, event);
  }
  world.now_ns = until;
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

/** Runs `bash -c line` to its end, on hostA unless another node is named. */
export function runLine(world: ShellWorld, programs: Programs, line: string, limit_ns?: number, node = "hostA"): Ran {
  const sink = startLine(world, node, line);
  runEvents(world, programs, limit_ns);
  return collect(world, sink);
}

/** Starts `bash -c line`; the sink that it prints into. */
export function startLine(world: ShellWorld, node: NodeId, line: string): string {
  const sink = `run ${world.procs.length}`;
  spawnShell(world, { node, line, sink });
  return sink;
}
