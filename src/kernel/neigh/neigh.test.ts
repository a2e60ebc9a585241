/** The neighbour state machine: each transition a row, with time driven by hand. */
import { expect, test } from "vitest";
import { SECOND_NS } from "../../base/time.ts";
import { Nud } from "../../base/trace-kind.ts";
import { type Ipv4, ipv4, type Mac } from "../../wire/address.ts";
import { EEXIST, EINVAL, ENOENT, ENXIO, EPERM } from "../errno.ts";
import { devClose, devOpen, devSetMac } from "../netdev/device.ts";
import { createVeth } from "../netdev/veth.ts";
import { reachableTime, sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab, drain, echo, hops, neighStates, pass, pingSocket } from "../testing/inet.ts";
import { type Lab, made, rowsOf } from "../testing/lab.ts";
import { arpIoctlDel, arpIoctlSet, neighAdd, neighDel, neighEntries } from "./admin.ts";
import { arpSend } from "./arp-send.ts";
import { neighEventSend, neighLookupOrCreate } from "./neigh.ts";
import { neighFind } from "./table.ts";
import { timerAt } from "./timers.ts";
import { neighTimers, neighUpdate } from "./update.ts";

const IP = ipv4("10.0.0.77");
const MAC1 = 0x02_00_00_00_00_77 as Mac;
const MAC2 = 0x02_00_00_00_00_78 as Mac;
const WEAK = { override: false, admin: false };
const OVERRIDE = { override: true, admin: false };
const ADMIN = { override: true, admin: true };

/** A lab and an entry in some state with MAC1, made `age_s` ago. */
function entryIn(state: number, age_s = 10): { lab: Lab; entry: number } {
  const lab = createInetLab(1);
  const { world } = lab;
  const entry = neighLookupOrCreate(world, lab.hosts[0]!, IP);
  const mac = (state & (Nud.NONE | Nud.INCOMPLETE | Nud.FAILED)) !== 0 || state === Nud.NONE ? null : MAC1;
  if (state === Nud.INCOMPLETE) neighEventSend(world, lab.hosts[0]!, entry, -1);
  else if (state !== Nud.NONE) neighUpdate(world, entry, mac, state, ADMIN);
  // Only the clock moves: what the timers would do meanwhile is another test's.
  world.now_ns += age_s * SECOND_NS;
  return { lab, entry };
}

const N = Nud;

test.each([
  // [state before, MAC told, state told, flags, state after, MAC after, errno]
  [N.NONE, MAC1, N.STALE, OVERRIDE, N.STALE, MAC1, 0],
  [N.NONE, MAC1, N.REACHABLE, OVERRIDE, N.REACHABLE, MAC1, 0],
  [N.NONE, null, N.REACHABLE, OVERRIDE, N.NONE, 0, EINVAL],
  [N.INCOMPLETE, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.INCOMPLETE, MAC1, N.STALE, WEAK, N.STALE, MAC1, 0],
  [N.INCOMPLETE, null, N.FAILED, ADMIN, N.FAILED, 0, 0],
  [N.REACHABLE, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.REACHABLE, MAC1, N.STALE, OVERRIDE, N.REACHABLE, MAC1, 0],
  [N.REACHABLE, MAC2, N.STALE, WEAK, N.REACHABLE, MAC1, 0],
  [N.REACHABLE, MAC2, N.STALE, OVERRIDE, N.STALE, MAC2, 0],
  [N.REACHABLE, MAC2, N.REACHABLE, OVERRIDE, N.REACHABLE, MAC2, 0],
  [N.STALE, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.STALE, MAC2, N.REACHABLE, WEAK, N.STALE, MAC1, 0],
  [N.STALE, MAC2, N.STALE, OVERRIDE, N.STALE, MAC2, 0],
  [N.DELAY, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.DELAY, MAC1, N.STALE, OVERRIDE, N.DELAY, MAC1, 0],
  [N.PROBE, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.PROBE, MAC2, N.STALE, OVERRIDE, N.STALE, MAC2, 0],
  [N.PROBE, null, N.FAILED, ADMIN, N.FAILED, MAC1, 0],
  [N.FAILED, MAC1, N.STALE, OVERRIDE, N.STALE, MAC1, 0],
  [N.FAILED, MAC1, N.REACHABLE, WEAK, N.REACHABLE, MAC1, 0],
  [N.PERMANENT, MAC2, N.REACHABLE, OVERRIDE, N.PERMANENT, MAC1, EPERM],
  [N.PERMANENT, MAC2, N.PERMANENT, ADMIN, N.PERMANENT, MAC2, 0],
  [N.PERMANENT, null, N.FAILED, ADMIN, N.FAILED, MAC1, 0],
  [N.PERMANENT, MAC1, N.STALE, ADMIN, N.STALE, MAC1, 0],
  [N.NOARP, MAC2, N.STALE, OVERRIDE, N.NOARP, MAC1, EPERM],
  [N.STALE, null, N.PERMANENT, ADMIN, N.PERMANENT, MAC1, 0],
])("update of %i with MAC %s as %i", (before, mac, told, flags, after, macAfter, errno) => {
  const { lab, entry } = entryIn(before);
  const t = lab.world.neigh;
  expect(neighUpdate(lab.world, entry, mac, told, flags)).toBe(errno);
  expect([t.state[entry], t.mac[entry]]).toEqual([after, macAfter]);
});

