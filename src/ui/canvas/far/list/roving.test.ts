import { expect, test } from "vitest";
import { after, type Item, spell } from "./roving.ts";

/** Three in a row, the first row lowest, as containers over a bridge stand. */
const items: Item[] = Array.from({ length: 7 }, (_, i) => ({
  id: `c${i}`,
  name: `box-${i + 1}`,
  rect: { x: (i % 3) * 100, y: -Math.floor(i / 3) * 80, width: 80, height: 50 },
}));

test.each([
  ["ArrowRight", 0, 1],
  ["ArrowLeft", 0, 0],
  ["ArrowRight", 6, 6],
  ["ArrowUp", 1, 4],
  ["ArrowDown", 4, 1],
  ["ArrowUp", 5, 6],
  ["Home", 5, 0],
  ["End", 0, 6],
  ["PageDown", 1, 6],
])("%s leads from line %i to %i", (key, from, to) => {
  expect(after(items, from, key)).toBe(to);
});

test("other keys lead nowhere", () => {
  expect(after(items, 0, "Enter")).toBeNull();
  expect(spell(items, 0, "Enter", 0)).toBeNull();
  expect(spell(items, 0, " ", 0)).toBeNull();
});

test("typing a name finds it; after a pause one begins anew, and one letter goes to the next", () => {
  let at = 0;
  "box-5".split("").forEach((key, i) => {
    at = spell(items, at, key, 10_000 + 100 * i) ?? at;
  });
  expect(at).toBe(4);
  expect(spell(items, at, "B", 20_000)).toBe(5);
  expect(spell(items, at, "x", 30_000)).toBeNull();
});
