import type { Puzzle } from "../../../protocol/lesson.ts";

/** The way there is known, the way back is not. */
export const noRoute: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "no-route",
  title: { en: "The answer that never comes", zh: "永远等不到的回答" },
  scene: "direct-routes",
  setup: [{ node: "hostB", line: "ip route del 172.17.0.0/24 via 192.168.1.10" }],
  story: {
    en: "Until yesterday nginx-1 on hostA (172.17.0.2) and nginx-2 on hostB (172.17.1.2) could ping each other. Today neither gets an answer. Make both directions work.",
    zh: "昨天 hostA 上的 nginx-1（172.17.0.2）和 hostB 上的 nginx-2（172.17.1.2）还能互相 ping 通，今天两边都收不到回答。请让两个方向都恢复。",
  },
  solved: {
    type: "all",
    of: [
      { type: "ping", from: "nginx-1", to: "172.17.1.2" },
      { type: "ping", from: "nginx-2", to: "172.17.0.2" },
    ],
  },
  hints: [
    {
      en: "Ping from nginx-1 and follow the packet: it does arrive. Now follow the answer.",
      zh: "从 nginx-1 发 ping 并跟着包走：它确实到了。再跟着回答走。",
    },
    {
      en: "Ask each host: ip route get 172.17.0.2 on hostB, ip route get 172.17.1.2 on hostA.",
      zh: "问问两台主机：在 hostB 上 ip route get 172.17.0.2，在 hostA 上 ip route get 172.17.1.2。",
    },
    {
      en: "hostB sends the answer to its default gateway. It needs a route to hostA’s containers by way of 192.168.1.10.",
      zh: "hostB 把回答交给了默认网关。它需要一条经 192.168.1.10 到 hostA 容器的路由。",
    },
  ],
  why: {
    en: "A ping is two journeys, and each host decides about its own half. Without a route of its own the answer takes the default route to a gateway that knows nothing of 172.17.0.0/24.",
    zh: "一次 ping 是两段路，每台主机只决定自己那一段。没有专门的路由，回答就走默认路由，而网关对 172.17.0.0/24 一无所知。",
  },
  highlight: { nodes: ["hostA", "hostB"], packets: ["icmp"] },
  camera: "all",
};
