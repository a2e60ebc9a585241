/** Where keys lead in a list of things that stand on a drawing. Pure but for what has been spelt so far. */
import { centre, type Rect } from "../../../motion/geometry.ts";

export interface Item {
  readonly id: string;
  readonly name: string;
  readonly rect: Rect;
}

const PAGE = 10;

/** The number of the line that a key leads to from line `now`; null for a key that leads nowhere. */
export function after(items: readonly Item[], now: number, key: string): number | null {
  const last = items.length - 1;
  const to = {
    ArrowRight: now + 1,
    ArrowLeft: now - 1,
    PageDown: now + PAGE,
    PageUp: now - PAGE,
    Home: 0,
    End: last,
    ArrowDown: beyond(items, now, 1),
    ArrowUp: beyond(items, now, -1),
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(last, to));
}

/** The nearest one below (1) or above (-1); things that stand beside it on one line come after each other. */
function beyond(items: readonly Item[], now: number, way: 1 | -1): number {
  const from = items[now];
  if (from === undefined) return now;
  const here = centre(from.rect);
  let best = now;
  let nearest = Number.POSITIVE_INFINITY;
  items.forEach(({ rect }, i) => {
    const { x, y } = centre(rect);
    const along = (y - here.y) * way;
    if (along <= from.rect.height / 2) return;
    // What stands straight below is nearer than what stands aside.
    const away = along + 3 * Math.abs(x - here.x);
    if (away >= nearest) return;
    nearest = away;
    best = i;
  });
  return best === now ? now + way : best;
}

/** Keys that follow each other faster than this spell one name, ms. */
const SPELL_MS = 900;
let spelt = "";
let spelt_ms = Number.NEGATIVE_INFINITY;

/** The next line, from `now` on, whose name begins with what has been spelt; null when none does or the key is no character. */
export function spell(items: readonly Item[], now: number, key: string, now_ms: number): number | null {
  if (key.length !== 1 || key === " ") return null;
  spelt = now_ms - spelt_ms < SPELL_MS ? spelt + key.toLowerCase() : key.toLowerCase();
  spelt_ms = now_ms;
  const from = spelt.length > 1 ? now : now + 1;
  for (let step = 0; step < items.length; step++) {
    const i = (from + step) % items.length;
    if (items[i]!.name.toLowerCase().startsWith(spelt)) return i;
  }
  return null;
}
