/** VXLAN devices: what is wrapped and unwrapped, to whom it goes, what is learned, and what is dropped. */
import { expect, test } from "vitest";
import { Nud } from "../../base/trace-kind.ts";
import { frameBytes } from "../../sim/trace.ts";
import { formatIpv4, type Ipv4, ipv4, MAC_ZERO, type Mac } from "../../wire/address.ts";
import { icmpCode, icmpNextHopMtu, icmpType } from "../../wire/icmpv4.ts";
import { IPPROTO_ICMP, IPPROTO_UDP, ipv4ChecksumOk, ipv4Destination, ipv4Source, ipv4Ttl } from "../../wire/ipv4.ts";
import { udpChecksumOk, udpDestinationPort, udpLength, udpSourcePort } from "../../wire/udp.ts";
import { EEXIST } from "../errno.ts";
import { routeGet } from "../ipv4/route-get.ts";
import { neighAdd } from "../neigh/admin.ts";
import { createBridge } from "../netdev/bridge/bridge.ts";
import { bridgeAddIf } from "../netdev/bridge/port.ts";
import { devClose, devOpen, devSetMac } from "../netdev/device.ts";
import { devStats } from "../netdev/stats.ts";
import { addAddress, createInetLab, hops, pass } from "../testing/inet.ts";
import { type Lab, made, rowsOf } from "../testing/lab.ts";
import { dropsAt, ping, sent } from "../testing/tunnel.ts";
import type { NetDevice } from "../types.ts";
import { createVxlan, VXLAN_HEADROOM, type VxlanConfig, vxlanDefaults } from "./vxlan.ts";
import { vxlanFdbAdd, vxlanFdbAppend, vxlanFdbDel, vxlanFdbFind } from "./vxlan-fdb.ts";

/** Host i is 10.0.0.(i+2); its device vx0 has the MAC 02:00:00:00:0a:0(i+1) and 10.7.0.(i+1). */
const macOf = (i: number) => (0x0200_0000_0a01 + i) as Mac;
const underlay = (i: number) => ipv4(`10.0.0.${i + 2}`);
const at = (ip: Ipv4) => ({ ip, port: 4789, vni: 42, dev: null });

interface Overlay {
  lab: Lab;
  vx: NetDevice[];
}

function overlay(count: number, configOf: (i: number) => Partial<VxlanConfig> = () => ({}), mtu?: number): Overlay {
  const lab = createInetLab(count);
  const { world } = lab;
  const vx = lab.spaces.map((space, i) => {
    const config = { ...vxlanDefaults(42), port: 4789, ...configOf(i) };
    const spec = { name: "vx0", mac: macOf(i), ...(mtu === undefined ? {} : { mtu }) };
    const device = made(createVxlan(world, space.id, spec, config));
    devOpen(world, device.id);
    addAddress(world, device.id, `10.7.0.${i + 1}/24`);
    return device;
  });
  return { lab, vx };
}

/** Two hosts that name each other. */
const pair = (config: Partial<VxlanConfig> = {}, mtu?: number) =>
  overlay(2, (i) => ({ remote: underlay(1 - i), ...config }), mtu);

test("a frame travels whole in a datagram with right lengths and checksums, as the same packet", () => {
  const { lab, vx } = pair();
  const { world, hosts, spaces } = lab;
  expect(ping(world, spaces[0]!.id, "10.7.0.2")).toBe(1);
  const [inner] = sent(world, vx[0]!.id, IPPROTO_ICMP);
  const outer = sent(world, hosts[0]!.id, IPPROTO_UDP).at(-1)!;
  expect(outer.slice(VXLAN_HEADROOM)).toEqual(inner);
  expect([ipv4Source(outer, 14), ipv4Destination(outer, 14)]).toEqual([underlay(0), underlay(1)]);
  expect(ipv4ChecksumOk(outer, 14)).toBe(true);
  expect([udpDestinationPort(outer, 34), udpLength(outer, 34)]).toEqual([4789, outer.length - 34]);
  expect(udpChecksumOk(outer, 34, udpLength(outer, 34), underlay(0), underlay(1))).toBe(true);
  expect(Array.from(outer.subarray(42, 50))).toEqual([8, 0, 0, 0, 0, 0, 42, 0]);
  const wrapped = rowsOf(world).filter((row) => row.kind === "ENCAP" && row.dev === vx[0]!.id);
  const bare = rowsOf(world).filter((row) => row.kind === "DECAP" && row.dev === vx[1]!.id);
  expect(bare.map((row) => row.packet)).toEqual(wrapped.map((row) => row.packet));
  expect(world.pool.live).toBe(0);
});

