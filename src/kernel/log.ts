/** The kernel's log, as dmesg(1) prints it. */
import type { Machine, NetnsId, World } from "./types.ts";

/** Lines kept: about what the ring buffer of a real kernel holds. */
const MAX_LINES = 2000;

/** Adds a line to the log of the machine that the namespace is on. */
export function kernelLog(world: World, netnsId: NetnsId, text: string): void {
  const ns = world.netns[netnsId];
  if (ns === null || ns === undefined) return;
  const log = (world.machines[ns.machine] as Machine).dmesg;
  log.push({ t_ns: world.now_ns, text });
  if (log.length > MAX_LINES) log.shift();
}