test.each([
  // [state, what happens when it is wanted]
  [N.NONE, N.INCOMPLETE, true],
  [N.FAILED, N.INCOMPLETE, true],
  [N.INCOMPLETE, N.INCOMPLETE, true],
  [N.STALE, N.DELAY, false],
  [N.DELAY, N.DELAY, false],
  [N.PROBE, N.PROBE, false],
  [N.REACHABLE, N.REACHABLE, false],
  [N.PERMANENT, N.PERMANENT, false],
  [N.NOARP, N.NOARP, false],
])("wanting an entry in state %i", (before, after, waits) => {
  const { lab, entry } = entryIn(before);
  expect(neighEventSend(lab.world, lab.hosts[0]!, entry, -1)).toBe(waits);
  expect(lab.world.neigh.state[entry]).toBe(after);
});

/** Lets only the timers that are due with the entry's fire, at the time that it is set for. */
function fire(lab: Lab, entry: number): void {
  const { world } = lab;
  const t = world.neigh;
  world.now_ns = timerAt(t, entry);
  neighTimers(world, (t.timerList[entry] as number) - 1);
}

/** Seconds from now to the entry's timer. */
function due(lab: Lab, entry: number): number {
  return (timerAt(lab.world.neigh, entry) - lab.world.now_ns) / SECOND_NS;
}

/** Timers are never early, and late by no more than the wheel's buckets are wide. */
function expectLate(value: number, wanted: number, most: number): void {
  expect(value).toBeGreaterThanOrEqual(wanted);
  expect(value).toBeLessThanOrEqual(wanted + most);
}

test("REACHABLE lasts its drawn time since it was confirmed, then is STALE, and stays so", () => {
  const { lab, entry } = entryIn(Nud.REACHABLE, 0);
  const { world } = lab;
  const life = reachableTime(world, lab.hosts[0]!) / SECOND_NS;
  expect(life).toBeGreaterThanOrEqual(15);
  expect(life).toBeLessThanOrEqual(45);
  pass(world, life - 0.001);
  expect(world.neigh.state[entry]).toBe(Nud.REACHABLE);
  pass(world, 2.05);
  expect(world.neigh.state[entry]).toBe(Nud.STALE);
  pass(world, 3600);
  expect(world.neigh.state[entry]).toBe(Nud.STALE);
});

test("REACHABLE that was confirmed meanwhile waits on; that was used lately, it is DELAY", () => {
  const { lab, entry } = entryIn(Nud.REACHABLE, 0);
  const { world } = lab;
  const life = reachableTime(world, lab.hosts[0]!) / SECOND_NS;
  world.neigh.confirmed_ns[entry] = world.now_ns + 3 * SECOND_NS;
  fire(lab, entry);
  expect(world.neigh.state[entry]).toBe(Nud.REACHABLE);
  expectLate(due(lab, entry) + world.now_ns / SECOND_NS, life + 3, 2.05);
  world.neigh.used_ns[entry] = timerAt(world.neigh, entry);
  fire(lab, entry);
  expect(world.neigh.state[entry]).toBe(Nud.DELAY);
  expectLate(due(lab, entry), 5, 0.26);
});

