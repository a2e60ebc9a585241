/** Words beside tokens, placed so that none covers another. Pure but for the drawing itself. */
import { overlaps, type Rect } from "../../motion/geometry.ts";
import type { Palette } from "./colours.ts";
import type { Pen } from "./pen.ts";

export interface Label {
  readonly text: string;
  /** The token's middle, px. */
  readonly x: number;
  readonly y: number;
  /** From the middle to where the words may begin; negative: the words end that far left of it. */
  readonly gap: number;
}

export interface PlacedLabel {
  readonly text: string;
  readonly rect: Rect;
}

const HEIGHT = 24;
const PADDING = 9;
const FONT_PX = 11.5;

/**
 * Each beside its token, on the other side where there is no room; moved down or up by a line while it would cover one that
 * is placed already. What finds no place within three lines is left out.
 */
export function placeLabels(
  labels: readonly Label[],
  width: number,
  widthOf: (text: string) => number,
  height = HEIGHT,
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const w = widthOf(label.text) + 2 * PADDING;
    const rect = SHIFTS.map((lines) => rectOf(label, w, width, lines, height)).find(
      (r) => !placed.some((p) => overlaps(p.rect, r)),
    );
    if (rect !== undefined) placed.push({ text: label.text, rect });
  }
  return placed;
}

const SHIFTS = [0, 1, -1, 2, -2, 3];

function rectOf(label: Label, w: number, width: number, lines: number, height: number): Rect {
  const after = label.gap >= 0 && label.x + label.gap + w < width - 6;
  const x = after ? label.x + label.gap : label.x - Math.abs(label.gap) - w;
  return { x: Math.max(4, x), y: label.y - height / 2 + lines * (height + 3), width: w, height };
}

/** Draws them as dark lozenges. */
export function drawLabels(g: Pen, labels: readonly Label[], width: number, colours: Palette): void {
  if (labels.length === 0) return;
  const { large = 1 } = colours;
  const height = HEIGHT * large;
  g.font = `500 ${FONT_PX * large}px ${colours.fontUi}`;
  g.textAlign = "left";
  g.textBaseline = "middle";
  for (const { text, rect } of placeLabels(labels, width, (words) => g.measureText(words).width, height)) {
    g.beginPath();
    g.roundRect(rect.x, rect.y, rect.width, rect.height, 7);
    g.fillStyle = colours.inverse;
    g.fill();
    g.fillStyle = colours.onInverse;
    g.fillText(text, rect.x + PADDING, rect.y + height / 2 + 0.5);
  }
}
