// Draws the timeline's track: a line, a tick for each frame sent, drops, commands, and gaps with their length. Where rows are more than
// the screen has room for, columns whose height says how many. A drawing costs as much as the track is wide, however long the trace is.
import { TraceKind } from "../../base/trace-kind.ts";
import type { Text } from "../../i18n/text.ts";
import type { Scenery } from "../events/scenery.ts";
import { type Tone, toneOf } from "../events/tone.ts";
import type { Gap } from "../store/stores.ts";
import { type Axis, positionOf, rowAt } from "./axis.ts";
import { loudRow, type TickIndex } from "./tick-index.ts";
import { spanWords } from "./time-words.ts";
import type { Window } from "./window.ts";

export interface Track {
  /** CSS pixels. */
  readonly width: number;
  readonly axis: Axis;
  readonly index: TickIndex;
  readonly scenery: Scenery;
  readonly gaps: readonly Gap[];
  readonly head_ns: number;
  /** How many rows may be shown. */
  readonly rows: number;
  /** What is shown of the axis, and all of it. */
  readonly window: Window;
  readonly whole: Window;
}

/** A custom property of the page. */
export type Colour = (name: string) => string;

export const TRACK_HEIGHT = 48;
/** From here down lies the strip that shows the whole, while the track shows a part. */
export const STRIP_TOP = 38;
const BASE = 30;
const DENSE_TOP = 8;
/** Rows that are looked at for each column of the screen, at most. */
const LOOKS = 12;
const COLUMN = 3;
/** Rows for each pixel from which on they are drawn as columns. */
const CROWD = 0.6;
/** Which tone wins where several share a pixel. */
const RANK: Readonly<Record<Tone, number>> = {
  drop: 9,
  command: 8,
  arp: 5,
  vxlan: 5,
  udp: 4,
  icmp: 3,
  tcp: 3,
  fdb: 1,
  other: 1,
  quiet: 0,
};

/** Draws into a context whose unit is a CSS pixel. */
export function drawTrack(g: CanvasRenderingContext2D, track: Track, colour: Colour, t: Text): void {
  const { width, window, whole } = track;
  g.clearRect(-8, 0, width + 16, TRACK_HEIGHT);
  const end = pixelOf(track, positionOf(track.axis, track.scenery.columns, track.head_ns));
  g.fillStyle = colour("--hair");
  g.fillRect(0, BASE, width, 2);
  g.fillStyle = colour("--line");
  g.fillRect(0, BASE, Math.max(0, Math.min(width, end)), 2);
  drawGaps(g, track, colour, t);
  if (isDense(track)) drawColumns(g, track, colour);
  else drawTicks(g, track, colour);
  if (window !== whole) drawStrip(g, track, colour);
}

function pixelOf({ width, window }: Track, x: number): number {
  return ((x - window.from) / window.width) * width;
}

/** The last row that is drawn left of a pixel. */
function rowBefore({ axis, width, window, rows }: Track, pixel: number): number {
  return Math.min(rows - 1, rowAt(axis, window.from + (pixel / width) * window.width));
}

/** Whether the rows in view are too many for a tick each. */
export function isDense(track: Track): boolean {
  return rowBefore(track, track.width) - rowBefore(track, 0) > track.width * CROWD;
}

/** Gaps that are looked at for a drawing, at most: of more, none would have room for its words. */
const MOST_GAPS = 400;

function drawGaps(g: CanvasRenderingContext2D, track: Track, colour: Colour, t: Text): void {
  const { axis, scenery, gaps } = track;
  if (gaps.length > MOST_GAPS && track.window === track.whole) return;
  g.font = `500 11px ${colour("--font-ui")}`;
  g.textAlign = "center";
  for (const gap of gaps) {
    const left = pixelOf(track, positionOf(axis, scenery.columns, gap.from_ns)) + 3;
    const right = pixelOf(track, positionOf(axis, scenery.columns, gap.to_ns)) - 3;
    if (right - left < 8 || right < 0 || left > track.width) continue;
    g.fillStyle = colour("--paper");
    g.fillRect(left, BASE - 1, right - left, 4);
    g.fillStyle = colour("--faint");
    const dots = Math.max(left + 1, ((left + 1) % 5) - 5);
    for (let x = dots; x < Math.min(right - 1, track.width); x += 5) g.fillRect(x, BASE, 2, 2);
    const span = spanWords(gap.to_ns - gap.from_ns, t);
    const words = [t.time.later(span), span].find((one) => g.measureText(one).width < right - left + 4);
    if (words !== undefined) g.fillText(words, (left + right) / 2, BASE - 7);
  }
}

