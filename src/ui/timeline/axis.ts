/**
 * Where a moment stands on the timeline. Things happen microseconds apart and then not for seconds, so that a straight
 * axis would show one tick: this one gives the time between two rows of the trace a width that grows steadily up to
 * a hop's length and then with the logarithm. Positions are in units; the drawing scales them. Pure.
 */
import { MS_NS, US_NS } from "../../base/time.ts";
import { rowsUntil, type TraceColumns } from "../store/trace-columns.ts";

const HOP_NS = 25 * US_NS;
const HOP_UNITS = 10;
const DECADE_UNITS = 9;

/** Position of each row; grows with the trace. */
export interface Axis {
  count: number;
  x: Float64Array;
}

export function createAxis(): Axis {
  return { count: 0, x: new Float64Array(1024) };
}

/** Width of a stretch of time in which nothing happens; rises with it, and is 0 for 0. */
export function widthOf(span_ns: number): number {
  if (span_ns <= 0) return 0;
  return HOP_UNITS * Math.min(1, span_ns / HOP_NS) + DECADE_UNITS * Math.log10(1 + span_ns / MS_NS);
}

/** The stretch of time that has this width: the inverse of `widthOf`, to a nanosecond. */
export function spanOf(width: number): number {
  let low = 0;
  let high = 1;
  while (widthOf(high) < width) high *= 2;
  for (let i = 0; i < 64 && high - low > 0.5; i++) {
    const middle = (low + high) / 2;
    if (widthOf(middle) < width) low = middle;
    else high = middle;
  }
  return high;
}

/** Takes in rows that the axis does not have; the first `kept` of what it has are still good. */
export function extendAxis(axis: Axis, trace: TraceColumns, kept: number): void {
  axis.count = Math.min(axis.count, kept, trace.count);
  if (trace.count > axis.x.length) {
    const wider = new Float64Array(Math.max(trace.count, axis.x.length * 2));
    wider.set(axis.x);
    axis.x = wider;
  }
  for (let row = axis.count; row < trace.count; row++) {
    const before_ns = row === 0 ? 0 : trace.t_ns[row - 1]!;
    axis.x[row] = (row === 0 ? 0 : axis.x[row - 1]!) + widthOf(trace.t_ns[row]! - before_ns);
  }
  axis.count = trace.count;
}

/** Position of a moment. */
export function positionOf(axis: Axis, trace: TraceColumns, t_ns: number): number {
  const row = rowsUntil(trace, t_ns) - 1;
  if (row < 0) return widthOf(t_ns);
  return axis.x[row]! + widthOf(t_ns - trace.t_ns[row]!);
}

/** The moment that stands at a position; between two rows it stays before the second. */
export function momentAt(axis: Axis, trace: TraceColumns, x: number): number {
  const row = rowAt(axis, x);
  if (row < 0) return Math.round(spanOf(Math.max(0, x)));
  const t_ns = trace.t_ns[row]! + Math.round(spanOf(x - axis.x[row]!));
  const next = row + 1 < trace.count ? trace.t_ns[row + 1]! : Number.POSITIVE_INFINITY;
  return Math.min(t_ns, next);
}

/** The last row that stands at `x` or before it, or -1. */
export function rowAt(axis: Axis, x: number): number {
  let low = 0;
  let high = axis.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (axis.x[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
