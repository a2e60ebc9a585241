/** grep, egrep, fgrep: GNU grep 3.8. */
import { exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { posixRegExp } from "./regexp.ts";
import { getopt } from "./usage.ts";

interface Grep {
  failed: boolean;
  patterns: string;
  flags: string;
  extended: boolean;
  fixed: boolean;
  before: number;
  after: number;
  max: number;
  names: boolean;
  /** Of the file that is being read. */
  file: string | null;
  number: number;
  count: number;
  kept: { number: number; text: string }[];
  tail: number;
  lastShown: number;
  found: boolean;
}

const LONG = {
  "invert-match": "v",
  count: "c",
  "only-matching": "o",
  "extended-regexp": "E",
  "fixed-strings": "F",
  "perl-regexp": "P",
  "ignore-case": "i",
  "line-number": "n",
  quiet: "q",
  silent: "q",
  "files-with-matches": "l",
  "files-without-match": "L",
  "word-regexp": "w",
  "line-regexp": "x",
  "no-filename": "h",
  "with-filename": "H",
  "no-messages": "s",
  regexp: "e",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  "max-count": "m",
  color: "K",
  colour: "K",
  "line-buffered": "u",
  text: "a",
};

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

function begin(sys: Sys, args: string[], mode: "" | "E" | "F"): { files: string[]; state: Grep } | null {
  const context = args.map((a) => a.replace(/^-(\d+)$/, "-C$1"));
  const expressions: string[] = [];
  // Each -e adds a pattern; getopt keeps only the last.
  for (const [i, a] of context.entries()) if (a === "-e") expressions.push(context[i + 1] ?? "");
  const o = getopt(sys, context, { flags: "vcoEFPGinqlLwxhHsauKrRI", valued: "eABCm", long: LONG, status: 2 });
  if (!o) return null;
  if ("u" in o.given) delete sys.proc.held;
  if (expressions.length === 0 && o.given.e !== undefined) expressions.push(o.given.e);
  const patterns = expressions.length > 0 ? expressions.join("\n") : o.operands.shift();
  if (patterns === undefined) {
    fail(sys, USAGE, 2);
    return null;
  }
  const numberOf = (letter: string) => (o.given[letter] === undefined ? null : Number(o.given[letter]));
  for (const letter of ["A", "B", "C"]) {
    if (Number.isNaN(numberOf(letter))) {
      fail(sys, `grep: ${o.given[letter]}: invalid context length argument\n`, 2);
      return null;
    }
  }
  const state: Grep = {
    failed: false,
    patterns,
    flags: Object.keys(o.given).join(""),
    extended: mode === "E" || "E" in o.given,
    fixed: mode === "F" || "F" in o.given,
    before: numberOf("B") ?? numberOf("C") ?? 0,
    after: numberOf("A") ?? numberOf("C") ?? 0,
    max: numberOf("m") ?? Number.POSITIVE_INFINITY,
    names: "H" in o.given || (o.operands.length > 1 && !("h" in o.given)),
    file: null,
    number: 0,
    count: 0,
    kept: [],
    tail: 0,
    lastShown: 0,
    found: false,
  };
  const pattern = compile(state, false);
  if (typeof pattern === "string") {
    fail(sys, `grep: ${pattern}\n`, 2);
    return null;
  }
  return { files: o.operands, state };
}

function compile(s: Grep, global: boolean): RegExp | string {
  const whole = s.flags.includes("x") ? "line" : s.flags.includes("w") ? "word" : null;
  return posixRegExp(s.patterns, {
    extended: s.extended,
    perl: s.flags.includes("P"),
    fixed: s.fixed,
    ignoreCase: s.flags.includes("i"),
    whole,
    global,
  });
}

function show(sys: Sys, s: Grep, number: number, text: string, mark: ":" | "-"): void {
  const name = s.names ? `${s.file ?? "(standard input)"}${mark}` : "";
  write(sys, 1, `${name}${s.flags.includes("n") ? `${number}${mark}` : ""}${text}\n`);
  s.lastShown = number;
}

function line(sys: Sys, s: Grep, text: string): boolean {
  s.number++;
  const pattern = compile(s, true) as RegExp;
  const matched = pattern.test(text) !== s.flags.includes("v");
  pattern.lastIndex = 0;
  if (!matched) return context(sys, s, text);
  s.count++;
  s.found = true;
  if (s.flags.includes("q")) {
    exit(sys, 0);
    return false;
  }
  if (/[clL]/.test(s.flags)) return s.count < s.max;
  if (s.flags.includes("o")) {
    if (!s.flags.includes("v"))
      for (const m of text.matchAll(pattern)) if (m[0] !== "") show(sys, s, s.number, m[0], ":");
  } else {
    const first = s.kept[0]?.number ?? s.number;
    if (s.before + s.after > 0 && s.lastShown > 0 && first > s.lastShown + 1) write(sys, 1, "--\n");
    for (const kept of s.kept.splice(0)) show(sys, s, kept.number, kept.text, "-");
    show(sys, s, s.number, text, ":");
  }
  s.tail = s.after;
  return s.count < s.max || s.tail > 0;
}

/** A line that doesn't match may stand around one that does. */
function context(sys: Sys, s: Grep, text: string): boolean {
  if (s.tail > 0) {
    s.tail--;
    show(sys, s, s.number, text, "-");
  } else if (s.before > 0) {
    s.kept.push({ number: s.number, text });
    if (s.kept.length > s.before) s.kept.shift();
  }
  return s.count < s.max || s.tail > 0;
}

function fileEnd(sys: Sys, s: Grep, name: string | null): void {
  const shown = name ?? "(standard input)";
  if (s.flags.includes("l") && s.count > 0) write(sys, 1, `${shown}\n`);
  else if (s.flags.includes("L") && s.count === 0) write(sys, 1, `${shown}\n`);
  else if (s.flags.includes("c")) write(sys, 1, `${s.names ? `${shown}:` : ""}${s.count}\n`);
}

function grepProgram(path: string, mode: "" | "E" | "F"): Program {
  return lineProgram<Grep>({
    path,
    about: "lines that match",
    begin: (sys, args) => begin(sys, args, mode),
    file(_sys, s, name) {
      s.file = name;
      s.number = 0;
      s.count = 0;
      s.kept = [];
      s.tail = 0;
      s.lastShown = 0;
    },
    line,
    fileEnd,
    end(sys, s) {
      exit(sys, s.failed ? 2 : s.found ? 0 : 1);
    },
  });
}

export const grep = grepProgram("/usr/bin/grep", "");
export const egrep = grepProgram("/usr/bin/egrep", "E");
export const fgrep = grepProgram("/usr/bin/fgrep", "F");
