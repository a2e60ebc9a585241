import type { Puzzle } from "../../../protocol/lesson.ts";

/** The host has become a host again: it no longer passes on what isn't for itself. */
export const forwardingOff: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "forwarding-off",
  title: { en: "As far as docker0 and no further", zh: "到 docker0 为止" },
  scene: "container-to-internet",
  setup: [{ node: "hostA", line: "sysctl -w net.ipv4.ip_forward=0" }],
  story: {
    en: "After some hardening of hostA, nginx-1 reaches docker0 (172.17.0.1) but nothing beyond the host. hostA itself is online. Get nginx-1 to 203.0.113.80 again.",
    zh: "对 hostA 做了安全加固之后，nginx-1 能到 docker0（172.17.0.1），却出不了宿主机；hostA 自己上网正常。请让 nginx-1 重新访问到 203.0.113.80。",
  },
  solved: { type: "ping", from: "nginx-1", to: "203.0.113.80" },
  hints: [
    {
      en: "Ping from nginx-1 and look at where the packet ends. It meets no rule of iptables at all.",
      zh: "从 nginx-1 发 ping，看看包在哪里结束。它根本没有碰到任何 iptables 规则。",
    },
    {
      en: "The packet is for the host’s MAC, but not for the host’s address. Who tells Linux to pass such packets on?",
      zh: "这个包的目的 MAC 是宿主机，目的 IP 却不是。由什么决定 Linux 是否转发这样的包？",
    },
    { en: "sysctl net.ipv4.ip_forward", zh: "sysctl net.ipv4.ip_forward" },
  ],
  why: {
    en: "Between docker0 and eth0 the host is a router, and Linux routes for others only while net.ipv4.ip_forward is 1. dockerd switches it on when it starts; whoever switches it off afterwards cuts every container off.",
    zh: "在 docker0 和 eth0 之间，宿主机是一台路由器；只有 net.ipv4.ip_forward 为 1 时 Linux 才替别人转发。dockerd 启动时会打开它，之后谁把它关掉，所有容器就都断网。",
  },
  highlight: { devices: ["hostA:docker0", "hostA:eth0"], packets: ["icmp"] },
  camera: { nodes: ["hostA", "nginx-1"] },
};
