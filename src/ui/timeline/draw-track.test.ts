import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../base/trace-kind.ts";
import { en } from "../../i18n/testing.ts";
import { PING_FRAME, sceneryOf } from "../events/testing.ts";
import { createAxis, extendAxis } from "./axis.ts";
import { drawTrack, isDense, type Track } from "./draw-track.ts";
import { createTickIndex, extendTickIndex } from "./tick-index.ts";
import { wholeOf, zoomed } from "./window.ts";

const WIDTH = 600;
const DROPPED = 32;

/** A trace of so many hops, 25 µs apart, with one drop in the middle. */
function trackOf(rows: number): Track {
  const scenery = sceneryOf(
    Array.from({ length: rows }, (_, i) =>
      i === rows >> 1
        ? { kind: K.DROP, dev: 2, frame: 0, a: DROPPED, t_ns: i * 25_000 }
        : { kind: K.HOP, dev: 2, frame: 0, a: 3, t_ns: i * 25_000 },
    ),
    [PING_FRAME],
  );
  const axis = createAxis();
  extendAxis(axis, scenery.columns, 0);
  const index = createTickIndex();
  extendTickIndex(index, scenery, 0);
  const whole = wholeOf(axis.x[rows - 1]!);
  const head_ns = scenery.columns.t_ns[rows - 1]!;
  return { width: WIDTH, axis, index, scenery, gaps: [], head_ns, rows, window: whole, whole };
}

/** Draws; gives the colours of what was filled, and how often a row's kind was looked at. */
function draw(track: Track): { fills: string[]; looks: number } {
  let looks = 0;
  const kind = new Proxy(track.scenery.columns.kind, {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      return Reflect.get(target, key) as unknown;
    },
  });
  const fills: string[] = [];
  const g = { fillStyle: "", fillRect: () => fills.push(g.fillStyle), clearRect: () => {}, strokeRect: () => {} };
  const scenery = { ...track.scenery, columns: { ...track.scenery.columns, kind } };
  drawTrack(g as unknown as CanvasRenderingContext2D, { ...track, scenery }, (name) => name, en);
  return { fills, looks };
}

describe("the timeline's track", () => {
  it("gives ten events a tick each", () => {
    const track = trackOf(10);
    expect(isDense(track)).toBe(false);
    const { fills } = draw(track);
    expect(fills.filter((colour) => colour === "--icmp")).toHaveLength(9);
    expect(fills.filter((colour) => colour === "--drop")).toHaveLength(1);
  });

  it("draws a hundred thousand as columns, without losing the one drop among them", () => {
    const track = trackOf(100_000);
    expect(isDense(track)).toBe(true);
    const { fills } = draw(track);
    expect(fills.filter((colour) => colour === "--drop")).toHaveLength(1);
    expect(fills.filter((colour) => colour === "--icmp").length).toBeGreaterThan(150);
    expect(fills.length).toBeLessThan(3 * WIDTH);
  });

  it("looks at as many rows as the track is wide, however many there are", () => {
    const [some, many] = [draw(trackOf(20_000)).looks, draw(trackOf(200_000)).looks];
    expect(many).toBeLessThan(30 * WIDTH);
    expect(many).toBeLessThan(1.5 * some);
  });

  it("is made of ticks again when somebody has come near enough", () => {
    const track = trackOf(100_000);
    const window = zoomed(track.whole, track.whole, 1e9, track.whole.width / 3)!;
    expect(isDense({ ...track, window })).toBe(false);
    expect(draw({ ...track, window }).fills).toContain("--icmp");
  });
});
