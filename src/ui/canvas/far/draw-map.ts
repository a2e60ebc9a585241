/** The drawing as a map: everything that is an element otherwise, too small to be read, and names in screen size beside it. */
import { overlaps, type Rect } from "../../motion/geometry.ts";
import { worldStore } from "../../store/stores.ts";
import type { FarMoment } from "./draw.ts";
import type { Ink } from "./ink.ts";
import { type Pen, toScreen, widthOf } from "./pen.ts";

/** Below this zoom a bar is a line. */
const SMALL = 0.16;

export function drawMap(pen: Pen, { figure, ink }: FarMoment): void {
  const { layout } = figure;
  for (const tube of layout.tubes) stroke(pen, tube.points, ink.vxlan, 3, []);
  for (const { wire, area, carries } of figure.wires) {
    if (wire.kind === "veth" || !pen.sees(area)) continue;
    const tunnel = wire.kind === "gateOut";
    stroke(
      pen,
      wire.points,
      tunnel ? ink.vxlan : wire.kind === "up" ? ink.accentLine : ink.wire,
      1,
      carries ? [] : [4, 4],
    );
  }
  for (const box of layout.machines.values()) {
    if (box.stack === null) plate(pen, box.rect, ink.raised, ink.edge);
    else plate(pen, box.stack, ink.sunk, ink.line);
  }
  for (const bar of layout.bridges.values()) {
    plate(pen, bar.rect, pen.zoom < SMALL ? ink.accentLine : ink.accentPaper, ink.accentLine);
    if (bar.fdb !== null) plate(pen, bar.fdb, ink.paper, ink.line);
  }
  drawPorts(pen, figure.layout.masters.keys(), figure, ink);
  for (const gate of layout.gates.values()) plate(pen, gate.rect, ink.paper, ink.vxlan);
}

function plate(pen: Pen, rect: Rect, fill: string, edge: string): void {
  const r = toScreen(pen, rect);
  if (r === null) return;
  const { g } = pen;
  g.beginPath();
  g.roundRect(r.x, r.y, r.width, r.height, Math.min(3, r.height / 4));
  g.fillStyle = fill;
  g.fill();
  g.strokeStyle = edge;
  g.lineWidth = 1;
  g.stroke();
}

function drawPorts({ g, x, y, zoom }: Pen, ports: Iterable<number>, { layout }: FarMoment["figure"], ink: Ink): void {
  const [w, h] = [Math.max(1, 17 * zoom), Math.max(1.5, 9 * zoom)];
  g.fillStyle = ink.accent;
  for (const port of ports) {
    const pad = layout.pads.get(port);
    if (pad !== undefined) g.fillRect(pad.x * zoom + x - w / 2, pad.y * zoom + y - h / 2, w, h);
  }
}

function stroke(
  { g, x, y, zoom }: Pen,
  points: readonly { x: number; y: number }[],
  colour: string,
  width: number,
  dash: number[],
): void {
  g.beginPath();
  points.forEach((p, i) => {
    if (i === 0) g.moveTo(p.x * zoom + x, p.y * zoom + y);
    else g.lineTo(p.x * zoom + x, p.y * zoom + y);
  });
  g.setLineDash(dash);
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.stroke();
  g.setLineDash([]);
}

interface Name {
  readonly text: string;
  /** What it belongs to, px on the screen. */
  readonly at: Rect;
  /** Rather over it than below. */
  readonly above: boolean;
}

/** Size of a name and height of its line, px, in type of the usual size. */
const NAME_PX = 12;
const LINE_PX = 17;

/** Names beside what they belong to, each where it covers no other: hosts first. */
export function drawMapNames(pen: Pen, moment: FarMoment): void {
  const { figure, ink, selected } = moment;
  const { g } = pen;
  const line = LINE_PX * ink.large;
  g.font = `600 ${NAME_PX * ink.large}px ${ink.ui}`;
  g.textAlign = "left";
  g.textBaseline = "middle";
  const placed: Rect[] = [];
  for (const { text, at, above } of namesOf(pen, figure, selected)) {
    const width = widthOf(g, text) + 8;
    const place = placesFor(at, width, above, moment).find((r) => !placed.some((p) => overlaps(p, r)));
    if (place === undefined) continue;
    placed.push(place);
    if (place.y > at.y + at.height + line) lead(g, at, place, ink);
    g.beginPath();
    g.roundRect(place.x, place.y, place.width, place.height, 4);
    g.fillStyle = ink.ground;
    g.globalAlpha = 0.86;
    g.fill();
    g.globalAlpha = 1;
    g.fillStyle = ink.ink;
    g.fillText(text, place.x + 4, place.y + line / 2 + 0.5);
  }
}

/** A thin line down to a name that found no place right below. */
function lead(g: CanvasRenderingContext2D, at: Rect, place: Rect, ink: Ink): void {
  const from = at.y + at.height;
  const x = at.x + at.width / 2;
  g.fillStyle = ink.wire;
  g.fillRect(x - 0.5, from, 1, place.y - from);
}

/** Over it or below it, or some lines further below; where the window ends, over it. */
function placesFor(
  at: Rect,
  width: number,
  above: boolean,
  { width: window_px, height: end_px, ink }: FarMoment,
): Rect[] {
  const wanted = at.width > width ? at.x : at.x + at.width / 2 - width / 2;
  const x = Math.max(4, Math.min(window_px - width - 4, wanted));
  const height = LINE_PX * ink.large;
  const size = { x, width, height };
  const over = { ...size, y: at.y - height - 2 };
  const below = [0, 1, 2].map((line) => ({ ...size, y: at.y + at.height + 2 + line * (height + 1) }));
  return above ? [over, ...below] : [...below.filter(({ y }) => y + height <= end_px), over];
}

function namesOf(pen: Pen, { layout, cards }: FarMoment["figure"], selected: string | null): Name[] {
  const { nodes, devices } = worldStore.getState();
  const names: Name[] = [];
  const add = (text: string | undefined, rect: Rect, above = false) => {
    const at = toScreen(pen, rect);
    if (text !== undefined && text !== "" && at !== null) names.push({ text, at, above });
  };
  const open = cards.find((card) => card.box.id === selected);
  if (open !== undefined) add(open.name, open.box.rect, true);
  for (const box of layout.machines.values()) {
    if (box.stack !== null) add(nodes[box.id]?.name, { ...box.rect, height: 0 }, true);
  }
  for (const bar of layout.bridges.values()) add(devices.get(bar.dev)?.link.name, bar.rect);
  for (const box of layout.machines.values()) if (box.stack === null) add(nodes[box.id]?.name, box.rect);
  for (const gate of layout.gates.values()) add(devices.get(gate.dev)?.link.name, gate.rect);
  return names;
}
