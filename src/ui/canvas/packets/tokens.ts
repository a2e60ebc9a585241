/** How a frame in flight looks: shape and colour by protocol; a question is solid, its answer hollow. */
import { Look } from "../../motion/look.ts";
import type { Palette } from "./colours.ts";
import type { Pen } from "./pen.ts";

export interface Token {
  readonly x: number;
  readonly y: number;
  /** Half its width, px. */
  readonly r: number;
  readonly look: number;
  /** Number of an echo, shown on the token; 0 for none. */
  readonly tag: number;
  /** In a tunnel's packet (Wrap): a parcel with the token inside; 0 for none. */
  readonly wrap: number;
}

/** How much wider than the token in it a parcel is. */
export const PARCEL = 1.5;
const INSIDE = 0.86;

const HOLLOW: ReadonlySet<number> = new Set([Look.ARP_REPLY, Look.ICMP_REPLY]);

export function drawToken(g: Pen, token: Token, colours: Palette): void {
  if (token.wrap === 0) return drawBare(g, token, colours);
  drawParcel(g, token.x, token.y, token.r, colours);
  drawBare(g, { ...token, r: token.r * INSIDE }, colours);
}

/** The outer packet: a box with a band across its lid, open enough to see what is in it. */
function drawParcel(g: Pen, x: number, y: number, r: number, colours: Palette): void {
  const [w, h] = [r * PARCEL * 1.12, r * PARCEL];
  g.beginPath();
  g.roundRect(x - w, y - h, 2 * w, 2 * h, r * 0.34);
  g.fillStyle = colours.paper;
  g.fill();
  g.lineWidth = r * 0.36;
  g.strokeStyle = colours.parcel;
  g.stroke();
  g.beginPath();
  g.moveTo(x, y - h);
  g.lineTo(x, y - r * INSIDE);
  g.moveTo(x, y + r * INSIDE);
  g.lineTo(x, y + h);
  g.lineWidth = r * 0.28;
  g.stroke();
}

function drawBare(g: Pen, token: Token, colours: Palette): void {
  const { x, y, r, look } = token;
  const fill = colours.fill[look] ?? colours.faint;
  const hollow = HOLLOW.has(look);
  g.beginPath();
  shapeOf(g, look, x, y, r);
  g.fillStyle = hollow ? colours.paper : fill;
  g.fill();
  g.lineWidth = hollow ? r * 0.3 : 1.5;
  g.strokeStyle = hollow ? fill : colours.paper;
  g.stroke();
  const glyph = glyphOf(look, token.tag);
  if (glyph === "" || r < 5) return;
  g.fillStyle = hollow ? colours.ink : (colours.on[look] ?? colours.paper);
  g.font = `700 ${Math.round(r * (glyph.length > 2 ? 0.8 : 1.1))}px ${colours.fontUi}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(glyph, x, y + r * 0.06);
}

/** Adds the outline of a look's token to the current path. */
export function shapeOf(g: Pen, look: number, x: number, y: number, r: number): void {
  if (look === Look.ICMP_REQUEST || look === Look.ICMP_REPLY || look === Look.ICMP_ERROR) {
    g.roundRect(x - r * 0.92, y - r * 0.92, r * 1.84, r * 1.84, r * 0.5);
  } else if (look === Look.TCP) {
    const k = r * 1.15;
    g.moveTo(x, y - k);
    g.lineTo(x + k, y);
    g.lineTo(x, y + k);
    g.lineTo(x - k, y);
    g.closePath();
  } else if (look === Look.UDP || look === Look.DNS) {
    g.roundRect(x - r * 1.25, y - r * 0.75, r * 2.5, r * 1.5, r * 0.75);
  } else {
    const radius = look === Look.OTHER ? r * 0.7 : r;
    g.moveTo(x + radius, y);
    g.arc(x, y, radius, 0, Math.PI * 2);
  }
}

function glyphOf(look: number, tag: number): string {
  if (look === Look.ARP_REQUEST) return "?";
  if (look === Look.ARP_REPLY) return "!";
  if (look === Look.ICMP_REQUEST || look === Look.ICMP_REPLY) return tag > 0 && tag < 1000 ? String(tag) : "";
  if (look === Look.ICMP_ERROR) return "!";
  return look === Look.DNS ? "DNS" : "";
}

/** A ring around a token: the packet that is open, or under the pointer. */
export function drawRing(g: Pen, x: number, y: number, r: number, colour: string, alpha: number): void {
  g.beginPath();
  g.arc(x, y, r, 0, Math.PI * 2);
  g.strokeStyle = colour;
  g.globalAlpha = alpha;
  g.lineWidth = 2;
  g.stroke();
  g.globalAlpha = 1;
}

/** A dotted ring that turns: something waits here. */
export function drawWaiting(g: Pen, x: number, y: number, r: number, colour: string, turn: number): void {
  g.save();
  g.translate(x, y);
  g.rotate(turn);
  g.setLineDash([r * 0.32, r * 0.38]);
  g.beginPath();
  g.arc(0, 0, r, 0, Math.PI * 2);
  g.strokeStyle = colour;
  g.lineWidth = 1.75;
  g.stroke();
  g.restore();
}

/** Where a packet ended for a reason that somebody should see. `progress` runs from 0 to 1. */
export function drawCross(g: Pen, x: number, y: number, r: number, progress: number, colours: Palette): void {
  const k = r * (0.7 + 0.25 * progress);
  g.globalAlpha = 1 - progress ** 3;
  g.beginPath();
  g.arc(x, y, r * 1.1, 0, Math.PI * 2);
  g.fillStyle = colours.paper;
  g.fill();
  g.beginPath();
  g.moveTo(x - k, y - k);
  g.lineTo(x + k, y + k);
  g.moveTo(x + k, y - k);
  g.lineTo(x - k, y + k);
  g.strokeStyle = colours.drop;
  g.lineWidth = Math.max(2, r * 0.34);
  g.lineCap = "round";
  g.stroke();
  g.globalAlpha = 1;
}
