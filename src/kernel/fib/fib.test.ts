/** Routes: longest prefix match against a naive model, what addresses and devices add and remove, what is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { cidr, formatIpv4, type Ipv4, ipv4, isInNetwork, networkOf } from "../../wire/address.ts";
import { EACCES, EADDRNOTAVAIL, EEXIST, EHOSTUNREACH, EINVAL, ENETUNREACH, ENOENT, ESRCH } from "../errno.ts";
import { routeGet } from "../ipv4/route-get.ts";
import { devClose, devOpen } from "../netdev/device.ts";
import { createVeth } from "../netdev/veth.ts";
import { sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab } from "../testing/inet.ts";
import { createLab, made } from "../testing/lab.ts";
import { type DevId, type NetnsId, type Route, RT_TABLE_LOCAL, RT_TABLE_MAIN, type World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";
import { inetAddrAdd, inetAddrDel } from "./devinet.ts";
import { fibAdd, fibDel, type RouteMode, type RouteSpec, routes } from "./fib.ts";
import { fibLookup, inetAddrType, inetSelectAddr } from "./lookup.ts";
import { createFib, fibInsert, fibRemove, fibTable, tableRoutes } from "./table.ts";

function route(fields: Partial<Route>): Route {
  return {
    table: RT_TABLE_MAIN,
    type: "unicast",
    destination: 0 as Ipv4,
    prefixLen: 0,
    tos: 0,
    gateway: null,
    dev: 0,
    source: null,
    scope: 253,
    protocol: "boot",
    metric: 0,
    onlink: false,
    viaSelf: false,
    mtu: null,
    dead: false,
    linkdown: false,
    created_ns: 0,
    ...fields,
  };
}

/** Few enough bits that prefixes nest and collide. */
const address = fc.tuple(fc.constantFrom(0x0a, 0xac, 0xc0), fc.nat(3), fc.nat(3), fc.nat(3)).map(([a, b, c, d]) => {
  return ((a * 0x100_0000 + b * 0x4000_00 + c * 0x4000 + d * 0x40) >>> 0) as Ipv4;
});
const someRoute = fc
  .record({
    address,
    prefixLen: fc.constantFrom(0, 4, 8, 10, 16, 18, 24, 26, 32),
    metric: fc.nat(2),
    isLocal: fc.boolean(),
  })
  .map(({ address: a, prefixLen, metric, isLocal }) =>
    route({ destination: networkOf(a, prefixLen), prefixLen, metric, table: isLocal ? RT_TABLE_LOCAL : RT_TABLE_MAIN }),
  );

test("a lookup finds the longest prefix, local before main, the lowest metric, the earliest; also after removals", () => {
  const { world, machine } = createLab(0);
  const netns = netnsOf(world, machine.initNetns);
  fc.assert(
    fc.property(
      fc.array(someRoute, { maxLength: 30 }),
      fc.array(fc.nat(100)),
      fc.array(address),
      (list, gone, asked) => {
        netns.fib = createFib();
        const kept = [...list];
        for (const r of list) fibInsert(fibTable(netns.fib, r.table), r, true);
        for (const n of gone) {
          const [r] = kept.splice(n % Math.max(1, kept.length), 1);
          if (r !== undefined) fibRemove(fibTable(netns.fib, r.table), r);
        }
        for (const destination of asked) {
          const best = kept
            .filter((r) => isInNetwork(destination, r.destination, r.prefixLen))
            .sort((x, y) => y.prefixLen - x.prefixLen || y.table - x.table || x.metric - y.metric)[0];
          const found = fibLookup(world, netns, destination);
          expect(found).toBe(best ?? ENETUNREACH);
        }
        const listed = [RT_TABLE_LOCAL, RT_TABLE_MAIN].flatMap((id) => tableRoutes(fibTable(netns.fib, id)));
        expect(new Set(listed)).toEqual(new Set(kept));
      },
    ),
  );
});

