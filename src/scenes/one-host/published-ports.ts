import type { Scene } from "../../protocol/scene.ts";
import { action, atHost } from "./host.ts";
import { internet } from "./internet.ts";

/** A port of the host that leads to a container: DNAT for those who come from outside, docker-proxy for the host itself. */
export const publishedPorts: Scene = {
  ...internet,
  id: "published-ports",
  title: { en: "Published ports", zh: "发布端口" },
  identities: {},
  setup: atHost("docker run -d --name web -p 8080:80 nginx", "docker run -dit --name box-1 busybox"),
  actions: [
    action(
      "hostB",
      "curl -s http://192.168.1.10:8080/ | head -4",
      "hostB: fetch the page by the host’s port",
      "hostB：通过宿主机端口访问网页",
    ),
    action("hostA", "iptables -t nat -S DOCKER", "The rule behind it", "背后的规则"),
    action("hostA", "conntrack -L -p tcp", "What the host remembers of it", "宿主机记住了什么"),
    action("hostA", "ss -tlnp", "Who listens on 8080?", "谁在监听 8080？"),
    action(
      "box-1",
      "curl -s http://192.168.1.10:8080/ | head -4",
      "box-1: the same from a container",
      "box-1：从容器里访问",
    ),
  ],
};
