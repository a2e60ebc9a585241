import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, CENTOS_NAMES, ONE_HOST } from "./host.ts";

/** Which veth on the host belongs to which container? The host has run containers for long, so its devices have high numbers. */
export const findVeth: Scene = {
  ...ONE_HOST,
  id: "find-veth-peer",
  title: { en: "Find the veth’s other end", zh: "找出 veth 的另一端" },
  identities: CENTOS_NAMES,
  setup: atHost(
    "docker run -dit --name box-1 busybox",
    // A device's number is never given again: nearly 600 containers came and went.
    "ip link add old type dummy; ip link del old; for i in $(seq 595); do ip link add old0 type veth peer name old1; ip link del old0; done",
    "docker run -dit --rm --name centos-a centos",
    "docker run -dit --name box-2 busybox",
    "docker run -dit --rm --name centos-b centos",
  ),
  actions: [
    action(
      "centos-a",
      "cat /sys/class/net/eth0/iflink",
      "centos-a: the number of the other end",
      "centos-a：另一端的编号",
    ),
    action("hostA", "ip link", "The host’s devices", "宿主机的网卡"),
    action("hostA", "brctl show", "What is plugged into docker0", "docker0 上插着什么"),
    action("hostA", "ethtool -S veth6935999", "Ask the veth itself", "直接问这个 veth"),
    action("centos-a", "ping -c 5 172.17.0.5", "Ping centos-a → centos-b", "从 centos-a ping centos-b"),
  ],
};
