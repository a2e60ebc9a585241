// Which language the page speaks. English comes with the page; Chinese is fetched when somebody wants it.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { en } from "./en/page.ts";

/** All sentences of one language. */
export type Text = typeof en;
export type Language = "en" | "zh";

export const textStore = createStore<{ readonly language: Language; readonly text: Text }>(() => ({
  language: "en",
  text: en,
}));

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
  const text = language === "zh" ? (await import("./zh/page.ts")).zh : en;
  textStore.setState({ language, text });
  if (typeof document === "undefined") return;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
