// Which entries a typed text means, best first. Pure.
import type { Entry } from "./entry.ts";

/** Points for how a word of the query stands in a text. */
const WHOLE = 120;
const WORD_START = 90;
const INSIDE = 60;
const SCATTERED = 25;

/** What the scene itself offers comes before what a shorter title would put first, but not before what was done lately. */
const ACTION = 2;

/** The entries that hold every word of `query`, in either language or their hint; those done lately win a tie. */
export function matching(entries: readonly Entry[], query: string, recent: readonly string[]): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  const found = entries.flatMap((entry) => {
    const points = pointsOf(entry, words);
    if (points === null) return [];
    const late = recent.indexOf(entry.id);
    const own = entry.group === "action" ? ACTION : 0;
    return [{ entry, points: points + own + (late < 0 ? 0 : 6 - late / 2) }];
  });
  // Sorting is stable: of equals the one that is listed first stays first.
  return found.sort((a, b) => b.points - a.points).map(({ entry }) => entry);
}

/** The points of an entry; null when a word of the query is not in it. */
function pointsOf({ title, hint }: Entry, words: readonly string[]): number | null {
  const texts = [title.en, title.zh, hint ?? ""].map((text) => text.toLowerCase());
  let sum = 0;
  for (const word of words) {
    const best = Math.max(...texts.map((text, i) => wordPoints(text, word) - (i === 2 ? 15 : 0)));
    if (best <= 0) return null;
    sum += best;
  }
  return sum - texts[0]!.length / 40;
}

/** How well a word stands in a text: as a word of it, at the start of one, inside, or with its letters scattered in order. */
export function wordPoints(text: string, word: string): number {
  let best = 0;
  for (let at = text.indexOf(word); at >= 0 && best < WHOLE; at = text.indexOf(word, at + 1)) {
    const starts = at === 0 || !isLetter(text[at - 1]!);
    const ends = at + word.length === text.length || !isLetter(text[at + word.length]!);
    best = Math.max(best, starts ? (ends ? WHOLE : WORD_START) : INSIDE);
  }
  return best > 0 ? best : scattered(text, word);
}

/** "tmnl" for "terminal": every letter in order, the first of them at the start of a word, all of them near each other. */
function scattered(text: string, word: string): number {
  if (word.length < 2) return 0;
  let best = 0;
  for (let start = 0; start < text.length; start++) {
    if (text[start] !== word[0] || (start > 0 && isLetter(text[start - 1]!))) continue;
    let at = start;
    let gaps = 0;
    for (let i = 1; i < word.length && at >= 0; i++) {
      const next = text.indexOf(word[i]!, at + 1);
      if (next > at + 1) gaps++;
      at = next;
    }
    if (at >= 0 && at - start < word.length * 3) best = Math.max(best, SCATTERED - gaps * 3);
  }
  return Math.max(0, best);
}

/** Latin letters and digits make words; a Chinese character is one by itself. */
function isLetter(character: string): boolean {
  return /[a-z0-9]/.test(character);
}
