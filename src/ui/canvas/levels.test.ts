import fc from "fast-check";
import { expect, test } from "vitest";
import { LEAST_PX, LEVELS, levelOf, magnify } from "./levels.ts";

test("each level begins where it says, and the one below just before", () => {
  for (const [i, { level, from }] of LEVELS.entries()) {
    expect(levelOf(from)).toBe(level);
    if (i + 1 < LEVELS.length) expect(levelOf(from - 1e-6)).toBe(LEVELS[i + 1]!.level);
  }
});

test("small type is readable at any zoom, and hardly larger than it must be", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 4, noNaN: true }), (zoom) => {
      const shown_px = LEAST_PX * magnify(zoom) * zoom;
      expect(shown_px).toBeGreaterThanOrEqual(LEAST_PX - 1e-6);
      if (zoom < 1) expect(shown_px).toBeLessThanOrEqual(LEAST_PX * 1.05 + 1e-6);
    }),
  );
});
