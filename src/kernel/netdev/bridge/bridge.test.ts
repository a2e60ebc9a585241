import { beforeEach, describe, expect, test } from "vitest";
import { DropReason, Nud } from "../../../base/trace-kind.ts";
import { formatMac, MAC_BROADCAST, type Mac, mac } from "../../../wire/address.ts";
import { EBUSY, EEXIST, EINVAL, ELOOP, ENOENT, EOPNOTSUPP } from "../../errno.ts";
import { addHost, createLab, type Lab, made, type Row, rowsOf, run, sendFrame } from "../../testing/lab.ts";
import type { Bridge, BridgePort, NetDevice } from "../../types.ts";
import { devClose, devOpen, devSetMac, devSetMtu, unregisterNetdevice } from "../device.ts";
import { setPromiscuity } from "../promisc.ts";
import { devStats } from "../stats.ts";
import { createVeth } from "../veth.ts";
import { createBridge, setPortFlags } from "./bridge.ts";
import { fdbAdd, fdbDel, fdbEntries, fdbLookup } from "./fdb-admin.ts";
import { setAgeing } from "./learn.ts";
import { bridgeAddIf, bridgeDelIf, setMaster } from "./port.ts";
import { setStp } from "./stp/stp.ts";

const HOP_NS = 25_000;
const SECOND_NS = 1_000_000_000;
const NOBODY = mac("02:00:00:00:00:99");

let lab: Lab;
let from: number;
const host = (i: number) => lab.hosts[i] as NetDevice;
const port = (i: number) => lab.ports[i] as NetDevice;
const portOf = (i: number) => port(i).port as BridgePort;

beforeEach(() => {
  lab = createLab(3);
  run(lab.world, SECOND_NS);
  from = lab.world.trace.rows;
});

/** Rows since the lab was made, of these kinds. */
const rows = (...kinds: string[]): Row[] => rowsOf(lab.world, from).filter((row) => kinds.includes(row.kind));
const send = (i: number, dst: Mac, src = host(i).mac) => sendFrame(lab.world, host(i).id, dst, src);
const learned = () =>
  fdbEntries(lab.world, lab.bridge.id)
    .filter((entry) => !entry.isLocal)
    .map((entry) => `${formatMac(entry.mac)} ${lab.ports.findIndex(({ id }) => id === entry.dev)}`);

describe("flooding", () => {
  test("goes to the newest port first, never back, and to the bridge itself last", () => {
    const packet = send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    const copies = lab.world.nextPacket - 2;
    expect(rows("HOP", "BRIDGE_FLOOD", "BRIDGE_UP").map(({ kind, dev, packet, a }) => [kind, dev, packet, a])).toEqual([
      ["HOP", host(0).id, packet, port(0).id],
      ["BRIDGE_FLOOD", lab.bridge.id, packet, copies],
      ["HOP", port(2).id, copies, host(2).id],
      ["HOP", port(1).id, copies + 1, host(1).id],
      ["BRIDGE_UP", lab.bridge.id, packet, port(0).id],
    ]);
    expect(rows("DROP").map(({ t_ns, dev }) => [t_ns - SECOND_NS, dev])).toEqual([
      [HOP_NS, lab.bridge.id],
      [2 * HOP_NS, host(2).id],
      [2 * HOP_NS, host(1).id],
    ]);
    expect(lab.world.pool.live).toBe(0);
  });

  test("of unknown unicast leaves the bridge's own interface out", () => {
    send(0, NOBODY);
    run(lab.world, SECOND_NS);
    expect(rows("BRIDGE_UP")).toEqual([]);
    expect(rows("HOP").map(({ dev }) => dev)).toEqual([host(0).id, port(2).id, port(1).id]);
  });

  test("respects the ports' flags, except for what the bridge itself sends to groups", () => {
    setPortFlags(lab.world, port(1).id, { flood: false, mcastFlood: false, bcastFlood: false });
    send(0, NOBODY);
    send(0, MAC_BROADCAST);
    send(0, mac("01:00:5e:00:00:05"));
    run(lab.world, SECOND_NS);
    expect(rows("HOP").filter(({ dev }) => dev === port(1).id)).toEqual([]);
    sendFrame(lab.world, lab.bridge.id, MAC_BROADCAST, lab.bridge.mac);
    expect(rows("HOP").filter(({ dev }) => dev === port(1).id).length).toBe(1);
  });

  test("goes back out only of a hairpin port", () => {
    setPortFlags(lab.world, port(0).id, { hairpin: true });
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    expect(rows("HOP").map(({ dev }) => dev)).toEqual([host(0).id, port(2).id, port(1).id, port(0).id]);
  });

  test("does not pass between isolated ports", () => {
    for (const i of [0, 1]) setPortFlags(lab.world, port(i).id, { isolated: true });
    send(0, MAC_BROADCAST);
    send(2, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    const out = [port(2).id, port(1).id, port(0).id];
    expect(
      rows("HOP")
        .filter(({ dev }) => out.includes(dev))
        .map(({ dev }) => dev),
    ).toEqual(out);
  });

  test("with no port to go to is a drop with its reason", () => {
    for (const i of [1, 2]) devClose(lab.world, port(i).id);
    const packet = send(0, NOBODY);
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ packet, a, dev }) => [packet, a, dev])).toEqual([
      [packet, DropReason.BRIDGE_NO_EGRESS, lab.bridge.id],
    ]);
  });

  test("drops a frame too long for one port, and only there", () => {
    devSetMtu(lab.world, port(1).id, 500);
    sendFrame(lab.world, host(0).id, NOBODY, host(0).mac, 1000);
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ dev, a }) => [dev, a])).toEqual([
      [port(1).id, DropReason.PKT_TOO_BIG],
      [host(2).id, DropReason.UNHANDLED_PROTO],
    ]);
  });
});

