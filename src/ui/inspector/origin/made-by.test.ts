import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../../base/trace-kind.ts";
import type { LogEntry } from "../../../protocol/messages.ts";
import { PING_FRAME, sceneryOf } from "../../events/testing.ts";
import { makerOf } from "./made-by.ts";

const entry = (id: number, node: string, at_ns: number): LogEntry => {
  return { id, parent: id - 1, at_ns, node, what: { type: "exec", line: `line ${id}` } };
};
const path = [entry(0, "hostA", 10), entry(1, "hostB", 20), entry(2, "hostA/nginx-1", 30)];
const s = sceneryOf(
  [
    { kind: K.COMMAND, dev: -1, t_ns: 10, a: 0 },
    { kind: K.COMMAND, dev: -1, t_ns: 20, a: 1 },
    { kind: K.COMMAND, dev: -1, t_ns: 30, a: 2 },
    { kind: K.DELIVER, dev: 2, t_ns: 40, packet: 1, frame: 0, a: 5, b: 6 },
  ],
  [PING_FRAME],
  path,
);

describe("what made a route, a socket or an interface", () => {
  it("the scene, when it was there from the start or before any command", () => {
    expect(makerOf(s, "hostA", -5, path)).toEqual({ by: "scene" });
    expect(makerOf(s, "hostA", 5, path)).toEqual({ by: "scene" });
  });

  it("else the last command on its machine by then", () => {
    expect(makerOf(s, "hostA", 25, path)).toEqual({ by: "command", row: 0, entry: path[0] });
    expect(makerOf(s, "hostB", 25, path)).toEqual({ by: "command", row: 1, entry: path[1] });
    expect(makerOf(s, "hostA/nginx-1", 40, path)).toEqual({ by: "command", row: 2, entry: path[2] });
  });

  it("or the segment that opened a connection", () => {
    expect(makerOf(s, "hostA/nginx-1", 40, path, true)).toEqual({ by: "packet", row: 3 });
    expect(makerOf(s, "hostA", 40, path, true)).toEqual({ by: "command", row: 2, entry: path[2] });
  });
});
