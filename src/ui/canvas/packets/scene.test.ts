import { beforeEach, describe, expect, test } from "vitest";
import { DropReason, TraceKind } from "../../../base/trace-kind.ts";
import { en } from "../../../i18n/en/page.ts";
import { createFlights, extendFlights, type Flights } from "../../motion/flights.ts";
import { layOut } from "../../motion/layout.ts";
import { oneHost } from "../../motion/testing.ts";
import { createWays } from "../../motion/ways.ts";
import type { Palette } from "./colours.ts";
import { createHits, rowAt } from "./hits.ts";
import { drawMoment, type Moment } from "./scene.ts";

/** A context that draws nothing and remembers what was written. */
function fakeContext(): { g: CanvasRenderingContext2D; written: string[] } {
  const written: string[] = [];
  const g = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "fillText") return (text: string) => written.push(text);
        if (name === "measureText") return (text: string) => ({ width: text.length * 6 });
        return () => undefined;
      },
      set: () => true,
    },
  );
  return { g: g as CanvasRenderingContext2D, written };
}

const palette: Palette = {
  fill: [],
  on: [],
  parcel: "skyblue",
  paper: "white",
  ink: "black",
  faint: "grey",
  drop: "red",
  focus: "blue",
  inverse: "black",
  onInverse: "white",
  fontUi: "sans-serif",
  fontMono: "monospace",
};

const HOP = 25_000;
const layout = layOut(oneHost(2), { previous: null, placed: {}, open: new Set() });
const start = layout.pads.get(100)!;
const port = layout.pads.get(101)!;

type Row = [t_ns: number, kind: number, dev: number, packet: number, a: number, b: number];

function flightsOf(rows: readonly Row[]): Flights {
  const flights = createFlights();
  const column = (i: number) => Int32Array.from(rows, (r) => r[i]!);
  const trace = {
    count: rows.length,
    t_ns: Float64Array.from(rows, (r) => r[0]),
    kind: Uint8Array.from(rows, (r) => r[1]),
    dev: column(2),
    packet: column(3),
    frame: new Int32Array(rows.length).fill(-1),
    a: column(4),
    b: column(5),
  };
  extendFlights(flights, trace, () => null, 0);
  return flights;
}

function momentOf(flights: Flights, playhead_ns: number, more: Partial<Moment> = {}): Moment {
  return {
    flights,
    ways: createWays(layout),
    playhead_ns,
    turned_ms: 0,
    transform: [400, 300, 1],
    width: 2000,
    height: 1000,
    colours: palette,
    text: en,
    still: false,
    hoveredRow: null,
    openPacket: null,
    words: (row) => `row ${row}`,
    why: (row) => `why ${row}`,
    ...more,
  };
}

describe("a moment", () => {
  const drawn = createHits();
  beforeEach(() => {
    drawn.count = 0;
  });

  test("puts a token where its flight is, in screen px, with words beside it", () => {
    const { g, written } = fakeContext();
    const flights = flightsOf([[0, TraceKind.HOP, 100, 1, 101, HOP]]);
    drawMoment(g, momentOf(flights, HOP / 2), drawn);
    expect(drawn.count).toBe(1);
    expect(drawn.x[0]).toBeCloseTo(start.x + 400, 5);
    expect(drawn.y[0]).toBeCloseTo((start.y + port.y) / 2 + 300, 5);
    expect(written).toContain("row 0");
  });

  test("shows a token only at stations when motion is unwanted", () => {
    const flights = flightsOf([[0, TraceKind.HOP, 100, 1, 101, HOP]]);
    const ys = new Set<number>();
    for (let t_ns = 0; t_ns < HOP; t_ns += HOP / 50) {
      drawMoment(fakeContext().g, momentOf(flights, t_ns, { still: true }), drawn);
      ys.add(drawn.y[0]!);
    }
    expect(ys.size).toBe(3);
  });

  test("says why a packet was dropped, but calls a frame for somebody else just that", () => {
    const loud = fakeContext();
    const rows = (reason: number): Row[] => [
      [0, TraceKind.HOP, 100, 1, 101, HOP],
      [HOP, TraceKind.DROP, 101, 1, reason, 0],
    ];
    drawMoment(loud.g, momentOf(flightsOf(rows(DropReason.NEIGH_FAILED)), HOP + 1), drawn);
    expect(loud.written).toContain("why 1");
    const quiet = fakeContext();
    drawMoment(quiet.g, momentOf(flightsOf(rows(DropReason.ARP_NOT_FOR_US)), HOP + 1), drawn);
    expect(quiet.written).toEqual([en.canvas.notForMe]);
  });

  test("keeps a frame that waits for a MAC beside its interface, turning", () => {
    const flights = flightsOf([[0, TraceKind.NEIGH_QUEUED, 100, 1, 0, 1]]);
    expect(drawMoment(fakeContext().g, momentOf(flights, 10), drawn)).toBe(true);
    expect(drawn.row[0]).toBe(0);
    expect(drawn.y[0]).toBe(start.y + 300);
    expect(drawMoment(fakeContext().g, momentOf(flights, 10, { still: true }), drawn)).toBe(false);
  });

  test("leaves out what lies off the screen or has no place in the drawing", () => {
    const flights = flightsOf([
      [0, TraceKind.HOP, 100, 1, 101, HOP],
      [0, TraceKind.HOP, 9998, 2, 9999, HOP],
    ]);
    drawMoment(fakeContext().g, momentOf(flights, 1, { transform: [-5000, 0, 1] }), drawn);
    expect(drawn.count).toBe(0);
    drawMoment(fakeContext().g, momentOf(flights, 1), drawn);
    expect(drawn.count).toBe(1);
  });

  test("says nothing in words when much is in the air", () => {
    const rows: Row[] = Array.from({ length: 40 }, (_, i) => [0, TraceKind.HOP, 100, i, 101, HOP]);
    const { g, written } = fakeContext();
    drawMoment(g, momentOf(flightsOf(rows), 1), drawn);
    expect(drawn.count).toBe(40);
    expect(written).toEqual([]);
  });

  test("draws a crowd in one fill a look, and still finds each for the pointer", () => {
    const rows: Row[] = Array.from({ length: 500 }, (_, i) => [0, TraceKind.HOP, 100, i, 101, HOP]);
    let fills = 0;
    const { g } = fakeContext();
    const counting = new Proxy(g, {
      get: (of, name) => (name === "fill" ? () => fills++ : (of as unknown as Record<string | symbol, unknown>)[name]),
      set: () => true,
    });
    drawMoment(counting, momentOf(flightsOf(rows), HOP / 2, { colours: { ...palette, fill: ["grey"] } }), drawn);
    expect(drawn.count).toBe(500);
    expect(fills).toBe(1);
    expect(rowAt(drawn, drawn.x[0]! + 3, drawn.y[0]!, 7)).toBe(499);
    expect(rowAt(drawn, drawn.x[0]! + 300, drawn.y[0]!, 7)).toBeNull();
  });
});
