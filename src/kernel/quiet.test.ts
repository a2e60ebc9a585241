import { expect, test } from "vitest";
import { Nud } from "../base/trace-kind.ts";
import { ipv4, mac } from "../wire/address.ts";
import { ARPOP_REQUEST } from "../wire/arp.ts";
import { inetAddrAdd, inetAddrDel } from "./fib/devinet.ts";
import { fibAdd } from "./fib/fib.ts";
import { neighAdd, neighDel } from "./neigh/admin.ts";
import { createHeard, HEARD_KNOWN, HEARD_STRANGER, HEARD_UNKNOWN, heardRow } from "./neigh/heard.ts";
import { createBridge } from "./netdev/bridge/bridge.ts";
import { bridgeAddIf } from "./netdev/bridge/port.ts";
import { devClose, devOpen, devSetMac, setNoarp, unregisterNetdevice } from "./netdev/device.ts";
import { createVeth } from "./netdev/veth.ts";
import { packetBind } from "./socket/packet.ts";
import { socketCreate } from "./socket/socket.ts";
import { sysctlSet } from "./sysctl.ts";
import { createLab, type Lab, made, type Row, rowsOf, run, sendArp } from "./testing/lab.ts";
import type { NetDevice, NetnsId } from "./types.ts";

const ASKED = ipv4("10.0.0.77");
const host = (lab: Lab, i = 1) => lab.hosts[i] as NetDevice;

/** What may happen to a host that was quiet so far, after which it may care for a question. */
const CHANGES: Record<string, (lab: Lab) => unknown> = {
  "gets the address": ({ world, hosts }) => inetAddrAdd(world, hosts[1]?.id as number, { local: ASKED, prefixLen: 24 }),
  "gets a local route to the address": (lab) =>
    fibAdd(lab.world, host(lab).netns, { destination: ASKED, prefixLen: 32, type: "local", dev: host(lab).id }, "add"),
  "loses the address before it that made this one secondary": (lab) => {
    sysctlSet(lab.world, host(lab).netns, "net.ipv4.conf.all.promote_secondaries", "1");
    inetAddrAdd(lab.world, host(lab).id, { local: ASKED, prefixLen: 24 });
    ask(lab);
    inetAddrDel(lab.world, host(lab).id, { local: ipv4("10.0.0.2") });
  },
  "answers for others": (lab) => {
    fibAdd(
      lab.world,
      host(lab).netns,
      { destination: ASKED, prefixLen: 32, dev: addVeth(lab, host(lab).netns).id },
      "add",
    );
    ask(lab);
    sysctlSet(lab.world, host(lab).netns, "net.ipv4.conf.all.proxy_arp", "1");
    sysctlSet(lab.world, host(lab).netns, "net.ipv4.neigh.eth0.proxy_delay", "0");
    ask(lab);
    sysctlSet(lab.world, host(lab).netns, "net.ipv4.ip_forward", "1");
  },
  "takes note of all announcements": (lab) =>
    sysctlSet(lab.world, host(lab).netns, "net.ipv4.conf.eth0.arp_accept", "1"),
  "knows who asks": (lab) =>
    neighAdd(lab.world, host(lab).id, { ip: ipv4("10.0.0.1"), mac: mac("02:00:00:00:00:55") }, "add"),
  "does no ARP": (lab) => setNoarp(lab.world, host(lab).id, true),
  "is listened to": (lab) => {
    const socket = socketCreate(lab.world, host(lab).netns, 1, "packet", 3);
    packetBind(lab.world, socket, host(lab).id);
  },
  "becomes a port": (lab) => {
    const bridge = made(createBridge(lab.world, host(lab).netns, { name: "br1" }));
    ask(lab);
    bridgeAddIf(lab.world, bridge.id, host(lab).id);
  },
  "goes down and comes up": (lab) => {
    devClose(lab.world, host(lab).id);
    ask(lab);
    devOpen(lab.world, host(lab).id);
  },
  "goes while the question is on its way": (lab) => {
    sendArp(lab.world, host(lab, 0).id, ARPOP_REQUEST, host(lab, 0).mac, ipv4("10.0.0.1"), ASKED);
    run(lab.world, 30_000);
    unregisterNetdevice(lab.world, host(lab).id);
  },
};

