/** The step to the next frame that sets off towards a port of a bridge. */
import "../worlds/whole.ts";
import { expect, test } from "vitest";
import { TraceKind } from "../base/trace-kind.ts";
import { sameHost } from "../scenes/same-host.ts";
import { rowsOf } from "../sim/rows.ts";
import { findNode } from "../worlds/exec.ts";
import { createEngine, handle } from "./handle.ts";

test("stops where a frame sets off towards a port, before the bridge has decided about it", () => {
  const engine = createEngine();
  handle(engine, { id: 1, request: { type: "load", scene: sameHost } });
  const { world } = engine.session!;
  const bridge = world.devs.findIndex((dev) => dev?.name === "docker0");
  const node = findNode(world, "nginx-1")!.id;
  handle(engine, { id: 2, request: { type: "exec", node, line: "ping -c 1 172.17.0.3" } });
  const found: string[] = [];
  for (let id = 3; id < 7; id++) {
    handle(engine, { id, request: { type: "step", unit: "port", bridge } });
    const rows = [...rowsOf(engine.session!.world.trace)];
    const last = rows.findLast((row) => row.kind === TraceKind.HOP)!;
    expect(world.devs[last.a]?.master).toBe(bridge);
    const decided = rows.some((row) => row.kind === TraceKind.BRIDGE_FLOOD || row.kind === TraceKind.BRIDGE_FORWARD);
    found.push(`${world.devs[last.dev]?.name} ${world.devs[last.a]?.name} ${decided}`);
  }
  // ARP asks and is answered, the ping asks and is answered.
  expect(found.map((one) => one.split(" ")[2])).toEqual(["false", "true", "true", "true"]);
  expect(found[0]?.split(" ")[1]).toBe(found[2]?.split(" ")[1]);
  expect(found[1]?.split(" ")[1]).toBe(found[3]?.split(" ")[1]);
});
