import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowWindow, scrollTo } from "./row-window.ts";

const lists = fc.record({
  count: fc.integer({ min: 1, max: 2_000_000 }),
  row_px: fc.constantFrom(26, 42),
  view_px: fc.integer({ min: 50, max: 1200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("the lines of a long list that are in view", () => {
  it("cover the view, wherever somebody has scrolled, and are few", () => {
    fc.assert(
      fc.property(lists, ({ count, row_px, view_px, share }) => {
        const { height_px } = rowWindow({ count, row_px, view_px, scrollTop: 0 });
        const scrollTop = share * Math.max(0, height_px - view_px);
        const { first, end, shift_px } = rowWindow({ count, row_px, view_px, scrollTop });
        expect(first * row_px + shift_px).toBeLessThanOrEqual(scrollTop + 1e-3);
        if (end < count) expect(end * row_px + shift_px).toBeGreaterThanOrEqual(scrollTop + view_px - 1e-3);
        else expect(end * row_px + shift_px).toBeLessThanOrEqual(height_px + 1e-3);
        expect(end - first).toBeLessThan(view_px / row_px + 16);
      }),
    );
  });

  it("hold a line after scrolling to it, and nothing moves for one that is in view", () => {
    fc.assert(
      fc.property(lists, ({ count, row_px, view_px, share }) => {
        const at = { count, row_px, view_px, scrollTop: 0 };
        const index = Math.floor(share * (count - 1));
        const there = { ...at, scrollTop: scrollTo(at, index) };
        const { first, end } = rowWindow(there);
        expect(index).toBeGreaterThanOrEqual(first);
        expect(index).toBeLessThan(end);
        if (view_px >= row_px) expect(scrollTo(there, index)).toBeCloseTo(there.scrollTop, 6);
      }),
    );
  });
});
