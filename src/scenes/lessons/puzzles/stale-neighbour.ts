import type { Puzzle } from "../../../protocol/lesson.ts";

/** The address is the same, the container behind it is not, and the host still writes the old MAC. */
export const staleNeighbour: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "stale-neighbour",
  title: { en: "Somebody else moved in", zh: "这里换了住户" },
  scene: "host-to-container",
  setup: [
    { node: "hostA", line: "docker rm -f nginx-1" },
    { node: "hostA", line: "docker run -d --name nginx-1 --mac-address 02:42:ac:11:00:22 nginx" },
    { node: "hostA", line: "ip neigh replace 172.17.0.2 lladdr 02:42:ac:11:00:02 dev docker0 nud permanent" },
  ],
  story: {
    en: "nginx-1 was replaced by a new container with the same name and address. Since then hostA can’t reach 172.17.0.2, though the new nginx-1 is up. Make hostA’s request arrive.",
    zh: "nginx-1 换成了一个同名、同地址的新容器。从那以后 hostA 访问不到 172.17.0.2，而新的 nginx-1 明明在运行。请让 hostA 的请求能到达。",
  },
  solved: { type: "curl", from: "hostA", to: "http://172.17.0.2/" },
  hints: [
    {
      en: "Ping from hostA: no ARP request goes out, and the frame that does is for nobody.",
      zh: "从 hostA 发 ping：没有发出 ARP 请求，而发出的帧没有人要。",
    },
    {
      en: "Compare ip neigh on hostA with the MAC of nginx-1’s eth0.",
      zh: "比较 hostA 上的 ip neigh 和 nginx-1 的 eth0 的 MAC。",
    },
    {
      en: "A PERMANENT entry is never asked for again, and ip neigh flush leaves it alone unless told otherwise.",
      zh: "PERMANENT 条目永远不会再去询问，ip neigh flush 默认也不动它。",
    },
  ],
  why: {
    en: "The neighbour table turns an address into a MAC. An entry that was learned is probed and corrected within seconds; one that was made by hand is believed for ever.",
    zh: "邻居表把 IP 地址变成 MAC。学来的条目几秒之内就会被探测并更正；手工写的条目则永远被相信。",
  },
  highlight: { nodes: ["hostA", "nginx-1"], devices: ["hostA:docker0"] },
  camera: { nodes: ["hostA", "nginx-1"] },
};
