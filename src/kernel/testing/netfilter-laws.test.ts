/** Laws under random rules and traffic: nothing leaks, every packet ends, the table of connections stays sound, copies go on alike. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatIpv4, type Ipv4, ipv4 } from "../../wire/address.ts";
import { copyWorld } from "../clone.ts";
import { fibAdd } from "../fib/fib.ts";
import { devClose, devOpen } from "../netdev/device.ts";
import { nfAppend, nfDeleteAt, nfFlush, nfNewChain, nfPolicy } from "../netfilter/admin.ts";
import { ctFlush, ctList } from "../netfilter/conntrack/admin.ts";
import { ctFind } from "../netfilter/conntrack/table.ts";
import { builtinChains, emptyRule, TABLES } from "../netfilter/tables.ts";
import {
  CtStateBit,
  CtStatusBit,
  type NfMatch,
  type NfRule,
  type NfTarget,
  type TableName,
} from "../netfilter/types.ts";
import { sendTo, socketBind } from "../socket/inet.ts";
import { socket, socketCreate } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import type { NetnsId, SocketId, World } from "../types.ts";
import { createInetLab, echo, pass, pingSocket } from "./inet.ts";
import { type Lab, rowsOf } from "./lab.ts";
import { range } from "./router.ts";

const HOSTS = 3;
const TARGETS = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.1", "10.0.0.255", "192.0.2.7", "127.0.0.1"];
const NAMES = Object.keys(TABLES) as TableName[];

interface Step {
  op: number;
  x: number;
  y: number;
  z: number;
}

const steps = fc.array(fc.record({ op: fc.nat(11), x: fc.nat(99), y: fc.nat(99), z: fc.nat(999) }), {
  minLength: 10,
  maxLength: 80,
});

interface Scene extends Lab {
  raw: SocketId[];
  udp: SocketId[];
}

function build(): Scene {
  const lab = createInetLab(HOSTS);
  const { world, spaces, machine } = lab;
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  const raw: SocketId[] = [];
  const udp: SocketId[] = [];
  for (const { id } of spaces) {
    fibAdd(world, id, { destination: 0 as Ipv4, prefixLen: 0, gateway: ipv4("10.0.0.1") }, "add");
    raw.push(pingSocket(world, id));
    udp.push(socketCreate(world, id, 1, "udp", 0));
    socketBind(world, udp.at(-1) as SocketId, 0 as Ipv4, 5000);
    for (const sock of [raw, udp]) socket(world, sock.at(-1) as SocketId).broadcast = true;
  }
  return { ...lab, raw, udp };
}

/** A target by number; whether its table and chain take it is the table's matter. */
function targetOf(n: number): NfTarget {
  const ports: [number, number] = [4000, 4000 + (n % 5)];
  const targets: NfTarget[] = [
    { kind: "ACCEPT" },
    { kind: "DROP" },
    { kind: "RETURN" },
    { kind: "NONE" },
    { kind: "TRACE" },
    { kind: "NOTRACK" },
    { kind: "LOG", level: 4, prefix: "", flags: n & 0x2f },
    { kind: "MARK", value: n, mask: 0xff },
    { kind: "REJECT", with: n % 2 === 0 ? "icmp-port-unreachable" : "tcp-reset" },
    { kind: "SNAT", range: range("10.0.0.1", n % 2 === 0 ? ports : undefined) },
    { kind: "DNAT", range: range(TARGETS[n % TARGETS.length], n % 3 === 0 ? ports : undefined) },
    { kind: "MASQUERADE", range: range() },
    { kind: "REDIRECT", range: range() },
    { kind: "TTL", mode: "dec", value: 1 },
    { kind: "jump", chain: 5 + (n % 2), goto: n % 3 === 0 },
  ];
  return targets[n % targets.length] as NfTarget;
}

function matchesOf(n: number): NfMatch[] {
  const matches: NfMatch[][] = [
    [],
    [{ kind: "state", states: 1 << (n % 5), invert: n % 2 === 0 }],
    [{ kind: "state", states: CtStateBit.NEW | CtStateBit.ESTABLISHED, invert: false }],
    [{ kind: "addrtype", source: null, destination: { bits: 1 << (n % 9), invert: false }, limitIface: null }],
    [{ kind: "limit", count: 1, unit: "second", burst: 2, credit: -1, prev_ns: -1 }],
    [{ kind: "udp", sports: null, dports: { from: 4000, to: 5000, invert: n % 2 === 0 } }],
    [{ kind: "statistic", mode: "random", probability: 2 ** 30, every: 1, packet: 0, count: 0, invert: false }],
  ];
  return matches[n % matches.length] as NfMatch[];
}

function addRandomRule(world: World, netns: NetnsId, y: number, z: number): void {
  const name = NAMES[y % NAMES.length] as TableName;
  const chains = [...builtinChains(name), "USER", "OTHER"];
  for (const chain of ["USER", "OTHER"]) nfNewChain(world, netns, name, chain);
  const rule: NfRule = { ...emptyRule(), matches: matchesOf(z), target: targetOf(Math.floor(z / 7)) };
  if (z % 4 === 0) rule.protocol = { number: z % 3 === 0 ? 17 : 1, invert: z % 5 === 0 };
  nfAppend(world, netns, name, chains[z % chains.length] as string, rule);
}