describe("learning", () => {
  test("a source is learned, then found, then moves", () => {
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    send(1, host(0).mac);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual(["02:00:00:00:00:02 1", "02:00:00:00:00:01 0"]);
    expect(rows("BRIDGE_FORWARD").map(({ a, b }) => [a, b])).toEqual([[port(0).id, port(1).id]]);
    send(2, MAC_BROADCAST, host(0).mac);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual(["02:00:00:00:00:02 1", "02:00:00:00:00:01 2"]);
    expect(rows("FDB_ADD", "FDB_MOVE").map(({ kind, a, b }) => [kind, a, b])).toEqual([
      ["FDB_ADD", port(0).id, 0],
      ["FDB_ADD", port(1).id, 0],
      ["FDB_MOVE", port(2).id, 0],
    ]);
  });

  test("a frame for where it came from is dropped", () => {
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    send(0, host(0).mac, NOBODY);
    run(lab.world, SECOND_NS);
    expect(rows("DROP").at(-1)).toMatchObject({ dev: port(0).id, a: DropReason.BRIDGE_SAME_PORT });
  });

  test("a group's or no source is dropped, and a port's own is logged but not learned", () => {
    send(0, MAC_BROADCAST, mac("03:00:00:00:00:01"));
    send(0, MAC_BROADCAST, mac("00:00:00:00:00:00"));
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ dev }) => dev)).toEqual([port(0).id, port(0).id]);
    send(0, MAC_BROADCAST, port(1).mac);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual([]);
    expect(lab.machine.dmesg.at(-1)?.text).toBe(
      `br0: received packet on veth0 with own address as source address (addr:${formatMac(port(1).mac)}, vlan:0)`,
    );
  });

  test("an entry unused for the ageing time goes, by a clean-up that runs when the oldest is due", () => {
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    setAgeing(lab.world, lab.bridge, 4 * SECOND_NS);
    run(lab.world, SECOND_NS);
    send(1, MAC_BROADCAST);
    const learnedAt = SECOND_NS + HOP_NS;
    run(lab.world, 10 * SECOND_NS);
    expect(learned()).toEqual([]);
    const gone = rows("FDB_DELETE");
    expect(gone.map(({ t_ns, packet, frame, a, b }) => [t_ns, packet, frame, a, b])).toEqual([
      [learnedAt + 4 * SECOND_NS, 0x0200, 1, port(0).id, 2],
      [learnedAt + 6 * SECOND_NS, 0x0200, 2, port(1).id, 2],
    ]);
  });

  test("what is used is not aged, what only answers is", () => {
    setAgeing(lab.world, lab.bridge, 4 * SECOND_NS);
    send(0, MAC_BROADCAST);
    for (let i = 0; i < 5; i++) {
      run(lab.world, 2 * SECOND_NS);
      send(1, host(0).mac);
    }
    expect(learned()).toEqual(["02:00:00:00:00:02 1"]);
  });

  test("a port that goes down forgets what it learned but keeps its own and static entries", () => {
    send(0, MAC_BROADCAST);
    send(1, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    fdbAdd(lab.world, port(0).id, { mac: NOBODY, self: false, master: true, state: Nud.NOARP, mode: "add" });
    devClose(lab.world, port(0).id);
    expect(learned()).toEqual(["02:00:00:00:00:99 0", "02:00:00:00:00:02 1"]);
    const own = fdbEntries(lab.world, lab.bridge.id).filter((entry) => entry.isLocal);
    expect(new Set(own.map((entry) => entry.mac))).toEqual(new Set(lab.ports.map((device) => device.mac)));
  });
});

