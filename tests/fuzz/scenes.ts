/** Small worlds at random: one to three hosts on a switch, or a host by itself; a gateway and an internet behind it. */
import fc from "fast-check";
import type { NodeSpec, Scene } from "../../src/protocol/scene.ts";

export interface Shape {
  hosts: number;
  lan: boolean;
  internet: boolean;
  seed: number;
}

/** Small numbers of everything; shrinks to one host by itself. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  hosts: fc.integer({ min: 1, max: 3 }),
  lan: fc.boolean(),
  internet: fc.boolean(),
  seed: fc.nat({ max: 1000 }),
});

function host(name: string, n: number, { lan, internet }: Shape): NodeSpec {
  return {
    name,
    kind: "docker-host",
    interfaces: lan ? [{ name: "eth0", mac: `52:54:00:00:01:0${n}`, ipv4: `192.168.1.1${n}/24` }] : [],
    routes: lan && internet ? ["default via 192.168.1.1 dev eth0"] : [],
    ip_forward: 0,
    ...(internet ? { dns: "203.0.113.53" } : {}),
  };
}

const GATEWAY: NodeSpec = {
  name: "gw",
  kind: "router",
  interfaces: [
    { name: "eth0", mac: "52:54:00:00:01:01", ipv4: "192.168.1.1/24" },
    { name: "eth1", mac: "52:54:00:00:02:01", ipv4: "203.0.113.1/24" },
  ],
  routes: [],
  ip_forward: 1,
  iptables: ["-t nat -A POSTROUTING -o eth1 -s 192.168.1.0/24 -j MASQUERADE"],
};

const INTERNET: NodeSpec = {
  name: "internet",
  kind: "server",
  interfaces: [{ name: "eth0", mac: "52:54:00:00:02:50", ipv4: ["203.0.113.80/24", "203.0.113.53/24"] }],
  routes: ["default via 203.0.113.1 dev eth0"],
  ip_forward: 0,
  services: {
    http: "203.0.113.80:80",
    dns: { listen: "203.0.113.53:53", records: { "www.example.com": "203.0.113.80" } },
  },
};

/** The scene of a shape: each host has a busybox called box and an nginx called web. */
export function sceneOf(shape: Shape): Scene {
  const names = ["hostA", "hostB", "hostC"].slice(0, shape.lan ? shape.hosts : 1);
  const outside = shape.lan && shape.internet;
  return {
    version: 1,
    id: "fuzz",
    title: { en: "fuzz", zh: "fuzz" },
    world: {
      switches: shape.lan ? [{ name: "lan", bridge: "sw0" }] : [],
      nodes: [...names.map((name, n) => host(name, n, shape)), ...(outside ? [GATEWAY, INTERNET] : [])],
      links: [
        ...(shape.lan ? names.map((name): [string, string] => [`${name}.eth0`, `lan.sw0.p-${name}`]) : []),
        ...(outside
          ? ([
              ["gw.eth0", "lan.sw0.p-gw"],
              ["gw.eth1", "internet.eth0"],
            ] as const)
          : []),
      ],
    },
    dockers: names,
    seed: shape.seed,
    setup: names.flatMap((node) => [
      { node, line: "docker run -dit --name box busybox" },
      { node, line: "docker run -d --name web nginx" },
    ]),
    actions: [],
  };
}
