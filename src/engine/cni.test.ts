/** The networks of scenes/cni/ built by their commands in a session, and pinged through. */
import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { AddedHost } from "../protocol/scene.ts";
import { CNI_KINDS, type CniHost, cniJoin, cniSetup, shareOf } from "../scenes/cni/plan.ts";
import { sameHost } from "../scenes/same-host.ts";
import type { Engine } from "./handle.ts";
import { createEngine, handle } from "./handle.ts";

const HOSTS: CniHost[] = [
  { name: "hostA", address: "192.168.1.10", dev: "eth0" },
  { name: "hostB", address: "192.168.1.11", dev: "eth0" },
  { name: "hostC", address: "192.168.1.12", dev: "eth0" },
];

function hostAt(name: string, last: number): AddedHost {
  return {
    spec: {
      name,
      kind: "docker-host",
      interfaces: [
        { name: "eth0", mac: `52:54:00:00:01:${last.toString(16).padStart(2, "0")}`, ipv4: `192.168.1.${last}/24` },
      ],
      routes: ["default via 192.168.1.1 dev eth0"],
      ip_forward: 0,
      dns: "203.0.113.53",
    },
    end: `lan.sw0.p-${name}`,
    dockerd: "",
  };
}

let id = 0;
function ask(engine: Engine, request: Parameters<typeof handle>[1]["request"]) {
  const reply = handle(engine, { id: id++, request });
  expect(reply.ok ? "" : `${reply.code}: ${reply.detail}`).toBe("");
  return reply.ok ? reply.batch : null;
}

/** Types a line and lets two seconds pass; what it printed. */
function type(engine: Engine, node: string, line: string): string {
  ask(engine, { type: "exec", node, line });
  const to_ns = (engine.session?.world.now_ns ?? 0) - 60_000_000_000 + 2_000_000_000;
  const from = engine.session?.terminal.length ?? 0;
  ask(engine, { type: "advance", to_ns });
  return (engine.session?.terminal ?? [])
    .slice(from - 1)
    .map((chunk) => (chunk.kind === "input" ? "" : chunk.text))
    .join("");
}

function nodeOf(engine: Engine, name: string): string {
  const found = Object.values(engine.session?.world.engines ?? {})
    .flatMap((e) => Object.values(e.containers))
    .find((c) => c.name === name);
  return found?.node ?? name;
}

test("a host that was added reaches the others, takes no name twice, and goes with undo", () => {
  const engine = createEngine();
  ask(engine, { type: "load", scene: sameHost });
  ask(engine, { type: "addHost", host: hostAt("hostB", 11) });
  expect(type(engine, "hostB", "ping -c 1 192.168.1.10")).toContain("1 received");
  expect(type(engine, "hostB", "docker run --rm busybox ip route")).toContain("default via 172.17.0.1");
  const again = handle(engine, { id: 999, request: { type: "addHost", host: hostAt("hostB", 13) } });
  expect(again).toMatchObject({ ok: false, code: "bad-host" });
  for (let i = 0; i < 3; i++) ask(engine, { type: "undo" });
  expect(engine.session?.world.nodes["hostB"]).toBeUndefined();
  ask(engine, { type: "redo" });
  expect(engine.session?.world.nodes["hostB"]).toBeDefined();
});

test.each(CNI_KINDS)("%s joins pods on three hosts and lets them out to the internet", (kind) => {
  const engine = createEngine();
  ask(engine, { type: "load", scene: { ...sameHost, setup: [] } });
  ask(engine, { type: "addHost", host: hostAt("hostB", 11) });
  ask(engine, { type: "addHost", host: hostAt("hostC", 12) });
  for (const { node, line } of cniSetup(kind, HOSTS))
    expect(type(engine, node, line)).not.toMatch(/rror|nvalid|cannot|failed/i);
  for (const [place, host] of HOSTS.entries()) {
    const pod = { name: `pod-${place}`, image: "nginx", address: `${shareOf(kind, place).prefix}2` };
    for (const { node, line } of cniJoin(kind, host.name, pod))
      expect(type(engine, node, line)).not.toMatch(/rror|nvalid|cannot|failed/i);
  }
  for (const place of [1, 2]) {
    const reached = type(engine, nodeOf(engine, "pod-0"), `ping -c 1 ${shareOf(kind, place).prefix}2`);
    expect(reached).toContain("1 received");
  }
  expect(type(engine, nodeOf(engine, "pod-1"), "ping -c 1 203.0.113.80")).toContain("1 received");
  expect(
    type(engine, nodeOf(engine, "pod-2"), `curl -s -o /dev/null -w "%{http_code}" http://${shareOf(kind, 0).prefix}2/`),
  ).toContain("200");
});
