// Draws the timeline's track: a line, a tick for each frame sent, drops, commands, and gaps with their length.
import { TraceKind } from "../../base/trace-kind.ts";
import type { Text } from "../../i18n/text.ts";
import type { Scenery } from "../events/scenery.ts";
import { type Tone, toneOf } from "../events/tone.ts";
import type { Gap } from "../store/stores.ts";
import { type Axis, positionOf, rowAt } from "./axis.ts";
import { spanWords } from "./time-words.ts";

export interface Track {
  readonly width: number;
  readonly height: number;
  /** Pixels a unit of the axis. */
  readonly scale: number;
  readonly axis: Axis;
  readonly scenery: Scenery;
  readonly gaps: readonly Gap[];
  readonly head_ns: number;
}

/** A custom property of the page, read once a drawing. */
type Colour = (name: string) => string;

/** Rows that are looked at for each pixel, at most: a dense trace costs no more than the screen is wide. */
const ROWS_PER_PIXEL = 12;
const BASE = 30;
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
  g.clearRect(0, 0, track.width, track.height);
  const end = positionOf(track.axis, track.scenery.columns, track.head_ns) * track.scale;
  g.fillStyle = colour("--hair");
  g.fillRect(0, BASE, track.width, 2);
  g.fillStyle = colour("--line");
  g.fillRect(0, BASE, Math.min(track.width, end), 2);
  drawGaps(g, track, colour, t);
  drawTicks(g, track, colour);
}

function drawGaps(g: CanvasRenderingContext2D, track: Track, colour: Colour, t: Text): void {
  const { axis, scenery, scale } = track;
  g.font = `500 10.5px ${colour("--font-ui")}`;
  g.textAlign = "center";
  for (const gap of track.gaps) {
    const left = positionOf(axis, scenery.columns, gap.from_ns) * scale + 3;
    const right = positionOf(axis, scenery.columns, gap.to_ns) * scale - 3;
    if (right - left < 8) continue;
    g.fillStyle = colour("--paper");
    g.fillRect(left, BASE - 1, right - left, 4);
    g.fillStyle = colour("--faint");
    for (let x = left + 1; x < right - 1; x += 5) g.fillRect(x, BASE, 2, 2);
    const span = spanWords(gap.to_ns - gap.from_ns, t);
    const words = [t.time.later(span), span].find((one) => g.measureText(one).width < right - left + 4);
    if (words !== undefined) g.fillText(words, (left + right) / 2, BASE - 7);
  }
}

function drawTicks(g: CanvasRenderingContext2D, track: Track, colour: Colour): void {
  const { axis, scale, width } = track;
  let row = 0;
  for (let pixel = 0; pixel <= width && row < axis.count; pixel++) {
    const last = rowAt(axis, (pixel + 1) / scale);
    if (last < row) continue;
    const tone = loudest(track.scenery, Math.max(row, last - ROWS_PER_PIXEL + 1), last);
    row = last + 1;
    if (tone === null) continue;
    g.fillStyle = colour(toneColour(tone));
    const tall = tone === "drop" || tone === "command";
    if (tone === "command") g.fillRect(pixel, BASE - 4, 2, 10);
    else g.fillRect(pixel, tall ? BASE - 15 : BASE - 12, 2.5, tall ? 17 : 14);
  }
}

/** The tone of the row that matters most from `first` to `last`, of those that get a tick. */
function loudest(scenery: Scenery, first: number, last: number): Tone | null {
  let best: Tone | null = null;
  for (let row = first; row <= last; row++) {
    const kind = scenery.columns.kind[row];
    if (kind !== TraceKind.HOP && kind !== TraceKind.DROP && kind !== TraceKind.COMMAND) continue;
    const tone = toneOf(scenery, row);
    if (tone === "quiet") continue;
    if (best === null || RANK[tone] > RANK[best]) best = tone;
  }
  return best;
}

function toneColour(tone: Tone): string {
  if (tone === "command") return "--ink";
  return tone === "fdb" ? "--accent" : tone === "quiet" || tone === "other" ? "--other" : `--${tone}`;
}
