/**
 * What is far or too many to be elements: one canvas below the elements, drawn in the page's one animation frame and only when
 * the view, the layout or the world has changed; what lies under the pointer, in one line; and proxies for the keyboard.
 */
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { type Text, textStore } from "../../../i18n/text.ts";
import { onFrame } from "../../store/clock.ts";
import { selectionStore, worldStore } from "../../store/stores.ts";
import { drawingStore } from "../drawing.ts";
import { gestureStore } from "../gestures/gesture-store.ts";
import { containerLabel } from "../nodes/container-card.tsx";
import { watchTheme } from "../packets/colours.ts";
import { type Hit, room, toDrawing, view } from "../view.ts";
import { wireLabel } from "../wires.tsx";
import { drawFar, type FarMoment } from "./draw.ts";
import { farStore, useFar } from "./far-store.ts";
import { type Figure, figureOf, hitFigure, refreshFigure } from "./figure.ts";
import { type Ink, readInk } from "./ink.ts";
import { Proxies } from "./list/proxies.tsx";
import { ringStore } from "./list/ring.ts";
import "./far.css";

export function FarLayer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [note, setNote] = useState<Note | null>(null);
  const many = useFar((s) => s.many);
  useEffect(() => (canvas.current === null ? undefined : run(canvas.current, setNote)), []);
  return (
    <>
      <canvas ref={canvas} className="far" />
      {note !== null && (
        <div className="far-note" aria-hidden="true" style={besides(note)}>
          {note.text}
        </div>
      )}
      {many && <Proxies />}
    </>
  );
}

/** A line beside the pointer, which stands at x, y of the canvas. */
interface Note {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}
type SetNote = (note: Note | null) => void;

/** Right of the pointer, or left of it in the window's right half. */
function besides({ x, y }: Note): CSSProperties {
  const top = y + 18;
  return x < room.width / 2 ? { top, left: x + 14 } : { top, right: room.width - x + 8 };
}

/** Draws from now on. Returns how to stop. */
function run(canvas: HTMLCanvasElement, setNote: SetNote): () => void {
  const g = canvas.getContext("2d");
  if (g === null) return () => {};
  let figure: Figure | null = null;
  let ink: Ink | null = null;
  let hovered: string | null = null;
  let seen: readonly unknown[] = [];
  const figureNow = () => {
    const { layout } = drawingStore.getState();
    if (figure?.layout !== layout) figure = figureOf(layout);
    refreshFigure(figure, worldStore.getState());
    return figure;
  };
  view.hit = (client) => hitNow(figureNow(), client);
  const forgetInk = () => {
    ink = null;
  };
  const hover = (hit: Hit | null) => {
    hovered = hit?.id ?? null;
  };
  const draw = () => {
    const now = dependencies(hovered);
    if (ink !== null && now.every((value, i) => value === seen[i])) return;
    seen = now;
    ink ??= readInk();
    resize(canvas, g);
    drawFar(g, momentNow(figureNow(), ink, hovered));
  };
  const stops = [watchTheme(forgetInk), watchPointer(hover, setNote), onFrame(draw)];
  return () => {
    view.hit = () => null;
    for (const stop of stops) stop();
  };
}

/** All that a picture depends on. */
function dependencies(hovered: string | null): readonly unknown[] {
  const { many, map, near } = farStore.getState();
  const { layout } = drawingStore.getState();
  const { version } = worldStore.getState();
  const { over } = gestureStore.getState();
  const marks = [over, hovered, selectionStore.getState().node, wireNow(), ringStore.getState().rect];
  return [layout, many || map ? version : -1, ...view.transform(), many, map, near, room.width, room.height, ...marks];
}

/** The line that the toolbar stands over. */
function wireNow(): string | null {
  const { focused } = drawingStore.getState();
  return focused?.type === "wire" ? focused.id : null;
}

function momentNow(figure: Figure, ink: Ink, hovered: string | null): FarMoment {
  const { many, map, near } = farStore.getState();
  const { over } = gestureStore.getState();
  return {
    figure,
    transform: view.transform(),
    width: room.width,
    height: room.height,
    ink,
    map,
    many,
    near,
    selected: selectionStore.getState().node,
    wire: wireNow(),
    hovered: over?.type === "node" ? over.id : hovered,
    ring: ringStore.getState().rect,
  };
}

function resize(canvas: HTMLCanvasElement, g: CanvasRenderingContext2D): void {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const w = Math.round(room.width * ratio);
  const h = Math.round(room.height * ratio);
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function hitNow(figure: Figure, client: { x: number; y: number }): Hit | null {
  const { many, near } = farStore.getState();
  // With few containers their cards and lines are elements, and take the pointer themselves.
  return many ? hitFigure(figure, toDrawing(client), view.transform()[2], near) : null;
}

/** One line about what is under the pointer, unless a token or an element is. */
function watchPointer(hover: (hit: Hit | null) => void, setNote: SetNote): () => void {
  const { element } = view;
  if (element === null) return () => {};
  let last: Hit | null = null;
  const onLeave = () => {
    last = null;
    hover(null);
    setNote(null);
    element.classList.remove("over-far");
  };
  // What lies under a pointer that rests while the view moves is another thing.
  let [x, y, zoom] = view.transform();
  const onView = () => {
    const now = view.transform();
    if (last !== null && (now[0] !== x || now[1] !== y || now[2] !== zoom)) onLeave();
    [x, y, zoom] = now;
  };
  const stop = onFrame(onView);
  const onMove = (event: PointerEvent) => {
    const free = event.buttons === 0 && !element.classList.contains("over-token");
    const onPane = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
    const hit = free && onPane ? view.hit({ x: event.clientX, y: event.clientY }) : null;
    element.classList.toggle("over-far", hit !== null);
    if (hit?.id === last?.id) return;
    last = hit;
    hover(hit);
    const box = element.getBoundingClientRect();
    const text = hit === null ? "" : noteOf(hit, textStore.getState().text.canvas);
    setNote(text === "" ? null : { text, x: event.clientX - box.left, y: event.clientY - box.top });
  };
  element.addEventListener("pointermove", onMove);
  element.addEventListener("pointerleave", onLeave);
  return () => {
    stop();
    element.removeEventListener("pointermove", onMove);
    element.removeEventListener("pointerleave", onLeave);
  };
}

function noteOf(hit: Hit, t: Text["canvas"]): string {
  if (hit.type === "wire") {
    const wire = drawingStore.getState().layout.wires.find((one) => one.id === hit.id);
    return wire === undefined ? "" : wireLabel(wire, t);
  }
  const node = worldStore.getState().nodes[hit.id];
  return node === undefined ? "" : containerLabel(node, t);
}
