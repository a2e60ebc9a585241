import type { StepLesson } from "../../../protocol/lesson.ts";
import { publishedPorts } from "../../one-host/published-ports.ts";
import { actionsOf, option, w } from "../parts.ts";

const arrives = (where: Readonly<Record<string, string>>) => ({
  type: "seen" as const,
  node: "web",
  way: "in" as const,
  protocol: "tcp" as const,
  where,
});
const from = (address: string) => option(address, address, arrives({ "ip.src": address }));

export const publishedPortsLesson: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "published-ports",
  title: w("What -p 8080:80 does", "-p 8080:80 做了什么"),
  scene: "published-ports",
  steps: [
    {
      do: w("From hostB, fetch http://192.168.1.10:8080/.", "从 hostB 访问 http://192.168.1.10:8080/。"),
      lines: actionsOf(publishedPorts, 0),
      predict: {
        question: w("Which port does the request have when it arrives at web?", "请求到达 web 时，目的端口是多少？"),
        options: ["8080", "80"].map((port) => option(port, port, arrives({ "tcp.dstport": port }))),
      },
      watch: w(
        "In PREROUTING the destination 192.168.1.10:8080 becomes 172.17.0.2:80. The source stays hostB’s.",
        "在 PREROUTING，目的地 192.168.1.10:8080 变成 172.17.0.2:80，源地址仍是 hostB。",
      ),
      why: w(
        "A DNAT rule in the chain DOCKER. It comes before routing, so the packet is forwarded and INPUT never sees it: a rule there can’t protect the port.",
        "DOCKER 链里的一条 DNAT 规则。它在路由之前，所以包被转发，INPUT 根本看不到：在 INPUT 里写规则保护不了这个端口。",
      ),
      done: {
        type: "entry",
        node: "hostA",
        table: "conntrack",
        where: { protocol: "tcp", destination: "192.168.1.10:8080", replySource: "172.17.0.2:80", dnat: "true" },
      },
      highlight: { devices: ["hostA:eth0", "hostA:docker0"], packets: ["tcp"] },
      camera: "all",
    },
    {
      do: w("The same from box-1, a container on the same docker0.", "在同一个 docker0 上的 box-1 里做同样的事。"),
      lines: actionsOf(publishedPorts, 4),
      predict: {
        question: w("From which address does web see this request come?", "web 看到这个请求来自哪个地址？"),
        options: ["172.17.0.3", "172.17.0.1"].map(from),
      },
      watch: w(
        "box-1’s connection ends on the host; a new one starts there.",
        "box-1 的连接在宿主机结束，那里又开始一条新的连接。",
      ),
      why: w(
        "The DNAT rule leaves out what comes in by docker0. So the request reaches docker-proxy, a program on the host, which opens a connection of its own to web.",
        "DNAT 规则不管从 docker0 进来的包。于是请求到了宿主机上的 docker-proxy 程序，由它自己另开一条到 web 的连接。",
      ),
      done: { type: "printed", node: "box-1", line: "*DOCTYPE*" },
      highlight: { nodes: ["hostA", "box-1", "web"], packets: ["tcp"] },
      camera: { nodes: ["hostA", "box-1", "web"] },
    },
  ],
};
