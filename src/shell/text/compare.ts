/** diff (diffutils 3.8), cmp, comm: two texts side by side. Left out: directories, context and side-by-side form. */
import { SECOND_NS } from "../../base/time.ts";
import { readFile } from "../files.ts";
import { fileError } from "../lang/run/redirect.ts";
import { awaitInput, exit, fail, readAll, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { formatDate } from "./date.ts";
import { type Change, diffLines } from "./diff-script.ts";
import { place } from "./filter.ts";
import { getopt, type Options, quote, tryHelp } from "./usage.ts";

interface Pair {
  names: [string, string];
  options: Options["given"];
  /** What stdin has given so far. */
  input: string;
}

/** A program that reads two files, of which one may be "-", and then answers. */
function comparer(
  path: string,
  about: string,
  spec: Parameters<typeof getopt>[2],
  answer: (sys: Sys, pair: Pair, texts: [string, string]) => void,
): Program {
  return {
    path,
    about,
    start(sys, argv) {
      const name = sys.proc.program;
      const o = getopt(sys, argv.slice(1), spec);
      if (!o) return;
      const [first, second, extra] = o.operands;
      const hint = name === "comm" ? tryHelp(name) : `${name}: ${tryHelp(name)}`;
      const refuse = (why: string) => fail(sys, `${name}: ${why}\n${hint}`, name === "comm" ? 1 : 2);
      if (first === undefined || second === undefined) return refuse(`missing operand after ${quote(first ?? name)}`);
      if (extra !== undefined) return refuse(`extra operand ${quote(extra)}`);
      const pair: Pair = { names: [first, second], options: o.given, input: "" };
      sys.proc.locals = pair;
      if (pair.names.includes("-")) awaitInput(sys);
      else read(sys, pair, answer);
    },
    wake(sys, why) {
      if (why.type !== "stdin") return;
      const pair = sys.proc.locals as Pair;
      const { text, eof } = readAll(sys);
      pair.input += text;
      if (eof) read(sys, pair, answer);
      else awaitInput(sys);
    },
  };
}

function read(sys: Sys, pair: Pair, answer: (sys: Sys, pair: Pair, texts: [string, string]) => void): void {
  const texts = pair.names.map((name) => (name === "-" ? pair.input : readFile(sys.world, place(sys), name)));
  const errors = pair.names.flatMap((name, i) =>
    typeof texts[i] === "number" ? [`${sys.proc.program}: ${name}: ${fileError(texts[i])}\n`] : [],
  );
  if (errors.length > 0) return fail(sys, errors.join(""), sys.proc.program === "comm" ? 1 : 2);
  answer(sys, pair, texts as [string, string]);
}

/** Lines with their newlines. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

export const diff = comparer(
  "/usr/bin/diff",
  "what two files differ in",
  {
    flags: "uqsiwbBraNd",
    valued: "U",
    long: { unified: "u", brief: "q", "report-identical-files": "s", "ignore-case": "i", "ignore-all-space": "w" },
    status: 2,
  },
  (sys, { names, options }, texts) => {
    const key = (line: string) => {
      const spaced = "w" in options ? line.replace(/\s+/g, "") : "b" in options ? line.replace(/\s+/g, " ") : line;
      return "i" in options ? spaced.toLowerCase() : spaced;
    };
    const [old, now] = [linesOf(texts[0]), linesOf(texts[1])];
    const context = "u" in options || "U" in options ? Number(options.U ?? 3) : 0;
    const changes = diffLines(old, now, key, context);
    if (changes.length === 0) {
      if ("s" in options) write(sys, 1, `Files ${names[0]} and ${names[1]} are identical\n`);
      return exit(sys, 0);
    }
    if ("q" in options) write(sys, 1, `Files ${names[0]} and ${names[1]} differ\n`);
    else if ("u" in options || "U" in options) {
      const stamp = formatDate("%Y-%m-%d %H:%M:%S", sys.world.bootTime_s + sys.world.now_ns / SECOND_NS);
      write(sys, 1, `--- ${names[0]}\t${stamp}.000000000 +0000\n+++ ${names[1]}\t${stamp}.000000000 +0000\n`);
      write(sys, 1, unified(old, now, changes, context));
    } else write(sys, 1, changes.map((change) => normal(old, now, change)).join(""));
    exit(sys, 1);
  },
);

/** A line behind its mark; one without a newline says so. */
function marked(mark: string, line: string): string {
  return `${mark}${line}${line.endsWith("\n") ? "" : "\n\\ No newline at end of file\n"}`;
}

function normal(old: readonly string[], now: readonly string[], change: Change): string {
  const { oldFrom, oldTo, newFrom, newTo } = change;
  const span = (from: number, to: number) => (to - from <= 1 ? String(to) : `${from + 1},${to}`);
  const letter = oldFrom === oldTo ? "a" : newFrom === newTo ? "d" : "c";
  const removed = old.slice(oldFrom, oldTo).map((line) => marked("< ", line));
  const added = now.slice(newFrom, newTo).map((line) => marked("> ", line));
  const between = letter === "c" ? "---\n" : "";
  return `${span(oldFrom, oldTo)}${letter}${span(newFrom, newTo)}\n${removed.join("")}${between}${added.join("")}`;
}

/** Hunks with `context` lines around their changes; those that touch are one. */
function unified(old: readonly string[], now: readonly string[], changes: readonly Change[], context: number): string {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.oldFrom - last.oldTo <= 2 * context) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  const head = (from: number, count: number) => {
    if (count === 1) return String(from + 1);
    return `${count === 0 ? from : from + 1},${count}`;
  };
  return hunks
    .map((hunk) => {
      const [first, last] = [hunk[0] as Change, hunk.at(-1) as Change];
      const before = Math.min(context, first.oldFrom);
      const after = Math.min(context, old.length - last.oldTo);
      const from = first.oldFrom - before;
      const oldCount = last.oldTo + after - from;
      const newCount = last.newTo + after - (first.newFrom - before);
      let text = `@@ -${head(from, oldCount)} +${head(first.newFrom - before, newCount)} @@\n`;
      let at = from;
      for (const { oldFrom, oldTo, newFrom, newTo } of hunk) {
        for (; at < oldFrom; at++) text += marked(" ", old[at] as string);
        for (; at < oldTo; at++) text += marked("-", old[at] as string);
        for (let i = newFrom; i < newTo; i++) text += marked("+", now[i] as string);
      }
      for (; at < last.oldTo + after; at++) text += marked(" ", old[at] as string);
      return text;
    })
    .join("");
}

