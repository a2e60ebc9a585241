/** Addresses of networks: subnets from the default pools, the lowest free address for a container (libnetwork/ipam). */
import { err, ok, type Result } from "../../base/result.ts";
import { routes } from "../../kernel/fib/fib.ts";
import { RT_TABLE_MAIN, Scope } from "../../kernel/types.ts";
import { broadcastOf, type Cidr, cidr, formatIpv4, type Ipv4, type Mac, networkOf } from "../../wire/address.ts";
import type { DockerWorld, Engine, Network } from "../types.ts";

/** ipamutils' local scope default networks: 172.17 to 172.31 as /16, then 192.168.0.0/16 in /20s. */
const DEFAULT_POOLS: readonly Cidr[] = [
  ...Array.from({ length: 15 }, (_, i) => cidr(`172.${17 + i}.0.0/16`)),
  ...Array.from({ length: 16 }, (_, i) => cidr(`192.168.${16 * i}.0/20`)),
];

export function contains(subnet: Cidr, address: Ipv4): boolean {
  return networkOf(address, subnet.prefixLength) === networkOf(subnet.address, subnet.prefixLength);
}

export function overlaps(x: Cidr, y: Cidr): boolean {
  return x.prefixLength <= y.prefixLength ? contains(x, y.address) : contains(y, x.address);
}

/**
 * A default pool that overlaps neither a network nor what is on a link of the host's (CheckRouteOverlaps). The search goes on behind the one that was found last, round and round
 * (predefinedStartIndices), so that a network that is made anew has another subnet.
 */
export function electSubnet(world: DockerWorld, engine: Engine): Cidr | null {
  const machine = world.machines[engine.machine];
  const inUse: Cidr[] = Object.values(engine.networks).flatMap((n) => (n.subnet ? [n.subnet] : []));
  for (const route of machine ? routes(world, machine.initNetns, RT_TABLE_MAIN) : []) {
    if (route.prefixLen > 0 && route.scope === Scope.LINK)
      inUse.push({ address: route.destination, prefixLength: route.prefixLen });
  }
  const pools = engine.settings.addressPools ?? DEFAULT_POOLS;
  for (let i = 0; i < pools.length; i++) {
    const at = (engine.nextPool + i) % pools.length;
    const pool = pools[at] as Cidr;
    if (inUse.some((used) => overlaps(pool, used))) continue;
    engine.nextPool = (at + 1) % pools.length;
    return pool;
  }
  return null;
}

/** Whether a subnet that somebody chose meets another network's. Routes of the host don't count. */
export function subnetTaken(engine: Engine, subnet: Cidr): boolean {
  return Object.values(engine.networks).some((n) => n.subnet !== null && overlaps(n.subnet, subnet));
}

/** Takes an address: the one `wanted`, or the lowest that is free. The error is the Engine's. */
export function takeAddress(network: Network, wanted: Ipv4 | null): Result<Ipv4, string> {
  const { subnet } = network;
  if (subnet === null) return err("No available addresses on this pool");
  if (wanted !== null) {
    if (!contains(subnet, wanted)) {
      return err(`Invalid address ${formatIpv4(wanted)}: It does not belong to any of this network's subnets`);
    }
    if (network.taken.includes(wanted) || isEdge(subnet, wanted)) return err("Address already in use");
    network.taken.push(wanted);
    return ok(wanted);
  }
  const range = network.ipRange ?? subnet;
  const last = broadcastOf(range.address, range.prefixLength);
  const first: number = networkOf(range.address, range.prefixLength);
  const taken = new Uint8Array(Math.min(last - first + 1, network.taken.length + 3));
  for (const address of network.taken) taken[address - first] = 1;
  for (let a = first; a <= last; a++) {
    const address = a as Ipv4;
    if (taken[a - first] === 1 || isEdge(subnet, address)) continue;
    network.taken.push(address);
    return ok(address);
  }
  return err(`no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`);
}

/** The network's own address and its broadcast address are never handed out. */
function isEdge(subnet: Cidr, address: Ipv4): boolean {
  return (
    address === networkOf(subnet.address, subnet.prefixLength) ||
    address === broadcastOf(subnet.address, subnet.prefixLength)
  );
}

export function releaseAddress(network: Network, address: Ipv4): void {
  network.taken = network.taken.filter((a) => a !== address);
}

/** 02:42 and the address. */
export function macOfAddress(address: Ipv4): Mac {
  return (0x0242_0000_0000 + address) as Mac;
}
