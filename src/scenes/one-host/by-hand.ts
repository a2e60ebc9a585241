import type { Scene } from "../../protocol/scene.ts";
import { action, ONE_HOST } from "./host.ts";

const INSIDE = [1, 2].map(
  (n) => `ip netns exec ns${n} ip addr add 10.0.0.${n + 1}/24 dev eth0; ip netns exec ns${n} ip link set eth0 up`,
);

/** A host without Docker, on which all that docker0 is gets typed. */
export const byHand: Scene = {
  ...ONE_HOST,
  id: "docker0-by-hand",
  title: { en: "docker0, built by hand", zh: "亲手搭一个 docker0" },
  dockers: [],
  dockerd: {},
  setup: [],
  actions: [
    action("hostA", "ip netns add ns1; ip netns add ns2", "Two “containers”: namespaces", "两个“容器”：网络命名空间"),
    action("hostA", "ip link add br0 type bridge; ip link set br0 up", "A bridge", "一个网桥"),
    action(
      "hostA",
      [1, 2]
        .map((n) => `ip link add veth${n} type veth peer name eth0 netns ns${n}; ip link set veth${n} master br0 up`)
        .join("; "),
      "A veth pair for each",
      "每个容器一对 veth",
    ),
    action("hostA", INSIDE.join("; "), "Addresses inside", "容器内的地址"),
    action("hostA", "ip netns exec ns1 ping -c 1 -W 1 10.0.0.3", "Ping ns1 → ns2", "从 ns1 ping ns2"),
    action(
      "hostA",
      "ip addr add 10.0.0.1/24 dev br0; for n in ns1 ns2; do ip netns exec $n ip route add default via 10.0.0.1; done",
      "A gateway",
      "网关",
    ),
    action(
      "hostA",
      "sysctl -w net.ipv4.ip_forward=1; iptables -t nat -A POSTROUTING -s 10.0.0.0/24 ! -o br0 -j MASQUERADE",
      "Forwarding and NAT",
      "转发与 NAT",
    ),
    action("hostA", "ip netns exec ns1 ping -c 1 -W 1 203.0.113.80", "Ping the internet from ns1", "从 ns1 ping 外网"),
  ],
};
