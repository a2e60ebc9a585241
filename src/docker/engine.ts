/** The Docker Engine of a machine: making it, and finding what it has. */

import { sysctlGet, sysctlSet } from "../kernel/sysctl.ts";
import type { Machine } from "../kernel/types.ts";
import { createWorld } from "../kernel/world.ts";
import type { Identities } from "../protocol/scene.ts";
import { shellFields, spawn } from "../shell/process.ts";
import { parseDaemonFlags } from "./daemon-flags.ts";
import { refuseForwarding, setUpChains } from "./firewall/firewall.ts";
import { createDefaultNetworks } from "./network/network.ts";
import type { DockerWorld, Engine } from "./types.ts";

/** 2026-11-21 08:00:00 UTC, when every world begins. */
const BOOT_TIME_S = 1_795_248_000;

/** A world with nothing in it, at time 0. */
export function createDockerWorld(seed: number | string, maxTraceRows?: number): DockerWorld {
  return { ...createWorld(seed, maxTraceRows), ...shellFields(BOOT_TIME_S), engines: {} };
}

export interface DockerdOptions {
  /** As on dockerd's command line: "--bip 10.1.0.1/24 --icc=false". */
  flags: string;
  identities?: Identities[string] | undefined;
}

/** Starts dockerd: docker0 is there and up, forwarding is on. The machine's node must stand in `world.nodes`. */
export function startDockerd(world: DockerWorld, machine: Machine, options: DockerdOptions): void {
  const settings = parseDaemonFlags(options.flags);
  const argv = ["/usr/bin/dockerd", ...options.flags.split(/\s+/).filter((w) => w !== "")];
  const engine: Engine = {
    machine: machine.id,
    node: machine.name,
    daemon: spawn(world, null, { program: "dockerd", argv, node: machine.name }),
    started_ns: world.now_ns,
    settings,
    networks: {},
    containers: {},
    names: new Map(),
    newest: "",
    outputs: new Map(),
    identities: options.identities ?? {},
    nextSerial: 0,
    exits: {},
    ports: [],
    events: [],
    eventCount: 0,
    nextPool: 0,
    lastPorts: {},
  };
  world.engines[machine.name] = engine;
  setUpChains(world, engine);
  if (settings.ipForward && sysctlGet(world, machine.initNetns, "net.ipv4.ip_forward") !== "1") {
    sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
    refuseForwarding(world, engine);
  }
  createDefaultNetworks(world, engine);
}

/** Whether the daemon's machine forwards packets: sysinfo's IPv4ForwardingDisabled, the other way about. */
export function forwards({ world, engine }: { world: DockerWorld; engine: Engine }): boolean {
  const space = world.machines[engine.machine]?.initNetns;
  return space === undefined || sysctlGet(world, space, "net.ipv4.ip_forward") !== "0";
}