test("both directions of a flow have one source port, which lies in the range", () => {
  const { lab } = pair({ srcPortMin: 5000, srcPortMax: 5010 });
  ping(lab.world, lab.spaces[0]!.id, "10.7.0.2");
  const [there, back] = [0, 1].map((i) => sent(lab.world, lab.hosts[i]!.id, IPPROTO_UDP).at(-1)!);
  expect(udpSourcePort(there!, 34)).toBe(udpSourcePort(back!, 34));
  expect(udpSourcePort(there!, 34)).toBeGreaterThanOrEqual(5000);
  expect(udpSourcePort(there!, 34)).toBeLessThan(5010);
});

test("a flooding list of several hosts: each gets a copy with an identity of its own", () => {
  const { lab, vx } = overlay(3);
  const { world, spaces } = lab;
  for (const i of [1, 2]) vxlanFdbAppend(world, vx[0]!, MAC_ZERO, at(underlay(i)));
  vxlanFdbAppend(world, vx[1]!, MAC_ZERO, at(underlay(0)));
  expect(ping(world, spaces[0]!.id, "10.7.0.2")).toBe(1);
  const wrapped = rowsOf(world).filter((row) => row.kind === "ENCAP" && row.dev === vx[0]!.id);
  expect(wrapped.map((row) => formatIpv4((row.a >>> 0) as Ipv4))).toEqual(["10.0.0.3", "10.0.0.4", "10.0.0.3"]);
  expect(new Set(wrapped.map((row) => row.packet)).size).toBe(3);
  expect(dropsAt(world, vx[2]!.id)).toEqual(["ARP_NOT_FOR_US"]);
  expect(world.pool.live).toBe(0);
});

test("who sent is learned from what comes in, unless learning is off", () => {
  const { lab, vx } = overlay(2, (i) => ({ remote: underlay(1 - i), learning: i === 1 }));
  ping(lab.world, lab.spaces[0]!.id, "10.7.0.2");
  expect(vxlanFdbFind(vx[1]!.vxlan!, macOf(0))?.remotes[0]?.ip).toBe(underlay(0));
  expect(vxlanFdbFind(vx[0]!.vxlan!, macOf(1))).toBe(null);
});

test("nothing that was learned goes against an entry made by hand, and the frame that would is dropped", () => {
  const { lab, vx } = pair();
  const { world } = lab;
  const request = { mac: macOf(0), remote: at(ipv4("10.0.0.77")), state: Nud.PERMANENT, mode: "add" } as const;
  expect(vxlanFdbAdd(world, vx[1]!, request)).toBe(0);
  expect(vxlanFdbAdd(world, vx[1]!, request)).toBe(EEXIST);
  expect(ping(world, lab.spaces[0]!.id, "10.7.0.2")).toBe(0);
  expect(dropsAt(world, vx[1]!.id)).toEqual(["VXLAN_ENTRY_EXISTS"]);
  expect(vxlanFdbFind(vx[1]!.vxlan!, macOf(0))?.remotes[0]?.ip).toBe(ipv4("10.0.0.77"));
});

