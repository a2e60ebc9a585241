/**
 * Rows of the trace that differ by where they stand in a list alone are kept as one: a flood's hundred hops, and what a hundred
 * hosts did with them. A chunk (trace.ts) stores the first row of such a run like any other, and here how it goes on.
 */

/** Runs of a chunk, in order. */
export interface Runs {
  /** RUN_WORDS words a run. */
  words: Int32Array;
  /** How many there are, those included that a rewind left standing; and how many are before the trace's end. */
  standing: number;
  count: number;
  /** What the runs point to: never written to once it is here. */
  lists: Int32Array[];
}

const RUN_WORDS = 8;
/** Words of a run: its first row, counted from the chunk's first; how many rows; where its first row is stored. */
export const RUN_ROW = 0;
export const RUN_COUNT = 1;
export const RUN_PLACE = 2;
/** Numbers of the lists that have its devices, `a` and `b`, or -1 where the first row's holds for all. */
export const RUN_DEV = 3;
export const RUN_A = 4;
export const RUN_B = 5;
/** The first row's place in the lists. */
export const RUN_FROM = 6;

/** How far back a list is looked for before it is taken down once more. */
const LISTS_BACK = 32;

export function createRuns(): Runs {
  return { words: new Int32Array(0), standing: 0, count: 0, lists: [] };
}

/** Forgets all runs: the chunk is filled anew. */
export function clearRuns(runs: Runs): void {
  runs.standing = 0;
  runs.count = 0;
  runs.lists = [];
}

/** Appends a run, or writes one again that a rewind left standing. A column that is a number has no list. */
export function addRun(
  runs: Runs,
  row: number,
  count: number,
  place: number,
  dev: Int32Array,
  a: Int32Array | number,
  b: Int32Array | number,
  from: number,
): void {
  const w = runs.count++ * RUN_WORDS;
  if (w === runs.words.length) grow(runs);
  const { words } = runs;
  words[w | RUN_ROW] = row;
  words[w | RUN_COUNT] = count;
  words[w | RUN_PLACE] = place;
  words[w | RUN_DEV] = listNumber(runs, dev);
  words[w | RUN_A] = listNumber(runs, a);
  words[w | RUN_B] = listNumber(runs, b);
  words[w | RUN_FROM] = from;
  if (runs.count > runs.standing) runs.standing = runs.count;
}

function grow(runs: Runs): void {
  const grown = new Int32Array(Math.max(32 * RUN_WORDS, runs.words.length * 2));
  grown.set(runs.words);
  runs.words = grown;
}

/** The same few lists are meant again and again, the latest most of all. */
function listNumber({ lists }: Runs, list: Int32Array | number): number {
  if (typeof list === "number") return -1;
  const last = lists.length - 1;
  for (let i = last; i >= 0 && i > last - LISTS_BACK; i--) if (lists[i] === list) return i;
  return lists.push(list) - 1;
}

/** How many runs begin at row `row` of the chunk or before. */
export function runsUntil({ words, standing }: Runs, row: number): number {
  let low = 0;
  let high = standing;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle * RUN_WORDS] as number) <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A word of run number `run`. */
export function runWord(runs: Runs, run: number, word: number): number {
  return runs.words[run * RUN_WORDS + word] as number;
}

/** How many fewer places than rows there are behind the first `count` runs. */
export function savedBy(runs: Runs, count: number): number {
  if (count === 0) return 0;
  return (
    runWord(runs, count - 1, RUN_ROW) + runWord(runs, count - 1, RUN_COUNT) - runWord(runs, count - 1, RUN_PLACE) - 1
  );
}
