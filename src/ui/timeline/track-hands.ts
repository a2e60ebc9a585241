// Hands on the timeline: a drag moves the playhead; wheel, pinch and keys zoom; a drag on the strip below, with Shift or sideways pans.
import type { KeyboardEvent, PointerEvent } from "react";
import { EMBEDDED } from "../store/embedded.ts";
import { play, seek } from "../store/session.ts";
import { timeStore, traceStore } from "../store/stores.ts";
import { positionOf } from "./axis.ts";
import { STRIP_TOP } from "./draw-track.ts";
import { EDGE, momentUnder, type TrackView, windowOf } from "./track-view.ts";
import { panned, zoomed } from "./window.ts";

export interface Hands {
  readonly down: (event: PointerEvent<HTMLElement>) => void;
  readonly move: (event: PointerEvent<HTMLElement>) => void;
  readonly up: (event: PointerEvent<HTMLElement>) => void;
  readonly wheel: (event: WheelEvent) => void;
  readonly key: (event: KeyboardEvent) => void;
  /** Nearer or further, around the playhead; 0 shows the whole. */
  readonly zoom: (factor: number) => void;
}

type Seek = (to_ns: number) => Promise<void>;

const WHEEL_ZOOM = 0.0016;
const KEY_ZOOM = 1.6;
/** What Ctrl with an arrow key moves by, of what is shown. */
const KEY_SHARE = 0.1;

interface Grip {
  readonly pointers: Map<number, number>;
  mode: "seek" | "pan" | "pinch" | null;
  wasPlaying: boolean;
  last_x: number;
}

export function handsOn(view: TrackView): Hands {
  const seekTo = createSeeker();
  const zoom = (factor: number) => {
    if (factor === 0) view.zoom = null;
    else zoomAt(view, factor, Math.min(view.width, Math.max(0, playheadPixel(view))));
  };
  return {
    ...pointersOn(view, seekTo),
    wheel: (event) => turnWheel(event, view),
    key: (event) => {
      if (pressKey(event, zoom, view, seekTo)) event.preventDefault();
    },
    zoom,
  };
}

/** The pixel of the track under a pointer, and how far down. */
export function placeOn(event: { clientX: number; clientY: number }, element: HTMLElement): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  // With large type the track is magnified: its own pixels are not the window's.
  const magnified = box.width / element.offsetWidth || 1;
  return { x: (event.clientX - box.left) / magnified - EDGE, y: (event.clientY - box.top) / magnified };
}

function unitOf(view: TrackView): number {
  return windowOf(view).width / view.width;
}

function zoomAt(view: TrackView, factor: number, x: number): void {
  const now = windowOf(view);
  view.zoom = zoomed(now, view.whole, factor, now.from + x * unitOf(view));
  view.followed_ns = timeStore.getState().playhead_ns;
}

/** @param ofWhole pixels of the strip, which shows the whole */
function panBy(view: TrackView, pixels: number, ofWhole: boolean): void {
  if (view.zoom === null) return;
  const unit = ofWhole ? view.whole.width / view.width : unitOf(view);
  view.zoom = panned(view.zoom, view.whole, pixels * unit);
}

