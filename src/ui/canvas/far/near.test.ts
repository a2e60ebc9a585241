import { expect, test } from "vitest";
import { layOut } from "../../motion/layout.ts";
import { oneHost } from "../../motion/testing.ts";
import { isMany, isMap, nearOnes, stepTowards } from "./near.ts";

const layoutOf = (containers: number) => layOut(oneHost(containers), { previous: null, placed: {}, open: new Set() });
const everything = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };
const ids = (near: ReadonlySet<string>) => [...near].sort();

test("only a crowd is left to the canvas", () => {
  expect(isMany(layoutOf(100))).toBe(false);
  expect(isMany(layoutOf(101))).toBe(true);
  expect([isMap(0.27), isMap(0.28)]).toEqual([true, false]);
});

test("containers in the window are near when they are large and few", () => {
  const layout = layoutOf(120);
  const { rect } = layout.containers.get("hostA/nginx-7")!;
  expect(ids(nearOnes(layout, rect, 1))).toEqual(["hostA/nginx-7"]);
  expect(nearOnes(layout, rect, 0.49).size).toBe(0);
  expect(nearOnes(layout, everything, 1).size).toBe(0);
});

test("elements come a few a frame, and go at once", () => {
  const wanted = new Set(Array.from({ length: 25 }, (_, i) => `new-${i}`));
  let near: ReadonlySet<string> = new Set(["old-1", "new-3"]);
  const sizes = [];
  for (let next = stepTowards(near, wanted); next !== near; next = stepTowards(near, wanted)) {
    near = next;
    sizes.push(near.size);
  }
  expect(sizes).toEqual([11, 21, 25]);
  expect(ids(near)).toEqual(ids(wanted));
});
