import { beforeEach, expect, test } from "vitest";
import { DropReason, Nud } from "../../base/trace-kind.ts";
import { formatMac, MAC_BROADCAST, type Mac, mac } from "../../wire/address.ts";
import { EADDRNOTAVAIL, EBUSY, EEXIST, EINVAL } from "../errno.ts";
import { addMachine, createNetns, destroyNetns } from "../netns.ts";
import { nsidOf } from "../nsid.ts";
import { made, rowsOf, run, sendFrame } from "../testing/lab.ts";
import type { Machine, NetDevice, Netns, World } from "../types.ts";
import { createWorld, dev, devByName } from "../world.ts";
import { createBridge } from "./bridge/bridge.ts";
import { fdbAdd, fdbDel } from "./bridge/fdb-admin.ts";
import { bridgeAddIf } from "./bridge/port.ts";
import { operstate } from "./carrier.ts";
import { devMoveNetns, devOpen, devRename, devSetMac, devSetMtu, unregisterNetdevice } from "./device.ts";
import { createDummy, createNic, plugCable, unplugCable } from "./nic.ts";
import { randomMac, registerNetdevice } from "./register.ts";
import { devStats } from "./stats.ts";
import { createVeth } from "./veth.ts";

let world: World;
let machine: Machine;
let space: Netns;
const init = () => machine.initNetns;

beforeEach(() => {
  world = createWorld(7);
  machine = addMachine(world, "host");
  space = createNetns(world, machine.id, "ns1");
});

const names = (netns: Netns) => netns.devs.map((id) => `${dev(world, id).ifindex} ${dev(world, id).name}`);
const initSpace = () => world.netns[init()] as Netns;
const pair = (name?: string, peer?: string): [NetDevice, NetDevice] =>
  made(createVeth(world, { netns: init(), name }, { netns: init(), name: peer }));

test("a namespace begins with a loopback of number 1; a machine's first has it up", () => {
  expect([names(initSpace()), names(space)]).toEqual([["1 lo"], ["1 lo"]]);
  expect([dev(world, initSpace().lo).up, dev(world, space.lo).up]).toEqual([true, false]);
  const states = [initSpace(), space].map(({ lo }) => operstate(world, dev(world, lo)));
  expect([states, dev(world, space.lo).mtu]).toEqual([["UNKNOWN", "DOWN"], 65536]);
});

test("a veth takes two numbers, the peer the lower one, and keeps it where it moves", () => {
  made(createNic(world, init(), { name: "eth0" }));
  made(createBridge(world, init(), { name: "docker0" }));
  const [veth, peer] = pair("vethab", "vetmp");
  expect(names(initSpace())).toEqual(["1 lo", "2 eth0", "3 docker0", "4 vetmp", "5 vethab"]);
  expect(devMoveNetns(world, peer.id, space.id, "eth0")).toBe(0);
  expect(names(space)).toEqual(["1 lo", "4 eth0"]);
  expect(names(initSpace())).toEqual(["1 lo", "2 eth0", "3 docker0", "5 vethab"]);
  expect([nsidOf(world, init(), space.id), nsidOf(world, space.id, init())]).toEqual([0, 0]);
  // A number once given isn't given again, but one that is taken makes way.
  const [again] = pair();
  expect(again.ifindex).toBe(7);
  devMoveNetns(world, made(createDummy(world, init(), { name: "d0", ifindex: 44 })).id, space.id);
  const clash = made(createDummy(world, init(), { name: "d1", ifindex: 4 }));
  devMoveNetns(world, clash.id, space.id);
  expect(names(space)).toEqual(["1 lo", "2 d1", "4 eth0", "44 d0"]);
  expect(veth.peer).toBe(peer.id);
});

