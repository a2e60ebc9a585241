import { expect, test } from "vitest";
import type { CompareLane, CompareStep } from "../../protocol/compare.ts";
import { partsOf } from "./frame-parts.ts";
import { frameAt, gridOf } from "./grid.ts";

const FRAME = new Uint8Array(98);

type Short = readonly [CompareStep["what"], at: string, frame?: Uint8Array];

function lane(there: readonly Short[], back: readonly Short[]): CompareLane {
  const steps = (way: CompareStep["way"], shorts: readonly Short[]) =>
    shorts.map(
      ([what, at, frame = new Uint8Array()]): CompareStep => ({
        t_ns: 0,
        way,
        what,
        at,
        to: null,
        frame,
        addedBytes: 0,
      }),
    );
  return {
    id: "x",
    steps: [...steps("there", there), ...steps("back", back)],
    rtt_ns: 1,
    mtu: 1500,
    addedBytes: 0,
    output: "",
  };
}

const PLAIN: readonly Short[] = [
  ["hop", "pod:eth0", FRAME],
  ["forward", "A:cni0"],
  ["hop", "A:eth0", FRAME],
  ["hop", "lan:p-B", FRAME],
  ["forward", "B:eth0"],
  ["hop", "B:veth", FRAME],
  ["deliver", "pod-b:eth0", FRAME],
];
const WRAPPED = new Uint8Array(148);
const TUNNELLED: readonly Short[] = [
  ...PLAIN.slice(0, 2),
  ["wrap", "A:flannel.1"],
  ["hop", "A:eth0", WRAPPED],
  ["hop", "lan:p-gw", WRAPPED],
  ["forward", "gw:eth0"],
  ["hop", "gw:eth2", WRAPPED],
  ["hop", "lan2:p-B", WRAPPED],
  ["unwrap", "B:flannel.1", FRAME],
  ...PLAIN.slice(4),
];

test("lanes of different lengths wait for each other, and go back the way they came", () => {
  const { columns, ticks, cells } = gridOf([lane(PLAIN, PLAIN), lane(TUNNELLED, TUNNELLED)]);
  expect(columns.map(({ kind }) => kind)).toEqual(
    "sender veth route wrap lan lan lan lan lan wrap route veth receiver".split(" "),
  );
  expect(ticks).toHaveLength(24);
  const there = cells.map((lane) => lane.slice(0, 12).map((step) => step?.at ?? "-"));
  expect(there[0]).toEqual("pod:eth0 A:cni0 - A:eth0 - - - lan:p-B - B:eth0 B:veth pod-b:eth0".split(" "));
  expect(there[1]).not.toContain("-");
  expect(ticks.slice(0, 12).map(({ column }) => column)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(ticks.slice(12).map(({ column }) => column)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test("networks without a tunnel have no columns for one", () => {
  const { columns } = gridOf([lane(PLAIN, PLAIN)]);
  expect(columns.map(({ kind }) => kind)).toEqual("sender veth route lan lan route veth receiver".split(" "));
});

test("what is on its way: wrapped as soon as it is, and kept while a lane waits", () => {
  const { cells } = gridOf([lane(PLAIN, []), lane(TUNNELLED, [])]);
  expect(cells[0]?.map((_, tick) => frameAt(cells[0]!, tick).length)).toEqual(cells[0]?.map(() => 98));
  expect(cells[1]?.map((_, tick) => frameAt(cells[1]!, tick).length)).toEqual([
    98, 98, 148, 148, 148, 148, 148, 148, 98, 98, 98, 98,
  ]);
});

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/** Ethernet, IPv4 with this protocol, and what follows. */
function frame(protocol: number, ...rest: number[]): Uint8Array {
  const ip = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
  return Uint8Array.from([...zeros(14), ...ip, ...rest]);
}

const INNER = [...frame(1, ...zeros(64))];

test.each([
  ["plain", frame(1, 8, 0, 0, 0), "ethernet 14, ip 20, payload 4"],
  [
    "VXLAN",
    frame(17, 0x9c, 0x40, 0x21, 0x18, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, ...INNER),
    "ethernet 14!, ip 20!, udp 8!, vxlan 8!, ethernet 14, ip 20, payload 64",
  ],
  ["IPIP", frame(4, ...INNER.slice(14)), "ethernet 14!, ip 20!, ip 20, payload 64"],
  ["UDP that is no tunnel", frame(17, 0x9c, 0x40, 0, 53, 0, 0, 0, 0), "ethernet 14, ip 20, payload 8"],
] as const)("headers of a frame: %s (outer ones with !)", (_, bytes, words) => {
  const parts = partsOf(bytes);
  expect(parts.map(({ kind, bytes: n, outer }) => `${kind} ${n}${outer ? "!" : ""}`).join(", ")).toBe(words);
  expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes.length);
});
