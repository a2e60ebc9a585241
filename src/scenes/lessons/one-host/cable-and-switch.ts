import type { StepLesson } from "../../../protocol/lesson.ts";
import { cableAndSwitch } from "../../one-host/cable-and-switch.ts";
import { actionsOf, answered, asksFor, no, option, w, yes } from "../parts.ts";

const asks = asksFor("box-1", "10.0.0.2");
const dropped = { type: "dropped", node: "hostA", reason: "NETFILTER_DROP" } as const;

export const cableAndSwitchLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "cable-and-switch",
  title: w("One cable, then a switch", "一根网线，然后一台交换机"),
  scene: "cable-and-switch",
  steps: [
    {
      do: w(
        "Put a cable between box-1 and box-2, and ping box-2 (10.0.0.2).",
        "在 box-1 和 box-2 之间接一根网线，然后 ping box-2（10.0.0.2）。",
      ),
      lines: actionsOf(cableAndSwitch, 0, 1),
      predict: {
        question: w(
          "There is nobody else on the cable. Does box-1 ask by ARP all the same?",
          "网线上没有别人。box-1 还会发 ARP 询问吗？",
        ),
        options: [yes(asks), no(asks)],
      },
      watch: w("What enters one end comes out of the other.", "从一端进去的，从另一端出来。"),
      why: w(
        "A veth pair is a cable between namespaces. An Ethernet frame needs a destination MAC however many can hear it.",
        "veth pair 就是命名空间之间的网线。不管有几个听众，以太网帧都需要目的 MAC。",
      ),
      done: answered("box-1"),
      highlight: { nodes: ["box-1", "box-2"], packets: ["arp", "icmp"] },
      camera: { nodes: ["box-1", "box-2", "box-3"] },
    },
    {
      do: w(
        "Three boxes would need three cables. Take this one away and plug all of them into a switch.",
        "三个容器两两相连要三根网线。拔掉这根，把它们都插到一台交换机上。",
      ),
      lines: actionsOf(cableAndSwitch, 2, 3),
      watch: w("A bridge, switch0, with three ports.", "一个网桥 switch0，有三个端口。"),
      why: w(
        "A device that is plugged into a bridge gives up its own say: whatever comes in by it belongs to the bridge.",
        "插到网桥上的网卡就不再自己做主：从它进来的一切都归网桥处理。",
      ),
      done: {
        type: "all",
        of: ["port1", "port2", "port3"].map((name) => ({
          type: "entry" as const,
          node: "hostA",
          table: "link" as const,
          where: { name, master: "switch0" },
        })),
      },
      highlight: { devices: ["hostA:switch0"] },
      camera: { nodes: ["hostA", "box-1", "box-2", "box-3"] },
    },
    {
      do: w("Ping box-3 (10.0.0.3) from box-1.", "从 box-1 ping box-3（10.0.0.3）。"),
      lines: actionsOf(cableAndSwitch, 4),
      predict: {
        question: w("ARP gets through. And the ping?", "ARP 能通。那 ping 呢？"),
        options: [
          option("It is answered", "有回答", answered("box-1")),
          option("The host drops it", "被宿主机丢弃", dropped),
        ],
      },
      watch: w("The request reaches switch0 and ends in netfilter.", "请求到了 switch0，结束在 netfilter。"),
      why: w(
        "With bridge-nf-call-iptables the host’s FORWARD chain judges IP packets on every bridge, and where Docker runs its policy is DROP. For docker0 there are rules that accept; for switch0 nobody has made one. ARP isn’t asked about.",
        "打开 bridge-nf-call-iptables 后，每个网桥上的 IP 包都要过宿主机的 FORWARD 链，而有 Docker 的主机上它的默认策略是 DROP。docker0 有放行的规则，switch0 没有人写过。ARP 不受管。",
      ),
      done: dropped,
      highlight: { devices: ["hostA:switch0"], packets: ["arp", "icmp"] },
      camera: { nodes: ["hostA", "box-1", "box-3"] },
    },
    {
      do: w("Let switch0’s packets pass, and ping again.", "放行 switch0 的包，再 ping 一次。"),
      lines: [
        { node: "hostA", line: "iptables -I DOCKER-USER -i switch0 -o switch0 -j ACCEPT" },
        ...actionsOf(cableAndSwitch, 4),
      ],
      watch: w("The same path, and now to the end.", "同样的路，这次走到了头。"),
      why: w(
        "DOCKER-USER is the chain that Docker leaves to you. Setting net.bridge.bridge-nf-call-iptables to 0 would do, too, but for docker0 as well.",
        "DOCKER-USER 是 Docker 留给用户的链。把 net.bridge.bridge-nf-call-iptables 设为 0 也行，但那样 docker0 也不再过滤。",
      ),
      done: { type: "ping", from: "box-1", to: "10.0.0.3" },
      highlight: { packets: ["icmp"] },
      camera: { nodes: ["hostA", "box-1", "box-3"] },
    },
  ],
};
