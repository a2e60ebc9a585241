/** Copying by words: frames are short, and for them the platform's own copying takes longer to begin than the copy takes. */

/** Copies `count` words, most of them four at a time: V8 asks once for all four what arrays these are. The two places don't overlap. */
export function copyWords(source: Int32Array, from: number, target: Int32Array, to: number, count: number): void {
  const by = to - from;
  const end = from + count;
  let w = from;
  for (; w + 3 < end; w += 4) {
    target[w + by] = source[w] as number;
    target[w + by + 1] = source[w + 1] as number;
    target[w + by + 2] = source[w + 2] as number;
    target[w + by + 3] = source[w + 3] as number;
  }
  for (; w < end; w++) target[w + by] = source[w] as number;
}
