import { expect, test } from "vitest";
import { isWanted } from "./place.ts";

const bounds = { x: 0, y: 0, width: 1000, height: 500 };

test.each([
  ["all of it", { x: -10, y: -10, width: 1100, height: 600 }, false],
  ["three quarters", { x: 0, y: 0, width: 750, height: 500 }, false],
  ["half", { x: 500, y: 0, width: 500, height: 500 }, true],
  ["nothing", { x: 2000, y: 0, width: 500, height: 500 }, true],
])("with %s in the window", (_, window, wanted) => {
  expect(isWanted(bounds, window)).toBe(wanted);
});

test("nothing is drawn, or there is no window yet", () => {
  expect(isWanted({ ...bounds, width: 0 }, bounds)).toBe(false);
  expect(isWanted(bounds, { x: 0, y: 0, width: 0, height: 0 })).toBe(false);
});