describe("the bridge's own interface", () => {
  test("takes what is for its MAC, and what is for a port's", () => {
    devSetMac(lab.world, lab.bridge.id, mac("02:00:00:00:aa:aa"));
    const packet = send(0, lab.bridge.mac);
    const other = send(0, port(2).mac);
    run(lab.world, SECOND_NS);
    expect(rows("BRIDGE_UP").map(({ packet, a, b }) => [packet, a, b])).toEqual([
      [packet, port(0).id, -1],
      [other, port(0).id, -1],
    ]);
  });

  test("when promiscuous hears what passes, as a copy", () => {
    send(1, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    setPromiscuity(lab.world, lab.bridge.id, 1);
    const packet = send(0, host(1).mac);
    run(lab.world, SECOND_NS);
    expect(rows("BRIDGE_FORWARD").at(-1)).toMatchObject({ packet, a: port(1).id, b: port(0).id });
    expect(rows("BRIDGE_UP").at(-1)).toMatchObject({ a: port(0).id, b: packet });
    expect(rows("BRIDGE_UP").at(-1)?.packet).not.toBe(packet);
    expect(lab.world.pool.live).toBe(0);
  });

  test("counts without the Ethernet header what it takes, with it what it sends", () => {
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    sendFrame(lab.world, lab.bridge.id, MAC_BROADCAST, lab.bridge.mac);
    run(lab.world, SECOND_NS);
    expect(devStats(lab.world, lab.bridge.id)).toMatchObject({ rxPackets: 1, rxBytes: 46, txPackets: 1, txBytes: 60 });
    expect(devStats(lab.world, host(1).id)).toMatchObject({ rxPackets: 2, rxBytes: 120, txPackets: 0 });
    expect(devStats(lab.world, port(1).id)).toMatchObject({ rxPackets: 0, txPackets: 2, txBytes: 120 });
  });

  test("has carrier while a port forwards", () => {
    expect(lab.bridge.carrier).toBe(true);
    for (const device of lab.hosts) devClose(lab.world, device.id);
    expect(lab.bridge.carrier).toBe(false);
    expect(lab.ports.map(({ carrier, port }) => [carrier, port?.state])).toEqual(Array(3).fill([false, "disabled"]));
    devOpen(lab.world, host(2).id);
    expect(lab.bridge.carrier).toBe(true);
  });

  test("down disables its ports; up again they forward", () => {
    devClose(lab.world, lab.bridge.id);
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ dev, a }) => [dev, a])).toEqual([[port(0).id, DropReason.BRIDGE_INGRESS_STP_STATE]]);
    devOpen(lab.world, lab.bridge.id);
    expect([0, 1, 2].map((i) => portOf(i).state)).toEqual(Array(3).fill("forwarding"));
  });

  test("has its ports' lowest MAC until somebody sets one", () => {
    const lowest = () =>
      Math.min(...(lab.bridge.bridge as Bridge).ports.map((id) => (lab.world.devs[id] as NetDevice).mac));
    expect(lab.bridge.mac).toBe(lowest());
    devSetMac(lab.world, port(1).id, mac("00:00:00:00:00:07"));
    expect(formatMac(lab.bridge.mac)).toBe("00:00:00:00:00:07");
    bridgeDelIf(lab.world, lab.bridge.id, port(1).id);
    expect(lab.bridge.mac).toBe(lowest());
    devSetMac(lab.world, lab.bridge.id, NOBODY);
    for (const i of [0, 2]) bridgeDelIf(lab.world, lab.bridge.id, port(i).id);
    expect(lab.bridge.mac).toBe(NOBODY);
  });

  test("without ports and without a MAC that was set has none", () => {
    for (const device of lab.ports) bridgeDelIf(lab.world, lab.bridge.id, device.id);
    expect(lab.bridge.mac).toBe(0);
    expect(fdbEntries(lab.world, lab.bridge.id)).toEqual([]);
  });

  test("has an entry of its own until a port's MAC becomes its own", () => {
    const other = made(createBridge(lab.world, lab.machine.initNetns, { name: "br1" }));
    const own = () => fdbEntries(lab.world, other.id).map((entry) => [entry.mac, entry.dev]);
    expect(own()).toEqual([[other.mac, null]]);
    setMaster(lab.world, port(0).id, other.id);
    expect(own()).toEqual([[port(0).mac, port(0).id]]);
    // Setting a port's MAC anew to what it is gives the entry to the bridge.
    devSetMac(lab.world, port(0).id, port(0).mac);
    expect(own()).toEqual([[port(0).mac, null]]);
  });

  test("follows its ports' smallest MTU until somebody sets it", () => {
    devSetMtu(lab.world, port(1).id, 1400);
    expect(lab.bridge.mtu).toBe(1400);
    devSetMtu(lab.world, lab.bridge.id, 1300);
    devSetMtu(lab.world, port(1).id, 1200);
    expect(lab.bridge.mtu).toBe(1300);
  });
});

