/** Every scene opens, and does what its actions promise. */
import "../worlds/whole.ts";
import { expect, test } from "vitest";
import type { Scene } from "../protocol/scene.ts";
import { parseScene } from "../protocol/schema.ts";
import { behindRouter, crossHost, sameSubnet } from "../scenes/cross-host.ts";
import { SCENES } from "../scenes/scenes.ts";
import { findNode, runCommand } from "../worlds/exec.ts";
import { openScene } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

function act(world: PlaygroundWorld, scene: Scene, index: number): { exit: number; text: string } {
  const { node, line } = scene.actions[index] as Scene["actions"][number];
  return runCommand(world, findNode(world, node)?.id ?? node, line);
}

test("scenes have ids of their own and are sound", () => {
  expect(new Set(SCENES.map(({ id }) => id)).size).toBe(SCENES.length);
  for (const scene of SCENES) expect(parseScene(scene)).toMatchObject({ ok: true });
});

test.each(
  SCENES.filter(({ id }) => /^(same-host|direct-routes|flannel|calico)/.test(id)).map(
    (scene) => [scene.id, scene] as const,
  ),
)("%s: the first ping is answered", (_, scene) => {
  const { text } = act(openScene(scene), scene, 0);
  expect(text).toContain("3 received");
});

test.each(SCENES.filter(({ id }) => id !== "docker0-full").map((scene) => [scene.id, scene] as const))(
  "%s: every action is a command that there is, at a node that there is",
  (_, scene) => {
    const world = openScene(scene);
    scene.actions.forEach(({ node }, index) => {
      expect(findNode(world, node)?.id).toEqual(expect.any(String));
      expect(act(world, scene, index).text).not.toMatch(/not found|[Uu]sage|not simulated|no such terminal/);
    });
  },
);

test("cross-host: the ping goes astray, until both hosts have their routes", () => {
  const world = openScene(crossHost);
  expect(act(world, crossHost, 0).text).toContain(" 0 received");
  expect(act(world, crossHost, 1)).toEqual({ exit: 0, text: "" });
  expect(act(world, crossHost, 2)).toEqual({ exit: 0, text: "" });
  expect(act(world, crossHost, 0).text).toContain("3 received");
});

test("same-subnet: nobody answers the ARP, with or without a route", () => {
  const world = openScene(sameSubnet);
  expect(act(world, sameSubnet, 0).text).toContain("Destination Host Unreachable");
  expect(act(world, sameSubnet, 1).exit).toBe(0);
  expect(act(world, sameSubnet, 0).text).toContain("Destination Host Unreachable");
});

test("behind-router: a direct route is refused, VXLAN works", () => {
  const world = openScene(behindRouter);
  expect(act(world, behindRouter, 0)).toEqual({ exit: 2, text: "Error: Nexthop has invalid gateway.\n" });
  expect(act(world, behindRouter, 3).text).toContain(" 0 received");
  expect(act(world, behindRouter, 1)).toEqual({ exit: 0, text: "" });
  expect(act(world, behindRouter, 2)).toEqual({ exit: 0, text: "" });
  expect(act(world, behindRouter, 3).text).toContain("3 received");
});