function pointersOn(view: TrackView, seekTo: Seek): Pick<Hands, "down" | "move" | "up"> {
  const grip: Grip = { pointers: new Map(), mode: null, wasPlaying: false, last_x: 0 };
  return {
    down: (event) => {
      if (event.button > 1) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { x, y } = placeOn(event, event.currentTarget);
      grip.pointers.set(event.pointerId, x);
      grip.last_x = x;
      if (grip.pointers.size > 1) grip.mode = "pinch";
      else if (view.zoom !== null && (y >= STRIP_TOP || event.shiftKey || event.button === 1)) {
        grip.mode = "pan";
        if (y >= STRIP_TOP) centreOn(view, x);
      } else {
        grip.mode = "seek";
        grip.wasPlaying = timeStore.getState().playing;
        void seekTo(momentUnder(view, x));
      }
    },
    move: (event) => {
      if (!grip.pointers.has(event.pointerId)) return;
      const { x, y } = placeOn(event, event.currentTarget);
      const onStrip = y >= STRIP_TOP;
      if (grip.mode === "pinch") pinch(view, grip, event.pointerId, x);
      else if (grip.mode === "pan") panBy(view, onStrip ? x - grip.last_x : grip.last_x - x, onStrip);
      else if (grip.mode === "seek") void seekTo(momentUnder(view, x));
      grip.pointers.set(event.pointerId, x);
      grip.last_x = x;
    },
    up: (event) => {
      if (!grip.pointers.delete(event.pointerId) || grip.pointers.size > 0) return;
      const { playhead_ns, head_ns } = timeStore.getState();
      if (grip.mode === "seek") {
        void seekTo(momentUnder(view, placeOn(event, event.currentTarget).x)).then(() => {
          if (grip.wasPlaying && playhead_ns >= head_ns) play();
        });
      }
      grip.mode = null;
    },
  };
}

function turnWheel(event: WheelEvent, view: TrackView): void {
  const element = event.currentTarget as HTMLElement;
  const isAsked = event.ctrlKey || event.metaKey || element.contains(document.activeElement);
  // In a figure the wheel scrolls the article.
  if (EMBEDDED && !isAsked) return;
  event.preventDefault();
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (isSideways) panBy(view, event.deltaX || event.deltaY, false);
  else zoomAt(view, Math.exp(-event.deltaY * WHEEL_ZOOM), placeOn(event, element).x);
}

/** Up and down zoom, Escape shows the whole, Ctrl with left and right moves by a tenth. All other keys are the page's. */
function pressKey(event: KeyboardEvent, zoom: Hands["zoom"], view: TrackView, seekTo: Seek): boolean {
  if (event.key === "ArrowUp" || event.key === "ArrowDown") zoom(event.key === "ArrowUp" ? KEY_ZOOM : 1 / KEY_ZOOM);
  else if (event.key === "Escape" && view.zoom !== null) zoom(0);
  else if ((event.ctrlKey || event.metaKey) && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const by = (event.key === "ArrowRight" ? 1 : -1) * KEY_SHARE * view.width;
    void seekTo(momentUnder(view, playheadPixel(view) + by));
  } else return false;
  return true;
}

function playheadPixel(view: TrackView): number {
  const { from, width } = windowOf(view);
  const at = positionOf(view.axis, traceStore.getState().columns, timeStore.getState().playhead_ns);
  return ((at - from) / width) * view.width;
}

/** Puts the window's middle under a pixel of the strip. */
function centreOn(view: TrackView, x: number): void {
  if (view.zoom === null) return;
  const middle = (x / view.width) * view.whole.width;
  view.zoom = panned(view.zoom, view.whole, middle - view.zoom.from - view.zoom.width / 2);
}

/** Two fingers: what lies under them stays under them. */
function pinch(view: TrackView, grip: Grip, pointer: number, x: number): void {
  const [other] = [...grip.pointers].filter(([id]) => id !== pointer).map(([, at]) => at);
  const before = grip.pointers.get(pointer);
  if (other === undefined || before === undefined) return;
  zoomAt(view, Math.max(8, Math.abs(x - other)) / Math.max(8, Math.abs(before - other)), (x + other) / 2);
  panBy(view, (before - x) / 2, false);
}

/** Seeks one after the other: of what was asked for meanwhile only the last. */
function createSeeker(): Seek {
  let wanted: number | null = null;
  let underWay = false;
  return async (to_ns) => {
    wanted = to_ns;
    if (underWay) return;
    underWay = true;
    while (wanted !== null) {
      const next = wanted;
      wanted = null;
      await seek(next);
    }
    underWay = false;
  };
}
