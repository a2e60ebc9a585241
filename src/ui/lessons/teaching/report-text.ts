import type { Language } from "../../../i18n/text.ts";
import type { OpenLesson } from "../lesson-store.ts";
import { type LessonText, lessonTextOf } from "../lesson-text.ts";
import { type CheckResult, resultOf } from "./results.ts";

/** A line for the whole and one for each step. */
export function reportText(open: OpenLesson, language: Language): string {
  const t = lessonTextOf(language).report;
  const { lesson, progress, opened_ms, ended_ms, ended_ns, hints } = open;
  const results = progress.map((_, step) => resultOf(open, step));
  const predicted = results.filter(({ correct }) => correct !== null);
  const right = predicted.filter(({ correct }) => correct === true).length;
  const minutes = ((ended_ms ?? opened_ms) - opened_ms) / 60_000;
  const lines = results.map((result, i) => {
    const did = lesson.kind === "puzzle" ? "" : (lesson.steps[i]?.do[language] ?? "");
    return t.step(result.step, did, wordsFor(t, result, progress[i]?.done ?? false));
  });
  return [
    t.head(lesson.title[language], lesson.id),
    ...lines,
    ...(predicted.length > 0 ? [t.predictions(right, predicted.length)] : []),
    ...(lesson.kind === "puzzle" ? [t.hints(hints, lesson.hints.length)] : []),
    t.time(minutes.toFixed(1), ((ended_ns ?? 0) / 1e9).toFixed(1)),
  ].join("\n");
}

function wordsFor(t: LessonText["report"], result: CheckResult, done: boolean): string {
  const { predicted, right, correct, helped, tries } = result;
  const parts = [done ? t.done : t.open];
  if (predicted !== null && right !== null) parts.push(t.predicted(predicted, right, correct === true));
  if (helped) parts.push(t.helped);
  if (tries > 1) parts.push(t.tries(tries));
  return parts.join(t.comma);
}
