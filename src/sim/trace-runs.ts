/**
 * Rows of the trace that go on as lists say are kept as one. A flood's hundred hops, and what a hundred hosts did with them, differ by
 * where they stand in a list alone; and what a packet meets on a way that others have gone before is known by heart, too (a script). A chunk (trace.ts)
 * stores the first row of such a run like any other, and here how it goes on.
 */

/** Runs of a chunk, in order. */
export interface Runs {
  /** RUN_WORDS words a run. */
  words: Int32Array;
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
/** Number of the script that has everything but time, packet and frame; or -1. */
export const RUN_SCRIPT = 7;

/** Words of a row in a script: these four, and whether it speaks of the frame. */
export const SCRIPT_WORDS = 5;
export const SCRIPT_DEV = 1;
export const SCRIPT_A = 2;
export const SCRIPT_B = 3;
export const SCRIPT_FRAME = 4;

/** How far back a list is looked for before it is taken down once more. */
const LISTS_BACK = 32;

export function createRuns(): Runs {
  return { words: new Int32Array(0), count: 0, lists: [] };
}

/** Forgets all runs: the chunk is filled anew. */
export function clearRuns(runs: Runs): void {
  runs.count = 0;
  runs.lists = [];
}

/** Appends a run over lists. A column that is a number has no list. */
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
  const devs = listNumber(runs, dev);
  const as = typeof a === "number" ? -1 : listNumber(runs, a);
  const bs = typeof b === "number" ? -1 : listNumber(runs, b);
  writeRun(runs, row, count, place, devs, as, bs, from, -1);
}

/** Appends the run of a script in the same way. */
export const addScript = (runs: Runs, row: number, count: number, place: number, script: Int32Array): void =>
  writeRun(runs, row, count, place, -1, -1, -1, 0, listNumber(runs, script));

const writeRun = (
  runs: Runs,
  row: number,
  count: number,
  place: number,
  dev: number,
  a: number,
  b: number,
  from: number,
  script: number,
): void => {
  const w = runs.count << 3;
  if (w === runs.words.length) grow(runs);
  const { words } = runs;
  words[w] = row | 0;
  words[w | RUN_COUNT] = count | 0;
  words[w | RUN_PLACE] = place | 0;
  words[w | RUN_DEV] = dev | 0;
  words[w | RUN_A] = a | 0;
  words[w | RUN_B] = b | 0;
  words[w | RUN_FROM] = from | 0;
  words[w | RUN_SCRIPT] = script | 0;
  runs.count++;
};

function grow(runs: Runs): void {
  const grown = new Int32Array(Math.max(32 * RUN_WORDS, runs.words.length * 2));
  grown.set(runs.words);
  runs.words = grown;
}

/** The same few lists are meant again and again, the latest most of all. */
const listNumber = ({ lists }: Runs, list: Int32Array): number => {
  const last = lists.length - 1;
  for (let i = last; i >= 0 && i > last - LISTS_BACK; i--) if (lists[i] === list) return i;
  return lists.push(list) - 1;
};

/** How many runs begin at row `row` of the chunk or before. */
export function runsUntil({ words, count }: Runs, row: number): number {
  let low = 0;
  let high = count;
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
