/** The machines that scenes stand on: Docker hosts on a LAN with a gateway that masquerades, and a server on the internet. */
import type { NodeSpec, WorldSpec } from "../protocol/scene.ts";

/** Hosts by the last octet of their address: hostA is 10, hostB 11, and so on. */
export const FIRST_HOST = 10;

/** What a host is on the LAN 192.168.`lan`.0/24. @param place 0 for hostA, 1 for hostB … */
export function hostSpec(place: number, lan = 1): NodeSpec {
  const last = FIRST_HOST + place;
  const mac = `52:54:00:00:${hex(lan === 1 ? 1 : lan + 1)}:${hex(last)}`;
  return {
    name: hostName(place),
    kind: "docker-host",
    interfaces: [{ name: "eth0", mac, ipv4: `192.168.${lan}.${last}/24` }],
    routes: [`default via 192.168.${lan}.1 dev eth0`],
    ip_forward: 0,
    dns: "203.0.113.53",
  };
}

/** "hostA", "hostB" … "hostZ", "hostAA" … */
export function hostName(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return `host${place < 26 ? "" : String.fromCharCode(64 + Math.floor(place / 26))}${letter}`;
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}

function gateway(lans: readonly number[]): NodeSpec {
  const [first = 1, ...others] = lans;
  return {
    name: "gw",
    kind: "router",
    interfaces: [
      { name: "eth0", mac: "52:54:00:00:01:01", ipv4: `192.168.${first}.1/24` },
      { name: "eth1", mac: "52:54:00:00:02:01", ipv4: "203.0.113.1/24" },
      ...others.map((lan, i) => ({
        name: `eth${i + 2}`,
        mac: `52:54:00:00:${hex(lan + 1)}:01`,
        ipv4: `192.168.${lan}.1/24`,
      })),
    ],
    routes: [],
    ip_forward: 1,
    iptables: lans.map((lan) => `-t nat -A POSTROUTING -o eth1 -s 192.168.${lan}.0/24 -j MASQUERADE`),
  };
}

const INTERNET: NodeSpec = {
  name: "internet",
  kind: "server",
  interfaces: [{ name: "eth0", mac: "52:54:00:00:02:50", ipv4: ["203.0.113.80/24", "203.0.113.53/24"] }],
  routes: ["default via 203.0.113.1 dev eth0"],
  ip_forward: 0,
  services: {
    http: "203.0.113.80:80",
    dns: {
      listen: "203.0.113.53:53",
      records: { "www.example.com": "203.0.113.80", "dns.example.com": "203.0.113.53" },
    },
  },
};

/** `hosts` Docker hosts on one LAN. */
export function lanWorld(hosts: number): WorldSpec {
  const specs = Array.from({ length: hosts }, (_, place) => hostSpec(place));
  return {
    switches: [{ name: "lan", bridge: "sw0" }],
    nodes: [...specs, gateway([1]), INTERNET],
    links: [
      ...specs.map(({ name }) => [`${name}.eth0`, `lan.sw0.p-${name}`] as const),
      ["gw.eth0", "lan.sw0.p-gw"],
      ["gw.eth1", "internet.eth0"],
    ],
  };
}

/** hostA and hostB on LANs of their own, 192.168.1.0/24 and 192.168.2.0/24, with the gateway between them. */
export function routedWorld(): WorldSpec {
  const specs = [hostSpec(0, 1), hostSpec(1, 2)];
  return {
    switches: [
      { name: "lan", bridge: "sw0" },
      { name: "lan2", bridge: "sw0" },
    ],
    nodes: [...specs, gateway([1, 2]), INTERNET],
    links: [
      ["hostA.eth0", "lan.sw0.p-hostA"],
      ["gw.eth0", "lan.sw0.p-gw"],
      ["hostB.eth0", "lan2.sw0.p-hostB"],
      ["gw.eth2", "lan2.sw0.p-gw"],
      ["gw.eth1", "internet.eth0"],
    ],
  };
}
