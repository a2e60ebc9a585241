import { useEffect } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import { closeLesson } from "../course.ts";
import { listenToLessonKeys } from "../lesson-keys.ts";
import { useLesson } from "../lesson-store.ts";
import { followSpotlight } from "../spotlight.ts";
import { EndView } from "./end-view.tsx";
import { PuzzleView } from "./puzzle-view.tsx";
import { StepView } from "./step-view.tsx";

/** The lesson or puzzle that is open. */
export function LessonCard() {
  const open = useLesson();
  const language = useLanguage();
  useEffect(listenToLessonKeys, []);
  useEffect(followSpotlight, []);
  if (open === null) return null;
  const { lesson, at, progress } = open;
  const title = lesson.title[language];
  const key = `${lesson.id} ${at}`;
  if (lesson.kind === "puzzle") return <PuzzleView open={open} puzzle={lesson} title={title} onClose={closeLesson} />;
  const step = lesson.steps[at];
  if (step === undefined) return <EndView open={open} title={title} onClose={closeLesson} />;
  return <StepView key={key} open={open} step={step} progress={progress[at]!} title={title} onClose={closeLesson} />;
}
