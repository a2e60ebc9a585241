import type { StepLesson } from "../../../protocol/lesson.ts";
import { NGINX_NAMES } from "../../one-host/host.ts";
import { sameHost } from "../../same-host.ts";
import { answered, line, no, option, w, yes } from "../parts.ts";

const request = { "arp.opcode": "request*", "arp.dst.proto_ipv4": "172.17.0.3" };

export const sameHostLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "same-host",
  title: w("Two containers, one bridge", "两个容器，一个网桥"),
  scene: { ...sameHost, identities: NGINX_NAMES },
  steps: [
    {
      do: w("Ping nginx-2 (172.17.0.3) from nginx-1, once.", "从 nginx-1 ping 一次 nginx-2（172.17.0.3）。"),
      lines: line("nginx-1", "ping -c 1 172.17.0.3"),
      predict: {
        question: w(
          "nginx-1 must first ask who has 172.17.0.3. What does docker0 do with that ARP request?",
          "nginx-1 得先问谁是 172.17.0.3。docker0 会怎么处理这个 ARP 请求？",
        ),
        options: [
          option("Sends it out of every other port", "从其他所有端口发出去（泛洪）", {
            type: "bridge",
            node: "hostA",
            bridge: "docker0",
            did: "flood",
            protocol: "arp",
            where: request,
          }),
          option("Sends it to nginx-2’s port alone", "只从 nginx-2 的端口发出去", {
            type: "bridge",
            node: "hostA",
            bridge: "docker0",
            did: "forward",
            protocol: "arp",
            where: request,
          }),
        ],
      },
      watch: w(
        "One request becomes three copies: for nginx-2, for box-3 and for the host itself. Only nginx-2 answers.",
        "一个请求变成三份：给 nginx-2、给 box-3、给宿主机自己。只有 nginx-2 回答。",
      ),
      why: w(
        "172.17.0.3 matches the direct route of 172.17.0.0/16 (gateway 0.0.0.0), so nginx-1 needs a MAC. The request is a broadcast, and a bridge sends a broadcast everywhere but back.",
        "172.17.0.3 匹配直连路由 172.17.0.0/16（网关 0.0.0.0），所以 nginx-1 需要对方的 MAC。请求是广播，而网桥会把广播发往来处以外的所有端口。",
      ),
      done: answered("nginx-1"),
      highlight: { devices: ["hostA:docker0"], packets: ["arp"] },
      camera: { nodes: ["nginx-1", "nginx-2", "box-3"] },
    },
    {
      do: w("Look at docker0’s table.", "查看 docker0 的转发表。"),
      lines: line("hostA", "brctl showmacs docker0; bridge fdb show br docker0"),
      predict: {
        question: w(
          "Behind which port does docker0 believe 02:42:ac:11:00:02, nginx-1’s MAC, to be?",
          "docker0 认为 nginx-1 的 MAC 02:42:ac:11:00:02 在哪个端口后面？",
        ),
        options: ["veth9c02e56", "vethb4963f3"].map((dev) =>
          option(dev, dev, {
            type: "entry",
            node: "hostA",
            table: "fdb",
            where: { bridge: "docker0", mac: "02:42:ac:11:00:02", dev },
          }),
        ),
      },
      watch: w("Each MAC stands beside the port that its frames came in by.", "每个 MAC 旁边是它的帧进来的端口。"),
      why: w(
        "Nobody told the bridge. It reads the source address of each frame and notes the port: that is all that learning is.",
        "没有人告诉网桥。它读每个帧的源地址，记下来自哪个端口，这就是“学习”。",
      ),
      done: {
        type: "any",
        of: [
          { type: "typed", node: "hostA", program: "brctl", words: ["showmacs"] },
          { type: "typed", node: "hostA", program: "bridge", words: ["fdb"] },
        ],
      },
      highlight: { devices: ["hostA:docker0", "hostA:veth9c02e56", "hostA:vethb4963f3"] },
    },
    {
      do: w("Ping nginx-2 once more.", "再 ping 一次 nginx-2。"),
      lines: line("nginx-1", "ping -c 1 172.17.0.3"),
      predict: {
        question: w("Will anything be flooded this time?", "这次还会有泛洪吗？"),
        options: [
          yes({ type: "bridge", node: "hostA", bridge: "docker0", did: "flood", protocol: "eth" }),
          no({ type: "bridge", node: "hostA", bridge: "docker0", did: "flood", protocol: "eth" }),
        ],
      },
      watch: w("The request goes out of vethb4963f3 and nowhere else.", "请求只从 vethb4963f3 出去。"),
      why: w(
        "nginx-1 has the MAC in its neighbour table, and docker0 has the port in its FDB. box-3 hears nothing.",
        "nginx-1 的邻居表里有 MAC，docker0 的 FDB 里有端口，box-3 什么也听不到。",
      ),
      done: answered("nginx-1"),
      highlight: { devices: ["hostA:vethb4963f3"], packets: ["icmp"] },
    },
  ],
};
