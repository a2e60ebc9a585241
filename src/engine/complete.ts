/** Tab completion: what could stand at the cursor, from what the world holds. */
import { dev, netns } from "../kernel/world.ts";
import { listDirectory, resolvePath } from "../shell/files.ts";
import type { NodeRecord } from "../shell/types.ts";
import { formatIpv4 } from "../wire/address.ts";
import { programs } from "../worlds/programs.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** Words that a command takes next, where they are few and fixed. */
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  ip: ["addr", "link", "neigh", "netns", "route", "rule"],
  "ip addr": ["add", "del", "flush", "show"],
  "ip link": ["add", "del", "set", "show"],
  "ip neigh": ["add", "change", "del", "flush", "replace", "show"],
  "ip route": ["add", "change", "del", "flush", "get", "replace", "show"],
  bridge: ["fdb", "link"],
  "bridge fdb": ["add", "append", "del", "replace", "show"],
  brctl: ["addbr", "addif", "delbr", "delif", "setageing", "setfd", "show", "showmacs", "showstp", "stp"],
  docker: [
    "exec",
    "inspect",
    "kill",
    "logs",
    "network",
    "port",
    "ps",
    "rename",
    "restart",
    "rm",
    "run",
    "start",
    "stop",
  ],
  "docker network": ["connect", "create", "disconnect", "inspect", "ls", "prune", "rm"],
};

/** Where the word under the cursor begins, and all that could stand there, sorted. */
export function complete(
  world: PlaygroundWorld,
  nodeId: string,
  line: string,
  cursor: number,
): { from: number; candidates: string[] } {
  const node = Object.hasOwn(world.nodes, nodeId) ? world.nodes[nodeId] : undefined;
  const before = line.slice(0, cursor);
  const from = before.search(/[^\s;|&(]*$/);
  const word = before.slice(from);
  if (node === undefined) return { from, candidates: [] };
  const command = (
    before
      .slice(0, from)
      .split(/[;|&(]/)
      .pop() ?? ""
  )
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const found = command.length === 0 ? commandNames(node) : argumentWords(world, node, command, word);
  return { from, candidates: [...new Set(found)].filter((w) => w.startsWith(word)).sort() };
}

function commandNames(node: NodeRecord): string[] {
  return Object.keys(programs).filter((name) => !node.missing.includes(name));
}

function argumentWords(world: PlaygroundWorld, node: NodeRecord, command: string[], word: string): string[] {
  if (word.includes("/")) return paths(world, node, word);
  const fixed = SUBCOMMANDS[command.slice(0, 2).join(" ")] ?? [];
  if (fixed.length > 0 && command.length <= 2) return [...fixed];
  return [...deviceNames(world, node), ...containerNames(world, node), ...addresses(world, node)];
}

function paths(world: PlaygroundWorld, node: NodeRecord, word: string): string[] {
  const directory = word.slice(0, word.lastIndexOf("/") + 1);
  const place = { node: node.id, netns: node.netns, cwd: node.cwd };
  const names = listDirectory(world, place, resolvePath(node.cwd, directory)) ?? [];
  return names.map((name) => directory + name);
}

function deviceNames(world: PlaygroundWorld, node: NodeRecord): string[] {
  return netns(world, node.netns).devs.map((id) => dev(world, id).name);
}

function containerNames(world: PlaygroundWorld, node: NodeRecord): string[] {
  const engine = world.engines[node.id];
  return engine === undefined ? [] : Object.values(engine.containers).map((container) => container.name);
}

/** Addresses of everything on the same machine: what somebody would ping. */
function addresses(world: PlaygroundWorld, node: NodeRecord): string[] {
  const near = world.devs.filter(
    (d) => d !== null && world.netns[d.netns]?.machine === node.machine && d.kind !== "loopback",
  );
  return near.flatMap((d) => d?.addresses.map((a) => formatIpv4(a.local)) ?? []);
}