test("DELAY waits five seconds, then is REACHABLE if confirmed, else PROBE: three questions a second apart, FAILED", () => {
  const confirmed = entryIn(Nud.STALE);
  neighEventSend(confirmed.lab.world, confirmed.lab.hosts[0]!, confirmed.entry, -1);
  expectLate(due(confirmed.lab, confirmed.entry), 5, 0.26);
  confirmed.lab.world.neigh.confirmed_ns[confirmed.entry] = confirmed.lab.world.now_ns + SECOND_NS;
  fire(confirmed.lab, confirmed.entry);
  expect(confirmed.lab.world.neigh.state[confirmed.entry]).toBe(Nud.REACHABLE);

  const { lab, entry } = entryIn(Nud.STALE);
  const { world } = lab;
  const from = world.trace.rows;
  neighEventSend(world, lab.hosts[0]!, entry, -1);
  pass(world, 4.9);
  expect(world.neigh.state[entry]).toBe(Nud.DELAY);
  pass(world, 0.4);
  expect(world.neigh.state[entry]).toBe(Nud.PROBE);
  pass(world, 10);
  expect(world.neigh.state[entry]).toBe(Nud.FAILED);
  const question = "eth0: >77 arp who-has 10.0.0.2 10.0.0.77";
  expect(hops(world, from, lab.hosts[0]!.id)).toEqual([
    `15.104 ${question}`,
    `16.128 ${question}`,
    `17.152 ${question}`,
  ]);
});

test("INCOMPLETE asks everybody three times a second apart, then FAILED; wanted again it asks again", () => {
  const { lab, entry } = entryIn(Nud.NONE, 0);
  const { world } = lab;
  neighEventSend(world, lab.hosts[0]!, entry, -1);
  pass(world, 2.9);
  expect(world.neigh.state[entry]).toBe(Nud.INCOMPLETE);
  pass(world, 0.3);
  expect(world.neigh.state[entry]).toBe(Nud.FAILED);
  expect(hops(world, 0, lab.hosts[0]!.id).length).toBe(3);
  neighEventSend(world, lab.hosts[0]!, entry, -1);
  expect(world.neigh.state[entry]).toBe(Nud.INCOMPLETE);
  pass(world, 4);
  expect(hops(world, 0, lab.hosts[0]!.id).length).toBe(6);
});

test("settings of a device change its probes and times", () => {
  const lab = createInetLab(1);
  const { world } = lab;
  const space = lab.spaces[0]!.id;
  expect(sysctlSet(world, space, "net.ipv4.neigh.eth0.mcast_solicit", "1")).toBe(0);
  expect(sysctlSet(world, space, "net.ipv4.neigh.eth0.retrans_time_ms", "250")).toBe(0);
  const entry = neighLookupOrCreate(world, lab.hosts[0]!, IP);
  neighEventSend(world, lab.hosts[0]!, entry, -1);
  pass(world, 0.3);
  expect(world.neigh.state[entry]).toBe(Nud.FAILED);
  expect(sysctlSet(world, space, "net.ipv4.neigh.eth0.nosuch", "1")).toBe(ENOENT);
});

test("MSG_CONFIRM keeps an entry from being asked for", () => {
  const { world, spaces, hosts } = createInetLab(2);
  const sock = pingSocket(world, spaces[0]!.id);
  echo(world, sock, "10.0.0.3", 1);
  pass(world, 50);
  expect(neighStates(world, spaces[0]!.id)["10.0.0.3"]).toBe(Nud.STALE);
  const from = world.trace.rows;
  for (let i = 2; i < 8; i++) {
    echo(world, sock, "10.0.0.3", i, 56, true);
    pass(world, 1);
  }
  pass(world, 2);
  expect(neighStates(world, spaces[0]!.id)["10.0.0.3"]).toBe(Nud.REACHABLE);
  expect(hops(world, from, hosts[0]!.id).filter((line) => line.includes("who-has"))).toEqual([]);
});

test("a stale entry is used at once and probed with a unicast question that its owner answers", () => {
  const { world, spaces, hosts } = createInetLab(2);
  const sock = pingSocket(world, spaces[0]!.id);
  echo(world, sock, "10.0.0.3", 1);
  pass(world, 50);
  const from = world.trace.rows;
  echo(world, sock, "10.0.0.3", 2);
  pass(world, 8);
  expect(hops(world, from, hosts[0]!.id)[1]).toBe("55.040 eth0: >02 arp who-has 10.0.0.2 10.0.0.3");
  expect(neighStates(world, spaces[0]!.id)["10.0.0.3"]).toBe(Nud.REACHABLE);
});

test("of two answers within the lock time the first is believed; later ones replace it", () => {
  const { lab, entry } = entryIn(Nud.INCOMPLETE, 0);
  const { world } = lab;
  const answer = (mac: Mac) => arpReply(lab, mac, IP);
  answer(MAC1);
  pass(world, 0.01);
  answer(MAC2);
  pass(world, 0.01);
  expect(world.neigh.mac[entry]).toBe(MAC1);
  pass(world, 1.1);
  answer(MAC2);
  pass(world, 0.01);
  expect([world.neigh.mac[entry], world.neigh.state[entry]]).toEqual([MAC2, Nud.REACHABLE]);
});

