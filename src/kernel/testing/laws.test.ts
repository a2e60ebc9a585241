import fc from "fast-check";
import { expect, test } from "vitest";
import { rewindTrace } from "../../sim/trace.ts";
import { type Ipv4, ipv4, MAC_BROADCAST, type Mac } from "../../wire/address.ts";
import { ARPOP_REPLY, ARPOP_REQUEST } from "../../wire/arp.ts";
import { emitIcmpEcho, ICMP_ECHO, ICMP_HLEN } from "../../wire/icmpv4.ts";
import { IPPROTO_ICMP } from "../../wire/ipv4.ts";
import { copyWorld } from "../clone.ts";
import { inetAddrAdd, inetAddrDel } from "../fib/devinet.ts";
import { fibAdd } from "../fib/fib.ts";
import { neighEntries } from "../neigh/admin.ts";
import { createBridge, setPortFlags } from "../netdev/bridge/bridge.ts";
import { fdbEntries } from "../netdev/bridge/fdb-admin.ts";
import { setAgeing } from "../netdev/bridge/learn.ts";
import { bridgeAddIf, bridgeDelIf } from "../netdev/bridge/port.ts";
import {
  devClose,
  devMoveNetns,
  devOpen,
  devSetMac,
  devSetMtu,
  setNoarp,
  unregisterNetdevice,
} from "../netdev/device.ts";
import { createNic, plugCable } from "../netdev/nic.ts";
import { setPromisc } from "../netdev/promisc.ts";
import { devStats } from "../netdev/stats.ts";
import { createVeth } from "../netdev/veth.ts";
import { addMachine, createNetns, destroyNetns } from "../netns.ts";
import { sendTo } from "../socket/inet.ts";
import { socketClose, socketCreate } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import type { BridgePort, NetDevice, Netns, World } from "../types.ts";
import { createWorld } from "../world.ts";
import { made, rowsOf, run, sendArp, sendFrame } from "./lab.ts";

