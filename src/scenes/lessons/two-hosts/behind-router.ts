import type { StepLesson } from "../../../protocol/lesson.ts";
import { behindRouter } from "../../cross-host.ts";
import { actionsOf, option, w } from "../parts.ts";

const route = { type: "entry", node: "hostA", table: "route", where: { destination: "10.244.1.0/24" } } as const;

export const behindRouterLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "behind-router",
  title: w("A router in between", "中间隔着路由器"),
  scene: "behind-router",
  steps: [
    {
      do: w(
        "hostB is on another LAN, 192.168.2.0/24. Give hostA a route to its pods by way of 192.168.2.11.",
        "hostB 在另一个局域网 192.168.2.0/24。给 hostA 加一条经 192.168.2.11 到它的 Pod 的路由。",
      ),
      lines: actionsOf(behindRouter, 0),
      predict: {
        question: w(
          "hostA can ping 192.168.2.11. Does it take the route?",
          "hostA 能 ping 通 192.168.2.11。它会接受这条路由吗？",
        ),
        options: [option("Yes", "会", route), option("No, it is refused", "不会，被拒绝", { type: "not", of: route })],
      },
      watch: w("Error: Nexthop has invalid gateway.", "Error: Nexthop has invalid gateway."),
      why: w(
        "A gateway is a neighbour to whose MAC frames are sent. 192.168.2.11 is behind gw, so hostA can’t have its MAC.",
        "网关是邻居，帧要发给它的 MAC。192.168.2.11 在 gw 后面，hostA 得不到它的 MAC。",
      ),
      done: { type: "printed", node: "hostA", line: "*Nexthop has invalid gateway*" },
      highlight: { nodes: ["hostA", "gw"] },
      camera: "all",
    },
    {
      do: w(
        "Build a VXLAN tunnel on both hosts and ping pod-b (10.244.1.2) from pod-a.",
        "在两台主机上建立 VXLAN 隧道，从 pod-a ping pod-b（10.244.1.2）。",
      ),
      lines: actionsOf(behindRouter, 1, 2, 3),
      predict: {
        question: w("Does gw have to learn where 10.244.1.0/24 is?", "gw 需要知道 10.244.1.0/24 在哪里吗？"),
        options: [
          option("No, it only sees UDP from host to host", "不需要，它只看到主机之间的 UDP", {
            type: "seen",
            node: "gw",
            way: "in",
            protocol: "vxlan",
          }),
          option("Yes, it forwards the pods’ own packets", "需要，它要转发 Pod 自己的包", {
            type: "all",
            of: [
              { type: "seen", node: "gw", way: "in", protocol: "icmp" },
              { type: "not", of: { type: "seen", node: "gw", way: "in", protocol: "vxlan" } },
            ],
          }),
        ],
      },
      watch: w(
        "The outer packet crosses gw; the inner one doesn’t lose a hop there.",
        "外层包经过 gw，内层包在那里并不减 TTL。",
      ),
      why: w(
        "The next hop of the inner packet is flannel.1’s other end, which is a neighbour on the tunnel. The routers in between belong to the outer packet.",
        "内层包的下一跳是 flannel.1 的另一端，在隧道里它就是邻居。中间的路由器只与外层包有关。",
      ),
      done: { type: "ping", from: "pod-a", to: "10.244.1.2" },
      highlight: { devices: ["hostA:flannel.1", "hostB:flannel.1"], packets: ["vxlan"] },
      camera: "all",
    },
  ],
};
