/** The words of each kind at the moment: devices of a namespace, containers of a host, names that can be asked for. */
import { IMAGES } from "../docker/container/images.ts";
import type { Engine } from "../docker/types.ts";
import { builtinChains, nfFindTable } from "../kernel/netfilter/tables.ts";
import { sysctlNames } from "../kernel/sysctl.ts";
import type { NetDevice, NetnsId } from "../kernel/types.ts";
import { dev, netns } from "../kernel/world.ts";
import type { WordKind } from "../shell/grammar.ts";
import type { ShellState } from "../shell/lang/run/state.ts";
import type { NodeRecord } from "../shell/types.ts";
import { formatIpv4 } from "../wire/address.ts";
import { programs } from "../worlds/programs.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** Who asks: the machine or container, and the shell there if one waits for a line. */
export interface Asked {
  world: PlaygroundWorld;
  node: NodeRecord;
  netns: NetnsId;
  cwd: string;
  state: ShellState | null;
  /** The words of the command, its name first. */
  words: readonly string[];
}

export function wordsOfKind(asked: Asked, kind: WordKind): string[] {
  const { world, node } = asked;
  switch (kind) {
    case "device":
      return devices(asked).map((d) => d.name);
    case "bridge":
      return devices(asked).flatMap((d) => (d.kind === "bridge" ? [d.name] : []));
    case "port":
      return devices(asked).flatMap((d) => (d.master === null ? [] : [d.name]));
    case "netns":
      return world.netns.flatMap((n) => (n?.machine === node.machine && n.name !== null ? [n.name] : []));
    case "address":
      return addresses(asked);
    case "host":
      return [...addresses(asked), ...hostNames(asked)];
    case "setting":
      return sysctlNames(world, asked.netns);
    case "pid":
      return pids(asked);
    case "chain":
      return chains(asked);
    case "target":
      return [...TARGETS, ...chains(asked).filter((name) => !builtinChains(tableName(asked)).includes(name))];
    default: {
      const engine = world.engines[node.id];
      return engine === undefined ? [] : ofEngine(engine, kind);
    }
  }
}

function devices({ world, netns: id }: Asked): NetDevice[] {
  return netns(world, id).devs.map((d) => dev(world, d));
}

function ofEngine(engine: Engine, kind: WordKind): string[] {
  const containers = Object.values(engine.containers);
  const networks = Object.values(engine.networks).map((n) => n.name);
  switch (kind) {
    case "container":
      return containers.map((c) => c.name);
    case "running":
      return containers.filter((c) => c.status === "running").map((c) => c.name);
    case "stopped":
      return containers.filter((c) => c.status !== "running").map((c) => c.name);
    case "image":
      return IMAGES.map((image) => image.repository);
    case "network":
      return networks;
    case "network-mode":
      return [...networks, ...containers.map((c) => `container:${c.name}`)];
    default:
      return [];
  }
}

/** Addresses of everything on the same machine: what somebody would ping. */
function addresses({ world, node }: Asked): string[] {
  const near = world.devs.filter(
    (d) => d !== null && world.netns[d.netns]?.machine === node.machine && d.kind !== "loopback",
  );
  return near.flatMap((d) => d?.addresses.map((a) => formatIpv4(a.local)) ?? []);
}

/** Names of /etc/hosts, of containers that share a network with this one, and of the DNS servers' records. */
function hostNames({ world, node }: Asked): string[] {
  const lines = (node.files["/etc/hosts"] ?? "").split("\n").map((line) => line.replace(/#.*/, "").trim());
  const ofFile = lines.flatMap((line) => line.split(/\s+/).slice(1));
  const records = world.procs.flatMap((p) => (p?.program === "dnsd" ? p.argv.slice(2) : []));
  return [...ofFile, ...neighbourNames(world, node), ...records.map((r) => r.split("=")[0] ?? "")].filter(Boolean);
}

function neighbourNames(world: PlaygroundWorld, node: NodeRecord): string[] {
  for (const engine of Object.values(world.engines)) {
    const containers = Object.values(engine.containers);
    const own = containers.find((c) => c.node === node.id);
    const shared = Object.keys(own?.endpoints ?? {}).filter((name) => name !== "bridge");
    if (own) return containers.flatMap((c) => (shared.some((name) => c.endpoints[name]) ? [c.name] : []));
  }
  return [];
}

function pids({ world, node }: Asked): string[] {
  const seen = world.procs.filter((p) => p?.machine === node.machine && p.exit === null && programs[p.program]?.path);
  return seen.flatMap((p) => (p === null || (node.id.includes("/") && p.node !== node.id) ? [] : [String(p.pid)]));
}

const TARGETS = "ACCEPT DROP RETURN REJECT LOG TRACE MARK NOTRACK SNAT DNAT MASQUERADE REDIRECT".split(" ");

/** The table that `-t` names on the line. */
function tableName({ words }: Asked): "raw" | "mangle" | "nat" | "filter" {
  const option = words.findIndex((w) => w === "-t" || w === "--table");
  const named = words[option + 1];
  return option >= 0 && (named === "raw" || named === "mangle" || named === "nat") ? named : "filter";
}

function chains(asked: Asked): string[] {
  const name = tableName(asked);
  const table = nfFindTable(asked.world, asked.netns, name);
  return [...builtinChains(name), ...(table?.chains.flatMap((chain) => chain?.name ?? []) ?? [])];
}
