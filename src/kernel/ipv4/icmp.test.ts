/** What IPv4 and ICMP say to packets that cannot go on, and when they are silent. */
import { expect, test } from "vitest";
import { DropReason } from "../../base/trace-kind.ts";
import { allocFrame, frameStart } from "../../sim/frames.ts";
import { frameBytes } from "../../sim/trace.ts";
import { formatIpv4, type Ipv4, ipv4, type Mac } from "../../wire/address.ts";
import { ETH_HLEN, ETH_P_IP, emitEthernet } from "../../wire/ethernet.ts";
import { emitIcmp, emitIcmpEcho, ICMP_ECHO, ICMP_HLEN } from "../../wire/icmpv4.ts";
import { emitIpv4, IP_MF, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPV4_HLEN } from "../../wire/ipv4.ts";
import { ECONNREFUSED } from "../errno.ts";
import { fibAdd } from "../fib/fib.ts";
import { devSetMtu } from "../netdev/device.ts";
import { devQueueXmit } from "../netdev/xmit.ts";
import { newPacket } from "../record.ts";
import { sendTo, socketBind, socketConnect } from "../socket/inet.ts";
import { socket, socketCreate } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab, drain, echo, hops, pass, pingSocket } from "../testing/inet.ts";
import { type Lab, rowsOf } from "../testing/lab.ts";
import type { NetDevice, World } from "../types.ts";
import { routeGet } from "./route-get.ts";

interface Packet {
  from?: string;
  to?: string;
  protocol?: number;
  ttl?: number;
  flags?: number;
  dst?: Mac;
  /** Written behind the IP header. */
  payload?: Uint8Array;
  /** Changes the finished frame. */
  spoil?: (b: Uint8Array, at: number) => void;
}

const DIRECT = 0x02_00_00_00_00_01 as Mac;

/** The bridge sends a packet to host 0; the drops that happen there. */
function inject(lab: Lab, packet: Packet): string[] {
  const { world, bridge, hosts } = lab;
  const from = world.trace.rows;
  const payload = packet.payload ?? echoRequest(1);
  const frame = allocFrame(world.pool, ETH_HLEN + IPV4_HLEN + payload.length, newPacket(world));
  const b = world.pool.bytes;
  const at = frameStart(world.pool, frame)!;
  emitEthernet(b, at, packet.dst ?? DIRECT, bridge.mac, ETH_P_IP);
  const to = ipv4(packet.to ?? "10.0.0.2");
  const source = ipv4(packet.from ?? "10.0.0.1");
  const length = IPV4_HLEN + payload.length;
  emitIpv4(b, at + ETH_HLEN, length, 7, packet.flags ?? 0, packet.ttl ?? 64, packet.protocol ?? 1, source, to);
  b.set(payload, at + ETH_HLEN + IPV4_HLEN);
  packet.spoil?.(b, at);
  devQueueXmit(world, bridge.id, frame);
  pass(world, 0.5);
  return drops(world, hosts[0]!, from);
}

function echoRequest(sequence: number, length = 56): Uint8Array {
  const payload = new Uint8Array(ICMP_HLEN + length);
  emitIcmpEcho(payload, 0, ICMP_ECHO, 5, sequence, length);
  return payload;
}

const REASONS = new Map<number, string>(Object.entries(DropReason).map(([name, value]) => [value, name]));

function drops(world: World, device: NetDevice, from: number): string[] {
  const rows = rowsOf(world, from).filter((row) => row.kind === "DROP" && row.dev === device.id);
  return rows.map((row) => REASONS.get(row.a) ?? "?");
}

/** What host 0 sent since `from`, without ARP. */
function answers(lab: Lab, from = 0): string[] {
  return hops(lab.world, from, lab.hosts[0]!.id)
    .filter((line) => !line.includes("arp"))
    .map((line) => line.replace(/^\S+ eth0: \S+ /, ""));
}

