// Whether events are said to a screen reader as they happen; kept from visit to visit.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { readStored, writeStored } from "../store/storage.ts";

const NAME = "narration";

export const narrationStore = createStore<{ readonly on: boolean }>(() => ({ on: readStored(NAME) === "on" }));

export function useNarration(): boolean {
  return useStore(narrationStore, (s) => s.on);
}

export function toggleNarration(): void {
  const on = !narrationStore.getState().on;
  narrationStore.setState({ on });
  writeStored(NAME, on ? "on" : null);
}