/** The bridge says that `ip` is at `mac`. */
function arpReply(lab: Lab, mac: Mac, ip: Ipv4): void {
  arpSend(lab.world, lab.bridge, 2, ipv4("10.0.0.2"), lab.hosts[0]!.mac, mac, ip, lab.hosts[0]!.mac);
}

test("nothing is learned from an answer that nobody asked for, unless arp_accept; an announcement overrides at once", () => {
  const { world, hosts, spaces, bridge } = createInetLab(1);
  const announce = (mac: Mac) => arpSend(world, bridge, 1, IP, null, mac, IP, null);
  announce(MAC1);
  pass(world, 0.01);
  expect(neighFind(world.neigh, hosts[0]!.id, IP)).toBe(-1);
  sysctlSet(world, spaces[0]!.id, "net.ipv4.conf.eth0.arp_accept", "1");
  announce(MAC1);
  pass(world, 0.01);
  announce(MAC2);
  pass(world, 0.01);
  const [entry] = neighEntries(world, spaces[0]!.id);
  expect([entry?.state, entry?.mac]).toEqual([Nud.STALE, MAC2]);
});

test("a question makes its asker known as STALE to the one who is asked, and to nobody else", () => {
  const { world, spaces, hosts } = createInetLab(3);
  const entry = neighLookupOrCreate(world, hosts[0]!, ipv4("10.0.0.3"));
  neighEventSend(world, hosts[0]!, entry, -1);
  pass(world, 0.1);
  expect(neighStates(world, spaces[1]!.id)).toEqual({ "10.0.0.2": Nud.STALE });
  expect(neighStates(world, spaces[2]!.id)).toEqual({});
});

test("add, change, replace and delete by hand", () => {
  const { world, hosts, spaces, machine } = createInetLab(1);
  const dev = hosts[0]!.id;
  const add = (mode: "add" | "change" | "replace", mac: Mac | null, state?: number) =>
    neighAdd(world, dev, state === undefined ? { ip: IP, mac } : { ip: IP, mac, state }, mode);
  expect(add("change", MAC1)).toBe(ENOENT);
  expect(add("add", null)).toBe(EINVAL);
  expect(neighStates(world, spaces[0]!.id)).toEqual({ "10.0.0.77": Nud.NONE });
  expect(neighDel(world, dev, IP)).toBe(0);
  expect(add("add", MAC1)).toBe(0);
  expect(add("add", MAC1)).toBe(EEXIST);
  expect(add("replace", MAC2, Nud.STALE)).toBe(0);
  expect(neighStates(world, spaces[0]!.id)).toEqual({ "10.0.0.77": Nud.STALE });
  expect(machine.neighEntries).toBe(1);
  expect(neighDel(world, dev, IP)).toBe(0);
  expect(neighDel(world, dev, IP)).toBe(ENOENT);
  expect(machine.neighEntries).toBe(0);
  expect(arpIoctlSet(world, spaces[0]!.id, IP, MAC1, {})).toBe(0);
  expect(neighStates(world, spaces[0]!.id)).toEqual({ "10.0.0.77": Nud.PERMANENT });
  expect(arpIoctlDel(world, spaces[0]!.id, IP)).toBe(0);
  expect(arpIoctlDel(world, spaces[0]!.id, IP)).toBe(ENXIO);
});

test("deleting an entry that is being asked for tells the sender at once", () => {
  const { world, hosts, spaces } = createInetLab(1);
  const sock = pingSocket(world, spaces[0]!.id);
  echo(world, sock, "10.0.0.77");
  pass(world, 0.5);
  neighDel(world, hosts[0]!.id, IP);
  pass(world, 0.1);
  expect(drain(world, sock).some((m) => m.error?.type === 3)).toBe(true);
  expect(world.pool.live).toBe(0);
});

test("the queue of an entry holds so many bytes; the oldest make room", () => {
  const { world, spaces } = createInetLab(1);
  const sock = pingSocket(world, spaces[0]!.id);
  sysctlSet(world, spaces[0]!.id, "net.ipv4.neigh.eth0.unres_qlen_bytes", String(3 * 768));
  for (let i = 1; i <= 5; i++) echo(world, sock, "10.0.0.77", i);
  expect(neighEntries(world, spaces[0]!.id)[0]?.waiting).toBe(3);
  expect(rowsOf(world).filter((row) => row.kind === "DROP").length).toBe(2);
});

