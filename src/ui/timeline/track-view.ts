// What the timeline shows at the moment: brought up to date once a frame, and drawn only when something has changed.
import { TraceKind } from "../../base/trace-kind.ts";
import { type AllText, allText } from "../../i18n/all-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { isBackground, lastListed } from "../events/tone.ts";
import { isCurtainClosed } from "../store/curtain.ts";
import { timeStore, traceStore } from "../store/stores.ts";
import { type Axis, createAxis, extendAxis, momentAt, positionOf, rowAt } from "./axis.ts";
import { type Colour, drawTrack, isDense, TRACK_HEIGHT, type Track } from "./draw-track.ts";
import { createTickIndex, extendTickIndex, type TickIndex } from "./tick-index.ts";
import { following, type Window, wholeOf } from "./window.ts";

/** Room at both ends of the track, px. */
export const EDGE = 8;
/** While time runs, what is read aloud of it changes no oftener, ms. */
const SAY_MS = 1000;

export interface TrackView {
  readonly axis: Axis;
  readonly index: TickIndex;
  epoch: number;
  /** What was drawn last. */
  key: string;
  width: number;
  whole: Window;
  /** The part that somebody has zoomed to; null shows the whole. */
  zoom: Window | null;
  /** The playhead when the window was last moved along with it. */
  followed_ns: number;
  /** When the slider's value was last put into words, and of which language these are. */
  said_ms: number;
  saidIn: AllText | null;
  dense: boolean;
}

export interface Parts {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly head: HTMLElement;
}

export function createTrackView(): TrackView {
  const none = { epoch: -1, key: "", width: 1, followed_ns: -1, said_ms: 0, saidIn: null, dense: false };
  return { axis: createAxis(), index: createTickIndex(), whole: wholeOf(0), zoom: null, ...none };
}

/** The part of the axis that is shown. */
export function windowOf(view: TrackView): Window {
  return view.zoom ?? view.whole;
}

/** The moment under a pixel of the track. */
export function momentUnder(view: TrackView, pixel: number): number {
  const { from, width } = windowOf(view);
  return momentAt(view.axis, traceStore.getState().columns, from + (pixel / view.width) * width);
}

/** Pixels around the pointer in which a row is looked for, and rows that are looked at. */
const REACH_PX = 5;
const MOST_LOOKS = 64;

/** The row that stands nearest to a pixel of the track; -1 where nothing is near. */
export function rowUnder(view: TrackView, pixel: number): number {
  const { from, width } = windowOf(view);
  const scenery = currentScenery();
  const unit = width / view.width;
  const x = from + pixel * unit;
  const end = shownRows() - 1;
  const first = Math.max(0, rowAt(view.axis, x - REACH_PX * unit));
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let row = Math.min(end, rowAt(view.axis, x + REACH_PX * unit)), looks = 0; row >= first; row--) {
    if (++looks > MOST_LOOKS) break;
    if (isBackground(scenery, row)) continue;
    // What has a tick goes before what happened at the same moment.
    const away = Math.abs(view.axis.x[row]! - x) + (hasTick(scenery.columns.kind[row]!) ? 0 : REACH_PX * unit);
    if (away >= least) continue;
    best = row;
    least = away;
  }
  return best;
}

function hasTick(kind: number): boolean {
  return kind === TraceKind.HOP || kind === TraceKind.DROP || kind === TraceKind.COMMAND;
}

/** Rows that may be seen: behind a curtain none that lies ahead. */
function shownRows(): number {
  const { rows, shown } = traceStore.getState();
  return isCurtainClosed() ? shown : rows;
}

/** Brings everything up to date; to be called in every frame. */
export function paint(view: TrackView, { root, canvas, head }: Parts, now_ms: number): void {
  const { playhead_ns, gaps } = timeStore.getState();
  const head_ns = isCurtainClosed() ? playhead_ns : timeStore.getState().head_ns;
  const trace = traceStore.getState();
  const scenery = currentScenery();
  const kept = view.epoch === trace.epoch ? trace.rows : trace.kept;
  extendAxis(view.axis, trace.columns, kept);
  extendTickIndex(view.index, scenery, kept);
  view.epoch = trace.epoch;
  view.width = Math.max(1, root.clientWidth - 2 * EDGE);
  const units = positionOf(view.axis, trace.columns, head_ns);
  view.whole = wholeOf(units);
  const at = positionOf(view.axis, trace.columns, playhead_ns);
  followPlayhead(view, playhead_ns, at);
  const window = windowOf(view);
  const text = allText();
  const { theme } = document.documentElement.dataset;
  const end_px = Math.round(((units - window.from) / window.width) * view.width);
  const look = [theme, text.time.play, devicePixelRatio, window.from, window.width];
  const key = [view.width, end_px, trace.epoch, shownRows(), gaps.length, ...look].join();
  if (key !== view.key) {
    view.key = key;
    const { axis, index, width, whole } = view;
    const past = gaps.filter((gap) => gap.to_ns <= head_ns);
    const track: Track = { width, axis, index, scenery, gaps: past, head_ns, rows: shownRows(), window, whole };
    const g = prepare(canvas, width + 2 * EDGE, TRACK_HEIGHT);
    g.translate(EDGE, 0);
    drawTrack(g, track, colours(), text);
    view.dense = isDense(track);
    root.dataset.zoomed = String(view.zoom !== null);
    root.setAttribute("aria-valuemax", String(Math.round(head_ns / 1000)));
  }
  const x = EDGE + ((at - window.from) / window.width) * view.width;
  head.style.transform = `translateX(${x.toFixed(1)}px)`;
  head.hidden = x < 0 || x > view.width + 2 * EDGE;
  sayWhere(view, root, now_ms);
}

/** A zoomed window goes along when the playhead has moved out of it, but not when somebody has moved the window. */
function followPlayhead(view: TrackView, playhead_ns: number, at: number): void {
  if (view.zoom === null || view.followed_ns === playhead_ns) return;
  view.followed_ns = playhead_ns;
  view.zoom = view.zoom.width >= view.whole.width ? null : following(view.zoom, view.whole, at);
}

/** The slider's value, in words: the moment, and the last thing that had happened by then. */
function sayWhere(view: TrackView, root: HTMLElement, now_ms: number): void {
  const { playhead_ns, head_ns, playing } = timeStore.getState();
  const now = String(Math.round(playhead_ns / 1000));
  const text = allText();
  if (view.saidIn === text) {
    if (root.getAttribute("aria-valuenow") === now) return;
    if (playing && now_ms - view.said_ms < SAY_MS) return;
  }
  view.said_ms = now_ms;
  view.saidIn = text;
  root.setAttribute("aria-valuenow", now);
  const seconds = (t_ns: number) => text.time.seconds((t_ns / 1e9).toFixed(6));
  const where = text.time.scrubberValue(seconds(playhead_ns), seconds(isCurtainClosed() ? playhead_ns : head_ns));
  const scenery = currentScenery();
  const row = lastListed(scenery, traceStore.getState().shown);
  root.setAttribute("aria-valuetext", row < 0 ? where : `${where}. ${describeRow(scenery, row, text).text}`);
}

function colours(): Colour {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

/** Gives the canvas the pixels of the screen, and a context whose unit is a CSS pixel. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = canvas.getContext("2d")!;
  g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return g;
}