test("a VNI that nobody has is dropped in silence; where nobody has the port, ICMP says so", () => {
  const { lab, vx } = overlay(2, (i) => ({ remote: underlay(1 - i), vni: 42 + i }));
  const { world, hosts, spaces } = lab;
  expect(ping(world, spaces[0]!.id, "10.7.0.2")).toBe(0);
  expect(dropsAt(world, vx[1]!.id)).toEqual(["VXLAN_VNI_NOT_FOUND"]);
  expect(hops(world, 0, hosts[1]!.id).some((line) => line.includes("icmp"))).toBe(false);
  devClose(world, vx[1]!.id);
  pass(world, 1);
  expect(hops(world, 0, hosts[1]!.id).at(-1)).toMatch(/10\.0\.0\.3 10\.0\.0\.2 .* icmp \S+\/3$/);
});

test("a frame that bears the device's own MAC is not taken", () => {
  const { lab, vx } = pair();
  devSetMac(lab.world, vx[1]!.id, macOf(0));
  ping(lab.world, lab.spaces[0]!.id, "10.7.0.2");
  expect(dropsAt(lab.world, vx[1]!.id)).toEqual(["LOCAL_MAC"]);
});

test("without an entry nothing leaves, and only the drop is counted; what leaves counts without its Ethernet header", () => {
  const { lab, vx } = pair();
  const { world, spaces } = lab;
  ping(world, spaces[0]!.id, "10.7.0.2");
  const before = devStats(world, vx[0]!.id);
  expect([before.txPackets, before.txBytes, before.rxPackets, before.rxBytes]).toEqual([2, 28 + 84, 2, 28 + 84]);
  vxlanFdbDel(world, vx[0]!, MAC_ZERO, null);
  vxlanFdbDel(world, vx[0]!, macOf(1), null);
  const from = world.trace.rows;
  ping(world, spaces[0]!.id, "10.7.0.2");
  expect(dropsAt(world, vx[0]!.id, from)).toEqual(["NO_TX_TARGET"]);
  expect(devStats(world, vx[0]!.id)).toEqual({ ...before, txDropped: 1 });
});

test("an MTU that is too long: the datagram is cut, and the path's MTU is learned for the next packet", () => {
  const { lab, vx } = pair({}, 1500);
  const { world, hosts, spaces } = lab;
  ping(world, spaces[0]!.id, "10.7.0.2");
  let from = world.trace.rows;
  expect(ping(world, spaces[0]!.id, "10.7.0.2", 1472)).toBe(1);
  const cut = hops(world, from, hosts[0]!.id).map((line) => line.replace(/^.*(len.*) proto 17$/, "$1"));
  expect(cut).toEqual(["len 1500 MF", "len 70 +1480"]);
  const route = routeGet(world, spaces[0]!.id, { dst: ipv4("10.7.0.2") });
  expect(route).toMatchObject({ mtu: 1450 });
  from = world.trace.rows;
  expect(ping(world, spaces[0]!.id, "10.7.0.2", 1472)).toBe(1);
  expect(hops(world, from, vx[0]!.id).map((line) => line.replace(/^.*(len \d+).*$/, "$1"))).toEqual([
    "len 1444",
    "len 76",
  ]);
  expect(world.pool.live).toBe(0);
});

test("as the port of a bridge it tells the sender of a packet that must not be cut, in the receiver's name", () => {
  const { lab, vx } = pair({}, 1500);
  const { world, hosts, spaces } = lab;
  const bridge = made(createBridge(world, spaces[0]!.id, { name: "br0" }));
  devOpen(world, bridge.id);
  bridgeAddIf(world, bridge.id, vx[0]!.id);
  addAddress(world, bridge.id, "10.8.0.1/24");
  addAddress(world, vx[1]!.id, "10.8.0.2/24");
  expect(ping(world, spaces[0]!.id, "10.8.0.2")).toBe(1);
  const from = world.trace.rows;
  ping(world, spaces[0]!.id, "10.8.0.2", 1472);
  expect(hops(world, from, hosts[0]!.id)).toEqual([]);
  expect(dropsAt(world, vx[0]!.id, from)).toEqual(["PKT_TOO_BIG"]);
  const up = rowsOf(world, from).find((row) => row.kind === "BRIDGE_UP");
  const error = frameBytes(world.trace, up!.frame)!;
  expect([error.length, ipv4Ttl(error, 14), formatIpv4(ipv4Source(error, 14))]).toEqual([14 + 576, 64, "10.8.0.2"]);
  expect(ipv4ChecksumOk(error, 14)).toBe(true);
  expect([icmpType(error, 34), icmpCode(error, 34), icmpNextHopMtu(error, 34)]).toEqual([3, 4, 1450]);
  expect(routeGet(world, spaces[0]!.id, { dst: ipv4("10.8.0.2") })).toMatchObject({ mtu: 1450 });
  expect(ping(world, spaces[0]!.id, "10.8.0.2", 1472)).toBe(1);
  expect(world.pool.live).toBe(0);
});

