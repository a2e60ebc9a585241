/** Everything that is fuzzed, by name. */
import fc from "fast-check";
import { conversations, converse, damagedStates, dissectAnything, frames, openDamaged } from "./input.ts";
import { playAndCheck, plays } from "./play.ts";

export interface Target {
  readonly name: string;
  /** Tries random cases, as many as `runs` and as `ms` allow, and shrinks what fails. */
  try(limits: { seed: number; runs: number; ms: number; path?: string }): Outcome;
}

export interface Outcome {
  readonly runs: number;
  /** Null when nothing failed; else how to come back to it, the smallest case as JSON, and what went wrong. */
  readonly failure: { readonly path: string; readonly example: string; readonly error: string } | null;
}

function target<T>(name: string, cases: fc.Arbitrary<T>, check: (drawn: T) => void): Target {
  return {
    name,
    try({ seed, runs, ms, path }) {
      const details = fc.check(fc.property(cases, check), {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: ms,
        ...(path === undefined ? {} : { path }),
      });
      if (details.counterexample === null) return { runs: details.numRuns, failure: null };
      const error = details.errorInstance;
      return {
        runs: details.numRuns,
        failure: {
          path: details.counterexamplePath ?? "",
          example: fc.stringify(details.counterexample[0]),
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        },
      };
    },
  };
}

export const TARGETS: readonly Target[] = [
  target("play", plays, playAndCheck),
  target("damaged states", damagedStates, openDamaged),
  target("requests", conversations, converse),
  target("dissector", frames, dissectAnything),
];
