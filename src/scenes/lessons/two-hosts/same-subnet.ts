import type { StepLesson } from "../../../protocol/lesson.ts";
import { sameSubnet } from "../../cross-host.ts";
import { actionsOf, asksFor, no, option, w, yes } from "../parts.ts";

const works = { type: "ping", from: "nginx-1", to: "172.17.0.3" } as const;

export const sameSubnetLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "same-subnet",
  title: w("Why the same subnet can’t work", "为什么同一个网段行不通"),
  scene: "same-subnet",
  steps: [
    {
      do: w(
        "Both hosts use 172.17.0.0/16. Ping 172.17.0.3, a container on hostB, from nginx-1 on hostA.",
        "两台主机都用 172.17.0.0/16。从 hostA 的 nginx-1 ping hostB 上的容器 172.17.0.3。",
      ),
      lines: actionsOf(sameSubnet, 0),
      predict: {
        question: w("Whom does nginx-1 ask for by ARP?", "nginx-1 用 ARP 询问谁？"),
        options: ["172.17.0.1", "172.17.0.3"].map((address) => option(address, address, asksFor("nginx-1", address))),
      },
      watch: w(
        "The question stays on hostA’s docker0, where nobody has the address.",
        "询问留在 hostA 的 docker0 上，那里没有人有这个地址。",
      ),
      why: w(
        "To nginx-1 the destination is on its own wire. It asks there, three times, and gives up: Destination Host Unreachable.",
        "对 nginx-1 来说，目的地就在自己的网线上。它在那里问了三次，然后放弃：Destination Host Unreachable。",
      ),
      done: { type: "dropped", node: "nginx-1", reason: "NEIGH_FAILED" },
      highlight: { devices: ["hostA:docker0"], packets: ["arp"] },
      camera: "all",
    },
    {
      do: w("Try a route on hostA all the same, and ping again.", "还是在 hostA 上加一条路由，再 ping 一次。"),
      lines: actionsOf(sameSubnet, 1, 0),
      predict: { question: w("Does the route help?", "这条路由有用吗？"), options: [yes(works), no(works)] },
      watch: w("hostA’s routes aren’t asked at all.", "hostA 的路由根本没有被问到。"),
      why: w(
        "A route on the host only counts for packets that reach the host as a router. This one never leaves nginx-1’s wire. So each host needs a subnet of its own: 172.17.0.0/24 here, 172.17.1.0/24 there.",
        "宿主机的路由只管交到宿主机手里的包。这个包没有离开 nginx-1 的网线。所以每台主机要有自己的子网：这边 172.17.0.0/24，那边 172.17.1.0/24。",
      ),
      done: {
        type: "all",
        of: [
          { type: "entry", node: "hostA", table: "route", where: { destination: "172.17.0.3/32" } },
          asksFor("nginx-1", "172.17.0.3"),
        ],
      },
      highlight: { devices: ["hostA:docker0"], packets: ["arp"] },
      camera: "all",
    },
  ],
};
