/** Machines and network namespaces come and go: net/core/net_namespace.c. */
import { assert } from "../base/assert.ts";
import { MS_NS } from "../base/time.ts";
import { pushEvent } from "../sim/queue.ts";
import { createFib } from "./fib/table.ts";
import { devMoveNetns, devOpen, unregisterNetdevice } from "./netdev/device.ts";
import { registerNetdevice } from "./netdev/register.ts";
import { ctForgetNetns } from "./netfilter/conntrack/core.ts";
import { createNf } from "./netfilter/tables.ts";
import { forgetNsid } from "./nsid.ts";
import { createMib } from "./snmp.ts";
import { addFallback, IPIP_LOADED } from "./tunnel/ipip.ts";
import { EventKind, type Machine, type MachineId, type Netns, type NetnsId, type World } from "./types.ts";
import { dev, devByName, machineOf } from "./world.ts";

/** A kernel that has booted: one namespace, its loopback up. */
export function addMachine(world: World, name: string): Machine {
  const id: MachineId = world.machines.length;
  const machine: Machine = {
    id,
    name,
    initNetns: world.netns.length,
    sysctl: {},
    neighEntries: 0,
    neighFlushed_ns: 0,
    neighGcAt_ns: 0,
    linkwatchNext_ns: 0,
    nextPid: 1,
    legacyIptables: false,
    ipv6Off: false,
    dmesg: [],
  };
  world.machines.push(machine);
  const init = createNetns(world, id, null);
  devOpen(world, init.lo);
  return machine;
}

/** A namespace with nothing but a loopback, which is down. @param name as `ip netns add` gives it, else null */
export function createNetns(world: World, machine: MachineId, name: string | null): Netns {
  const netns: Netns = {
    id: world.netns.length,
    machine,
    name,
    devs: [],
    nextIfindex: 1,
    lo: -1,
    fib: createFib(),
    rules: null,
    sysctl: {},
    sockets: [],
    proxies: [],
    taps: [],
    nsids: [],
    macDraws: {},
    ipIdent: 0,
    mib: createMib(),
    icmpCredit: { tokens: 50, stamp_ns: 0 },
    peers: new Map(),
    exceptions: new Map(),
    fragments: [],
    tunnels: [],
    nf: createNf(),
  };
  world.netns.push(netns);
  const lo = registerNetdevice(world, netns.id, { name: "lo", kind: "loopback" });
  assert(typeof lo !== "number", "loopback is a namespace's first device");
  netns.lo = lo.id;
  if (world.machines[machine]?.sysctl[IPIP_LOADED] === 1) addFallback(world, netns.id);
  return netns;
}

/** What a work queue and the grace periods of RCU take: the next command still sees the veths that led there. */
const CLEANUP_NS = 18 * MS_NS;

/** put_net: the last user of a namespace is gone, which is taken apart a little later. */
export function putNetns(world: World, netns: Netns): void {
  pushEvent(world.queue, world.now_ns + CLEANUP_NS, EventKind.NETNS_CLEANUP, netns.id, 0, 0);
}

/** Event NETNS_CLEANUP, cleanup_net. */
export function cleanupNet(world: World, id: NetnsId): void {
  const netns = world.netns[id];
  if (netns) destroyNetns(world, netns);
}

/**
 * The last user of a namespace is gone: its virtual devices go (a veth with its other end), cards fall back to the machine's first
 * namespace.
 */
export function destroyNetns(world: World, netns: Netns): void {
  const home = machineOf(world, netns.id).initNetns;
  assert(netns.id !== home, "a machine's first namespace stays");
  for (const id of [...netns.devs].reverse()) {
    const device = world.devs[id];
    if (!device || device.netns !== netns.id) continue;
    if (device.kind !== "nic") unregisterNetdevice(world, id);
    else devMoveNetns(world, id, home, devByName(world, home, dev(world, id).name) === null ? device.name : "dev%d");
  }
  forgetNsid(world, netns.id);
  ctForgetNetns(world, netns.id);
  world.netns[netns.id] = null;
}
