/**
 * Packets in flight: one canvas over the drawing, sharp on every screen, which takes no pointer of its own. It draws in the
 * page's one animation frame, with the view's transform of that very frame, and only when something has changed.
 */
import { useEffect, useRef } from "react";
import { textStore } from "../../../i18n/text.ts";
import type { Layout } from "../../motion/layout-types.ts";
import { createWays, type Ways } from "../../motion/ways.ts";
import { flightsNow } from "../../store/air.ts";
import { onFrame } from "../../store/clock.ts";
import { hoverRow, selectionStore, selectRow, timeStore, traceStore } from "../../store/stores.ts";
import { drawingStore } from "../drawing.ts";
import { prefersStill, room, view } from "../view.ts";
import { colours, watchTheme } from "./colours.ts";
import type { Air } from "./crowd.ts";
import { createCrowdPixels, paintCrowd } from "./crowd-pixels.ts";
import { createHits, type Hits, rowAt } from "./hits.ts";
import { marked } from "./marked.ts";
import { drawMoment, type Moment } from "./scene.ts";
import { whyDropped, wordsBeside } from "./words.ts";

export function Packets() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : run(canvas.current)), []);
  return <canvas ref={canvas} className="packets" />;
}

/** Draws from now on. Returns how to stop. */
function run(canvas: HTMLCanvasElement): () => void {
  const g = canvas.getContext("2d");
  if (g === null) return () => {};
  const hits = createHits();
  const crowd = createCrowdPixels();
  let last = "";
  let turning = false;
  let turned_ms = 0;
  const again = () => {
    last = "";
  };
  const stops = [watchTheme(again), watchPointer(hits)];
  void document.fonts?.ready.then(again);
  stops.push(
    onFrame((_, dt_ms) => {
      const state = signature();
      if (state === last && !(turning && timeStore.getState().playing)) return;
      last = state;
      const { playing, step } = timeStore.getState();
      if (playing || step !== null) turned_ms += dt_ms;
      const moment = momentNow(turned_ms);
      resize(canvas, g, moment);
      const { look } = moment.flights;
      const paint = (air: Air, r: number) => paintCrowd(crowd, g, air, look, r, moment.colours, room);
      turning = drawMoment(g, { ...moment, paintCrowd: paint }, hits);
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

let known: { readonly layout: Layout; readonly ways: Ways } | null = null;

/** The ways along the lines of the drawing that stands. */
function waysNow(): Ways {
  const { layout } = drawingStore.getState();
  if (known?.layout !== layout) known = { layout, ways: createWays(layout) };
  return known.ways;
}

/** All that a drawn frame depends on. */
function signature(): string {
  const { playhead_ns } = timeStore.getState();
  const { rows, epoch } = traceStore.getState();
  const { row, hovered } = selectionStore.getState();
  const size = `${room.width} ${room.height} ${devicePixelRatio}`;
  return `${playhead_ns} ${rows} ${epoch} ${row} ${hovered} ${size} ${view.transform().join(" ")} ${layoutNumber()} ${textStore.getState().language} ${marked.looks}`;
}

const layoutNumbers = new WeakMap<object, number>();
let layouts = 0;

function layoutNumber(): number {
  const { layout } = drawingStore.getState();
  let number = layoutNumbers.get(layout);
  if (number === undefined) {
    number = layouts++;
    layoutNumbers.set(layout, number);
  }
  return number;
}

function resize(canvas: HTMLCanvasElement, g: CanvasRenderingContext2D, moment: Moment): void {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const width = Math.round(moment.width * ratio);
  const height = Math.round(moment.height * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function momentNow(turned_ms: number): Moment {
  const { row, hovered } = selectionStore.getState();
  const { columns } = traceStore.getState();
  const { text } = textStore.getState();
  return {
    flights: flightsNow(),
    ways: waysNow(),
    playhead_ns: timeStore.getState().playhead_ns,
    turned_ms,
    transform: view.transform(),
    width: room.width,
    height: room.height,
    colours: colours(),
    text,
    still: prefersStill(),
    hoveredRow: hovered,
    openPacket: row === null ? null : (columns.packet[row] ?? null),
    marked: marked.looks,
    words: (r) => wordsBeside(r, hovered === r),
    why: whyDropped,
  };
}

/** How near the pointer must come to a token, px beyond its edge. */
const REACH = 7;

/** Pointing at a token names it, pressing it opens its packet: before the cards below get to hear of it. */
function watchPointer(hits: Hits): () => void {
  const element = view.element;
  if (element === null) return () => {};
  const hit = (event: MouseEvent) => {
    if (hits.count === 0) return null;
    const box = element.getBoundingClientRect();
    return rowAt(hits, event.clientX - box.left, event.clientY - box.top, REACH);
  };
  const onMove = (event: PointerEvent) => {
    const row = event.buttons === 0 ? hit(event) : null;
    hoverRow(row);
    element.classList.toggle("over-token", row !== null);
  };
  const onLeave = () => hoverRow(null);
  const onClick = (event: MouseEvent) => {
    const row = event.target instanceof Node && element.contains(event.target) ? hit(event) : null;
    if (row === null) return;
    event.stopPropagation();
    selectRow(row);
  };
  element.addEventListener("pointermove", onMove);
  element.addEventListener("pointerleave", onLeave);
  // From above the canvas, whose own listeners are for what lies under a token.
  const above = element.parentElement ?? element;
  above.addEventListener("click", onClick, { capture: true });
  return () => {
    element.removeEventListener("pointermove", onMove);
    element.removeEventListener("pointerleave", onLeave);
    above.removeEventListener("click", onClick, { capture: true });
  };
}
