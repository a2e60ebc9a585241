/**
 * One frame of what moves: every flight, wait and end at a moment, drawn, and where each was drawn, for the pointer.
 * What it costs depends on what is in the air, not on the length of the trace.
 */

import type { Text } from "../../../i18n/text.ts";
import { type Flights, isQuiet, Mark } from "../../motion/flights.ts";
import { along } from "../../motion/geometry.ts";
import { markLength, markStart, visitFlights, visitMarks, visitWaits } from "../../motion/in-the-air.ts";
import { packetPosition, placeOf, type Ways, waitingPlace, wayOf } from "../../motion/ways.ts";
import type { Palette } from "./colours.ts";
import {
  type Air,
  addFading,
  addToAir,
  CROWD_FROM,
  clearFading,
  createAir,
  createFading,
  drawCrowd,
  drawFading,
} from "./crowd.ts";
import { addHit, type Hits } from "./hits.ts";
import { drawLabels, type Label } from "./labels.ts";
import { isMarked } from "./marked.ts";
import type { Pen } from "./pen.ts";
import { drawCross, drawRing, drawToken, drawWaiting, PARCEL } from "./tokens.ts";

export interface Moment {
  readonly flights: Flights;
  readonly ways: Ways;
  readonly playhead_ns: number;
  /** For how long time has been running, ms: what turns stands still in a pause. */
  readonly turned_ms: number;
  readonly transform: readonly [x: number, y: number, zoom: number];
  readonly width: number;
  readonly height: number;
  readonly colours: Palette;
  readonly text: Text;
  /** Reduced motion: tokens stand at stations instead of flying, and nothing turns. */
  readonly still: boolean;
  readonly hoveredRow: number | null;
  readonly openPacket: number | null;
  /** Looks that a lesson marks: see marked.ts. */
  readonly marked?: number;
  /** Short words about a trace row's frame. */
  readonly words: (row: number) => string;
  /** Why a packet ended, by the row of its drop. */
  readonly why: (row: number) => string;
  /** Paints very many tokens faster than their paths can be filled. */
  readonly paintCrowd?: (air: Air, r: number) => void;
}

const TOKEN = 9.5;
/** With more tokens than these in the air there are neither trails nor words. */
const QUIET_FROM = 14;
/** Below this zoom only what flies and what goes wrong is put into words. */
const SMALL = 0.58;
const TRAIL_SHARE = 0.2;
const TRAIL_PIECES = 7;

/** Draws the moment and fills `hits`. Returns whether something turns by itself, so that the next frame must draw again. */
export function drawMoment(g: Pen, moment: Moment, hits: Hits): boolean {
  g.clearRect(0, 0, moment.width, moment.height);
  hits.count = 0;
  gather(moment);
  const crowded = air.count >= CROWD_FROM;
  const r = TOKEN * Math.min(1.5, Math.max(0.42, moment.transform[2]));
  if (!crowded && !moment.still) for (let i = 0; i < air.count; i++) drawTrail(g, moment, air.flight[i]!, r);
  const labels: Label[] = air.count <= QUIET_FROM ? wordsBeside(moment, r) : [];
  drawMarks(g, moment, r, labels);
  const turning = drawWaits(g, moment, r, hits, labels);
  if (crowded && moment.paintCrowd !== undefined) moment.paintCrowd(air, r);
  else if (crowded) drawCrowd(g, air, moment.flights, r, moment.colours);
  for (let i = 0; i < air.count; i++) drawInAir(g, moment, i, r, crowded, hits);
  drawLabels(g, labels, moment.width, moment.colours);
  return turning;
}

