/** ${name<operator>word} on texts: cutting, replacing, case, substrings. bash(1), Parameter Expansion. */
import { patternSource } from "./pattern.ts";

/** Cuts a matching beginning (`#`) or end (`%`) off the value; a doubled operator takes the longest. */
export function cutPattern(value: string, pattern: string, op: string): string {
  const whole = new RegExp(`^(?:${patternSource(pattern)})$`);
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  if (op.length === 2) lengths.reverse();
  for (const n of lengths) {
    if (op[0] === "#" && whole.test(value.slice(0, n))) return value.slice(n);
    if (op[0] === "%" && whole.test(value.slice(value.length - n))) return value.slice(0, value.length - n);
  }
  return value;
}

/** `/` replaces the first match, `//` all, `/#` one at the start, `/%` one at the end. */
export function replacePattern(value: string, pattern: string, by: string, op: string): string {
  if (pattern === "") return value;
  const source = patternSource(pattern);
  const anchored = op === "/#" ? `^(?:${source})` : op === "/%" ? `(?:${source})$` : source;
  return value.replace(new RegExp(anchored, op === "//" ? "g" : ""), () => by);
}

/** ${name:from:length}; negative numbers count from the end. */
export function substring(value: string, from: number, length: number | null): string {
  const start = from < 0 ? Math.max(0, value.length + from) : from;
  if (length === null) return value.slice(start);
  return length < 0 ? value.slice(start, value.length + length) : value.slice(start, start + length);
}

/** ^ ^^ , ,, */
export function changeCase(value: string, op: string): string {
  const change = (text: string) => (op.startsWith("^") ? text.toUpperCase() : text.toLowerCase());
  return op.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1);
}
