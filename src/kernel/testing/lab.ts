/** Small networks for the kernel's tests, and the trace as readable rows. */
import { assert } from "../../base/assert.ts";
import { TraceKind } from "../../base/trace-kind.ts";
import { allocFrame, frameStart } from "../../sim/frames.ts";
import { type TraceRow, rowsOf as traceRowsOf } from "../../sim/rows.ts";
import { type Ipv4, MAC_BROADCAST, MAC_ZERO, type Mac } from "../../wire/address.ts";
import { ARP_LEN, emitArp } from "../../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../../wire/ethernet.ts";
import { kernelDispatch, runUntil } from "../dispatch.ts";
import { createBridge } from "../netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../netdev/bridge/port.ts";
import { devOpen } from "../netdev/device.ts";
import { createVeth } from "../netdev/veth.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { addMachine, createNetns } from "../netns.ts";
import { newPacket } from "../record.ts";
import { type DevId, EventKind, type Machine, type NetDevice, type Netns, type World } from "../types.ts";
import { createWorld } from "../world.ts";

/** An EtherType that no protocol has: IEEE's first for local experiments. */
export const ETH_P_LOCAL = 0x88b5;

export interface Lab {
  world: World;
  machine: Machine;
  bridge: NetDevice;
  /** Ends on the bridge, and what is at their other ends, by number. */
  ports: NetDevice[];
  hosts: NetDevice[];
  spaces: Netns[];
}

/** The value, where an errno would be a bug of the test. */
export function made<T>(value: T | number): T {
  assert(typeof value !== "number", `errno ${String(value)}`);
  return value;
}

/** A bridge that is up, with `count` namespaces on it, each by a veth pair `eth0` that is up at both ends. */
export function createLab(count: number, seed: number | string = 1): Lab {
  const world = createWorld(seed);
  const machine = addMachine(world, "host");
  const bridge = made(createBridge(world, machine.initNetns, { name: "br0" }));
  const lab: Lab = { world, machine, bridge, ports: [], hosts: [], spaces: [] };
  devOpen(world, bridge.id);
  for (let i = 0; i < count; i++) addHost(lab);
  return lab;
}

/** One more namespace on the lab's bridge. Its MAC is 02:00:00:00:00:n with n from 1. */
export function addHost(lab: Lab): NetDevice {
  const { world, machine, bridge } = lab;
  const space = createNetns(world, machine.id, null);
  devOpen(world, space.lo);
  const mac = (0x0200_0000_0001 + lab.hosts.length) as Mac;
  const [port, host] = made(createVeth(world, { netns: machine.initNetns }, { netns: space.id, name: "eth0", mac }));
  bridgeAddIf(world, bridge.id, port.id);
  devOpen(world, port.id);
  devOpen(world, host.id);
  lab.ports.push(port);
  lab.hosts.push(host);
  lab.spaces.push(space);
  return host;
}

/** Sends a frame and returns its packet id. */
export function sendFrame(world: World, from: DevId, dst: Mac, src: Mac, length = 60, type = ETH_P_LOCAL): number {
  const packet = newPacket(world);
  const frame = allocFrame(world.pool, length, packet);
  const at = frameStart(world.pool, frame);
  world.pool.bytes.fill(packet & 0xff, at, at + length);
  emitEthernet(world.pool.bytes, at, dst, src, type);
  devQueueXmit(world, from, frame);
  return packet;
}

/** Broadcasts an ARP packet and returns its packet id. */
export function sendArp(world: World, from: DevId, op: number, src: Mac, sender: Ipv4, target: Ipv4): number {
  const packet = newPacket(world);
  const frame = allocFrame(world.pool, ETH_HLEN + ARP_LEN, packet);
  const at = frameStart(world.pool, frame);
  emitEthernet(world.pool.bytes, at, MAC_BROADCAST, src, ETH_P_ARP);
  emitArp(world.pool.bytes, at + ETH_HLEN, op, src, sender, MAC_ZERO, target);
  devQueueXmit(world, from, frame);
  return packet;
}

/** Lets time pass. Nobody reads the sockets. */
export function run(world: World, by_ns: number): void {
  runUntil(world, world.now_ns + by_ns, (w, event) => {
    assert(kernelDispatch(w, event) || event.kind === EventKind.SOCKET_READY, `nobody handles ${event.kind}`);
  });
}

export type Row = Omit<TraceRow, "kind"> & { kind: string };

const KIND_NAMES = new Map<number, string>(Object.entries(TraceKind).map(([name, kind]) => [kind, name]));

/** The trace's rows from number `from` on, with the names of their kinds. */
export function rowsOf(world: World, from = 0): Row[] {
  return [...traceRowsOf(world.trace, from)].map((row) => ({ ...row, kind: KIND_NAMES.get(row.kind) ?? "?" }));
}
