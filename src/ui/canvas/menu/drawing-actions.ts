/** What is done with the drawing itself. */

import type { CanvasMenuText } from "../../../i18n/en/canvas-menu.ts";
import { prefsStore, setPrefs } from "../../store/prefs.ts";
import { tidyLayout } from "../../store/stores.ts";
import { drawingStore, showAll } from "../drawing.ts";
import type { Action } from "./action.ts";

/** All of it in view, also when it grows. */
export function fitDrawing(): void {
  drawingStore.setState({ following: true });
  showAll(true);
}

/** Gives every card back to the layout. */
export function tidyDrawing(): void {
  tidyLayout();
  fitDrawing();
}

/** Computers, cables and a switch, or namespaces and bridges. */
export function toggleMachines(): void {
  setPrefs({ machines: !prefsStore.getState().machines });
}

export function drawAs(t: CanvasMenuText): Action {
  const { machines } = prefsStore.getState();
  return { id: "machines", label: machines ? t.namespaces : t.machines, run: toggleMachines };
}
