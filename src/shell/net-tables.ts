/** What of neighbours and routes /proc/net shows, and with it the tools that read it. */
import { Nud } from "../base/trace-kind.ts";
import { routes } from "../kernel/fib/fib.ts";
import { type NeighEntry, neighEntries } from "../kernel/neigh/admin.ts";
import { type NetnsId, type Route, RT_TABLE_MAIN, type World } from "../kernel/types.ts";

/** Neighbours with a state other than NONE and NOARP. */
export function arpEntries(world: World, netnsId: NetnsId): NeighEntry[] {
  return neighEntries(world, netnsId).filter((entry) => (entry.state & ~Nud.NOARP) !== 0);
}

/** ATF_COM 2, ATF_PERM 4 (arp_state_to_flags). */
export function arpFlags(entry: NeighEntry): number {
  if (entry.state & Nud.PERMANENT) return 6;
  return entry.mac === null ? 0 : 2;
}

/** The main table without broadcast and local routes. */
export function procRoutes(world: World, netnsId: NetnsId): Route[] {
  return routes(world, netnsId, RT_TABLE_MAIN).filter((r) => r.type !== "broadcast" && r.type !== "local");
}

/** RTF_REJECT */
export function isReject(r: Route): boolean {
  return r.type === "unreachable" || r.type === "prohibit";
}
