import { expect, test } from "vitest";
import { CNI_KINDS, type CniHost, cniJoin, cniSetup, shareOf } from "./plan.ts";

const HOSTS: CniHost[] = [
  { name: "hostA", address: "192.168.1.10", dev: "eth0" },
  { name: "hostB", address: "192.168.1.11", dev: "eth0" },
  { name: "hostC", address: "192.168.1.12", dev: "eth0" },
];

test.each(CNI_KINDS)("%s for two hosts and then a third is what it is for three at once, in another order", (kind) => {
  const lines = (setup: ReturnType<typeof cniSetup>) => setup.map(({ node, line }) => `${node}$ ${line}`).sort();
  const twoThenThird = [...cniSetup(kind, HOSTS.slice(0, 2)), ...cniSetup(kind, HOSTS, 2)];
  expect(lines(twoThenThird)).toEqual(lines(cniSetup(kind, HOSTS)));
});

test.each(CNI_KINDS)("%s leads every host to the share of every other", (kind) => {
  const setup = cniSetup(kind, HOSTS);
  for (const host of HOSTS) {
    for (const [place, other] of HOSTS.entries()) {
      const way = setup.filter(
        ({ node, line }) => node === host.name && line.startsWith(`ip route add ${shareOf(kind, place).net} via`),
      );
      expect(way).toHaveLength(other === host ? 0 : 1);
    }
  }
});

test("a device's name for a pod with a long name stays within what Linux takes", () => {
  const lines = cniJoin("calico-routed", "hostA", {
    name: "a-very-long-name-for-a-pod",
    image: "nginx",
    address: "10.10.0.2",
  });
  expect(lines.some(({ line }) => line.startsWith("ip link add cali-averylongn type veth"))).toBe(true);
});
