/** The trace read row by row, for those who look at much of it at leisure. What is hot reads the columns. */
import { assert } from "../base/assert.ts";
import { chunkOfRow, type Trace } from "./trace.ts";

/** A row as src/base/trace-kind.ts has it. */
export interface TraceRow {
  readonly t_ns: number;
  readonly kind: number;
  readonly dev: number;
  readonly packet: number;
  readonly frame: number;
  readonly a: number;
  readonly b: number;
}

/** Number of the oldest row that is kept. */
export function oldestRow(trace: Trace): number {
  return trace.chunks[0]?.rowFrom ?? 0;
}

/** The rows from number `from` on, which must still be kept. */
export function* rowsOf(trace: Trace, from = oldestRow(trace)): Generator<TraceRow> {
  for (let row = from; row < trace.rows; row++) {
    const chunk = chunkOfRow(trace, row);
    assert(chunk !== null, `row ${row} of the trace is gone`);
    const at = row - chunk.rowFrom;
    const read = (column: ArrayLike<number>) => column[at] as number;
    yield {
      t_ns: read(chunk.t_ns),
      kind: read(chunk.kind),
      dev: read(chunk.dev),
      packet: read(chunk.packet),
      frame: read(chunk.frame),
      a: read(chunk.a),
      b: read(chunk.b),
    };
  }
}