test("names: patterns take the lowest free number, what is taken or impossible is refused", () => {
  const [a, b] = pair();
  expect([a.name, b.name]).toEqual(["veth1", "veth0"]);
  unregisterNetdevice(world, a.id);
  expect(names(initSpace())).toEqual(["1 lo"]);
  pair("veth0", "x");
  expect(pair()[1].name).toBe("veth1");
  const add = (name: string, ifindex?: number) => registerNetdevice(world, init(), { name, kind: "dummy", ifindex });
  expect(add("veth0")).toBe(EEXIST);
  expect(add("d", 1)).toBe(EBUSY);
  for (const bad of ["", ".", "..", "a/b", "a b", "a:b", "%d%d", "%s", "sixteencharacter"])
    expect(add(bad)).toBe(EINVAL);
  expect(createVeth(world, { netns: init(), name: "veth0" }, { netns: init(), name: "y" })).toBe(EEXIST);
  expect(devByName(world, init(), "y")).toBeNull();
});

test("a random MAC is locally administered and no group's", () => {
  for (let i = 0; i < 200; i++) expect(Math.floor(randomMac(world) / 2 ** 40) & 3).toBe(2);
});

test("a veth has carrier while both ends are up", () => {
  const [a, b] = pair("va", "vb");
  expect([operstate(world, a), a.qdisc]).toEqual(["DOWN", false]);
  devOpen(world, a.id);
  expect([a.carrier, operstate(world, a), a.qdisc]).toEqual([false, "LOWERLAYERDOWN", true]);
  devOpen(world, b.id);
  expect([a.carrier, b.carrier, operstate(world, a), operstate(world, b)]).toEqual([true, true, "UP", "UP"]);
  devMoveNetns(world, b.id, space.id);
  expect([b.up, a.carrier]).toEqual([false, false]);
  // The lower device is looked for in the own namespace, and not there.
  expect(operstate(world, a)).toBe("DOWN");
});

test("a card has carrier while its cable leads to a card that is up", () => {
  const other = addMachine(world, "other");
  const a = made(createNic(world, init(), { name: "eth0" }));
  const b = made(createNic(world, other.initNetns, { name: "eth0" }));
  devOpen(world, a.id);
  expect(operstate(world, a)).toBe("DOWN");
  plugCable(world, a.id, b.id, 70_000);
  expect(a.carrier).toBe(false);
  devOpen(world, b.id);
  expect([a.carrier, b.carrier]).toEqual([true, true]);
  sendFrame(world, a.id, b.mac, a.mac);
  run(world, 70_000);
  expect(devStats(world, b.id)).toMatchObject({ rxPackets: 1, rxBytes: 60 });
  unplugCable(world, b.id);
  expect([a.carrier, b.carrier, a.peer]).toEqual([false, false, null]);
});

test("a frame sent without carrier is heard by nobody; one too long is dropped at the other end", () => {
  const [a, b] = pair("va", "vb");
  sendFrame(world, a.id, MAC_BROADCAST, a.mac);
  devOpen(world, a.id);
  sendFrame(world, a.id, MAC_BROADCAST, a.mac);
  devOpen(world, b.id);
  devSetMtu(world, b.id, 100);
  sendFrame(world, a.id, MAC_BROADCAST, a.mac, 119);
  sendFrame(world, a.id, MAC_BROADCAST, a.mac, 118);
  run(world, 1e6);
  const seen = rowsOf(world).flatMap(({ kind, dev, a }) =>
    kind === "DROP" ? [[dev, a]] : kind === "HOP" ? [[dev]] : [],
  );
  expect(seen).toEqual([
    [a.id, DropReason.DEV_READY],
    [a.id, DropReason.DEV_READY],
    [a.id],
    [b.id, DropReason.PKT_TOO_BIG],
    [a.id],
    [b.id, DropReason.UNHANDLED_PROTO],
  ]);
  expect(devStats(world, a.id)).toMatchObject({ txPackets: 1, txDropped: 3 });
  expect(devStats(world, b.id)).toMatchObject({ rxPackets: 1, rxDropped: 2 });
  expect(world.pool.live).toBe(0);
});

test("loopback gives back what it gets and counts no Ethernet header", () => {
  const lo = initSpace().lo;
  sendFrame(world, lo, 0 as Mac, 0 as Mac, 98);
  run(world, 1e6);
  expect(devStats(world, lo)).toMatchObject({ rxPackets: 1, rxBytes: 84, txPackets: 1, txBytes: 84 });
});

