/** Follows one pointer (mouse, pen or finger) from a press until it is let go of. */
import { distance, type Point } from "../../motion/geometry.ts";

export interface Tracker {
  /** The pointer has moved, in client coordinates; not called before it has moved a little. */
  readonly move: (at: Point) => void;
  /** It was let go of after it had moved. */
  readonly drop: (at: Point, event: PointerEvent) => void;
  /** It is over: dropped, never moved, or cancelled (Escape, or the system took the pointer away). */
  readonly end: () => void;
}

/** Less than this is a press, not a drag, px. */
const SLOP = 5;

/** What of a press it needs: a browser's event or React's. */
type Press = Pick<PointerEvent, "clientX" | "clientY" | "pointerId">;

export function trackPointer(event: Press, tracker: Tracker): void {
  const start = { x: event.clientX, y: event.clientY };
  const { pointerId } = event;
  let moving = false;
  const stop = new AbortController();
  const finish = () => {
    stop.abort();
    tracker.end();
  };
  const listen = (type: string, call: (event: PointerEvent) => void) =>
    window.addEventListener(type, (e) => (e as PointerEvent).pointerId === pointerId && call(e as PointerEvent), stop);
  listen("pointermove", (e) => {
    const at = { x: e.clientX, y: e.clientY };
    moving ||= distance(start, at) > SLOP;
    if (moving) tracker.move(at);
  });
  listen("pointerup", (e) => {
    if (moving) {
      tracker.drop({ x: e.clientX, y: e.clientY }, e);
      swallowClick();
    }
    finish();
  });
  listen("pointercancel", finish);
  window.addEventListener("keydown", (e) => e.key === "Escape" && finish(), stop);
}

/** After a drag the browser still tells of a click on what the drag began at, if it ended there. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}
