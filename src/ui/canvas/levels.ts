/**
 * What is shown at which zoom: table rows go first, then addresses, then interfaces; names stay longest. Text that is shown is
 * at least LEAST_PX on the screen. Only CSS looks at the level (levels.css), so that no card is drawn anew by zooming.
 */

/** From everything to nothing but hosts' names. */
export const LEVELS = [
  { level: "full", from: 0.85 },
  { level: "near", from: 0.72 },
  { level: "mid", from: 0.52 },
  { level: "far", from: 0.42 },
  { level: "names", from: 0.28 },
  { level: "dots", from: 0 },
] as const;

export type Level = (typeof LEVELS)[number]["level"];

/** Smallest text on the screen, px. */
export const LEAST_PX = 11;

/** How much larger it is where a whole class reads it: 18 px. */
export const LARGE = 18 / LEAST_PX;

/** The level at a zoom. */
export function levelOf(zoom: number): Level {
  return LEVELS.find(({ from }) => zoom >= from)?.level ?? "dots";
}

/** Type grows by steps, so that it is not measured anew in every frame of a zoom. */
const STEP = Math.log(1.05);

/** How much larger than at zoom 1 small type has to be drawn: at least 1, at zoom z between 1/z and 1.05/z. */
export function magnify(zoom: number): number {
  if (zoom >= 1) return 1;
  return Math.exp(-Math.floor(Math.log(zoom) / STEP + 1e-9) * STEP);
}

/** How much larger type is than usual. */
function larger(): number {
  return "large" in document.documentElement.dataset ? LARGE : 1;
}

/** Whether rows of tables can be read at a zoom, with type as large as it is now. */
export function showsTables(zoom: number): boolean {
  return ["full", "near", "mid"].includes(levelOf(zoom / larger()));
}

/** Tells the drawing's element at which zoom it is seen. */
export function showLevel(element: HTMLElement | null, zoom: number): void {
  if (element === null) return;
  const level = levelOf(zoom / larger());
  const k = Math.max(magnify(zoom / larger()), 1).toFixed(3);
  if (element.dataset.level !== level) element.dataset.level = level;
  if (element.style.getPropertyValue("--k") !== k) element.style.setProperty("--k", k);
}
