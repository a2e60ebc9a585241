/** The lesson or puzzle that is open: which step is shown, and what has come of each. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Lesson, LessonStep, Predicate, StepStart } from "../../protocol/lesson.ts";

/** Where a step began. */
export interface Begin {
  readonly since: StepStart;
  /** Tip of the log and virtual time, ns. */
  readonly tip: number;
  readonly at_ns: number;
  /** Entries that the log had: later ones were made since. */
  readonly entries: number;
}

/** What has come of a step, or of a puzzle, which is a single one. */
export interface Progress {
  /** Null: it has not begun. */
  readonly begin: Begin | null;
  /** The option that was chosen, from 0; "shown" when the answer was asked for without one. */
  readonly chosen: number | "shown" | null;
  /** The option that turned out right; null while that isn't known. */
  readonly right: number | null;
  readonly done: boolean;
  /** Somebody let the page do it. */
  readonly helped: boolean;
  /** How often the step was begun. */
  readonly tries: number;
}

export interface OpenLesson {
  readonly lesson: Lesson;
  /** Step that is shown, from 0; the number of steps on the last card. */
  readonly at: number;
  readonly progress: readonly Progress[];
  /** Hints of a puzzle that are shown. */
  readonly hints: number;
  /** Lines are being typed for the learner. */
  readonly typing: boolean;
  /** The next step waits for what is still running. */
  readonly waiting: boolean;
  /** Answers are kept, and shown at the end. */
  readonly assess: boolean;
  /** Real time, ms since 1970: when it was opened, and when its last step was done. */
  readonly opened_ms: number;
  readonly ended_ms: number | null;
  /** Virtual time that its steps took, ns; null while it goes on. */
  readonly ended_ns: number | null;
}

const FRESH: Progress = { begin: null, chosen: null, right: null, done: false, helped: false, tries: 0 };

export const lessonStore = createStore<{ readonly open: OpenLesson | null }>(() => ({ open: null }));

export function useLesson(): OpenLesson | null {
  return useStore(lessonStore, (s) => s.open);
}

export function openLesson(): OpenLesson | null {
  return lessonStore.getState().open;
}

/** A lesson as it is before its first step. */
export function freshLesson(lesson: Lesson, assess: boolean, now_ms: number): OpenLesson {
  const count = lesson.kind === "lesson" ? lesson.steps.length : 1;
  return {
    lesson,
    at: 0,
    progress: Array.from({ length: count }, () => FRESH),
    hints: 0,
    typing: false,
    waiting: false,
    assess,
    opened_ms: now_ms,
    ended_ms: null,
    ended_ns: null,
  };
}

/** Changes what is open; nothing while nothing is. */
export function changeLesson(change: Partial<OpenLesson>): void {
  lessonStore.setState(({ open }) => ({ open: open === null ? null : { ...open, ...change } }));
}

/** Changes what has come of a step. */
export function changeProgress(step: number, change: Partial<Progress>): void {
  const open = openLesson();
  if (open === null) return;
  changeLesson({ progress: open.progress.map((one, i) => (i === step ? { ...one, ...change } : one)) });
}

/** Forgets what has come of this step and of those after it; how often it was begun stays known. */
export function forgetFrom(step: number): void {
  const open = openLesson();
  if (open === null) return;
  const progress = open.progress.map((one, i) => (i < step ? one : { ...FRESH, tries: one.tries }));
  changeLesson({ progress, at: step, ended_ms: null, ended_ns: null });
}

/** The step of a lesson; null for a puzzle and on the last card. */
export function stepOf({ lesson, at }: OpenLesson): LessonStep | null {
  return lesson.kind === "lesson" ? (lesson.steps[at] ?? null) : null;
}

/** The step that is going on: the first that isn't done; null when all are. */
export function currentStep({ progress }: OpenLesson): number | null {
  const at = progress.findIndex((one) => !one.done);
  return at < 0 ? null : at;
}

/** When a step counts as done. */
export function goalOf(lesson: Lesson, step: number): Predicate | null {
  return lesson.kind === "puzzle" ? lesson.solved : (lesson.steps[step]?.done ?? null);
}

/** Whether a step waits for a prediction. */
export function asksFirst(lesson: Lesson, step: number, progress: Progress | undefined): boolean {
  return lesson.kind === "lesson" && lesson.steps[step]?.predict !== undefined && progress?.chosen === null;
}

/** "A" for the first option. */
export function letterOf(option: number): string {
  return String.fromCharCode("A".charCodeAt(0) + option);
}
