import { expect, test } from "vitest";
import { address, link, node, oneHost } from "../../motion/testing.ts";
import { namedBridge } from "./docker-network.ts";
import { freeSubnet, lansOf, nextHost } from "./hosts.ts";

const lan = (ports: readonly string[]) =>
  node("lan", "switch", {
    links: [
      link(60, "sw0", "bridge"),
      ...ports.map((name, i) => link(50 + i * 1000, name, "nic", { peer: 2 + i * 1000, master: 60 })),
    ],
  });

const worldOf = (...views: ReturnType<typeof oneHost>) => Object.fromEntries(views.map((view) => [view.id, view]));

test("a LAN is known by its switch and the addresses of who is plugged in", () => {
  const nodes = worldOf(
    ...oneHost(1),
    lan(["p-hostA"]),
    node("quiet", "switch", { links: [link(90, "sw0", "bridge")] }),
  );
  expect(lansOf(nodes)).toEqual([{ machine: "lan", bridge: "sw0", number: 1 }]);
});

test("the next host has the first name, address and port that are free", () => {
  const nodes = worldOf(...oneHost(0), lan(["p-hostA"]));
  const [at] = lansOf(nodes);
  const host = nextHost(nodes, at!, "--bip 172.17.1.1/24");
  expect(host).toMatchObject({ end: "lan.sw0.p-hostB", dockerd: "--bip 172.17.1.1/24" });
  expect(host?.spec).toMatchObject({ name: "hostB", interfaces: [{ ipv4: "192.168.1.11/24" }] });
  const taken = node("intruder", "server", {
    links: [link(70, "eth0", "nic", { addresses: address("192.168.1.11/24") })],
  });
  expect(nextHost({ ...nodes, intruder: taken }, at!, "")?.spec.name).toBe("hostC");
});

test("a subnet of its own is one that no docker0 has", () => {
  const nodes = worldOf(...oneHost(0));
  expect(freeSubnet(nodes)).toBe(1);
  const other = node("hostB", "docker-host", {
    links: [link(1003, "docker0", "bridge", { addresses: address("172.17.1.1/24") })],
  });
  expect(freeSubnet({ ...nodes, hostB: other })).toBe(2);
});

test("Docker's network behind a bridge that was given a name", () => {
  const lines = [
    "ip link set cni0 up",
    "docker network create --subnet 10.244.0.0/24 -o com.docker.network.bridge.name=cni0 -o com.docker.network.driver.mtu=1450 flannel; ip a",
  ];
  expect(namedBridge(lines, "cni0")).toBe("flannel");
  expect(namedBridge(lines, "cni1")).toBeNull();
});
