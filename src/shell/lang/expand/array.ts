/**
 * Arrays. Of one with numbers for indices the first element is the variable of that name; all other elements are variables named
 * "name[subscript]", so that one table holds them all. Those with words for indices stand in `state.assocs`. bash(1), Arrays.
 */
import { type ShellState, setVar } from "../run/state.ts";

export const PIPESTATUS = "PIPESTATUS";

/** The variable that an element is kept in. */
export function elementName(state: ShellState, name: string, subscript: string): string {
  return subscript === "0" && !state.assocs.has(name) ? name : `${name}[${subscript}]`;
}

/** Whether a variable is the element of an array, and not to be listed as a variable of its own. */
export function isElement(name: string): boolean {
  return name.endsWith("]");
}

/** A command alone is a pipeline, too. */
export function pipeStatus(state: ShellState): readonly number[] {
  return state.pipeStatus.length > 0 ? state.pipeStatus : [state.status];
}

/** Subscripts that have an element: numbers in order, words in the order of bash's hash table. */
export function subscriptsOf(state: ShellState, name: string): string[] {
  if (name === PIPESTATUS) return pipeStatus(state).map((_, i) => String(i));
  const found = state.vars.has(name) && !state.assocs.has(name) ? ["0"] : [];
  for (const key of state.vars.keys()) if (key.startsWith(`${name}[`)) found.push(key.slice(name.length + 1, -1));
  if (!state.assocs.has(name)) return found.sort((x, y) => Number(x) - Number(y));
  // Of those in one bucket the newest stands first.
  return found.reverse().sort((x, y) => bucket(x) - bucket(y));
}

const BUCKETS = 1024;

/** hash_string of bash's hashlib.c, an FNV hash of 32 bits. */
function bucket(key: string): number {
  let hash = 2_166_136_261;
  for (const c of key) hash = Math.imul(hash, 16_777_619) ^ c.charCodeAt(0);
  return hash & (BUCKETS - 1);
}

export function elementsOf(state: ShellState, name: string): string[] {
  if (name === PIPESTATUS) return pipeStatus(state).map(String);
  return subscriptsOf(state, name).map((i) => state.vars.get(elementName(state, name, i))?.value ?? "");
}

/** The index that a number means: a negative one counts from the end. Null: there is none. */
export function indexFrom(state: ShellState, name: string, number: number): number | null {
  const index = number < 0 ? Number(subscriptsOf(state, name).at(-1) ?? -1) + 1 + number : number;
  return index < 0 ? null : index;
}

/** Puts elements in the place of those that were there, or behind them. A subscript of null is the next number. */
export function setArray(
  state: ShellState,
  name: string,
  elements: readonly { subscript: string | null; value: string }[],
  append: boolean,
): void {
  let next = append && !state.assocs.has(name) ? Number(subscriptsOf(state, name).at(-1) ?? -1) + 1 : 0;
  if (!append) unsetElements(state, name);
  for (const { subscript, value } of elements) {
    setVar(state, elementName(state, name, subscript ?? String(next)), value);
    next = (subscript === null || state.assocs.has(name) ? next : Number(subscript)) + 1;
  }
}

function unsetElements(state: ShellState, name: string): void {
  for (const i of subscriptsOf(state, name)) state.vars.delete(elementName(state, name, i));
}

export function unsetArray(state: ShellState, name: string): void {
  unsetElements(state, name);
  state.assocs.delete(name);
}
