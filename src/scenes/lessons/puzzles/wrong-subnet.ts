import type { Puzzle } from "../../../protocol/lesson.ts";
import { crossHost, directRoutes } from "../../cross-host.ts";

/** hostB's containers think that all of 172.17.0.0/16 is on their own wire. */
export const wrongSubnet: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "wrong-subnet",
  title: { en: "Sixteen bits instead of twenty-four", zh: "把 /24 写成了 /16" },
  scene: {
    ...directRoutes,
    id: "wrong-subnet",
    // The first address of the share is 172.17.1.0; nginx-2 is to have 172.17.1.2.
    setup: [{ node: "hostB", line: "docker run -dit --name box-1 busybox" }, ...directRoutes.setup],
    dockerd: { ...crossHost.dockerd, hostB: "--bip 172.17.1.1/16 --fixed-cidr 172.17.1.0/24" },
  },
  story: {
    en: "Both hosts have their routes, and nginx-1 (172.17.0.2) still can’t reach the container on hostB (172.17.1.2). Somebody set up hostB’s docker0 from memory. Make nginx-1 and nginx-2 ping each other.",
    zh: "两台主机都有路由，可 nginx-1（172.17.0.2）还是到不了 hostB 上的容器（172.17.1.2）。hostB 的 docker0 是有人凭记忆配的。请让 nginx-1 和 nginx-2 能互相 ping 通。",
  },
  solved: {
    type: "all",
    of: [
      { type: "ping", from: "nginx-1", to: "172.17.1.2" },
      { type: "ping", from: "nginx-2", to: "172.17.0.2" },
    ],
  },
  hints: [
    { en: "Ping from nginx-2 and see what it asks for by ARP.", zh: "从 nginx-2 发 ping，看它用 ARP 在问谁。" },
    {
      en: "Look at nginx-2’s routes: which destinations does it take to be on its own wire?",
      zh: "看看 nginx-2 的路由：它认为哪些目的地址就在自己的网线上？",
    },
    {
      en: "Either nginx-2 learns that 172.17.0.0/24 is behind 172.17.1.1, or docker0 answers ARP in the others’ stead (proxy_arp).",
      zh: "要么让 nginx-2 知道 172.17.0.0/24 在 172.17.1.1 后面，要么让 docker0 替别人回答 ARP（proxy_arp）。",
    },
  ],
  why: {
    en: "A prefix length says who is a neighbour. With /16 nginx-2 asks for 172.17.0.2 on its own bridge, where nobody has it, and never hands the packet to its host, whose routes are right.",
    zh: "前缀长度决定谁算邻居。写成 /16 后，nginx-2 在自己的网桥上询问 172.17.0.2，那里没有人是它；包根本没有交给宿主机，宿主机的路由再对也用不上。",
  },
  highlight: { nodes: ["nginx-2"], packets: ["arp"] },
  camera: "all",
};
