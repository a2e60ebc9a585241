// Where a step ends, read off the trace. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import { rowsUntil, type TraceColumns } from "./trace-columns.ts";

/**
 * When the next frame's way over a wire ends: of those on a wire at `t_ns` the first to arrive, else of the rows from
 * `fromRow` on the first to leave. Null while the trace knows of none.
 */
export function nextHopEnd(trace: TraceColumns, t_ns: number, fromRow: number): number | null {
  let first: number | null = null;
  for (let row = rowsUntil(trace, t_ns) - 1; row >= 0 && trace.t_ns[row]! + trace.longestHop_ns > t_ns; row--) {
    const arrives_ns = trace.t_ns[row]! + trace.b[row]!;
    if (trace.kind[row] === TraceKind.HOP && arrives_ns > t_ns && arrives_ns < (first ?? Infinity)) first = arrives_ns;
  }
  if (first !== null) return first;
  for (let row = fromRow; row < trace.count; row++) {
    if (trace.kind[row] === TraceKind.HOP) return trace.t_ns[row]! + trace.b[row]!;
  }
  return null;
}

/** When the row `fromRow` happens, or null while the trace does not have it. */
export function nextEvent(trace: TraceColumns, fromRow: number): number | null {
  return fromRow < trace.count ? trace.t_ns[fromRow]! : null;
}

/** The time at which the last thing that had happened by `t_ns` had not yet: of the event before it, or 0. */
export function previousEvent(trace: TraceColumns, t_ns: number): number {
  const last = rowsUntil(trace, t_ns) - 1;
  if (last < 0) return 0;
  const last_ns = trace.t_ns[last]!;
  for (let row = last; row >= 0; row--) {
    if (trace.t_ns[row]! < last_ns) return trace.t_ns[row]!;
  }
  return 0;
}
