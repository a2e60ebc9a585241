// Which language the page speaks. English comes with the page; Chinese is fetched when somebody wants it.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { enLater } from "./en/later.ts";
import { en } from "./en/page.ts";

/** The sentences of one language that the first picture needs. */
export type Text = typeof en;
/** The others, see all-text.ts. */
export type LaterText = typeof enLater;
export type Language = "en" | "zh";

interface Spoken {
  readonly language: Language;
  readonly text: Text;
  /** Null in English, whose later sentences come with what shows them. */
  readonly later: LaterText | null;
}

export const textStore = createStore<Spoken>(() => ({ language: "en", text: en, later: null }));

/** The sentences of the language that is shown. */
export function useText(): Text {
  return useStore(textStore, (s) => s.text);
}

/** The language that is shown. */
export function useLanguage(): Language {
  return useStore(textStore, (s) => s.language);
}

/** Shows the page in this language once its sentences are there. */
export async function speak(language: Language): Promise<void> {
  if (language === "zh") {
    const [{ zh }, { zhLater }] = await Promise.all([import("./zh/page.ts"), import("./zh/later.ts")]);
    textStore.setState({ language, text: zh, later: zhLater });
  } else textStore.setState({ language, text: en, later: null });
  if (typeof document === "undefined") return;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
