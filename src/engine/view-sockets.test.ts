import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { NodeView } from "../protocol/view.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";
import { answerQuery } from "./query.ts";
import { act, createSession, runTo, type Session } from "./session.ts";
import { oneHost } from "./testing.ts";
import { viewNodes } from "./view.ts";

const scene = oneHost();
const nodeOf = (session: Session, name: string): NodeView =>
  viewNodes(session.world, scene).find((node) => node.name === name) as NodeView;

function ran(line: string, seconds: number): Session {
  const session = createSession(scene);
  runTo(session, SCENE_START_NS + 1e9);
  act(session, "hostA", { type: "exec", line });
  runTo(session, SCENE_START_NS + (1 + seconds) * 1e9);
  return session;
}

test("who listens stands first, then who is connected, each with its program", () => {
  const session = ran("docker run -d --name web nginx; sleep 1; sleep 9 | nc 172.17.0.5 80", 3);
  const { sockets } = nodeOf(session, "web");
  expect(sockets.map(({ protocol, state, peer, owner }) => [protocol, state, peer, owner?.program])).toEqual([
    ["tcp", "LISTEN", "0.0.0.0:*", "nginx"],
    ["tcp", "LISTEN", "[::]:*", "nginx"],
    ["tcp", "ESTAB", expect.stringMatching(/^172\.17\.0\.1:\d+$/), "nginx"],
  ]);
  expect(sockets[0]?.local).toBe("0.0.0.0:80");
  expect(sockets[2]?.local).toBe("172.17.0.5:80");
});

test("on the host's network a container's sockets are the host's, and say whose they are", () => {
  const session = ran("docker run -d --net=host --name web nginx", 2);
  const listens = nodeOf(session, "hostA").sockets.find((socket) => socket.local === "0.0.0.0:80");
  expect(listens?.owner?.node).toBe(nodeOf(session, "web").id);
  expect(nodeOf(session, "web").sockets).toEqual([]);
});

test("docker inspect is answered as the command prints it, for containers only", () => {
  const session = ran("docker run -d --name web nginx", 2);
  const ask = (node: string) => answerQuery(session, { kind: "inspect", node });
  const answer = ask(nodeOf(session, "web").id);
  const [container] = JSON.parse((answer.kind === "inspect" && answer.json) || "[]");
  expect(container).toMatchObject({ Name: "/web", State: { Status: "running" } });
  expect(ask("hostA")).toEqual({ kind: "inspect", json: null });
});
