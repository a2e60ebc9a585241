import type { StepLesson } from "../../../protocol/lesson.ts";
import { trace } from "../../one-host/trace.ts";
import { actionsOf, answered, no, w, yes } from "../parts.ts";

const FORWARDED = {
  type: "entry",
  node: "hostA",
  table: "iptables",
  where: { table: "filter", chain: "FORWARD", rule: "-j DOCKER-USER", met: "true" },
} as const;

export const traceLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "iptables-trace",
  title: w("What a packet meets", "包一路碰到了什么"),
  scene: "iptables-trace",
  steps: [
    {
      do: w("Switch TRACE on for ICMP in the raw table.", "在 raw 表里对 ICMP 打开 TRACE。"),
      lines: actionsOf(trace, 0),
      watch: w("Two rules more, in OUTPUT and in PREROUTING.", "多了两条规则，在 OUTPUT 和 PREROUTING。"),
      why: w(
        "raw comes before everything else. A packet that matches is marked, and every rule it meets afterwards is written to the kernel’s log.",
        "raw 表排在最前面。匹配的包被打上标记，此后碰到的每条规则都写进内核日志。",
      ),
      done: {
        type: "entry",
        node: "hostA",
        table: "iptables",
        where: { table: "raw", chain: "PREROUTING", rule: "*TRACE*" },
      },
      highlight: { nodes: ["hostA"] },
    },
    {
      do: w("Ping nginx-2 from nginx-1, once.", "从 nginx-1 ping 一次 nginx-2。"),
      lines: actionsOf(trace, 1),
      predict: {
        question: w(
          "The packet only crosses docker0, from port to port. Does it meet the host’s FORWARD chain?",
          "包只是在 docker0 上从一个端口到另一个端口。它会碰到宿主机的 FORWARD 链吗？",
        ),
        options: [yes(FORWARDED), no(FORWARDED)],
      },
      watch: w(
        "docker0 shows the packet to netfilter before it picks the port.",
        "docker0 在选端口之前把包交给 netfilter 看。",
      ),
      why: w(
        "Docker switches net.bridge.bridge-nf-call-iptables on: what a bridge forwards goes through FORWARD as if it were routed.",
        "Docker 打开了 net.bridge.bridge-nf-call-iptables：网桥转发的包也像被路由一样走 FORWARD。",
      ),
      done: answered("nginx-1"),
      highlight: { devices: ["hostA:docker0"], packets: ["icmp"] },
      camera: { nodes: ["hostA", "nginx-1", "nginx-2"] },
    },
    {
      do: w("Read the log.", "查看日志。"),
      lines: actionsOf(trace, 2),
      watch: w(
        "raw:PREROUTING, nat:PREROUTING, filter:FORWARD … with PHYSIN and PHYSOUT, the ports of the bridge.",
        "raw:PREROUTING、nat:PREROUTING、filter:FORWARD …… 还有 PHYSIN 和 PHYSOUT，即网桥的端口。",
      ),
      why: w(
        "Each line is table:chain:rule:number, or policy where no rule decided. nat’s chains are asked only about the first packet of a connection, so the answer’s lines are fewer.",
        "每行是 表:链:rule:编号；没有规则决定时是 policy。nat 表的链只在连接的第一个包时被问到，所以回答的行数更少。",
      ),
      done: { type: "printed", node: "hostA", line: "*TRACE: filter:FORWARD:*" },
      highlight: { nodes: ["hostA"] },
    },
  ],
};
