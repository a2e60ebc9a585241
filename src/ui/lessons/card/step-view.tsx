import { ArrowLeft, ArrowRight, Play, RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import type { LessonLine, LessonStep } from "../../../protocol/lesson.ts";
import { useLog } from "../../store/stores.ts";
import { back, choose, doForMe, next, restartStep } from "../course.ts";
import { asksFirst, letterOf, type OpenLesson, type Progress } from "../lesson-store.ts";
import { type LessonText, useLessonText } from "../lesson-text.ts";
import { Frame } from "./frame.tsx";
import { Options } from "./options.tsx";

interface StepViewProps {
  readonly open: OpenLesson;
  readonly step: LessonStep;
  readonly progress: Progress;
  readonly title: string;
  readonly onClose: () => void;
}

type Phase = "predict" | "do" | "watch" | "why";

/** One step: do, predict, watch, why. */
export function StepView({ open, step, progress, title, onClose }: StepViewProps) {
  const t = useLessonText().card;
  const language = useLanguage();
  const begun = useLog((s) => progress.begin !== null && s.tip !== progress.begin.tip);
  const asks = asksFirst(open.lesson, open.at, progress);
  const phase: Phase = asks ? "predict" : progress.done ? "why" : begun ? "watch" : "do";
  const { predict, lines = [] } = step;
  const { chosen, done } = progress;
  const verdict = useRef<HTMLParagraphElement>(null);
  // In a low card what came of it would lie below the edge.
  useEffect(() => {
    if (done) verdict.current?.scrollIntoView({ block: "start" });
  }, [done]);
  return (
    <Frame
      label={t.lesson(title)}
      eyebrow={`${t.progress(open.at + 1, open.progress.length)} · ${t.phases[phase]}`}
      onClose={onClose}
      footer={<Buttons open={open} progress={progress} hasLines={lines.length > 0} asks={asks} />}
    >
      <p className="lesson-do">{step.do[language]}</p>
      {phase === "do" && <Lines lines={lines} lead={t.typeIt} />}
      {predict !== undefined && (
        <Options
          question={predict.question[language]}
          options={predict.options.map(({ text }) => text[language])}
          chosen={typeof chosen === "number" ? chosen : null}
          right={progress.right}
          onChoose={asks ? choose : null}
        />
      )}
      <p ref={verdict} className="lesson-verdict" role="status" data-right={chosen === progress.right || undefined}>
        {verdictOf(t, step, progress)}
      </p>
      {(phase === "watch" || phase === "why") && (
        <p className="lesson-said">
          <strong>{t.watch}</strong> {step.watch[language]}
        </p>
      )}
      {phase === "why" && (
        <p className="lesson-said">
          <strong>{t.why}</strong> {step.why[language]}
        </p>
      )}
    </Frame>
  );
}

/** What came of the prediction, once the step is done. */
function verdictOf(t: LessonText["card"], { predict }: LessonStep, { done, chosen, right }: Progress): string {
  if (!done) return "";
  if (predict === undefined) return t.stepDone;
  if (right === null) return t.undecided;
  return chosen === right ? t.wasRight : t.wasWrong(letterOf(right));
}

/** Commands that lead to where the step is done. */
function Lines({ lines, lead }: { readonly lines: readonly LessonLine[]; readonly lead: string }) {
  if (lines.length === 0) return null;
  return (
    <div className="lesson-lines">
      <p>{lead}</p>
      <ul>
        {lines.map(({ node, line }) => (
          <li key={`${node} ${line}`}>
            <b>{node}</b> <code>{line}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ButtonsProps {
  readonly open: OpenLesson;
  readonly progress: Progress;
  readonly hasLines: boolean;
  readonly asks: boolean;
}

function Buttons({ open, progress, hasLines, asks }: ButtonsProps) {
  const t = useLessonText().card;
  const isLast = open.at === open.progress.length - 1;
  return (
    <>
      <button
        type="button"
        className="button quiet icon"
        aria-label={t.back}
        title={t.back}
        disabled={open.at === 0}
        onClick={back}
      >
        <ArrowLeft size={16} aria-hidden />
      </button>
      <button
        type="button"
        className="button quiet icon"
        aria-label={t.restart}
        title={t.restart}
        disabled={progress.begin === null}
        onClick={() => void restartStep()}
      >
        <RotateCcw size={15} aria-hidden />
      </button>
      <span className="grow" />
      {!progress.done && hasLines && (
        <button
          type="button"
          className={asks ? "button" : "button primary"}
          disabled={open.typing || asks}
          onClick={() => void doForMe()}
        >
          <Play size={13} aria-hidden />
          {open.typing ? t.doing : t.doIt}
        </button>
      )}
      {progress.done && (
        <button type="button" className="button primary" disabled={open.waiting} onClick={() => void next()}>
          {open.waiting ? t.waits : isLast ? t.finish : t.next}
          {!open.waiting && <ArrowRight size={15} aria-hidden />}
        </button>
      )}
    </>
  );
}
