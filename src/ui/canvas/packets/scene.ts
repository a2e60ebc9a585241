/**
 * One frame of what moves: every flight, wait and end at a moment, drawn, and where each was drawn, for the pointer.
 * What it costs depends on what is in the air, not on the length of the trace.
 */

import type { Text } from "../../../i18n/text.ts";
import { type Flights, isQuiet, Mark } from "../../motion/flights.ts";
import { along, type Path } from "../../motion/geometry.ts";
import { markLength, markStart, visitFlights, visitMarks, visitWaits } from "../../motion/in-the-air.ts";
import { packetPosition, placeOf, type Ways, waitingPlace, wayOf } from "../../motion/ways.ts";
import type { Palette } from "./colours.ts";
import { drawLabels, type Label } from "./labels.ts";
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
  /** Short words about a trace row's frame. */
  readonly words: (row: number) => string;
  /** Why a packet ended, by the row of its drop. */
  readonly why: (row: number) => string;
}

/** A token that was drawn, in screen px. */
export interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly row: number;
}

const TOKEN = 9.5;
/** With more tokens than these in the air there are neither trails nor words. */
const QUIET_FROM = 14;
/** Below this zoom only what flies and what goes wrong is put into words. */
const SMALL = 0.58;
const TRAILS_UNTIL = 300;
const TRAIL_SHARE = 0.2;
const TRAIL_PIECES = 7;

/** Draws the moment and fills `drawn`. Returns whether something turns by itself, so that the next frame must draw again. */
export function drawMoment(g: Pen, moment: Moment, drawn: Drawn[]): boolean {
  g.clearRect(0, 0, moment.width, moment.height);
  drawn.length = 0;
  const found = gather(moment);
  const r = TOKEN * Math.min(1.5, Math.max(0.42, moment.transform[2]));
  if (found.length <= TRAILS_UNTIL && !moment.still)
    for (const one of found) if (one.path) drawTrail(g, moment, one, r);
  const labels: Label[] = found.length <= QUIET_FROM ? wordsBeside(moment, found, r) : [];
  drawMarks(g, moment, r, labels);
  const turning = drawWaits(g, moment, r, drawn, labels);
  for (const one of found) {
    const wrap = moment.flights.wrap[one.flight]!;
    drawToken(
      g,
      { x: one.x, y: one.y, r, look: moment.flights.look[one.flight]!, tag: moment.flights.tag[one.flight]!, wrap },
      moment.colours,
    );
    const reach = wrap > 0 ? r * PARCEL : r;
    drawn.push({ x: one.x, y: one.y, r: reach, row: one.row });
    ringIfOpen(g, moment, one.x, one.y, reach, moment.flights.packet[one.flight]!, one.row);
  }
  drawLabels(g, labels, moment.width, moment.colours);
  return turning;
}

interface Found {
  readonly flight: number;
  readonly row: number;
  readonly path: Path;
  readonly x: number;
  readonly y: number;
}

const at = { x: 0, y: 0 };

/** Everything in the air that lies on the screen. */
function gather(moment: Moment): Found[] {
  const { flights, ways, playhead_ns, transform } = moment;
  const found: Found[] = [];
  visitFlights(flights, playhead_ns, (i) => {
    const path = wayOf(ways, flights.from[i]!, flights.to[i]!, flights.via[i]!);
    if (path === null) return;
    packetPosition(flights, i, path, moment.still ? station(flights, i, playhead_ns) : playhead_ns, at);
    const x = at.x * transform[2] + transform[0];
    const y = at.y * transform[2] + transform[1];
    if (x < -20 || y < -20 || x > moment.width + 20 || y > moment.height + 20) return;
    found.push({ flight: i, row: flights.row[i]!, path, x, y });
  });
  return found;
}

/** Reduced motion: at the start, in the middle, nearly there. */
function station(flights: Flights, i: number, t_ns: number): number {
  const t0_ns = flights.t0_ns[i]!;
  const took_ns = flights.t1_ns[i]! - t0_ns || 1;
  return t0_ns + (Math.floor(((t_ns - t0_ns) / took_ns) * 3) / 2) * took_ns;
}

