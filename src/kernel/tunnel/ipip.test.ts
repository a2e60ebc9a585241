/** IPIP tunnels: RFC 2003's header, which tunnel takes what, lifetimes, and packets that are too long. */
import { expect, test } from "vitest";
import { IPV4_ANY, ipv4 } from "../../wire/address.ts";
import {
  IP_DF,
  IPPROTO_ICMP,
  IPPROTO_IPIP,
  IPV4_HLEN,
  ipv4ChecksumOk,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import { EEXIST } from "../errno.ts";
import { fibAdd } from "../fib/fib.ts";
import { routeGet } from "../ipv4/route-get.ts";
import { devClose, devOpen, devSetMtu } from "../netdev/device.ts";
import { devStats } from "../netdev/stats.ts";
import { sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab, hops } from "../testing/inet.ts";
import { type Lab, made, rowsOf } from "../testing/lab.ts";
import { dropsAt, ping, sent } from "../testing/tunnel.ts";
import type { NetDevice } from "../types.ts";
import { devByName } from "../world.ts";
import { createIpTunnel, type IpTunnelConfig, loadIpip } from "./ipip.ts";

const IP = 14;
const ANY: IpTunnelConfig = { local: IPV4_ANY, remote: IPV4_ANY, link: null, ttl: 0, tos: 0, pmtudisc: true };
const underlay = (i: number) => ipv4(`10.0.0.${i + 2}`);

function tunnel(lab: Lab, i: number, name: string, config: Partial<IpTunnelConfig>): NetDevice {
  const device = made(createIpTunnel(lab.world, lab.spaces[i]!.id, { name }, { ...ANY, ...config }));
  devOpen(lab.world, device.id);
  return device;
}

/** Hosts 10.0.0.2 and .3 with a tunnel t0 between them: 10.8.0.1/24 and .2. */
function pair(config: Partial<IpTunnelConfig> = {}): { lab: Lab; tunnels: [NetDevice, NetDevice] } {
  const lab = createInetLab(2);
  const end = (i: number) => {
    const device = tunnel(lab, i, "t0", { local: underlay(i), remote: underlay(1 - i), ...config });
    addAddress(lab.world, device.id, `10.8.0.${i + 1}/24`);
    return device;
  };
  return { lab, tunnels: [end(0), end(1)] };
}

test("a packet travels whole behind an outer header of protocol 4, as the same packet", () => {
  const { lab, tunnels } = pair();
  const { world, hosts, spaces } = lab;
  expect(ping(world, spaces[0]!.id, "10.8.0.2")).toBe(1);
  const [inner] = sent(world, tunnels[0].id, IPPROTO_ICMP);
  const [outer] = sent(world, hosts[0]!.id, IPPROTO_IPIP);
  expect(outer!.slice(IP + IPV4_HLEN)).toEqual(inner!.slice(IP));
  expect([ipv4Source(outer!, IP), ipv4Destination(outer!, IP)]).toEqual([underlay(0), underlay(1)]);
  expect(ipv4TotalLength(outer!, IP)).toBe(84 + IPV4_HLEN);
  expect(ipv4ChecksumOk(outer!, IP)).toBe(true);
  const rows = rowsOf(world);
  const wrapped = rows.filter((row) => row.kind === "ENCAP").map((row) => row.packet);
  expect(rows.filter((row) => row.kind === "DECAP").map((row) => row.packet)).toEqual(wrapped);
  expect(devStats(world, tunnels[0].id)).toMatchObject({ txPackets: 1, txBytes: 84, rxPackets: 1, rxBytes: 84 });
  expect(world.pool.live).toBe(0);
});

test("the outer lifetime is the inner one's, or the tunnel's own; pmtudisc forbids cutting", () => {
  for (const [config, ttl, df] of [
    [{}, 64, IP_DF],
    [{ ttl: 9 }, 9, IP_DF],
    [{ pmtudisc: false }, 64, 0],
  ] as const) {
    const { lab } = pair(config);
    sysctlSet(lab.world, lab.spaces[0]!.id, "net.ipv4.ip_no_pmtu_disc", "1");
    ping(lab.world, lab.spaces[0]!.id, "10.8.0.2");
    const [outer] = sent(lab.world, lab.hosts[0]!.id, IPPROTO_IPIP);
    expect([ipv4Ttl(outer!, IP), ipv4FlagsAndOffset(outer!, IP) & IP_DF]).toEqual([ttl, df]);
  }
});

test("the tunnel that names both ends takes a packet, then one that names the sender, then the receiver, then tunl0", () => {
  const { lab } = pair();
  const { world, spaces } = lab;
  const best: string[] = [];
  const taker = () => {
    const from = world.trace.rows;
    ping(world, spaces[0]!.id, "10.8.0.2");
    const row = rowsOf(world, from).find((one) => one.kind === "DECAP");
    best.push(row === undefined ? "none" : world.devs[row.dev]!.name);
  };
  const both = devByName(world, spaces[1]!.id, "t0")!;
  const remote = tunnel(lab, 1, "remote", { remote: underlay(0) });
  const local = tunnel(lab, 1, "local", { local: underlay(1) });
  const fallback = devByName(world, spaces[1]!.id, "tunl0")!;
  devOpen(world, fallback.id);
  for (const device of [both, remote, local, fallback]) {
    taker();
    devClose(world, device.id);
  }
  taker();
  expect(best).toEqual(["t0", "remote", "local", "tunl0", "none"]);
  expect(hops(world, 0, lab.hosts[1]!.id).at(-1)).toMatch(/icmp \S+\/3$/);
});

test("a host without the module says that it does not know the protocol", () => {
  const lab = createInetLab(2);
  const { world, hosts, spaces } = lab;
  const device = tunnel(lab, 0, "t0", { local: underlay(0), remote: underlay(1) });
  addAddress(world, device.id, "10.8.0.1/24");
  lab.machine.sysctl = {};
  ping(world, spaces[0]!.id, "10.8.0.2");
  expect(hops(world, 0, hosts[1]!.id).at(-1)).toMatch(/icmp \S+\/2$/);
});

test("two tunnels between the same ends are one too many; loading the module twice changes nothing", () => {
  const { lab } = pair();
  const { world, spaces } = lab;
  const config = { ...ANY, local: underlay(0), remote: underlay(1) };
  expect(createIpTunnel(world, spaces[0]!.id, { name: "t1" }, config)).toBe(EEXIST);
  expect(loadIpip(world, spaces[0]!.id)).toBe(false);
  expect(devByName(world, spaces[1]!.id, "tunl0")).not.toBe(null);
});

test("tunl0 sends to the next hop that the route names", () => {
  const { lab } = pair();
  const { world, hosts, spaces } = lab;
  const tunl0 = devByName(world, spaces[0]!.id, "tunl0")!;
  devOpen(world, tunl0.id);
  addAddress(world, tunl0.id, "10.9.0.1/32");
  const route = { destination: ipv4("10.9.1.0"), prefixLen: 24, gateway: underlay(1), dev: tunl0.id, onlink: true };
  expect(fibAdd(world, spaces[0]!.id, route, "add")).toMatchObject({ errno: 0 });
  ping(world, spaces[0]!.id, "10.9.1.5");
  const [outer] = sent(world, hosts[0]!.id, IPPROTO_IPIP);
  expect([ipv4Destination(outer!, IP), ipv4Destination(outer!, IP + IPV4_HLEN)]).toEqual([
    underlay(1),
    ipv4("10.9.1.5"),
  ]);
});

test("the MTU leaves room for the header; one that is too long is found out, and the next packet is cut before it is wrapped", () => {
  const { lab, tunnels } = pair();
  const { world, hosts, spaces } = lab;
  expect(tunnels[0].mtu).toBe(1480);
  devSetMtu(world, tunnels[0].id, 1500);
  ping(world, spaces[0]!.id, "10.8.0.2");
  let from = world.trace.rows;
  // The sender is told, as a packet and as its socket's error.
  expect(ping(world, spaces[0]!.id, "10.8.0.2", 1472)).toBe(2);
  expect(dropsAt(world, tunnels[0].id, from)).toEqual(["PKT_TOO_BIG"]);
  expect(devStats(world, tunnels[0].id).txErrors).toBe(1);
  expect(routeGet(world, spaces[0]!.id, { dst: ipv4("10.8.0.2") })).toMatchObject({ mtu: 1480 });
  from = world.trace.rows;
  expect(ping(world, spaces[0]!.id, "10.8.0.2", 1472)).toBe(1);
  const pieces = sent(world, hosts[0]!.id, IPPROTO_IPIP, from).map((bytes) => ipv4TotalLength(bytes, IP));
  expect(pieces).toEqual([1496, 64]);
});

test("a tunnel whose packets would leave by itself drops them", () => {
  const lab = createInetLab(1);
  const device = tunnel(lab, 0, "t0", { remote: ipv4("10.8.0.9") });
  addAddress(lab.world, device.id, "10.8.0.1/24");
  ping(lab.world, lab.spaces[0]!.id, "10.8.0.2");
  expect(dropsAt(lab.world, device.id)).toEqual(["RECURSION_LIMIT"]);
  expect(devStats(lab.world, device.id)).toMatchObject({ txPackets: 0, txErrors: 1 });
});
