import "../worlds/whole.ts";
import { beforeEach, expect, test } from "vitest";
import { devStats } from "../kernel/netdev/stats.ts";
import type { CounterBatch, Reply, Request } from "../protocol/messages.ts";
import { COUNTERS, type NodeId, type NodeView } from "../protocol/view.ts";
import { crossHost } from "../scenes/cross-host.ts";
import { createEngine, type Engine, handle } from "./handle.ts";
import { answerQuery } from "./query.ts";
import type { Session } from "./session.ts";
import { toPage, viewNodes } from "./view.ts";

/** What a page has that only ever got batches. */
type Page = Map<NodeId, NodeView>;

/** The counters that it has, by device. */
const counted = new Map<number, readonly number[]>();
beforeEach(() => counted.clear());

function count({ dev, words }: CounterBatch): void {
  dev.forEach((id, i) => {
    counted.set(id, Array.from(words.subarray(i * COUNTERS.length, (i + 1) * COUNTERS.length)));
  });
}

function ask(engine: Engine, page: Page, request: Request): Reply {
  const reply = handle(engine, { id: 1, request });
  if (!reply.ok || reply.batch === null) return reply;
  const { reset, nodes, bodies, links, removed } = reply.batch;
  if (reset) page.clear();
  for (const id of removed) page.delete(id);
  for (const node of nodes) page.set(node.id, node);
  for (const body of bodies) page.set(body.id, { ...(page.get(body.id) as NodeView), ...body });
  for (const { node, link } of links) {
    const old = page.get(node) as NodeView;
    expect(old.links.some((one) => one.dev === link.dev)).toBe(true);
    page.set(node, { ...old, links: old.links.map((one) => (one.dev === link.dev ? link : one)) });
  }
  const { world, scene } = engine.session as Session;
  const whole = viewNodes(world, scene);
  expect([...page.keys()].sort()).toEqual(whole.map((node) => node.id).sort());
  for (const node of whole) expect(page.get(node.id)).toEqual(node);
  count(reply.batch.counters);
  for (const { dev } of whole.flatMap((node) => node.links)) {
    const stats = devStats(world, dev);
    expect(counted.get(dev) ?? COUNTERS.map(() => 0)).toEqual(COUNTERS.map((name) => stats[name]));
  }
  return reply;
}

const LINES: readonly string[] = [
  "ping -c 2 172.17.0.3",
  "docker run -d --name web -p 8080:80 nginx",
  "curl -s 172.17.0.4",
  "ip link set docker0 mtu 1400; ip addr add 10.9.9.1/24 dev docker0",
  "ip link add vx0 type vxlan id 42 dstport 4789 dev eth0; ip link set vx0 up; bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.168.1.12",
  "iptables -N OWN; iptables -A FORWARD -j OWN; iptables -E OWN MINE; iptables -I INPUT -p icmp -j ACCEPT",
  "ip neigh add 172.17.0.77 lladdr 02:42:ac:11:00:4d dev docker0; ip route add 10.8.0.0/16 via 172.17.0.3",
  "docker rename web shop; docker pause shop; docker network create other; docker network connect other shop",
  "ping -f -q -c 300 172.17.0.2; ping -c 1 -W 1 172.17.0.99",
  "docker rm -f shop; docker network rm other; ip link del vx0; ip neigh flush all; ip route del 10.8.0.0/16",
];

test("what batches bring is what a view of everything would show, at every moment of a session", () => {
  const engine = createEngine(answerQuery);
  const page: Page = new Map();
  expect(ask(engine, page, { type: "load", scene: crossHost })).toMatchObject({ ok: true });
  const now = () => toPage((engine.session as Session).world.now_ns);
  for (const [i, line] of LINES.entries()) {
    expect(ask(engine, page, { type: "exec", node: "hostA", line })).toMatchObject({ ok: true });
    for (const ms of [0.03, 0.2, 30, 400, 2500, 6000]) ask(engine, page, { type: "advance", to_ns: now() + ms * 1e6 });
    ask(engine, page, { type: "step", unit: "event" });
    if (i % 3 === 2) {
      const head_ns = now();
      ask(engine, page, { type: "seek", to_ns: head_ns / 3 });
      ask(engine, page, { type: "seek", to_ns: head_ns });
      ask(engine, page, { type: "undo" });
      ask(engine, page, { type: "redo" });
    }
  }
  ask(engine, page, { type: "advance", to_ns: now() + 200e9 });
});

test("where nothing happens nothing is sent, and of a ping only the devices that it passes", () => {
  const engine = createEngine(answerQuery);
  const page: Page = new Map();
  ask(engine, page, { type: "load", scene: crossHost });
  const box = [...page.values()].find((node) => node.kind === "container")?.id ?? "";
  ask(engine, page, { type: "exec", node: box, line: "ping -i 0.2 -q 172.17.0.1" });
  ask(engine, page, { type: "advance", to_ns: 1.05e9 });
  const still = ask(engine, page, { type: "advance", to_ns: 1.06e9 });
  expect(still).toMatchObject({ batch: { nodes: [], bodies: [], links: [], removed: [] } });
  expect(still.ok && still.batch?.counters.dev).toHaveLength(0);
  const pinged = ask(engine, page, { type: "advance", to_ns: 1.3e9 });
  expect(pinged).toMatchObject({ batch: { nodes: [] } });
  const { world } = engine.session as Session;
  const names = pinged.ok ? Array.from(pinged.batch?.counters.dev ?? [], (dev) => world.devs[dev]?.name ?? "?") : [];
  expect(names.filter((name) => !name.startsWith("veth")).sort()).toEqual(["docker0", "eth0"]);
  expect(names).toHaveLength(3);
  // Only the bridge has another table: it has heard the container anew.
  expect(pinged.ok && pinged.batch?.links.map(({ link }) => link.name)).toEqual(["docker0"]);
});
