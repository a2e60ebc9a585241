// The trace on the page's side of the worker: typed columns that grow by doubling. Rows are numbers; no row is an object.
import { TraceKind } from "../../base/trace-kind.ts";
import type { FrameBatch, TraceBatch } from "../../protocol/trace.ts";

/** Rows 0 … count - 1 of the open branch, in order of time. What the columns mean: src/base/trace-kind.ts. */
export interface TraceColumns {
  count: number;
  t_ns: Float64Array;
  kind: Uint8Array;
  dev: Int32Array;
  packet: Int32Array;
  frame: Int32Array;
  a: Int32Array;
  b: Int32Array;
  /** Longest time that any frame has been on a wire. */
  longestHop_ns: number;
}

/** Frame i is bytes[offsets[i] … offsets[i + 1]). */
export interface FrameBytes {
  count: number;
  offsets: Uint32Array;
  bytes: Uint8Array;
}

const FIRST_ROWS = 1024;
const FIRST_BYTES = 64 * 1024;

/** Columns without a row. */
export function emptyTrace(): TraceColumns {
  return {
    count: 0,
    t_ns: new Float64Array(FIRST_ROWS),
    kind: new Uint8Array(FIRST_ROWS),
    dev: new Int32Array(FIRST_ROWS),
    packet: new Int32Array(FIRST_ROWS),
    frame: new Int32Array(FIRST_ROWS),
    a: new Int32Array(FIRST_ROWS),
    b: new Int32Array(FIRST_ROWS),
    longestHop_ns: 0,
  };
}

/** No frames. */
export function emptyFrames(): FrameBytes {
  return { count: 0, offsets: new Uint32Array(FIRST_ROWS), bytes: new Uint8Array(FIRST_BYTES) };
}

/** Puts the batch's rows in their place; rows that stood there or later are forgotten. */
export function appendTrace(trace: TraceColumns, batch: TraceBatch): void {
  const end = batch.from + batch.count;
  growTrace(trace, end);
  for (const column of ["t_ns", "kind", "dev", "packet", "frame", "a", "b"] as const) {
    trace[column].set(batch[column].subarray(0, batch.count), batch.from);
  }
  for (let i = 0; i < batch.count; i++) {
    if (batch.kind[i] === TraceKind.HOP) trace.longestHop_ns = Math.max(trace.longestHop_ns, batch.b[i]!);
  }
  if (batch.count > 0 || batch.from < trace.count) trace.count = end;
}

function growTrace(trace: TraceColumns, rows: number): void {
  if (rows <= trace.t_ns.length) return;
  const size = Math.max(rows, trace.t_ns.length * 2);
  trace.t_ns = grown(trace.t_ns, new Float64Array(size));
  trace.kind = grown(trace.kind, new Uint8Array(size));
  trace.dev = grown(trace.dev, new Int32Array(size));
  trace.packet = grown(trace.packet, new Int32Array(size));
  trace.frame = grown(trace.frame, new Int32Array(size));
  trace.a = grown(trace.a, new Int32Array(size));
  trace.b = grown(trace.b, new Int32Array(size));
}

function grown<T extends Float64Array | Uint8Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from as never);
  return to;
}

/** Puts the batch's frames in their place. */
export function appendFrames(frames: FrameBytes, batch: FrameBatch): void {
  const added = Math.max(0, batch.offsets.length - 1);
  if (added === 0) return;
  const count = batch.from + added;
  if (count + 1 > frames.offsets.length) {
    frames.offsets = grown(frames.offsets, new Uint32Array(Math.max(count + 1, frames.offsets.length * 2)));
  }
  const base = frames.offsets[batch.from]!;
  const first = batch.offsets[0]!;
  const length = batch.offsets[added]! - first;
  if (base + length > frames.bytes.length) {
    frames.bytes = grown(frames.bytes, new Uint8Array(Math.max(base + length, frames.bytes.length * 2)));
  }
  frames.bytes.set(batch.bytes.subarray(first, first + length), base);
  for (let i = 1; i <= added; i++) frames.offsets[batch.from + i] = base + batch.offsets[i]! - first;
  frames.count = count;
}

/** The frame's bytes, a view that must not be kept; null for -1 or a frame that is not there. */
export function frameBytes(frames: FrameBytes, index: number): Uint8Array | null {
  if (index < 0 || index >= frames.count) return null;
  return frames.bytes.subarray(frames.offsets[index]!, frames.offsets[index + 1]!);
}

/** How many rows had happened by `t_ns`: the number of the first row that is later. */
export function rowsUntil(trace: TraceColumns, t_ns: number): number {
  let low = 0;
  let high = trace.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trace.t_ns[middle]! <= t_ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How far back to look for the last frame that was on a wire, in rows. */
const LOOK_BACK_ROWS = 2000;

/** When the last frame that has left by `t_ns` arrives or arrived; null when none has left (lately). */
export function lastArrival(trace: TraceColumns, t_ns: number): number | null {
  let last: number | null = null;
  const from = rowsUntil(trace, t_ns) - 1;
  for (let row = from; row >= 0; row--) {
    const latest_ns = trace.t_ns[row]! + trace.longestHop_ns;
    if (latest_ns <= (last ?? 0) || (latest_ns <= t_ns && from - row > LOOK_BACK_ROWS)) break;
    if (trace.kind[row] === TraceKind.HOP) last = Math.max(last ?? 0, trace.t_ns[row]! + trace.b[row]!);
  }
  return last;
}
