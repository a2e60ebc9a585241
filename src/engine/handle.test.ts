import "../worlds/whole.ts";
import { describe, expect, test } from "vitest";
import { TraceKind } from "../base/trace-kind.ts";
import type { Batch, Reply, Request } from "../protocol/messages.ts";
import { createEngine, type Engine, handle } from "./handle.ts";
import { answerQuery } from "./query.ts";
import { oneHost } from "./testing.ts";

let id = 0;
const ask = (engine: Engine, request: unknown): Reply => handle(engine, { id: ++id, request: request as Request });

function batch(reply: Reply): Batch {
  if (!reply.ok || reply.batch === null) throw new Error(`no batch: ${JSON.stringify(reply)}`);
  return reply.batch;
}

function opened(): { engine: Engine; first: Batch; box: (n: number) => string } {
  const engine = createEngine(answerQuery);
  const first = batch(ask(engine, { type: "load", scene: oneHost() }));
  const box = (n: number) => first.nodes.find((node) => node.name === `box-${n}`)?.id ?? "";
  return { engine, first, box };
}

describe("the engine", () => {
  test("opens a scene at time 0 with nothing in the trace", () => {
    const { first } = opened();
    expect(first).toMatchObject({ reset: true, playhead_ns: 0, head_ns: 0, pending: false, terminal: [] });
    expect(first.trace.count).toBe(0);
    expect(first.nodes.map((node) => node.name)).toEqual(["hostA", "box-1", "box-2", "box-3"]);
    const docker0 = first.nodes[0]?.links.find((link) => link.name === "docker0");
    expect(docker0?.fdb?.every((entry) => entry.isLocal)).toBe(true);
    expect(docker0?.operstate).toBe("UP");
  });

  test("a ping: batches add up, only what changed is sent", () => {
    const { engine, box } = opened();
    batch(ask(engine, { type: "exec", node: box(1), line: "ping -c 1 172.17.0.3" }));
    let rows = 0;
    let frames = 0;
    for (let ms = 1; ms <= 40; ms++) {
      const now = batch(ask(engine, { type: "advance", to_ns: ms * 1e6 }));
      if (now.trace.count > 0 && rows > 0) expect(now.trace.from).toBe(rows);
      rows = now.trace.from + now.trace.count;
      frames = now.frames.from + now.frames.offsets.length - 1;
    }
    expect(rows).toBeGreaterThan(20);
    expect(frames).toBe(4);
    expect(batch(ask(engine, { type: "advance", to_ns: 41e6 })).nodes).toEqual([]);
  });

  test("steps hop by hop", () => {
    const { engine, box } = opened();
    ask(engine, { type: "exec", node: box(1), line: "ping -c 1 172.17.0.3" });
    const kinds: number[] = [];
    for (let i = 0; i < 3; i++) {
      const now = batch(ask(engine, { type: "step", unit: "hop" }));
      kinds.push(now.trace.kind.filter((kind) => kind === TraceKind.HOP).length);
    }
    // The question leaves, is flooded to the two others at once, and is answered.
    expect(kinds).toEqual([1, 2, 1]);
  });

  test("a fork starts its rows where the past ended", () => {
    const { engine, box } = opened();
    ask(engine, { type: "exec", node: box(1), line: "ping -c 2 172.17.0.3" });
    const all = batch(ask(engine, { type: "advance", to_ns: 5e9 }));
    const back = batch(ask(engine, { type: "seek", to_ns: 1e6 }));
    expect(back.trace.count).toBe(0);
    expect(back.head_ns).toBe(5e9);
    const fork = batch(ask(engine, { type: "exec", node: box(2), line: "ping -c 1 172.17.0.4" }));
    expect(fork.trace.from).toBeLessThan(all.trace.from + all.trace.count);
    expect(fork.head_ns).toBe(1e6);
    expect(fork.log?.entries).toHaveLength(2);
  });

  test("bad requests get a code and leave what was open", () => {
    const { engine } = opened();
    expect(ask(engine, { type: "exec", node: "nowhere", line: "ls" })).toMatchObject({
      ok: false,
      code: "no-such-node",
    });
    expect(ask(engine, { type: "load", scene: { version: 1 } })).toMatchObject({ ok: false, code: "bad-scene" });
    expect(ask(engine, { type: "restore", saved: "rubbish" })).toMatchObject({ ok: false, code: "bad-state" });
    expect(ask(engine, { type: "seek", to_ns: Number.NaN })).toMatchObject({ ok: false, code: "bad-message" });
    expect(ask(engine, { type: "frob" })).toMatchObject({ ok: false, code: "bad-message" });
    expect(ask(createEngine(answerQuery), { type: "undo" })).toMatchObject({ ok: false, code: "bad-message" });
    expect(ask(engine, { type: "save" })).toMatchObject({ ok: true });
  });

  test.each(["__proto__", "constructor"])("no node is called %s", (node) => {
    const { engine } = opened();
    expect(ask(engine, { type: "exec", node, line: "ls" })).toMatchObject({ code: "no-such-node" });
    const query = { kind: "complete", node, line: "l", cursor: 1 };
    expect(ask(engine, { type: "query", query })).toMatchObject({ answer: { candidates: [] } });
    const log = [{ id: 0, parent: -1, at_ns: 0, node, what: { type: "exec", line: "ls" } }];
    const saved = { version: 1, scene: oneHost(), log, tip: 0, playhead_ns: 1e9 };
    const { terminal } = batch(ask(engine, { type: "restore", saved }));
    expect(terminal).toMatchObject([{ text: `${node}: no such terminal\n` }]);
  });

  test("nobody waits for what lies beyond a scene's end, and a world that contradicts itself is refused", () => {
    const { engine } = opened();
    for (const type of ["advance", "seek"]) {
      expect(ask(engine, { type, to_ns: 1e300 })).toMatchObject({ ok: false, code: "bad-message" });
    }
    const scene = { ...oneHost(), dockers: ["nobody"] };
    expect(ask(engine, { type: "load", scene })).toMatchObject({
      code: "bad-scene",
      detail: "world: dockers: there is no nobody",
    });
  });

  test("completes commands, containers and paths", () => {
    const { engine } = opened();
    const at = (line: string) => {
      const reply = ask(engine, {
        type: "query",
        query: { kind: "complete", node: "hostA", line, cursor: line.length },
      });
      return reply.ok && reply.answer?.kind === "complete" ? reply.answer : null;
    };
    expect(at("brc")).toEqual({ kind: "complete", from: 0, candidates: ["brctl"] });
    expect(at("docker exec box-")?.candidates).toEqual(["box-1", "box-2", "box-3"]);
    expect(at("true && ip ro")).toMatchObject({ from: 11, candidates: ["route"] });
    expect(at("cat /sys/class/net/doc")?.candidates).toEqual(["/sys/class/net/docker0/"]);
  });
});
