import type { Scene } from "../protocol/scene.ts";

/** The scene that the page opens with: three containers on one host's docker0, the host on a LAN with a gateway. */
export const sameHost: Scene = {
  version: 1,
  id: "same-host",
  title: { en: "Same host, first ping", zh: "同一宿主机，第一次 ping" },
  world: {
    switches: [{ name: "lan", bridge: "sw0" }],
    nodes: [
      {
        name: "hostA",
        kind: "docker-host",
        interfaces: [{ name: "eth0", mac: "52:54:00:00:01:0a", ipv4: "192.168.1.10/24" }],
        routes: ["default via 192.168.1.1 dev eth0"],
        ip_forward: 0,
        dns: "203.0.113.53",
      },
      {
        name: "gw",
        kind: "router",
        interfaces: [
          { name: "eth0", mac: "52:54:00:00:01:01", ipv4: "192.168.1.1/24" },
          { name: "eth1", mac: "52:54:00:00:02:01", ipv4: "203.0.113.1/24" },
        ],
        routes: [],
        ip_forward: 1,
        iptables: ["-t nat -A POSTROUTING -o eth1 -s 192.168.1.0/24 -j MASQUERADE"],
      },
      {
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
      },
    ],
    links: [
      ["hostA.eth0", "lan.sw0.p-hostA"],
      ["gw.eth0", "lan.sw0.p-gw"],
      ["gw.eth1", "internet.eth0"],
    ],
  },
  dockers: ["hostA"],
  dockerd: { hostA: "--dns 203.0.113.53" },
  seed: 17,
  setup: [
    { node: "hostA", line: "docker run -d --name nginx-1 nginx" },
    { node: "hostA", line: "docker run -d --name nginx-2 nginx" },
    { node: "hostA", line: "docker run -dit --name box-3 busybox" },
  ],
  actions: [
    {
      title: { en: "Ping nginx-1 → nginx-2", zh: "从 nginx-1 ping nginx-2" },
      node: "nginx-1",
      line: "ping -c 3 172.17.0.3",
    },
    {
      title: { en: "Ping an address that nobody has", zh: "ping 一个没有人用的地址" },
      node: "nginx-1",
      line: "ping -c 1 172.17.0.99",
    },
    { title: { en: "Ping hostA → nginx-2", zh: "从 hostA ping nginx-2" }, node: "hostA", line: "ping -c 3 172.17.0.3" },
    {
      title: { en: "Ping nginx-1 → docker0", zh: "从 nginx-1 ping docker0" },
      node: "nginx-1",
      line: "ping -c 3 172.17.0.1",
    },
    {
      title: { en: "Show the bridge’s table", zh: "查看网桥的 CAM 表" },
      node: "hostA",
      line: "brctl showmacs docker0",
    },
    { title: { en: "Find the veth’s other end", zh: "找出 veth 的另一端" }, node: "nginx-1", line: "ip link" },
  ],
};
