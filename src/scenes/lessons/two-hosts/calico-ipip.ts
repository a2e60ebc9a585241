import type { StepLesson } from "../../../protocol/lesson.ts";
import { cniScene } from "../../cross-host.ts";
import { actionsOf, answered, option, w } from "../parts.ts";

const onWire = (protocol: "ipip" | "vxlan") => ({
  type: "seen" as const,
  node: "hostB",
  dev: "eth0",
  way: "in" as const,
  protocol,
});

export const calicoIpipLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "calico-ipip",
  title: w("Calico: a packet inside a packet", "Calico IPIP：包里的包"),
  scene: "calico-ipip",
  steps: [
    {
      do: w("Ping pod-b (10.10.1.2) from pod-a.", "从 pod-a ping pod-b（10.10.1.2）。"),
      lines: actionsOf(cniScene("calico-ipip"), 0),
      predict: {
        question: w("What is inside the packet from hostA to hostB?", "hostA 发给 hostB 的包里装着什么？"),
        options: [
          option("An IP packet: one header of 20 bytes more", "一个 IP 包：只多 20 字节的头", onWire("ipip")),
          option("An Ethernet frame in UDP: 50 bytes more", "UDP 里的以太网帧：多 50 字节", onWire("vxlan")),
        ],
      },
      watch: w(
        "tunl0 puts a second IP header in front, with protocol number 4.",
        "tunl0 在前面加第二个 IP 头，协议号是 4。",
      ),
      why: w(
        "Pods have no bridge here, so there is no frame worth carrying. IPIP costs 20 bytes and gets past routers, as long as nobody blocks protocol 4.",
        "这里的 Pod 没有网桥，不需要带上以太网帧。IPIP 只花 20 字节，能穿过路由器，只要没有人拦协议 4。",
      ),
      done: answered("pod-a"),
      highlight: { devices: ["hostA:tunl0", "hostB:tunl0"], packets: ["ipip"] },
      camera: "all",
    },
  ],
};
