import type { StepLesson } from "../../../protocol/lesson.ts";
import { directRoutes } from "../../cross-host.ts";
import { actionsOf, answered, option, w } from "../parts.ts";

const from = (address: string) =>
  option(address, address, {
    type: "seen" as const,
    node: "nginx-2",
    way: "in" as const,
    protocol: "icmp" as const,
    where: { "icmp.type": "8 *", "ip.src": address },
  });

export const directRoutesLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "direct-routes",
  title: w("Direct routes", "直接路由"),
  scene: "direct-routes",
  steps: [
    {
      do: w("Ping nginx-2 (172.17.1.2) on hostB from nginx-1.", "从 nginx-1 ping hostB 上的 nginx-2（172.17.1.2）。"),
      lines: actionsOf(directRoutes, 0),
      predict: {
        question: w("Whose address does nginx-2 see?", "nginx-2 看到谁的地址？"),
        options: ["172.17.0.2", "192.168.1.10", "172.17.1.1"].map(from),
      },
      watch: w("MACs change at each hop, the IP addresses not once.", "MAC 每一跳都变，IP 地址一次也没变。"),
      why: w(
        "A rule before MASQUERADE accepts traffic from 172.17.0.0/16 to 172.17.0.0/16 as it is, which covers both hosts’ /24. Without it nginx-2 would see hostA.",
        "MASQUERADE 之前有一条规则，让 172.17.0.0/16 之间的流量保持原样，两台主机的 /24 都在其中。没有它，nginx-2 看到的会是 hostA。",
      ),
      done: answered("nginx-1"),
      highlight: { nodes: ["hostA", "hostB"], packets: ["icmp"] },
      camera: "all",
    },
    {
      do: w("And back: ping nginx-1 from nginx-2.", "反过来：从 nginx-2 ping nginx-1。"),
      lines: actionsOf(directRoutes, 1),
      predict: {
        question: w("With which TTL does the request reach nginx-1?", "请求到达 nginx-1 时 TTL 是多少？"),
        options: ["64", "63", "62"].map((ttl) =>
          option(ttl, ttl, {
            type: "seen",
            node: "nginx-1",
            way: "in",
            protocol: "icmp",
            where: { "icmp.type": "8 *", "ip.ttl": ttl },
          }),
        ),
      },
      watch: w(
        "Each host counts the TTL down once; the switch and the bridges don’t.",
        "每台主机把 TTL 减一，交换机和网桥不减。",
      ),
      why: w(
        "Two hosts, two routers: 64 − 2. A bridge never looks that far into a frame.",
        "两台主机就是两个路由器：64 − 2。网桥不会看到帧的那么深处。",
      ),
      done: answered("nginx-2"),
      highlight: { packets: ["icmp"] },
      camera: "all",
    },
  ],
};
