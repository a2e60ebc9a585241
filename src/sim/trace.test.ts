import fc from "fast-check";
import { expect, test } from "vitest";
import { allocFrame, createPool, frameStart, pullFrame, setFrameLength } from "./frames.ts";
import { oldestRow, readRows } from "./rows.ts";
import {
  CHUNK_ROWS,
  createTrace,
  cutTrace,
  frameBytes,
  rewindTrace,
  scriptRow,
  type Trace,
  traceFrame,
  traceRow,
  traceRows,
  traceScript,
} from "./trace.ts";

const row = (trace: Trace, number: number): number[] | null => {
  if (number < oldestRow(trace) || number >= trace.rows) return null;
  const { t_ns, kind, dev, packet, frame, a, b } = readRows(trace, number, 1);
  return [t_ns, kind, dev, packet, frame, a, b].map((column) => column[0] as number);
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

/** What a world writes: rows one by one, a run over lists, or the script of one packet; the same numbers give the same rows. */
interface Deed {
  how: "one" | "lists" | "script";
  count: number;
}

const list = Int32Array.from({ length: 3_000 }, (_, i) => i * 7 - 99);
const other = Int32Array.from({ length: 3_000 }, (_, i) => i ^ 5);

const stepsOf = (count: number, n: number) =>
  Int32Array.from(Array.from({ length: count }, (_, i) => scriptRow(n & 7, i, i + n, -i, (i & 3) === 0)).flat());

function act(trace: Trace, { how, count }: Deed, n: number): void {
  if (how === "script") traceScript(trace, n, n + 2, n + 3, stepsOf(count, n));
  else if (how === "one") for (let i = 0; i < count; i++) traceRow(trace, n, 3, i, n + i, n, -i, i);
  else traceRows(trace, n, 4, list, other, n & 1 ? list : -1, n & 63, (n & 63) + count, n, n + 1);
}

/** The rows that a deed makes. */
function made({ how, count }: Deed, n: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const minus = i === 0 ? 0 : -i;
    if (how === "script") return [n, n & 7, i, n + 2, (i & 3) === 0 ? n + 3 : -1, i + n, minus];
    if (how === "one") return [n, 3, i, n + i, n, minus, i];
    const at = (n & 63) + i;
    return [n, 4, list[at]!, n + i, n + 1, other[at]!, n & 1 ? list[at]! : -1];
  });
}

test("runs of rows are found again, also after going back and forth and writing the same again", () => {
  const deed = fc.record({
    how: fc.constantFrom("one" as const, "lists" as const, "script" as const),
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2_900 })),
  });
  fc.assert(
    fc.property(fc.array(deed, { minLength: 2, maxLength: 120 }), fc.array(fc.nat()), (deeds, jumps) => {
      const trace = createTrace();
      const marks: number[] = [];
      deeds.forEach((one, n) => {
        marks.push(trace.rows);
        act(trace, one, n);
      });
      marks.push(trace.rows);
      for (const jump of jumps) {
        const to = jump % marks.length;
        rewindTrace(trace, marks[to]!, 0);
        if (to === deeds.length) continue;
        // The same rows, but not known by heart: they are stored otherwise.
        if ((jump & 1) !== 0) act(trace, deeds[to]!, to);
        else
          for (const [t, kind, dev, packet, bytes, a, b] of made(deeds[to]!, to))
            traceRow(trace, t!, kind!, dev!, packet!, bytes!, a!, b!);
      }
      rewindTrace(trace, marks[deeds.length]!, 0);
      deeds.forEach((one, n) => {
        const { t_ns, kind, dev, packet, frame: bytes, a, b } = readRows(trace, marks[n]!, one.count);
        const expected = made(one, n);
        const column = (at: number) => expected.map((values) => values[at]);
        expect([t_ns, kind, dev, packet, bytes, a, b].map((values) => [...values])).toEqual(
          [0, 1, 2, 3, 4, 5, 6].map(column),
        );
      });
      const cut = marks[jumps.length % marks.length]!;
      rewindTrace(trace, cut, 0);
      cutTrace(trace);
      traceRows(trace, 1, 2, list, 3, 4, 5, 2_000, 6, 7);
      expect(row(trace, trace.rows - 1)).toEqual([1, 2, list[1_999], 6 + 1_994, 7, 3, 4]);
      if (cut > 0) expect(row(trace, cut - 1)).toEqual(deeds.flatMap((one, n) => made(one, n)).at(cut - 1));
    }),
    { numRuns: 60 },
  );
});

test("a run takes as much room as a row", () => {
  const trace = createTrace();
  for (let n = 0; n < 20; n++) traceRows(trace, n, 1, list, 2, 3, 0, 3_000, 0, 0);
  expect(trace.rows - trace.base).toBe(20);
});

test("keeps as many of the last rows as asked for, and little more", () => {
  const trace = createTrace(2 * CHUNK_ROWS);
  for (let n = 0; n < 7 * CHUNK_ROWS + 5; n++) write(trace, n);
  expect(row(trace, trace.rows - 2 * CHUNK_ROWS)).toEqual(written(trace.rows - 2 * CHUNK_ROWS));
  expect(row(trace, trace.rows - 1)).toEqual(written(trace.rows - 1));
  expect(row(trace, 0)).toBeNull();
  expect(trace.chunks.length).toBe(3);
});

test("what has been dropped is written anew, and what is far from it is not read as its continuation", () => {
  const trace = createTrace(2 * CHUNK_ROWS);
  for (let n = 0; n < 5 * CHUNK_ROWS; n++) write(trace, n);
  rewindTrace(trace, 10, 0);
  for (let n = 10; n < 20; n++) write(trace, n);
  expect([oldestRow(trace), row(trace, 9), row(trace, 19)]).toEqual([10, null, written(19)]);
  rewindTrace(trace, 4 * CHUNK_ROWS, 0);
  write(trace, trace.rows);
  expect([oldestRow(trace), row(trace, 19)]).toEqual([4 * CHUNK_ROWS, null]);
  expect(row(trace, 4 * CHUNK_ROWS)).toEqual(written(4 * CHUNK_ROWS));
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
