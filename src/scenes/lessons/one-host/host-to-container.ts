import type { StepLesson } from "../../../protocol/lesson.ts";
import { hostToContainer } from "../../one-host/host-to-container.ts";
import { actionsOf, answered, asksFor, option, pings, w } from "../parts.ts";

export const hostToContainerLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "host-to-container",
  title: w("From the host to its container", "从宿主机到容器"),
  scene: "host-to-container",
  steps: [
    {
      do: w("Ping nginx-1 (172.17.0.2) from hostA.", "从 hostA ping nginx-1（172.17.0.2）。"),
      lines: actionsOf(hostToContainer, 0),
      predict: {
        question: w(
          "hostA has a default route by eth0 and a route for 172.17.0.0/16. Whom does it ask for by ARP?",
          "hostA 有一条走 eth0 的默认路由和一条 172.17.0.0/16 的路由。它会用 ARP 询问谁？",
        ),
        options: [
          option("The gateway, 192.168.1.1", "网关 192.168.1.1", asksFor("hostA", "192.168.1.1")),
          option("nginx-1, 172.17.0.2", "nginx-1，172.17.0.2", asksFor("hostA", "172.17.0.2")),
        ],
      },
      watch: w("The request starts at docker0, not at eth0.", "请求从 docker0 出发，而不是 eth0。"),
      why: w(
        "The longest prefix that matches wins. To the host docker0 is a card of its own, 172.17.0.1, with the containers as direct neighbours.",
        "匹配的最长前缀胜出。对宿主机来说，docker0 就是自己的一张网卡（172.17.0.1），容器都是直连的邻居。",
      ),
      done: answered("hostA"),
      highlight: { devices: ["hostA:docker0"], packets: ["arp", "icmp"] },
      camera: { nodes: ["hostA", "nginx-1"] },
    },
    {
      do: w(
        "The other way: ping the host’s LAN address, 192.168.1.10, from nginx-1.",
        "反过来：从 nginx-1 ping 宿主机的局域网地址 192.168.1.10。",
      ),
      lines: actionsOf(hostToContainer, 3),
      predict: {
        question: w("To whose MAC does nginx-1 send the frame?", "nginx-1 把帧发给谁的 MAC？"),
        options: [
          option(
            "eth0’s, which has 192.168.1.10",
            "拥有 192.168.1.10 的 eth0",
            pings("nginx-1", { "eth.dst": "52:54:00:00:01:0a" }),
          ),
          option(
            "docker0’s, 02:42:d8:e4:df:c1",
            "docker0，02:42:d8:e4:df:c1",
            pings("nginx-1", { "eth.dst": "02:42:d8:e4:df:c1" }),
          ),
        ],
      },
      watch: w(
        "docker0 takes the frame up to the host, and nothing appears on eth0.",
        "docker0 把帧交给宿主机，eth0 上什么也没有。",
      ),
      why: w(
        "192.168.1.10 is not in 172.17.0.0/16, so nginx-1 uses its default gateway 172.17.0.1: docker0. The host owns both addresses and answers at once.",
        "192.168.1.10 不在 172.17.0.0/16 里，所以 nginx-1 走默认网关 172.17.0.1，也就是 docker0。两个地址都是宿主机的，它直接回答。",
      ),
      done: answered("nginx-1"),
      highlight: { devices: ["hostA:docker0"], packets: ["icmp"] },
      camera: { nodes: ["hostA", "nginx-1"] },
    },
  ],
};
