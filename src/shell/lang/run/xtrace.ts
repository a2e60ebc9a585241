/** `set -x`: what is about to be done, on stderr. bash(1), set. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import type { ShellState } from "./state.ts";

/** A plus sign, and one more inside of each `$( )`. */
export function trace(sys: Sys, state: ShellState, words: readonly string[]): void {
  if (state.options.includes("x")) write(sys, 2, `${"+".repeat(state.depth + 1)} ${words.join(" ")}\n`);
}

/** A word in single quotes where the shell would need them. */
export function traced(word: string): string {
  return word !== "" && !/[\s'"\\$`&|;<>()*?[\]#~!{}^]/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