/** A route in a few words. */
function show(world: World, r: Route): string {
  const parts = [r.type, `${formatIpv4(r.destination)}/${r.prefixLen}`];
  if (r.gateway !== null) parts.push(`via ${formatIpv4(r.gateway)}`);
  if (r.dev !== null) parts.push(world.devs[r.dev]!.name);
  if (r.source !== null) parts.push(`src ${formatIpv4(r.source)}`);
  if (r.metric !== 0) parts.push(`metric ${r.metric}`);
  if (r.linkdown) parts.push("linkdown");
  return parts.join(" ");
}

const main = (world: World, netns: NetnsId) => routes(world, netns, RT_TABLE_MAIN).map((r) => show(world, r));
const local = (world: World, netns: NetnsId) => routes(world, netns, RT_TABLE_LOCAL).map((r) => show(world, r));

function add(world: World, netns: NetnsId, to: string, spec: Partial<RouteSpec>, mode: RouteMode = "add") {
  const { address: destination, prefixLength: prefixLen } = cidr(to);
  return fibAdd(world, netns, { destination, prefixLen, ...spec }, mode);
}

test("an address brings its local, broadcast and connected routes, and takes them along", () => {
  const { world, spaces, hosts } = createLab(1);
  const space = spaces[0]!.id;
  const lo = ["local 127.0.0.0/8 lo src 127.0.0.1", "local 127.0.0.1/32 lo src 127.0.0.1"];
  const loBroadcast = "broadcast 127.255.255.255/32 lo src 127.0.0.1";
  expect(local(world, space)).toEqual([...lo, loBroadcast]);
  addAddress(world, hosts[0]!.id, "10.0.0.2/24");
  expect(main(world, space)).toEqual(["unicast 10.0.0.0/24 eth0 src 10.0.0.2"]);
  expect(local(world, space)).toEqual([
    "local 10.0.0.2/32 eth0 src 10.0.0.2",
    "broadcast 10.0.0.255/32 eth0 src 10.0.0.2",
    ...lo,
    loBroadcast,
  ]);
  add(world, space, "0.0.0.0/0", { gateway: ipv4("10.0.0.1") });
  expect(inetAddrDel(world, hosts[0]!.id, { local: ipv4("10.0.0.9") })).toBe(EADDRNOTAVAIL);
  expect(inetAddrDel(world, hosts[0]!.id, { local: ipv4("10.0.0.2"), prefixLen: 24 })).toBe(0);
  expect(main(world, space)).toEqual([]);
  expect(local(world, space)).toEqual([...lo, loBroadcast]);
});

const labels = (world: World, dev: DevId) =>
  world.devs[dev]!.addresses.map((ifa) => `${formatIpv4(ifa.local)}${ifa.secondary ? " secondary" : ""}`);

test("of one subnet the second address is secondary, and goes with the primary unless it is promoted", () => {
  for (const promotes of [false, true]) {
    const { world, spaces, hosts } = createLab(1);
    const space = spaces[0]!.id;
    const dev = hosts[0]!.id;
    if (promotes) sysctlSet(world, space, "net.ipv4.conf.eth0.promote_secondaries", "1");
    for (const text of ["10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/24", "10.0.1.1/32"]) addAddress(world, dev, text);
    expect(labels(world, dev)).toEqual(["10.0.0.2", "10.0.1.1", "10.0.0.3 secondary", "10.0.0.4 secondary"]);
    expect(inetAddrAdd(world, dev, { local: ipv4("10.0.0.3"), prefixLen: 24 })).toBe(EEXIST);
    expect(main(world, space)).toEqual(["unicast 10.0.0.0/24 eth0 src 10.0.0.2"]);
    inetAddrDel(world, dev, { local: ipv4("10.0.0.2") });
    if (promotes) {
      expect(labels(world, dev)).toEqual(["10.0.1.1", "10.0.0.3", "10.0.0.4 secondary"]);
      expect(main(world, space)).toEqual(["unicast 10.0.0.0/24 eth0 src 10.0.0.3"]);
    } else {
      expect(labels(world, dev)).toEqual(["10.0.1.1"]);
      expect(main(world, space)).toEqual([]);
      expect(local(world, space).filter((line) => line.includes("10.0.0."))).toEqual([]);
    }
  }
});

