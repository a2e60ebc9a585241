import { ArrowLeft, RotateCcw } from "lucide-react";
import { back } from "../course.ts";
import type { OpenLesson } from "../lesson-store.ts";
import { useLessonText } from "../lesson-text.ts";
import { startOver } from "../open.ts";
import { Report } from "../teaching/report.tsx";
import { After } from "./after.tsx";
import { Frame } from "./frame.tsx";

/** The last card of a lesson. */
export function EndView({ open, title, onClose }: { open: OpenLesson; title: string; onClose: () => void }) {
  const t = useLessonText().card;
  const predicted = open.progress.filter(({ chosen, right }) => chosen !== null && right !== null);
  const right = predicted.filter((one) => one.chosen === one.right).length;
  return (
    <Frame
      label={t.lesson(title)}
      eyebrow={t.phases.end}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button quiet icon" aria-label={t.back} title={t.back} onClick={back}>
            <ArrowLeft size={16} aria-hidden />
          </button>
          <span className="grow" />
          <button type="button" className="button" onClick={() => void startOver(open.lesson)}>
            <RotateCcw size={14} aria-hidden />
            {t.again}
          </button>
        </>
      }
    >
      <p className="lesson-question">{t.doneLesson(title)}</p>
      {predicted.length > 0 && <p className="lesson-do">{t.score(right, predicted.length)}</p>}
      {open.assess && <Report open={open} />}
      <After lesson={open.lesson} />
    </Frame>
  );
}
