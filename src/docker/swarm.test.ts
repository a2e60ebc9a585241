import { expect, test } from "vitest";
import { type Random, randomBelow, seedRandom } from "../base/random.ts";
import { type Bed, bed, pass, run } from "./testbed.ts";

const NAMES = ["web", "box", "db", "nope"];
const NETWORKS = ["bridge", "red", "blue", "none", "host", "nope"];

function pick<T>(random: Random, list: readonly T[]): T {
  return list[randomBelow(random, list.length)] as T;
}

/** A command that makes sense most of the time. */
function command(random: Random): string {
  const name = pick(random, NAMES);
  const network = pick(random, NETWORKS);
  const options = [
    "",
    `--net=${network}`,
    `--net=container:${name}`,
    "-p 80:80",
    "--rm",
    "--restart=on-failure:1",
    "-t",
    "--ip 10.1.0.9",
  ];
  const programs = ["nginx", "busybox sleep 2", "busybox false", "busybox nosuch", "nowhere"];
  return pick(random, [
    `docker run -d --name ${name} ${pick(random, options)} ${pick(random, options)} ${pick(random, programs)}`,
    `docker create --name ${name} ${pick(random, options)} nginx`,
    `docker run --rm ${pick(random, options)} busybox echo hello`,
    `docker stop -t 1 ${name}`,
    `docker start ${name}`,
    `docker restart -t 1 ${name}`,
    `docker kill ${name}`,
    `docker rm ${pick(random, ["", "-f"])} ${name}`,
    `docker rename ${name} ${pick(random, NAMES)}`,
    `docker network create ${pick(random, ["", "--subnet 10.1.0.0/24", "--internal"])} ${network}`,
    `docker network rm ${network}`,
    `docker network connect ${pick(random, ["", "--ip 10.1.0.7"])} ${network} ${name}`,
    `docker network disconnect ${network} ${name}`,
    "docker network prune -f",
    "docker container prune -f",
    `docker exec ${name} echo hi`,
    `docker inspect ${name} ${network}`,
    "docker ps -a",
    `docker network inspect ${network}`,
  ]);
}

/** What must hold at any time: records and kernel agree, nothing is left behind. */
function check({ world, engine }: Bed): void {
  const containers = Object.values(engine.containers);
  const endpoints = containers.flatMap((c) => Object.values(c.endpoints));
  const live = endpoints.filter((e) => e.hostDev !== null);
  const veths = world.devs.filter((d) => d?.kind === "veth");
  expect(veths).toHaveLength(live.length * 2);
  for (const network of Object.values(engine.networks)) {
    const addresses = live.filter((e) => e.network === network.id).map((e) => e.address);
    const taken = network.taken.filter((a) => a !== network.gateway);
    expect(new Set(taken)).toEqual(new Set(addresses));
    expect(taken).toHaveLength(addresses.length);
    expect(new Set(network.taken).size).toBe(network.taken.length);
  }
  const used = new Set(containers.flatMap((c) => (c.sandbox ? [c.sandbox.netns] : [])));
  const spaces = world.netns.flatMap((n) => (n && n.id !== world.machines[0]?.initNetns ? [n.id] : []));
  expect(spaces.filter((id) => !used.has(id))).toEqual([]);
  for (const c of containers) {
    expect(c.status === "running").toBe(c.sandbox !== null && c.main !== null);
    expect(world.nodes[c.node] !== undefined).toBe(c.sandbox !== null);
    if (c.status !== "running") expect([c.collecting, c.stdin, c.pid]).toEqual([null, null, 0]);
  }
  const names = containers.map((c) => c.name);
  expect(new Set(names).size).toBe(names.length);
}

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  "random commands keep the Engine and the kernel in step (%i)",
  (seed) => {
    const random = seedRandom(seed);
    const b = bed();
    const log: string[] = [];
    for (let i = 0; i < 60; i++) {
      const line = command(random).replace(/ +/g, " ");
      log.push(line);
      const ran = run(b, line);
      pass(b, randomBelow(random, 3));
      try {
        expect(ran.exit === 0 || ran.err !== "" || ran.out !== "" || /run/.test(line)).toBe(true);
        check(b);
      } catch (error) {
        throw new Error(`after ${log.join("\n")}`, { cause: error });
      }
    }
    run(b, `docker rm -f ${NAMES.join(" ")}`);
    run(b, "docker container prune -f");
    check(b);
    expect(b.world.streams.filter((s) => s !== null)).toHaveLength(3);
  },
);
