/** Helper lines: a card that is dragged catches the edges and middles of the others, and a line shows which. Pure. */
import { bottom, centre, type Point, type Rect, right } from "../../motion/geometry.ts";

export interface Guide {
  readonly from: Point;
  readonly to: Point;
}

export interface Snap {
  /** Where the card stands now. */
  readonly rect: Rect;
  readonly guides: readonly Guide[];
}

/** Left edge, middle and right edge; or the same from above. */
const across = (r: Rect): number[] => [r.x, centre(r).x, right(r)];
const down = (r: Rect): number[] => [r.y, centre(r).y, bottom(r)];

/** The card moved by at most `reach` px each way onto a line of another one, with the lines that it now stands on. */
export function snap(rect: Rect, others: readonly Rect[], reach: number): Snap {
  const dx = nearest(across(rect), others.flatMap(across), reach);
  const dy = nearest(down(rect), others.flatMap(down), reach);
  const moved = { ...rect, x: rect.x + (dx ?? 0), y: rect.y + (dy ?? 0) };
  const guides = [
    ...(dx === null
      ? []
      : linesAlong(moved, others, across, (at, a, b) => ({ from: { x: at, y: a }, to: { x: at, y: b } }), down)),
    ...(dy === null
      ? []
      : linesAlong(moved, others, down, (at, a, b) => ({ from: { x: a, y: at }, to: { x: b, y: at } }), across)),
  ];
  return { rect: moved, guides };
}

/** How far the nearest of `lines` lies from one of `own`; null when all are out of reach. */
function nearest(own: readonly number[], lines: readonly number[], reach: number): number | null {
  let best: number | null = null;
  for (const from of own) {
    for (const to of lines) if (Math.abs(to - from) <= Math.abs(best ?? reach)) best = to - from;
  }
  return best;
}

/** One guide for each line of the card that others share, over the whole length of those. */
function linesAlong(
  card: Rect,
  others: readonly Rect[],
  marks: (r: Rect) => number[],
  guide: (at: number, from: number, to: number) => Guide,
  extent: (r: Rect) => number[],
): Guide[] {
  return marks(card).flatMap((at) => {
    const sharing = others.filter((other) => marks(other).some((mark) => Math.abs(mark - at) < 0.5));
    if (sharing.length === 0) return [];
    const ends = [card, ...sharing].flatMap(extent);
    return [guide(at, Math.min(...ends), Math.max(...ends))];
  });
}
