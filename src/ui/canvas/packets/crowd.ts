/**
 * Very many tokens: all of one look in one path, without edges or glyphs, which at this size nobody could tell apart. Five
 * thousand of them are then half a dozen fills.
 */
import type { Flights } from "../../motion/flights.ts";
import type { Palette } from "./colours.ts";
import type { Pen } from "./pen.ts";
import { shapeOf } from "./tokens.ts";

/** What is in the air and in the window, in columns that are used again in each frame. */
export interface Air {
  count: number;
  flight: Int32Array;
  x: Float64Array;
  y: Float64Array;
}

export function createAir(): Air {
  return { count: 0, flight: new Int32Array(256), x: new Float64Array(256), y: new Float64Array(256) };
}

export function addToAir(air: Air, flight: number, x: number, y: number): void {
  if (air.count === air.flight.length) {
    const [flights, xs, ys] = [air.flight, air.x, air.y];
    air.flight = new Int32Array(2 * air.count);
    air.x = new Float64Array(2 * air.count);
    air.y = new Float64Array(2 * air.count);
    air.flight.set(flights);
    air.x.set(xs);
    air.y.set(ys);
  }
  const i = air.count++;
  air.flight[i] = flight;
  air.x[i] = x;
  air.y[i] = y;
}

/** From this many tokens on. */
export const CROWD_FROM = 300;

export function drawCrowd(g: Pen, air: Air, { look }: Flights, r: number, colours: Palette): void {
  for (let one = 0; one < colours.fill.length; one++) {
    let any = false;
    for (let i = 0; i < air.count; i++) {
      if (look[air.flight[i]!] !== one) continue;
      if (!any) g.beginPath();
      any = true;
      shapeOf(g, one, air.x[i]!, air.y[i]!, r);
    }
    if (!any) continue;
    g.fillStyle = colours.fill[one]!;
    g.fill();
  }
}

/** Ends that are no faults: they fade by steps, so that those of one step are one path. */
const STEPS = 12;

export interface Fading {
  readonly x: number[][];
  readonly y: number[][];
  readonly look: number[][];
}

export function createFading(): Fading {
  const steps = () => Array.from({ length: STEPS }, (): number[] => []);
  return { x: steps(), y: steps(), look: steps() };
}

export function clearFading({ x, y, look }: Fading): void {
  for (const column of [x, y, look]) for (const step of column) step.length = 0;
}

/** `progress` from 0, where it ended, to 1, where it is gone. */
export function addFading(fading: Fading, x: number, y: number, look: number, progress: number): void {
  const step = Math.min(STEPS - 1, Math.floor(progress * STEPS));
  fading.x[step]!.push(x);
  fading.y[step]!.push(y);
  fading.look[step]!.push(look);
}

/** They shrink and pale where they ended. */
export function drawFading(g: Pen, { x, y, look }: Fading, r: number, colour: string): void {
  g.fillStyle = colour;
  for (let step = 0; step < STEPS; step++) {
    const count = x[step]!.length;
    if (count === 0) continue;
    const progress = (step + 0.5) / STEPS;
    g.beginPath();
    for (let i = 0; i < count; i++) shapeOf(g, look[step]![i]!, x[step]![i]!, y[step]![i]!, r * (1 - 0.5 * progress));
    g.globalAlpha = 0.55 * (1 - progress);
    g.fill();
  }
  g.globalAlpha = 1;
}
