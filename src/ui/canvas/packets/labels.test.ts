import { expect, test } from "vitest";
import { overlaps } from "../../motion/geometry.ts";
import { type Label, placeLabels } from "./labels.ts";

const place = (labels: readonly Label[]) => placeLabels(labels, 800, (text) => text.length * 6);
const label = (x: number, y: number, gap = 10): Label => ({ text: "who has 172.17.0.3?", x, y, gap });

test("stands right of its token, or left of it at the window's edge or when asked to", () => {
  expect(place([label(100, 50)])[0]!.rect.x).toBe(110);
  const atEdge = place([label(790, 50)])[0]!.rect;
  expect(atEdge.x + atEdge.width).toBe(780);
  const before = place([label(400, 50, -10)])[0]!.rect;
  expect(before.x + before.width).toBe(390);
});

test("covers no other: it gives way by a line, and leaves when there is no room near", () => {
  const crowd = Array.from({ length: 10 }, (_, i) => label(100 + i, 50));
  const placed = place(crowd);
  expect(placed.length).toBe(6);
  placed.forEach((a, i) => {
    for (const b of placed.slice(i + 1)) expect(overlaps(a.rect, b.rect)).toBe(false);
  });
});
