// Sentences of a part of the page, which are fetched with it in both languages.
import { type Language, textStore, useLanguage } from "./text.ts";

export interface PartText<T> {
  readonly of: (language: Language) => T;
  /** In the language that is shown, for what React draws. */
  readonly use: () => T;
  /** The same for everything else. */
  readonly now: () => T;
}

export function partText<T>(en: T, zh: T): PartText<T> {
  const of = (language: Language) => (language === "zh" ? zh : en);
  return { of, use: () => of(useLanguage()), now: () => of(textStore.getState().language) };
}