/** One more way out of the host's namespace. */
function addVeth({ world, machine }: Lab, netns: NetnsId): NetDevice {
  const [device, peer] = made(createVeth(world, { netns }, { netns: machine.initNetns }));
  for (const { id } of [device, peer]) devOpen(world, id);
  return device;
}

function ask(lab: Lab): Row[] {
  const from = lab.world.trace.rows;
  sendArp(lab.world, host(lab, 0).id, ARPOP_REQUEST, host(lab, 0).mac, ipv4("10.0.0.1"), ASKED);
  run(lab.world, 1_000_000);
  return rowsOf(lab.world, from);
}

test.each(Object.keys(CHANGES))("a host that was quiet and then %s hears what it should", (name) => {
  const play = (on: boolean) => {
    const lab = createLab(4);
    lab.world.quiet.on = on;
    lab.hosts.forEach(({ id }, i) => {
      inetAddrAdd(lab.world, id, { local: ipv4(`10.0.0.${i + 1}`), prefixLen: 24 });
    });
    const before = ask(lab);
    expect(before.filter(({ dev, kind }) => dev === host(lab).id && kind === "DROP").length).toBe(1);
    (CHANGES[name] as (lab: Lab) => unknown)(lab);
    const after = ask(lab);
    return { after, all: rowsOf(lab.world), heard: lab.world.sockets.map((socket) => socket?.queue.length) };
  };
  expect(play(true)).toEqual(play(false));
});

const ASKER = ipv4("10.0.0.1");
const OTHER_MAC = mac("02:00:00:00:00:55");

/** What may happen to a host that knows who asks, after which a question may be news. */
const NEWS: Record<string, (lab: Lab) => unknown> = {
  "is told another MAC": ({ world, hosts }) =>
    neighAdd(world, hosts[1]?.id as number, { ip: ASKER, mac: OTHER_MAC, state: Nud.STALE }, "replace"),
  "is told that MAC for good": (lab) => neighAdd(lab.world, host(lab).id, { ip: ASKER, mac: OTHER_MAC }, "replace"),
  "has given it up": (lab) => neighAdd(lab.world, host(lab).id, { ip: ASKER, state: Nud.FAILED }, "replace"),
  "has forgotten it": (lab) => neighDel(lab.world, host(lab).id, ASKER),
  "sees it come with another MAC": (lab) => devSetMac(lab.world, host(lab, 0).id, OTHER_MAC),
};

test.each(Object.keys(NEWS))("a host that knows who asks and then %s hears what it should", (name) => {
  const play = (on: boolean) => {
    const lab = createLab(4);
    lab.world.quiet.on = on;
    lab.hosts.forEach(({ id }, i) => {
      inetAddrAdd(lab.world, id, { local: ipv4(`10.0.0.${i + 1}`), prefixLen: 24 });
    });
    neighAdd(lab.world, host(lab).id, { ip: ASKER, mac: host(lab, 0).mac, state: Nud.STALE }, "add");
    const before = ask(lab);
    expect(before.filter(({ dev, kind }) => dev === host(lab).id && kind === "DELIVER").length).toBe(1);
    (NEWS[name] as (lab: Lab) => unknown)(lab);
    const after = ask(lab);
    const { mac: macs, state } = lab.world.neigh;
    return { after, all: rowsOf(lab.world), macs, state };
  };
  expect(play(true)).toEqual(play(false));
});

test("what is remembered of an asker goes when its MAC or anything configured is another, and all of it when there is too much", () => {
  const t = createHeard();
  const at = (sender: number, own = OTHER_MAC, generation = 1) => {
    const row = heardRow(t, sender as typeof ASKER, own, generation, 1000);
    return { code: t.codes[row + 7], put: (code: number) => (t.codes[row + 7] = code) };
  };
  at(1).put(HEARD_KNOWN);
  at(2).put(HEARD_STRANGER);
  expect([at(1).code, at(2).code]).toEqual([HEARD_KNOWN, HEARD_STRANGER]);
  expect(at(1, OTHER_MAC, 2).code).toBe(HEARD_UNKNOWN);
  expect(at(2, host(createLab(1), 0).mac).code).toBe(HEARD_UNKNOWN);
  at(1).put(HEARD_KNOWN);
  for (let sender = 3; sender < 20_000; sender++) at(sender);
  expect(at(1).code).toBe(HEARD_UNKNOWN);
  expect(t.codes.length).toBeLessThan(1 << 25);
});
