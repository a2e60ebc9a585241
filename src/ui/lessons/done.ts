/** Which lessons and puzzles somebody has finished: kept from visit to visit, in memory where nothing can be kept. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { isRecord, readJson, writeStored } from "../store/storage.ts";

const NAME = "lessons-done";

export const doneStore = createStore<{ readonly done: ReadonlySet<string> }>(() => ({ done: new Set(readDone()) }));

function readDone(): string[] {
  const kept = readJson(NAME);
  const ids = isRecord(kept) ? kept.done : [];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** Marks a lesson, by its id. */
export function markDone(id: string): void {
  const done = new Set(doneStore.getState().done).add(id);
  doneStore.setState({ done });
  writeStored(NAME, JSON.stringify({ done: [...done] }));
}

export function useDone(): ReadonlySet<string> {
  return useStore(doneStore, (s) => s.done);
}
