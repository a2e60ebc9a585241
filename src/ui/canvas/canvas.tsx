/** The canvas: the drawing on its ground, what flies over it, and what can be done with it. */
import { type KeyboardEvent, lazy, type MouseEvent as ReactMouseEvent, Suspense, useEffect, useRef } from "react";
import type { DevId, NodeId } from "../../protocol/view.ts";
import { lazyAfterOpen } from "../controls/after-open.ts";
import type { Point } from "../motion/geometry.ts";
import { selectNode } from "../store/stores.ts";
import { Controls } from "./controls.tsx";
import { drawingStore, setFocused, setRoom, setZoom, showFollowed, startDrawing, useDrawing } from "./drawing.ts";
import { startFar, useFar } from "./far/far-store.ts";
import { openMenu, showActions } from "./gestures/toolbar-store.ts";
import { showLevel } from "./levels.ts";
import { useMachines } from "./machines/use-machines.ts";
import { Stage } from "./stage.tsx";
import { goTo, room, view, watchRoom } from "./view.ts";
import { Wires } from "./wires.tsx";
import "./canvas.css";
import "./nodes/nodes.css";
import "./nodes/tables.css";
import "./nodes/bridge.css";
import "./levels.css";

/** What happens to a card in somebody's hand; null until it is fetched. */
let cards: typeof import("./gestures/card-drag.ts") | null = null;

// What opens only when somebody asks for it.
// Nothing flies before the scene has opened.
const Packets = lazyAfterOpen(async () => (await import("./packets/packets.tsx")).Packets);
const DragLayer = lazyAfterOpen(async () => {
  cards = await import("./gestures/card-drag.ts");
  return (await import("./gestures/drag-layer.tsx")).DragLayer;
});
const Choices = lazyAfterOpen(async () => (await import("./gestures/choices.tsx")).Choices);
const Handles = lazyAfterOpen(async () => (await import("./menu/handles.tsx")).Handles);
const Toolbar = lazyAfterOpen(async () => (await import("./toolbar.tsx")).Toolbar);

// With many containers these are the picture itself: they are fetched at once.
const FarLayer = lazy(async () => ({ default: (await import("./far/far-layer.tsx")).FarLayer }));
const Overview = lazyAfterOpen(async () => (await import("./far/overview/overview.tsx")).Overview);

export function Canvas() {
  const frame = useRef<HTMLDivElement>(null);
  const machines = useMachines();
  const many = useFar((s) => s.many);
  const map = useFar((s) => s.map);
  useEffect(startDrawing, []);
  useEffect(startFar, []);
  useFollowing(frame);
  useEffect(followType, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the cards inside
    <div
      ref={(element) => {
        frame.current = element;
        view.element = element;
        showLevel(element, view.transform()[2]);
      }}
      className="canvas"
      data-many={many || undefined}
      data-map={map || undefined}
      data-drawing={machines ? "machines" : undefined}
      onKeyDown={onKey}
      onDoubleClick={approach}
      onContextMenu={(event) => {
        if (event.currentTarget.dataset.handles !== undefined) return;
        event.preventDefault();
        view.asked = event.nativeEvent;
      }}
      onPointerDown={() => {
        view.asked = null;
      }}
    >
      <Suspense fallback={null}>{(many || map) && <FarLayer />}</Suspense>
      <Stage
        onPress={press}
        onGround={ground}
        onDrag={(...at) => cards?.drag(...at)}
        onDrop={(node) => cards?.drop(node)}
      >
        <Wires />
      </Stage>
      <Suspense fallback={null}>
        <Packets />
        <Overview />
        <DragLayer />
        <Toolbar />
        <Choices />
        <Handles />
      </Suspense>
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
    showFollowed(!first.current);
    first.current = false;
  }, [bounds, following]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    return watchRoom(element, () => {
      setRoom(room.width);
      if (drawingStore.getState().following) showFollowed(false);
    });
  }, [frame]);
}

function press(node: NodeId, bridge: DevId | null): void {
  selectNode(node, bridge);
  showActions();
  const isBridge = bridge !== null && drawingStore.getState().layout.bridges.has(bridge);
  setFocused(isBridge ? { type: "bridge", id: bridge } : { type: "node", id: node });
}

function menu(node: NodeId, bridge: DevId | null): void {
  press(node, bridge);
  openMenu("actions");
}

/** The ground was pressed, on which the canvas may have drawn something itself. */
function ground(at: Point): void {
  const hit = view.hit(at);
  if (hit === null) setFocused(null);
  else if (hit.type === "node") press(hit.id, null);
  else {
    setFocused({ type: "wire", id: hit.id });
    showActions();
  }
}

/** From this zoom on cards can be read whole. */
const READABLE = 1;

/** Two presses on a card that is far away: there. */
function approach(event: ReactMouseEvent): void {
  const hit = view.hit({ x: event.clientX, y: event.clientY });
  if (hit?.type !== "node") return;
  const box = drawingStore.getState().layout.containers.get(hit.id);
  if (box === undefined) return;
  drawingStore.setState({ following: false });
  goTo(box.rect, READABLE);
}

/** Type may become larger without the view's moving. Returns how to stop. */
function followType(): () => void {
  const observer = new MutationObserver(() => setZoom(view.transform()[2]));
  observer.observe(document.documentElement, { attributeFilter: ["data-large"] });
  return () => observer.disconnect();
}

/** Keys on a card that has the focus. */
function onKey(event: KeyboardEvent): void {
  const [, type, id] = /^(\w+) (.+)$/.exec((event.target as Element).getAttribute?.("data-id") ?? "") ?? [];
  const { bridges, gates } = drawingStore.getState().layout;
  const bar = type === "bridge" ? bridges.get(Number(id)) : type === "gate" ? gates.get(Number(id)) : undefined;
  const node = bar?.machine ?? id;
  if (node === undefined) return;
  if (event.key === "Enter" || event.key === " ") menu(node, bar?.dev ?? null);
  else if (type === "container" && (event.key === "Delete" || event.key === "Backspace")) {
    focusNext(event.target as Element);
    void import("./gestures/act.ts").then(({ removeNode }) => removeNode(node));
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A card is about to go: the keyboard stays in the drawing, on the card after it or before it. */
function focusNext(card: Element): void {
  const cards = [...(view.element?.querySelectorAll<HTMLElement>(".react-flow__node[tabindex]") ?? [])];
  const i = cards.indexOf(card as HTMLElement);
  (cards[i + 1] ?? cards[i - 1])?.focus();
}
