/** Which menu of the canvas is open, and where. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Point } from "../../motion/geometry.ts";
import type { Target } from "./target.ts";

export interface OpenMenu {
  readonly target: Target;
  /** In client coordinates. */
  readonly at: Point;
  /** Goes up with each menu, so that one in place of another is a new one. */
  readonly nth: number;
}

const menuStore = createStore<{ readonly menu: OpenMenu | null }>(() => ({ menu: null }));

let opened = 0;

export function useOpenMenu(): OpenMenu | null {
  return useStore(menuStore, (s) => s.menu);
}

export function openContextMenu(target: Target, at: Point): void {
  menuStore.setState({ menu: { target, at, nth: opened++ } });
}

export function closeContextMenu(): void {
  menuStore.setState({ menu: null });
}
