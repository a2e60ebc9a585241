// What is open on the page: the help, the drawer, the panel of a small window. Not kept from visit to visit.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export const PANELS = ["canvas", "terminal", "events", "details"] as const;
export type PanelName = (typeof PANELS)[number];

export interface UiState {
  readonly help: boolean;
  /** The inspector, where it is a drawer. */
  readonly drawer: boolean;
  /** The panel that a small window shows. */
  readonly panel: PanelName;
  readonly inspectorTab: "packet" | "node";
}

export const uiStore = createStore<UiState>(() => ({
  help: false,
  drawer: false,
  panel: "canvas",
  inspectorTab: "packet",
}));

export function useUi<T>(select: (s: UiState) => T): T {
  return useStore(uiStore, select);
}

/** Brings a panel into view and the keyboard to it. */
export function focusPanel(panel: PanelName): void {
  uiStore.setState({ panel, ...(panel === "details" ? { drawer: true } : {}) });
  requestAnimationFrame(() => {
    const root = document.getElementById(panel);
    const target = root?.querySelector<HTMLElement>("[data-autofocus], textarea.xterm-helper-textarea") ?? root;
    target?.focus();
  });
}