function drawTicks(g: CanvasRenderingContext2D, track: Track, colour: Colour): void {
  let row = Math.max(0, rowBefore(track, -2) + 1);
  for (let pixel = -1; pixel <= track.width; pixel++) {
    const last = rowBefore(track, pixel + 1);
    if (last < row) continue;
    const tone = loudest(track, row, last);
    row = last + 1;
    if (tone === null) continue;
    g.fillStyle = colour(toneColour(tone));
    if (tone === "command") g.fillRect(pixel, BASE - 4, 2, 10);
    else g.fillRect(pixel, tone === "drop" ? BASE - 15 : BASE - 12, 2.5, tone === "drop" ? 17 : 14);
  }
}

/** Columns as high as rows are many (by the logarithm), in the colour of those that matter most; drops stand out above. */
function drawColumns(g: CanvasRenderingContext2D, track: Track, colour: Colour): void {
  const columns: { pixel: number; first: number; last: number }[] = [];
  let first = Math.max(0, rowBefore(track, 0) + 1);
  let most = 1;
  for (let pixel = 0; pixel < track.width; pixel += COLUMN) {
    const last = rowBefore(track, pixel + COLUMN);
    if (last >= first) columns.push({ pixel, first, last });
    most = Math.max(most, last - first + 1);
    first = Math.max(first, last + 1);
  }
  for (const { pixel, first: from, last } of columns) {
    const tone = loudest(track, from, last);
    if (tone === null) continue;
    const share = Math.log2(2 + last - from) / Math.log2(1 + most);
    const height = 4 + share * (BASE - DENSE_TOP - 4);
    const isDrop = tone === "drop";
    g.fillStyle = colour(toneColour(isDrop ? (calmest(track, from, last) ?? "drop") : tone));
    g.fillRect(pixel, BASE + 2 - height, COLUMN - 0.5, height);
    if (!isDrop) continue;
    g.fillStyle = colour("--drop");
    g.fillRect(pixel, BASE - height - 3, COLUMN - 0.5, 4);
  }
}

/** The whole axis in small, with a frame around what the track shows. */
function drawStrip(g: CanvasRenderingContext2D, track: Track, colour: Colour): void {
  const { width, window, whole } = track;
  const all = { ...track, window: whole };
  g.fillStyle = colour("--hair");
  g.fillRect(0, STRIP_TOP, width, TRACK_HEIGHT - STRIP_TOP);
  g.fillStyle = colour("--other");
  let row = 0;
  for (let pixel = 0; pixel < width; pixel += 2) {
    const last = rowBefore(all, pixel + 2);
    if (last >= row) g.fillRect(pixel, STRIP_TOP + 3, 1.5, TRACK_HEIGHT - STRIP_TOP - 6);
    row = Math.max(row, last + 1);
  }
  const left = (window.from / whole.width) * width;
  const broad = Math.max(6, (window.width / whole.width) * width);
  g.fillStyle = colour("--accent");
  g.globalAlpha = 0.22;
  g.fillRect(left, STRIP_TOP, broad, TRACK_HEIGHT - STRIP_TOP);
  g.globalAlpha = 1;
  g.strokeStyle = colour("--accent");
  g.strokeRect(left + 0.5, STRIP_TOP + 0.5, broad - 1, TRACK_HEIGHT - STRIP_TOP - 1);
}

/** The tone that matters most of rows `first … last`, of those that get a tick; null when none does. */
function loudest(track: Track, first: number, last: number): Tone | null {
  const loud = loudRow(track.index, first, last);
  return loud >= 0 ? toneOf(track.scenery, loud) : calmest(track, first, last);
}

/** The same among frames on a wire, of which some are looked at, evenly. */
function calmest({ scenery }: Track, first: number, last: number): Tone | null {
  let best: Tone | null = null;
  const stride = Math.max(1, Math.ceil((last - first + 1) / LOOKS));
  for (let row = last; row >= first; row -= stride) {
    if (scenery.columns.kind[row] !== TraceKind.HOP) continue;
    const tone = toneOf(scenery, row);
    if (best === null || RANK[tone] > RANK[best]) best = tone;
  }
  return best;
}

function toneColour(tone: Tone): string {
  if (tone === "command") return "--ink";
  return tone === "fdb" ? "--accent" : tone === "quiet" || tone === "other" ? "--other" : `--${tone}`;
}
