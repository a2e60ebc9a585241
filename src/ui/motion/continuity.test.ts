/** Where a packet is drawn is a matter of the playhead alone, and as the playhead moves it never jumps and never stands still. */
import { describe, expect, test } from "vitest";
import { TraceKind } from "../../base/trace-kind.ts";
import { nextPlayhead } from "./elastic.ts";
import { createFlights, extendFlights, type Flights } from "./flights.ts";
import { distance, lengthOf, type Point } from "./geometry.ts";
import { inFlightUntil, shortestHop, visitFlights } from "./in-the-air.ts";
import { layOut } from "./layout.ts";
import type { LayoutOptions } from "./layout-types.ts";
import { DOCKER0, oneHost } from "./testing.ts";
import { createWays, packetPosition, type Ways, wayOf } from "./ways.ts";

const HOP = 25_000;
/** eth0 and the host's end of nginx-1, nginx-2 and nginx-3: see oneHost. */
const [ETH_1, PORT_1, ETH_2, PORT_2] = [100, 101, 102, 103];

type Row = [t_ns: number, kind: number, dev: number, packet: number, a: number, b: number];

/** A question, its flood, the answer and what follows: six hops, each of which begins when the one before it arrives. */
const PING: Row[] = [
  [0, TraceKind.HOP, ETH_1, 1, PORT_1, HOP],
  [HOP, TraceKind.BRIDGE_FLOOD, DOCKER0, 1, 2, 1],
  [HOP, TraceKind.HOP, PORT_2, 2, ETH_2, HOP],
  [2 * HOP, TraceKind.HOP, ETH_2, 3, PORT_2, HOP],
  [3 * HOP, TraceKind.HOP, PORT_1, 3, ETH_1, HOP],
  [4 * HOP, TraceKind.HOP, ETH_1, 4, PORT_1, 2 * HOP],
  [6 * HOP, TraceKind.HOP, PORT_2, 4, ETH_2, HOP],
];
const END = 7 * HOP;

function flightsOf(rows: readonly Row[]): Flights {
  const flights = createFlights();
  const column = (i: number) => Int32Array.from(rows, (r) => r[i]!);
  const [t_ns, kind] = [Float64Array.from(rows, (r) => r[0]), Uint8Array.from(rows, (r) => r[1])];
  const [dev, packet, a, b] = [column(2), column(3), column(4), column(5)];
  const trace = { count: rows.length, t_ns, kind, dev, packet, frame: dev.map(() => -1), a, b };
  extendFlights(flights, trace, () => null, 0);
  return flights;
}

const layoutWith = (more: Partial<LayoutOptions>) =>
  layOut(oneHost(2), { previous: null, placed: {}, open: new Set(), ...more });
const ways = createWays(layoutWith({}));
const flights = flightsOf(PING);

/** The only packet in the air at `t_ns`, and the length of its way. */
function at(t_ns: number, on: Ways = ways): { place: Point; speed: number } {
  let found: { place: Point; speed: number } | null = null;
  visitFlights(flights, t_ns, (i) => {
    const path = wayOf(on, flights.from[i]!, flights.to[i]!, flights.via[i]!)!;
    const place = { x: 0, y: 0 };
    packetPosition(flights, i, path, t_ns, place);
    // Legs have their own speeds: three times the mean is none's.
    found = { place, speed: (3 * lengthOf(path.points)) / (flights.t1_ns[i]! - flights.t0_ns[i]!) };
  });
  if (found === null) throw new Error(`nothing flies at ${t_ns}`);
  return found;
}

/** Playheads of the screen's frames from `from_ns` to the end, as the clock makes them. */
function frames(from_ns: number, dt_ms: (frame: number) => number, speed: (frame: number) => number): number[] {
  const heads = [from_ns];
  let pace: number | null = null;
  for (let frame = 0; heads.at(-1)! < END - 1 && frame < 2000; frame++) {
    const playhead_ns = heads.at(-1)!;
    const next_event_ns = Math.ceil((playhead_ns + 1) / HOP) * HOP;
    const inFlightUntil_ns = inFlightUntil(flights, playhead_ns);
    const hop_ns = shortestHop(flights, playhead_ns, HOP);
    const given = { playhead_ns, head_ns: END, next_event_ns, inFlightUntil_ns, hop_ns, pace, pending: true };
    const next = nextPlayhead({ ...given, speed: speed(frame), realTime: false }, dt_ms(frame));
    pace = next.pace ?? null;
    heads.push(Math.min(END - 1, next.playhead_ns));
  }
  return heads;
}

