/**
 * One picture of the far and many: the host's ground, veths, cards; as a map also all else. A thousand cards are a few paths,
 * not a thousand: what it costs is what is in the window.
 */
import type { NodeId } from "../../../protocol/view.ts";
import type { Rect } from "../../motion/geometry.ts";
import { CARD_WIDTH, PAD_HEIGHT } from "../../motion/measures.ts";
import { drawMap, drawMapNames } from "./draw-map.ts";
import type { CardFigure, Figure, WireFigure } from "./figure.ts";
import type { Ink } from "./ink.ts";
import { fitText, type Pen, penOf, toScreen, widthOf } from "./pen.ts";

export interface FarMoment {
  readonly figure: Figure;
  readonly transform: readonly [x: number, y: number, zoom: number];
  readonly width: number;
  readonly height: number;
  readonly ink: Ink;
  readonly map: boolean;
  readonly many: boolean;
  /** Containers that are elements: not drawn here. */
  readonly near: ReadonlySet<NodeId>;
  readonly selected: NodeId | null;
  /** The line that the toolbar stands over. */
  readonly wire: string | null;
  /** Under the pointer; or where a gesture would end. */
  readonly hovered: string | null;
  /** Where the keyboard is: a box of the drawing. */
  readonly ring: Rect | null;
}

/** Least zoom at which a card has room for its name, in type of the usual size, and at which its interfaces stand out. */
const NAMES_FROM = 0.28;
const PADS_FROM = 0.42;

export function drawFar(g: CanvasRenderingContext2D, moment: FarMoment): void {
  g.clearRect(0, 0, moment.width, moment.height);
  if (!moment.many && !moment.map) return;
  const pen = penOf(g, moment);
  drawGrounds(pen, moment);
  if (moment.map) drawMap(pen, moment);
  drawVeths(pen, moment);
  drawCards(pen, moment);
  if (moment.map) drawMapNames(pen, moment);
  if (moment.ring !== null) drawRingBox(pen, moment.ring, moment.ink.focus);
}

/** Hosts' cards: what is drawn here lies on them. */
function drawGrounds(pen: Pen, { figure, ink, transform }: FarMoment): void {
  const { g } = pen;
  for (const box of figure.layout.machines.values()) {
    if (box.stack === null) continue;
    const r = toScreen(pen, box.rect);
    if (r === null) continue;
    g.beginPath();
    g.roundRect(r.x, r.y, r.width, r.height, Math.max(3, 18 * transform[2]));
    g.fillStyle = ink.paper;
    g.fill();
    g.strokeStyle = ink.line;
    g.lineWidth = 1;
    g.stroke();
  }
}

/** Axis-parallel lines as thin boxes: sharp, and much cheaper than strokes. */
function drawVeths(pen: Pen, moment: FarMoment): void {
  const { figure, ink, transform, wire, hovered } = moment;
  const zoom = transform[2];
  // Where many run beside each other, air is left between them.
  const broad = Math.max(zoom < NAMES_FROM ? 0.5 : 0.3, Math.min(1.75, figure.lane * 0.55) * zoom);
  const special: WireFigure[] = [];
  pen.g.fillStyle = zoom < NAMES_FROM ? ink.quiet : ink.wire;
  for (const one of figure.wires) {
    if (one.wire.kind !== "veth" || !pen.sees(one.area)) continue;
    if (!one.carries || one.wire.id === wire || one.wire.id === hovered) special.push(one);
    else boxes(pen, one, broad);
  }
  for (const one of special) strokeWire(pen, one, moment);
}

function boxes({ g, x, y, zoom }: Pen, { wire: { points } }: WireFigure, broad: number): void {
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const left = Math.min(a.x, b.x) * zoom + x - broad / 2;
    const top = Math.min(a.y, b.y) * zoom + y - broad / 2;
    g.fillRect(left, top, Math.abs(b.x - a.x) * zoom + broad, Math.abs(b.y - a.y) * zoom + broad);
  }
}

function strokeWire({ g, x, y, zoom }: Pen, one: WireFigure, { ink, wire, hovered }: FarMoment): void {
  const lit = one.wire.id === wire || one.wire.id === hovered;
  g.beginPath();
  one.wire.points.forEach((p, i) => {
    if (i === 0) g.moveTo(p.x * zoom + x, p.y * zoom + y);
    else g.lineTo(p.x * zoom + x, p.y * zoom + y);
  });
  g.strokeStyle = lit ? ink.accent : ink.wire;
  g.lineWidth = Math.max(lit ? 2 : 1, 1.75 * zoom);
  if (!one.carries) g.setLineDash([4, 4]);
  g.stroke();
  g.setLineDash([]);
  if (one.carries) return;
  const from = one.wire.points.at(-2)!;
  const to = one.wire.points.at(-1)!;
  const [cx, cy, r] = [((from.x + to.x) / 2) * zoom + x, ((from.y + to.y) / 2) * zoom + y, Math.max(2.5, 4 * zoom)];
  g.beginPath();
  g.moveTo(cx - r, cy - r);
  g.lineTo(cx + r, cy + r);
  g.moveTo(cx + r, cy - r);
  g.lineTo(cx - r, cy + r);
  g.strokeStyle = ink.drop;
  g.lineWidth = 1.75;
  g.stroke();
}

