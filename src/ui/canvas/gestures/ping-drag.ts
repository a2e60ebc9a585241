/** A ping drawn by hand: from a card's handle to whoever is to answer. */
import type { PointerEvent as ReactPointerEvent } from "react";
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
export function startPingDrag(from: NodeId, event: ReactPointerEvent): void {
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
export function openPingMenu(from: NodeId): void {
  selectNode(from);
  setFocused({ type: "node", id: from });
  openMenu("ping");
}
