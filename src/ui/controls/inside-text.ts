// The sentences about looking inside, in the language that is shown. They are fetched with the panels.
import { enInside } from "../../i18n/en/inside.ts";
import { type Language, useLanguage } from "../../i18n/text.ts";
import { zhInside } from "../../i18n/zh/inside.ts";

export type InsideText = typeof enInside;

export function insideTextOf(language: Language): InsideText {
  return language === "zh" ? zhInside : enInside;
}

export function useInsideText(): InsideText {
  return insideTextOf(useLanguage());
}
