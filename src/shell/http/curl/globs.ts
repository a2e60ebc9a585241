/** Sets of URLs: {one,two}, [1-3], [01-10:2], [a-c] (src/tool_urlglob.c). */
import { inetAton } from "../../../wire/address.ts";

/** All URLs that a word stands for, the last set changing fastest. Null: a set that is none. */
export function urlsOf(word: string): string[] | null {
  const open = /[[{]/.exec(word);
  if (open === null) return /[\]}]/.test(word) ? null : [word];
  const head = word.slice(0, open.index);
  // An IPv6 address in its brackets is none.
  const literal = /^\[[\da-fA-F:.]*:[\da-fA-F:.]*\]/.exec(word.slice(open.index));
  if (literal && inetAton(literal[0]) === null) {
    const rest = urlsOf(word.slice(open.index + literal[0].length));
    return rest?.map((tail) => head + literal[0] + tail) ?? null;
  }
  const end = word.indexOf(open[0] === "[" ? "]" : "}", open.index);
  if (end < 0) return null;
  const inside = word.slice(open.index + 1, end);
  const members = open[0] === "{" ? inside.split(",") : rangeOf(inside);
  const tails = urlsOf(word.slice(end + 1));
  return members && tails && members.flatMap((member) => tails.map((tail) => head + member + tail));
}

/** Members of [FROM-TO:STEP]; null if it is no range. */
function rangeOf(inside: string): string[] | null {
  const match = /^(\d+)-(\d+)(?::(\d+))?$/.exec(inside) ?? /^([a-z])-([a-z])(?::(\d+))?$/i.exec(inside);
  if (!match) return null;
  const [, from = "", to = "", step = "1"] = match;
  const isNumber = /^\d/.test(from);
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const by = Number(step);
  if (by === 0 || last < first || (last - first) / by > 1000) return null;
  const members: string[] = [];
  for (let at = first; at <= last; at += by) {
    members.push(isNumber ? String(at).padStart(from.startsWith("0") ? from.length : 0, "0") : String.fromCharCode(at));
  }
  return members;
}
