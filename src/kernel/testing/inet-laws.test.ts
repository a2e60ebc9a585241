/** Laws of layer 3 under random traffic and random changes: nothing leaks, every packet ends, copies go on alike. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Nud } from "../../base/trace-kind.ts";
import { type Ipv4, ipv4, type Mac } from "../../wire/address.ts";
import { copyWorld } from "../clone.ts";
import { inetAddrAdd, inetAddrDel } from "../fib/devinet.ts";
import { fibAdd } from "../fib/fib.ts";
import { neighAdd, neighDel } from "../neigh/admin.ts";
import { devClose, devOpen } from "../netdev/device.ts";
import { sendTo, socketBind } from "../socket/inet.ts";
import { packetBind } from "../socket/packet.ts";
import { socket, socketCreate } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import type { SocketId, World } from "../types.ts";
import { addAddress, createInetLab, echo, pass, pingSocket } from "./inet.ts";
import { type Lab, rowsOf } from "./lab.ts";

const HOSTS = 3;
const TARGETS = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.1", "10.0.0.9", "10.0.0.255", "192.0.2.7", "224.0.0.1"];

interface Step {
  op: number;
  x: number;
  y: number;
  z: number;
}

const steps = fc.array(fc.record({ op: fc.nat(11), x: fc.nat(99), y: fc.nat(99), z: fc.nat(99) }), { maxLength: 40 });

interface Scene extends Lab {
  raw: SocketId[];
  udp: SocketId[];
}

/** Three hosts whose default route is the bridge, which forwards; each has a raw and a UDP socket. */
function build(): Scene {
  const lab = createInetLab(HOSTS);
  const { world, spaces, machine } = lab;
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  const gateway = ipv4("10.0.0.1");
  const raw: SocketId[] = [];
  const udp: SocketId[] = [];
  for (const { id } of spaces) {
    fibAdd(world, id, { destination: 0 as Ipv4, prefixLen: 0, gateway }, "add");
    raw.push(pingSocket(world, id));
    const datagrams = socketCreate(world, id, 1, "udp", 0);
    socketBind(world, datagrams, 0 as Ipv4, 5000);
    udp.push(datagrams);
    for (const sock of [raw, udp]) socket(world, sock.at(-1) as SocketId).broadcast = true;
  }
  return { ...lab, raw, udp };
}

function apply(scene: Scene, world: World, { op, x, y, z }: Step): void {
  const host = x % HOSTS;
  const dev = scene.hosts[host]!.id;
  const raw = scene.raw[host]!;
  const target = TARGETS[y % TARGETS.length]!;
  const ip = ipv4(target);
  switch (op) {
    case 0:
    case 1:
    case 2:
      socket(world, raw).ttl = z % 7 === 0 ? 1 : 64;
      echo(world, raw, target, z, z % 5 === 0 ? 3000 : z);
      break;
    case 3:
      sendTo(world, scene.udp[host]!, {
        address: ip,
        port: z % 2 === 0 ? 5000 : 6000,
        payload: new Uint8Array(z * 30),
      });
      break;
    case 4:
      pass(world, z / 10);
      break;
    case 5:
      if (z % 2 === 0) devClose(world, dev);
      else devOpen(world, dev);
      break;
    case 6:
      if (z % 3 === 0) inetAddrDel(world, dev, { prefixLen: 24 });
      else inetAddrAdd(world, dev, { local: ipv4(`10.0.0.${(z % 4) + 2}`), prefixLen: 24 });
      break;
    case 7:
      if (z % 3 === 0) neighDel(world, dev, ip);
      else
        neighAdd(
          world,
          dev,
          { ip, mac: (0x02_00_00_00_00_00 + z) as Mac, state: z % 2 ? Nud.STALE : Nud.PERMANENT },
          "replace",
        );
      break;
    case 8:
      sysctlSet(world, scene.spaces[host]!.id, "net.ipv4.ip_forward", String(z % 2));
      break;
    case 9:
      sysctlSet(world, scene.spaces[host]!.id, "net.ipv4.icmp_echo_ignore_broadcasts", String(z % 2));
      break;
    case 10:
      pass(world, z);
      break;
    default:
      packetBind(world, socketCreate(world, scene.spaces[host]!.id, 1, "packet", 3), z % 2 ? dev : null);
  }
}

/** Packets that were sent and of which no row tells an end. */
function unfinished(world: World): number[] {
  const sent = new Set<number>();
  const ended = new Set<number>();
  const children = new Map<number, number>();
  for (const row of rowsOf(world)) {
    if (row.kind === "SEND") sent.add(row.packet);
    if (row.kind === "DELIVER" || row.kind === "DROP") ended.add(row.packet);
    if (row.kind === "BRIDGE_FLOOD") for (let i = 0; i < row.b; i++) children.set(row.a + i, row.packet);
  }
  for (const packet of Array.from(ended)) {
    let id = packet;
    for (let parent = children.get(id); parent !== undefined; parent = children.get(id)) {
      ended.add(parent);
      id = parent;
    }
  }
  return [...sent].filter((packet) => !ended.has(packet));
}

test("whatever happens, no frame stays in use, and every packet ends in a delivery or with a reason", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const scene = build();
      const { world } = scene;
      for (const step of list) apply(scene, world, step);
      pass(world, 200);
      expect(world.pool.live).toBe(0);
      expect(unfinished(world)).toEqual([]);
      expect(world.machines[0]!.neighEntries).toBeGreaterThanOrEqual(0);
      const counted = Array.from({ length: world.neigh.used }, (_, entry) => entry).filter(
        (entry) => world.neigh.dev[entry]! >= 0 && world.neigh.state[entry] !== Nud.PERMANENT,
      );
      expect(world.machines[0]!.neighEntries).toBe(counted.length);
    }),
    { numRuns: 60 },
  );
});

test("a copy of the world goes on as the original does", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const scene = build();
      for (const step of before) apply(scene, scene.world, step);
      const rows = scene.world.trace.rows;
      const copy = copyWorld(scene.world);
      copy.trace = structuredClone(scene.world.trace);
      for (const world of [scene.world, copy]) {
        for (const step of after) apply(scene, world, step);
        pass(world, 100);
      }
      expect(rowsOf(copy, rows)).toEqual(rowsOf(scene.world, rows));
    }),
    { numRuns: 25 },
  );
});

test("an address that goes away leaves no route, neighbour or socket's packet behind it in flight", () => {
  const { world, hosts, spaces, raw } = build();
  echo(world, raw[0]!, "10.0.0.9");
  addAddress(world, hosts[0]!.id, "198.51.100.1/24");
  echo(world, raw[0]!, "198.51.100.9");
  inetAddrDel(world, hosts[0]!.id, { prefixLen: 24 });
  inetAddrDel(world, hosts[0]!.id, { prefixLen: 24 });
  pass(world, 10);
  expect(world.pool.live).toBe(0);
  expect(spaces[0]!.fib.main.routes).toEqual([]);
});
