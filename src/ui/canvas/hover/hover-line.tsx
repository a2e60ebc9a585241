/** The line itself: beside the pointer, or under what the keyboard is on. Nothing in it needs to be reached by the pointer. */
import { useEffect, useRef, useState } from "react";
import type { Point } from "../../motion/geometry.ts";
import { selectionStore, selectNode, worldStore } from "../../store/stores.ts";
import { drawingStore } from "../drawing.ts";
import { type Target, targetAt } from "../menu/target.ts";
import { menuText } from "../menu/text.ts";
import { listeningPorts } from "../menu/traffic.ts";
import { covered, view } from "../view.ts";
import { deviceLine, nodeLine, wireLine } from "./hover-text.ts";
import "./hover.css";

interface Shown {
  readonly text: string;
  readonly at: Point;
}

/** How long the pointer rests before a line comes, ms. */
const REST_MS = 160;

export function HoverLine() {
  const [shown, setShown] = useState<Shown | null>(null);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => (view.element === null ? undefined : watch(view.element, setShown)), []);
  useEffect(() => {
    if (shown !== null && line.current !== null) place(line.current, shown.at);
  }, [shown]);
  if (shown === null) return null;
  return (
    <div ref={line} className="hover-line" role="tooltip">
      {shown.text}
    </div>
  );
}

/** Tells what to show whenever that changes. Returns how to stop. */
function watch(canvas: HTMLElement, show: (line: Shown | null) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let timer = 0;
  let last = "";
  const hide = () => {
    window.clearTimeout(timer);
    last = "";
    show(null);
  };
  const consider = (element: EventTarget | null, at: Point, wait_ms: number) => {
    const target = element instanceof Element ? hoverable(element, at) : null;
    const key = JSON.stringify(target);
    if (key === last) return;
    hide();
    last = key;
    if (target === null) return;
    timer = window.setTimeout(() => {
      const text = lineFor(target);
      // What flies has a line of its own.
      if (text !== null && selectionStore.getState().hovered === null) show({ text, at });
    }, wait_ms);
  };
  canvas.addEventListener(
    "pointerover",
    (event) => event.pointerType === "mouse" && event.buttons === 0 && consider(event.target, pointOf(event), REST_MS),
    { signal },
  );
  canvas.addEventListener(
    "focusin",
    (event) => isByKey(event.target) && consider(event.target, under(event.target as Element), 0),
    { signal },
  );
  for (const type of ["pointerleave", "pointerdown", "focusout", "wheel", "keydown"]) {
    canvas.addEventListener(type, hide, { signal, passive: true });
  }
  canvas.addEventListener("click", pressDevice, { capture: true, signal });
  return () => {
    hide();
    stop.abort();
  };
}

/** A press on an interface or a port opens it in the inspector, among the others of its node. */
function pressDevice(event: MouseEvent): void {
  const dev = event.target instanceof Element ? event.target.closest("[data-dev]")?.getAttribute("data-dev") : null;
  const device = dev == null || event.shiftKey ? undefined : worldStore.getState().devices.get(Number(dev));
  if (device === undefined) return;
  event.stopPropagation();
  selectNode(device.node, device.link.dev);
}

/** Only what has an element of its own: over open ground a line would follow the pointer about. */
function hoverable(element: Element, at: Point): Target | null {
  if (element.closest("[data-dev], [data-wire], .react-flow__node, .nic-pad") === null) return null;
  if (element.closest("button, .host-head, .fdb-row, .trow") !== null) return null;
  return targetAt(element, at);
}

function lineFor(target: Target): string | null {
  const t = menuText();
  const world = worldStore.getState();
  if (target.type === "dev") return deviceLine(target.dev, world, t);
  if (target.type === "wire") {
    const wire = drawingStore.getState().layout.wires.find(({ id }) => id === target.id);
    return wire === undefined ? null : wireLine(wire, world, t);
  }
  const node = target.type === "node" ? world.nodes[target.id] : undefined;
  return node === undefined
    ? null
    : nodeLine(node, world.nodes, listeningPorts(world.nodes[node.netnsOwner] ?? node), t);
}

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX + 12, y: event.clientY + 18 };
}

function isByKey(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(":focus-visible");
}

function under(element: Element): Point {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 8 };
}

/** Inside the canvas and beside what lies over it, whichever side is free. */
function place(line: HTMLElement, at: Point): void {
  const box = view.element?.getBoundingClientRect();
  if (box === undefined) return;
  const width = box.width - covered.drawer;
  line.style.width = line.offsetWidth > width - 12 ? `${width - 12}px` : "";
  const left = Math.max(6, Math.min(at.x - box.left, width - line.offsetWidth - 6));
  const below = at.y - box.top;
  const top = below + line.offsetHeight > box.height - 6 ? below - line.offsetHeight - 30 : below;
  line.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(6, top))}px)`;
}
