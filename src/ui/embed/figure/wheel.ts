// The wheel belongs to the article around a figure, unless Ctrl or ⌘ is held or the figure has the focus.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** How long the hint stays after the last turn of the wheel, ms. */
const HINT_MS = 1400;

const hintStore = createStore<{ readonly shown: boolean }>(() => ({ shown: false }));

export function useWheelHint(): boolean {
  return useStore(hintStore, (s) => s.shown);
}

/** Keeps the wheel from the drawing where it is the article's. Returns how to stop. */
export function lendWheel(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listener = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey || document.hasFocus()) return hintStore.setState({ shown: false });
    // Not seen by the drawing; what the browser does with it by itself is to scroll.
    event.stopPropagation();
    if (!(event.target instanceof Element) || event.target.closest(".canvas") === null) return;
    hintStore.setState({ shown: true });
    clearTimeout(timer);
    timer = setTimeout(() => hintStore.setState({ shown: false }), HINT_MS);
  };
  document.addEventListener("wheel", listener, { capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    document.removeEventListener("wheel", listener, { capture: true });
  };
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);
