/** Lanes in lockstep: the same columns for all, and the same ticks. Pure. */
import type { CompareLane, CompareStep } from "../../protocol/compare.ts";

/** Where a step is, seen from the sender: its own end, its host, the wires between the hosts, the other host, the other end. */
export type ColumnKind = "sender" | "veth" | "route" | "wrap" | "lan" | "receiver";
export type Side = "sender" | "first" | "between" | "second" | "receiver";

export interface Column {
  readonly kind: ColumnKind;
  readonly side: Side;
}

export interface Tick {
  readonly way: CompareStep["way"];
  readonly column: number;
}

export interface Grid {
  readonly columns: readonly Column[];
  readonly ticks: readonly Tick[];
  /** cells[lane][tick]: null where the lane waits for the others. */
  readonly cells: readonly (readonly (CompareStep | null)[])[];
}

/** Where a step is on its way: 0 veth, 1 route, 2 wrap, 3 between (the `k`-th of `n`), 4 unwrap, 5 route, 6 veth, 7 arrival. */
interface Staged {
  readonly step: CompareStep;
  readonly stage: number;
  readonly k: number;
  readonly n: number;
}

const BETWEEN = 3;
const LAST = 7;

export function gridOf(lanes: readonly CompareLane[]): Grid {
  const staged = lanes.map((lane) => ({ there: stagesOf(lane, "there"), back: stagesOf(lane, "back") }));
  const all = staged.flatMap(({ there, back }) => [...there, ...back]);
  const wires = Math.max(1, ...all.filter((one) => one.stage === BETWEEN).map(({ n }) => n));
  // A column for each stage of the way there; the first is the sender, where the answer arrives.
  const keys = [-1, 0, 1, 2, ...Array.from({ length: wires }, (_, k) => BETWEEN + k / wires), 4, 5, 6, LAST];
  const keyOf = ({ stage, k, n }: Staged) =>
    stage === BETWEEN ? BETWEEN + (n === 1 ? 0 : Math.round((k * (wires - 1)) / (n - 1))) / wires : stage;
  const mirrored = (key: number) => keys[keys.length - 1 - keys.indexOf(key)] ?? key;
  const used = new Set([
    -1,
    LAST,
    ...staged.flatMap((s) => [...s.there.map(keyOf), ...s.back.map((one) => mirrored(keyOf(one)))]),
  ]);
  const shown = keys.filter((key) => used.has(key));
  const ticks: Tick[] = [];
  const cells: (CompareStep | null)[][] = lanes.map(() => []);
  for (const way of ["there", "back"] as const) {
    for (const key of keys) {
      const found = staged.map((s) => s[way].find((one) => keyOf(one) === key)?.step ?? null);
      if (found.every((step) => step === null)) continue;
      ticks.push({ way, column: shown.indexOf(way === "there" ? key : mirrored(key)) });
      for (const [lane, step] of found.entries()) cells[lane]?.push(step);
    }
  }
  return { columns: shown.map(columnOf), ticks, cells };
}

function columnOf(key: number): Column {
  if (key < 0) return { kind: "sender", side: "sender" };
  if (key === LAST) return { kind: "receiver", side: "receiver" };
  if (key >= BETWEEN && key < BETWEEN + 1) return { kind: "lan", side: "between" };
  const kinds = ["veth", "route", "wrap"] as const;
  return key < BETWEEN
    ? { kind: kinds[key] ?? "veth", side: "first" }
    : { kind: kinds[6 - key] ?? "veth", side: "second" };
}

function stagesOf(lane: CompareLane, way: CompareStep["way"]): Staged[] {
  const steps = lane.steps.filter((step) => step.way === way);
  const routed = steps.flatMap(({ what }, i) => (what === "forward" ? [i] : []));
  const first = routed[0] ?? -1;
  const last = routed.length > 1 ? (routed.at(-1) ?? -1) : steps.length;
  const stages = steps.map(({ what }, i) => {
    if (what === "deliver") return LAST;
    if (what === "wrap") return 2;
    if (what === "unwrap") return 4;
    if (i < first) return 0;
    if (i === first) return 1;
    if (i === last) return 5;
    return i > last ? 6 : BETWEEN;
  });
  const n = stages.filter((stage) => stage === BETWEEN).length;
  let k = 0;
  return steps.map((step, i) => {
    const stage = stages[i] ?? BETWEEN;
    return { step, stage, k: stage === BETWEEN ? k++ : 0, n: stage === BETWEEN ? n : 1 };
  });
}

/** What is on its way in a lane at a tick: the frame of the step, or of the last one that had one; wrapped once it is. */
export function frameAt(cells: readonly (CompareStep | null)[], tick: number): Uint8Array {
  const now = cells[tick];
  if (now?.what === "wrap") return cells.slice(tick + 1).find(hasFrame)?.frame ?? new Uint8Array();
  return cells.slice(0, tick + 1).findLast(hasFrame)?.frame ?? new Uint8Array();
}

function hasFrame(step: CompareStep | null): step is CompareStep {
  return step !== null && step.frame.length > 0;
}