test("a dummy swallows frames", () => {
  const dummy = made(createDummy(world, init(), { name: "dummy0" }));
  devOpen(world, dummy.id);
  sendFrame(world, dummy.id, MAC_BROADCAST, dummy.mac);
  expect(devStats(world, dummy.id)).toMatchObject({ txPackets: 1, txBytes: 60 });
  expect([world.pool.live, operstate(world, dummy)]).toEqual([0, "UNKNOWN"]);
});

test("a device can be renamed while it is up, and the log says so", () => {
  const [, b] = pair("va", "vb");
  devOpen(world, b.id);
  expect(devRename(world, b.id, "va")).toBe(EEXIST);
  expect(devRename(world, b.id, "eth9")).toBe(0);
  expect(b.name).toBe("eth9");
  expect(machine.dmesg.at(-1)?.text).toBe("eth9: renamed from vb (while UP)");
});

test("MACs and MTUs that cannot be are refused", () => {
  const [a] = pair();
  expect(devSetMac(world, a.id, mac("01:00:00:00:00:01"))).toBe(EADDRNOTAVAIL);
  expect(devSetMac(world, initSpace().lo, mac("02:00:00:00:00:01"))).toBe(0);
  expect(devSetMac(world, a.id, mac("02:00:00:00:00:bb"))).toBe(0);
  expect(formatMac(a.mac)).toBe("02:00:00:00:00:bb");
  expect([67, 68, 65535, 65536].map((mtu) => devSetMtu(world, a.id, mtu))).toEqual([EINVAL, 0, 0, EINVAL]);
});

test("loopback and bridges don't change namespaces; a taken name is refused", () => {
  const bridge = made(createBridge(world, init(), { name: "br0" }));
  expect(devMoveNetns(world, bridge.id, space.id)).toBe(EINVAL);
  expect(devMoveNetns(world, space.lo, init())).toBe(EINVAL);
  made(createDummy(world, space.id, { name: "d0" }));
  expect(devMoveNetns(world, made(createDummy(world, init(), { name: "d0" })).id, space.id)).toBe(EEXIST);
});

test("a fresh bridge is UNKNOWN when set up; one that was given a MAC has no carrier", () => {
  const plain = made(createBridge(world, init(), { name: "br0" }));
  const docker = made(createBridge(world, init(), { name: "docker0", mac: mac("02:42:00:00:00:01") }));
  for (const { id } of [plain, docker]) devOpen(world, id);
  expect([operstate(world, plain), operstate(world, docker)]).toEqual(["UNKNOWN", "DOWN"]);
  expect([plain.bridge?.idMac, docker.bridge?.idMac]).toEqual([0, docker.mac]);
});

test("a device that listens to more addresses hears everything while it is up", () => {
  const [a] = pair();
  const request = { mac: mac("02:00:00:00:00:50"), self: true, master: false, state: Nud.PERMANENT };
  fdbAdd(world, a.id, { ...request, mode: "add" });
  expect(a.promiscuity).toBe(0);
  devOpen(world, a.id);
  expect([a.promiscuity, a.promisc]).toEqual([1, false]);
  expect(fdbDel(world, a.id, { ...request, state: Nud.REACHABLE })).toBe(EINVAL);
  expect(fdbDel(world, a.id, request)).toBe(0);
  expect(a.promiscuity).toBe(0);
});

test("deleting an end deletes the pair; a namespace's end takes its pairs and returns its cards", () => {
  const bridge = made(createBridge(world, init(), { name: "br0" }));
  const [a, b] = pair("va", "vb");
  bridgeAddIf(world, bridge.id, a.id);
  devMoveNetns(world, b.id, space.id);
  const nic = made(createNic(world, init(), { name: "eth1" }));
  devMoveNetns(world, nic.id, space.id);
  destroyNetns(world, space);
  expect(names(initSpace())).toEqual(["1 lo", "2 br0", "5 eth1"]);
  expect([world.devs[a.id], world.devs[b.id], world.netns[space.id]]).toEqual([null, null, null]);
  expect(bridge.bridge?.ports).toEqual([]);
  expect(nsidOf(world, init(), space.id)).toBeNull();
});
