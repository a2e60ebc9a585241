// What all parts of a still picture are drawn with.
import type { Text } from "../../i18n/text.ts";
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import type { Rect } from "../motion/geometry.ts";
import type { Layout } from "../motion/layout-types.ts";
import { type Attributes, cut, element, escaped, type Type } from "./svg.ts";
import { type Colour, mix } from "./theme-colours.ts";

export interface Brush {
  readonly colour: Colour;
  readonly t: Text["canvas"];
  readonly layout: Layout;
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  readonly node: (id: NodeId) => NodeView | undefined;
  readonly link: (dev: DevId) => LinkView | undefined;
  /** Containers whose tables stay open. */
  readonly open: ReadonlySet<NodeId>;
  readonly playhead_ns: number;
  /** Whether what happened in this trace row has only just happened. */
  readonly isFresh: (row: number) => boolean;
}

/** A box with round corners. */
export function box(r: Rect, rx: number, look: Attributes): string {
  return element("rect", { x: r.x, y: r.y, width: r.width, height: r.height, rx, ...look });
}

export interface Word extends Type {
  readonly fill: string;
  readonly anchor?: "middle" | "end";
  /** Cut off with an ellipsis when it is wider. */
  readonly width?: number;
  /** Colour of the ground around it, so that no line runs through it. */
  readonly halo?: string;
}

/** A line of text; `y` is its base line. */
export function word(b: Brush, text: string, x: number, y: number, look: Word): string {
  const shown = look.width === undefined ? text : cut(text, look, look.width);
  const halo = { stroke: look.halo, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" };
  return element(
    "text",
    {
      x,
      y,
      fill: look.fill,
      "font-size": look.px,
      "font-weight": look.bold ? 620 : undefined,
      "font-family": look.mono ? b.colour("font-mono") : undefined,
      "text-anchor": look.anchor,
      ...(look.halo === undefined ? {} : halo),
    },
    escaped(shown),
  );
}

/** The border of cards. */
export function edge(b: Brush): string {
  return mix(b.colour("wire"), 0.46, b.colour("paper"));
}

/** Draws a list of parts one after the other. */
export function group(parts: readonly string[], attributes: Attributes = {}): string {
  return element("g", attributes, ...parts);
}
