/** The drawing's own store: where everything stands (recomputed only when something structural changed) and view state. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import type { Rect } from "../motion/geometry.ts";
import { layOut } from "../motion/layout.ts";
import type { Layout } from "../motion/layout-types.ts";
import { listens, shownNeighbours } from "../motion/measures.ts";
import { readJson, writeStored } from "../store/storage.ts";
import { layoutStore, sceneStore, worldStore } from "../store/stores.ts";
import { isMany } from "./far/near.ts";
import { showLevel, showsTables } from "./levels.ts";
import { fitTo, fittingZoom, fitWhole, goTo, view } from "./view.ts";

/** What stands under the toolbar: a card, a bridge's bar or a line. */
export type Focused =
  | { readonly type: "node"; readonly id: NodeId }
  | { readonly type: "bridge"; readonly id: DevId }
  | { readonly type: "wire"; readonly id: string };

export interface Drawing {
  readonly layout: Layout;
  /** Containers whose tables stay open on the card. */
  readonly open: ReadonlySet<NodeId>;
  /** What the toolbar stands over. */
  readonly focused: Focused | null;
  /** The view follows the drawing's size until somebody pans or zooms. */
  readonly following: boolean;
}

/** Under which the cards that are open are kept, from visit to visit. */
const OPEN = "layout-open";

const NOTHING = layOut([], { previous: null, placed: {}, open: new Set() });

export const drawingStore = createStore<Drawing>(() => ({
  layout: NOTHING,
  open: readOpen(),
  focused: null,
  following: true,
}));

export function useDrawing<T>(select: (s: Drawing) => T): T {
  return useStore(drawingStore, select);
}

export function setFocused(focused: Focused | null): void {
  drawingStore.setState({ focused });
}

/** Tells at which zoom the drawing is seen. */
export function setZoom(zoom: number): void {
  showLevel(view.element, zoom);
}

function readOpen(): ReadonlySet<NodeId> {
  const kept = readJson(OPEN);
  return new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : []);
}

/** Opens a card to its parts, or closes it. */
export function toggleTables(id: NodeId): void {
  const open = new Set(drawingStore.getState().open);
  if (!open.delete(id)) open.add(id);
  showOpenCards(open);
}

/** Opens these cards to their parts, and closes all others. */
export function showOpenCards(open: ReadonlySet<NodeId>): void {
  drawingStore.setState({ open });
  writeStored(OPEN, JSON.stringify([...open]));
  redraw(true);
}