test("the table of a machine is limited: above gc_thresh3 only what is idle makes room", () => {
  const { world, machine, spaces } = createInetLab(1);
  for (const [name, value] of [
    ["gc_thresh1", 4],
    ["gc_thresh2", 6],
    ["gc_thresh3", 8],
  ]) {
    expect(sysctlSet(world, machine.initNetns, `net.ipv4.neigh.default.${name}`, String(value))).toBe(0);
  }
  const sock = pingSocket(world, spaces[0]!.id);
  const sent = () => Array.from({ length: 12 }, (_, i) => echo(world, sock, `10.0.0.${100 + i}`, i));
  expect(sent()).toEqual([...Array(8).fill(64), ...Array(4).fill(-105)]);
  expect(machine.dmesg.map((line) => line.text)).toContain("neighbour: arp_cache: neighbor table overflow!");
  pass(world, 20);
  // What is left is loopback's own.
  expect(machine.neighEntries).toBe(1);
  drain(world, sock);
  expect(sent().slice(0, 8)).toEqual(Array(8).fill(64));
});

test("entries go with their device's MAC, its carrier (permanent ones stay) and its being up", () => {
  const { world, hosts, spaces, ports } = createInetLab(1);
  const fill = () => {
    neighAdd(world, hosts[0]!.id, { ip: IP, mac: MAC1 }, "replace");
    neighAdd(world, hosts[0]!.id, { ip: ipv4("10.0.0.78"), mac: MAC1, state: Nud.STALE }, "replace");
  };
  fill();
  devClose(world, ports[0]!.id);
  expect(neighStates(world, spaces[0]!.id)).toEqual({ "10.0.0.77": Nud.PERMANENT });
  devOpen(world, ports[0]!.id);
  fill();
  devSetMac(world, hosts[0]!.id, MAC2);
  expect(neighStates(world, spaces[0]!.id)).toEqual({});
  fill();
  devClose(world, hosts[0]!.id);
  expect(neighStates(world, spaces[0]!.id)).toEqual({});
});

test("ARP probes from 0.0.0.0 are answered and teach nothing; foreign questions are left alone", () => {
  const { world, hosts, spaces, bridge } = createInetLab(1);
  const ask = (from: string, about: string) =>
    arpSend(world, bridge, 1, ipv4(about), null, bridge.mac, ipv4(from), null);
  ask("0.0.0.0", "10.0.0.2");
  pass(world, 0.1);
  expect(hops(world, 0, hosts[0]!.id)).toEqual([expect.stringContaining("arp reply 10.0.0.2 0.0.0.0")]);
  expect(neighStates(world, spaces[0]!.id)).toEqual({});
  ask("10.0.0.1", "10.0.0.50");
  ask("10.0.0.2", "10.0.0.2");
  pass(world, 0.1);
  expect(hops(world, 0, hosts[0]!.id).length).toBe(1);
  expect(rowsOf(world).filter((row) => row.kind === "DROP" && row.dev === hosts[0]!.id).length).toBe(2);
});

test("a proxy answers for what it would forward elsewhere, after its delay or at once", () => {
  const { world, hosts, machine, bridge } = createInetLab(1);
  const ends = made(createVeth(world, { netns: machine.initNetns }, { netns: machine.initNetns }));
  for (const end of ends) devOpen(world, end.id);
  addAddress(world, ends[0].id, "192.0.2.1/24");
  const ask = () => arpSend(world, hosts[0]!, 1, ipv4("192.0.2.5"), null, hosts[0]!.mac, ipv4("10.0.0.2"), null);
  ask();
  pass(world, 1);
  expect(hops(world, 0, bridge.id)).toEqual([]);
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  sysctlSet(world, machine.initNetns, "net.ipv4.conf.br0.proxy_arp", "1");
  ask();
  pass(world, 0.8);
  const replies = () => rowsOf(world).filter((row) => row.kind === "BRIDGE_XMIT");
  const delay = replies()[0]!.t_ns - SECOND_NS;
  expect(delay).toBeGreaterThan(1_000_000);
  expect(delay).toBeLessThan(0.8 * SECOND_NS);
  sysctlSet(world, machine.initNetns, "net.ipv4.neigh.br0.proxy_delay", "0");
  const now = world.now_ns;
  ask();
  pass(world, 0.1);
  expect(replies()[1]!.t_ns - now).toBeLessThan(1_000_000);
  expect(world.pool.live).toBe(0);
});
