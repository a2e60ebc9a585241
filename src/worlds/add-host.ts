/** One more Docker host on a LAN while the world runs: unpacked, plugged in, switched on. */
import { startDockerd } from "../docker/engine.ts";
import type { AddedHost } from "../protocol/scene.ts";
import { worldFault } from "../protocol/world-check.ts";
import { startCommand } from "./exec.ts";
import { buildMachine, configure, plug } from "./load.ts";
import type { PlaygroundWorld } from "./types.ts";

/** What is wrong with a host that is to come, in a sentence; null when it can. */
export function hostFault(world: PlaygroundWorld, { spec, end }: AddedHost): string | null {
  const [machine = "", bridge = ""] = end.split(".");
  if (Object.hasOwn(world.nodes, spec.name)) return `there is a ${spec.name} already`;
  if (spec.kind !== "docker-host" || spec.interfaces.length !== 1) return `${spec.name} is no host with one card`;
  const lan = world.machines.find(({ name }) => name === machine);
  const ports = lan === undefined ? [] : world.devs.filter((d) => d !== null && d.netns === lan.initNetns);
  if (!ports.some((d) => d?.bridge != null && d.name === bridge)) return `there is no switch ${machine}.${bridge}`;
  if (ports.some((d) => d?.name === end.split(".")[2])) return `${end} is taken`;
  const link = [`${spec.name}.${spec.interfaces[0]?.name}`, end] as const;
  return worldFault({ switches: [{ name: machine, bridge }], nodes: [spec], links: [link] }, []);
}

/** Adds the host; `hostFault` must have found nothing. Its routes come with the next events, as typed lines do. */
export function addHost(world: PlaygroundWorld, { spec, end, dockerd }: AddedHost): void {
  buildMachine(world, spec);
  plug(world, `${spec.name}.${spec.interfaces[0]?.name}`, end);
  configure(world, spec, (at, machine, line) => void startCommand(at, machine, line, `setup:${machine}`));
  const machine = world.machines.find(({ name }) => name === spec.name);
  if (machine === undefined) return;
  machine.legacyIptables = world.machines[0]?.legacyIptables ?? false;
  machine.ipv6Off = world.machines[0]?.ipv6Off ?? false;
  const dns = spec.dns === undefined ? "" : `--dns ${spec.dns}`;
  startDockerd(world, machine, { flags: [dns, dockerd].join(" ").trim() });
}
