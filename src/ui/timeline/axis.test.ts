import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { en } from "../../i18n/en/page.ts";
import { appendTrace, emptyTrace, rowsUntil, type TraceColumns } from "../store/trace-columns.ts";
import { createAxis, extendAxis, momentAt, positionOf, spanOf, widthOf } from "./axis.ts";
import { branchesOf } from "./branches.ts";
import { momentWords, spanWords } from "./time-words.ts";

function traceAt(times_ns: readonly number[]): TraceColumns {
  const trace = emptyTrace();
  const zeros = new Int32Array(times_ns.length);
  const columns = { dev: zeros, packet: zeros, frame: zeros, a: zeros, b: zeros };
  const batch = { t_ns: Float64Array.from(times_ns), kind: new Uint8Array(times_ns.length), ...columns };
  appendTrace(trace, { from: 0, count: times_ns.length, ...batch });
  return trace;
}

const times = fc.array(fc.nat(20_000_000_000), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b));

describe("the timeline's axis", () => {
  it("gives a longer time a greater width, and finds the time again", () => {
    fc.assert(
      fc.property(fc.nat(100_000_000_000), (span_ns) => {
        expect(widthOf(span_ns + 1000)).toBeGreaterThan(widthOf(span_ns));
        expect(Math.abs(spanOf(widthOf(span_ns)) - span_ns)).toBeLessThanOrEqual(1 + span_ns * 1e-9);
      }),
    );
  });

  it("rises with time, and leads from a position back to its moment", () => {
    fc.assert(
      fc.property(times, fc.nat(25_000_000_000), (times_ns, t_ns) => {
        const trace = traceAt(times_ns);
        const axis = createAxis();
        extendAxis(axis, trace, 0);
        const x = positionOf(axis, trace, t_ns);
        expect(positionOf(axis, trace, t_ns + 1000)).toBeGreaterThan(x);
        expect(Math.abs(momentAt(axis, trace, x) - t_ns)).toBeLessThanOrEqual(50);
      }),
    );
  });

  it("does not move what stood when the trace grows", () => {
    const axis = createAxis();
    extendAxis(axis, traceAt([1000, 26_000]), 0);
    const before = axis.x.slice(0, 2);
    extendAxis(axis, traceAt([1000, 26_000, 51_000, 1e9]), 2);
    expect(axis.x.slice(0, 2)).toEqual(before);
    expect(axis.count).toBe(4);
  });
});

describe("rows until a moment", () => {
  it("counts what had happened by then", () => {
    fc.assert(
      fc.property(times, fc.nat(20_000_000_000), (times_ns, t_ns) => {
        expect(rowsUntil(traceAt(times_ns), t_ns)).toBe(times_ns.filter((time) => time <= t_ns).length);
      }),
    );
  });
});

describe("times in words", () => {
  it("groups a moment by three digits", () => {
    expect(momentWords(0)).toBe("0.000 000");
    expect(momentWords(12_004_210_999)).toBe("12.004 210");
  });

  it.each([
    [24_000, "24 µs"],
    [997e6, "997 ms"],
    [999.9e6, "1.0 s"],
    [5e9, "5.0 s"],
    [60e9, "60 s"],
  ])("%d ns is %s", (span_ns, words) => {
    expect(spanWords(span_ns, en)).toBe(words);
  });
});

describe("branches", () => {
  const entry = (id: number, parent: number) =>
    ({ id, parent, at_ns: 0, node: "a", what: { type: "interrupt" } }) as const;

  it("are the ends of the log that are not open", () => {
    const log = [entry(0, -1), entry(1, 0), entry(2, 0), entry(3, 2)];
    expect(branchesOf(log, 3).map(({ id }) => id)).toEqual([1]);
    expect(branchesOf(log, 0).map(({ id }) => id)).toEqual([3, 1]);
  });
});
