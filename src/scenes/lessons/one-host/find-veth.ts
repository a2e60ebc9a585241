import type { StepLesson } from "../../../protocol/lesson.ts";
import { findVeth } from "../../one-host/find-veth.ts";
import { actionsOf, answered, asksFor, option, w } from "../parts.ts";

const named = (name: string) =>
  option(name, name, {
    type: "entry" as const,
    node: "hostA",
    table: "link" as const,
    where: { name, ifindex: "1198", peerIfindex: "1197" },
  });

export const findVethLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "find-veth-peer",
  title: w("Which cable is whose?", "哪根网线是谁的？"),
  scene: "find-veth-peer",
  steps: [
    {
      do: w("In centos-a, read /sys/class/net/eth0/iflink.", "在 centos-a 里读取 /sys/class/net/eth0/iflink。"),
      lines: actionsOf(findVeth, 0),
      watch: w("A number: 1198.", "一个数字：1198。"),
      why: w(
        "eth0 is one end of a veth pair. iflink is the ifindex of the other end, and that end is in the host’s namespace.",
        "eth0 是一对 veth 的一端。iflink 是另一端的 ifindex，而那一端在宿主机的命名空间里。",
      ),
      done: { type: "printed", node: "centos-a", line: "*1198*" },
      highlight: { devices: ["centos-a:eth0"] },
      camera: { nodes: ["hostA", "centos-a"] },
    },
    {
      do: w("List the host’s devices and what is plugged into docker0.", "列出宿主机的网卡，以及 docker0 上插着什么。"),
      lines: actionsOf(findVeth, 1, 2),
      predict: {
        question: w("Which of docker0’s ports is centos-a’s?", "docker0 的哪个端口是 centos-a 的？"),
        options: ["veth6935999", "docker0", "eth0"].map(named),
      },
      watch: w("1198: veth6935999@if1197 … master docker0.", "1198: veth6935999@if1197 … master docker0。"),
      why: w(
        "The two ends name each other: @if1197 is eth0’s own number inside the container. ip link, iflink and ethtool -S all tell the same pair.",
        "两端互相写着对方：@if1197 就是容器里 eth0 自己的编号。ip link、iflink 和 ethtool -S 说的是同一对。",
      ),
      done: { type: "printed", node: "hostA", line: "*veth6935999*" },
      highlight: { devices: ["hostA:veth6935999", "centos-a:eth0"] },
      camera: { nodes: ["hostA", "centos-a"] },
    },
    {
      do: w("Ping centos-b (172.17.0.5) from centos-a.", "从 centos-a ping centos-b（172.17.0.5）。"),
      lines: actionsOf(findVeth, 4),
      predict: {
        question: w("Whom does centos-a ask for by ARP?", "centos-a 用 ARP 询问谁？"),
        options: ["172.17.0.1", "172.17.0.5"].map((address) => option(address, address, asksFor("centos-a", address))),
      },
      watch: w(
        "Who has 172.17.0.5? Tell 172.17.0.3. The answer is 02:42:ac:11:00:05, the address in hexadecimal.",
        "谁是 172.17.0.5？请告诉 172.17.0.3。回答是 02:42:ac:11:00:05，正是地址的十六进制。",
      ),
      why: w(
        "Both are in 172.17.0.0/16, so there is no gateway between them; whatever enters eth0 comes out of veth6935999 into docker0.",
        "两者都在 172.17.0.0/16，中间没有网关；进入 eth0 的一切都从 veth6935999 出来，进入 docker0。",
      ),
      done: answered("centos-a"),
      highlight: { devices: ["hostA:veth6935999", "hostA:docker0"], packets: ["arp", "icmp"] },
      camera: { nodes: ["hostA", "centos-a", "centos-b"] },
    },
  ],
};
