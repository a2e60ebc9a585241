import { ArrowRight, List } from "lucide-react";
import { useLanguage } from "../../../i18n/text.ts";
import type { Lesson } from "../../../protocol/lesson.ts";
import { LESSONS } from "../../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../../scenes/lessons/puzzles.ts";
import { uiStore } from "../../shell/ui-state.ts";
import { doneStore } from "../done.ts";
import { useLessonText } from "../lesson-text.ts";
import { openLesson } from "../open.ts";

/** The lesson after this one that isn't done yet; after a file's, the first. */
export function lessonAfter(id: string): Lesson | undefined {
  const all: readonly Lesson[] = [...LESSONS, ...PUZZLES];
  const { done } = doneStore.getState();
  const at = all.findIndex((one) => one.id === id);
  return [...all.slice(at + 1), ...all.slice(0, at + 1)].find((one) => one.id !== id && !done.has(one.id));
}

/** What can be done after a lesson: the next one, or another. */
export function After({ lesson }: { readonly lesson: Lesson }) {
  const t = useLessonText().card;
  const language = useLanguage();
  const following = lessonAfter(lesson.id);
  return (
    <div className="lesson-after">
      <p>{t.playOn}</p>
      {following !== undefined && (
        <button type="button" className="lesson-option" onClick={() => void openLesson(following)}>
          <span>
            <small>{t.upNext}</small>
            {following.title[language]}
          </span>
          <ArrowRight size={15} aria-hidden />
        </button>
      )}
      <button type="button" className="button" onClick={() => uiStore.setState({ lessons: true })}>
        <List size={14} aria-hidden />
        {t.menu}
      </button>
    </div>
  );
}