describe("link-local groups, 01:80:c2:00:00:0x", () => {
  test("stay on the port, except the bridge group's while STP is off", () => {
    send(0, mac("01:80:c2:00:00:0e"));
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ dev, a }) => [dev, a])).toEqual([[port(0).id, DropReason.UNHANDLED_PROTO]]);
    send(0, mac("01:80:c2:00:00:00"));
    run(lab.world, SECOND_NS);
    expect(rows("BRIDGE_FLOOD").length).toBe(1);
  });

  test("pause frames are dropped", () => {
    send(0, mac("01:80:c2:00:00:01"));
    run(lab.world, SECOND_NS);
    expect(rows("DROP").map(({ dev, a }) => [dev, a])).toEqual([[port(0).id, DropReason.NOT_SPECIFIED]]);
  });
});

describe("ports", () => {
  test("take the lowest free number", () => {
    expect([0, 1, 2].map((i) => portOf(i).portNo)).toEqual([1, 2, 3]);
    bridgeDelIf(lab.world, lab.bridge.id, port(1).id);
    addHost(lab);
    expect(portOf(3).portNo).toBe(2);
  });

  test("are refused as Linux refuses them", () => {
    const { world, bridge, machine } = lab;
    const other = made(createBridge(world, machine.initNetns, { name: "br1" }));
    expect(bridgeAddIf(world, bridge.id, other.id)).toBe(ELOOP);
    expect(bridgeAddIf(world, bridge.id, 0)).toBe(EINVAL);
    expect(bridgeAddIf(world, other.id, port(0).id)).toBe(EBUSY);
    expect(bridgeDelIf(world, other.id, port(0).id)).toBe(EINVAL);
    expect(setMaster(world, port(0).id, other.id)).toBe(0);
    expect([bridge.bridge?.ports.length, other.bridge?.ports]).toEqual([2, [port(0).id]]);
  });

  test("are logged as they come and go", () => {
    const { world, machine, bridge } = lab;
    machine.dmesg.length = 0;
    const [veth] = made(createVeth(world, { netns: machine.initNetns }, { netns: machine.initNetns }));
    bridgeAddIf(world, bridge.id, veth.id);
    devOpen(world, veth.id);
    devOpen(world, veth.peer as number);
    expect(machine.dmesg.map(({ text }) => text)).toEqual([
      "br0: port 4(veth4) entered blocking state",
      "br0: port 4(veth4) entered disabled state",
      "veth4: entered allmulticast mode",
      "veth4: entered promiscuous mode",
      "br0: port 4(veth4) entered blocking state",
      "br0: port 4(veth4) entered forwarding state",
    ]);
  });

  test("with STP listen and learn for the forward delay each before they forward", () => {
    setStp(lab.world, lab.bridge, true);
    devClose(lab.world, port(0).id);
    devOpen(lab.world, port(0).id);
    const states = [5, 10, 15, 10].map((seconds) => {
      const { state } = portOf(0);
      run(lab.world, seconds * SECOND_NS);
      return state;
    });
    expect(states).toEqual(["listening", "listening", "learning", "forwarding"]);
    send(0, MAC_BROADCAST);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual(["02:00:00:00:00:01 0"]);
  });

  test("a frame on its way to a device that goes is dropped, with its reason", () => {
    const packet = send(0, MAC_BROADCAST);
    run(lab.world, HOP_NS);
    unregisterNetdevice(lab.world, port(1).id);
    run(lab.world, SECOND_NS);
    expect(rows("DROP").filter(({ a }) => a === DropReason.DEV_READY)).toMatchObject([{ dev: -1, packet: packet + 2 }]);
    expect(lab.world.pool.live).toBe(0);
    expect(lab.world.floods.holds.every((holds) => holds === 0)).toBe(true);
  });
});

