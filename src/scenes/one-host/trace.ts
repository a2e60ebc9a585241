import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, NGINX_NAMES, ONE_HOST } from "./host.ts";

/** The raw table's TRACE tells every rule that a packet meets. */
export const trace: Scene = {
  ...ONE_HOST,
  id: "iptables-trace",
  title: { en: "TRACE a ping", zh: "用 TRACE 追踪 ping" },
  identities: NGINX_NAMES,
  setup: atHost("docker run -d --name nginx-1 nginx", "docker run -d --name nginx-2 nginx"),
  actions: [
    action(
      "hostA",
      "iptables -t raw -A OUTPUT -p icmp -j TRACE; iptables -t raw -A PREROUTING -p icmp -j TRACE; dmesg -C",
      "Switch TRACE on for ICMP",
      "对 ICMP 打开 TRACE",
    ),
    action("nginx-1", "ping -c 1 172.17.0.3", "Ping nginx-1 → nginx-2", "从 nginx-1 ping nginx-2"),
    action("hostA", "dmesg | grep TRACE", "Read the kernel’s log", "查看内核日志"),
    action("nginx-1", "ping -c 1 203.0.113.80", "Ping the internet", "ping 外网"),
    action("hostA", "iptables -t raw -F; dmesg -C", "Switch it off", "关闭 TRACE"),
  ],
};
