import type { Puzzle } from "../../../protocol/lesson.ts";

/** A rule of the administrator's own comes before all of Docker's. */
export const dockerUserDrop: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "docker-user-drop",
  title: { en: "One container is grounded", zh: "有一个容器被禁足" },
  scene: "container-to-internet",
  setup: [
    { node: "hostA", line: "docker run -d --name nginx-2 nginx" },
    { node: "hostA", line: "iptables -I DOCKER-USER -s 172.17.0.2 -d 203.0.113.80 -j DROP" },
  ],
  story: {
    en: "nginx-2 opens http://203.0.113.80/, nginx-1 next to it doesn’t. Both were started the same way. Let nginx-1 in again, and don’t lock nginx-2 out.",
    zh: "nginx-2 能打开 http://203.0.113.80/，旁边的 nginx-1 却不行，两个容器的启动方式一样。请让 nginx-1 也能访问，同时不要把 nginx-2 挡住。",
  },
  solved: {
    type: "all",
    of: [
      { type: "curl", from: "nginx-1", to: "http://203.0.113.80/" },
      { type: "curl", from: "nginx-2", to: "http://203.0.113.80/" },
    ],
  },
  hints: [
    {
      en: "Follow nginx-1’s packet: it ends on the host, in netfilter.",
      zh: "跟着 nginx-1 的包走：它在宿主机的 netfilter 里结束。",
    },
    {
      en: "iptables -L FORWARD -n -v, and then the chain that comes first. Which counters rise?",
      zh: "iptables -L FORWARD -n -v，再看排在最前面的那条链。哪些计数在增长？",
    },
    { en: "DOCKER-USER has a rule for 172.17.0.2 alone.", zh: "DOCKER-USER 里有一条只针对 172.17.0.2 的规则。" },
  ],
  why: {
    en: "FORWARD jumps to DOCKER-USER before it looks at any of Docker’s rules. What is dropped there is gone, and an ACCEPT helps only if it stands before the DROP.",
    zh: "FORWARD 先跳到 DOCKER-USER，然后才看 Docker 自己的规则。在那里被丢弃就没有了；ACCEPT 只有排在 DROP 前面才有用。",
  },
  highlight: { nodes: ["hostA", "nginx-1"], packets: ["tcp"] },
  camera: { nodes: ["hostA", "nginx-1", "nginx-2"] },
};
