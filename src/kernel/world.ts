/** The world's making, and the ways to its records by id or name. */
import { bug } from "../base/assert.ts";
import { seedRandom } from "../base/random.ts";
import { createPool } from "../sim/frames.ts";
import { createQueue } from "../sim/queue.ts";
import { createTrace } from "../sim/trace.ts";
import { createRouteCache } from "./ipv4/route-cache.ts";
import { createNeigh } from "./neigh/table.ts";
import { createFdb } from "./netdev/bridge/fdb.ts";
import { createFloods } from "./netdev/bridge/flood.ts";
import { createCt } from "./netfilter/conntrack/table.ts";
import type { DevId, Machine, NetDevice, Netns, NetnsId, World } from "./types.ts";

/** A world with nothing in it at time 0. @param maxTraceRows how many of the last rows the trace keeps */
export function createWorld(seed: number | string, maxTraceRows?: number): World {
  return {
    now_ns: 0,
    random: seedRandom(seed),
    queue: createQueue(),
    trace: createTrace(maxTraceRows),
    pool: createPool(),
    neigh: createNeigh(),
    fdb: createFdb(),
    floods: createFloods(),
    flows: [],
    routed: createRouteCache(),
    arrivals: [],
    ct: createCt(),
    nfMet: [],
    received: { packet: -1, t_ns: 0 },
    rtnl: [],
    quiet: { on: true, generation: 1, words: new Int32Array(0) },
    shortWays: true,
    stats: new Float64Array(0),
    devs: [],
    netns: [],
    machines: [],
    sockets: [],
    nextPacket: 0,
  };
}

export const dev = (world: World, id: DevId): NetDevice => {
  return world.devs[id] ?? bug(`no device ${id}`);
};

export function netns(world: World, id: NetnsId): Netns {
  return world.netns[id] ?? bug(`no namespace ${id}`);
}

export function machineOf(world: World, netnsId: NetnsId): Machine {
  return world.machines[netns(world, netnsId).machine] as Machine;
}

/**
 * Forgets what quiet.ts and the caches of flows and routes (netdev/bridge/flows.ts, ipv4/route-cache.ts) know: to be called when an address, a
 * route, a setting, a port or a sniffer is added, and when the MTU or the state of a link changes.
 */
export function touchConfig(world: World): void {
  world.quiet.generation++;
}

/** The namespace's device of that name, or null. */
export function devByName(world: World, netnsId: NetnsId, name: string): NetDevice | null {
  for (const id of netns(world, netnsId).devs) {
    const candidate = dev(world, id);
    if (candidate.name === name) return candidate;
  }
  return null;
}

/** The namespace's device with that ifindex, or null. */
export function devByIndex(world: World, netnsId: NetnsId, ifindex: number): NetDevice | null {
  for (const id of netns(world, netnsId).devs) {
    const candidate = dev(world, id);
    if (candidate.ifindex === ifindex) return candidate;
  }
  return null;
}
