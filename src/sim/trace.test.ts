import fc from "fast-check";
import { expect, test } from "vitest";
import { allocFrame, createPool, frameStart, pullFrame, setFrameLength } from "./frames.ts";
import {
  CHUNK_ROWS,
  chunkOfRow,
  createTrace,
  cutTrace,
  frameBytes,
  rewindTrace,
  type Trace,
  traceFrame,
  traceRow,
  traceRows,
} from "./trace.ts";

const row = (trace: Trace, number: number): number[] | null => {
  const chunk = chunkOfRow(trace, number);
  if (chunk === null) return null;
  const at = number - chunk.rowFrom;
  return [chunk.t_ns, chunk.kind, chunk.dev, chunk.packet, chunk.frame, chunk.a, chunk.b].map(
    (column) => column[at] as number,
  );
};

const write = (trace: Trace, n: number) => traceRow(trace, n * 1e6, n % 200, n, n + 1, n + 2, -n, n * 2);
const written = (n: number) => [n * 1e6, n % 200, n, n + 1, n + 2, n === 0 ? 0 : -n, n * 2];
const frame = (n: number) => Uint8Array.from({ length: 14 + (n % 90) }, (_, i) => (n * 31 + i) & 0xff);

/** Traces frame `n` out of a pool; every third one begins elsewhere than at a word boundary plus 2. */
function keepFrame(trace: Trace, n: number): number {
  const pool = createPool();
  const bytes = frame(n);
  const f = allocFrame(pool, bytes.length + 1, 0);
  if (n % 3 === 0) pullFrame(pool, f, 1);
  else setFrameLength(pool, f, bytes.length);
  pool.bytes.set(bytes, frameStart(pool, f));
  return traceFrame(trace, pool, f);
}

test("rows and frames are found again, and cutting back is as if the rest had never been", () => {
  const operation = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ op: fc.constant("rows" as const), count: fc.integer({ min: 1, max: 40_000 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ op: fc.constant("frames" as const), count: fc.integer({ min: 1, max: 300 }) }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("mark" as const), count: fc.constant(0) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("back" as const), count: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
      const trace = createTrace();
      let marks: { rows: number; frames: number }[] = [{ rows: 0, frames: 0 }];
      for (const { op, count } of operations) {
        if (op === "rows") for (let i = 0; i < count; i++) write(trace, trace.rows);
        else if (op === "frames") {
          for (let i = 0; i < count; i++) keepFrame(trace, trace.frames);
        } else if (op === "mark") marks.push({ rows: trace.rows, frames: trace.frames });
        else {
          const mark = marks[count % marks.length] as { rows: number; frames: number };
          rewindTrace(trace, mark.rows, mark.frames);
          cutTrace(trace);
          marks = marks.filter(({ rows, frames }) => rows <= mark.rows && frames <= mark.frames);
        }
      }
      for (let n = 0; n < trace.rows; n += 997) expect(row(trace, n)).toEqual(written(n));
      if (trace.rows > 0) expect(row(trace, trace.rows - 1)).toEqual(written(trace.rows - 1));
      for (let n = 0; n < trace.frames; n += 7) expect(frameBytes(trace, n)).toEqual(frame(n));
      expect(row(trace, trace.rows)).toBeNull();
      expect(frameBytes(trace, trace.frames)).toBeNull();
    }),
    { numRuns: 40 },
  );
});

test("keeps as many of the last rows as asked for, and little more", () => {
  const trace = createTrace(2 * CHUNK_ROWS);
  for (let n = 0; n < 7 * CHUNK_ROWS + 5; n++) write(trace, n);
  expect(row(trace, trace.rows - 2 * CHUNK_ROWS)).toEqual(written(trace.rows - 2 * CHUNK_ROWS));
  expect(row(trace, trace.rows - 1)).toEqual(written(trace.rows - 1));
  expect(row(trace, 0)).toBeNull();
  expect(trace.chunks.length).toBe(3);
});

test("many rows at once are the same as one by one", () => {
  const [one, many] = [createTrace(), createTrace()];
  const column = (step: number) => Int32Array.from({ length: 50_000 }, (_, i) => i * step);
  const [dev, a, b] = [column(1), column(3), column(-7)];
  for (let round = 0; round < 3; round++) {
    traceRows(many, 5 + round, 1, dev, a, b, 10, 50_000, 77, 4);
    traceRows(many, 9, 2, dev, 8, -8, 5, 30_000, 99, 6);
    for (let i = 10; i < 50_000; i++) {
      traceRow(one, 5 + round, 1, dev[i] as number, 77 + i - 10, 4, a[i] as number, b[i] as number);
    }
    for (let i = 5; i < 30_000; i++) traceRow(one, 9, 2, dev[i] as number, 99 + i - 5, 6, 8, -8);
  }
  expect(many.rows).toBe(one.rows);
  for (let n = 0; n < one.rows; n += 499) expect(row(many, n)).toEqual(row(one, n));
  expect(row(many, one.rows - 1)).toEqual(row(one, one.rows - 1));
});

test("a trace that is off keeps nothing", () => {
  const trace = createTrace();
  trace.on = false;
  expect(write(trace, 1)).toBe(-1);
  expect(keepFrame(trace, 3)).toBe(-1);
  expect([trace.rows, trace.frames]).toEqual([0, 0]);
});
