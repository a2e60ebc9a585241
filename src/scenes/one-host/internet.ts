import type { Scene, WorldSpec } from "../../protocol/scene.ts";
import { hostSpec, lanWorld } from "../lan.ts";
import { action, atHost, NGINX_NAMES, ONE_HOST } from "./host.ts";

const LAN: WorldSpec = lanWorld(1);

/** The LAN with a second machine that runs no container, and an internet whose server is www.baidu.com as well. */
const WORLD: WorldSpec = {
  ...LAN,
  nodes: [
    ...LAN.nodes.map((node) => {
      const dns = node.services?.dns;
      if (dns === undefined) return node;
      const records = { ...dns.records, "www.baidu.com": "203.0.113.80" };
      return { ...node, services: { ...node.services, dns: { ...dns, records } } };
    }),
    { ...hostSpec(1), kind: "server" },
  ],
  links: [...LAN.links, ["hostB.eth0", "lan.sw0.p-hostB"]],
};

/** A container talks to another machine and to the internet: two routes, a name, and an address that is not its own. */
export const internet: Scene = {
  ...ONE_HOST,
  id: "container-to-internet",
  title: { en: "Container to the internet", zh: "容器访问外网" },
  world: WORLD,
  identities: NGINX_NAMES,
  setup: atHost("docker run -d --name nginx-1 nginx"),
  actions: [
    action("nginx-1", "ping -c 3 www.baidu.com", "Ping www.baidu.com", "ping www.baidu.com"),
    action("nginx-1", "ping -c 3 192.168.1.11", "Ping another machine on the LAN", "ping 局域网中的另一台机器"),
    action("nginx-1", "curl -s http://www.baidu.com/", "Fetch its page", "访问它的网页"),
    action("hostA", "iptables -t nat -S POSTROUTING", "Show who is masqueraded", "查看 MASQUERADE 规则"),
    action("hostA", "conntrack -L", "Show the connections that the host tracks", "查看宿主机跟踪的连接"),
  ],
};
