/** A ping drawn by hand: from a card's handle to whoever is to answer. */
import type { NodeId } from "../../../protocol/view.ts";
import { selectNode } from "../../store/stores.ts";
import { drawingStore, setFocused } from "../drawing.ts";
import { toDrawing } from "../view.ts";
import { pingNode } from "./act.ts";
import { targetForPing } from "./drop-target.ts";
import { gestureStore, setChoice, setGesture } from "./gesture-store.ts";
import { trackPointer } from "./pointer.ts";
import { openMenu } from "./toolbar-store.ts";

/** Follows the pointer from the handle of `from` until it is let go of; on a card it pings, with Shift one chooses what to ask. */
function startPingDrag(from: NodeId, event: PointerEvent): void {
  if (event.button !== 0) return;
  event.stopPropagation();
  trackPointer(event, {
    move: (at) => {
      const { layout } = drawingStore.getState();
      setGesture({ type: "ping", from, at }, targetForPing(layout, toDrawing(at), from));
    },
    drop: (at, { shiftKey }) => {
      const { over } = gestureStore.getState();
      if (over?.type !== "node") return;
      if (shiftKey) setChoice({ type: "ask", from, to: over.id, at });
      else pingNode(from, over.id);
    },
    end: () => setGesture(null, null),
  });
}

/** The same without dragging: a list of those who could answer. */
function openPingMenu(from: NodeId): void {
  selectNode(from);
  setFocused({ type: "node", id: from });
  openMenu("ping");
}

/** Listens for drags and presses of the cards' handles. Returns how to stop. */
export function listenForPings(canvas: HTMLElement): () => void {
  const stop = new AbortController();
  const options = { capture: true, signal: stop.signal };
  const fromOf = ({ target }: Event) =>
    target instanceof Element ? (target.closest("[data-ping]")?.getAttribute("data-ping") ?? null) : null;
  const begin = (event: PointerEvent) => {
    const from = fromOf(event);
    if (from !== null) startPingDrag(from, event);
  };
  const press = (event: MouseEvent) => {
    const from = fromOf(event);
    if (from === null) return;
    event.stopPropagation();
    openPingMenu(from);
  };
  canvas.addEventListener("pointerdown", begin, options);
  canvas.addEventListener("click", press, options);
  return () => stop.abort();
}
