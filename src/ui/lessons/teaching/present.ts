/** Presenting to a class: large type, and the keys of a remote control (see lesson-keys.ts). */
import { uiStore } from "../../shell/ui-state.ts";
import { setLarge } from "../../theme/theme.ts";

/** Begins or ends presenting; with the end the panels come back. */
export function togglePresent(): void {
  const present = !uiStore.getState().present;
  uiStore.setState({ present, bare: false });
  setLarge(present);
}
