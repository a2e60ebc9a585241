/** Namespaces by the names and numbers that people give: files in /run/netns, pids. */
import type { Netns, NetnsId } from "../../kernel/types.ts";
import type { Sys } from "../types.ts";

/** Whether the process sees the machine's /run/netns: containers have a file system of their own. */
function seesNames(sys: Sys): boolean {
  return !sys.proc.node.includes("/");
}

/** The machine's named namespaces as readdir(3) lists them: newest first. */
export function namedNetns(sys: Sys): Netns[] {
  if (!seesNames(sys)) return [];
  const named = (n: Netns | null): n is Netns => n !== null && n.machine === sys.proc.machine && n.name !== null;
  return sys.world.netns.filter(named).reverse();
}

export function netnsByName(sys: Sys, name: string): Netns | null {
  return namedNetns(sys).find((n) => n.name === name) ?? null;
}

/** The name of a namespace, or null if it has none that the process sees. */
export function netnsName(sys: Sys, id: NetnsId): string | null {
  return seesNames(sys) ? (sys.world.netns[id]?.name ?? null) : null;
}

/** The namespace of a process of this machine, or null if there is no such pid. */
export function netnsOfPid(sys: Sys, pid: number): NetnsId | null {
  if (pid === 1) return sys.world.nodes[sys.proc.node]?.netns ?? null;
  const found = sys.world.procs.find((p) => p?.pid === pid && p.machine === sys.proc.machine && p.exit === null);
  return found?.netns ?? null;
}
