/** Every puzzle is out of order at first, is solved by each of several ways, and not by one that looks right. */
import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { LessonLine, Puzzle } from "../protocol/lesson.ts";
import { sceneOfLesson } from "../protocol/lesson.ts";
import { parseLesson } from "../protocol/lesson-schema.ts";
import type { Scene } from "../protocol/scene.ts";
import { PUZZLES } from "../scenes/lessons/puzzles.ts";
import { SCENES } from "../scenes/scenes.ts";
import { holds, stepBegins } from "./lesson.ts";
import { typeLines } from "./lesson-testing.ts";
import { createSession } from "./session.ts";

type Way = readonly LessonLine[];

const a = (line: string): LessonLine => ({ node: "hostA", line });
const b = (line: string): LessonLine => ({ node: "hostB", line });
const pid = (name: string) => `$(docker inspect -f "{{.State.Pid}}" ${name})`;
const within = (name: string, command: string) => `nsenter -t ${pid(name)} -n ${command}`;
const NAT = "iptables -t nat -A POSTROUTING";

/** By the puzzle's id: ways that solve it, and ways that don't. */
const WAYS: Readonly<Record<string, { right: readonly Way[]; wrong: readonly Way[] }>> = {
  "no-route": {
    right: [
      [b("ip route add 172.17.0.0/24 via 192.168.1.10")],
      [b("ip route add 172.17.0.2 via 192.168.1.10 dev eth0")],
      [{ node: "gw", line: "ip route add 172.17.0.0/24 via 192.168.1.10" }],
    ],
    wrong: [[a("ip route add 172.17.1.2 via 192.168.1.11")], [b("ip route add 172.17.0.0/24 dev docker0")]],
  },
  "forwarding-off": {
    right: [[a("sysctl -w net.ipv4.ip_forward=1")], [a("echo 1 > /proc/sys/net/ipv4/ip_forward")]],
    wrong: [[a("iptables -P FORWARD ACCEPT")]],
  },
  "no-masquerade": {
    right: [
      [a(`${NAT} -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`)],
      [a(`${NAT} -s 172.17.0.2 -o eth0 -j SNAT --to-source 192.168.1.10`)],
      [
        { node: "gw", line: "ip route add 172.17.0.0/16 via 192.168.1.10" },
        { node: "gw", line: `${NAT} -s 172.17.0.0/16 -o eth1 -j MASQUERADE` },
      ],
    ],
    wrong: [[a("iptables -P FORWARD ACCEPT")], [a(`${NAT} -s 172.17.0.0/16 -o docker0 -j MASQUERADE`)]],
  },
  "wrong-subnet": {
    right: [
      [b(within("nginx-2", "ip route add 172.17.0.0/24 via 172.17.1.1"))],
      [b("sysctl -w net.ipv4.conf.docker0.proxy_arp=1")],
    ],
    wrong: [[b("ip route add 172.17.0.2 via 192.168.1.10")]],
  },
  "vxlan-mtu": {
    right: [
      [a(within("pod-a", "ip link set eth0 mtu 1450"))],
      [a("iptables -D OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP")],
      [a(within("pod-a", "ip route add 10.244.1.0/24 via 10.244.0.1 mtu 1450"))],
    ],
    wrong: [[b("ip link set cni0 mtu 1450")], [a("ip link set flannel.1 mtu 1300")]],
  },
  "docker-user-drop": {
    right: [
      [a("iptables -D DOCKER-USER 1")],
      [a("iptables -I DOCKER-USER -s 172.17.0.2 -j ACCEPT")],
      [a("iptables -F DOCKER-USER; iptables -A DOCKER-USER -j RETURN")],
    ],
    wrong: [
      [a("iptables -A DOCKER-USER -j ACCEPT")],
      [a("iptables -P FORWARD DROP; iptables -F DOCKER-USER; iptables -A DOCKER-USER -s 172.17.0.3 -j DROP")],
    ],
  },
  "stale-neighbour": {
    right: [
      [a("ip neigh del 172.17.0.2 dev docker0")],
      [a("ip neigh replace 172.17.0.2 lladdr 02:42:ac:11:00:22 dev docker0 nud reachable")],
      [a(within("nginx-1", "ip link set eth0 address 02:42:ac:11:00:02"))],
      [a("arp -d 172.17.0.2")],
    ],
    wrong: [[a("ping -c 12 172.17.0.2")], [a("ip neigh flush dev docker0")]],
  },
  "bound-to-localhost": {
    right: [
      [a("docker rm -f web"), a("docker run -d --name web -p 8080:80 nginx")],
      [a("docker run -d --name web-2 -p 192.168.1.10:8080:80 nginx")],
      [
        a(
          "iptables -t nat -A PREROUTING -d 192.168.1.10 -p tcp --dport 8080 -j DNAT --to-destination $(docker inspect -f '{{.NetworkSettings.IPAddress}}' web):80",
        ),
      ],
    ],
    wrong: [[a("iptables -P FORWARD ACCEPT; iptables -P INPUT ACCEPT")], [a("docker restart web")]],
  },
  "poisoned-fdb": {
    right: [
      [a("bridge fdb del 02:42:ac:11:00:03 dev veth9c02e56 master")],
      [a("bridge fdb replace 02:42:ac:11:00:03 dev vethb4963f3 master static")],
      [a(within("nginx-2", "ip link set eth0 address 02:42:ac:11:00:33"))],
    ],
    wrong: [[a("ip neigh flush dev docker0")], [a("iptables -P FORWARD ACCEPT")]],
  },
  "vxlan-fdb": {
    right: [
      [a("bridge fdb add 0e:00:00:00:0b:01 dev flannel.1 dst 192.168.1.11 self permanent")],
      [a("bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 192.168.1.11")],
      [a("ip route replace 10.244.1.0/24 via 192.168.1.11"), b("ip route replace 10.244.0.0/24 via 192.168.1.10")],
    ],
    wrong: [
      [a("bridge fdb add 0e:00:00:00:0b:01 dev flannel.1 dst 192.168.1.99")],
      [a("ip neigh flush dev flannel.1")],
    ],
  },
};

const sessionOf = (puzzle: Puzzle) => createSession(sceneOfLesson(puzzle, SCENES) as Scene);

test("each puzzle has ways of its own here", () => {
  expect(Object.keys(WAYS).toSorted()).toEqual(PUZZLES.map(({ id }) => id).toSorted());
  for (const { right, wrong } of Object.values(WAYS)) {
    expect(right.length).toBeGreaterThanOrEqual(2);
    expect(wrong.length).toBeGreaterThanOrEqual(1);
  }
});

test.each(PUZZLES.map((puzzle) => [puzzle.id, puzzle] as const))("%s", (id, puzzle) => {
  expect(
    parseLesson(
      JSON.parse(JSON.stringify(puzzle)),
      SCENES.map((scene) => scene.id),
    ),
  ).toMatchObject({ ok: true });
  const solvedBy = (way: Way): boolean => {
    const session = sessionOf(puzzle);
    const since = stepBegins(session);
    typeLines(session, way);
    return holds(session, since, puzzle.solved);
  };
  expect(solvedBy([])).toBe(false);
  const { right = [], wrong = [] } = WAYS[id] ?? {};
  const outcomes = (ways: readonly Way[]) => ways.map((way) => [way.map(({ line }) => line).join("; "), solvedBy(way)]);
  expect(outcomes(right)).toEqual(right.map((way) => [way.map(({ line }) => line).join("; "), true]));
  expect(outcomes(wrong)).toEqual(wrong.map((way) => [way.map(({ line }) => line).join("; "), false]));
});
