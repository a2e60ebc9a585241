// The part of the axis that the timeline shows. Positions and widths in the axis's units. Pure.

export interface Window {
  readonly from: number;
  readonly width: number;
}

/** The track grows by strides, so that it is not drawn anew in every frame. */
const STRIDE_UNITS = 30;
/** Strides that it shows at least, so that the first ticks don't fill it. */
const MIN_STRIDES = 14;
/** Room behind the latest moment. */
const MARGIN = 1.05;
/** The nearest view: about two hops wide. */
const LEAST_UNITS = 24;

/** All of an axis that is so long. */
export function wholeOf(units: number): Window {
  return { from: 0, width: Math.max(MIN_STRIDES, Math.ceil(units / STRIDE_UNITS)) * STRIDE_UNITS * MARGIN };
}

/** Nearer (`factor` above 1) or further, with `at` staying where it is; null when that shows everything. */
export function zoomed(now: Window, whole: Window, factor: number, at: number): Window | null {
  const width = Math.max(LEAST_UNITS, now.width / factor);
  if (width >= whole.width) return null;
  return within({ from: at - ((at - now.from) / now.width) * width, width }, whole);
}

/** Moved by so many units, as far as there is something to see. */
export function panned(now: Window, whole: Window, by: number): Window {
  return within({ from: now.from + by, width: now.width }, whole);
}

/** Where on it the playhead is kept, when it would run out of sight. */
const AHEAD = 0.7;
const [NEAR_START, NEAR_END] = [0, 0.92];

/** The window moved along so that the playhead is in it. */
export function following(now: Window, whole: Window, playhead: number): Window {
  const place = (playhead - now.from) / now.width;
  if (place >= NEAR_START && place <= NEAR_END) return now;
  return within({ from: playhead - AHEAD * now.width, width: now.width }, whole);
}

function within({ from, width }: Window, whole: Window): Window {
  return { from: Math.max(0, Math.min(from, whole.width - width)), width };
}
