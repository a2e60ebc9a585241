// Two histories that are walked as one: the log of commands, which the simulator keeps, and what was done to the drawing. Pure.

/** A change of the drawing, and where in the log it was made. */
export interface Deed<T> {
  /** Last entry of the log at that time; -1 before the first. */
  readonly tip: number;
  readonly before: T;
  readonly after: T;
}

export interface History<T> {
  readonly done: readonly Deed<T>[];
  /** What was undone, the next one to redo last. */
  readonly undone: readonly Deed<T>[];
}

/** Deeds that are remembered. */
const REMEMBERED = 100;

export const NO_HISTORY: History<never> = { done: [], undone: [] };

/** Remembers a change; what was undone before it is past. */
export function remember<T>(history: History<T>, deed: Deed<T>): History<T> {
  return { done: [...history.done, deed].slice(-REMEMBERED), undone: [] };
}

/**
 * The change of the drawing that was the last thing done, when it was: nothing was typed since, for the log still ends where
 * it ended then. Null when the last thing was a command.
 */
export function lastDone<T>({ done }: History<T>, tip: number): Deed<T> | null {
  const last = done.at(-1);
  return last?.tip === tip ? last : null;
}

/** The change of the drawing that was undone last, when that is the next thing to redo. */
export function lastUndone<T>({ undone }: History<T>, tip: number): Deed<T> | null {
  const last = undone.at(-1);
  return last?.tip === tip ? last : null;
}

export function undoLast<T>({ done, undone }: History<T>): History<T> {
  return { done: done.slice(0, -1), undone: [...undone, ...done.slice(-1)] };
}

export function redoLast<T>({ done, undone }: History<T>): History<T> {
  return { done: [...done, ...undone.slice(-1)], undone: undone.slice(0, -1) };
}
