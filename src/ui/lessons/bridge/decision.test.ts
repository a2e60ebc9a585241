import { expect, test } from "vitest";
import { TraceKind as K } from "../../../base/trace-kind.ts";
import { appendTrace, emptyTrace } from "../../store/trace-columns.ts";
import { decisionOf, isSameWay, nextComing, reasonOf, waysFor } from "./decision.ts";

const BRIDGE = 9;
const [PORT_1, PORT_2, PORT_3] = [1, 2, 3];

type Row = readonly [t_ns: number, kind: number, dev: number, packet: number, a: number, b: number];

function traceOf(rows: readonly Row[]) {
  const trace = emptyTrace();
  const column = (at: number) => Int32Array.from(rows, (row) => row[at]!);
  appendTrace(trace, {
    from: 0,
    count: rows.length,
    t_ns: Float64Array.from(rows, (row) => row[0]),
    kind: Uint8Array.from(rows, (row) => row[1]),
    dev: column(2),
    packet: column(3),
    frame: new Int32Array(rows.length).fill(-1),
    a: column(4),
    b: column(5),
  });
  return trace;
}

const HOPS: readonly Row[] = [
  [0, K.HOP, 50, 7, PORT_1, 25],
  [10, K.HOP, 60, 8, 61, 5],
  [20, K.HOP, 51, 9, PORT_2, 25],
];

test("the next frame that reaches a port: also one that has set off already, never one that is there", () => {
  const ports = new Set([PORT_1, PORT_2]);
  const trace = traceOf(HOPS);
  expect(nextComing(trace, ports, 5)).toEqual({ row: 0, port: PORT_1, arrives_ns: 25 });
  expect(nextComing(trace, ports, 25)).toEqual({ row: 2, port: PORT_2, arrives_ns: 45 });
  expect(nextComing(trace, ports, 45)).toBeNull();
});

test.each([
  ["flood", [[25, K.BRIDGE_FLOOD, BRIDGE, 7, 10, 2]], { type: "flood" }],
  [
    "flood and up",
    [
      [25, K.BRIDGE_UP, BRIDGE, 7, PORT_1, 7],
      [25, K.BRIDGE_FLOOD, BRIDGE, 7, 10, 2],
    ],
    { type: "flood" },
  ],
  ["one port", [[25, K.BRIDGE_FORWARD, BRIDGE, 7, PORT_2, PORT_1]], { type: "port", dev: PORT_2 }],
  ["up alone", [[25, K.BRIDGE_UP, BRIDGE, 7, PORT_1, -1]], { type: "up" }],
  ["dropped", [[25, K.DROP, PORT_1, 7, 26, -1]], { type: "none" }],
  [
    "another bridge's, another frame's, too early",
    [
      [24, K.BRIDGE_UP, BRIDGE, 7, 1, 1],
      [25, K.BRIDGE_UP, 8, 7, 1, 1],
      [25, K.BRIDGE_UP, BRIDGE, 6, 1, 1],
    ],
    null,
  ],
] as [string, Row[], unknown][])("the decision: %s", (_, rows, way) => {
  const coming = { row: 0, port: PORT_1, arrives_ns: 25 };
  expect(decisionOf(traceOf([HOPS[0]!, ...rows]), BRIDGE, coming)).toEqual(way);
});

test("why", () => {
  const entry = (mac: string, dev: number) => ({ mac, dev, isLocal: false, isStatic: false, updated_ns: 0, row: -1 });
  const fdb = [entry("02:00:00:00:00:02", PORT_2), entry("02:00:00:00:00:01", PORT_1)];
  const why = (way: Parameters<typeof reasonOf>[0], mac: string) => reasonOf(way, mac, PORT_1, fdb);
  expect(why({ type: "flood" }, "ff:ff:ff:ff:ff:ff")).toBe("broadcast");
  expect(why({ type: "flood" }, "01:00:5e:00:00:01")).toBe("broadcast");
  expect(why({ type: "flood" }, "02:00:00:00:00:09")).toBe("unknown");
  expect(why({ type: "port", dev: PORT_2 }, "02:00:00:00:00:02")).toBe("known");
  expect(why({ type: "up" }, "02:00:00:00:00:99")).toBe("own");
  expect(why({ type: "none" }, "02:00:00:00:00:01")).toBe("back");
  expect(why({ type: "none" }, "02:00:00:00:00:02")).toBe("ended");
});

test("what one can choose from: other ports, few of very many, and always the one in the table", () => {
  const coming = { row: 0, port: PORT_1, arrives_ns: 25 };
  expect(waysFor([PORT_1, PORT_2, PORT_3], coming, null)).toEqual([
    { type: "port", dev: PORT_2 },
    { type: "port", dev: PORT_3 },
    { type: "flood" },
    { type: "up" },
    { type: "none" },
  ]);
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const ways = waysFor(many, coming, 900);
  expect(ways).toHaveLength(10);
  expect(ways.some((way) => isSameWay(way, { type: "port", dev: 900 }))).toBe(true);
});