test("a broadcast or local route that another address needs stays", () => {
  const { world, spaces, hosts } = createLab(1);
  const dev = hosts[0]!.id;
  for (const text of ["10.0.0.2/24", "10.0.0.3/24"]) addAddress(world, dev, text);
  inetAddrDel(world, dev, { local: ipv4("10.0.0.3") });
  expect(local(world, spaces[0]!.id).filter((line) => line.includes("10.0.0."))).toEqual([
    "local 10.0.0.2/32 eth0 src 10.0.0.2",
    "broadcast 10.0.0.255/32 eth0 src 10.0.0.2",
  ]);
});

test("a device that goes down takes its routes, but not its being local; up brings back the connected ones only", () => {
  const { world, spaces, hosts, ports } = createInetLab(1);
  const space = spaces[0]!.id;
  add(world, space, "0.0.0.0/0", { gateway: ipv4("10.0.0.1") });
  const connected = "unicast 10.0.0.0/24 eth0 src 10.0.0.2";
  expect(main(world, space)).toEqual(["unicast 0.0.0.0/0 via 10.0.0.1 eth0", connected]);
  devClose(world, hosts[0]!.id);
  expect(main(world, space)).toEqual([]);
  expect(local(world, space)[0]).toBe("local 10.0.0.2/32 eth0 src 10.0.0.2");
  devOpen(world, hosts[0]!.id);
  expect(main(world, space)).toEqual([connected]);
  devClose(world, ports[0]!.id);
  expect(main(world, space)).toEqual([`${connected} linkdown`]);
  devOpen(world, ports[0]!.id);
  expect(main(world, space)).toEqual([connected]);
});

test("what the kernel refuses, in its words", () => {
  const { world, spaces, hosts } = createInetLab(1);
  const space = spaces[0]!.id;
  const dev = hosts[0]!.id;
  const gateway = ipv4("10.0.0.1");
  const refusals: [string, Partial<RouteSpec>, RouteMode, number, string | null][] = [
    ["10.9.0.1/16", { gateway }, "add", EINVAL, "Invalid prefix for given prefix length"],
    ["10.9.0.0/16", { gateway: ipv4("8.8.8.8") }, "add", ENETUNREACH, "Nexthop has invalid gateway"],
    ["10.9.0.0/16", { gateway: ipv4("10.0.0.255") }, "add", EINVAL, "Nexthop has invalid gateway"],
    ["10.9.0.0/16", {}, "add", -19, null],
    ["10.9.0.0/16", { dev, source: ipv4("10.7.7.7") }, "add", EINVAL, "Invalid prefsrc address"],
    ["10.9.0.0/16", { gateway: ipv4("8.8.8.8"), onlink: true }, "add", -19, "Nexthop device required for onlink"],
    ["10.9.0.0/16", { type: "blackhole", dev }, "add", EINVAL, expect.stringContaining("can not be specified")],
    ["10.9.0.0/16", { gateway }, "change", ENOENT, null],
    ["10.0.0.0/24", { dev }, "add", EEXIST, null],
  ];
  for (const [to, spec, mode, errno, message] of refusals) {
    expect(add(world, space, to, spec, mode)).toEqual({ errno, message });
  }
  expect(main(world, space).length).toBe(1);
  expect(fibDel(world, space, { destination: ipv4("10.9.0.0"), prefixLen: 16 }).errno).toBe(ESRCH);
  const onlink = add(world, space, "10.9.0.0/16", { gateway: ipv4("8.8.8.8"), dev, onlink: true });
  expect(onlink).toEqual({ errno: 0, message: null });
});