/** No step is longer than the packet's speed allows, and none but those at an end of the way is nothing. */
function expectOneBreath(heads: readonly number[]): void {
  for (let i = 1; i < heads.length; i++) {
    const [before_ns, now_ns] = [heads[i - 1]!, heads[i]!];
    const [a, b] = [at(before_ns), at(now_ns)];
    const step = distance(a.place, b.place);
    expect(step).toBeLessThanOrEqual(Math.max(a.speed, b.speed) * (now_ns - before_ns) + 1e-6);
    expect(now_ns).toBeGreaterThan(before_ns);
  }
}

describe("one breath", () => {
  test("each hop begins where the one before it ended", () => {
    for (let t_ns = HOP; t_ns < END; t_ns += HOP)
      expect(distance(at(t_ns - 1e-6).place, at(t_ns).place)).toBeLessThan(1e-3);
  });

  test.each([
    ["at 60 frames a second", () => 16.7, () => 1],
    ["in frames of any length", (i: number) => [5, 16, 40, 100, 8][i % 5]!, () => 1],
    ["when the speed is changed on the way", () => 16.7, (i: number) => [0.1, 1, 10, 0.3][Math.floor(i / 9) % 4]!],
  ])("%s", (_, dt_ms, speed) => {
    const heads = frames(0, dt_ms, speed);
    expect(heads.at(-1)).toBe(END - 1);
    expectOneBreath(heads);
  });

  test("no frame is shorter than the one before it, but where the pace changes", () => {
    const heads = frames(
      0,
      () => 16,
      () => 1,
    ).slice(0, -1);
    const steps = heads.slice(1).map((now, i) => now - heads[i]!);
    steps.slice(1).forEach((step, i) => {
      expect(step / steps[i]!).toBeGreaterThan(0.8);
      expect(step / steps[i]!).toBeLessThan(1.25);
    });
  });

  test("it goes on where it was paused", () => {
    const heads = frames(
      0,
      () => 16,
      () => 1,
    );
    const paused = heads[Math.floor(heads.length / 2)]!;
    expectOneBreath(
      frames(
        paused,
        () => 16,
        () => 1,
      ),
    );
    expect(at(paused)).toEqual(at(paused));
  });
});

test("scrubbing shows the same places backwards as forwards", () => {
  const heads = frames(
    0,
    () => 16,
    () => 1,
  );
  const there = heads.map((t_ns) => at(t_ns).place);
  const back = heads.toReversed().map((t_ns) => at(t_ns).place);
  expect(back.toReversed()).toEqual(there);
});

test("a token follows its line while the card is dragged, at the same share of its way", () => {
  const id = "hostA/nginx-1";
  const { rect } = ways.layout.containers.get(id)!;
  const t_ns = 0.9 * HOP;
  for (const by of [0, 7, 31, 120]) {
    const placed = { [id]: { x: rect.x + by, y: rect.y - by } };
    const moved = createWays(layoutWith({ placed, dragged: id }));
    const origin = moved.layout.pads.get(ETH_1)!;
    const path = wayOf(moved, ETH_1, PORT_1, -1)!;
    expect(path.points[0]).toEqual(origin);
    const place = at(t_ns, moved).place;
    const gone = along(path.points, place);
    expect(gone / lengthOf(path.points)).toBeCloseTo(0.9, 5);
  }
});

/** How far along the line the point lies. */
function along(points: readonly Point[], place: Point): number {
  let before = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const length = distance(a, b);
    if (Math.abs(distance(a, place) + distance(place, b) - length) < 1e-6) return before + distance(a, place);
    before += length;
  }
  throw new Error("not on the line");
}