test.each<[string, Packet, string]>([
  ["a wrong header checksum", { spoil: (b, at) => (b[at + ETH_HLEN + 10]! ^= 1) }, "IP_CSUM"],
  ["a wrong version", { spoil: (b, at) => (b[at + ETH_HLEN] = 0x65) }, "IP_INHDR"],
  ["a header too short", { spoil: (b, at) => (b[at + ETH_HLEN] = 0x44) }, "IP_INHDR"],
  ["a wrong ICMP checksum", { spoil: (b, at) => (b[at + ETH_HLEN + 24]! ^= 1) }, "ICMP_CSUM"],
  ["an unknown ICMP type", { payload: icmp(42, 0) }, "UNHANDLED_PROTO"],
  ["somebody else's MAC", { dst: 0x02_00_00_00_00_09 as Mac }, "OTHERHOST"],
  ["an own address as the source", { from: "10.0.0.2" }, "IP_LOCAL_SOURCE"],
  ["a broadcast as the source", { from: "255.255.255.255" }, "IP_INVALID_SOURCE"],
  ["a group as the source", { from: "224.0.0.9" }, "IP_INVALID_SOURCE"],
  ["loopback as the source", { from: "127.0.0.1" }, "IP_LOCALNET"],
  ["loopback as the destination", { to: "127.0.0.1" }, "IP_INADDRERRORS"],
  ["0.0.0.0 as the destination", { to: "0.0.0.1" }, "IP_INADDRERRORS"],
  ["somebody else's address", { to: "10.0.0.9" }, "IP_INADDRERRORS"],
  ["an echo request for all", { to: "10.0.0.255" }, "ICMP_ECHO_IGNORED"],
  ["a TCP header cut short", { protocol: IPPROTO_TCP, payload: new Uint8Array(12) }, "PKT_TOO_SMALL"],
  [
    "a wrong TCP checksum",
    { protocol: IPPROTO_TCP, payload: Uint8Array.of(...new Uint8Array(12), 0x50, ...new Uint8Array(7)) },
    "TCP_CSUM",
  ],
  ["a protocol that nobody speaks", { protocol: 99 }, "IP_NOPROTO"],
])("%s is dropped", (_what, packet, reason) => {
  const lab = createInetLab(1);
  expect(inject(lab, packet)).toEqual([reason]);
  expect(lab.world.pool.live).toBe(0);
});

function icmp(type: number, code: number, data = new Uint8Array(28)): Uint8Array {
  const payload = new Uint8Array(ICMP_HLEN + data.length);
  payload.set(data, ICMP_HLEN);
  emitIcmp(payload, 0, type, code, 0, data.length);
  return payload;
}

test("protocol and port unreachable come from the address that was asked, and quote what came, 576 bytes in all", () => {
  const lab = createInetLab(1);
  inject(lab, { protocol: 99 });
  inject(lab, { protocol: IPPROTO_UDP, payload: udp(9, 1000) });
  expect(answers(lab)).toEqual([
    "10.0.0.2 10.0.0.1 ttl 64 len 112 icmp 3/2",
    "10.0.0.2 10.0.0.1 ttl 64 len 576 icmp 3/3",
  ]);
  const bytes = rowsOf(lab.world)
    .filter((r) => r.kind === "HOP" && r.dev === lab.hosts[0]!.id)
    .map((r) => frameBytes(lab.world.trace, r.frame)!)
    .find((b) => b[23] === IPPROTO_ICMP)!;
  expect(bytes[15]).toBe(0xc0);
});

/** A datagram from port 4000, without a checksum. */
function udp(port: number, length: number): Uint8Array {
  const payload = new Uint8Array(8 + length);
  payload.set([0x0f, 0xa0, port >> 8, port & 0xff, (8 + length) >> 8, (8 + length) & 0xff]);
  return payload;
}

