/** The canvas: the drawing on its ground, what flies over it, and what can be done with it. */
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { NodeId } from "../../protocol/view.ts";
import type { Point } from "../motion/geometry.ts";
import { placeNode, selectNode } from "../store/stores.ts";
import { Controls } from "./controls.tsx";
import { drawingStore, setFocused, showAll, startDrawing, useDrawing } from "./drawing.ts";
import { moveContainer, removeContainer } from "./gestures/act.ts";
import { Choices } from "./gestures/choices.tsx";
import { DragLayer } from "./gestures/drag-layer.tsx";
import { targetForCard } from "./gestures/drop-target.ts";
import { gestureStore, setGesture } from "./gestures/gesture-store.ts";
import { openMenu, showActions } from "./gestures/toolbar-store.ts";
import { Packets } from "./packets/packets.tsx";
import { Stage } from "./stage.tsx";
import { Toolbar } from "./toolbar.tsx";
import { toDrawing, view } from "./view.ts";
import { Wires } from "./wires.tsx";
import "./canvas.css";
import "./nodes/nodes.css";
import "./gestures/gestures.css";

export function Canvas() {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(startDrawing, []);
  useFollowing(frame);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the cards inside
    <div
      ref={(element) => {
        frame.current = element;
        view.element = element;
      }}
      className="canvas"
      onKeyDown={onKey}
    >
      <Stage onPress={press} onMenu={menu} onGround={leave} onDrag={drag} onDrop={drop}>
        <Wires />
      </Stage>
      <Packets />
      <DragLayer />
      <Toolbar />
      <Choices />
      <Controls />
    </div>
  );
}

/** Keeps all of the drawing in view until somebody pans or zooms; anew for another scene. */
function useFollowing(frame: { readonly current: HTMLDivElement | null }): void {
  const bounds = useDrawing((s) => s.layout.bounds);
  const following = useDrawing((s) => s.following);
  const first = useRef(true);
  useEffect(() => {
    if (!following || bounds.width === 0) return;
    showAll(!first.current);
    first.current = false;
  }, [bounds, following]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (drawingStore.getState().following) showAll(false);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
}

function press(node: NodeId): void {
  selectNode(node);
  showActions();
  setFocused({ type: "node", id: node });
}

function menu(node: NodeId): void {
  press(node);
  openMenu("actions");
}

function leave(): void {
  setFocused(null);
}

/** A card follows the pointer; over another bridge or the bin it says what letting go would do. */
function drag(node: NodeId, position: Point, pointer: Point): void {
  const { layout } = drawingStore.getState();
  const box = layout.containers.get(node);
  const origin = box === undefined ? undefined : layout.machines.get(box.machine)?.origin;
  placeNode(node, origin === undefined ? position : { x: position.x - origin.x, y: position.y - origin.y });
  if (box === undefined) return;
  const inBin = isInBin(pointer);
  setGesture(
    { type: "card", node, at: pointer },
    inBin ? { type: "bin" } : targetForCard(layout, toDrawing(pointer), node),
  );
}

function drop(node: NodeId): void {
  const { gesture, over } = gestureStore.getState();
  setGesture(null, null);
  if (gesture?.type !== "card" || over === null) return;
  const from = drawingStore.getState().layout.containers.get(node)?.bridge ?? null;
  placeNode(node, null);
  if (over.type === "bin") removeContainer(node);
  if (over.type === "bridge") moveContainer(node, from, over.dev);
}

function isInBin(pointer: Point): boolean {
  return document.elementsFromPoint(pointer.x, pointer.y).some((element) => element.classList.contains("bin"));
}

/** Keys on a card that has the focus. */
function onKey(event: KeyboardEvent): void {
  const card = (event.target as Element).closest?.(".react-flow__node");
  const id = card?.getAttribute("data-id")?.replace(/^(container|machine) /, "");
  const { layout } = drawingStore.getState();
  const isContainer = id !== undefined && layout.containers.has(id);
  if (id === undefined || !(isContainer || layout.machines.has(id)) || event.target !== card) return;
  if (event.key === "Enter" || event.key === " " || event.key === "ContextMenu") menu(id);
  else if (isContainer && (event.key === "Delete" || event.key === "Backspace")) removeContainer(id);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
