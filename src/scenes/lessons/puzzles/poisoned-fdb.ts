import type { Puzzle } from "../../../protocol/lesson.ts";

/** docker0 has been told that a container is behind the wrong port. */
export const poisonedFdb: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "poisoned-fdb",
  title: { en: "The bridge was lied to", zh: "网桥被骗了" },
  scene: "iptables-trace",
  setup: [{ node: "hostA", line: "bridge fdb replace 02:42:ac:11:00:03 dev veth9c02e56 master permanent" }],
  story: {
    en: "nginx-1 asks for nginx-2 (172.17.0.3) by ARP and nothing comes of it. Both are on docker0, both are up, and no rule drops anything. Make nginx-1’s request to nginx-2 succeed.",
    zh: "nginx-1 用 ARP 询问 nginx-2（172.17.0.3），却没有结果。两个容器都在 docker0 上，都在运行，也没有规则丢弃任何东西。请让 nginx-1 访问 nginx-2 成功。",
  },
  solved: { type: "curl", from: "nginx-1", to: "http://172.17.0.3/" },
  hints: [
    {
      en: "Watch a frame to or from 02:42:ac:11:00:03: what does docker0 do with it?",
      zh: "盯住一个发往或来自 02:42:ac:11:00:03 的帧：docker0 怎么处理它？",
    },
    {
      en: "bridge fdb show br docker0 — behind which port is nginx-2’s MAC said to be?",
      zh: "bridge fdb show br docker0：表里说 nginx-2 的 MAC 在哪个端口后面？",
    },
    {
      en: "An entry made by hand is not overwritten by what the bridge hears. Delete it, and the bridge learns by itself.",
      zh: "手工写的条目不会被网桥听到的东西覆盖。删掉它，网桥自己会学。",
    },
  ],
  why: {
    en: "The FDB decides which port a frame leaves by. A permanent entry says that the MAC is the bridge’s own, so nginx-2’s frames look forged and those for it go no further.",
    zh: "FDB 决定帧从哪个端口出去。permanent 条目表示这个 MAC 属于网桥自己，于是 nginx-2 发出的帧像是伪造的，发给它的帧也走不下去。",
  },
  highlight: { devices: ["hostA:docker0", "hostA:veth9c02e56", "hostA:vethb4963f3"], packets: ["arp"] },
  camera: { nodes: ["hostA", "nginx-1", "nginx-2"] },
};
