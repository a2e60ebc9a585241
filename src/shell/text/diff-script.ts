/** Where two lists of lines differ, as GNU diff finds it: a shortest script, its changes moved to where diff puts them (analyze.c). */

/** Lines from…to (exclusive) of the old text give way to lines from…to of the new one. */
export interface Change {
  oldFrom: number;
  oldTo: number;
  newFrom: number;
  newTo: number;
}

/**
 * The changes in order. What both begin and end with is not looked at, but for `horizon` lines of it.
 * @param key what lines are compared by
 */
export function diffLines(
  old: readonly string[],
  now: readonly string[],
  key: (line: string) => string,
  horizon: number,
): Change[] {
  const [a, b] = [old.map(key), now.map(key)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let same = 0;
  while (same < Math.min(a.length, b.length) - start && a.at(-1 - same) === b.at(-1 - same)) same++;
  const [first, behind] = [Math.max(start - horizon, 0), Math.max(same - horizon, 0)];
  const changes = changesOf(a.slice(first, a.length - behind), b.slice(first, b.length - behind));
  const moved = (n: number) => n + first;
  return changes.map((c) => ({
    oldFrom: moved(c.oldFrom),
    oldTo: moved(c.oldTo),
    newFrom: moved(c.newFrom),
    newTo: moved(c.newTo),
  }));
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const [oldChanged, newChanged] = markChanges(a, b);
  shiftBoundaries(a, oldChanged, newChanged);
  shiftBoundaries(b, newChanged, oldChanged);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [oldFrom, newFrom] = [i, j];
    while (oldChanged[i]) i++;
    while (newChanged[j]) j++;
    if (i > oldFrom || j > newFrom) changes.push({ oldFrom, oldTo: i, newFrom, newTo: j });
    else {
      i++;
      j++;
    }
  }
  return changes;
}

/** More pairs than these aren't compared: all is changed. */
const MAX_CELLS = 4_000_000;

/** Which lines are on no longest common subsequence. */
function markChanges(a: readonly string[], b: readonly string[]): [boolean[], boolean[]] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const outside = (i: number, end: number) => i < start || i >= end;
  const oldChanged = a.map((_, i) => !outside(i, aEnd));
  const newChanged = b.map((_, i) => !outside(i, bEnd));
  const width = bEnd - start + 1;
  if ((aEnd - start + 1) * width > MAX_CELLS) return [oldChanged, newChanged];
  // Length of the common part of what is left of both.
  const left = new Uint32Array((aEnd - start + 1) * width);
  const at = (i: number, j: number) => (i - start) * width + (j - start);
  for (let i = aEnd - 1; i >= start; i--) {
    for (let j = bEnd - 1; j >= start; j--) {
      const [below, beside] = [left[at(i + 1, j)] as number, left[at(i, j + 1)] as number];
      left[at(i, j)] = a[i] === b[j] ? (left[at(i + 1, j + 1)] as number) + 1 : Math.max(below, beside);
    }
  }
  for (let i = start, j = start; i < aEnd && j < bEnd; ) {
    if (a[i] === b[j]) {
      oldChanged[i++] = false;
      newChanged[j++] = false;
    } else if ((left[at(i + 1, j)] as number) >= (left[at(i, j + 1)] as number)) i++;
    else j++;
  }
  return [oldChanged, newChanged];
}

/** shift_boundaries: runs of changes join what they can be moved to, and end as far down as they can, unless the other text changes above. */
function shiftBoundaries(lines: readonly string[], changed: boolean[], other: readonly boolean[]): void {
  const end = lines.length;
  let [i, j] = [0, 0];
  for (;;) {
    for (; i < end && !changed[i]; i++) while (other[j++]);
    if (i === end) return;
    let start = i;
    while (changed[++i]);
    while (other[j]) j++;
    let length: number;
    let corresponding: number;
    do {
      length = i - start;
      while (start > 0 && lines[start - 1] === lines[i - 1]) {
        changed[--start] = true;
        changed[--i] = false;
        while (changed[start - 1]) start--;
        while (other[--j]);
      }
      corresponding = other[j - 1] ? i : end;
      while (i !== end && lines[start] === lines[i]) {
        changed[start++] = false;
        changed[i++] = true;
        while (changed[i]) i++;
        while (other[++j]) corresponding = i;
      }
    } while (length !== i - start);
    while (corresponding < i) {
      changed[--start] = true;
      changed[--i] = false;
      while (other[--j]);
    }
  }
}
