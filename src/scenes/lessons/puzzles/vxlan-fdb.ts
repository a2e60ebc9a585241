import type { Puzzle } from "../../../protocol/lesson.ts";

/** The tunnel knows the MAC of its other end, but not the host behind which it is. */
export const vxlanFdb: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "vxlan-fdb",
  title: { en: "A tunnel without an exit", zh: "没有出口的隧道" },
  scene: "flannel-vxlan",
  setup: [{ node: "hostA", line: "bridge fdb del 0e:00:00:00:0b:01 dev flannel.1 dst 192.168.1.11 self" }],
  story: {
    en: "pod-a no longer reaches pod-b (10.244.1.2) on the other host. The routes are there, and not one UDP packet leaves hostA. Make pod-a’s ping arrive.",
    zh: "pod-a 访问不到另一台主机上的 pod-b（10.244.1.2）了。路由都在，可 hostA 一个 UDP 包也没有发出。请让 pod-a 的 ping 到达。",
  },
  solved: { type: "ping", from: "pod-a", to: "10.244.1.2" },
  hints: [
    {
      en: "The ping gets as far as flannel.1 and ends there. Read the reason.",
      zh: "ping 走到 flannel.1 就结束了。看看原因。",
    },
    {
      en: "Three things must be known: the route, the MAC of its gateway (ip neigh), and the host behind that MAC (bridge fdb).",
      zh: "要知道三件事：路由、网关的 MAC（ip neigh）、这个 MAC 在哪台主机后面（bridge fdb）。",
    },
    {
      en: "Compare bridge fdb show dev flannel.1 on the two hosts.",
      zh: "比较两台主机上的 bridge fdb show dev flannel.1。",
    },
  ],
  why: {
    en: "Flannel’s VXLAN device learns nothing by itself. Its FDB maps a MAC to a host’s address; without the entry there is nowhere to send the outer packet, and no default to fall back on.",
    zh: "Flannel 的 VXLAN 设备自己不学习。它的 FDB 把 MAC 对应到主机地址；没有这个条目，外层包就无处可发，也没有默认出口。",
  },
  highlight: { devices: ["hostA:flannel.1"], packets: ["icmp", "vxlan"] },
  camera: "all",
};
