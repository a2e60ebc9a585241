import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, NGINX_NAMES, ONE_HOST } from "./host.ts";

/** The host talks to its own container: docker0 is the host's own card in that network. */
export const hostToContainer: Scene = {
  ...ONE_HOST,
  id: "host-to-container",
  title: { en: "Host to container", zh: "宿主机访问容器" },
  identities: NGINX_NAMES,
  setup: atHost("docker run -d --name nginx-1 nginx"),
  actions: [
    action("hostA", "ping -c 3 172.17.0.2", "Ping hostA → nginx-1", "从 hostA ping nginx-1"),
    action("hostA", "route -n", "Show the host’s routes", "查看宿主机的路由表"),
    action("hostA", "curl -s http://172.17.0.2/ | head -4", "Fetch nginx-1’s page", "访问 nginx-1 的网页"),
    action("nginx-1", "ping -c 3 192.168.1.10", "Ping nginx-1 → hostA", "从 nginx-1 ping hostA"),
  ],
};
