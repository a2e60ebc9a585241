import type { Predicate, StepLesson } from "../../../protocol/lesson.ts";
import { byHand } from "../../one-host/by-hand.ts";
import { actionsOf, option, w } from "../parts.ts";

const reply: Predicate = { type: "printed", node: "hostA", line: "*bytes from 10.0.0.3*" };
const reachesOutside: Predicate = { type: "seen", node: "internet", way: "in", protocol: "icmp" };

export const byHandLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "docker0-by-hand",
  title: w("Build docker0 yourself", "自己动手搭 docker0"),
  scene: "docker0-by-hand",
  steps: [
    {
      do: w(
        "There is no Docker here. Make two namespaces and a bridge, and a veth pair for each namespace.",
        "这里没有 Docker。创建两个命名空间和一个网桥，再给每个命名空间一对 veth。",
      ),
      lines: actionsOf(byHand, 0, 1, 2),
      watch: w("br0 with two ports, and an eth0 in each namespace.", "br0 有两个端口，每个命名空间里有一个 eth0。"),
      why: w(
        "That is a container’s network without the container: docker run does the same by the same kernel calls.",
        "这就是没有容器的容器网络：docker run 用同样的内核调用做同样的事。",
      ),
      done: {
        type: "all",
        of: ["veth1", "veth2"].map((name) => ({
          type: "entry" as const,
          node: "hostA",
          table: "link" as const,
          where: { name, master: "br0" },
        })),
      },
      highlight: { devices: ["hostA:br0"] },
      camera: { nodes: ["hostA"] },
    },
    {
      do: w("Give both ends inside an address and ping ns2 from ns1.", "给里面的两端配上地址，从 ns1 ping ns2。"),
      lines: actionsOf(byHand, 3, 4),
      predict: {
        question: w("br0 has no address. Does the ping work?", "br0 没有地址。ping 能通吗？"),
        options: [option("Yes", "能", reply), option("No", "不能", { type: "not", of: reply })],
      },
      watch: w(
        "ARP is flooded, the answer comes back by one port, and the ping follows.",
        "ARP 泛洪，回答从一个端口回来，ping 随后。",
      ),
      why: w(
        "A bridge works with MACs alone. It needs an address only for the host to take part, as a gateway for example.",
        "网桥只看 MAC。只有当宿主机自己要参与时（比如做网关），它才需要地址。",
      ),
      done: reply,
      highlight: { devices: ["hostA:br0"], packets: ["arp", "icmp"] },
      camera: { nodes: ["hostA"] },
    },
    {
      do: w(
        "Make br0 (10.0.0.1) the gateway and ping the internet from ns1.",
        "让 br0（10.0.0.1）做网关，从 ns1 ping 外网。",
      ),
      lines: actionsOf(byHand, 5, 7),
      predict: {
        question: w("Does the request get out of the host?", "请求能出宿主机吗？"),
        options: [
          option("It reaches the internet", "能到外网", reachesOutside),
          option("It ends at the host", "在宿主机结束", { type: "not", of: reachesOutside }),
        ],
      },
      watch: w("The packet comes up to the host by br0 and goes no further.", "包到了宿主机，就不再往前。"),
      why: w(
        "net.ipv4.ip_forward is 0: this host is no router yet. dockerd would have switched it on.",
        "net.ipv4.ip_forward 是 0：这台主机还不是路由器。dockerd 会打开它。",
      ),
      done: {
        type: "all",
        of: [
          { type: "entry", node: "hostA", table: "link", where: { name: "br0", address: "10.0.0.1/24" } },
          { type: "seen", node: "hostA", dev: "br0", way: "in", protocol: "icmp" },
        ],
      },
      highlight: { devices: ["hostA:br0", "hostA:eth0"], packets: ["icmp"] },
      camera: "all",
    },
    {
      do: w("Switch forwarding on, masquerade, and ping again.", "打开转发，加上 MASQUERADE，再 ping 一次。"),
      lines: actionsOf(byHand, 6, 7),
      watch: w("The source becomes 192.168.1.10 on the way out.", "出去的路上源地址变成 192.168.1.10。"),
      why: w(
        "Bridge, veth pairs, addresses, a route, forwarding, one NAT rule: there is nothing more to docker0.",
        "网桥、veth、地址、路由、转发，加一条 NAT 规则：docker0 就这些。",
      ),
      done: { type: "printed", node: "hostA", line: "*bytes from 203.0.113.80*" },
      highlight: { devices: ["hostA:eth0"], packets: ["icmp"] },
      camera: "all",
    },
  ],
};