test("replace takes the first of the same metric, prepend goes before it, append behind, del removes the best match", () => {
  const { world, spaces } = createInetLab(1);
  const space = spaces[0]!.id;
  const via = (last: number, mode: RouteMode, metric = 0) =>
    add(world, space, "10.9.0.0/16", { gateway: ipv4(`10.0.0.${last}`), metric }, mode).errno;
  expect([via(10, "add"), via(11, "add", 5), via(12, "append"), via(13, "prepend")]).toEqual([0, 0, 0, 0]);
  const gateways = () => main(world, space).slice(1);
  const line = (last: number, metric = "") => `unicast 10.9.0.0/16 via 10.0.0.${last} eth0${metric}`;
  expect(gateways()).toEqual([line(13), line(10), line(12), line(11, " metric 5")]);
  expect([via(14, "replace"), via(10, "append"), via(15, "change", 5)]).toEqual([0, EEXIST, 0]);
  expect(gateways()).toEqual([line(14), line(10), line(12), line(15, " metric 5")]);
  const del = (more: object) => fibDel(world, space, { destination: ipv4("10.9.0.0"), prefixLen: 16, ...more }).errno;
  expect([del({ metric: 5 }), del({ gateway: ipv4("10.0.0.12") }), del({}), del({ gateway: ipv4("1.1.1.1") })]).toEqual(
    [0, 0, 0, ESRCH],
  );
  expect(gateways()).toEqual([line(10)]);
});

test("routes that refuse, ask elsewhere, or name their source", () => {
  const { world, spaces, hosts } = createInetLab(1);
  const space = spaces[0]!.id;
  for (const [i, type] of (["blackhole", "unreachable", "prohibit"] as const).entries()) {
    expect(add(world, space, `10.${i + 1}.0.0/16`, { type }).errno).toBe(0);
  }
  const answers = ["10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1"].map((to) =>
    routeGet(world, space, { dst: ipv4(to) }),
  );
  expect(answers).toEqual([EINVAL, EHOSTUNREACH, EACCES, ENETUNREACH]);
  addAddress(world, hosts[0]!.id, "10.5.0.1/16");
  add(world, space, "192.0.2.0/24", { gateway: ipv4("10.0.0.1"), source: ipv4("10.5.0.1") });
  add(world, space, "198.51.100.0/24", { gateway: ipv4("10.0.0.1") });
  const sources = ["192.0.2.7", "198.51.100.7", "10.0.0.2", "127.9.9.9", "10.0.0.255"].map((to) => {
    const got = routeGet(world, space, { dst: ipv4(to) });
    return typeof got === "number" ? got : [got.type, formatIpv4(got.source!), world.devs[got.dev]!.name];
  });
  expect(sources).toEqual([
    ["unicast", "10.5.0.1", "eth0"],
    ["unicast", "10.0.0.2", "eth0"],
    ["local", "10.0.0.2", "lo"],
    ["local", "127.0.0.1", "lo"],
    ["broadcast", "10.0.0.2", "eth0"],
  ]);
});

test("an input route is asked with the device that the packet comes in by", () => {
  const { world, machine, bridge } = createInetLab(0);
  const [a] = made(createVeth(world, { netns: machine.initNetns }, { netns: machine.initNetns }));
  const ask = () =>
    routeGet(world, machine.initNetns, { dst: ipv4("192.0.2.9"), src: ipv4("10.0.0.2"), iif: bridge.id });
  expect(ask()).toBe(EHOSTUNREACH);
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  expect(ask()).toBe(ENETUNREACH);
  devOpen(world, a.id);
  devOpen(world, a.peer!);
  addAddress(world, a.id, "192.0.2.1/24");
  expect(ask()).toMatchObject({ dev: a.id, gateway: null, source: null, iif: bridge.id, doRedirect: false });
});

test("kinds of addresses, and the choice of a source by scope", () => {
  const { world, spaces, hosts } = createInetLab(1);
  const netns = spaces[0]!;
  const kinds = [
    "10.0.0.2",
    "10.0.0.3",
    "10.0.0.255",
    "127.1.2.3",
    "224.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "8.8.8.8",
  ];
  expect(kinds.map((text) => inetAddrType(world, netns, ipv4(text)))).toEqual([
    "local",
    "unicast",
    "broadcast",
    "local",
    "multicast",
    "broadcast",
    "broadcast",
    "unicast",
  ]);
  const lo = world.devs[netns.lo]!;
  expect(formatIpv4(inetSelectAddr(world, netns, lo, ipv4("10.0.0.9")))).toBe("10.0.0.2");
  expect(formatIpv4(inetSelectAddr(world, netns, hosts[0]!, ipv4("10.0.0.9")))).toBe("10.0.0.2");
});
