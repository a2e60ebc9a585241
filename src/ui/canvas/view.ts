/** The canvas's view: where the drawing stands on the screen. The stage fills it in; gestures and the packets read it. */
import type { Point, Rect } from "../motion/geometry.ts";

export interface View {
  /** Offset and zoom of the drawing, of this very moment. */
  transform: () => readonly [x: number, y: number, zoom: number];
  /** The element that the drawing fills. */
  element: HTMLElement | null;
  moveTo: (x: number, y: number, zoom: number, duration_ms: number) => void;
  zoomBy: (factor: number) => void;
}

/** Before the stage is mounted: nothing moves. */
export const view: View = {
  transform: () => [0, 0, 1],
  element: null,
  moveTo: () => {},
  zoomBy: () => {},
};

/** From client coordinates to the drawing's own. */
export function toDrawing(client: Point): Point {
  const [x, y, zoom] = view.transform();
  const box = view.element?.getBoundingClientRect();
  return { x: (client.x - (box?.left ?? 0) - x) / zoom, y: (client.y - (box?.top ?? 0) - y) / zoom };
}

/** Whether a point in client coordinates lies on the canvas. */
export function isOnCanvas(client: Point): boolean {
  const box = view.element?.getBoundingClientRect();
  if (box === undefined) return false;
  return client.x >= box.left && client.x <= box.right && client.y >= box.top && client.y <= box.bottom;
}

const MARGIN = 26;
/** In a narrow canvas, px. */
const NARROW_MARGIN = 8;
const NARROW = 480;
const FIT_MAX = 1.12;
const FIT_MS = 320;

/** Smaller than this not even names, which are drawn larger from afar, can be read. */
const FIT_MIN = 0.36;
/** Room below the drawing for the controls, px. */
const FOOT = 50;

/** Shows all of `bounds`, in the middle; of what would be too small to read only `most`, or its upper left part. */
export function fitTo(bounds: Rect, most: Rect, animate: boolean): void {
  const box = view.element?.getBoundingClientRect();
  if (box === undefined || bounds.width === 0 || box.width === 0) return;
  const margin = box.width < NARROW ? NARROW_MARGIN : MARGIN;
  const room = { x: margin, y: MARGIN / 2, width: box.width - 2 * margin, height: box.height - MARGIN / 2 - FOOT };
  const shown = zoomFor(bounds, room) < FIT_MIN ? most : bounds;
  const tight = shown === bounds ? room : { ...room, x: NARROW_MARGIN, width: box.width - 2 * NARROW_MARGIN };
  const zoom = Math.max(FIT_MIN, zoomFor(shown, tight));
  const x = tight.x + Math.max(0, (tight.width - shown.width * zoom) / 2) - shown.x * zoom;
  const y = tight.y + Math.max(0, (tight.height - shown.height * zoom) / 2) - shown.y * zoom;
  view.moveTo(x, y, zoom, animate && !prefersStill() ? FIT_MS : 0);
}

function zoomFor(bounds: Rect, room: Rect): number {
  return Math.min(room.width / bounds.width, room.height / bounds.height, FIT_MAX);
}

/** Whether the person asked for less motion. */
export function prefersStill(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}
