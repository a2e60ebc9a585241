import { Check, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef } from "react";
import { letterOf } from "../lesson-store.ts";
import { useLessonText } from "../lesson-text.ts";

interface OptionsProps {
  readonly question: string;
  readonly options: readonly string[];
  readonly chosen: number | null;
  /** Known only afterwards. */
  readonly right: number | null;
  /** Null: it is too late to choose. */
  readonly onChoose: ((option: number) => void) | null;
}

/** A question with lettered options, of which one is chosen for good. */
export function Options({ question, options, chosen, right, onChoose }: OptionsProps) {
  const id = useId();
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const all = [...(group.current?.querySelectorAll("button") ?? [])];
    const at = all.indexOf(event.target as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[(at + step + all.length) % all.length]?.focus();
  };
  return (
    <>
      <p className="lesson-question" id={id}>
        {question}
      </p>
      <div
        ref={group}
        className="lesson-options"
        role="radiogroup"
        aria-labelledby={id}
        aria-readonly={onChoose === null || undefined}
        data-own-arrows
        onKeyDown={move}
      >
        {options.map((text, option) => (
          <Option
            key={text}
            letter={letterOf(option)}
            text={text}
            chosen={chosen === option}
            right={right === null ? null : right === option}
            first={chosen === null ? option === 0 : chosen === option}
            onChoose={onChoose === null ? null : () => onChoose(option)}
          />
        ))}
      </div>
    </>
  );
}

interface OptionProps {
  readonly letter: string;
  readonly text: string;
  readonly chosen: boolean;
  readonly right: boolean | null;
  /** The one that the Tab key comes to. */
  readonly first: boolean;
  readonly onChoose: (() => void) | null;
}

function Option({ letter, text, chosen, right, first, onChoose }: OptionProps) {
  const t = useLessonText().card;
  const outcome = right === true ? "right" : chosen && right === false ? "wrong" : undefined;
  const notes = [chosen ? t.yours : "", right === true ? t.right : ""].filter((note) => note !== "");
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input would be chosen by the arrow keys alone
    <button
      type="button"
      role="radio"
      className="lesson-option"
      aria-checked={chosen}
      aria-disabled={onChoose === null || undefined}
      tabIndex={first ? 0 : -1}
      data-outcome={outcome}
      onClick={onChoose ?? undefined}
    >
      <span>{t.option(letter, text)}</span>
      {outcome === "right" && <Check size={15} strokeWidth={2.6} aria-hidden />}
      {outcome === "wrong" && <X size={15} strokeWidth={2.6} aria-hidden />}
      {notes.length > 0 && right !== null && <small>{notes.join(" · ")}</small>}
    </button>
  );
}