/** Keeps the drawing in step with the world. Returns how to stop. */
export function startDrawing(): () => void {
  redraw(true);
  const stops = [
    worldStore.subscribe(() => redraw(false)),
    layoutStore.subscribe(() => redraw(true)),
    sceneStore.subscribe(() => drawingStore.setState({ following: true, focused: null })),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

let drawnKeys = "";
let narrow = false;

/** In so little room, px, fewer cards stand side by side. */
const NARROW_PX = 480;

/** Tells how wide the canvas is. */
export function setRoom(width_px: number): void {
  const isNarrow = width_px > 0 && width_px < NARROW_PX;
  if (isNarrow === narrow) return;
  narrow = isNarrow;
  redraw(true);
}

let dragged: NodeId | null = null;

/** Tells which card is in somebody's hand, or that it was put down. */
export function setDragged(id: NodeId | null): void {
  dragged = id;
  if (id === null) redraw(true);
  else drawingStore.setState({ following: false });
}

function redraw(always: boolean): void {
  const { nodes, nodeIds } = worldStore.getState();
  const keys = nodeIds.map((id) => structureOf(nodes[id]!)).join("\n");
  if (!always && keys === drawnKeys) return;
  const { layout, open, focused } = drawingStore.getState();
  drawnKeys = keys;
  const next = layOut(
    nodeIds.map((id) => nodes[id]!),
    { previous: layout, placed: layoutStore.getState().positions, open, dragged, narrow },
  );
  drawingStore.setState({ layout: next, focused: stillThere(next, focused) ? focused : null });
}

function stillThere(layout: Layout, focused: Focused | null): boolean {
  if (focused === null) return true;
  if (focused.type === "wire") return layout.wires.some((wire) => wire.id === focused.id);
  if (focused.type === "bridge") return layout.bridges.has(focused.id);
  return layout.machines.has(focused.id) || layout.containers.has(focused.id);
}

const structures = new WeakMap<NodeView, string>();

/** All that the layout looks at in a node, in one string. */
function structureOf(node: NodeView): string {
  const known = structures.get(node);
  if (known !== undefined) return known;
  const links = node.links.map(
    (link) => `${link.dev},${link.kind},${link.master},${link.peer},${link.fdb?.length ?? ""},${tunnelNow(node, link)}`,
  );
  const sizes = `${shownNeighbours(node).length} ${node.routes.length} ${listens(node)} ${node.container?.networkMode} ${node.netnsOwner}`;
  const structure = `${node.id} ${node.kind} ${sizes} ${links.join(";")}`;
  structures.set(node, structure);
  return structure;
}

const tunnels = new WeakMap<LinkView, { readonly routes: NodeView["routes"]; readonly text: string }>();

/** `tunnelOf`, remembered: of a host's thousand devices few change at a time. */
function tunnelNow(node: NodeView, link: LinkView): string {
  const known = tunnels.get(link);
  if (known?.routes === node.routes) return known.text;
  const text = tunnelOf(node, link);
  tunnels.set(link, { routes: node.routes, text });
  return text;
}

/** What makes tubes, and cables that lead straight to the host's stack: addresses of both kinds, and routes through a device. */
function tunnelOf(node: NodeView, link: LinkView): string {
  const addresses = link.addresses.map((one) => one.address);
  const ways = node.routes.filter((route) => route.dev === link.dev).map((route) => route.gateway);
  if (link.tunnel === undefined) return JSON.stringify([addresses, link.kind === "veth" && ways.length > 0]);
  const ends = (link.fdb ?? []).map((entry) => entry.dst);
  return JSON.stringify([addresses, link.up, link.tunnel, link.kind === "ipip" ? ways : ends]);
}

/** What a lesson points at: the view follows that in the place of the whole drawing. */
let subject: (() => Rect | null) | null = null;

/** The view shows this from now on, until somebody pans or zooms; null: everything. */
export function followSubject(bounds: (() => Rect | null) | null): void {
  subject = bounds;
  drawingStore.setState({ following: true });
  showFollowed(true);
}

/** Brings what the view follows into it. */
export function showFollowed(animate: boolean): void {
  const bounds = subject?.() ?? null;
  if (bounds === null || isAllAsGood(bounds)) showAll(animate);
  else fitTo(bounds, bounds, animate);
}

/** All at this part of the subject's size is good enough: then nothing need be cut off at the edge. */
const NOT_MUCH_LESS = 0.8;

/** Whether the whole drawing would show the subject about as well: nearly as large, and with what bridges have learned as far as that shows. */
function isAllAsGood(bounds: Rect): boolean {
  const { layout } = drawingStore.getState();
  if (isMany(layout)) return false;
  const [all, alone] = [fittingZoom(layout.bounds), fittingZoom(bounds)];
  return all >= alone * NOT_MUCH_LESS && (showsTables(all) || !showsTables(alone));
}

/** The same after what lies over the canvas has changed; not where somebody has panned or zoomed. */
export function refit(): void {
  if (drawingStore.getState().following) showFollowed(true);
}

/** Brings the whole drawing into view, or its first host where the window is small; very many containers as a map. */
export function showAll(animate: boolean): void {
  const { layout } = drawingStore.getState();
  if (isMany(layout)) return fitWhole(layout.bounds, animate);
  const first = layout.machines.values().next().value;
  fitTo(layout.bounds, first?.rect ?? layout.bounds, animate);
}

/** Zoom 1, at the card that is open, else in the middle of the window. */
export function showFullSize(): void {
  const { focused, layout } = drawingStore.getState();
  drawingStore.setState({ following: false });
  const box = focused?.type === "node" ? (layout.containers.get(focused.id) ?? layout.machines.get(focused.id)) : null;
  if (box) goTo(box.rect, 1);
  else view.zoomBy(1 / view.transform()[2]);
}
