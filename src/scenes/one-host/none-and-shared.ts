import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, NGINX_NAMES, ONE_HOST } from "./host.ts";

/** One container with a network of its own, one without any, and one that lives in the first one's. */
export const noneAndShared: Scene = {
  ...ONE_HOST,
  id: "none-and-shared",
  title: { en: "No network, and a shared one", zh: "none 网络与共享网络" },
  identities: NGINX_NAMES,
  setup: atHost(
    "docker run -d --name nginx-1 nginx",
    "docker run -dit --net=none --name lonely busybox",
    "docker run -dit --net=container:nginx-1 --name sidecar busybox",
  ),
  actions: [
    action(
      "sidecar",
      "curl -s http://127.0.0.1/ | head -4",
      "sidecar: fetch a page from 127.0.0.1",
      "sidecar：访问 127.0.0.1 的网页",
    ),
    action("sidecar", "ip addr", "sidecar’s devices", "sidecar 的网卡"),
    action("lonely", "ip addr", "lonely’s devices", "lonely 的网卡"),
    action("lonely", "ping -c 1 172.17.0.2", "lonely: ping nginx-1", "lonely：ping nginx-1"),
  ],
};
