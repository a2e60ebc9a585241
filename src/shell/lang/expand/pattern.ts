/** Shell patterns (* ? [ ]) over strings and over the paths that exist. A backslash takes a character as itself. glob(7). */
import { listDirectory, type Place, readFile, resolvePath } from "../../files.ts";
import type { ShellWorld } from "../../types.ts";

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  xdigit: "0-9A-Fa-f",
  punct: "!-\\/:-@\\[-`{-~",
  blank: " \\t",
};

/** The source of a regular expression that matches as the pattern does; `any` is what * may match one of. */
export function patternSource(pattern: string, any = "[\\s\\S]"): string {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const bracket = c === "[" ? bracketSource(pattern, i) : null;
    if (c === "*") {
      if (!source.endsWith(`${any}*`)) source += `${any}*`;
    } else if (c === "?") source += any;
    else if (bracket) {
      source += bracket.source;
      i = bracket.end;
    } else source += escapeChar(c === "\\" ? (pattern[++i] ?? "\\") : c);
  }
  return source;
}

function escapeChar(c: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(c) ? `\\${c}` : c;
}

function bracketSource(pattern: string, start: number): { source: string; end: number } | null {
  let i = start + 1;
  const negate = pattern[i] === "!" || pattern[i] === "^";
  if (negate) i++;
  let inside = "";
  for (let first = true; first || pattern[i] !== "]"; first = false) {
    const c = pattern[i];
    if (c === undefined) return null;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i, i + 12));
    const members = named ? CLASSES[named[1] as string] : undefined;
    if (named && members) {
      inside += members;
      i += named[0].length;
    } else if (c === "-" && inside !== "" && pattern[i + 1] !== "]") {
      inside += "-";
      i++;
    } else {
      inside += escapeChar(c === "\\" ? (pattern[++i] ?? "\\") : c);
      i++;
    }
  }
  const source = `[${negate ? "^" : ""}${inside}]`;
  return isRegExp(source) ? { source, end: i } : null;
}

function isRegExp(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}

export function matchPattern(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${patternSource(pattern)})$`).test(text);
}

/** Whether the pattern holds something special that is not escaped. */
export function hasPattern(pattern: string): boolean {
  return /[*?[]/.test(pattern.replace(/\\./gs, ""));
}

export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, "$1");
}

/** Existing paths that match, sorted; empty if none do. */
export function expandPattern(world: ShellWorld, place: Place, pattern: string): string[] {
  let found = [pattern.startsWith("/") ? "/" : ""];
  const parts = pattern.split("/").filter((p) => p !== "");
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    found = found.flatMap((base) => step(world, place, base, part)).map((path) => (last ? path : `${path}/`));
    if (found.length > 5000) break;
  }
  return found.sort();
}

function step(world: ShellWorld, place: Place, base: string, part: string): string[] {
  if (!hasPattern(part)) {
    const path = base + unescapePattern(part);
    return exists(world, place, path) ? [path] : [];
  }
  const names = listDirectory(world, place, resolvePath(place.cwd, base === "" ? "." : base)) ?? [];
  return names
    .filter((name) => (part.startsWith(".") || !name.startsWith(".")) && matchPattern(part, name))
    .map((name) => base + name);
}

function exists(world: ShellWorld, place: Place, path: string): boolean {
  return typeof readFile(world, place, path) === "string" || listDirectory(world, place, path) !== null;
}
