import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../base/trace-kind.ts";
import { PING_FRAME, sceneryOf } from "../events/testing.ts";
import { createTickIndex, extendTickIndex, loudRow } from "./tick-index.ts";
import { following, panned, wholeOf, zoomed } from "./window.ts";

const units = fc.double({ min: 0, max: 1e6, noNaN: true });
const factor = fc.double({ min: 0.01, max: 100, noNaN: true });

describe("the part of the axis that is shown", () => {
  it("never leaves the axis, whatever is done to it", () => {
    fc.assert(
      fc.property(
        units,
        fc.array(fc.tuple(factor, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 8 }),
        (length, steps) => {
          const whole = wholeOf(length);
          let now = whole;
          for (const [by, share] of steps) {
            now = zoomed(now, whole, by, now.from + share * now.width) ?? whole;
            now = panned(now, whole, (share - 0.5) * now.width * 3);
            expect(now.from).toBeGreaterThanOrEqual(0);
            expect(now.from + now.width).toBeLessThanOrEqual(whole.width * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it("keeps what is under the pointer where it is, away from the ends", () => {
    const whole = wholeOf(10_000);
    const now = zoomed(whole, whole, 4, 5000)!;
    expect((5000 - now.from) / now.width).toBeCloseTo(5000 / whole.width, 9);
    expect(zoomed(now, whole, 0.1, 5000)).toBe(null);
  });

  it("goes along when the playhead leaves it, and stays while it is inside", () => {
    const whole = wholeOf(10_000);
    const now = { from: 1000, width: 500 };
    expect(following(now, whole, 1200)).toBe(now);
    const moved = following(now, whole, 1490);
    expect(moved.from).toBeGreaterThan(1000);
    expect(1490 - moved.from).toBeLessThan(moved.width);
    expect(following(now, whole, 20).from).toBe(0);
  });
});

describe("rows that no crowd may hide", () => {
  const rows = [
    ...Array.from({ length: 500 }, (_, i) => ({ kind: K.HOP, dev: 2, frame: 0, a: 3, t_ns: i })),
    { kind: K.DROP, dev: 2, frame: 0, a: 32, t_ns: 500 },
    { kind: K.DROP, dev: 2, frame: 0, a: 2, t_ns: 501 },
    { kind: K.COMMAND, dev: -1, t_ns: 502 },
  ];

  it("are drops that matter, and commands", () => {
    const index = createTickIndex();
    const s = sceneryOf(rows, [PING_FRAME]);
    extendTickIndex(index, s, 0);
    expect(index.loud).toEqual([500, 502]);
    expect([loudRow(index, 0, 499), loudRow(index, 0, 600), loudRow(index, 501, 502)]).toEqual([-1, 500, 502]);
    extendTickIndex(index, sceneryOf(rows.slice(0, 501), [PING_FRAME]), 100);
    expect(index.loud).toEqual([500]);
  });
});