function drawCards(pen: Pen, moment: FarMoment): void {
  const { figure, ink, near, selected, hovered } = moment;
  const running: CardFigure[] = [];
  const stopped: CardFigure[] = [];
  const marked: CardFigure[] = [];
  for (const card of figure.cards) {
    const { id, rect } = card.box;
    if (near.has(id) || !pen.sees(rect)) continue;
    (card.running ? running : stopped).push(card);
    if (id === selected || id === hovered) marked.push(card);
  }
  faces(pen, running, pen.zoom < NAMES_FROM ? ink.tint : ink.raised, ink.edge);
  if (stopped.length > 0) {
    pen.g.setLineDash([3, 2]);
    faces(pen, stopped, ink.sunk, ink.edge);
    pen.g.setLineDash([]);
  }
  if (pen.zoom >= NAMES_FROM) drawPads(pen, running, pen.zoom < PADS_FROM ? ink.edge : ink.inverse);
  if (pen.zoom >= NAMES_FROM * ink.large) drawNames(pen, [...running, ...stopped], ink);
  drawBusy(pen, running, ink);
  for (const { box } of marked) drawRingBox(pen, box.rect, box.id === selected ? ink.accent : ink.wire, 1.5);
}

/** All cards of one look in one path. */
function faces({ g, x, y, zoom }: Pen, cards: readonly CardFigure[], fill: string, edge: string): void {
  const radius = 13 * zoom;
  g.beginPath();
  for (const { box } of cards) {
    const { rect } = box;
    if (radius < 3) g.rect(rect.x * zoom + x, rect.y * zoom + y, rect.width * zoom, rect.height * zoom);
    else g.roundRect(rect.x * zoom + x, rect.y * zoom + y, rect.width * zoom, rect.height * zoom, radius);
  }
  g.fillStyle = fill;
  g.fill();
  g.strokeStyle = edge;
  g.lineWidth = zoom < NAMES_FROM ? 0.75 : 1;
  g.stroke();
}

/** eth0 on the card's lower edge. */
function drawPads({ g, x, y, zoom }: Pen, cards: readonly CardFigure[], colour: string): void {
  const [w, h] = [46 * zoom, PAD_HEIGHT * zoom];
  g.beginPath();
  for (const { node, box } of cards) {
    const ends = node?.links.filter((link) => link.kind === "veth").length ?? 0;
    for (let i = 0; i < ends; i++) {
      const mid = box.rect.x + box.rect.width / 2 + (i - (ends - 1) / 2) * 64;
      g.roundRect(mid * zoom + x - w / 2, (box.rect.y + box.rect.height) * zoom + y - h / 2, w, h, 6 * zoom);
    }
  }
  g.fillStyle = colour;
  g.fill();
}

const LEAST_PX = 11;

function drawNames(pen: Pen, cards: readonly CardFigure[], ink: Ink): void {
  const { g, x, y, zoom } = pen;
  const name_px = Math.max(LEAST_PX * ink.large, 13 * zoom);
  const inset = Math.max(3, 12 * zoom);
  g.textAlign = "left";
  g.textBaseline = "middle";
  g.font = `620 ${name_px}px ${ink.ui}`;
  for (const { box, name, running } of cards) {
    const alone = box.rect.height < 40;
    const middle =
      box.rect.y * zoom + y + (alone ? (box.rect.height / 2) * zoom : Math.max(name_px * 0.75, 19.5 * zoom));
    g.fillStyle = running ? ink.ink : ink.faint;
    g.fillText(fitText(g, name, box.rect.width * zoom - 2 * inset), box.rect.x * zoom + x + inset, middle);
  }
  drawAddresses(pen, cards, ink, inset);
}

/** Under the names, where there is room for all of them. */
function drawAddresses({ g, x, y, zoom }: Pen, cards: readonly CardFigure[], ink: Ink, inset: number): void {
  const least_px = LEAST_PX * ink.large;
  const small_px = Math.max(least_px, 11.5 * zoom);
  const top = Math.max(least_px * 1.5, 29 * zoom);
  g.font = `400 ${small_px}px ${ink.mono}`;
  g.fillStyle = ink.soft;
  const room = CARD_WIDTH * zoom - 2 * inset;
  const most = cards.reduce((longest, { address }) => (address.length > longest.length ? address : longest), "");
  const whole = widthOf(g, most) <= room;
  if (!whole && widthOf(g, bare(most)) > room) return;
  for (const { box, address } of cards) {
    const clear = (box.rect.height - PAD_HEIGHT / 2) * zoom - top;
    if (address === "" || clear < small_px) continue;
    const text = whole ? address : bare(address);
    g.fillText(text, box.rect.x * zoom + x + inset, box.rect.y * zoom + y + top + small_px * 0.78);
  }
}

/** An address without its prefix's length. */
const bare = (address: string): string => address.replace(/\/.*/, "");

/** A program runs in the card's terminal. */
function drawBusy({ g, x, y, zoom }: Pen, cards: readonly CardFigure[], ink: Ink): void {
  g.fillStyle = ink.accent;
  for (const { box, busy } of cards) {
    if (!busy) continue;
    const r = Math.max(2.5, 3 * zoom);
    g.beginPath();
    g.arc((box.rect.x + box.rect.width) * zoom + x - 3 * r, box.rect.y * zoom + y + 3 * r, r, 0, Math.PI * 2);
    g.fill();
  }
}

function drawRingBox({ g, x, y, zoom }: Pen, rect: Rect, colour: string, gap = 3): void {
  g.beginPath();
  const [w, h] = [rect.width * zoom + 2 * gap, rect.height * zoom + 2 * gap];
  g.roundRect(rect.x * zoom + x - gap, rect.y * zoom + y - gap, w, h, Math.max(4, 13 * zoom));
  g.strokeStyle = colour;
  g.lineWidth = 2;
  g.stroke();
}
