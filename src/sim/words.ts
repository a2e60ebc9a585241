/** Copying by words: frames are short, and for them the platform's own copying takes longer to begin than the copy takes. */

/**
 * Copies `count` words, most of them eight at a time: V8 asks once for all eight what arrays these are, and with `| 0` not whether an index is
 * too large for an integer. The two places don't overlap.
 */
export const copyWords = (source: Int32Array, from: number, target: Int32Array, to: number, count: number): void => {
  const end = (from + count) | 0;
  let f = from;
  let t = to;
  for (; f < end - 7; f = (f + 8) | 0) {
    target[t] = source[f] as number;
    target[(t + 1) | 0] = source[(f + 1) | 0] as number;
    target[(t + 2) | 0] = source[(f + 2) | 0] as number;
    target[(t + 3) | 0] = source[(f + 3) | 0] as number;
    target[(t + 4) | 0] = source[(f + 4) | 0] as number;
    target[(t + 5) | 0] = source[(f + 5) | 0] as number;
    target[(t + 6) | 0] = source[(f + 6) | 0] as number;
    target[(t + 7) | 0] = source[(f + 7) | 0] as number;
    t = (t + 8) | 0;
  }
  for (; f < end; f = (f + 1) | 0) {
    target[t] = source[f] as number;
    t = (t + 1) | 0;
  }
};
