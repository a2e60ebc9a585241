// What nobody may change here: an embedding page, a lesson or a teacher has locked it. The scene's own actions still run.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** `topology`: nothing is added, removed, cut or moved by hand; `terminal`: nobody types. */
export const LOCKS = ["topology", "terminal"] as const;
export type Lock = (typeof LOCKS)[number];
export type Locks = Readonly<Record<Lock, boolean>>;

export const locksStore = createStore<Locks>(() => ({ topology: false, terminal: false }));

export function isLocked(what: Lock): boolean {
  return locksStore.getState()[what];
}

export function useLocked(what: Lock): boolean {
  return useStore(locksStore, (s) => s[what]);
}
