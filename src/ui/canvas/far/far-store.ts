/**
 * Who draws what. With few containers every card is an element. With many, only those are that are near: large enough to be
 * read and in the window, once the view has come to rest; the canvas of this folder draws all the others, and all veths.
 * Seen as a map, from so far that no name can be read, it draws everything.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { NodeId } from "../../../protocol/view.ts";
import { onFrame } from "../../store/clock.ts";
import { drawingStore } from "../drawing.ts";
import { inView, view } from "../view.ts";
import { isMany, isMap, nearOnes, SETTLE_MS, stepTowards } from "./near.ts";

export interface FarState {
  /** More containers than there should be elements. */
  readonly many: boolean;
  readonly map: boolean;
  /** Containers that are elements, where they are many. */
  readonly near: ReadonlySet<NodeId>;
}

const NONE: ReadonlySet<NodeId> = new Set();

export const farStore = createStore<FarState>(() => ({ many: false, map: false, near: NONE }));

export function useFar<T>(select: (s: FarState) => T): T {
  return useStore(farStore, select);
}

/** Keeps the store in step with layout and view. Returns how to stop. */
export function startFar(): () => void {
  let last = view.transform();
  let still_ms = 0;
  let wanted: ReadonlySet<NodeId> | null = null;
  const relook = () => {
    const many = isMany(drawingStore.getState().layout);
    if (many !== farStore.getState().many) farStore.setState({ many, near: NONE });
    wanted = null;
  };
  relook();
  const stops = [
    drawingStore.subscribe((now, before) => now.layout !== before.layout && relook()),
    onFrame((_, dt_ms) => {
      const now = view.transform();
      const moved = now[0] !== last[0] || now[1] !== last[1] || now[2] !== last[2];
      last = now;
      still_ms = moved ? 0 : still_ms + dt_ms;
      const { map, many, near } = farStore.getState();
      if (moved) wanted = null;
      if (isMap(now[2]) !== map) farStore.setState({ map: !map });
      if (!many || still_ms < SETTLE_MS) return;
      wanted ??= nearOnes(drawingStore.getState().layout, inView(), now[2]);
      const next = stepTowards(near, wanted);
      if (next !== near) farStore.setState({ near: next });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
