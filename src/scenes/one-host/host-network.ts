import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, ONE_HOST } from "./host.ts";

/** A container in the host's own network stack. A second one that wants port 80 can't have it. */
export const hostNetwork: Scene = {
  ...ONE_HOST,
  id: "host-network",
  title: { en: "Host network and its port clash", zh: "host 网络与端口冲突" },
  setup: atHost("docker run -d --net=host --name nginx-host nginx"),
  actions: [
    action("hostA", "ss -tlnp", "Who listens on the host?", "宿主机上谁在监听？"),
    action("nginx-host", "ip -br addr", "What nginx-host sees", "nginx-host 看到的网卡"),
    action(
      "hostA",
      "docker run -d --net=host --name nginx-host-2 nginx; sleep 4; docker logs nginx-host-2",
      "A second server on port 80",
      "再启动一个占用 80 端口的服务",
    ),
    action("hostA", "docker ps -a", "Show the containers", "查看容器"),
  ],
};
