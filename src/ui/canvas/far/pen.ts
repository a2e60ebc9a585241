/** A canvas's context with where the drawing stands on it. */
import { overlaps, type Rect } from "../../motion/geometry.ts";

export interface Pen {
  readonly g: CanvasRenderingContext2D;
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  /** Whether something of the drawing lies in the window. */
  readonly sees: (rect: Rect) => boolean;
}

interface Place {
  readonly transform: readonly [x: number, y: number, zoom: number];
  readonly width: number;
  readonly height: number;
}

export function penOf(g: CanvasRenderingContext2D, { transform: [x, y, zoom], width, height }: Place): Pen {
  const window = { x: -x / zoom - 4, y: -y / zoom - 4, width: width / zoom + 8, height: height / zoom + 8 };
  // What has no width overlaps nothing: lines are given a little.
  const sees = (r: Rect) => overlaps({ x: r.x - 1, y: r.y - 1, width: r.width + 2, height: r.height + 2 }, window);
  return { g, x, y, zoom, sees };
}

/** A box in screen px; null when it lies outside of the window. */
export function toScreen({ x, y, zoom, sees }: Pen, r: Rect): Rect | null {
  if (!sees(r)) return null;
  return { x: r.x * zoom + x, y: r.y * zoom + y, width: r.width * zoom, height: r.height * zoom };
}

const widths = new Map<string, number>();
/** So many texts are remembered. */
const MOST_WIDTHS = 20_000;

/** Width of a text in the present font, px. */
export function widthOf(g: CanvasRenderingContext2D, text: string): number {
  const key = `${g.font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = g.measureText(text).width;
    if (widths.size > MOST_WIDTHS) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/** As much of a text as there is room for, with … at its end where that is not all. */
export function fitText(g: CanvasRenderingContext2D, text: string, room_px: number): string {
  if (widthOf(g, text) <= room_px) return text;
  for (let length = text.length - 1; length > 0; length--) {
    const cut = `${text.slice(0, length)}…`;
    if (widthOf(g, cut) <= room_px) return cut;
  }
  return "";
}
