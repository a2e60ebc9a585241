/**
 * The trace as it crosses the worker boundary: typed columns, no objects. Rows are numbered from 0 on each branch of the
 * log; a batch says with which row it starts. Columns and their meaning: src/base/trace-kind.ts.
 */

/** Trace rows `from … from + count - 1`. `frame` is an index into the frames of FrameBatch, or -1. Times in virtual ns. */
export interface TraceBatch {
  readonly from: number;
  readonly count: number;
  readonly t_ns: Float64Array;
  readonly kind: Uint8Array;
  readonly dev: Int32Array;
  readonly packet: Int32Array;
  readonly frame: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** Distinct frames `from … from + offsets.length - 2`: frame i is bytes[offsets[i] … offsets[i + 1]), Ethernet without FCS. */
export interface FrameBatch {
  readonly from: number;
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}
