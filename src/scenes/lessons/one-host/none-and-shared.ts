import type { StepLesson } from "../../../protocol/lesson.ts";
import { noneAndShared } from "../../one-host/none-and-shared.ts";
import { actionsOf, no, option, w, yes } from "../parts.ts";

const served = { type: "curl", from: "sidecar", to: "http://127.0.0.1/" } as const;
const arp = { type: "seen", node: "lonely", protocol: "arp" } as const;

export const noneAndSharedLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "none-and-shared",
  title: w("A namespace for two, and one for nobody", "两个容器一个命名空间，和一个空的"),
  scene: "none-and-shared",
  steps: [
    {
      do: w(
        "sidecar runs no web server. Fetch a page from 127.0.0.1 in it all the same.",
        "sidecar 里没有 web 服务。还是在里面访问一下 127.0.0.1 的网页。",
      ),
      lines: actionsOf(noneAndShared, 0),
      predict: { question: w("Will there be a page?", "会有网页吗？"), options: [yes(served), no(served)] },
      watch: w("nginx-1 answers, and no frame is on any cable.", "回答的是 nginx-1，而任何网线上都没有帧。"),
      why: w(
        "--net=container:nginx-1 puts sidecar into nginx-1’s namespace: one lo, one eth0, one set of ports for both. A pod is made like this.",
        "--net=container:nginx-1 让 sidecar 进入 nginx-1 的命名空间：两者共用一个 lo、一个 eth0、一套端口。Pod 就是这样做成的。",
      ),
      done: { type: "printed", node: "sidecar", line: "*DOCTYPE*" },
      highlight: { nodes: ["nginx-1", "sidecar"] },
      camera: { nodes: ["nginx-1", "sidecar"] },
    },
    {
      do: w(
        "Ping nginx-1 from lonely, which was started with --net=none.",
        "从 lonely ping nginx-1。lonely 是用 --net=none 启动的。",
      ),
      lines: actionsOf(noneAndShared, 3),
      predict: {
        question: w("How far does the ping get?", "ping 能走到哪一步？"),
        options: [
          option("An ARP request goes out and nobody answers", "发出 ARP 请求，没有人回答", arp),
          option("Nothing leaves at all", "什么也没有发出", { type: "not", of: arp }),
        ],
      },
      watch: w("connect: Network is unreachable.", "connect: Network is unreachable。"),
      why: w(
        "lonely has lo and no route. The kernel refuses before there is a packet. Whoever wants it on a network must plug in a cable.",
        "lonely 只有 lo，没有路由。还没有包，内核就拒绝了。要让它上网，得先给它插一根网线。",
      ),
      done: { type: "printed", node: "lonely", line: "*unreachable*" },
      highlight: { nodes: ["lonely"] },
      camera: { nodes: ["lonely"] },
    },
  ],
};
