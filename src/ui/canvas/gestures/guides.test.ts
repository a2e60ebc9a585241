import { expect, test } from "vitest";
import { snap } from "./guides.ts";

const card = (x: number, y: number) => ({ x, y, width: 100, height: 60 });

test("a card near another's edge stands on it, with a line over both", () => {
  const { rect, guides } = snap(card(203, 100), [card(200, 0)], 6);
  expect(rect).toEqual(card(200, 100));
  expect(guides).toContainEqual({ from: { x: 200, y: 0 }, to: { x: 200, y: 160 } });
  // Alike in width, they share the middle and the right edge too.
  expect(guides.map(({ from }) => from.x)).toEqual([200, 250, 300]);
});

test("both ways at once, the nearest line each", () => {
  const { rect, guides } = snap(card(96, 204), [card(100, 0), card(400, 200), card(90, 500)], 6);
  expect(rect).toEqual(card(100, 200));
  expect(guides.some(({ from, to }) => from.y === 200 && to.y === 200 && to.x === 500)).toBe(true);
});

test("out of reach nothing moves", () => {
  const away = card(211, 107);
  expect(snap(away, [card(200, 0)], 6)).toEqual({ rect: away, guides: [] });
  expect(snap(away, [], 6)).toEqual({ rect: away, guides: [] });
});

test("an edge catches the opposite edge of another one, too", () => {
  expect(snap(card(98, 300), [card(0, 0)], 6).rect.x).toBe(100);
});
