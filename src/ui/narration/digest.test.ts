import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../base/trace-kind.ts";
import { PING_FRAME, sceneryOf } from "../events/testing.ts";
import { digestOf } from "./digest.ts";

const hop = { kind: K.HOP, dev: 2, frame: 0, a: 3 };
const s = sceneryOf(
  [
    { kind: K.COMMAND, dev: -1 },
    hop,
    { kind: K.CONNTRACK, dev: 2 },
    { kind: K.DROP, dev: 2, frame: 0, a: 32 },
    hop,
    hop,
    { kind: K.DELIVER, dev: 2, frame: 0, b: 1 },
  ],
  [PING_FRAME],
);

describe("what is told of a stretch of events", () => {
  it("is all of it while that is little", () => {
    expect(digestOf(s, 0, 3)).toEqual({ rows: [0, 1], more: 0 });
    expect(digestOf(s, 3, 3)).toEqual({ rows: [], more: 0 });
  });

  it("else commands, drops and deliveries, and how many others there were", () => {
    expect(digestOf(s, 0, 7)).toEqual({ rows: [0, 3, 6], more: 3 });
  });
});
