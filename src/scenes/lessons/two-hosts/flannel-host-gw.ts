import type { StepLesson } from "../../../protocol/lesson.ts";
import { cniScene } from "../../cross-host.ts";
import { actionsOf, answered, option, pings, w } from "../parts.ts";

const onWire = (dst: string) => pings("hostA", { "eth.dst": "52:54:00:00:01:0b", "ip.dst": dst }, "eth0");

export const hostGwLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "flannel-host-gw",
  title: w("Flannel: the other host is the gateway", "Flannel host-gw：对方主机就是网关"),
  scene: "flannel-host-gw",
  steps: [
    {
      do: w("Ping pod-b (10.244.1.2) from pod-a.", "从 pod-a ping pod-b（10.244.1.2）。"),
      lines: actionsOf(cniScene("flannel-host-gw"), 0),
      predict: {
        question: w(
          "On the wire to hostB’s MAC: which IP destination is in the packet?",
          "在通往 hostB 的 MAC 的网线上，包里的目的 IP 是谁？",
        ),
        options: [
          option("hostB, 192.168.1.11", "hostB，192.168.1.11", onWire("192.168.1.11")),
          option("pod-b, 10.244.1.2", "pod-b，10.244.1.2", onWire("10.244.1.2")),
        ],
      },
      watch: w("The MAC is hostB’s, the IP address is pod-b’s.", "MAC 是 hostB 的，IP 是 pod-b 的。"),
      why: w(
        "A gateway is only a MAC to send to. 10.244.1.0/24 via 192.168.1.11 adds no byte, but the hosts must share a LAN.",
        "网关只是一个要发往的 MAC。10.244.1.0/24 via 192.168.1.11 不加一个字节，但主机必须在同一个局域网。",
      ),
      done: answered("pod-a"),
      highlight: { devices: ["hostA:cni0", "hostA:eth0"], packets: ["icmp"] },
      camera: "all",
    },
  ],
};
