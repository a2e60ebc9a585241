/** A small scene for tests: one host with three containers on docker0. */
import type { Scene } from "../protocol/scene.ts";

export function oneHost(seed = 7): Scene {
  return {
    version: 1,
    id: "test",
    title: { en: "test", zh: "test" },
    world: {
      switches: [],
      nodes: [{ name: "hostA", kind: "docker-host", interfaces: [], routes: [], ip_forward: 0 }],
      links: [],
    },
    dockers: ["hostA"],
    seed,
    setup: [1, 2, 3].map((n) => ({ node: "hostA", line: `docker run -dit --name box-${n} busybox` })),
    actions: [],
  };
}
