import "../worlds/whole.ts";
import { expect, test } from "vitest";
import { docker0Full } from "../scenes/docker0-full.ts";
import { findNode, runCommand } from "../worlds/exec.ts";
import { createEngine, handle } from "./handle.ts";
import type { Session } from "./session.ts";

test("docker0 has room for 1,023 containers, the last answers, and one more is refused as Linux and dockerd do", () => {
  const engine = createEngine();
  const opened = handle(engine, { id: 1, request: { type: "load", scene: docker0Full } });
  const nodes = opened.ok ? (opened.batch?.nodes ?? []) : [];
  expect(nodes.filter((node) => node.container?.state === "running")).toHaveLength(1023);
  const { world } = engine.session as Session;
  const does = (index: number) => {
    const { node, line } = docker0Full.actions[index] as (typeof docker0Full.actions)[number];
    return runCommand(world, findNode(world, node)?.id ?? node, line);
  };
  expect(does(0).text).toContain("3 packets transmitted, 3 received, 0% packet loss");
  expect(does(1).text).toContain("1000 packets transmitted, 1000 received");
  const refused = does(2);
  expect(refused.exit).toBe(125);
  expect(refused.text).toMatch(
    /^[0-9a-f]{64}\ndocker: Error response from daemon: failed to create endpoint box-1024 on network bridge: adding interface veth[0-9a-f]{7} to bridge docker0 failed: exchange full\.\n$/,
  );
  const bridged = () => runCommand(world, "hostA", "ls /sys/class/net/docker0/brif | wc -l; ip -o link | wc -l").text;
  expect(bridged()).toBe("1023\n1026\n");
  // A place that becomes free is given away again.
  expect(runCommand(world, "hostA", "docker rm -f box-500 >/dev/null; docker start box-1024").text).toBe("box-1024\n");
  expect(bridged()).toBe("1023\n1026\n");
});
