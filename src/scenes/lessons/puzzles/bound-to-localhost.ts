import type { Puzzle } from "../../../protocol/lesson.ts";

/** The port is published, but only to the host itself. */
export const boundToLocalhost: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "bound-to-localhost",
  title: { en: "Works on my machine", zh: "在我机器上是好的" },
  scene: "published-ports",
  setup: [
    { node: "hostA", line: "docker rm -f web" },
    { node: "hostA", line: "docker run -d --name web -p 127.0.0.1:8080:80 nginx" },
  ],
  story: {
    en: "On hostA, curl http://127.0.0.1:8080/ shows the page. From hostB, http://192.168.1.10:8080/ is refused. Make hostB see it.",
    zh: "在 hostA 上 curl http://127.0.0.1:8080/ 能看到网页；从 hostB 访问 http://192.168.1.10:8080/ 却被拒绝。请让 hostB 也能看到。",
  },
  solved: { type: "curl", from: "hostB", to: "http://192.168.1.10:8080/" },
  hints: [
    {
      en: "hostB gets a TCP reset, not silence: the packet arrives, and nobody listens there.",
      zh: "hostB 收到的是 TCP 复位，而不是沉默：包到了，只是那里没有人监听。",
    },
    {
      en: "docker ps, column PORTS; ss -tln; iptables -t nat -S DOCKER. Which address do they all name?",
      zh: "docker ps 的 PORTS 一列、ss -tln、iptables -t nat -S DOCKER：它们都写着哪个地址？",
    },
    {
      en: "A container’s ports are settled when it is made. Make it anew, or put a rule beside it.",
      zh: "容器的端口在创建时就定了。重新创建它，或者在旁边加一条规则。",
    },
  ],
  why: {
    en: "-p 127.0.0.1:8080:80 makes a DNAT rule and a docker-proxy for 127.0.0.1 alone. Whatever comes to 192.168.1.10 matches neither and meets a closed port.",
    zh: "-p 127.0.0.1:8080:80 只为 127.0.0.1 建立 DNAT 规则和 docker-proxy。发往 192.168.1.10 的包两个都不匹配，碰到的是关闭的端口。",
  },
  highlight: { nodes: ["hostA", "hostB"], packets: ["tcp"] },
  camera: "all",
};
