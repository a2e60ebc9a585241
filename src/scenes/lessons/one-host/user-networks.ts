import type { StepLesson } from "../../../protocol/lesson.ts";
import { userNetworks } from "../../one-host/user-networks.ts";
import { actionsOf, answered, line, no, option, w, yes } from "../parts.ts";

const query = { type: "seen", node: "box", dev: "eth0", protocol: "dns" } as const;

export const userNetworksLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "user-networks",
  title: w("Names inside, walls outside", "里面有名字，外面有墙"),
  scene: "user-networks",
  steps: [
    {
      do: w(
        "Ping web by its name from box; both are in the network red.",
        "在 box 里用名字 ping web；两者都在 red 网络里。",
      ),
      lines: line("box", "ping -c 1 web"),
      predict: {
        question: w("Does a DNS packet leave box by eth0?", "会有 DNS 包从 box 的 eth0 出去吗？"),
        options: [yes(query), no(query)],
      },
      watch: w("The name is known without a single packet on the bridge.", "网桥上没有任何 DNS 包，名字就查到了。"),
      why: w(
        "In a network of the user’s own the name server is 127.0.0.11: dockerd, listening inside the container’s namespace. The default docker0 has no such thing.",
        "在自定义网络里，DNS 服务器是 127.0.0.11，也就是 dockerd 在容器的命名空间里监听。默认的 docker0 没有这个。",
      ),
      done: answered("box"),
      highlight: { nodes: ["box", "web"] },
      camera: { nodes: ["box", "web"] },
    },
    {
      do: w("Ping web’s address from other, which is in blue.", "从 blue 网络里的 other ping web 的地址。"),
      lines: actionsOf(userNetworks, 1),
      predict: {
        question: w(
          "The host has routes to both networks, and forwards. What happens?",
          "宿主机有到两个网络的路由，也开着转发。会发生什么？",
        ),
        options: [
          option("web answers", "web 回答", answered("other")),
          option("A rule on the host drops it", "被宿主机上的规则丢弃", {
            type: "dropped",
            node: "hostA",
            reason: "NETFILTER_DROP",
          }),
        ],
      },
      watch: w(
        "It enters by one bridge, would leave by another, and ends in DOCKER-ISOLATION-STAGE-2.",
        "它从一个网桥进来，要从另一个出去，结束在 DOCKER-ISOLATION-STAGE-2。",
      ),
      why: w(
        "Stage 1 notes that it comes from a Docker bridge and leaves by another device, stage 2 drops whatever leaves by a Docker bridge.",
        "第一阶段看它从某个 Docker 网桥来、要从别的网卡走，第二阶段把要从 Docker 网桥出去的都丢掉。",
      ),
      done: { type: "dropped", node: "hostA", reason: "NETFILTER_DROP" },
      highlight: { nodes: ["hostA", "other"], packets: ["icmp"] },
      camera: "all",
    },
    {
      do: w("Plug other into red as well, and ping web by name.", "把 other 也接入 red，再用名字 ping web。"),
      lines: [...actionsOf(userNetworks, 3), { node: "other", line: "ping -c 1 web" }],
      watch: w("other has a second card, eth1, in 172.18.0.0/16.", "other 多了一张网卡 eth1，在 172.18.0.0/16。"),
      why: w(
        "Isolation is between bridges. A container with an end on both needs no way through the host.",
        "隔离的是网桥之间。两边都插着网线的容器不需要穿过宿主机。",
      ),
      done: answered("other"),
      highlight: { nodes: ["other", "web"] },
      camera: { nodes: ["other", "web"] },
    },
  ],
};
