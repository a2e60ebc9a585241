/** Points, boxes and paths of the drawing, in the canvas's own coordinates (px at zoom 1, y downwards). */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const right = (r: Rect): number => r.x + r.width;
export const bottom = (r: Rect): number => r.y + r.height;
export const centre = (r: Rect): Point => ({ x: r.x + r.width / 2, y: r.y + r.height / 2 });

export function contains(r: Rect, p: Point): boolean {
  return p.x >= r.x && p.x <= right(r) && p.y >= r.y && p.y <= bottom(r);
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);
}

/** The smallest box around all of them; an empty box at the origin for none. */
export function union(rects: readonly Rect[]): Rect {
  if (rects.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...rects.map((r) => r.x));
  const y = Math.min(...rects.map((r) => r.y));
  return { x, y, width: Math.max(...rects.map(right)) - x, height: Math.max(...rects.map(bottom)) - y };
}

export function grow(r: Rect, by: number): Rect {
  return { x: r.x - by, y: r.y - by, width: r.width + 2 * by, height: r.height + 2 * by };
}

/** A way through points, and what share of the time has passed at each: `shares` rises from 0 to 1. */
export interface Path {
  readonly points: readonly Point[];
  readonly shares: Float64Array;
}

/** A piece of a way that takes its `share` of the time, at one speed. */
export interface Leg {
  readonly points: readonly Point[];
  readonly share: number;
}

/** One path out of legs, each of which starts where the one before it ends. Shares are scaled to a sum of 1. */
export function pathOf(legs: readonly Leg[]): Path {
  const used = legs.filter((leg) => leg.points.length > 0);
  const total = used.reduce((sum, leg) => sum + leg.share, 0) || 1;
  const points: Point[] = [];
  const shares: number[] = [];
  let before = 0;
  for (const leg of used) {
    const length = lengthOf(leg.points);
    let gone = 0;
    leg.points.forEach((point, i) => {
      gone += i === 0 ? 0 : distance(leg.points[i - 1]!, point);
      points.push(point);
      shares.push(before + (leg.share / total) * (length === 0 ? (i === 0 ? 0 : 1) : gone / length));
    });
    before += leg.share / total;
  }
  return { points, shares: Float64Array.from(shares) };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

export function lengthOf(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) length += distance(points[i - 1]!, points[i]!);
  return length;
}

/** Writes where somebody is who has spent `share` (0 to 1) of the time into `out`. */
export function along(path: Path, share: number, out: { x: number; y: number }): void {
  const { points, shares } = path;
  let i = 1;
  while (i < points.length - 1 && shares[i]! < share) i++;
  const a = points[i - 1] ?? points[0];
  const b = points[i] ?? a;
  if (a === undefined || b === undefined) return;
  const from = shares[i - 1] ?? 0;
  const span = (shares[i] ?? 1) - from;
  const part = span <= 0 ? 1 : Math.min(1, Math.max(0, (share - from) / span));
  out.x = a.x + (b.x - a.x) * part;
  out.y = a.y + (b.y - a.y) * part;
}

/** Distance from `p` to the nearest point of the polyline. */
export function distanceTo(points: readonly Point[], p: Point): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 1; i < points.length; i++) best = Math.min(best, distanceToSegment(points[i - 1]!, points[i]!, p));
  return best;
}

function distanceToSegment(a: Point, b: Point, p: Point): number {
  const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const raw = length2 === 0 ? 0 : ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length2;
  const part = Math.min(1, Math.max(0, raw));
  return distance(p, { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part });
}

/** An SVG path through the points with rounded corners. */
export function svgPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let d = `M${first.x} ${first.y}`;
  rest.forEach((corner, i) => {
    const next = rest[i + 1];
    if (next === undefined) {
      d += `L${corner.x} ${corner.y}`;
      return;
    }
    const before = points[i]!;
    const r = Math.min(radius, distance(before, corner) / 2, distance(corner, next) / 2);
    const start = towards(corner, before, r);
    const end = towards(corner, next, r);
    d += `L${start.x} ${start.y}Q${corner.x} ${corner.y} ${end.x} ${end.y}`;
  });
  return d;
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}
