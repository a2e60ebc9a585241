/** Which panels a figure has, and how they lie in the room that it is given. Pure. */
import type { PanelName } from "../../shell/ui-state.ts";
import { EMBED_PANELS, type EmbedPanel } from "../params.ts";

/** `beside`: the drawing, and one of the other panels at its right. `below`: under it. `tabs`: one panel at a time. */
export type Arrangement = "beside" | "below" | "tabs";

export interface Panels {
  /** In the order of their tabs. */
  readonly shown: readonly PanelName[];
  readonly timeline: boolean;
}

/** "packets" is the list of events, and whatever is opened from it; "tables" is what a node holds. Null: everything. */
export function panelsOf(wanted: ReadonlySet<EmbedPanel> | null): Panels {
  const all = wanted ?? new Set(EMBED_PANELS);
  const shown: PanelName[] = [];
  if (all.has("canvas")) shown.push("canvas");
  if (all.has("packets")) shown.push("events");
  if (all.has("terminal")) shown.push("terminal");
  if (all.has("packets") || all.has("tables")) shown.push("details");
  return { shown, timeline: all.has("timeline") };
}

/** As canvas/view.ts fits a drawing. */
const FIT_MAX = 1.12;
const MARGIN_PX = 26;

const BESIDE_PX = { width: 900, height: 440 };
const BELOW_PX = { width: 360, height: 660 };

/** How panels lie in a figure of this size, px. */
export function arrange(shown: readonly PanelName[], width: number, height: number): Arrangement {
  if (!shown.includes("canvas") || shown.length === 1) return "tabs";
  if (width >= BESIDE_PX.width && height >= BESIDE_PX.height) return "beside";
  return width >= BELOW_PX.width && height >= BELOW_PX.height ? "below" : "tabs";
}

/** The panel that is in front: the wanted one where there is such, else the first. */
export function frontOf(choices: readonly PanelName[], wanted: PanelName): PanelName | null {
  return choices.includes(wanted) ? wanted : (choices[0] ?? null);
}

/** In less width than this, tabs and words stand in a row of their own, px. */
export const BAR_PX = 600;
/** In more width than this, an open lesson stands beside the drawing, px. */
export const CARD_BESIDE_PX = 540;
/** Room for a sentence at the right of the drawing, and for the controls, stacked, at its left, px. */
export const CAPTION_PX = 146;
export const STACKED_PX = 46;
/** Height of the row below the drawing that holds the sentence otherwise, and of the controls that are then over the drawing's foot, px. */
const STRIP_PX = 30;
const FOOT_PX = 37;

/** Whether a drawing in a canvas of this size, px, becomes larger when words and controls stand at its sides and not below. */
export function standsAside(width: number, height: number, drawing: { width: number; height: number }): boolean {
  if (width < BAR_PX || drawing.width === 0) return false;
  const zoom = (across: number, high: number) => Math.min(FIT_MAX, across / drawing.width, high / drawing.height);
  const across = width - 2 * MARGIN_PX;
  const aside = zoom(across - CAPTION_PX - STACKED_PX, height - MARGIN_PX);
  return aside > zoom(across, height - MARGIN_PX - STRIP_PX - FOOT_PX);
}

/** Height of everything around the drawing, px: bar, strip and timeline. */
const AROUND_PX = 40 + 30;
const TIMELINE_PX = 46;
/** In a narrow figure time has two rows, and tabs one of their own, px. */
const NARROW_MORE_PX = 30;
const LEAST_PX = 300;
const MOST_PX = 760;

/** Height that a figure of this width would fill with its drawing, px. */
export function wantedHeight(width: number, drawing: { width: number; height: number }, timeline: boolean): number {
  const zoom = Math.min(FIT_MAX, Math.max(0, width - 2 * MARGIN_PX) / Math.max(1, drawing.width));
  const height =
    drawing.height * zoom +
    2 * MARGIN_PX +
    AROUND_PX +
    (timeline ? TIMELINE_PX : 0) +
    (width < BAR_PX ? NARROW_MORE_PX : 0);
  return Math.round(Math.min(MOST_PX, Math.max(LEAST_PX, height)));
}