/** One token, unless the crowd has drawn it; what is open or under the pointer stands out of the crowd. */
function drawInAir(g: Pen, moment: Moment, i: number, r: number, crowded: boolean, hits: Hits): void {
  const { flights, colours } = moment;
  const flight = air.flight[i]!;
  const [x, y] = [air.x[i]!, air.y[i]!];
  const wrap = crowded ? 0 : flights.wrap[flight]!;
  const reach = wrap > 0 ? r * PARCEL : r;
  const row = flights.row[flight]!;
  if (!crowded) drawToken(g, { x, y, r, look: flights.look[flight]!, tag: flights.tag[flight]!, wrap }, colours);
  addHit(hits, x, y, reach, row);
  const look = flights.look[flight]!;
  if (isMarked(moment.marked ?? 0, look, wrap)) drawRing(g, x, y, reach + 5, colours.fill[look] ?? colours.faint, 0.55);
  ringIfOpen(g, moment, x, y, reach, flights.packet[flight]!, row);
}

const at = { x: 0, y: 0 };
const air = createAir();

/** Everything in the air that lies in the window. */
function gather(moment: Moment): void {
  const { flights, ways, playhead_ns, transform, still, width, height } = moment;
  air.count = 0;
  visitFlights(flights, playhead_ns, (i) => {
    const path = wayOf(ways, flights.from[i]!, flights.to[i]!, flights.via[i]!);
    if (path === null) return;
    packetPosition(flights, i, path, still ? station(flights, i, playhead_ns) : playhead_ns, at);
    const x = at.x * transform[2] + transform[0];
    const y = at.y * transform[2] + transform[1];
    if (x >= -20 && y >= -20 && x <= width + 20 && y <= height + 20) addToAir(air, i, x, y);
  });
}

/** Reduced motion: at the start, in the middle, nearly there. */
function station(flights: Flights, i: number, t_ns: number): number {
  const t0_ns = flights.t0_ns[i]!;
  const took_ns = flights.t1_ns[i]! - t0_ns || 1;
  return t0_ns + (Math.floor(((t_ns - t0_ns) / took_ns) * 3) / 2) * took_ns;
}

function drawTrail(g: Pen, moment: Moment, flight: number, r: number): void {
  const { flights, ways, playhead_ns, transform, colours } = moment;
  const path = wayOf(ways, flights.from[flight]!, flights.to[flight]!, flights.via[flight]!);
  if (path === null) return;
  const t0_ns = flights.t0_ns[flight]!;
  const share = (playhead_ns - t0_ns) / (flights.t1_ns[flight]! - t0_ns || 1);
  g.strokeStyle = colours.fill[flights.look[flight]!] ?? colours.faint;
  g.lineWidth = r * 0.55;
  g.lineCap = "round";
  for (let piece = 0; piece < TRAIL_PIECES; piece++) {
    const from = share - TRAIL_SHARE * (1 - piece / TRAIL_PIECES);
    if (from < 0) continue;
    g.globalAlpha = 0.05 + 0.28 * (piece / TRAIL_PIECES) ** 1.5;
    g.beginPath();
    along(path, from, at);
    g.moveTo(at.x * transform[2] + transform[0], at.y * transform[2] + transform[1]);
    along(path, from + TRAIL_SHARE / TRAIL_PIECES, at);
    g.lineTo(at.x * transform[2] + transform[0], at.y * transform[2] + transform[1]);
    g.stroke();
  }
  g.globalAlpha = 1;
}

