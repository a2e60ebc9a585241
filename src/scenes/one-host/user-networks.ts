import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, ONE_HOST } from "./host.ts";

/** Two networks of the user's own: names work inside one, and nothing crosses from one to the other. */
export const userNetworks: Scene = {
  ...ONE_HOST,
  id: "user-networks",
  title: { en: "Networks of your own", zh: "自定义网络与隔离" },
  setup: atHost(
    "docker network create --subnet 172.18.0.0/16 red",
    "docker network create --subnet 172.19.0.0/16 blue",
    "docker run -d --name web --net red nginx",
    "docker run -dit --name box --net red busybox",
    "docker run -dit --name other --net blue busybox",
  ),
  actions: [
    action("box", "ping -c 3 web", "box: ping web by its name", "box：用名字 ping web"),
    action(
      "other",
      "ping -c 1 -W 1 172.18.0.2",
      "other: ping web from the other network",
      "other：从另一个网络 ping web",
    ),
    action("hostA", "iptables -S | grep ISOLATION", "The rules that keep them apart", "隔离它们的规则"),
    action("hostA", "docker network connect red other", "Plug other into red as well", "把 other 也接入 red"),
  ],
};
