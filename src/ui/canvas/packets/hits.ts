/** Where tokens were drawn, for the pointer: columns that are used again in each frame, so that a crowd leaves no litter. */
export interface Hits {
  count: number;
  x: Float64Array;
  y: Float64Array;
  /** Half of a token's width, px. */
  r: Float64Array;
  /** Trace row of what the token stands for. */
  row: Int32Array;
}

const FIRST = 64;

export function createHits(): Hits {
  const float = () => new Float64Array(FIRST);
  return { count: 0, x: float(), y: float(), r: float(), row: new Int32Array(FIRST) };
}

export function addHit(hits: Hits, x: number, y: number, r: number, row: number): void {
  if (hits.count === hits.row.length) widen(hits);
  const i = hits.count++;
  hits.x[i] = x;
  hits.y[i] = y;
  hits.r[i] = r;
  hits.row[i] = row;
}

function widen(hits: Hits): void {
  const size = hits.row.length * 2;
  for (const column of ["x", "y", "r"] as const) {
    const wider = new Float64Array(size);
    wider.set(hits[column]);
    hits[column] = wider;
  }
  const rows = new Int32Array(size);
  rows.set(hits.row);
  hits.row = rows;
}

/** The row of the token nearest to a point, no further than `reach` beyond its edge; null for none. */
export function rowAt(hits: Hits, x: number, y: number, reach: number): number | null {
  let best: number | null = null;
  let nearest = reach;
  for (let i = 0; i < hits.count; i++) {
    const away = Math.hypot(x - hits.x[i]!, y - hits.y[i]!) - hits.r[i]!;
    if (away > nearest) continue;
    nearest = away;
    best = hits.row[i]!;
  }
  return best;
}
