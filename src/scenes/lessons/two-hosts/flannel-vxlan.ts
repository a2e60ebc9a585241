import type { StepLesson } from "../../../protocol/lesson.ts";
import { cniScene } from "../../cross-host.ts";
import { actionsOf, answered, line, option, w } from "../parts.ts";

const crosses = (protocol: "vxlan" | "arp", where: Readonly<Record<string, string>>) => ({
  type: "seen" as const,
  node: "hostB",
  dev: "eth0",
  way: "in" as const,
  protocol,
  where,
});

export const vxlanLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "flannel-vxlan",
  title: w("Flannel: a frame inside a packet", "Flannel VXLAN：包里的帧"),
  scene: "flannel-vxlan",
  steps: [
    {
      do: w("Ping pod-b (10.244.1.2) from pod-a.", "从 pod-a ping pod-b（10.244.1.2）。"),
      lines: actionsOf(cniScene("flannel-vxlan"), 0),
      predict: {
        question: w(
          "The ping reaches hostB’s eth0 inside something. Inside what?",
          "ping 到 hostB 的 eth0 时裹在什么里面？",
        ),
        options: [
          option("UDP to port 8472", "目的端口 8472 的 UDP", crosses("vxlan", { "udp.dstport": "8472" })),
          option("UDP to port 4789", "目的端口 4789 的 UDP", crosses("vxlan", { "udp.dstport": "4789" })),
        ],
      },
      watch: w(
        "At flannel.1 a whole frame gets 50 bytes in front: Ethernet, IP, UDP and VXLAN.",
        "在 flannel.1，整个帧前面加了 50 字节：以太网、IP、UDP 和 VXLAN。",
      ),
      why: w(
        "To the LAN it is ordinary UDP between 192.168.1.10 and 192.168.1.11, so routers can carry it as well. Linux’s old VXLAN port 8472 has stayed with Flannel.",
        "对局域网来说，这只是 192.168.1.10 和 192.168.1.11 之间的普通 UDP，所以路由器也能转发。8472 是 Linux 早年的 VXLAN 端口，Flannel 沿用至今。",
      ),
      done: answered("pod-a"),
      highlight: { devices: ["hostA:flannel.1", "hostB:flannel.1"], packets: ["vxlan"] },
      camera: "all",
    },
    {
      do: w("Send 1472 bytes that may not be cut.", "发送 1472 字节，不许分片。"),
      lines: line("pod-a", "ping -c 1 -W 1 -M do -s 1472 10.244.1.2"),
      predict: {
        question: w(
          "1472 bytes make a packet of 1500. Does it get through?",
          "1472 字节的数据正好是 1500 字节的包。能过去吗？",
        ),
        options: [
          option("Yes", "能", { type: "ping", from: "pod-a", to: "10.244.1.2", size: 1472 }),
          option("No, 1450 is the most", "不能，最多 1450", {
            type: "not",
            of: { type: "ping", from: "pod-a", to: "10.244.1.2", size: 1472 },
          }),
        ],
      },
      watch: w(
        "pod-a’s own kernel refuses: its eth0 has MTU 1450.",
        "pod-a 自己的内核就拒绝了：它的 eth0 的 MTU 是 1450。",
      ),
      why: w(
        "What the tunnel puts in front has to fit into the wire’s 1500 as well, so Flannel gives the pods 50 less.",
        "隧道加的头也要装进网线的 1500，所以 Flannel 给 Pod 少 50。",
      ),
      done: { type: "printed", node: "pod-a", line: "*mtu*1450*" },
      highlight: { devices: ["pod-a:eth0"] },
      camera: { nodes: ["pod-a", "hostA"] },
    },
  ],
};
