/**
 * The work that network simulators are compared by: N hosts on one bridge, each by a wire of its own. As many namespaces on one
 * machine, each with a veth pair to its bridge, so that every frame crosses two links and the bridge.
 */
import { assert } from "../src/base/assert.ts";
import { kernelDispatch, runUntil } from "../src/kernel/dispatch.ts";
import { inetAddrAdd } from "../src/kernel/fib/devinet.ts";
import { createBridge } from "../src/kernel/netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../src/kernel/netdev/bridge/port.ts";
import { devOpen } from "../src/kernel/netdev/device.ts";
import { devStats } from "../src/kernel/netdev/stats.ts";
import { createVeth } from "../src/kernel/netdev/veth.ts";
import { devQueueXmit } from "../src/kernel/netdev/xmit.ts";
import { addMachine, createNetns } from "../src/kernel/netns.ts";
import { newPacket } from "../src/kernel/record.ts";
import { sendTo } from "../src/kernel/socket/inet.ts";
import { socketCreate, socketRecv } from "../src/kernel/socket/socket.ts";
import { sysctlSet } from "../src/kernel/sysctl.ts";
import { EventKind, type NetDevice, type SocketId, type World } from "../src/kernel/types.ts";
import { createWorld } from "../src/kernel/world.ts";
import { allocFrame, frameStart } from "../src/sim/frames.ts";
import { type Ipv4, MAC_BROADCAST, MAC_ZERO } from "../src/wire/address.ts";
import { ARPOP_REQUEST, emitArp } from "../src/wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, emitEthernet } from "../src/wire/ethernet.ts";
import { emitIcmpEcho, ICMP_ECHO, ICMP_ECHOREPLY, ICMP_HLEN, icmpIdentifier, icmpType } from "../src/wire/icmpv4.ts";

const PAYLOAD = 56;
const US_NS = 1_000;
const ARP_LENGTH = 28;
/** 10.0.0.2 and on, as the reference has them, and an address that nobody has. */
const FIRST = 0x0a00_0002;
const NOBODY = 0x0a00_fa01 as Ipv4;

export interface Network {
  world: World;
  hosts: NetDevice[];
  /** A raw socket of each host that pings: no other has one, as in the reference. */
  sockets: SocketId[];
  replies: number;
}

export interface Result {
  hops: number;
  replies: number;
  wall_s: number;
}

const addressOf = (i: number) => (FIRST + i) as Ipv4;

/** @param count hosts; the neighbour table gets room for all pairs, as `sysctl -w net.ipv4.neigh.default.gc_thresh3=…` gives it */
export function build(count: number): Network {
  const world = createWorld(1);
  world.trace.on = false;
  const { id, initNetns } = addMachine(world, "host");
  for (const n of [1, 2, 3])
    sysctlSet(world, initNetns, `net.ipv4.neigh.default.gc_thresh${n}`, String(2 * count * count + 1024));
  const bridge = ok(createBridge(world, initNetns, { name: "br0" }));
  devOpen(world, bridge.id);
  const network: Network = { world, hosts: [], sockets: [], replies: 0 };
  for (let i = 0; i < count; i++) {
    const netns = createNetns(world, id, null);
    devOpen(world, netns.lo);
    const [port, host] = ok(createVeth(world, { netns: initNetns }, { netns: netns.id, name: "eth0" }));
    bridgeAddIf(world, bridge.id, port.id);
    devOpen(world, port.id);
    inetAddrAdd(world, host.id, { local: addressOf(i), prefixLen: 16 });
    devOpen(world, host.id);
    network.hosts.push(host);
  }
  advance(network, 1e9);
  world.trace.on = true;
  return network;
}

function ok<T>(value: T | number): T {
  assert(typeof value !== "number" || value >= 0, `errno ${String(value)}`);
  return value as T;
}

function openSockets({ world, hosts, sockets }: Network, count: number): void {
  for (let i = sockets.length; i < count; i++) {
    sockets.push(ok(socketCreate(world, (hosts[i] as NetDevice).netns, i, "raw", 1)));
  }
}

/** What a ping is put together in. */
const payload = new Uint8Array(ICMP_HLEN + PAYLOAD);

/** Sends an echo request by host `i`'s raw socket. */
function echo(network: Network, i: number, to: Ipv4, sequence: number): void {
  emitIcmpEcho(payload, 0, ICMP_ECHO, i + 1, sequence, PAYLOAD);
  sendTo(network.world, network.sockets[i] as SocketId, { address: to, payload });
}

/** Lets time pass. @param onReply host `i` got an answer */
function advance(network: Network, by_ns: number, onReply?: (i: number) => void): void {
  const { world, sockets } = network;
  runUntil(world, world.now_ns + by_ns, (w, event) => {
    if (kernelDispatch(w, event)) return;
    assert(event.kind === EventKind.SOCKET_READY, "an event of nobody's");
    const i = event.a;
    for (
      let message = socketRecv(w, sockets[i] as SocketId);
      message;
      message = socketRecv(w, sockets[i] as SocketId)
    ) {
      const icmp = ((message.bytes[0] as number) & 15) * 4;
      if (icmpType(message.bytes, icmp) !== ICMP_ECHOREPLY || icmpIdentifier(message.bytes, icmp) !== i + 1) continue;
      network.replies++;
      onReply?.(i);
    }
  });
}

/** Frames that crossed a link so far. */
function hops({ world, hosts }: Network): number {
  return hosts.reduce((sum, host) => {
    return sum + devStats(world, host.id).txPackets + devStats(world, host.peer as number).txPackets;
  }, 0);
}

function measure(network: Network, work: () => void): Result {
  const before = { hops: hops(network), replies: network.replies };
  const start_ms = performance.now();
  work();
  const wall_s = (performance.now() - start_ms) / 1000;
  return { hops: hops(network) - before.hops, replies: network.replies - before.replies, wall_s };
}

/** `count` echo requests from the first host to the second, each sent when the answer to the one before has come. */
export function flood(network: Network, count: number): Result {
  openSockets(network, 1);
  return measure(network, () => {
    let left = count;
    const next = () => {
      if (left > 0) echo(network, 0, addressOf(1), left-- & 0xffff);
    };
    next();
    while (left > 0) advance(network, 1e9, next);
    advance(network, 1e7, next);
  });
}

/** Each host pings every other once, with nothing known before, 10 µs between sends. @param onRound each has sent one more */
export function pairs(network: Network, onRound?: () => void): Result {
  const count = network.hosts.length;
  openSockets(network, count);
  return measure(network, () => {
    for (let k = 1; k < count; k++) {
      for (let i = 0; i < count; i++) {
        echo(network, i, addressOf((i + k) % count), k);
        advance(network, 10 * US_NS);
      }
      onRound?.();
    }
    advance(network, 1e9);
    onRound?.();
  });
}

/** The first host asks by ARP for an address that nobody has, `count` times, 10 µs apart. */
export function storm(network: Network, count: number): Result {
  const { world, hosts } = network;
  const host = hosts[0] as NetDevice;
  return measure(network, () => {
    for (let n = 0; n < count; n++) {
      const frame = allocFrame(world.pool, ETH_HLEN + ARP_LENGTH, newPacket(world));
      const at = frameStart(world.pool, frame);
      emitEthernet(world.pool.bytes, at, MAC_BROADCAST, host.mac, ETH_P_ARP);
      emitArp(world.pool.bytes, at + ETH_HLEN, ARPOP_REQUEST, host.mac, addressOf(0), MAC_ZERO, NOBODY);
      devQueueXmit(world, host.id, frame);
      advance(network, 10 * US_NS);
    }
    advance(network, 1e6);
  });
}
