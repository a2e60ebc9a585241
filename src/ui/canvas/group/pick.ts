/** Selecting several cards: Shift with a press, a frame drawn with Shift held, Ctrl+A, and Shift with Space. */
import type { NodeId } from "../../../protocol/view.ts";
import { overlaps, type Point, type Rect } from "../../motion/geometry.ts";
import type { Layout } from "../../motion/layout-types.ts";
import { hasTerminal } from "../../store/node-kinds.ts";
import { worldStore } from "../../store/stores.ts";
import { drawingStore, setFocused } from "../drawing.ts";
import { type Target, targetAt } from "../menu/target.ts";
import { toDrawing } from "../view.ts";
import { clearGroup, groupStore, pickAll, pickOnly, toggle } from "./group-store.ts";

/** Containers that a frame touches; a host or another machine only when all of it is inside. Drawing coordinates. */
export function touchedBy(frame: Rect, layout: Layout): NodeId[] {
  const containers = [...layout.containers.values()].filter((box) => overlaps(box.rect, frame));
  const machines = [...layout.machines.values()].filter((box) => box.kind !== "switch" && isWithin(box.rect, frame));
  return [...machines, ...containers].map(({ id }) => id);
}

function isWithin(inner: Rect, outer: Rect): boolean {
  const { x, y, width, height } = inner;
  return x >= outer.x && y >= outer.y && x + width <= outer.x + outer.width && y + height <= outer.y + outer.height;
}

export function frameBetween(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** Listens on the canvas; `draw` shows the frame that is being drawn, in client coordinates. Returns how to stop. */
export function listenForPicks(canvas: HTMLElement, draw: (frame: Rect | null) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const early = { capture: true, signal };
  // React Flow pans by the mouse's events: with Shift they are ours.
  const hold = (event: MouseEvent) => event.shiftKey && isGround(event.target) && event.stopPropagation();
  canvas.addEventListener("mousedown", hold, early);
  canvas.addEventListener("pointerdown", (event) => begin(event, draw), early);
  canvas.addEventListener("click", onClick, early);
  canvas.addEventListener("keydown", onKey, { signal });
  document.addEventListener("keydown", letGo, { signal });
  return () => stop.abort();
}

/** Ground is where a drag would pan. */
function isGround(target: EventTarget | null): boolean {
  // The pane holds all that stands on it.
  return target instanceof Element && target.classList.contains("react-flow__pane");
}

function begin(event: PointerEvent, draw: (frame: Rect | null) => void): void {
  if (!event.shiftKey || event.button !== 0 || event.pointerType === "touch" || !isGround(event.target)) return;
  event.stopPropagation();
  const start = { x: event.clientX, y: event.clientY };
  const before = groupStore.getState().picked;
  const stop = new AbortController();
  const finish = () => {
    stop.abort();
    draw(null);
  };
  const move = (now: PointerEvent) => {
    const end = { x: now.clientX, y: now.clientY };
    draw(frameBetween(start, end));
    const frame = frameBetween(toDrawing(start), toDrawing(end));
    pickOnly([...before, ...touchedBy(frame, drawingStore.getState().layout)]);
  };
  window.addEventListener("pointermove", move, stop);
  window.addEventListener("pointerup", finish, stop);
  window.addEventListener("pointercancel", finish, stop);
}

/** With Shift, and with a finger while something is selected, a press adds a card or takes it out. */
function onClick(event: MouseEvent): void {
  const isTouch = "pointerType" in event && event.pointerType === "touch";
  const isPicking = event.shiftKey || (isTouch && groupStore.getState().picked.size > 0);
  if (
    !isPicking ||
    isGround(event.target) ||
    !(event.target instanceof Element) ||
    event.target.closest("button, .toolbar") !== null
  )
    return;
  const id = pickableOf(targetAt(event.target, { x: event.clientX, y: event.clientY }));
  if (id === null) return;
  event.stopPropagation();
  setFocused(null);
  toggle(id);
}

function onKey(event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof Element) || target.closest("input, textarea, .toolbar, .choice, [role=menu]") !== null)
    return;
  if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) pickAll();
  else if (event.key === " " && event.shiftKey) {
    const id = pickableOf(targetAt(target, { x: -1, y: -1 }));
    if (id === null) return;
    toggle(id);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Escape, wherever it means nothing else. */
function letGo(event: KeyboardEvent): void {
  const { target } = event;
  const isElsewhere =
    target instanceof Element && target.closest("input, textarea, [role=menu], [role=dialog]") !== null;
  if (event.key === "Escape" && !event.defaultPrevented && !isElsewhere) clearGroup();
}

function pickableOf(target: Target): NodeId | null {
  if (target.type !== "node") return null;
  const node = worldStore.getState().nodes[target.id];
  return node !== undefined && hasTerminal(node) ? target.id : null;
}