test.each<[string, Packet]>([
  ["about an error", { payload: icmp(3, 3), ttl: 64, protocol: IPPROTO_ICMP }],
  ["about a broadcast", { to: "10.0.0.255", protocol: IPPROTO_UDP, payload: udp(9, 10) }],
  ["about a frame for all", { to: "10.0.0.9", dst: 0xffff_ffff_ffff as Mac }],
  ["to a group", { from: "0.0.0.0", protocol: 99 }],
])("no error %s", (_what, packet) => {
  const lab = createInetLab(1);
  inject(lab, packet);
  expect(answers(lab)).toEqual([]);
});

test("errors to one address: a burst of six, then one a second; none of it holds for loopback", () => {
  const lab = createInetLab(1);
  const { world, spaces } = lab;
  for (let i = 0; i < 10; i++) injectFast(lab);
  pass(world, 0.2);
  expect(answers(lab).length).toBe(6);
  pass(world, 1);
  const from = world.trace.rows;
  for (let i = 0; i < 10; i++) injectFast(lab);
  pass(world, 0.2);
  expect(answers(lab, from).length).toBe(1);
  const sock = socketCreate(world, spaces[0]!.id, 1, "udp", 0);
  for (let i = 0; i < 10; i++) sendTo(world, sock, { address: ipv4("127.0.0.1"), port: 9, payload: new Uint8Array(1) });
  pass(world, 0.1);
  expect(hops(world, from, spaces[0]!.lo).filter((line) => line.includes("icmp 3/3")).length).toBe(10);
});

function injectFast(lab: Lab): void {
  const sock = socketCreate(lab.world, lab.machine.initNetns, 1, "udp", 0);
  sendTo(lab.world, sock, { address: ipv4("10.0.0.2"), port: 9, payload: new Uint8Array(10) });
}

test("the whole namespace sends so many errors a second", () => {
  const lab = createInetLab(1);
  sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.icmp_ratelimit", "0");
  sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.icmp_msgs_burst", "3");
  pass(lab.world, 0.1);
  for (let i = 0; i < 10; i++) injectFast(lab);
  pass(lab.world, 0.2);
  expect(answers(lab).length).toBe(3);
});

test("echo can be turned off", () => {
  const lab = createInetLab(1);
  sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.icmp_echo_ignore_all", "1");
  expect(inject(lab, {})).toEqual(["ICMP_ECHO_IGNORED"]);
});

test("the echo of a request keeps its TOS", () => {
  const { world, spaces } = createInetLab(2);
  const sock = pingSocket(world, spaces[0]!.id);
  socket(world, sock).tos = 0x10;
  echo(world, sock, "10.0.0.3");
  pass(world, 0.1);
  expect(drain(world, sock)[0]!.bytes[1]).toBe(0x10);
});

/** Host 0 at 10.0.0.2 and host 1 at 192.0.2.2, the lab's machine between them, forwarding. */
function createRouterLab(): Lab {
  const lab = createInetLab(1);
  const { world, machine, bridge } = lab;
  addAddress(world, bridge.id, "192.0.2.1/24");
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  const gateway = ipv4("10.0.0.1");
  fibAdd(world, lab.spaces[0]!.id, { destination: 0 as Ipv4, prefixLen: 0, gateway }, "add");
  return lab;
}

test("a router counts the TTL down and says when it is used up, from its address on that side", () => {
  const { world, spaces } = createRouterLab();
  const sock = pingSocket(world, spaces[0]!.id);
  socket(world, sock).ttl = 1;
  echo(world, sock, "192.0.2.77");
  pass(world, 0.1);
  const [error] = drain(world, sock).filter((m) => m.error !== null);
  expect(error?.error).toMatchObject({ type: 11, code: 0, from: ipv4("10.0.0.1") });
});

