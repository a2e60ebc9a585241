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
    en: "nginx-1 learns nginx-2’s MAC by ARP, and yet not one request to 172.17.0.3 arrives. Both are on docker0, both are up, and no rule drops anything. Make nginx-1’s request to nginx-2 succeed.",
    zh: "nginx-1 用 ARP 查到了 nginx-2 的 MAC，可发往 172.17.0.3 的请求一个也没有到。两个容器都在 docker0 上，都在运行，也没有规则丢弃任何东西。请让 nginx-1 访问 nginx-2 成功。",
  },
  solved: { type: "curl", from: "nginx-1", to: "http://172.17.0.3/" },
  hints: [
    {
      en: "Watch a frame to 02:42:ac:11:00:03: what does docker0 do with it? And what does dmesg say?",
      zh: "盯住一个发往 02:42:ac:11:00:03 的帧：docker0 怎么处理它？dmesg 又说了什么？",
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
    en: "The FDB decides where a frame goes. A permanent entry says that the MAC is the host’s own, so docker0 hands the frame to the host, which finds that it is for another (OTHERHOST). When nginx-2 itself speaks, the kernel warns in its log: “own address as source address”.",
    zh: "FDB 决定帧去哪里。permanent 条目表示这个 MAC 是宿主机自己的，于是 docker0 把帧交给宿主机，宿主机却发现它是给别人的（OTHERHOST）。nginx-2 自己发帧时，内核会在日志里警告 “own address as source address”。",
  },
  highlight: { devices: ["hostA:docker0", "hostA:veth9c02e56", "hostA:vethb4963f3"], packets: ["icmp"] },
  camera: { nodes: ["hostA", "nginx-1", "nginx-2"] },
};