function apply(scene: Scene, world: World, { op, x, y, z }: Step): void {
  const host = x % HOSTS;
  const netns = z % 3 === 0 ? scene.spaces[host]!.id : scene.machine.initNetns;
  const name = NAMES[y % NAMES.length] as TableName;
  const target = TARGETS[y % TARGETS.length]!;
  const source = (x % 4 === 3 ? scene.udp : scene.raw)[host]!;
  switch (op) {
    case 0:
      // A train of them, so that there are flows.
      for (let n = 0; n < 5; n++) {
        echo(world, scene.raw[host]!, target, n);
        pass(world, 0.01);
      }
      break;
    case 1:
      echo(world, scene.raw[host]!, target, z, z % 5 === 0 ? 3000 : 56);
      break;
    case 2:
    case 3:
      sendTo(world, scene.udp[host]!, { address: ipv4(target), port: 5000 + (z % 2), payload: new Uint8Array(z) });
      break;
    case 4:
      pass(world, z / 100);
      break;
    case 5:
    case 6:
    case 7:
      addRandomRule(world, netns, y, z);
      break;
    case 8:
      if (z % 4 === 0) nfFlush(world, netns, name, null);
      else nfDeleteAt(world, netns, name, builtinChains(name)[z % 2] as string, 1);
      break;
    case 9:
      nfPolicy(world, netns, name, builtinChains(name)[z % 2] as string, z % 4 === 0 ? "DROP" : "ACCEPT");
      break;
    case 10:
      if (z % 3 === 0) ctFlush(world, netns);
      else sysctlSet(world, netns, "net.bridge.bridge-nf-call-iptables", String(z % 2));
      break;
    default:
      socket(world, source).ttl = z % 7 === 0 ? 1 : 64;
      if (z % 5 === 0) devClose(world, scene.hosts[host]!.id);
      else devOpen(world, scene.hosts[host]!.id);
  }
}

/** Packets that were sent and of which no row tells an end. */
function unfinished(world: World): number[] {
  const sent = new Set<number>();
  const ended = new Set<number>();
  const parents = new Map<number, number>();
  for (const row of rowsOf(world)) {
    if (row.kind === "SEND") sent.add(row.packet);
    if (row.kind === "DELIVER" || row.kind === "DROP") ended.add(row.packet);
    if (row.kind === "BRIDGE_FLOOD") for (let i = 0; i < row.b; i++) parents.set(row.a + i, row.packet);
  }
  for (const packet of Array.from(ended)) {
    for (let up = parents.get(packet); up !== undefined; up = parents.get(up)) ended.add(up);
  }
  return [...sent].filter((packet) => !ended.has(packet));
}

/** Every connection is found by both of its tuples, which are nobody else's, and counted once. */
function checkConnections(world: World): void {
  const t = world.ct;
  const counts = new Map<number, number>();
  for (let slot = 0; slot < t.used; slot++) {
    const netns = t.netns[slot]!;
    if (netns < 0 || (t.status[slot]! & CtStatusBit.CONFIRMED) === 0) continue;
    counts.set(netns, (counts.get(netns) ?? 0) + 1);
    for (let node = 2 * slot; node < 2 * slot + 2; node++) {
      // A socket that talks to itself has the same tuple both ways.
      const found = ctFind(t, netns, t.protocol[slot]!, t.source[node]!, t.destination[node]!, t.ports[node]!);
      expect(found >> 1).toBe(slot);
    }
  }
  for (const space of world.netns) if (space) expect(space.nf.ctCount).toBe(counts.get(space.id) ?? 0);
}

test("whatever the rules are, no frame stays in use, and every packet ends in a delivery or with a reason", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const scene = build();
      const { world } = scene;
      for (const step of list) {
        apply(scene, world, step);
        checkConnections(world);
      }
      pass(world, 200);
      checkConnections(world);
      expect(world.pool.live).toBe(0);
      expect(unfinished(world)).toEqual([]);
      for (const space of world.netns) {
        for (const { original } of ctList(world, space?.id ?? 0))
          expect(formatIpv4(original.source)).not.toBe("0.0.0.0");
      }
    }),
    { numRuns: 80 },
  );
});

test("a copy of a world with rules and connections goes on as the original does", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const scene = build();
      const { world } = scene;
      for (const step of before) apply(scene, world, step);
      const rows = world.trace.rows;
      const copy = copyWorld(world);
      copy.trace = structuredClone(world.trace);
      for (const one of [world, copy]) for (const step of after) apply(scene, one, step);
      expect(rowsOf(copy, rows)).toEqual(rowsOf(world, rows));
      expect(copy.nfMet).toEqual(world.nfMet);
    }),
    { numRuns: 30 },
  );
});

test("short ways are the same as long ones", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const [short, long] = [build(), build()];
      long.world.shortWays = false;
      for (const { world, ...scene } of [short, long]) for (const step of list) apply({ world, ...scene }, world, step);
      expect(rowsOf(long.world)).toEqual(rowsOf(short.world));
      expect(told(long.world)).toEqual(told(short.world));
    }),
    { numRuns: 60 },
  );
});

/** What users can see besides packets: counters of rules, connections and devices, what the bridge and netfilter know. */
function told(world: World): unknown {
  const tables = world.netns.flatMap((space) => space?.nf.tables ?? []);
  const chains = tables.flatMap(({ name, chains }) =>
    chains.map((chain) => ({ name, ...chain, program: null, walks: null })),
  );
  const connections = world.netns.map((space) => ctList(world, space?.id ?? 0));
  return [
    chains,
    connections,
    world.netns.map((space) => space?.nf.ctStats),
    world.nfMet,
    world.stats,
    world.fdb,
    world.ct,
  ];
}