function drawTrail(g: Pen, moment: Moment, one: Found, r: number): void {
  const { flights, playhead_ns, transform, colours } = moment;
  const t0_ns = flights.t0_ns[one.flight]!;
  const share = (playhead_ns - t0_ns) / (flights.t1_ns[one.flight]! - t0_ns || 1);
  g.strokeStyle = colours.fill[flights.look[one.flight]!] ?? colours.faint;
  g.lineWidth = r * 0.55;
  g.lineCap = "round";
  for (let piece = 0; piece < TRAIL_PIECES; piece++) {
    const from = share - TRAIL_SHARE * (1 - piece / TRAIL_PIECES);
    if (from < 0) continue;
    g.globalAlpha = 0.05 + 0.28 * (piece / TRAIL_PIECES) ** 1.5;
    g.beginPath();
    along(one.path, from, at);
    g.moveTo(at.x * transform[2] + transform[0], at.y * transform[2] + transform[1]);
    along(one.path, from + TRAIL_SHARE / TRAIL_PIECES, at);
    g.lineTo(at.x * transform[2] + transform[0], at.y * transform[2] + transform[1]);
    g.stroke();
  }
  g.globalAlpha = 1;
}

/** Frames that wait at their interface for a MAC, one beside the other. */
function drawWaits(g: Pen, moment: Moment, r: number, drawn: Drawn[], labels: Label[]): boolean {
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
    drawn.push({ x, y, r: r * 1.5, row: waits.row[i]! });
    ringIfOpen(g, moment, x, y, r * 1.4, waits.packet[i]!, waits.row[i]!);
    // Left of the line, on which the question leaves.
    if (nth === 0 && transform[2] > SMALL) {
      labels.push({ text: moment.text.canvas.waitsForMac, x: x + 30 * transform[2], y: y + 32, gap: -0.1 });
    }
  });
  return before.size > 0 && !moment.still;
}

function drawMarks(g: Pen, moment: Moment, r: number, labels: Label[]): void {
  const { flights, transform, colours, playhead_ns } = moment;
  const { marks } = flights;
  let shown = 0;
  visitMarks(flights, playhead_ns, (i) => {
    if (!placeMark(moment, i)) return;
    const x = at.x * transform[2] + transform[0];
    const y = at.y * transform[2] + transform[1];
    const progress = Math.min(1, (playhead_ns - markStart(flights, i)) / markLength(marks, i));
    const flight = marks.flight[i]!;
    const look = flight < 0 ? 0 : flights.look[flight]!;
    if (marks.what[i] === Mark.DELIVER) {
      if (!moment.still)
        drawRing(g, x, y, r * (1 + 1.1 * progress), colours.fill[look] ?? colours.faint, 0.7 * (1 - progress));
      return;
    }
    const quiet = isQuiet(marks.reason[i]!);
    if (quiet) {
      g.globalAlpha = 0.55 * (1 - progress);
      drawToken(
        g,
        { x, y, r: r * (1 - 0.5 * progress), look, tag: 0, wrap: 0 },
        { ...colours, fill: colours.fill.map(() => colours.faint) },
      );
      g.globalAlpha = 1;
    } else drawCross(g, x, y, r, progress, colours);
    if (shown++ > QUIET_FROM || progress > 0.94 || (quiet && transform[2] < SMALL)) return;
    labels.push({ text: quiet ? moment.text.canvas.notForMe : moment.why(marks.row[i]!), x, y, gap: r + 8 });
  });
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
function wordsBeside(moment: Moment, found: readonly Found[], r: number): Label[] {
  const said = new Map<string, Found>();
  for (const one of found) {
    const words = moment.words(one.row);
    if (words !== "" && one.x >= (said.get(words)?.x ?? 0)) said.set(words, one);
  }
  return [...said].map(([text, one]) => ({ text, x: one.x, y: one.y, gap: r + 8 }));
}
