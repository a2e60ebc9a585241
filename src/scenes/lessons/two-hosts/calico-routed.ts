import type { StepLesson } from "../../../protocol/lesson.ts";
import { cniScene } from "../../cross-host.ts";
import { actionsOf, answered, asksFor, option, w } from "../parts.ts";

export const calicoRoutedLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "calico-routed",
  title: w("Calico: no bridge at all", "Calico：根本没有网桥"),
  scene: "calico-routed",
  steps: [
    {
      do: w("Ping pod-b (10.10.1.2) from pod-a.", "从 pod-a ping pod-b（10.10.1.2）。"),
      lines: actionsOf(cniScene("calico-routed"), 0),
      predict: {
        question: w("pod-a has a /32. Whom does it ask for by ARP?", "pod-a 的地址是 /32。它用 ARP 询问谁？"),
        options: ["10.10.1.2", "169.254.1.1", "192.168.1.10"].map((address) =>
          option(address, address, asksFor("pod-a", address)),
        ),
      },
      watch: w(
        "The host answers for an address that it doesn’t have, with ee:ee:ee:ee:ee:ee.",
        "宿主机替一个自己没有的地址回答，MAC 是 ee:ee:ee:ee:ee:ee。",
      ),
      why: w(
        "proxy_arp on the host’s end of the veth. Every packet goes to the host, which routes: a /32 for each pod of its own, a block by way of the other host.",
        "veth 的宿主机端打开了 proxy_arp。每个包都交给宿主机去路由：自己的每个 Pod 一条 /32，别的主机一整块。",
      ),
      done: answered("pod-a"),
      highlight: { nodes: ["pod-a", "hostA"], packets: ["arp"] },
      camera: "all",
    },
  ],
};
