import type { Scene } from "../protocol/scene.ts";
import { lanWorld } from "./lan.ts";

/** As many containers on docker0 as a bridge has ports: BR_MAX_PORTS is 1 << 10, and number 0 is nobody's. */
const CONTAINERS = 1023;
/** So many `docker run` at once: the shell may not have more than 600 children. */
const AT_ONCE = 250;

/** A bridge with no port left. The last container's address is 172.17.4.0, in a /16 as good as any other. */
export const docker0Full: Scene = {
  version: 1,
  id: "docker0-full",
  title: { en: "docker0 full: 1,023 containers", zh: "docker0 满员：1023 个容器" },
  world: lanWorld(1),
  dockers: ["hostA"],
  dockerd: { hostA: "--dns 203.0.113.53" },
  seed: 1023,
  setup: [
    {
      node: "hostA",
      line:
        `for i in $(seq 1 ${CONTAINERS}); do docker run -dit --name box-$i busybox & ` +
        `if [ $((i % ${AT_ONCE})) = 0 ]; then wait; fi; done; wait`,
    },
  ],
  actions: [
    {
      title: { en: "Ping box-1 → box-1023", zh: "从 box-1 ping box-1023" },
      node: "box-1",
      line: "ping -c 3 172.17.4.0",
    },
    {
      title: { en: "Flood box-1 → box-1023", zh: "从 box-1 洪泛 ping box-1023" },
      node: "box-1",
      line: "ping -f -q -c 1000 172.17.4.0",
    },
    {
      title: { en: "Run one container too many", zh: "再多运行一个容器" },
      node: "hostA",
      line: "docker run -dit --name box-1024 busybox",
    },
  ],
};
