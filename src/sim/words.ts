/** Copying by words: frames are short, and for them the platform's own copying takes longer to begin than the copy takes. */

/** `copyWords` may read and write so many bytes behind the end: a buffer that it works on has room for them. */
export const SLACK_BYTES = 28;

/** Copies `count` words, eight at a time, so that V8 asks once for all eight what arrays these are. The two places don't overlap. */
export function copyWords(source: Int32Array, from: number, target: Int32Array, to: number, count: number): void {
  const by = to - from;
  const end = from + count;
  for (let w = from; w < end; w += 8) {
    target[w + by] = source[w] as number;
    target[w + by + 1] = source[w + 1] as number;
    target[w + by + 2] = source[w + 2] as number;
    target[w + by + 3] = source[w + 3] as number;
    target[w + by + 4] = source[w + 4] as number;
    target[w + by + 5] = source[w + 5] as number;
    target[w + by + 6] = source[w + 6] as number;
    target[w + by + 7] = source[w + 7] as number;
  }
}
