/**
 * The drawing at one moment as a picture: an SVG made of the same model as the canvas (the layout, the views of the nodes, the
 * frames in flight), not of what stands on the screen. It looks alike in every theme, at any zoom, and without the page.
 */
import { allText } from "../../i18n/all-text.ts";
import { textStore } from "../../i18n/text.ts";
import { drawingStore } from "../canvas/drawing.ts";
import { createHits } from "../canvas/packets/hits.ts";
import { drawMoment } from "../canvas/packets/scene.ts";
import { whyDropped, wordsBeside } from "../canvas/packets/words.ts";

import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { lastListed } from "../events/tone.ts";
import { grow } from "../motion/geometry.ts";
import { layOut } from "../motion/layout.ts";
import { createWays } from "../motion/ways.ts";
import { flightsNow } from "../store/air.ts";
import { layoutStore, sceneStore, timeStore, traceStore, worldStore } from "../store/stores.ts";
import { momentWords } from "../timeline/time-words.ts";
import { bridge } from "./bridges.ts";
import { type Brush, group, word } from "./brush.ts";
import { container, gate, machine } from "./cards.ts";
import { element, escaped } from "./svg.ts";
import { SvgPen } from "./svg-pen.ts";
import { paletteOf, type StillTheme, themeColours } from "./theme-colours.ts";
import { nic, tube, vethNames, wire } from "./wires.ts";

export interface Still {
  readonly svg: string;
  /** In px. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 28;
const HEAD = 52;

/** How long what has just happened stays lit, ns. As on the canvas. */
const FRESH_NS = 200_000;

/** The moment that is open. `head`: with the scene's title and what happens above the drawing. */
export function stillNow(theme: StillTheme, head = true): Still {
  const b = brushNow(theme);
  const { layout } = b;
  const bounds = grow(layout.bounds, MARGIN);
  const top = head ? HEAD : 0;
  const width = Math.ceil(bounds.width);
  const height = Math.ceil(bounds.height + top);
  const [dx, dy] = [-bounds.x, -bounds.y + top];
  const ground = element("rect", { width, height, fill: b.colour("ground") });
  const title = titleNow();
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": `${title}. ${happeningNow()}`,
      "font-family": b.colour("font-ui"),
    },
    element("title", {}, escaped(title)),
    ground,
    head ? headOf(b, title, width) : "",
    group(drawing(b), { transform: `translate(${dx} ${dy})` }),
    tokens(b, dx, dy, width, height),
  );
  return { svg, width, height };
}

function headOf(b: Brush, title: string, width: number): string {
  const { playhead_ns } = timeStore.getState();
  const line = [`${momentWords(playhead_ns)} s`, happeningNow()].filter((text) => text !== "").join("  ·  ");
  return group([
    word(b, title, MARGIN, 30, { px: 17, bold: true, fill: b.colour("ink"), width: width - 190 }),
    word(b, textStore.getState().text.shell.product, width - MARGIN, 30, {
      px: 12,
      anchor: "end",
      fill: b.colour("faint"),
    }),
    word(b, line, MARGIN, 52, { px: 13, fill: b.colour("soft"), width: width - 2 * MARGIN }),
  ]);
}

/** In the order in which the canvas stacks them. */
function drawing(b: Brush): string[] {
  const { machines, bridges, gates, containers, wires, tubes } = b.layout;
  const parts = [
    [...machines.values()].map((box) => machine(b, box)),
    tubes.map((one) => tube(b, one)),
    wires.filter((one) => one.b >= 0).map((one) => wire(b, one)),
    wires.filter((one) => one.b < 0).map((one) => wire(b, one)),
    wires.map((one) => nic(b, one)),
    wires.map((one) => vethNames(b, one)),
    [...bridges.values()].map((bar) => bridge(b, bar)),
    [...gates.values()].map((box) => gate(b, box)),
    [...containers.values()].map((box) => container(b, box)),
  ];
  return parts.flat().filter((part) => part !== "");
}

/** What flies, waits and ends, drawn with the canvas's own strokes. */
function tokens(b: Brush, dx: number, dy: number, width: number, height: number): string {
  const pen = new SvgPen();
  const text = allText();
  drawMoment(
    pen,
    {
      flights: flightsNow(),
      ways: createWays(b.layout),
      playhead_ns: b.playhead_ns,
      turned_ms: 0,
      transform: [dx, dy, 1],
      width,
      height,
      colours: paletteOf(b.colour),
      text,
      still: false,
      hoveredRow: null,
      openPacket: null,
      words: (row) => wordsBeside(row, false),
      why: whyDropped,
    },
    createHits(),
  );
  return group([pen.written()]);
}

function brushNow(theme: StillTheme): Brush {
  const { nodes, nodeIds, devices } = worldStore.getState();
  const { playhead_ns } = timeStore.getState();
  const { columns } = traceStore.getState();
  const { open, layout } = drawingStore.getState();
  const views = nodeIds.flatMap((id) => nodes[id] ?? []);
  return {
    colour: themeColours(theme),
    t: textStore.getState().text.canvas,
    // Anew, and not the canvas's own: in a narrow window that one is folded, or not there.
    layout: layOut(views, { previous: layout, placed: layoutStore.getState().positions, open }),
    nodes,
    node: (id) => nodes[id],
    link: (dev) => devices.get(dev)?.link,
    open,
    playhead_ns,
    isFresh: (row) => {
      const age_ns = playhead_ns - (row < 0 || row >= columns.count ? Number.NEGATIVE_INFINITY : columns.t_ns[row]!);
      return age_ns >= 0 && age_ns < FRESH_NS;
    },
  };
}

/** The scene's title in the page's language. */
export function titleNow(): string {
  const { language, text } = textStore.getState();
  return sceneStore.getState().scene?.title[language] ?? text.shell.product;
}

/** The last thing that happened, in words. */
function happeningNow(): string {
  const scenery = currentScenery();
  const row = lastListed(scenery, traceStore.getState().shown);
  return row < 0 ? "" : describeRow(scenery, row, allText()).text;
}
