/**
 * The curtain: while a lesson waits for a prediction, time stands at the moment of the question. Nothing past it happens, and nothing that
 * is already known of the future shows. What somebody types meanwhile waits and is not lost.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { notify } from "./notices.ts";

/** The moment that time doesn't pass; null while the curtain is open. */
export const curtainStore = createStore<{ readonly at_ns: number | null }>(() => ({ at_ns: null }));

/** The furthest moment that time may reach. */
export function curtainAt_ns(): number {
  return curtainStore.getState().at_ns ?? Infinity;
}

export function isCurtainClosed(): boolean {
  return curtainStore.getState().at_ns !== null;
}

export function useCurtain(): boolean {
  return useStore(curtainStore, (s) => s.at_ns !== null);
}

export function sayCurtain(): void {
  notify("note", (t) => t.notice.predictFirst);
}

let waits = false;

/** Resolves with true once the curtain is open. One may wait at a time: false for a second one. */
export function untilOpen(): Promise<boolean> {
  if (!isCurtainClosed()) return Promise.resolve(true);
  sayCurtain();
  if (waits) return Promise.resolve(false);
  waits = true;
  return new Promise((resolve) => {
    const stop = curtainStore.subscribe(({ at_ns }) => {
      if (at_ns !== null) return;
      stop();
      waits = false;
      resolve(true);
    });
  });
}
