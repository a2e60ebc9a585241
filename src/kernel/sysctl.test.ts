/** sysctls: what is there, what is refused, what a write changes besides. */
import { expect, test } from "vitest";
import { EINVAL, ENOENT } from "./errno.ts";
import { createVeth } from "./netdev/veth.ts";
import { createNetns } from "./netns.ts";
import { sysctlGet, sysctlNames, sysctlSet } from "./sysctl.ts";
import { createInetLab } from "./testing/inet.ts";
import { createLab, made } from "./testing/lab.ts";

test("every name that is listed can be read, and nothing else", () => {
  const { world, machine, spaces } = createLab(1);
  for (const netns of [machine.initNetns, spaces[0]!.id]) {
    const names = sysctlNames(world, netns);
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => sysctlGet(world, netns, name) === null)).toEqual([]);
  }
  for (const name of ["net.ipv4.nosuch", "net.ipv4.conf.eth9.forwarding", "net.ipv4.conf.eth0.nosuch", "kernel"]) {
    expect(sysctlGet(world, spaces[0]!.id, name)).toBe(null);
    expect(sysctlSet(world, spaces[0]!.id, name, "1")).toBe(ENOENT);
  }
});

test("what a whole machine has once is seen from its first namespace only", () => {
  const { world, machine, spaces } = createLab(1);
  expect(sysctlGet(world, machine.initNetns, "net.ipv4.neigh.default.gc_thresh3")).toBe("1024");
  expect(sysctlGet(world, spaces[0]!.id, "net.ipv4.neigh.default.gc_thresh3")).toBe(null);
});

test.each([
  ["net.ipv4.ip_default_ttl", "0"],
  ["net.ipv4.ip_default_ttl", "300"],
  ["net.ipv4.ip_forward", "abc"],
  ["net.ipv4.ip_forward", ""],
  ["net.ipv4.ip_forward", "99999999999"],
  ["net.ipv4.icmp_echo_ignore_all", "5"],
  ["net.ipv4.ip_local_port_range", "3000 2000"],
  ["net.ipv4.ip_local_port_range", "1000 2000"],
  ["net.ipv4.neigh.lo.mcast_solicit", "-1"],
])("%s = %s is refused", (name, value) => {
  const { world, spaces } = createLab(1);
  const before = sysctlGet(world, spaces[0]!.id, name);
  expect(sysctlSet(world, spaces[0]!.id, name, value)).toBe(EINVAL);
  expect(sysctlGet(world, spaces[0]!.id, name)).toBe(before);
});

test("ip_forward is forwarding for all, for each device and for new ones, and turns redirects off", () => {
  const { world, machine, spaces } = createInetLab(1);
  const get = (name: string) => sysctlGet(world, machine.initNetns, name);
  sysctlSet(world, machine.initNetns, "net.ipv4.ip_forward", "1");
  expect(["all", "default", "lo", "br0"].map((who) => get(`net.ipv4.conf.${who}.forwarding`))).toEqual(
    Array(4).fill("1"),
  );
  expect(get("net.ipv4.conf.all.accept_redirects")).toBe("0");
  const [a] = made(createVeth(world, { netns: machine.initNetns }, { netns: machine.initNetns }));
  expect(get(`net.ipv4.conf.${a.name}.forwarding`)).toBe("1");
  expect(sysctlGet(world, spaces[0]!.id, "net.ipv4.ip_forward")).toBe("0");
  const later = createNetns(world, machine.id, null);
  expect(sysctlGet(world, later.id, "net.ipv4.ip_forward")).toBe("0");
  sysctlSet(world, machine.initNetns, "net.ipv4.conf.all.forwarding", "0");
  expect([get("net.ipv4.ip_forward"), get("net.ipv4.conf.br0.forwarding")]).toEqual(["0", "0"]);
});

test("defaults reach devices that have no address yet", () => {
  const { world, spaces, hosts } = createLab(2);
  const space = spaces[0]!.id;
  sysctlSet(world, space, "net.ipv4.conf.default.rp_filter", "2");
  expect(sysctlGet(world, space, "net.ipv4.conf.eth0.rp_filter")).toBe("2");
  expect(sysctlGet(world, space, "net.ipv4.conf.lo.rp_filter")).toBe("0");
  expect(hosts[1]!.conf?.rp_filter).toBe(undefined);
});

test("one setting of neighbours under two names, in two units", () => {
  const { world, spaces } = createLab(1);
  const space = spaces[0]!.id;
  sysctlSet(world, space, "net.ipv4.neigh.eth0.base_reachable_time", "20");
  expect(sysctlGet(world, space, "net.ipv4.neigh.eth0.base_reachable_time_ms")).toBe("20000");
  sysctlSet(world, space, "net.ipv4.neigh.eth0.retrans_time_ms", "500");
  expect(sysctlGet(world, space, "net.ipv4.neigh.eth0.retrans_time")).toBe("50");
});

test("a pair is read with a tab between", () => {
  const { world, spaces } = createLab(1);
  const name = "net.ipv4.ip_local_port_range";
  expect(sysctlGet(world, spaces[0]!.id, name)).toBe("32768\t60999");
  expect(sysctlSet(world, spaces[0]!.id, name, "40000 40010")).toBe(0);
  expect(sysctlGet(world, spaces[0]!.id, name)).toBe("40000\t40010");
});
