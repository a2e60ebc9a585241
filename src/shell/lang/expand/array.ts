/**
 * Arrays with numbers for indices. The first element is the variable of that name, the others are variables named
 * "name[index]", so that one table holds them all. bash(1), Arrays.
 */
import { type ShellState, setVar } from "../run/state.ts";

/** The variable that an element is kept in. */
export function elementName(name: string, index: number): string {
  return index === 0 ? name : `${name}[${index}]`;
}

/** Whether a variable is the element of an array, and not to be listed as a variable of its own. */
export function isElement(name: string): boolean {
  return name.endsWith("]");
}

export const PIPESTATUS = "PIPESTATUS";

/** A command alone is a pipeline, too. */
export function pipeStatus(state: ShellState): readonly number[] {
  return state.pipeStatus.length > 0 ? state.pipeStatus : [state.status];
}

/** Indices that have an element, in order. */
export function indicesOf(state: ShellState, name: string): number[] {
  if (name === PIPESTATUS) return pipeStatus(state).map((_, i) => i);
  const found = state.vars.has(name) ? [0] : [];
  for (const key of state.vars.keys()) {
    if (key.startsWith(`${name}[`)) found.push(Number(key.slice(name.length + 1, -1)));
  }
  return found.sort((x, y) => x - y);
}

export function elementsOf(state: ShellState, name: string): string[] {
  if (name === PIPESTATUS) return pipeStatus(state).map(String);
  return indicesOf(state, name).map((i) => state.vars.get(elementName(name, i))?.value ?? "");
}

/** The index that a number means: a negative one counts from the end. Null: there is none. */
export function indexFrom(state: ShellState, name: string, number: number): number | null {
  const index = number < 0 ? (indicesOf(state, name).at(-1) ?? -1) + 1 + number : number;
  return index < 0 ? null : index;
}

/** Puts elements in the place of those that were there, or behind them. */
export function setArray(state: ShellState, name: string, elements: readonly string[], append: boolean): void {
  const from = append ? (indicesOf(state, name).at(-1) ?? -1) + 1 : 0;
  if (!append) unsetArray(state, name);
  elements.forEach((text, i) => {
    setVar(state, elementName(name, from + i), text);
  });
}

export function unsetArray(state: ShellState, name: string): void {
  for (const i of indicesOf(state, name)) state.vars.delete(elementName(name, i));
}
