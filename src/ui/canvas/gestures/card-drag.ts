/** A card (or several that are selected) in somebody's hand: helper lines on its way, and what letting go does. */
import type { NodeId } from "../../../protocol/view.ts";
import type { Point, Rect } from "../../motion/geometry.ts";
import type { Layout } from "../../motion/layout-types.ts";
import { isLocked } from "../../store/locks.ts";
import { layoutStore, type Position, placeNode, worldStore } from "../../store/stores.ts";
import { drawingStore, setDragged } from "../drawing.ts";
import { groupStore } from "../group/group-store.ts";
import { toDrawing, view } from "../view.ts";
import { cablesOf, moveContainer, removeAll } from "./act.ts";
import { targetForCard } from "./drop-target.ts";
import { gestureStore, setGesture } from "./gesture-store.ts";
import { snap } from "./guides.ts";

/** How far a helper line reaches, px on the screen. */
const REACH_PX = 6;

/** A card follows the pointer, with those selected with it; over another bridge or the bin it says what letting go would do. */
export function drag(node: NodeId, corner: Point, pointer: Point): void {
  setDragged(node);
  const { layout } = drawingStore.getState();
  const together = goingWith(node, layout);
  const own = rectOf(layout, node);
  if (own === null) return;
  const others = neighboursOf(node, together, layout);
  const { rect, guides } = snap({ ...own, ...corner }, others, REACH_PX / view.transform()[2]);
  const by = { x: rect.x - own.x, y: rect.y - own.y };
  place(layout, together, by);
  const isContainer = layout.containers.has(node) && !isLocked("topology");
  const over = !isContainer
    ? null
    : isInBin(pointer)
      ? ({ type: "bin" } as const)
      : canPlug(node)
        ? targetForCard(layout, toDrawing(pointer), node)
        : null;
  setGesture({ type: "card", node, at: pointer, guides }, over);
}

/** Docker gives a container its cable; a namespace made by hand needs one before it can go onto a bridge. */
function canPlug(node: NodeId): boolean {
  return worldStore.getState().nodes[node]?.kind !== "netns" || cablesOf(node).length > 0;
}

/** Puts the card down: where it is, into the bin, or onto another bridge. */
export function drop(node: NodeId): void {
  const { gesture, over } = gestureStore.getState();
  const together = goingWith(node, drawingStore.getState().layout);
  setDragged(null);
  setGesture(null, null);
  if (gesture?.type !== "card" || over === null) return;
  const from = drawingStore.getState().layout.containers.get(node)?.bridge ?? null;
  for (const id of together) placeNode(id, null);
  if (over.type === "bin") removeAll(together);
  else if (over.type === "bridge") moveContainer(node, from, over.dev);
}

/** The card itself, and the others that are selected with it; a selected host takes its containers along anyway. */
function goingWith(node: NodeId, layout: Layout): NodeId[] {
  const { picked } = groupStore.getState();
  if (!picked.has(node)) return [node];
  return [...picked].filter((id) => {
    const machine = layout.containers.get(id)?.machine;
    return machine === undefined ? layout.machines.has(id) : !picked.has(machine);
  });
}

function rectOf(layout: Layout, id: NodeId): Rect | null {
  return (layout.containers.get(id) ?? layout.machines.get(id))?.rect ?? null;
}

/** What a card can stand in line with: for a container those of its host, for a machine the other machines. */
function neighboursOf(node: NodeId, together: readonly NodeId[], layout: Layout): Rect[] {
  const machine = layout.containers.get(node)?.machine;
  const boxes =
    machine === undefined
      ? [...layout.machines.values()]
      : [...layout.containers.values()].filter(
          (box) => box.machine === machine && box.stand !== "shared" && box.stand !== "host",
        );
  return boxes.filter(({ id }) => !together.includes(id)).map(({ rect }) => rect);
}

function place(layout: Layout, ids: readonly NodeId[], by: Point): void {
  const moved: Record<NodeId, Position> = {};
  for (const id of ids) {
    const rect = rectOf(layout, id);
    if (rect !== null) moved[id] = placeOf(layout, id, { x: rect.x + by.x, y: rect.y + by.y });
  }
  layoutStore.setState((s) => ({ positions: { ...s.positions, ...moved } }));
}

/** A card's top left corner as the layout keeps it: see LayoutOptions. */
function placeOf(layout: Layout, node: NodeId, corner: Point): Point {
  const box = layout.containers.get(node);
  const machine = layout.machines.get(box?.machine ?? node);
  if (machine === undefined) return corner;
  if (box !== undefined) return { x: corner.x - machine.origin.x, y: corner.y - machine.origin.y };
  const { origin, rect } = machine;
  return { x: corner.x + origin.x - rect.x, y: corner.y + origin.y - rect.y };
}

function isInBin(pointer: Point): boolean {
  return document.elementsFromPoint(pointer.x, pointer.y).some((element) => element.classList.contains("bin"));
}
