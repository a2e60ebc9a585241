// How somebody likes the page: kept from visit to visit, apart from the session.
import { fallback, number, object, parse, picklist, record, string } from "valibot";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { readStored, writeStored } from "./storage.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const NAME = "prefs";
const shape = object({
  theme: fallback(picklist(THEMES), "system"),
  language: fallback(picklist(["auto", "en", "zh"]), "auto"),
  speed: fallback(number(), 1),
  /** Shares of the resizable panels, in per cent, by group and panel. */
  panels: fallback(record(string(), record(string(), number())), {}),
});

export interface Prefs {
  readonly theme: Theme;
  readonly language: "auto" | "en" | "zh";
  readonly speed: number;
  readonly panels: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export const prefsStore = createStore<Prefs>(readPrefs);

function readPrefs(): Prefs {
  try {
    return parse(shape, JSON.parse(readStored(NAME) ?? "{}"));
  } catch {
    return parse(shape, {});
  }
}

/** Changes some, and keeps all. */
export function setPrefs(change: Partial<Prefs>): void {
  prefsStore.setState(change);
  writeStored(NAME, JSON.stringify(prefsStore.getState()));
}

export function usePrefs<T>(select: (s: Prefs) => T): T {
  return useStore(prefsStore, select);
}
