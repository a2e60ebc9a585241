/** The trace read: the rows back in columns, or one by one for those who look at them at leisure. */
import { assert } from "../base/assert.ts";
import {
  A,
  B,
  CHUNK_ROWS,
  chunkOfRow,
  DEV,
  FRAME,
  KIND,
  PACKET,
  ROW_WORDS,
  TIME,
  type Trace,
  type TraceChunk,
} from "./trace.ts";
import {
  RUN_A,
  RUN_B,
  RUN_COUNT,
  RUN_DEV,
  RUN_FROM,
  RUN_PLACE,
  RUN_ROW,
  RUN_SCRIPT,
  runsUntil,
  runWord,
  SCRIPT_A,
  SCRIPT_B,
  SCRIPT_DEV,
  SCRIPT_FRAME,
  SCRIPT_WORDS,
  savedBy,
} from "./trace-runs.ts";

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

/** One behind the other, the same fields of many rows. */
export interface TraceColumns {
  readonly t_ns: Float64Array;
  readonly kind: Uint8Array;
  readonly dev: Int32Array;
  readonly packet: Int32Array;
  readonly frame: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** Number of the oldest row that is kept. */
export function oldestRow(trace: Trace): number {
  return trace.chunks[0]?.rowFrom ?? 0;
}

export function createColumns(count: number): TraceColumns {
  return {
    t_ns: new Float64Array(count),
    kind: new Uint8Array(count),
    dev: new Int32Array(count),
    packet: new Int32Array(count),
    frame: new Int32Array(count),
    a: new Int32Array(count),
    b: new Int32Array(count),
  };
}

/** The `count` rows from number `from` on, which must still be kept, as columns. */
export function readRows(trace: Trace, from: number, count: number): TraceColumns {
  const out = createColumns(count);
  for (let done = 0; done < count; ) {
    const chunk = chunkOfRow(trace, from + done);
    assert(chunk !== null, `row ${from + done} of the trace is gone`);
    done = readChunk(chunk, from + done - chunk.rowFrom, out, done);
  }
  return out;
}

/** Reads from row `row` of a chunk on, until it or `out` ends. @returns how many rows `out` has now, of which it had `done` */
function readChunk(chunk: TraceChunk, row: number, out: TraceColumns, done: number): number {
  const { runs } = chunk;
  const end = Math.min(row + out.kind.length - done, CHUNK_ROWS);
  const shift = done - row;
  let run = runsUntil(runs, row);
  let next = run === 0 ? row : readRun(chunk, run - 1, row, end, out, shift);
  while (next < end) {
    const until = run < runs.count ? Math.min(end, runWord(runs, run, RUN_ROW)) : end;
    readStored(chunk, next, until, savedBy(runs, run), out, shift);
    next = until < end ? readRun(chunk, run++, until, end, out, shift) : end;
  }
  return end + shift;
}

/** Reads rows `from` ≤ row < `to` of a chunk, which belong to no run. @param saved how many fewer places than rows there are before them */
function readStored(
  chunk: TraceChunk,
  from: number,
  to: number,
  saved: number,
  out: TraceColumns,
  shift: number,
): void {
  const { rows, times_ns } = chunk;
  for (let row = from; row < to; row++) {
    const w = (row - saved) * ROW_WORDS;
    const at = row + shift;
    out.t_ns[at] = times_ns[(w >> 1) | TIME] as number;
    out.kind[at] = rows[w | KIND] as number;
    out.dev[at] = rows[w | DEV] as number;
    out.packet[at] = rows[w | PACKET] as number;
    out.frame[at] = rows[w | FRAME] as number;
    out.a[at] = rows[w | A] as number;
    out.b[at] = rows[w | B] as number;
  }
}

/** Reads the rows of a run from row `from` of its chunk on. @returns the row where it ended: behind the run, or `end` */
function readRun(chunk: TraceChunk, run: number, from: number, end: number, out: TraceColumns, shift: number): number {
  const { runs, rows, times_ns } = chunk;
  const word = (number: number) => runWord(runs, run, number);
  const first = word(RUN_ROW);
  const to = Math.min(end, first + word(RUN_COUNT));
  if (from >= to) return from;
  const w = word(RUN_PLACE) * ROW_WORDS;
  const [at, until] = [from + shift, to + shift];
  out.t_ns.fill(times_ns[(w >> 1) | TIME] as number, at, until);
  if (word(RUN_SCRIPT) >= 0) {
    out.packet.fill(rows[w | PACKET] as number, at, until);
    const script = runs.lists[word(RUN_SCRIPT)] as Int32Array;
    readScript(script, from - first, to - first, rows[w | FRAME] as number, out, first + shift);
    return to;
  }
  out.kind.fill(rows[w | KIND] as number, at, until);
  out.frame.fill(rows[w | FRAME] as number, at, until);
  const ofList = word(RUN_FROM) - first;
  const column = (target: Int32Array, list: number, one: number) => {
    if (list < 0) target.fill(one, at, until);
    else target.set((runs.lists[list] as Int32Array).subarray(from + ofList, to + ofList), at);
  };
  column(out.dev, word(RUN_DEV), 0);
  column(out.a, word(RUN_A), rows[w | A] as number);
  column(out.b, word(RUN_B), rows[w | B] as number);
  const packets = (rows[w | PACKET] as number) - first;
  for (let row = from; row < to; row++) out.packet[row + shift] = packets + row;
  return to;
}

/** Reads rows `from` ≤ row < `to` of a script. @param shift which row of `out` its first one is */
function readScript(
  script: Int32Array,
  from: number,
  to: number,
  frame: number,
  out: TraceColumns,
  shift: number,
): void {
  for (let row = from; row < to; row++) {
    const w = row * SCRIPT_WORDS;
    const at = row + shift;
    out.kind[at] = script[w] as number;
    out.dev[at] = script[w + SCRIPT_DEV] as number;
    out.a[at] = script[w + SCRIPT_A] as number;
    out.b[at] = script[w + SCRIPT_B] as number;
    out.frame[at] = script[w + SCRIPT_FRAME] === 0 ? -1 : frame;
  }
}

/** Rows that are read at a time. */
const BLOCK = 256;

/** The rows from number `from` on, which must still be kept. */
export function* rowsOf(trace: Trace, from = oldestRow(trace)): Generator<TraceRow> {
  for (let row = from; row < trace.rows; row += BLOCK) {
    const columns = readRows(trace, row, Math.min(BLOCK, trace.rows - row));
    for (let i = 0; i < columns.kind.length; i++) {
      const read = (column: ArrayLike<number>) => column[i] as number;
      yield {
        t_ns: read(columns.t_ns),
        kind: read(columns.kind),
        dev: read(columns.dev),
        packet: read(columns.packet),
        frame: read(columns.frame),
        a: read(columns.a),
        b: read(columns.b),
      };
    }
  }
}
