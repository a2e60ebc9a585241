import type { Scene } from "../../protocol/scene.ts";
import { action, atHost, ONE_HOST } from "./host.ts";

const pid = (box: string): string => `$(docker inspect -f "{{.State.Pid}}" ${box})`;

/** Lines that give a container's device an address and switch it on, typed at the host as the container may not. */
const address = (box: string, last: number): string =>
  `nsenter -t ${pid(box)} -n ip addr add 10.0.0.${last}/24 dev eth0; nsenter -t ${pid(box)} -n ip link set eth0 up`;

/** One end of a pair in a container, the other on the host's bridge. */
const plugIn = (box: string, n: number): string =>
  `ip link add port${n} type veth peer name eth0 netns ${pid(box)}; ip link set port${n} master switch0 up; ${address(box, n)}`;

/** Three containers without any network: two are joined by a cable, then all three by a switch. */
export const cableAndSwitch: Scene = {
  ...ONE_HOST,
  id: "cable-and-switch",
  title: { en: "One cable, then a switch", zh: "一根网线，然后一台交换机" },
  setup: atHost(...[1, 2, 3].map((n) => `docker run -dit --net=none --name box-${n} busybox`)),
  actions: [
    action(
      "hostA",
      `ip link add eth0 netns ${pid("box-1")} type veth peer name eth0 netns ${pid("box-2")}; ${address("box-1", 1)}; ${address("box-2", 2)}`,
      "A cable between box-1 and box-2",
      "在 box-1 和 box-2 之间接一根网线",
    ),
    action("box-1", "ping -c 3 10.0.0.2", "Ping box-1 → box-2", "从 box-1 ping box-2"),
    action("hostA", `nsenter -t ${pid("box-1")} -n ip link del eth0`, "Take the cable away", "拔掉网线"),
    action(
      "hostA",
      `ip link add switch0 type bridge; ip link set switch0 up; ${[1, 2, 3].map((n) => plugIn(`box-${n}`, n)).join("; ")}`,
      "A switch, and a cable from each box",
      "一台交换机，每个容器一根网线",
    ),
    action("box-1", "ping -c 3 10.0.0.3", "Ping box-1 → box-3", "从 box-1 ping box-3"),
  ],
};
