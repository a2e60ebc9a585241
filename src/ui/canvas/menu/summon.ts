/** What opens the canvas's menus: the right button, a long press, Shift+F10 and the menu key. */
import { distance, type Point } from "../../motion/geometry.ts";
import { view } from "../view.ts";
import { openContextMenu } from "./menu-store.ts";
import { targetAt } from "./target.ts";

/** How long a finger rests, ms; how far it may stray meanwhile, px. */
const PRESS_MS = 520;
const STRAY_PX = 9;

/** What has a menu of its own, or none: fields, the toolbar, the controls. */
const NOT_OURS = ".toolbar, .controls, .choice, .group-bar, .legend, .legend-panel, input, textarea, .minimap";

/** Listens on the canvas. Returns how to stop. */
export function listenForMenus(canvas: HTMLElement): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, call: (event: HTMLElementEventMap[K]) => void) =>
    canvas.addEventListener(type, call, { signal: stop.signal });
  const press = longPress();
  const byButton = (event: MouseEvent) => {
    if (isForeign(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    press.cancel();
    summon(event.target, { x: event.clientX, y: event.clientY });
  };
  on("contextmenu", byButton);
  if (view.asked !== null) byButton(view.asked);
  view.asked = null;
  on("keydown", (event) => {
    if (!(event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) || isForeign(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    summon(event.target, lowerMiddle(event.target as Element));
  });
  on("pointerdown", (event) => event.pointerType === "touch" && !isForeign(event.target) && press.begin(event));
  on("pointermove", press.move);
  on("pointerup", press.cancel);
  on("pointercancel", press.cancel);
  return () => {
    press.cancel();
    stop.abort();
  };
}

function summon(element: EventTarget | null, at: Point): void {
  openContextMenu(targetAt(element instanceof Element ? element : null, at), at);
}

function isForeign(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(NOT_OURS) !== null;
}

/** Where a menu opened by a key hangs. */
function lowerMiddle(element: Element): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + Math.min(height, 60) };
}

function longPress() {
  let timer = 0;
  let start: Point = { x: 0, y: 0 };
  const cancel = () => window.clearTimeout(timer);
  return {
    cancel,
    begin: (event: PointerEvent) => {
      cancel();
      start = { x: event.clientX, y: event.clientY };
      const { target } = event;
      timer = window.setTimeout(() => {
        swallowClick();
        summon(target, start);
      }, PRESS_MS);
    },
    move: (event: PointerEvent) => {
      if (distance(start, { x: event.clientX, y: event.clientY }) > STRAY_PX) cancel();
    },
  };
}

let pressing = false;

/** Whether the finger that opened the menu still lies there, or has only just been lifted: that closes nothing. */
export function isPressing(): boolean {
  return pressing;
}

/** How long what a lifted finger sets off may take, ms. */
const LIFT_MS = 80;

/** The finger that is lifted now would press what lies under it. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  pressing = true;
  window.addEventListener("click", swallow, { capture: true });
  const lifted = () => {
    stop.abort();
    setTimeout(() => {
      pressing = false;
      window.removeEventListener("click", swallow, { capture: true });
    }, LIFT_MS);
  };
  const stop = new AbortController();
  for (const type of ["pointerup", "pointercancel"]) {
    window.addEventListener(type, lifted, { capture: true, signal: stop.signal });
  }
}
