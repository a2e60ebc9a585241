/**
 * Marks of what a view is made of: the raw numbers, words and records, one behind the other, as they were when the view was last made.
 * A view is made anew only when one of them differs; lists begin with their length, so that no two states have the same marks. Writing marks allocates nothing, which making a view and comparing it does.
 */
import { routes } from "../kernel/fib/fib.ts";
import { fdbSlots } from "../kernel/netdev/bridge/fdb.ts";
import { operstate } from "../kernel/netdev/carrier.ts";
import type { CtTable } from "../kernel/netfilter/conntrack/table.ts";
import { type NetDevice, type Netns, RT_TABLE_MAIN, type World } from "../kernel/types.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { type Subject, viewTerminal } from "./view.ts";
import { newestSlots } from "./view-netfilter.ts";
import { viewSockets } from "./view-sockets.ts";

export interface Marks {
  values: unknown[];
  /** Where the next one goes while they are written. */
  at: number;
  differs: boolean;
}

export function createMarks(): Marks {
  return { values: [], at: 0, differs: true };
}

function put(m: Marks, value: unknown): void {
  if (m.at >= m.values.length || m.values[m.at] !== value) {
    m.values[m.at] = value;
    m.differs = true;
  }
  m.at++;
}

function begin(m: Marks): void {
  m.at = 0;
  m.differs = false;
}

function end(m: Marks): boolean {
  if (m.at < m.values.length) m.differs = true;
  m.values.length = m.at;
  return m.differs;
}

/** Writes what a device's view is made of. @returns whether any of it is other than before */
export function markLink(m: Marks, world: World, device: NetDevice): boolean {
  begin(m);
  put(m, device.ifindex);
  put(m, device.name);
  put(m, device.kind);
  put(m, device.mac);
  put(m, device.mtu);
  put(m, device.up);
  put(m, device.carrier);
  put(m, operstate(world, device));
  put(m, device.master);
  put(m, device.port?.portNo);
  put(m, device.peer);
  put(m, device.peer === null ? null : world.devs[device.peer]?.ifindex);
  put(m, device.addresses.length);
  for (const { local, prefixLen, secondary } of device.addresses) {
    put(m, local);
    put(m, prefixLen);
    put(m, secondary);
  }
  put(m, device.bridge?.ageing_ns);
  if (device.bridge !== null) markFdb(m, world, device);
  markTunnel(m, device);
  return end(m);
}

function markFdb(m: Marks, { fdb }: World, bridge: NetDevice): void {
  const slots = fdbSlots(fdb, bridge.id);
  put(m, slots.length);
  for (const slot of slots) {
    put(m, fdb.macHi[slot]);
    put(m, fdb.macLo[slot]);
    put(m, fdb.dev[slot]);
    put(m, fdb.flags[slot]);
    put(m, fdb.updated_ns[slot]);
    put(m, fdb.row[slot]);
  }
}

function markTunnel(m: Marks, { vxlan, ipTunnel }: NetDevice): void {
  const tunnel = vxlan ?? ipTunnel;
  put(m, tunnel?.local);
  put(m, tunnel?.remote);
  put(m, tunnel?.link);
  put(m, vxlan?.vni);
  put(m, vxlan?.port);
  for (const entry of vxlan?.fdb ?? []) {
    put(m, entry.remotes.length);
    for (const remote of entry.remotes) put(m, remote.ip);
    put(m, entry.mac);
    put(m, entry.state);
    put(m, entry.externLearn);
    put(m, entry.updated_ns);
    put(m, entry.row);
  }
}

/** Writes what a node's view is made of but its devices and neighbours. @returns whether any of it is other than before */
export function markNode(m: Marks, world: PlaygroundWorld, subject: Subject): boolean {
  const { id, kind, name, machine, netns, netnsOwner, container, space } = subject;
  begin(m);
  for (const value of [id, kind, name, machine, netns, netnsOwner]) put(m, value);
  put(m, container?.id);
  put(m, container?.image);
  put(m, container?.state);
  put(m, container?.networkMode);
  put(m, container?.pid);
  const { busy, away, prompt } = viewTerminal(world, id);
  put(m, busy);
  put(m, away);
  put(m, prompt);
  put(m, space?.id);
  if (space !== null) markSpace(m, world, space);
  return end(m);
}

function markSpace(m: Marks, world: PlaygroundWorld, space: Netns): void {
  const table = routes(world, space.id, RT_TABLE_MAIN);
  put(m, table.length);
  for (const route of table) {
    for (const value of Object.values(route)) put(m, value);
    put(m, route.dev === null ? null : world.devs[route.dev]?.name);
  }
  markTables(m, space);
  put(m, space.nf.ctCount);
  if (space.nf.ctCount > 0) for (const slot of newestSlots(world, space.id)) markConnection(m, world.ct, slot);
  if (space.sockets.length + space.tunnels.length > 0) markSockets(m, world, space);
}

function markTables(m: Marks, { nf }: Netns): void {
  put(m, nf.tables.length);
  for (const table of nf.tables) {
    put(m, table.name);
    put(m, table.chains.length);
    for (const chain of table.chains) {
      if (chain === null) continue;
      put(m, chain.name);
      put(m, chain.hook === null ? null : chain.policy);
      put(m, chain.packets);
      put(m, chain.bytes);
      put(m, chain.rules.length);
      for (const rule of chain.rules) {
        // A rule's words never change; the name of the chain that it jumps to may.
        put(m, rule);
        put(m, rule.target.kind === "jump" ? table.chains[rule.target.chain]?.name : null);
        put(m, rule.packets);
        put(m, rule.bytes);
      }
    }
  }
}

function markConnection(m: Marks, ct: CtTable, slot: number): void {
  put(m, ct.id[slot]);
  put(m, ct.status[slot]);
  put(m, ct.timeout_ns[slot]);
  put(m, ct.state[slot]);
  for (const node of [2 * slot, 2 * slot + 1]) {
    put(m, ct.source[node]);
    put(m, ct.destination[node]);
    put(m, ct.ports[node]);
    put(m, ct.packets[node]);
  }
}

function markSockets(m: Marks, world: PlaygroundWorld, space: Netns): void {
  for (const { owner, ...socket } of viewSockets(world, space.id)) {
    for (const value of Object.values(socket)) put(m, value);
    put(m, owner?.program);
    put(m, owner?.pid);
    put(m, owner?.node);
  }
}