export const cmp = comparer(
  "/usr/bin/cmp",
  "where two files differ first",
  { flags: "sbl", long: { silent: "s", quiet: "s" }, status: 2 },
  (sys, { names, options }, [old, now]) => {
    let at = 0;
    while (at < old.length && at < now.length && old[at] === now[at]) at++;
    if (at === old.length && at === now.length) return exit(sys, 0);
    const isEnd = at === old.length || at === now.length;
    const line = old.slice(0, at).split("\n").length;
    const shorter = at === old.length ? names[0] : names[1];
    const where = old[at - 1] === "\n" ? `line ${line - 1}` : `in line ${line}`;
    if ("s" in options) return exit(sys, 1);
    if (!isEnd) write(sys, 1, `${names[0]} ${names[1]} differ: char ${at + 1}, line ${line}\n`);
    else write(sys, 2, `cmp: EOF on ${shorter}${at === 0 ? " which is empty" : ` after byte ${at}, ${where}`}\n`);
    exit(sys, 1);
  },
);

export const comm = comparer(
  "/usr/bin/comm",
  "lines that two sorted files have in common",
  { flags: "123" },
  (sys, { options }, texts) => {
    const [old, now] = texts.map((text) => linesOf(text).map((line) => line.replace(/\n$/, ""))) as [
      string[],
      string[],
    ];
    const tabs = (column: number) => "\t".repeat([1, 2].filter((n) => n < column && !(n in options)).length);
    const put = (column: number, line: string) => {
      if (!(column in options)) write(sys, 1, `${tabs(column)}${line}\n`);
    };
    let [i, j] = [0, 0];
    while (i < old.length || j < now.length) {
      const [x, y] = [old[i], now[j]];
      if (x !== undefined && x === y) {
        put(3, x);
        i++;
        j++;
      } else if (y === undefined || (x !== undefined && x < y)) {
        put(1, x as string);
        i++;
      } else {
        put(2, y);
        j++;
      }
    }
    exit(sys, 0);
  },
);
