import type { StepLesson } from "../../../protocol/lesson.ts";
import { crossHost } from "../../cross-host.ts";
import { actionsOf, option, pings, w } from "../parts.ts";

export const crossHostLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "cross-host",
  title: w("Two hosts that don’t know of each other’s containers", "两台主机，互不知道对方的容器"),
  scene: "cross-host",
  steps: [
    {
      do: w(
        "Ping nginx-2 (172.17.1.2, on hostB) from nginx-1 on hostA.",
        "从 hostA 上的 nginx-1 ping hostB 上的 nginx-2（172.17.1.2）。",
      ),
      lines: actionsOf(crossHost, 0),
      predict: {
        question: w(
          "hostA’s containers are 172.17.0.0/24, hostB’s 172.17.1.0/24. To whom does hostA hand the packet?",
          "hostA 的容器是 172.17.0.0/24，hostB 的是 172.17.1.0/24。hostA 把包交给谁？",
        ),
        options: [
          option("To hostB", "hostB", pings("hostA", { "eth.dst": "52:54:00:00:01:0b" }, "eth0")),
          option(
            "To the gateway of the LAN",
            "局域网的网关",
            pings("hostA", { "eth.dst": "52:54:00:00:01:01" }, "eth0"),
          ),
        ],
      },
      watch: w(
        "The packet turns to gw, which knows nothing of 172.17.1.0/24 either.",
        "包转向 gw，而 gw 也不知道 172.17.1.0/24。",
      ),
      why: w(
        "Subnets that differ make it possible to tell the containers apart. But each host has to be told behind which other host a subnet is.",
        "子网不同，才分得清容器。但还得告诉每台主机，哪个子网在哪台主机后面。",
      ),
      done: pings("hostA", {}, "eth0"),
      highlight: { nodes: ["hostA", "gw"], packets: ["icmp"] },
      camera: "all",
    },
    {
      do: w(
        "Give both hosts a route to the other’s containers, exempt this traffic from NAT, let it pass, and ping again.",
        "给两台主机各加一条到对方容器的路由，免去这类流量的 NAT 并放行，再 ping 一次。",
      ),
      lines: actionsOf(crossHost, 1, 2, 0),
      watch: w(
        "hostA sends to hostB’s MAC; hostB forwards into its docker0.",
        "hostA 把包发给 hostB 的 MAC，hostB 转发进自己的 docker0。",
      ),
      why: w(
        "Direct routes: the next hop must be a neighbour, so the hosts have to be on one LAN. What Flannel and Calico add is keeping such routes up to date.",
        "直接路由：下一跳必须是邻居，所以主机要在同一个局域网。Flannel 和 Calico 做的，就是自动维护这样的路由。",
      ),
      done: { type: "ping", from: "nginx-1", to: "172.17.1.2" },
      highlight: { nodes: ["hostA", "hostB"], packets: ["icmp"] },
      camera: "all",
    },
  ],
};