test("df set: a datagram that is too long is dropped", () => {
  const { lab, vx } = pair({ df: "set" }, 1500);
  const { world, hosts, spaces } = lab;
  ping(world, spaces[0]!.id, "10.7.0.2");
  const from = world.trace.rows;
  expect(ping(world, spaces[0]!.id, "10.7.0.2", 1472)).toBe(0);
  expect(dropsAt(world, hosts[0]!.id, from)).toEqual(["PKT_TOO_BIG"]);
  expect(devStats(world, vx[0]!.id).txDropped).toBe(1);
});

test("the datagram's lifetime is the system's, or the device's own", () => {
  for (const [ttl, expected] of [
    [0, 64],
    [3, 3],
  ] as const) {
    const { lab } = pair({ ttl });
    ping(lab.world, lab.spaces[0]!.id, "10.7.0.2");
    expect(ipv4Ttl(sent(lab.world, lab.hosts[0]!.id, IPPROTO_UDP)[0]!, 14)).toBe(expected);
  }
});

test("a device whose datagrams would leave by itself drops them", () => {
  const { lab, vx } = overlay(1, () => ({ remote: ipv4("10.7.0.9") }));
  ping(lab.world, lab.spaces[0]!.id, "10.7.0.2");
  expect(dropsAt(lab.world, vx[0]!.id)).toEqual(["RECURSION_LIMIT"]);
});

test("a multicast group reaches its members and nobody else, one hop far", () => {
  const lab = createInetLab(3);
  const { world, hosts, spaces } = lab;
  const vx = [0, 1].map((i) => {
    const config = { ...vxlanDefaults(42), port: 4789, remote: ipv4("239.1.1.1"), link: hosts[i]!.id };
    const device = made(createVxlan(world, spaces[i]!.id, { name: "vx0", mac: macOf(i) }, config));
    devOpen(world, device.id);
    addAddress(world, device.id, `10.7.0.${i + 1}/24`);
    return device;
  });
  expect(hosts[0]!.multicastList).toContain(0x0100_5e01_0101);
  expect(ping(world, spaces[0]!.id, "10.7.0.2")).toBe(1);
  const [first] = sent(world, hosts[0]!.id, IPPROTO_UDP);
  expect([...first!.slice(0, 6), ipv4Ttl(first!, 14)]).toEqual([1, 0, 0x5e, 1, 1, 1, 1]);
  expect(dropsAt(world, hosts[2]!.id)).toContain("IP_INADDRERRORS");
  devClose(world, vx[1]!.id);
  expect(hosts[1]!.multicastList).not.toContain(0x0100_5e01_0101);
});

test("a proxy answers for the neighbours that it knows and sends no ARP at all", () => {
  const { lab, vx } = pair({ proxy: true });
  const { world, hosts, spaces } = lab;
  expect(ping(world, spaces[0]!.id, "10.7.0.2")).toBe(0);
  expect(sent(world, hosts[0]!.id, IPPROTO_UDP)).toEqual([]);
  expect(neighAdd(world, vx[0]!.id, { ip: ipv4("10.7.0.2"), mac: macOf(1), state: Nud.PERMANENT }, "replace")).toBe(0);
  ping(world, spaces[0]!.id, "10.7.0.2");
  // The request that waited for its neighbour, and the new one.
  expect(sent(world, hosts[0]!.id, IPPROTO_UDP).length).toBe(2);
});
