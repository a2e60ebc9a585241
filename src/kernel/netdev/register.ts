/**
 * How devices come into a namespace: names, numbers, defaults. register_netdevice(), dev_alloc_name() and dev_valid_name() of
 * net/core/dev.c, ether_setup() of net/ethernet/eth.c.
 */

import { randomU32 } from "../../base/random.ts";
import { MAC_ZERO, type Mac, mac } from "../../wire/address.ts";
import { EBUSY, EEXIST, EINVAL } from "../errno.ts";
import { inetdevInit } from "../fib/devinet.ts";
import { forgetPrograms } from "../netfilter/tables.ts";
import { rtnlLink } from "../rtnl/notify.ts";
import type { DevId, DevKind, NetDevice, Netns, NetnsId, World } from "../types.ts";
import { dev, devByIndex, devByName, netns } from "../world.ts";
import { LOOPBACK_LATENCY_NS } from "./latency.ts";
import { reserveStats } from "./stats.ts";

/** What is left out is as the kernel makes it: a random MAC, the next ifindex, MTU 1500, queue length 1000. */
export interface DeviceSpec {
  /** May have one %d, for the lowest free number. */
  name: string;
  kind: DevKind;
  mac?: Mac | undefined;
  ifindex?: number | undefined;
  mtu?: number | undefined;
  txQueueLen?: number | undefined;
}

const MAC_ALL_NODES_V6 = mac("33:33:00:00:00:01");
const IFNAMSIZ = 16;

/** A new device, down. EINVAL (impossible name), EEXIST (name taken), EBUSY (ifindex taken). */
export function registerNetdevice(world: World, netnsId: NetnsId, spec: DeviceSpec): NetDevice | number {
  const space = netns(world, netnsId);
  const name = allocName(world, space, spec.name);
  if (typeof name === "number") return name;
  const ifindex = takeIfindex(world, space, spec.ifindex ?? 0);
  if (ifindex < 0) return ifindex;
  const device = newDevice(world, netnsId, { ...spec, name, ifindex });
  world.devs.push(device);
  reserveStats(world, device.id);
  listDevice(world, device);
  inetdevInit(world, device.id);
  if (device.kind !== "veth") rtnlLink(world, device);
  return device;
}

/** A MAC that is nobody's: eth_random_addr(), locally administered and unicast. */
export function randomMac(world: World): Mac {
  const high = ((randomU32(world.random) >>> 16) & 0xfeff) | 0x0200;
  return (high * 0x1_0000_0000 + randomU32(world.random)) as Mac;
}

/** The name for a pattern, or an errno. */
export function allocName(world: World, space: Netns, pattern: string): string | number {
  if (!isValidName(pattern)) return EINVAL;
  const percent = pattern.indexOf("%");
  if (percent < 0) return devByName(world, space.id, pattern) === null ? pattern : EEXIST;
  if (!/^[^%]*%d[^%]*$/.test(pattern)) return EINVAL;
  const taken = new Set(space.devs.map((id) => dev(world, id).name));
  for (let n = 0; ; n++) {
    const name = pattern.replace("%d", String(n));
    if (!taken.has(name)) return name.length < IFNAMSIZ ? name : EINVAL;
  }
}

function isValidName(name: string): boolean {
  return name !== "" && name.length < IFNAMSIZ && name !== "." && name !== ".." && !/[/:\s]/.test(name);
}

/** Reserves a number: the one asked for, or (0) the next in turn that is free. EBUSY when taken. */
export function takeIfindex(world: World, space: Netns, wanted: number): number {
  if (wanted > 0) return devByIndex(world, space.id, wanted) === null ? wanted : EBUSY;
  // The list goes by ifindex: a number above its last can't be taken.
  const last = space.devs.at(-1);
  const highest = last === undefined ? 0 : dev(world, last).ifindex;
  while (space.nextIfindex <= highest && devByIndex(world, space.id, space.nextIfindex) !== null) space.nextIfindex++;
  return space.nextIfindex++;
}

/** Puts a device into its namespace's list, which goes by ifindex, and under its sniffers. */
export function listDevice(world: World, device: NetDevice): void {
  const space = netns(world, device.netns);
  // Mostly the last: looked for from there, so that a thousand devices are not gone through for the next.
  const before = space.devs.findLastIndex((id) => dev(world, id).ifindex < device.ifindex);
  space.devs.splice(before + 1, 0, device.id);
  device.taps.push(...space.taps);
  forgetPrograms(space);
}

/** Takes a device out of its namespace's list, and from under the sniffers of the whole namespace. */
export function unlistDevice(world: World, device: NetDevice): void {
  const space = netns(world, device.netns);
  space.devs = space.devs.filter((id) => id !== device.id);
  device.taps = device.taps.filter((socket) => !space.taps.includes(socket));
  forgetPrograms(space);
}

function newDevice(world: World, netnsId: NetnsId, spec: DeviceSpec & { ifindex: number }): NetDevice {
  const loopback = spec.kind === "loopback";
  const id: DevId = world.devs.length;
  return {
    id,
    ifindex: spec.ifindex,
    netns: netnsId,
    name: spec.name,
    kind: spec.kind,
    mac: spec.mac ?? (loopback ? MAC_ZERO : (netns(world, netnsId).macDraws[spec.ifindex] ?? randomMac(world))),
    macSet: spec.mac !== undefined,
    mtu: spec.mtu ?? (loopback ? 65536 : 1500),
    up: false,
    promiscuity: 0,
    promisc: false,
    allmulti: false,
    noarp: spec.kind === "dummy" || spec.kind === "ipip",
    multicast: !loopback,
    carrier: true,
    linkWatched: false,
    lowerDown: null,
    carrierUps: 0,
    carrierDowns: 0,
    linkPending: false,
    txQueueLen: spec.txQueueLen ?? 1000,
    qdisc: false,
    alias: "",
    group: 0,
    unicastList: [],
    unicastPromisc: false,
    multicastList: loopback ? [] : [MAC_ALL_NODES_V6],
    peer: null,
    latency_ns: loopback ? LOOPBACK_LATENCY_NS : 0,
    master: null,
    port: null,
    bridge: null,
    vxlan: null,
    ipTunnel: null,
    addresses: [],
    linkLocal: null,
    taps: [],
    conf: null,
    created_ns: world.now_ns,
  };
}
