/**
 * Two sequences held against each other as Ratcliff and Obershelp do (and Python's difflib): the longest run that both
 * share, then the same to its left and to its right. The earliest of equally long runs is taken.
 */

/** `size` items from `a` on in the first sequence equal those from `b` on in the second. */
export interface Match {
  a: number;
  b: number;
  size: number;
}

interface Span {
  aStart: number;
  aEnd: number;
  bStart: number;
  bEnd: number;
}

function longestMatch(a: readonly string[], places: Map<string, number[]>, span: Span): Match {
  const best: Match = { a: span.aStart, b: span.bStart, size: 0 };
  // runs.get(j): length of the common run that ends at the previous item of a and at b[j].
  let runs = new Map<number, number>();
  for (let i = span.aStart; i < span.aEnd; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? "") ?? []) {
      if (j < span.bStart) continue;
      if (j >= span.bEnd) break;
      const size = (runs.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) Object.assign(best, { a: i - size + 1, b: j - size + 1, size });
    }
    runs = next;
  }
  return best;
}

/** The common runs of `a` and `b` in order, none of them empty. */
export function matchingBlocks(a: readonly string[], b: readonly string[]): Match[] {
  const places = new Map<string, number[]>();
  b.forEach((item, j) => {
    const list = places.get(item);
    if (list) list.push(j);
    else places.set(item, [j]);
  });
  const found: Match[] = [];
  const open: Span[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let span = open.pop(); span; span = open.pop()) {
    const match = longestMatch(a, places, span);
    if (match.size === 0) continue;
    found.push(match);
    open.push({ ...span, aEnd: match.a, bEnd: match.b });
    open.push({ ...span, aStart: match.a + match.size, bStart: match.b + match.size });
  }
  return found.sort((x, y) => x.a - y.a);
}

/**
 * A unified difference: `@@` lines with 1-based places, `-` what only `a` has, `+` what only `b` has, and up to `context`
 * common lines before and after. Empty where both are equal.
 */
export function unifiedDifference(a: readonly string[], b: readonly string[], context = 0): string[] {
  const lines: string[] = [];
  let [atA, atB] = [0, 0];
  // Items of a that are printed already; -1 while nothing is.
  let shownTo = -1;
  const end: Match = { a: a.length, b: b.length, size: 0 };
  for (const match of [...matchingBlocks(a, b), end]) {
    if (match.a > atA || match.b > atB) {
      const before = Math.max(shownTo, atA - context, 0);
      if (before > shownTo) lines.push(`@@ recorded ${atA + 1}, simulated ${atB + 1} @@`);
      lines.push(...a.slice(before, atA).map((line) => ` ${line}`));
      lines.push(...a.slice(atA, match.a).map((line) => `-${line}`));
      lines.push(...b.slice(atB, match.b).map((line) => `+${line}`));
      shownTo = Math.min(match.a + context, match.a + match.size);
      lines.push(...a.slice(match.a, shownTo).map((line) => ` ${line}`));
    }
    [atA, atB] = [match.a + match.size, match.b + match.size];
  }
  return lines;
}