test("a router tells of a better way on the same wire, and the host takes it once it knows the neighbour", () => {
  const lab = createInetLab(2);
  const { world, spaces, hosts, machine } = lab;
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  const to = ipv4("10.0.0.3");
  fibAdd(world, spaces[0]!.id, { destination: to, prefixLen: 32, gateway: ipv4("10.0.0.1") }, "add");
  sysctlSet(world, spaces[0]!.id, "net.ipv4.ping_group_range", "0 0");
  const sock = pingSocket(world, spaces[0]!.id, "ping");
  echo(world, sock, "10.0.0.3", 1);
  pass(world, 1);
  const redirect = drain(world, sock).find((m) => m.error?.type === 5);
  expect(formatIpv4(redirect!.error!.info as Ipv4)).toBe("10.0.0.3");
  expect(routeGet(world, spaces[0]!.id, { dst: to })).toMatchObject({ redirected: false, gateway: ipv4("10.0.0.1") });
  const from = world.trace.rows;
  echo(world, sock, "10.0.0.3", 2);
  pass(world, 1);
  drain(world, sock);
  expect(routeGet(world, spaces[0]!.id, { dst: to })).toMatchObject({ redirected: true, expires_s: 299, gateway: to });
  echo(world, sock, "10.0.0.3", 4);
  pass(world, 1);
  const sent = hops(world, from, hosts[0]!.id).filter((line) => line.includes("icmp 8"));
  expect(sent.at(-1)).toContain(">02 10.0.0.2");
});

test("too long for the next hop: cut on the way, or with DF reported and remembered", () => {
  const lab = createRouterLab();
  const { world, spaces, machine } = lab;
  const id = lab.bridge.id;
  addAddress(world, lab.hosts[0]!.id, "198.51.100.2/32");
  expect(devSetMtu(world, lab.hosts[0]!.id, 1500)).toBe(0);
  fibAdd(world, machine.initNetns, { destination: ipv4("192.0.2.9"), prefixLen: 32, dev: id, mtu: 1000 }, "add");
  const sock = pingSocket(world, spaces[0]!.id);
  sysctlSet(world, machine.initNetns, "net.ipv4.conf.br0.send_redirects", "0");
  sysctlSet(world, machine.initNetns, "net.ipv4.conf.all.send_redirects", "0");
  socket(world, sock).pmtuDisc = "do";
  echo(world, sock, "192.0.2.9", 1, 1300);
  pass(world, 0.1);
  const [error] = drain(world, sock).filter((m) => m.error !== null);
  expect(error?.error).toMatchObject({ type: 3, code: 4, info: 1000 });
  expect(routeGet(world, spaces[0]!.id, { dst: ipv4("192.0.2.9") })).toMatchObject({ mtu: 1000 });
  expect(echo(world, sock, "192.0.2.9", 2, 1300)).toBe(-90);
  socket(world, sock).pmtuDisc = "dont";
  const from = world.trace.rows;
  drain(world, sock);
  expect(echo(world, sock, "192.0.2.9", 3, 1300)).toBe(1308);
  expect(hops(world, from, lab.hosts[0]!.id).length).toBe(2);
});

test("a connected UDP socket is told that nobody listens; an unconnected one only if it wants errors", () => {
  const { world, spaces } = createInetLab(2);
  const sock = socketCreate(world, spaces[0]!.id, 1, "udp", 0);
  const to = { address: ipv4("10.0.0.3"), port: 9 };
  sendTo(world, sock, { ...to, payload: new Uint8Array(4) });
  pass(world, 0.1);
  expect(socket(world, sock).error).toBe(0);
  expect(socketConnect(world, sock, to.address, to.port)).toBe(0);
  expect(formatIpv4(socket(world, sock).local)).toBe("10.0.0.2");
  sendTo(world, sock, { payload: new Uint8Array(4) });
  pass(world, 0.1);
  expect(sendTo(world, sock, { payload: new Uint8Array(4) })).toBe(ECONNREFUSED);
  expect(sendTo(world, sock, { payload: new Uint8Array(4) })).toBe(4);
});

