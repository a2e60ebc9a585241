import "./whole.ts";
import { expect, test } from "vitest";
import { runCommand } from "./exec.ts";
import { loadWorld } from "./load.ts";

const link = (ifindex: number, mac: string) => ({ ifindex, mac, peer_ifindex: null });

test("links made by hand draw the MACs that the identities have for their numbers, in whichever namespace they ended", () => {
  const container = { id: "ab".repeat(32), pid: 4711, hostname: "abababababab" };
  const host = loadWorld({
    world: {
      switches: [],
      nodes: [{ name: "hostA", kind: "docker-host", interfaces: [], routes: [], ip_forward: 0 }],
      links: [],
    },
    dockers: ["hostA"],
    identities: {
      hostA: {
        links: { v1: link(4, "0a:00:00:00:00:04") },
        containers: { c1: { ...container, links: { eth0: link(3, "0a:00:00:00:00:03") } } },
      },
    },
    seed: 1,
  });
  runCommand(host, "hostA", "ip link add v1 type veth peer name w1; ip link add v2 type dummy");
  const macs = runCommand(host, "hostA", "cat /sys/class/net/[vw]?/address").text.split("\n");
  expect([macs[0], macs[2]]).toEqual(["0a:00:00:00:00:04", "0a:00:00:00:00:03"]);
  expect(macs[1]).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
});

test("a namespace made by hand begins with IPv6, unless the machine was booted without it", () => {
  const linkLocal = (ipv6Off: boolean) => {
    const world = loadWorld({
      world: {
        switches: [],
        nodes: [{ name: "hostA", kind: "docker-host", interfaces: [], routes: [], ip_forward: 0 }],
        links: [],
      },
      dockers: [],
      seed: 1,
      ipv6Off,
    });
    const line =
      "ip netns add blue; ip link add v1 up type veth peer name eth0 netns blue; ip -n blue link set eth0 up";
    return runCommand(world, "hostA", `${line}; ip -n blue -6 addr show dev eth0`).text;
  };
  expect(linkLocal(false)).toContain("inet6 fe80::");
  expect(linkLocal(true)).toBe("");
});
