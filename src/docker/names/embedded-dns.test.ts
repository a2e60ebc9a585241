import { describe, expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { runEvents, runLine, startLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed } from "../testbed.ts";
import type { DockerWorld } from "../types.ts";

const programs = { ...shellPrograms, ...dockerPrograms };
const SECOND = 1e9;

function lines(...all: string[]): DockerWorld {
  const { world } = bed("--dns 172.18.0.1");
  for (const line of all) runLine(world, programs, line, 5 * SECOND);
  return world;
}

function run(world: DockerWorld, container: string, line: string) {
  return runLine(world, programs, `docker exec ${container} bash -c '${line}'`, 60 * SECOND);
}

describe("names in user-defined networks", () => {
  const setUp = [
    "docker network create --subnet 172.18.0.0/16 red",
    "docker run -d --name web --network-alias www --net red busybox sleep 1000",
    "docker run -d --name box --net red busybox sleep 1000",
  ];

  test("containers find each other by name, alias and address", () => {
    const world = lines(...setUp);
    expect(run(world, "box", "getent hosts web").stdout).toBe("172.18.0.2      web\n");
    expect(run(world, "box", "getent hosts www").stdout).toBe("172.18.0.2      www\n");
    expect(run(world, "box", "getent hosts web.red").stdout).toBe("172.18.0.2      web.red\n");
    expect(run(world, "box", "getent hosts 172.18.0.2").stdout).toBe("172.18.0.2      web.red\n");
    expect(run(world, "box", "ping -c 1 web").stdout).toContain("64 bytes from web.red (172.18.0.2): icmp_seq=1");
  });

  test("only those that share a network, and only while they run", () => {
    const world = lines(
      ...setUp,
      "docker network create blue",
      "docker run -d --name other --net blue busybox sleep 1000",
    );
    expect(run(world, "other", "getent hosts web").exit).toBe(2);
    runLine(world, programs, "docker network connect red other", 5 * SECOND);
    expect(run(world, "other", "getent hosts web").stdout).toBe("172.18.0.2      web\n");
    runLine(world, programs, "docker stop -t 0 web", 5 * SECOND);
    expect(run(world, "box", "getent hosts web").exit).toBe(2);
    runLine(world, programs, "docker start web", 5 * SECOND);
    expect(run(world, "box", "getent hosts web").stdout).toBe("172.18.0.2      web\n");
  });

  test("other names go to the outer server, from the container's own address", () => {
    const world = lines(...setUp);
    startLine(world, "hostA", "dnsd 172.18.0.1:53 www.example.com=203.0.113.80");
    runEvents(world, programs, SECOND);
    expect(run(world, "box", "getent hosts www.example.com").stdout).toBe("203.0.113.80    www.example.com\n");
    expect(run(world, "box", "dig nosuch.example.com").stdout).toContain("status: REFUSED");
  });

  test("without an outer server that answers it keeps silent", () => {
    const { stdout } = run(lines(...setUp), "box", "dig +time=1 +tries=1 nosuch.example.com");
    expect(stdout).toContain(";; communications error to 127.0.0.11#53: timed out\n");
  });

  test("a server that refuses has the next one asked, and the last word if that does so, too", () => {
    const world = lines(
      ...setUp,
      "docker run -d --name two --net red --dns 172.18.0.1 --dns 172.18.0.2 busybox sleep 1000",
    );
    startLine(world, "hostA", "dnsd 172.18.0.1:53 www.example.com=203.0.113.80");
    runEvents(world, programs, SECOND);
    expect(run(world, "two", "dig nosuch.example.com").stdout).toContain("status: REFUSED");
    startLine(world, Object.keys(world.nodes)[1] as string, "dnsd 172.18.0.2:53 other.example.com=203.0.113.81");
    runEvents(world, programs, SECOND);
    expect(run(world, "two", "dig +short other.example.com").stdout).toBe("203.0.113.81\n");
  });

  test("it listens on ports of its own, where rules of the container's nat table lead", () => {
    const world = lines(...setUp);
    const listening = run(world, "box", "ss -tulnH")
      .stdout.split("\n")
      .filter((l) => l.includes("127.0.0.11:"));
    expect(listening.map((l) => l.split(/\s+/)[0])).toEqual(["udp", "tcp"]);
    const ports = listening.map((l) => /127\.0\.0\.11:(\d+)/.exec(l)?.[1]);
    const pid = "$(docker inspect -f '{{.State.Pid}}' box)";
    const rules = runLine(world, programs, `nsenter -t ${pid} -n iptables -t nat -S`, 5 * SECOND).stdout;
    expect(rules).toContain(
      `-d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:${ports[0]}\n`,
    );
    expect(rules).toContain(`-s 127.0.0.11/32 -p tcp -m tcp --sport ${ports[1]} -j SNAT --to-source :53\n`);
    expect(run(world, "box", "nc -z -w 1 127.0.0.11 53").exit).toBe(0);
  });

  test("for a container's name it knows that there is no mail server, without asking", () => {
    const world = lines(...setUp);
    expect(run(world, "box", "dig MX web").stdout).toContain("status: NOERROR");
  });

  test("the server ends with its sandbox and is no line of ps", () => {
    const world = lines(...setUp);
    const servers = () => world.procs.filter((p) => p?.program === "dockerd-dns").length;
    expect(servers()).toBe(2);
    expect(run(world, "box", "ps ax").stdout).not.toContain("dns");
    runLine(world, programs, "docker rm -f web box", 10 * SECOND);
    expect(servers()).toBe(0);
  });
});