describe("entries by hand", () => {
  const request = { mac: NOBODY, self: false, master: true, state: Nud.NOARP, mode: "add" as const };

  test("a static entry sends frames where it says, and can be replaced and deleted", () => {
    const { world, bridge } = lab;
    expect(fdbAdd(world, port(1).id, request)).toBe(0);
    expect(fdbAdd(world, port(2).id, request)).toBe(EEXIST);
    expect(fdbAdd(world, port(2).id, { ...request, mode: "replace" })).toBe(0);
    send(0, NOBODY);
    run(world, SECOND_NS);
    expect(rows("BRIDGE_FORWARD").map(({ a }) => a)).toEqual([port(2).id]);
    const entry = fdbLookup(world, bridge.id, NOBODY);
    expect(entry).toMatchObject({ dev: port(2).id, isStatic: true, isLocal: false, addedByUser: true });
    expect(fdbDel(world, port(1).id, request)).toBe(ENOENT);
    expect(fdbDel(world, port(2).id, request)).toBe(0);
    expect(learned()).toEqual(["02:00:00:00:00:01 0"]);
  });

  test("a static entry is moved by a frame, a sticky one is not", () => {
    fdbAdd(lab.world, port(1).id, request);
    send(0, MAC_BROADCAST, NOBODY);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual(["02:00:00:00:00:99 0"]);
    fdbAdd(lab.world, port(1).id, { ...request, sticky: true, mode: "replace" });
    send(0, MAC_BROADCAST, NOBODY);
    run(lab.world, SECOND_NS);
    expect(learned()).toEqual(["02:00:00:00:00:99 1"]);
  });

  test("without a master there is nobody to ask; a device itself takes only permanent ones", () => {
    expect(fdbDel(lab.world, lab.bridge.id, request)).toBe(EOPNOTSUPP);
    const own = { ...request, self: true, master: false };
    expect(fdbAdd(lab.world, host(0).id, own)).toBe(EINVAL);
    expect(fdbAdd(lab.world, host(0).id, { ...own, state: Nud.PERMANENT })).toBe(0);
    expect(host(0).unicastList).toEqual([NOBODY]);
    expect(fdbAdd(lab.world, lab.bridge.id, { ...own, state: Nud.PERMANENT })).toBe(0);
    expect(fdbEntries(lab.world, lab.bridge.id)[0]).toMatchObject({ mac: NOBODY, dev: null, isLocal: true });
  });
});
