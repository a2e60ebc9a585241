// The way of one packet through the trace as a tree: what flooding made of it are its children. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { TraceColumns } from "../store/trace-columns.ts";

export interface Journey {
  readonly packet: number;
  /** Rows of this packet itself, in order. */
  readonly rows: readonly number[];
  /** Copies that a bridge made of it. */
  readonly copies: readonly Journey[];
}

/** How far around the chosen row a packet is looked for, rows each way. */
const REACH_ROWS = 20_000;

/** Rows that say where a packet went or ended; the others say what somebody learned from it. */
const STEPS: ReadonlySet<number> = new Set([
  TraceKind.SEND,
  TraceKind.HOP,
  TraceKind.BRIDGE_UP,
  TraceKind.BRIDGE_FORWARD,
  TraceKind.BRIDGE_FLOOD,
  TraceKind.NEIGH_QUEUED,
  TraceKind.FORWARD,
  TraceKind.DELIVER,
  TraceKind.DROP,
  TraceKind.NAT,
  TraceKind.ENCAP,
  TraceKind.DECAP,
]);

/** The whole journey that the row's packet belongs to, from its first ancestor on; null for a row without a packet. */
export function journeyOf(trace: TraceColumns, row: number, shown: number): Journey | null {
  if (!hasPacket(trace, row)) return null;
  const from = Math.max(0, row - REACH_ROWS);
  const to = Math.min(shown, trace.count, row + REACH_ROWS);
  const parents: { first: number; end: number; packet: number }[] = [];
  const rowsOf = new Map<number, number[]>();
  for (let r = from; r < to; r++) {
    if (!hasPacket(trace, r) || !STEPS.has(trace.kind[r]!)) continue;
    const packet = trace.packet[r]!;
    const rows = rowsOf.get(packet);
    if (rows === undefined) rowsOf.set(packet, [r]);
    else rows.push(r);
    if (trace.kind[r] !== TraceKind.BRIDGE_FLOOD) continue;
    parents.push({ first: trace.a[r]!, end: trace.a[r]! + trace.b[r]!, packet });
  }
  let root = trace.packet[row]!;
  for (let parent = parentOf(parents, root); parent !== null; parent = parentOf(parents, root)) root = parent;
  return build(trace, rowsOf, root);
}

function parentOf(parents: readonly { first: number; end: number; packet: number }[], packet: number): number | null {
  return parents.find((p) => packet >= p.first && packet < p.end && p.packet !== packet)?.packet ?? null;
}

function build(trace: TraceColumns, rowsOf: ReadonlyMap<number, number[]>, packet: number): Journey {
  const rows = rowsOf.get(packet) ?? [];
  const copies: Journey[] = [];
  for (const row of rows) {
    if (trace.kind[row] !== TraceKind.BRIDGE_FLOOD) continue;
    for (let copy = trace.a[row]!; copy < trace.a[row]! + trace.b[row]!; copy++) {
      if (copy !== packet && rowsOf.has(copy)) copies.push(build(trace, rowsOf, copy));
    }
  }
  return { packet, rows, copies };
}

function hasPacket(trace: TraceColumns, row: number): boolean {
  const kind = trace.kind[row];
  const isFdb = kind === TraceKind.FDB_ADD || kind === TraceKind.FDB_MOVE || kind === TraceKind.FDB_DELETE;
  if (isFdb && trace.b[row] !== 0) return false;
  return trace.packet[row]! >= 0 && kind !== TraceKind.COMMAND && kind !== TraceKind.LINK;
}
