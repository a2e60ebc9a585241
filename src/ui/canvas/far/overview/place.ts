/** When an overview helps. Pure. */
import type { Rect } from "../../../motion/geometry.ts";

/** It helps when less of the drawing is in the window than this. */
const SHARE_SEEN = 0.6;

/** Whether so little of the drawing is in the window that an overview helps. */
export function isWanted(bounds: Rect, window: Rect): boolean {
  if (bounds.width === 0 || window.width === 0) return false;
  const seen = (from: number, length: number, start: number, most: number) =>
    Math.max(0, Math.min(from + length, start + most) - Math.max(from, start)) / length;
  const x = seen(bounds.x, bounds.width, window.x, window.width);
  const y = seen(bounds.y, bounds.height, window.y, window.height);
  return x * y < SHARE_SEEN;
}
