/** The whole drawing in a corner, when only a small part of it is in the window: where one is, and a way to elsewhere. */
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { useText } from "../../../../i18n/text.ts";
import { contains, type Point, type Rect, union } from "../../../motion/geometry.ts";
import type { Layout } from "../../../motion/layout-types.ts";
import { onFrame } from "../../../store/clock.ts";
import { drawingStore } from "../../drawing.ts";
import { watchTheme } from "../../packets/colours.ts";
import { goTo, inView, room, view } from "../../view.ts";
import { type Ink, readInk } from "../ink.ts";
import { isWanted } from "./place.ts";
import "./overview.css";

/** Largest size of the picture, px. */
const MOST = { width: 176, height: 122 };
const INSET = 5;
/** In a smaller window it would be in the way. */
const LEAST_ROOM = { width: 520, height: 260 };

interface Scale {
  readonly origin: Point;
  readonly k: number;
  readonly width: number;
  readonly height: number;
}

export function Overview() {
  const t = useText().canvas;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (frame.current !== null && canvas.current !== null) return run(frame.current, canvas.current);
    return undefined;
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture in which arrow keys move the window is no fieldset
    <div
      ref={frame}
      className="overview"
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that move the window need a place to be pressed
      tabIndex={0}
      aria-label={t.overview}
      hidden
      data-own-arrows
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => event.buttons !== 0 && follow(event)}
      onKeyDown={onKey}
    >
      <canvas ref={canvas} />
    </div>
  );
}

function scaleOf(bounds: Rect): Scale {
  const k = Math.min((MOST.width - 2 * INSET) / bounds.width, (MOST.height - 2 * INSET) / bounds.height);
  const origin = { x: bounds.x - INSET / k, y: bounds.y - INSET / k };
  return { origin, k, width: bounds.width * k + 2 * INSET, height: bounds.height * k + 2 * INSET };
}

/** Draws from now on: the picture once for each layout, the window's frame over it whenever the view moves. */
function run(frame: HTMLElement, canvas: HTMLCanvasElement): () => void {
  const g = canvas.getContext("2d");
  if (g === null) return () => {};
  const picture = document.createElement("canvas");
  let drawn: Layout | null = null;
  let last = "";
  let ink: Ink | null = null;
  const stops = [
    watchTheme(() => {
      ink = null;
      drawn = null;
    }),
    onFrame(() => {
      const { layout } = drawingStore.getState();
      const isLarge = room.width >= LEAST_ROOM.width && room.height >= LEAST_ROOM.height;
      const wanted = isLarge && isWanted(layout.bounds, inView());
      if (frame.hidden === wanted) frame.hidden = !wanted;
      if (!wanted) return;
      const key = `${view.transform().join(" ")} ${room.width} ${room.height}`;
      if (layout === drawn && key === last && ink !== null) return;
      last = key;
      ink ??= readInk();
      if (layout !== drawn) drawPicture(picture, layout, ink);
      drawn = layout;
      drawWindow(g, canvas, picture, scaleOf(layout.bounds), ink);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function sized(canvas: HTMLCanvasElement, { width, height }: Scale): number {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  return ratio;
}

function drawPicture(canvas: HTMLCanvasElement, layout: Layout, ink: Ink): void {
  const scale = scaleOf(layout.bounds);
  const ratio = sized(canvas, scale);
  const g = canvas.getContext("2d");
  if (g === null) return;
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.clearRect(0, 0, canvas.width, canvas.height);
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  const fill = (rects: Iterable<Rect>, colour: string) => {
    g.fillStyle = colour;
    for (const r of rects) {
      const [x, y] = [(r.x - scale.origin.x) * scale.k, (r.y - scale.origin.y) * scale.k];
      g.fillRect(x, y, Math.max(1.2, r.width * scale.k), Math.max(1.2, r.height * scale.k));
    }
  };
  const machines = [...layout.machines.values()];
  fill(
    machines.filter((box) => box.stack !== null).map((box) => box.rect),
    ink.sunk,
  );
  fill(
    machines.flatMap((box) => (box.stack === null ? [box.rect] : [box.stack])),
    ink.edge,
  );
  fill(
    [...layout.containers.values()].map((box) => box.rect),
    ink.wire,
  );
  fill(
    [...layout.bridges.values()].map((box) => box.rect),
    ink.accent,
  );
}

function drawWindow(
  g: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  picture: HTMLCanvasElement,
  scale: Scale,
  ink: Ink,
): void {
  const ratio = sized(canvas, scale);
  Object.assign(canvas.style, { width: `${scale.width}px`, height: `${scale.height}px` });
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.clearRect(0, 0, canvas.width, canvas.height);
  g.drawImage(picture, 0, 0);
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  const seen = inView();
  const left = Math.max(1, (seen.x - scale.origin.x) * scale.k);
  const top = Math.max(1, (seen.y - scale.origin.y) * scale.k);
  const right = Math.min(scale.width - 1, (seen.x + seen.width - scale.origin.x) * scale.k);
  const bottom = Math.min(scale.height - 1, (seen.y + seen.height - scale.origin.y) * scale.k);
  const box = [left, top, Math.max(5, right - left), Math.max(5, bottom - top)] as const;
  g.globalAlpha = 0.14;
  g.fillStyle = ink.accent;
  g.fillRect(...box);
  g.globalAlpha = 1;
  g.strokeStyle = ink.accent;
  g.lineWidth = 2;
  g.strokeRect(...box);
}

/** The middle of the window goes where the pointer is. */
function follow(event: PointerEvent<HTMLElement>): void {
  const { bounds } = drawingStore.getState().layout;
  const box = event.currentTarget.getBoundingClientRect();
  const { origin, k } = scaleOf(bounds);
  const at = { x: (event.clientX - box.left) / k + origin.x, y: (event.clientY - box.top) / k + origin.y };
  const [, , zoom] = view.transform();
  drawingStore.setState({ following: false });
  const inside = contains(bounds, at) ? at : nearest(bounds, at);
  view.moveTo(room.width / 2 - inside.x * zoom, room.height / 2 - inside.y * zoom, zoom, 0);
}

function nearest(r: Rect, p: Point): Point {
  return { x: Math.min(r.x + r.width, Math.max(r.x, p.x)), y: Math.min(r.y + r.height, Math.max(r.y, p.y)) };
}

/** What one press of an arrow moves, as a share of the window. */
const STEP = 0.4;

function onKey(event: KeyboardEvent): void {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (way === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const seen = inView();
  const middle = { x: seen.x + seen.width * (0.5 + STEP * way[0]!), y: seen.y + seen.height * (0.5 + STEP * way[1]!) };
  const { bounds } = drawingStore.getState().layout;
  drawingStore.setState({ following: false });
  goTo(union([{ ...nearest(bounds, middle), width: 0, height: 0 }]), view.transform()[2]);
}
