// The sentences about lessons, in the language that is shown. They are fetched with the lessons.
import { enLessons } from "../../i18n/en/lessons.ts";
import { type Language, textStore, useLanguage } from "../../i18n/text.ts";
import { zhLessons } from "../../i18n/zh/lessons.ts";

export type LessonText = typeof enLessons;

const TEXTS: Readonly<Record<Language, LessonText>> = { en: enLessons, zh: zhLessons };

export function useLessonText(): LessonText {
  return TEXTS[useLanguage()];
}

/** For sentences that are said outside of a component. */
export function lessonText(): LessonText {
  return TEXTS[textStore.getState().language];
}
