import { TraceKind } from "../../base/trace-kind.ts";
import type { TraceColumns } from "../store/trace-columns.ts";

/** What says most about a moment, first one first: decisions before movements. */
const TELLING: readonly number[] = [
  TraceKind.BRIDGE_FLOOD,
  TraceKind.BRIDGE_FORWARD,
  TraceKind.NEIGH_STATE,
  TraceKind.ENCAP,
  TraceKind.DECAP,
  TraceKind.FORWARD,
  TraceKind.NEIGH_QUEUED,
  TraceKind.ROUTE,
  TraceKind.FDB_ADD,
  TraceKind.FDB_MOVE,
  TraceKind.DELIVER,
  TraceKind.HOP,
];

/** Of the rows at the latest moment before row `shown`, the one that tells most. `shown` must be at least 1. */
export function currentRow(trace: TraceColumns, shown: number): number {
  const now_ns = trace.t_ns[shown - 1];
  let best = shown - 1;
  for (let row = shown - 1; row >= 0 && trace.t_ns[row] === now_ns; row--) {
    if (rank(trace.kind[row]!) <= rank(trace.kind[best]!)) best = row;
  }
  return best;
}

function rank(kind: number): number {
  const place = TELLING.indexOf(kind);
  return place < 0 ? TELLING.length : place;
}
