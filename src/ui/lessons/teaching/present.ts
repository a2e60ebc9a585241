/** Presenting to a class: large type, and the keys of a remote control (see lesson-keys.ts). */
import { uiStore } from "../../shell/ui-state.ts";
import { setLarge } from "../../theme/theme.ts";

/** Begins or ends presenting. The panels make room for the drawing; `x` and the end bring them back. */
export function togglePresent(): void {
  const present = !uiStore.getState().present;
  uiStore.setState({ present, bare: present });
  setLarge(present);
}
