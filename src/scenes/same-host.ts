import type { Scene } from "../protocol/scene.ts";
import { lanWorld } from "./lan.ts";

/** The scene that the page opens with: three containers on one host's docker0, the host on a LAN with a gateway. */
export const sameHost: Scene = {
  version: 1,
  id: "same-host",
  title: { en: "Same host, first ping", zh: "同一宿主机，第一次 ping" },
  world: lanWorld(1),
  dockers: ["hostA"],
  dockerd: { hostA: "--dns 203.0.113.53" },
  legacyIptables: true,
  seed: 17,
  setup: [
    { node: "hostA", line: "docker run -d --name nginx-1 nginx" },
    { node: "hostA", line: "docker run -d --name nginx-2 nginx" },
    { node: "hostA", line: "docker run -dit --name box-3 busybox" },
  ],
  actions: [
    {
      title: { en: "Ping nginx-1 → nginx-2", zh: "从 nginx-1 ping nginx-2" },
      node: "nginx-1",
      line: "ping -c 3 172.17.0.3",
    },
    {
      title: { en: "Ping an address that nobody has", zh: "ping 一个没有人用的地址" },
      node: "nginx-1",
      line: "ping -c 1 172.17.0.99",
    },
    { title: { en: "Ping hostA → nginx-2", zh: "从 hostA ping nginx-2" }, node: "hostA", line: "ping -c 3 172.17.0.3" },
    {
      title: { en: "Ping nginx-1 → docker0", zh: "从 nginx-1 ping docker0" },
      node: "nginx-1",
      line: "ping -c 3 172.17.0.1",
    },
    {
      title: { en: "Show the bridge’s table", zh: "查看网桥的 CAM 表" },
      node: "hostA",
      line: "brctl showmacs docker0",
    },
    { title: { en: "Find the veth’s other end", zh: "找出 veth 的另一端" }, node: "nginx-1", line: "ip link" },
  ],
};
