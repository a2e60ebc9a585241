/** Levels of detail by count and zoom. Pure. */
import type { NodeId } from "../../../protocol/view.ts";
import { overlaps, type Rect } from "../../motion/geometry.ts";
import type { Layout } from "../../motion/layout-types.ts";

/** More containers than these are not all elements. */
const MANY_FROM = 100;
/** Below this zoom not even names can be read on cards. */
const MAP_BELOW = 0.28;
/** From this zoom on a card in the window is an element that can be dragged and opened … */
const NEAR_FROM = 0.5;
/** … unless so many of them are in the window. */
const NEAR_MOST = 80;
/** How long the view has been at rest before elements are made, ms. */
export const SETTLE_MS = 140;
/** How many elements one frame makes. */
const AT_ONCE = 10;

export function isMany(layout: Layout): boolean {
  return layout.containers.size > MANY_FROM;
}

export function isMap(zoom: number): boolean {
  return zoom < MAP_BELOW;
}

/** Containers in the window that are large and few enough to be elements. */
export function nearOnes(layout: Layout, window: Rect, zoom: number): ReadonlySet<NodeId> {
  const near = new Set<NodeId>();
  if (zoom < NEAR_FROM) return near;
  for (const box of layout.containers.values()) {
    if (!overlaps(box.rect, window)) continue;
    near.add(box.id);
    if (near.size > NEAR_MOST) return new Set();
  }
  return near;
}

/** One frame's step from what there is to what is wanted: all that is too much goes, a few of the others come. */
export function stepTowards(near: ReadonlySet<NodeId>, wanted: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const stays = [...near].filter((id) => wanted.has(id));
  const comes = [...wanted].filter((id) => !near.has(id)).slice(0, AT_ONCE);
  return stays.length === near.size && comes.length === 0 ? near : new Set([...stays, ...comes]);
}
