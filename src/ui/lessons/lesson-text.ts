// The sentences about lessons. They are fetched with the lessons.
import { enLessons } from "../../i18n/en/lessons.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhLessons } from "../../i18n/zh/lessons.ts";

export type LessonText = typeof enLessons;

export const { of: lessonTextOf, use: useLessonText, now: lessonText } = partText(enLessons, zhLessons);
