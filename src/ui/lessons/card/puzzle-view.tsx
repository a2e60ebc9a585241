import { Lightbulb, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import type { Puzzle } from "../../../protocol/lesson.ts";
import { useLog } from "../../store/stores.ts";
import { look, restartStep, showHint } from "../course.ts";
import type { OpenLesson } from "../lesson-store.ts";
import { useLessonText } from "../lesson-text.ts";
import { Report } from "../teaching/report.tsx";
import { After } from "./after.tsx";
import { Frame } from "./frame.tsx";

interface PuzzleViewProps {
  readonly open: OpenLesson;
  readonly puzzle: Puzzle;
  readonly title: string;
  readonly onClose: () => void;
}

/** Something is out of order: the story, hints one at a time, and a check of what the network does. */
export function PuzzleView({ open, puzzle, title, onClose }: PuzzleViewProps) {
  const t = useLessonText().card;
  const language = useLanguage();
  const done = open.progress[0]?.done ?? false;
  const { check, outcome } = useCheck();
  const hints = puzzle.hints.slice(0, open.hints);
  return (
    <Frame
      label={t.puzzle(title)}
      eyebrow={done ? t.phases.solved : t.phases.puzzle}
      name={title}
      onClose={onClose}
      footer={<Buttons open={open} puzzle={puzzle} done={done} checking={outcome === "checking"} onCheck={check} />}
    >
      <p className="lesson-do">{puzzle.story[language]}</p>
      {hints.length > 0 && (
        <ol className="lesson-hints" aria-label={t.hints} aria-live="polite">
          {hints.map((hint) => (
            <li key={hint.en}>{hint[language]}</li>
          ))}
        </ol>
      )}
      <p className="lesson-verdict" role="status" data-right={done || undefined}>
        {done ? t.solved : outcome === "checking" ? t.checking : outcome === "no" ? t.notYet : ""}
      </p>
      {done && (
        <>
          <p className="lesson-said">
            <strong>{t.why}</strong> {puzzle.why[language]}
          </p>
          {open.assess && <Report open={open} />}
          <After lesson={puzzle} />
        </>
      )}
    </Frame>
  );
}

/** Asks the network at once; its "no" holds until something is done. */
function useCheck() {
  const tip = useLog((s) => s.tip);
  const [checking, setChecking] = useState(false);
  /** Tip of the log at which it was said. */
  const [failedAt, setFailedAt] = useState<number | null>(null);
  const check = async () => {
    setChecking(true);
    const solved = await look();
    setChecking(false);
    setFailedAt(solved ? null : tip);
  };
  const outcome = checking ? "checking" : failedAt === tip ? "no" : null;
  return { outcome, check: () => void check() };
}

interface ButtonsProps {
  readonly open: OpenLesson;
  readonly puzzle: Puzzle;
  readonly done: boolean;
  readonly checking: boolean;
  readonly onCheck: () => void;
}

function Buttons({ open, puzzle, done, checking, onCheck }: ButtonsProps) {
  const t = useLessonText().card;
  const left = puzzle.hints.length - open.hints;
  return (
    <>
      <button
        type="button"
        className="button quiet icon"
        aria-label={t.restartPuzzle}
        title={t.restartPuzzle}
        onClick={() => void restartStep()}
      >
        <RotateCcw size={15} aria-hidden />
      </button>
      <span className="grow" />
      {!done && (
        <>
          <button type="button" className="button" disabled={left === 0} onClick={showHint}>
            <Lightbulb size={14} aria-hidden />
            {left === 0 ? t.noHints : t.hint(left)}
          </button>
          <button type="button" className="button primary" disabled={checking} onClick={onCheck}>
            {t.check}
          </button>
        </>
      )}
    </>
  );
}
