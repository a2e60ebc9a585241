/** Which list of the toolbar is open. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export type ToolbarMenu = "actions" | "ping" | "move";

export interface ToolbarState {
  readonly menu: ToolbarMenu;
  /** Goes up with each wish that the list take the focus. */
  readonly grab: number;
}

let wanted = false;

export const toolbarStore = createStore<ToolbarState>(() => ({ menu: "actions", grab: 0 }));

export function useToolbar<T>(select: (s: ToolbarState) => T): T {
  return useStore(toolbarStore, select);
}

/** Shows a list, and puts the focus into it. */
export function openMenu(menu: ToolbarMenu): void {
  wanted = true;
  toolbarStore.setState((s) => ({ menu, grab: s.grab + 1 }));
}

/** Shows the actions without touching the focus. */
export function showActions(): void {
  wanted = false;
  toolbarStore.setState({ menu: "actions" });
}

/** Whether the list should take the focus now; asked once for each wish. */
export function takeWish(): boolean {
  const was = wanted;
  wanted = false;
  return was;
}
