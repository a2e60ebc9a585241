// A figure in another page: it starts when somebody can see it (or presses Start), and stands still out of sight.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { holdClock } from "../../store/clock.ts";

export interface Figure {
  /** False until the simulator is wanted. */
  readonly started: boolean;
  readonly visible: boolean;
  /** Room that the figure has, and the height that its drawing would fill, px. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

export const figureStore = createStore<Figure>(() => ({ started: false, visible: false, size: null }));

export function useFigure<T>(select: (s: Figure) => T): T {
  return useStore(figureStore, select);
}

/** Starts the figure now, seen or not. */
export function startFigure(): void {
  figureStore.setState({ started: true });
}

/** Resolves when the figure is wanted: once it is seen, or with `click` when somebody or the host page starts it. */
export function whenWanted(click: boolean): Promise<void> {
  watch();
  return new Promise((resolve) => {
    const look = ({ started, visible }: Figure) => {
      if (!started && (click || !visible)) return;
      stop();
      startFigure();
      resolve();
    };
    const stop = figureStore.subscribe(look);
    look(figureStore.getState());
  });
}

/** Follows whether anything of the frame can be seen, through all frames around it. */
function watch(): void {
  const show = (seen: boolean) => {
    const visible = seen && !document.hidden;
    figureStore.setState({ visible });
    holdClock(!visible);
  };
  let seen = false;
  const observer = new IntersectionObserver((entries) => {
    seen = entries.at(-1)?.isIntersecting ?? false;
    show(seen);
  });
  observer.observe(document.documentElement);
  document.addEventListener("visibilitychange", () => show(seen));
}
