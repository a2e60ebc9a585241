import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../../base/trace-kind.ts";
import type { LogEntry, TerminalChunk } from "../../../protocol/messages.ts";
import { PING_FRAME, sceneryOf } from "../../events/testing.ts";
import { chunkOfRow, rowOfChunk } from "./cause.ts";

const NODE = "hostA/nginx-1";
const entry: LogEntry = { id: 7, parent: -1, at_ns: 10, node: NODE, what: { type: "exec", line: "ping" } };
const s = sceneryOf(
  [
    { kind: K.COMMAND, dev: -1, t_ns: 10, a: 7 },
    { kind: K.HOP, dev: 3, t_ns: 20, packet: 5, frame: 0, a: 2 },
    { kind: K.FDB_ADD, dev: 1, t_ns: 30, packet: 5, b: 1 },
    { kind: K.DELIVER, dev: 2, t_ns: 30, packet: 5, frame: 0, a: 1, b: 1 },
    { kind: K.DELIVER, dev: 2, t_ns: 40, packet: 6, frame: 0, a: 2, b: 6 },
    { kind: K.DROP, dev: 2, t_ns: 50, packet: 8, frame: 0 },
    { kind: K.DELIVER, dev: 2, t_ns: 200_000, packet: 9, frame: 0, a: 3, b: 1 },
    { kind: K.DELIVER, dev: 2, t_ns: 400_000, packet: 10, frame: 0, a: -1, b: 1 },
  ],
  [PING_FRAME],
  [entry],
);
const chunk = (t_ns: number, more: Partial<TerminalChunk> = {}): TerminalChunk => {
  return { t_ns, node: NODE, kind: "stdout", text: "text\n", prompt: "", ...more };
};
const chunks = [
  chunk(10, { kind: "input" }),
  chunk(30, { cause: { packet: 5, t_ns: 30 } }),
  chunk(35, { cause: { packet: 5, t_ns: 20 }, node: "hostA" }),
  chunk(40),
  chunk(90_000),
  chunk(200_400),
  chunk(400_400),
];

describe("what a terminal's text goes back to", () => {
  it("a typed line to its command, a program's line to the packet that it read, bytes of a stream or pipe to what a socket was brought", () => {
    expect(chunks.map((one) => rowOfChunk(s, one, chunks))).toEqual([0, 3, 1, 4, -1, 6, -1]);
    const told = chunk(200_400, { cause: { packet: 9, t_ns: 200_000 } });
    expect(rowOfChunk(s, chunk(200_400), [told])).toBe(-1);
  });

  it("and a row leads on to its line, if there is one by now", () => {
    const lineOf = (row: number, count = chunks.length) => chunkOfRow(s, row, chunks, count);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((row) => lineOf(row))).toEqual([0, 1, -1, 1, 3, -1, 5, -1]);
    expect(lineOf(3, 1)).toBe(-1);
  });
});
