import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { Predicate } from "../protocol/lesson.ts";
import { hostToContainer } from "../scenes/one-host/host-to-container.ts";
import { holds, stepBegins } from "./lesson.ts";
import { typeLines } from "./lesson-testing.ts";
import { answerQuery } from "./query.ts";
import { createSession, undo } from "./session.ts";

const session = createSession(hostToContainer);
const before = stepBegins(session);
typeLines(session, [{ node: "hostA", line: "ping -c 1 172.17.0.2; iptables -I DOCKER-USER -j DROP" }]);

const icmp = { type: "seen", node: "nginx-1", protocol: "icmp" } as const;
const entry = (
  node: string,
  table: Extract<Predicate, { type: "entry" }>["table"],
  where: Readonly<Record<string, string>>,
) => ({ type: "entry", node, table, where }) as const;

const TRUE: readonly Predicate[] = [
  { type: "ping", from: "hostA", to: "172.17.0.2" },
  { type: "ping", from: "hostA", to: "172.17.0.2", size: 1472 },
  { type: "curl", from: "hostA", to: "http://172.17.0.2/", send: 3000 },
  entry("hostA", "fdb", { bridge: "docker0", mac: "02:42:ac:11:00:02", dev: "veth9c02e56" }),
  entry("hostA", "neighbour", { address: "172.17.0.2", dev: "docker0", mac: "02:42:ac:11:00:02" }),
  entry("hostA", "route", { destination: "172.17.0.0/16", gateway: "", dev: "docker0" }),
  entry("hostA", "conntrack", { protocol: "icmp", destination: "172.17.0.2", snat: "false" }),
  entry("hostA", "iptables", { table: "filter", chain: "DOCKER-USER", rule: "-j DROP", met: "false" }),
  entry("nginx-1", "link", { name: "eth0", address: "172.17.0.2/16", peerIfindex: "5" }),
  entry("nginx-1", "socket", { protocol: "tcp", state: "LISTEN", local: "0.0.0.0:80", program: "nginx" }),
  entry("hostA", "container", { name: "nginx-1", image: "nginx", state: "running" }),
  { ...icmp, way: "in", where: { "ip.src": "172.17.0.1", "icmp.type": "8 *" } },
  { type: "seen", node: "hostA", dev: "docker0", way: "out", protocol: "arp" },
  { type: "bridge", node: "hostA", bridge: "docker0", did: "up", protocol: "icmp" },
  { type: "typed", node: "hostA", program: "iptables", words: ["-I", "DOCKER-*"] },
  { type: "printed", node: "hostA", line: "1 packets transmitted, 1 received*" },
  { type: "any", of: [{ type: "not", of: icmp }, icmp] },
];

const FALSE: readonly Predicate[] = [
  { type: "ping", from: "hostA", to: "172.17.0.9" },
  { type: "ping", from: "nobody", to: "172.17.0.2" },
  { type: "ping", from: "hostA", to: "172.17.0.2", size: 1473 },
  { type: "ping", from: "hostA", to: "172.17.0.2; true" },
  { type: "curl", from: "nginx-1", to: "http://203.0.113.80/" },
  entry("hostA", "fdb", { bridge: "docker0", mac: "02:42:ac:11:00:03" }),
  entry("hostA", "neighbour", { address: "172.17.0.3" }),
  entry("nobody", "route", {}),
  { ...icmp, way: "out", where: { "icmp.type": "8 *" } },
  { type: "seen", node: "hostA", dev: "eth0", protocol: "icmp" },
  { type: "seen", node: "nginx-1", protocol: "vxlan" },
  { type: "bridge", node: "hostA", bridge: "docker0", did: "flood", protocol: "icmp" },
  { type: "dropped", node: "hostA", reason: "NETFILTER_DROP" },
  { type: "typed", node: "nginx-1", program: "ping" },
  { type: "typed", node: "hostA", program: "iptables", words: ["-D"] },
  { type: "printed", node: "hostA", line: "ping" },
  { type: "all", of: [{ type: "not", of: icmp }, icmp] },
];

test.each(TRUE.map((predicate) => [JSON.stringify(predicate), predicate] as const))("holds: %s", (_, predicate) => {
  expect(holds(session, before, predicate)).toBe(true);
});

test.each(FALSE.map((predicate) => [JSON.stringify(predicate), predicate] as const))("doesn't: %s", (_, predicate) => {
  expect(holds(session, before, predicate)).toBe(false);
});

test("what happened before the step, or has been undone, doesn't count", () => {
  const own = createSession(hostToContainer);
  const first = stepBegins(own);
  typeLines(own, [{ node: "hostA", line: "ping -c 1 172.17.0.2" }]);
  expect(holds(own, first, icmp)).toBe(true);
  expect(holds(own, stepBegins(own), icmp)).toBe(false);
  undo(own);
  expect(holds(own, first, icmp)).toBe(false);
});

test("asking leaves no mark: what comes after is the same to the byte", () => {
  const ends = [true, false].map((ask) => {
    const own = createSession(hostToContainer);
    typeLines(own, [{ node: "hostA", line: "ping -c 1 172.17.0.2" }]);
    if (ask) for (const predicate of [...TRUE, ...FALSE]) holds(own, stepBegins(own), predicate);
    typeLines(own, [{ node: "nginx-1", line: "ping -c 2 203.0.113.80" }]);
    const { rows, frames, chunks } = own.world.trace;
    return {
      rows,
      frames,
      bytes: chunks.map(({ bytes }) => bytes.slice()),
      terminal: own.terminal,
      now_ns: own.world.now_ns,
    };
  });
  expect(ends[0]).toEqual(ends[1]);
});

test("the page asks by a query", () => {
  const started = answerQuery(session, { kind: "lesson", since: null, ask: [icmp] });
  expect(started).toEqual({ kind: "lesson", now: stepBegins(session), holds: [false] });
  expect(answerQuery(session, { kind: "lesson", since: before, ask: [icmp] })).toMatchObject({ holds: [true] });
});
