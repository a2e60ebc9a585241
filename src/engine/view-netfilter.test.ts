import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { NodeView } from "../protocol/view.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";
import { act, createSession, runTo, type Session } from "./session.ts";
import { oneHost } from "./testing.ts";
import { viewNodes } from "./view.ts";

const scene = oneHost();
const at = (seconds: number) => SCENE_START_NS + seconds * 1e9;

function hostOf(session: Session): NodeView {
  return viewNodes(session.world, scene).find((node) => node.id === "hostA") as NodeView;
}

function ran(line: string, seconds: number): Session {
  const session = createSession(scene);
  runTo(session, at(1));
  act(session, "hostA", { type: "exec", line });
  runTo(session, at(1 + seconds));
  return session;
}

test("a rule stands in its chain with its words, and counts what it matched", () => {
  const session = ran("iptables -I INPUT -p icmp -j DROP; ping -c 2 -W 1 172.17.0.1", 4);
  const tables = hostOf(session).iptables;
  expect(tables?.map((table) => table.name)).toEqual(["nat", "filter"]);
  const input = tables?.at(-1)?.chains.find((chain) => chain.name === "INPUT");
  expect(input?.policy).toBe("ACCEPT");
  expect(input?.rules).toEqual([{ text: "-p icmp -j DROP", packets: 2, bytes: 168 }]);
  const own = tables?.at(-1)?.chains.find((chain) => chain.name === "DOCKER-USER");
  expect(own?.policy).toBeNull();
  expect(own?.rules.map((rule) => rule.text)).toEqual(["-j RETURN"]);
});

test("a namespace without rules has no tables and tracks nothing", () => {
  const box = viewNodes(ran("ping -c 1 172.17.0.2", 2).world, scene).find((node) => node.name === "box-1");
  expect(box).toMatchObject({ iptables: null, conntrack: [], connections: 0 });
});

test("a connection is shown with both directions until it is forgotten", () => {
  const [connection] = hostOf(ran("ping -c 2 172.17.0.2", 3)).conntrack;
  expect(connection).toMatchObject({
    protocol: "icmp",
    state: "",
    original: { source: "172.17.0.1", destination: "172.17.0.2", packets: 2 },
    reply: { source: "172.17.0.2", destination: "172.17.0.1", packets: 2 },
    replied: true,
    snat: false,
  });
  const expires_s = (connection?.expires_ns ?? 0) / 1e9;
  expect(expires_s).toBeGreaterThan(31.9);
  expect(expires_s).toBeLessThan(32.1);
  expect(hostOf(ran("ping -c 2 172.17.0.2", 40)).conntrack).toEqual([]);
});
