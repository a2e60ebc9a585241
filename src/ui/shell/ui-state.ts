// What is open on the page: the help, the drawer, the panel of a small window. Not kept from visit to visit.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { NodeId } from "../../protocol/view.ts";
import { selectionStore } from "../store/stores.ts";

export const PANELS = ["canvas", "terminal", "events", "details"] as const;
export type PanelName = (typeof PANELS)[number];

export type InspectorTab = "packet" | "node" | "netfilter";

export interface UiState {
  readonly help: boolean;
  /** The scenes that somebody keeps. */
  readonly library: boolean;
  /** The command palette. */
  readonly palette: boolean;
  /** Hosts that a container network is to be built on, in the dialog for it; null while that is closed. */
  readonly connect: readonly NodeId[] | null;
  /** Networks side by side. */
  readonly compare: boolean;
  /** Links, figures, pictures and files to pass on. */
  readonly share: boolean;
  /** The list of lessons and puzzles. */
  readonly lessons: boolean;
  /** For a class: large type, and keys of a remote control. */
  readonly present: boolean;
  /** Only the canvas, time and the card are shown. */
  readonly bare: boolean;
  /** What stands on the card over the canvas. */
  readonly card: "lesson" | "bridge" | null;
  /** The inspector, where it is a drawer. */
  readonly drawer: boolean;
  /** What there is; a figure in another page may have less. */
  readonly panels: readonly PanelName[];
  /** The panel that a small window shows. */
  readonly panel: PanelName;
  readonly inspectorTab: InspectorTab;
}

export const uiStore = createStore<UiState>(() => ({
  help: false,
  library: false,
  palette: false,
  connect: null,
  compare: false,
  share: false,
  lessons: false,
  present: false,
  bare: false,
  card: null,
  drawer: false,
  panels: PANELS,
  panel: "canvas",
  inspectorTab: "packet",
}));

export function useUi<T>(select: (s: UiState) => T): T {
  return useStore(uiStore, select);
}

/** Shows whatever was selected last in the inspector, and opens it where it is a drawer or a panel of its own. */
export function followSelection(): () => void {
  return selectionStore.subscribe((now, before) => {
    const isRow = now.row !== null && now.row !== before.row;
    const isNode = !isRow && now.node !== null && (now.node !== before.node || now.dev !== before.dev);
    const { inspectorTab } = uiStore.getState();
    // Who follows a packet among the rules goes on doing so.
    const rowTab = inspectorTab === "netfilter" ? inspectorTab : "packet";
    if (isRow) uiStore.setState({ inspectorTab: rowTab, drawer: true, panel: "details" });
    // A small window stays where it is: a card that was tapped has its own buttons.
    else if (isNode) uiStore.setState({ inspectorTab: "node", drawer: true });
  });
}

/** Whether the page has this panel, so that something may lead to it. */
export function hasPanel(panel: PanelName): boolean {
  return uiStore.getState().panels.includes(panel);
}

/** Brings a panel into view and the keyboard to it; what is still being fetched gets it when it is there. */
export function focusPanel(panel: PanelName): void {
  uiStore.setState({ panel, ...(panel === "details" ? { drawer: true } : {}) });
  const until_ms = performance.now() + PATIENCE_MS;
  let held = document.activeElement;
  const seek = () => {
    // Whoever has moved on meanwhile is not called back.
    if (document.activeElement !== held && document.activeElement !== document.body) return;
    const root = document.getElementById(panel);
    const target = root?.querySelector<HTMLElement>("[data-autofocus], textarea.xterm-helper-textarea");
    (target ?? root)?.focus();
    held = document.activeElement;
    if (target == null && panel !== "canvas" && performance.now() < until_ms) requestAnimationFrame(seek);
  };
  requestAnimationFrame(seek);
}

/** How long the keyboard waits for a part of the page that is being fetched. */
const PATIENCE_MS = 10_000;
