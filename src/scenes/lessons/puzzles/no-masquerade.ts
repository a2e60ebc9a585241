import type { Puzzle } from "../../../protocol/lesson.ts";

/** The request leaves with an address that nobody outside can answer. */
export const noMasquerade: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "no-masquerade",
  title: { en: "A letter without a return address", zh: "没有回信地址的信" },
  scene: "container-to-internet",
  setup: [{ node: "hostA", line: "iptables -t nat -D POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE" }],
  story: {
    en: "nginx-1 can’t open http://203.0.113.80/. Its packets do leave hostA by eth0, and forwarding is on. Make the page load.",
    zh: "nginx-1 打不开 http://203.0.113.80/。它的包确实从 hostA 的 eth0 发出去了，转发也开着。请让网页能打开。",
  },
  solved: { type: "curl", from: "nginx-1", to: "http://203.0.113.80/" },
  hints: [
    {
      en: "Capture on hostA’s eth0 and read the source address of what leaves.",
      zh: "在 hostA 的 eth0 上抓包，看看发出的包的源地址。",
    },
    { en: "Who out there has a route to 172.17.0.2?", zh: "外面有谁知道去 172.17.0.2 的路？" },
    {
      en: "Compare iptables -t nat -S POSTROUTING with what dockerd makes: one rule is missing.",
      zh: "把 iptables -t nat -S POSTROUTING 和 dockerd 建立的规则比一比：少了一条。",
    },
  ],
  why: {
    en: "172.17.0.2 means something on hostA alone. As a packet leaves by another device than docker0, MASQUERADE puts the host’s address in its place and conntrack remembers whose it was, so that the answer finds its way.",
    zh: "172.17.0.2 只在 hostA 上有意义。包从 docker0 以外的网卡离开时，MASQUERADE 把源地址换成宿主机的地址，conntrack 记住它原来是谁的，回答才找得到路。",
  },
  highlight: { devices: ["hostA:eth0"], packets: ["tcp"] },
  camera: "all",
};