/** One thing that happens; the numbers pick among what there is at that time. */
interface Step {
  op: string;
  x: number;
  y: number;
  z: number;
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const devices = (world: World, matches: (device: NetDevice) => boolean = () => true) =>
  world.devs.filter((device): device is NetDevice => device !== null && matches(device));
/** Namespaces that hosts live in. */
const hostSpaces = (world: World) => world.netns.filter((space): space is Netns => space !== null && space.id > 1);
const bridges = (world: World) => devices(world, ({ bridge }) => bridge !== null);

/** Three bridges in a row, three hosts on each by veth, and a second machine by a slower cable; all of it up. */
function build(): World {
  const world = createWorld(3);
  const machine = addMachine(world, "host");
  const other = addMachine(world, "other");
  const row = [0, 1, 2].map((i) => made(createBridge(world, machine.initNetns, { name: `br${i}` })));
  const init = { netns: machine.initNetns };
  for (const [i, bridge] of row.entries()) {
    const next = row[i + 1];
    if (next) {
      const [a, b] = made(createVeth(world, init, init));
      bridgeAddIf(world, bridge.id, a.id);
      bridgeAddIf(world, next.id, b.id);
    }
    for (let k = 0; k < 3; k++) addHost(world, bridge);
  }
  const near = made(createNic(world, machine.initNetns, { name: "eth0" }));
  const far = made(createNic(world, other.initNetns, { name: "eth0" }));
  plugCable(world, near.id, far.id, 60_000);
  bridgeAddIf(world, (row[0] as NetDevice).id, near.id);
  for (const device of devices(world)) devOpen(world, device.id);
  run(world, 1e9);
  return world;
}

function addHost(world: World, bridge: NetDevice): void {
  const space = createNetns(world, 0, null);
  const [port, host] = made(createVeth(world, { netns: bridge.netns }, { netns: space.id, name: "eth0" }));
  bridgeAddIf(world, bridge.id, port.id);
  inetAddrAdd(world, host.id, { local: pickAddress(host.id), prefixLen: 24, broadcast: BROADCAST });
  const socket = socketCreate(world, space.id, 1, "raw", IPPROTO_ICMP);
  if (world.sockets[socket]) world.sockets[socket].broadcast = true;
  for (const { id } of [port, host]) devOpen(world, id);
}

/** One of a few addresses, so that some are met. */
const BROADCAST = ipv4("10.0.0.255");
const pickAddress = (n: number) => (0x0a000001 + (n % 14)) as Ipv4;

type Play = (world: World, x: number, y: number, z: number) => void;

/** Does something to a device picked by x, if there is one of the kind. */
const onDevice =
  (
    matches: (device: NetDevice) => boolean,
    act: (world: World, device: NetDevice, y: number, z: number) => void,
  ): Play =>
  (world, x, y, z) => {
    const device = pick(
      devices(world, (one) => one.kind !== "loopback" && matches(one)),
      x,
    );
    if (device) act(world, device, y, z);
  };

const isEnd = (device: NetDevice) => device.master === null && device.bridge === null;
const FLAGS = ["isolated", "flood", "learning", "bcastFlood", "mcastFlood"] as const;

function macs(world: World): Mac[] {
  const known = devices(world).map(({ mac }) => mac);
  return [
    MAC_BROADCAST,
    MAC_BROADCAST,
    0x0100_5e00_0001 as Mac,
    0x0180_c200_000e as Mac,
    0x0200_0000_0099 as Mac,
    ...known,
  ];
}

const OPS: Record<string, Play> = {
  send: onDevice(
    (device) => isEnd(device) || device.bridge !== null,
    (world, device, y, z) => {
      const source = z % 5 === 0 ? (pick(macs(world), z) as Mac) : device.mac;
      sendFrame(world, device.id, pick(macs(world), y) as Mac, source, 60 + (z % 3) * 400);
    },
  ),
  run: (world, x) => run(world, [0, 25_000, 30_000, 1e9][x % 4] as number),
  up: onDevice(
    () => true,
    (world, { id }) => devOpen(world, id),
  ),
  down: onDevice(
    () => true,
    (world, { id }) => devClose(world, id),
  ),
  // Only what leads to nothing but a host, so that no loop comes about.
  plug: onDevice(
    (device) => isEnd(device) && device.netns === 0 && device.peer !== null,
    (world, device, y) => {
      const bridge = pick(bridges(world), y);
      const peer = world.devs[device.peer as number] as NetDevice;
      if (bridge && isEnd(peer) && peer.netns !== 0) bridgeAddIf(world, bridge.id, device.id);
    },
  ),
  unplug: onDevice(
    ({ master }) => master !== null,
    (world, device) => bridgeDelIf(world, device.master as number, device.id),
  ),
  flags: onDevice(
    ({ port }) => port !== null,
    (world, device, y, z) => setPortFlags(world, device.id, { [pick(FLAGS, y) as keyof BridgePort]: z % 2 === 0 }),
  ),
  promisc: onDevice(
    () => true,
    (world, { id }, y) => setPromisc(world, id, y % 2 === 0),
  ),
  mac: onDevice(
    () => true,
    (world, { id }, y) => devSetMac(world, id, (0x0200_0000_0001 + (y % 9)) as Mac),
  ),
  mtu: onDevice(
    () => true,
    (world, { id }, y) => devSetMtu(world, id, y % 2 === 0 ? 1500 : 500),
  ),
  move: onDevice(
    (device) => isEnd(device) && device.netns > 1,
    (world, { id }, y) => {
      const space = pick(hostSpaces(world), y);
      if (space) devMoveNetns(world, id, space.id, "moved%d");
    },
  ),
  remove: onDevice(
    () => true,
    (world, { id }, y) => y % 4 === 0 && unregisterNetdevice(world, id),
  ),
  end: (world, x, y) => {
    const space = pick(hostSpaces(world), x);
    if (!space || y % 3 !== 0) return;
    for (const socket of world.sockets) if (socket?.netns === space.id) socketClose(world, socket.id);
    destroyNetns(world, space);
  },
  ageing: (world, x, y) => {
    const bridge = pick(bridges(world), x);
    if (bridge) setAgeing(world, bridge, (y % 4) * 1e9);
  },
  host: (world, x) => {
    const bridge = pick(bridges(world), x);
    if (bridge) addHost(world, bridge);
  },
  ask: onDevice(isEnd, (world, device, y, z) => {
    const sender =
      z % 7 === 0 ? (0 as Ipv4) : z % 3 === 0 ? pickAddress(z) : (device.addresses[0]?.local ?? pickAddress(z));
    sendArp(world, device.id, z % 4 === 0 ? ARPOP_REPLY : ARPOP_REQUEST, device.mac, sender, pickAddress(y));
  }),
  address: onDevice(isEnd, (world, { id }, y, z) =>
    inetAddrAdd(world, id, { local: pickAddress(y), prefixLen: 24 + (z % 9) }),
  ),
  unaddress: onDevice(isEnd, (world, { id }, y) => inetAddrDel(world, id, { local: pickAddress(y) })),
  route: onDevice(isEnd, (world, { id, netns }, y) =>
    fibAdd(world, netns, { destination: pickAddress(y), prefixLen: 32, type: "local", dev: id }, "add"),
  ),
  setting: onDevice(isEnd, (world, { netns, name }, y, z) => {
    const where = pick(["all", "default", name], y);
    const what = pick(["forwarding", "arp_accept", "proxy_arp", "arp_ignore"], y);
    sysctlSet(world, netns, `net.ipv4.conf.${where}.${what}`, String(z % 2));
  }),
  ping: (world, x, y, z) => {
    const id = pick(
      world.sockets.flatMap((socket, n) => (socket === null || world.netns[socket.netns] === null ? [] : [n])),
      x,
    );
    if (id === undefined) return;
    const payload = new Uint8Array(ICMP_HLEN + (z % 3) * 700);
    emitIcmpEcho(payload, 0, ICMP_ECHO, id, y & 0xffff, payload.length - ICMP_HLEN);
    sendTo(world, id, { address: z % 9 === 0 ? BROADCAST : pickAddress(y), payload });
  },
  arp: onDevice(isEnd, (world, { id }, y) => setNoarp(world, id, y % 4 === 0)),
};

const often = [
  ...Array(8).fill("send"),
  ...Array(12).fill("ask"),
  ...Array(12).fill("ping"),
  ...Array(6).fill("run"),
  "up",
  "up",
  "up",
  "plug",
  "plug",
];
const steps = fc.array(
  fc.record({ op: fc.constantFrom(...Object.keys(OPS), ...often), x: fc.nat(), y: fc.nat(), z: fc.nat() }),
  { maxLength: 60, size: "max" },
);

const play = (world: World, list: readonly Step[]) => {
  for (const { op, x, y, z } of list) (OPS[op] as Play)(world, x, y, z);
};

const state = (world: World) => ({
  stats: world.devs.map((_, id) => devStats(world, id)),
  fdb: bridges(world).map(({ id }) => fdbEntries(world, id)),
  neigh: world.netns.map((space) => (space === null ? [] : neighEntries(world, space.id))),
  devs: world.devs,
  random: world.random,
});

test("no frame vanishes: each packet ends exactly once, and every frame's place is given back", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const world = build();
      const from = world.trace.rows;
      play(world, list);
      run(world, 40e9);
      expect(world.pool.live).toBe(0);
      const held = bridges(world).flatMap(({ bridge }) => bridge?.floodPlans.flatMap((plan) => plan?.lists ?? []));
      expect(world.floods.lists.filter((one) => one !== null).length).toBe(held.length);
      const open = new Map<number, number>();
      // A packet of IPv4 may end more than once: in a socket and in the kernel, or in fragments.
      const parted = new Set<number>();
      // … and where copies of fragments become one datagram again, it goes by the name of one of them.
      const merged = new Set<number>();
      const add = (packet: number, ends: number) => open.set(packet, (open.get(packet) ?? 0) + ends);
      for (const { kind, packet, a, b } of rowsOf(world, from)) {
        if (kind === "FDB_DELETE" || (kind === "FDB_ADD" && b !== 0) || packet < 0) continue;
        add(packet, 0);
        if ((kind === "SEND" || kind === "DELIVER") && b >= 0) parted.add(packet);
        if (kind === "DROP" || kind === "DELIVER" || kind === "BRIDGE_FLOOD") add(packet, 1);
        if (kind === "BRIDGE_FLOOD") {
          for (let i = 0; i < b; i++) {
            add(a + i, 0);
            if (!parted.has(packet)) continue;
            merged.add(a + i);
            // A bridge cuts what a port is too small for.
            parted.add(a + i);
          }
        }
        // What was flooded lives on in the bridge's own interface.
        if (kind === "BRIDGE_UP" && b < 0 && open.get(packet) === 1) add(packet, -1);
      }
      const lost = [...open].filter(([packet, ends]) => ends < 1 && !merged.has(packet));
      const twice = [...open].filter(([packet, ends]) => ends > 1 && !parted.has(packet));
      expect({ lost, twice }).toEqual({ lost: [], twice: [] });
    }),
    { numRuns: 150 },
  );
});

test("a flood as one event, and a frame's short way, are the same as an event for each port and the long way", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const [one, many] = [build(), build()];
      many.floods.asOneEvent = false;
      many.quiet.on = false;
      many.shortWays = false;
      for (const world of [one, many]) {
        play(world, list);
        run(world, 1e9);
      }
      expect(rowsOf(many)).toEqual(rowsOf(one));
      for (const { bridge } of [...bridges(one), ...bridges(many)]) if (bridge) bridge.floodPlans = [];
      expect(state(many)).toEqual(state(one));
    }),
    { numRuns: 60 },
  );
});

test("a copied world goes on as the original does, and touches nothing of it", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const world = build();
      play(world, before);
      const copy = copyWorld(world);
      const mark = { rows: world.trace.rows, frames: world.trace.frames };
      play(world, after);
      const rows = rowsOf(world);
      const end = structuredClone(state(world));
      rewindTrace(world.trace, mark.rows, mark.frames);
      play(copy, after);
      expect(rowsOf(copy)).toEqual(rows);
      expect(state(copy)).toEqual(end);
      expect(state(world)).toEqual(end);
    }),
    { numRuns: 60 },
  );
});
