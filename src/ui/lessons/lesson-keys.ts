/** Keys of the open lesson. They come before those of the page: a letter is an option while a question is open. */
import { uiStore } from "../shell/ui-state.ts";
import { back, choose, doForMe, next, restartStep, reveal, showHint } from "./course.ts";
import { asksFirst, lessonStore, type OpenLesson, openLesson, stepOf } from "./lesson-store.ts";

/** Listens on the whole page; returns how to stop. */
export function listenToLessonKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event)) return;
    if (!keepForLater(event) && !runKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", listener, { capture: true });
  const stop = lessonStore.subscribe(({ open }) => answer(open));
  return () => {
    early = null;
    stop();
    document.removeEventListener("keydown", listener, { capture: true });
  };
}

/** What was pressed for a step that was still being made: the option, and whether Enter came after it. */
let early: { readonly step: number; readonly option: number; readonly enter: boolean } | null = null;

/** The step that is being made, from 0; null when none is. */
function stepInTheMaking({ lesson, at, progress, waiting }: OpenLesson): number | null {
  if (lesson.kind !== "lesson") return null;
  const step = waiting ? at + 1 : at;
  return progress[step]?.begin === null ? step : null;
}

/**
 * Who knows the lesson answers before the question is there: that waits for it. An Enter alone doesn't: it was meant for the
 * button that has just been pressed.
 * @returns whether the key was for the step that is being made
 */
function keepForLater({ key, repeat }: KeyboardEvent): boolean {
  const open = openLesson();
  const step = open === null ? null : stepInTheMaking(open);
  if (open === null || step === null || !asksFirst(open.lesson, step, open.progress[step])) return false;
  const options = stepOf({ ...open, at: step })?.predict?.options ?? [];
  const option = optionOf(key);
  if (option !== null && option < options.length) {
    early ??= { step, option, enter: false };
    return true;
  }
  if (key !== "Enter") return false;
  if (early !== null && !repeat) early = { ...early, enter: true };
  return early !== null;
}

/** The step stands: what was pressed for it takes effect. */
function answer(open: OpenLesson | null): void {
  if (early === null || (open !== null && stepInTheMaking(open) !== null)) return;
  const { step, option, enter } = early;
  early = null;
  if (open?.at !== step) return;
  choose(option);
  if (enter) void doForMe();
}

/** Whether keys belong to what has the focus. A remote control reaches the lesson from a terminal too. */
export function isElsewhere({ key, target }: KeyboardEvent): boolean {
  const remote = key.startsWith("Page") && uiStore.getState().present;
  if (remote) return target instanceof Element && target.closest("[role=menu], [role=dialog]") !== null;
  const own = "input, textarea, select, [contenteditable], [role=menu], [role=dialog], [role=listbox], [role=slider]";
  return target instanceof Element && target.closest(own) !== null;
}

/** Whether Enter presses what has the focus. */
export function isPressed({ target }: KeyboardEvent): boolean {
  return (
    target instanceof Element &&
    target.closest("button, a, summary, [role=button], [role=tab], [tabindex='0'].react-flow__node") !== null
  );
}

/** @returns whether the key was the lesson's */
function runKey(event: KeyboardEvent): boolean {
  const open = openLesson();
  if (open === null) return false;
  if (uiStore.getState().present && runRemoteKey(event.key, open)) return true;
  const progress = open.progress[open.at];
  const options = stepOf(open)?.predict?.options ?? [];
  if (asksFirst(open.lesson, open.at, progress)) {
    const option = optionOf(event.key);
    if (option === null || option >= options.length) return false;
    choose(option);
    return true;
  }
  if (event.key !== "Enter" || isPressed(event) || progress === undefined || open.lesson.kind === "puzzle")
    return false;
  goOn(progress.done);
  return true;
}

function goOn(done: boolean): void {
  if (done) void next();
  else void doForMe();
}

/** Keys while presenting: those of a remote control, and one each to reset and to reveal. */
function runRemoteKey(key: string, open: OpenLesson): boolean {
  const { kind } = open.lesson;
  const done = open.progress[open.at]?.done ?? true;
  switch (key) {
    case "PageDown":
      if (kind === "puzzle" && !done) showHint();
      else goOn(done);
      return true;
    case "PageUp":
      back();
      return true;
    case "r":
      void restartStep();
      return true;
    case "v":
      if (kind === "lesson" && !done) void reveal();
      return true;
    default:
      return false;
  }
}

/** "a" and "1" are the first option; null for what is none. */
export function optionOf(key: string): number | null {
  if (/^[1-8]$/.test(key)) return Number(key) - 1;
  return /^[a-h]$/i.test(key) ? key.toLowerCase().charCodeAt(0) - "a".charCodeAt(0) : null;
}
