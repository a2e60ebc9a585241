/** What the tests of netfilter share: clients on one side of a router, servers on the other, and rules in few words. */
import { assert } from "../../base/assert.ts";
import { type Ipv4, ipv4 } from "../../wire/address.ts";
import { inetAddrAdd } from "../fib/devinet.ts";
import { fibAdd } from "../fib/fib.ts";
import { devOpen } from "../netdev/device.ts";
import { createVeth } from "../netdev/veth.ts";
import { nfAppend } from "../netfilter/admin.ts";
import { emptyRule, nfFindChain, nfTable } from "../netfilter/tables.ts";
import type { NatRange, NfRule, TableName } from "../netfilter/types.ts";
import { addMachine, createNetns } from "../netns.ts";
import { socketBind } from "../socket/inet.ts";
import { socketCreate } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import type { NetDevice, NetnsId, SocketId, World } from "../types.ts";
import { createWorld } from "../world.ts";
import { made } from "./lab.ts";

export interface RouterLab {
  world: World;
  router: NetnsId;
  /** Client i is 10.0.i.2, reached by the router's device c0, c1 …; server i is 198.51.i.2, by s0, s1 …; the router is .1. */
  clients: NetnsId[];
  servers: NetnsId[];
}

/** A router that forwards, with namespaces around it. */
export function createRouterLab(clients: number, servers: number, seed: number | string = 1): RouterLab {
  const world = createWorld(seed);
  const machine = addMachine(world, "router");
  const lab: RouterLab = { world, router: machine.initNetns, clients: [], servers: [] };
  for (let i = 0; i < clients; i++) lab.clients.push(attach(lab, machine.id, `c${i}`, `10.0.${i}`));
  for (let i = 0; i < servers; i++) lab.servers.push(attach(lab, machine.id, `s${i}`, `198.51.${i}`));
  sysctlSet(world, lab.router, "net.ipv4.ip_forward", "1");
  return lab;
}

function attach(lab: RouterLab, machine: number, name: string, prefix: string): NetnsId {
  const { world } = lab;
  const space = createNetns(world, machine, null);
  const [near, far] = made(createVeth(world, { netns: lab.router, name }, { netns: space.id, name: "eth0" }));
  const give = (device: NetDevice, host: number) => {
    devOpen(world, device.id);
    assert(inetAddrAdd(world, device.id, { local: ipv4(`${prefix}.${host}`), prefixLen: 24 }) === 0, "no address");
  };
  give(near, 1);
  devOpen(world, space.lo);
  give(far, 2);
  fibAdd(world, space.id, { destination: ipv4("0.0.0.0"), prefixLen: 0, gateway: ipv4(`${prefix}.1`) }, "add");
  return space.id;
}

/** Appends a rule that says what `fields` say. @param to a user's chain to jump to, instead of `fields.target` */
export function addRule(
  world: World,
  netns: NetnsId,
  table: TableName,
  chain: string,
  fields: Partial<NfRule>,
  to?: string,
): void {
  const rule = { ...emptyRule(), ...fields };
  if (to !== undefined) {
    rule.target = { kind: "jump", chain: nfFindChain(nfTable(world, netns, table), to), goto: false };
  }
  const error = nfAppend(world, netns, table, chain, rule);
  assert(error === 0, `cannot add a rule: ${error}`);
}

export function range(addresses?: string, ports?: [number, number]): NatRange {
  const address = addresses === undefined ? null : ipv4(addresses);
  return {
    addresses: address === null ? null : { from: address, to: address },
    ports: ports === undefined ? null : { from: ports[0], to: ports[1] },
    random: false,
    randomFully: false,
    persistent: false,
  };
}

/** A UDP socket with a port of its own. */
export function udpSocket(world: World, netns: NetnsId, port: number, address = 0 as Ipv4): SocketId {
  const id = socketCreate(world, netns, 1, "udp", 17);
  assert(id >= 0 && socketBind(world, id, address, port) === 0, "no socket");
  return id;
}
