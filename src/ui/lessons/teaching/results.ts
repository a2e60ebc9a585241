/** What has come of a lesson, for whoever asked to be told: an embedding page, or the learner, who copies it. */
import { letterOf, type OpenLesson, type Progress } from "../lesson-store.ts";

/** One step's result. All of it is about the network's behaviour: which commands were typed isn't told. */
export interface CheckResult {
  readonly lesson: string;
  readonly kind: "lesson" | "puzzle";
  /** Step, from 1; of a puzzle always 1. */
  readonly step: number;
  readonly steps: number;
  /** "A" for the first option; null where nothing was predicted. */
  readonly predicted: string | null;
  readonly right: string | null;
  readonly correct: boolean | null;
  /** How often the step was begun, and whether the page did it for the learner. */
  readonly tries: number;
  readonly helped: boolean;
  readonly hints: number;
  /** The whole lesson is done. */
  readonly finished: boolean;
}

type Listener = (result: CheckResult) => void;
const listeners = new Set<Listener>();

/** Calls back whenever a step is done or a puzzle solved. Returns how to stop. */
export function onResult(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells everybody who listens what has come of a step. */
export function tellResult(open: OpenLesson, step: number): void {
  const result = resultOf(open, step);
  for (const listener of listeners) listener(result);
}

export function resultOf({ lesson, progress, hints }: OpenLesson, step: number): CheckResult {
  const { chosen, right, tries, helped } = progress[step] as Progress;
  return {
    lesson: lesson.id,
    kind: lesson.kind,
    step: step + 1,
    steps: progress.length,
    predicted: typeof chosen === "number" ? letterOf(chosen) : null,
    right: right === null ? null : letterOf(right),
    correct: typeof chosen === "number" && right !== null ? chosen === right : null,
    tries,
    helped,
    hints,
    finished: progress.every((one) => one.done),
  };
}