/** Frames that wait at their interface for a MAC, one beside the other. */
function drawWaits(g: Pen, moment: Moment, r: number, hits: Hits, labels: Label[]): boolean {
  const { flights, ways, transform, colours } = moment;
  const { waits } = flights;
  const before = new Map<number, number>();
  visitWaits(flights, moment.playhead_ns, (i) => {
    const dev = waits.dev[i]!;
    const nth = before.get(dev) ?? 0;
    const place = waitingPlace(ways.layout, dev, nth);
    if (place === null) return;
    before.set(dev, nth + 1);
    if (nth > 4) return;
    const x = place.x * transform[2] + transform[0];
    const y = place.y * transform[2] + transform[1];
    drawToken(g, { x, y, r, look: waits.look[i]!, tag: waits.tag[i]!, wrap: waits.wrap[i]! }, colours);
    const turn = moment.still ? 0 : (moment.turned_ms / 1000) % (Math.PI * 2);
    drawWaiting(
      g,
      x,
      y,
      r * (waits.wrap[i]! > 0 ? PARCEL * 1.3 : 1.55),
      colours.fill[waits.look[i]!] ?? colours.faint,
      turn,
    );
    addHit(hits, x, y, r * 1.5, waits.row[i]!);
    ringIfOpen(g, moment, x, y, r * 1.4, waits.packet[i]!, waits.row[i]!);
    // Left of the line, on which the question leaves.
    if (nth === 0 && transform[2] > SMALL) {
      labels.push({ text: moment.text.canvas.waitsForMac, x: x + 30 * transform[2], y: y + 32, gap: -0.1 });
    }
  });
  return before.size > 0 && !moment.still;
}

const fading = createFading();

function drawMarks(g: Pen, moment: Moment, r: number, labels: Label[]): void {
  const { flights, transform, colours, playhead_ns, width, height } = moment;
  const { marks } = flights;
  let shown = 0;
  clearFading(fading);
  visitMarks(flights, playhead_ns, (i) => {
    if (!placeMark(moment, i)) return;
    const x = at.x * transform[2] + transform[0];
    const y = at.y * transform[2] + transform[1];
    if (x < -20 || y < -20 || x > width + 20 || y > height + 20) return;
    const progress = Math.min(1, (playhead_ns - markStart(flights, i)) / markLength(marks, i));
    const flight = marks.flight[i]!;
    const look = flight < 0 ? 0 : flights.look[flight]!;
    if (marks.what[i] === Mark.DELIVER) {
      if (!moment.still)
        drawRing(g, x, y, r * (1 + 1.1 * progress), colours.fill[look] ?? colours.faint, 0.7 * (1 - progress));
      return;
    }
    const quiet = isQuiet(marks.reason[i]!);
    if (quiet) addFading(fading, x, y, look, progress);
    else drawCross(g, x, y, r, progress, colours);
    if (shown++ > QUIET_FROM || progress > 0.94 || (quiet && transform[2] < SMALL)) return;
    labels.push({ text: quiet ? moment.text.canvas.notForMe : moment.why(marks.row[i]!), x, y, gap: r + 8 });
  });
  drawFading(g, fading, r, colours.faint);
}

/** Where the packet ended: at the end of its last flight, or where it never left. */
function placeMark(moment: Moment, i: number): boolean {
  const { flights, ways } = moment;
  const flight = flights.marks.flight[i]!;
  if (flight >= 0) {
    const path = wayOf(ways, flights.from[flight]!, flights.to[flight]!, flights.via[flight]!);
    if (path === null) return false;
    along(path, 1, at);
    return true;
  }
  const pad = placeOf(ways.layout, flights.marks.dev[i]!);
  if (pad === null) return false;
  at.x = pad.x;
  at.y = pad.y;
  return true;
}

function ringIfOpen(g: Pen, moment: Moment, x: number, y: number, r: number, packet: number, row: number): void {
  if (moment.openPacket === packet && packet >= 0) drawRing(g, x, y, r + 5, moment.colours.focus, 1);
  else if (moment.hoveredRow === row) drawRing(g, x, y, r + 5, moment.colours.ink, 0.5);
}

/** Words beside tokens: one for each thing said, at the rightmost of its copies. */
function wordsBeside(moment: Moment, r: number): Label[] {
  const said = new Map<string, Label>();
  for (let i = 0; i < air.count; i++) {
    const text = moment.words(moment.flights.row[air.flight[i]!]!);
    const x = air.x[i]!;
    if (text !== "" && x >= (said.get(text)?.x ?? 0)) said.set(text, { text, x, y: air.y[i]!, gap: r + 8 });
  }
  return [...said.values()];
}
