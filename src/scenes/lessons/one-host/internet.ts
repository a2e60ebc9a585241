import type { StepLesson } from "../../../protocol/lesson.ts";
import { internet } from "../../one-host/internet.ts";
import { actionsOf, answered, line, option, w } from "../parts.ts";

const from = (address: string) =>
  option(address, address, {
    type: "seen" as const,
    node: "hostB",
    way: "in" as const,
    protocol: "icmp" as const,
    where: { "ip.src": address },
  });

export const internetLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "container-to-internet",
  title: w("Out of the host", "走出宿主机"),
  scene: "container-to-internet",
  steps: [
    {
      do: w(
        "Ping hostB (192.168.1.11), another machine on the LAN, from nginx-1.",
        "从 nginx-1 ping 局域网中的另一台机器 hostB（192.168.1.11）。",
      ),
      lines: actionsOf(internet, 1),
      predict: {
        question: w("Whose address does hostB see as the sender?", "hostB 看到的源地址是谁的？"),
        options: ["172.17.0.2", "172.17.0.1", "192.168.1.10"].map(from),
      },
      watch: w(
        "The source changes as the packet leaves by eth0, and the answer’s destination changes back.",
        "包从 eth0 离开时源地址变了，回答的目的地址又变回来。",
      ),
      why: w(
        "hostB has no route to 172.17.0.2. MASQUERADE writes the host’s own address, and conntrack remembers whom the answer is for.",
        "hostB 没有去 172.17.0.2 的路由。MASQUERADE 写上宿主机自己的地址，conntrack 记住回答该给谁。",
      ),
      done: answered("nginx-1"),
      highlight: { devices: ["hostA:docker0", "hostA:eth0"], packets: ["icmp"] },
      camera: "all",
    },
    {
      do: w("Ping www.baidu.com from nginx-1.", "从 nginx-1 ping www.baidu.com。"),
      lines: line("nginx-1", "ping -c 1 www.baidu.com"),
      predict: {
        question: w("Does hostA itself look the name up on the way?", "途中 hostA 自己会去查这个名字吗？"),
        options: [
          option(
            "No, nginx-1 asks 203.0.113.53 and hostA only passes it on",
            "不会，nginx-1 问 203.0.113.53，hostA 只是转发",
            { type: "seen", node: "nginx-1", way: "out", protocol: "dns", where: { "ip.dst": "203.0.113.53" } },
          ),
          option("Yes, nginx-1 asks hostA (172.17.0.1)", "会，nginx-1 问 hostA（172.17.0.1）", {
            type: "seen",
            node: "nginx-1",
            way: "out",
            protocol: "dns",
            where: { "ip.dst": "172.17.0.1" },
          }),
        ],
      },
      watch: w(
        "Questions over UDP come first; the ping sets off only when the address is known.",
        "先是 UDP 的查询，知道地址以后 ping 才出发。",
      ),
      why: w(
        "The container’s resolv.conf names the DNS server that dockerd was given. A lookup is one more packet through the same two routes and the same NAT.",
        "容器的 resolv.conf 写着 dockerd 得到的 DNS 服务器。一次查询也只是一个包，走同样的两条路由、同样的 NAT。",
      ),
      done: answered("nginx-1"),
      highlight: { packets: ["dns", "icmp"] },
      camera: "all",
    },
    {
      do: w("See on hostA what is remembered of it.", "在 hostA 上看看它记住了什么。"),
      lines: actionsOf(internet, 4),
      watch: w(
        "Each line has the connection twice: as the container began it, and as the answer has to look.",
        "每行把连接写了两遍：容器发起时的样子，和回答应有的样子。",
      ),
      why: w(
        "The second half’s dst is 192.168.1.10: that is how the kernel recognises an answer and undoes the NAT.",
        "后半的 dst 是 192.168.1.10：内核就是这样认出回答并还原 NAT 的。",
      ),
      done: {
        type: "all",
        of: [
          { type: "typed", node: "hostA", program: "conntrack" },
          {
            type: "entry",
            node: "hostA",
            table: "conntrack",
            where: { source: "172.17.0.2*", replyDestination: "192.168.1.10*", snat: "true" },
          },
        ],
      },
      highlight: { nodes: ["hostA"] },
    },
  ],
};
