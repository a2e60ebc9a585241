/** The canvas's view: where the drawing stands on the screen. The stage fills it in; gestures and the packets read it. */
import type { NodeId } from "../../protocol/view.ts";
import type { Point, Rect } from "../motion/geometry.ts";

export interface View {
  /** Offset and zoom of the drawing, of this very moment. */
  transform: () => readonly [x: number, y: number, zoom: number];
  /** The element that the drawing fills. */
  element: HTMLElement | null;
  moveTo: (x: number, y: number, zoom: number, duration_ms: number) => void;
  zoomBy: (factor: number) => void;
  /** What the canvas itself has drawn under a point in client coordinates; null where there is nothing of its own. */
  hit: (client: Point) => Hit | null;
  /** The right button, pressed before the menus were fetched. */
  asked: MouseEvent | null;
}

/** A container or a line that is drawn and has no element. */
export type Hit = { readonly type: "node"; readonly id: NodeId } | { readonly type: "wire"; readonly id: string };

/** Before the stage is mounted: nothing moves. */
export const view: View = {
  transform: () => [0, 0, 1],
  element: null,
  moveTo: () => {},
  zoomBy: () => {},
  hit: () => null,
  asked: null,
};

/** Size of the canvas, px. Asking its element instead would lay the whole page out. */
export const room = { width: 0, height: 0 };

/** Keeps the room's size. Calls back whenever it has changed; returns how to stop. */
export function watchRoom(element: HTMLElement, changed: () => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    room.width = Math.round(entry.contentRect.width);
    room.height = Math.round(entry.contentRect.height);
    changed();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** The part of the drawing that is in view, in its own coordinates, and `aside` px more on each side. */
export function inView(aside = 0): Rect {
  const [x, y, zoom] = view.transform();
  return {
    x: (-x - aside) / zoom,
    y: (-y - aside) / zoom,
    width: (room.width + 2 * aside) / zoom,
    height: (room.height + 2 * aside) / zoom,
  };
}

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
/** How far one can go away. */
export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2.5;

/** Smaller than this not even names, which are drawn larger from afar, can be read. */
const FIT_MIN = 0.36;
/** The same in a canvas that is lower than LOW px: there all of a small drawing says more than a part of it. */
const LOW_FIT_MIN = 0.27;
const LOW = 380;
/** Room below the drawing for the controls, px. */
const FOOT = 46;

/**
 * Room beside a drawing that holds the controls and the legend, px: where it leaves that, nothing has to stay free below. A
 * figure stacks the controls and has no legend.
 */
export const controls = { room: 660 };
/** The same where type is large: there the legend is a button at the other side. */
const LARGE_ROOM = 270;

function sideRoom(): number {
  return "large" in document.documentElement.dataset ? Math.min(controls.room, LARGE_ROOM) : controls.room;
}

/** What lies over the canvas at its sides, px: a drawing that is fitted leaves it free. */
export const covered = { left: 0, right: 0, drawer: 0 };

/** Less than this is not enough for a drawing, px: then what covers the rest is not reckoned with. */
const LEAST_FREE = 560;

/** Shows all of `bounds`, in the middle; of what would be too small to read only `most`, or its upper left part. */
export function fitTo(bounds: Rect, most: Rect, animate: boolean): void {
  if (bounds.width === 0 || room.width === 0) return;
  const { place, wide, least } = placeFor(bounds);
  if (place !== undefined) centreOn(bounds, place, least, animate);
  else centreOn(acrossWith(most, bounds, wide), wide, FIT_MIN, animate);
}

/** As much of `bounds` as fits beside `most` at the same size: what stands right of it is not left out for an empty left side. */
function acrossWith(most: Rect, bounds: Rect, place: Rect): Rect {
  const across = place.width / Math.max(FIT_MIN, zoomFor(most, place));
  if (bounds.width <= across) return { ...most, x: bounds.x, width: bounds.width };
  const spare = bounds.x + bounds.width - most.x;
  return { ...most, width: Math.max(most.width, Math.min(across, spare)) };
}

/** The zoom at which all of `bounds` fits. */
export function fittingZoom(bounds: Rect): number {
  const { place, wide } = placeFor(bounds);
  return zoomFor(bounds, place ?? wide);
}

/** Where in the canvas `bounds` may stand; `place` is undefined where it would be too small to read. */
function placeFor(bounds: Rect) {
  const margin = room.width < NARROW ? NARROW_MARGIN : MARGIN;
  const beside = room.width - covered.left - covered.right;
  const width = beside - covered.drawer < LEAST_FREE ? beside : beside - covered.drawer;
  const tight = {
    x: margin + covered.left,
    y: MARGIN / 2,
    width: width - 2 * margin,
    height: room.height - MARGIN / 2 - FOOT,
  };
  const high = { ...tight, height: room.height - MARGIN };
  if (tight.x - margin + (width - bounds.width * zoomFor(bounds, high)) / 2 >= sideRoom()) tight.height = high.height;
  const least = room.height < LOW ? LOW_FIT_MIN : FIT_MIN;
  const wide = { ...tight, x: NARROW_MARGIN + covered.left, width: width - 2 * NARROW_MARGIN };
  return { place: [tight, wide].find((one) => zoomFor(bounds, one) >= least), wide, least };
}

/** Shows all of `bounds`, however small it becomes. */
export function fitWhole(bounds: Rect, animate: boolean): void {
  if (bounds.width === 0 || room.width === 0) return;
  const place = { x: MARGIN, y: MARGIN, width: room.width - 2 * MARGIN, height: room.height - MARGIN - FOOT };
  centreOn(bounds, place, MIN_ZOOM, animate);
}

function centreOn(shown: Rect, place: Rect, least: number, animate: boolean): void {
  const zoom = Math.max(least, zoomFor(shown, place));
  const x = place.x + Math.max(0, (place.width - shown.width * zoom) / 2) - shown.x * zoom;
  const y = place.y + Math.max(0, (place.height - shown.height * zoom) / 2) - shown.y * zoom;
  view.moveTo(x, y, zoom, animate && !prefersStill() ? FIT_MS : 0);
}

/** Brings the middle of `rect` to the middle of the window, at `zoom`. */
export function goTo(rect: Rect, zoom: number): void {
  const x = room.width / 2 - (rect.x + rect.width / 2) * zoom;
  const y = room.height / 2 - (rect.y + rect.height / 2) * zoom;
  view.moveTo(x, y, zoom, prefersStill() ? 0 : FIT_MS);
}

function zoomFor(bounds: Rect, room: Rect): number {
  return Math.min(room.width / bounds.width, room.height / bounds.height, FIT_MAX);
}

/** Whether the person asked for less motion. */
export function prefersStill(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}
