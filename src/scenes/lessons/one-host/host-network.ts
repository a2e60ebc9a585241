import type { StepLesson } from "../../../protocol/lesson.ts";
import { hostNetwork } from "../../one-host/host-network.ts";
import { actionsOf, option, w } from "../parts.ts";

const has = (address: string) =>
  option(address, address, {
    type: "entry" as const,
    node: "nginx-host",
    table: "link" as const,
    where: { name: "eth0", address },
  });
const second = (state: string) => ({
  type: "entry" as const,
  node: "hostA",
  table: "container" as const,
  where: { name: "nginx-host-2", state },
});

export const hostNetworkLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "host-network",
  title: w("Sharing the host’s network", "与宿主机共用网络"),
  scene: "host-network",
  steps: [
    {
      do: w(
        "Ask nginx-host for its addresses. It was started with --net=host.",
        "查看 nginx-host 的地址。它是用 --net=host 启动的。",
      ),
      lines: actionsOf(hostNetwork, 1),
      predict: {
        question: w("Which address does its eth0 have?", "它的 eth0 是哪个地址？"),
        options: ["172.17.0.2/16", "192.168.1.10/24"].map(has),
      },
      watch: w(
        "Everything that the host has: eth0, docker0, the same addresses.",
        "宿主机有什么它就有什么：eth0、docker0、同样的地址。",
      ),
      why: w(
        "No namespace was made for it. Devices, routes, iptables rules and ports are the host’s.",
        "没有为它创建命名空间。网卡、路由、iptables 规则和端口都是宿主机的。",
      ),
      done: { type: "printed", node: "nginx-host", line: "*192.168.1.10*" },
      highlight: { nodes: ["hostA", "nginx-host"] },
      camera: { nodes: ["hostA", "nginx-host"] },
    },
    {
      do: w("Start a second nginx with --net=host and read its log.", "再用 --net=host 启动一个 nginx，看它的日志。"),
      lines: actionsOf(hostNetwork, 2),
      predict: {
        question: w("What becomes of it?", "它会怎样？"),
        options: [
          option("It runs beside the first", "和第一个一起运行", second("running")),
          option("It gives up and exits", "放弃并退出", second("exited")),
        ],
      },
      watch: w(
        "bind() to 0.0.0.0:80 failed (98: Address already in use).",
        "bind() to 0.0.0.0:80 failed (98: Address already in use)。",
      ),
      why: w(
        "One network stack has one port 80, and the first nginx listens there. With namespaces of their own both would have had one.",
        "一个网络栈只有一个 80 端口，第一个 nginx 已经在监听。如果各有命名空间，两个就各有一个 80 端口。",
      ),
      done: second("exited"),
      highlight: { nodes: ["hostA"] },
    },
  ],
};