test("UDP finds the socket that fits best, from its port, and answers go back", () => {
  const { world, spaces } = createInetLab(2);
  const open = (address: string, port: number) => {
    const id = socketCreate(world, spaces[1]!.id, 1, "udp", 0);
    expect(socketBind(world, id, ipv4(address), port)).toBe(0);
    return id;
  };
  const server = open("10.0.0.3", 53);
  expect(socketBind(world, socketCreate(world, spaces[1]!.id, 1, "udp", 0), ipv4("0.0.0.0"), 53)).toBe(-98);
  expect(socketBind(world, socketCreate(world, spaces[1]!.id, 1, "udp", 0), ipv4("9.9.9.9"), 54)).toBe(-99);
  const client = socketCreate(world, spaces[0]!.id, 1, "udp", 0);
  sendTo(world, client, { address: ipv4("10.0.0.3"), port: 53, payload: new Uint8Array([1, 2, 3]) });
  pass(world, 0.1);
  const [query] = drain(world, server);
  expect([...query!.bytes]).toEqual([1, 2, 3]);
  expect(query!.sourcePort).toBeGreaterThanOrEqual(32_768);
  expect(query!.sourcePort).toBeLessThanOrEqual(60_999);
  sendTo(world, server, { address: query!.source, port: query!.sourcePort, payload: new Uint8Array([4]) });
  pass(world, 0.1);
  expect(drain(world, client).map((m) => [...m.bytes, m.sourcePort])).toEqual([[4, 53]]);
});

test("reverse path filtering: strict wants the way back to lead through the same device", () => {
  for (const [filter, expected] of [
    ["0", []],
    ["1", ["IP_RPFILTER"]],
    ["2", ["IP_RPFILTER"]],
  ] as const) {
    const lab = createInetLab(1);
    sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.conf.eth0.rp_filter", filter);
    expect(inject(lab, { from: "203.0.113.5" })).toEqual(expected);
  }
});

test("what no way back leads to is written down where the device is told to", () => {
  const lab = createInetLab(1);
  const netns = lab.spaces[0]!.id;
  sysctlSet(lab.world, netns, "net.ipv4.conf.all.rp_filter", "1");
  inject(lab, { from: "203.0.113.5" });
  sysctlSet(lab.world, netns, "net.ipv4.conf.all.log_martians", "1");
  inject(lab, { from: "203.0.113.5" });
  const lines = lab.world.machines[0]!.dmesg.map((line) => line.text).filter((text) => /martian|ll header/.test(text));
  expect(lines).toEqual([
    "IPv4: martian source 10.0.0.2 from 203.0.113.5, on dev eth0",
    expect.stringMatching(/^ll header: 00000000: ([0-9a-f]{2} ){12}08 00$/),
  ]);
});

test("a datagram whose rest doesn't come is given up after half a minute, and its sender told", () => {
  const lab = createInetLab(1);
  const from = lab.world.trace.rows;
  inject(lab, { flags: IP_MF, payload: echoRequest(1, 56) });
  pass(lab.world, 31);
  expect(answers(lab)).toEqual(["10.0.0.2 10.0.0.1 ttl 64 len 112 icmp 11/1"]);
  expect(drops(lab.world, lab.hosts[0]!, from)).toEqual(["FRAG_REASM_TIMEOUT"]);
  expect(lab.world.pool.live).toBe(0);
});

test("fragments may come in any order and twice, but not overlap", () => {
  const whole = echoRequest(1, 56);
  const part = (lab: Lab, from: number, to: number) => {
    const more = to < whole.length ? IP_MF : 0;
    return inject(lab, { flags: more | (from / 8), payload: whole.slice(from, to) });
  };
  const lab = createInetLab(1);
  expect([part(lab, 32, 64), part(lab, 32, 64), part(lab, 0, 32)]).toEqual([[], ["IP_INHDR"], []]);
  expect(answers(lab)).toEqual(["10.0.0.2 10.0.0.1 ttl 64 len 84 icmp 0/0"]);
  const spoiled = createInetLab(1);
  part(spoiled, 32, 64);
  part(spoiled, 0, 40);
  part(spoiled, 0, 32);
  expect(answers(spoiled)).toEqual([]);
});
