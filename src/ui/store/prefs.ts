// How somebody likes the page: kept from visit to visit, apart from the session.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { isNumber, isRecord, readJson, writeStored } from "./storage.ts";

export const THEMES = ["system", "light", "dark", "projector"] as const;
export type Theme = (typeof THEMES)[number];

const NAME = "prefs";

export interface Prefs {
  readonly theme: Theme;
  readonly language: "auto" | "en" | "zh";
  readonly speed: number;
  /** Sizes of the panels that somebody dragged, px, by name. */
  readonly panels: Readonly<Record<string, number>>;
  /** The canvas draws computers, cables and a switch. */
  readonly machines: boolean;
}

const USUAL: Prefs = { theme: "system", language: "auto", speed: 1, panels: {}, machines: false };

export const prefsStore = createStore<Prefs>(readPrefs);

/** What was kept; what makes no sense is as usual. */
function readPrefs(): Prefs {
  const kept = readJson(NAME);
  if (!isRecord(kept)) return USUAL;
  const { theme, language, speed, panels, machines } = kept;
  return {
    theme: THEMES.find((one) => one === theme) ?? USUAL.theme,
    language: language === "en" || language === "zh" ? language : USUAL.language,
    speed: isNumber(speed) && speed >= 0.1 && speed <= 10 ? speed : USUAL.speed,
    panels: isRecord(panels) && Object.values(panels).every(isNumber) ? (panels as Record<string, number>) : {},
    machines: machines === true,
  };
}

/** Changes some, and keeps all. */
export function setPrefs(change: Partial<Prefs>): void {
  prefsStore.setState(change);
  writeStored(NAME, JSON.stringify(prefsStore.getState()));
}

export function usePrefs<T>(select: (s: Prefs) => T): T {
  return useStore(prefsStore, select);
}
