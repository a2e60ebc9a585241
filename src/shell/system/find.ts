/** `find` of findutils 4.9: names, kinds and depth. Names come in order, not as a directory happens to hold them. Left out: -exec, times, sizes, owners. */
import { listDirectory, readFile, resolvePath } from "../files.ts";
import { matchPattern } from "../lang/expand/pattern.ts";
import { exit, fail, write } from "../process.ts";
import { place } from "../text/filter.ts";
import type { Program, Sys } from "../types.ts";
import { linkAt } from "./readlink.ts";

interface Entry {
  /** As it is printed. */
  path: string;
  /** Absolute. */
  full: string;
  depth: number;
}

type Test = (entry: Entry) => boolean;

interface Search {
  tests: Test;
  minDepth: number;
  maxDepth: number;
  /** The expression prints by itself. */
  prints: boolean;
}

class Refusal extends Error {}

function kindOf(sys: Sys, full: string): "l" | "d" | "f" {
  if (linkAt(sys, full) !== null) return "l";
  return listDirectory(sys.world, place(sys), full) === null ? "f" : "d";
}

/** A name matches a pattern as a whole; * takes slashes, too. */
function matches(pattern: string, text: string, fold: boolean): boolean {
  const lower = (t: string) => (fold ? t.toLowerCase() : t).replaceAll("/", "\x01");
  return matchPattern(lower(pattern), lower(text));
}

interface Reader {
  sys: Sys;
  words: readonly string[];
  at: number;
  search: Search;
}

function value(r: Reader, option: string): string {
  const word = r.words[r.at++];
  if (word === undefined) throw new Refusal(`missing argument to \`${option}'`);
  return word;
}

function depth(r: Reader, option: string): number {
  const text = value(r, option);
  if (!/^\d+$/.test(text))
    throw new Refusal(`Expected a positive decimal integer argument to ${option}, but got \u2018${text}\u2019`);
  return Number(text);
}

function any(r: Reader): Test {
  const tests = [all(r)];
  while (r.words[r.at] === "-o" || r.words[r.at] === "-or") {
    r.at++;
    tests.push(all(r));
  }
  return (e) => tests.some((test) => test(e));
}

function all(r: Reader): Test {
  const tests: Test[] = [];
  while (r.at < r.words.length && !["-o", "-or", ")"].includes(r.words[r.at] as string)) {
    if (r.words[r.at] === "-a" || r.words[r.at] === "-and") r.at++;
    tests.push(one(r));
  }
  return (e) => tests.every((test) => test(e));
}

function one(r: Reader): Test {
  const word = r.words[r.at++] as string;
  if (word === "!" || word === "-not") {
    if (r.at >= r.words.length) throw new Refusal(`expected an expression after '${word}'`);
    const inner = one(r);
    return (e) => !inner(e);
  }
  if (word !== "(") return predicate(r, word);
  const inner = any(r);
  if (r.words[r.at++] !== ")") throw new Refusal("invalid expression; expected to find a ')' but didn't see one.");
  return inner;
}

const LACKING =
  /^-(exec|execdir|ok|okdir|delete|printf|ls|newer|m?time|mmin|size|user|group|perm|prune|regex|iregex|links|inum)$/;

function predicate(r: Reader, word: string): Test {
  const { sys, search } = r;
  switch (word) {
    case "-name":
    case "-iname": {
      const pattern = value(r, word);
      return ({ full }) => matches(pattern, full.split("/").at(-1) || "/", word === "-iname");
    }
    case "-path":
    case "-wholename": {
      const pattern = value(r, word);
      return ({ path }) => matches(pattern, path, false);
    }
    case "-type": {
      const kinds = value(r, word).split(",");
      const bad = kinds.find((kind) => !/^[bcdpfls]$/.test(kind));
      if (bad !== undefined) throw new Refusal(`Unknown argument to -type: ${bad}`);
      return ({ full }) => kinds.includes(kindOf(sys, full));
    }
    case "-empty":
      return ({ full }) =>
        (listDirectory(sys.world, place(sys), full) ?? readFile(sys.world, place(sys), full)).toString() === "";
    case "-maxdepth":
      search.maxDepth = depth(r, word);
      return () => true;
    case "-mindepth":
      search.minDepth = depth(r, word);
      return () => true;
    case "-print0":
    case "-print":
      search.prints = true;
      return ({ path }) => write(sys, 1, path + (word === "-print" ? "\n" : "\0"));
    default:
      if (LACKING.test(word)) throw new Refusal(`playground: find ${word} is not simulated`);
      throw new Refusal(
        word.startsWith("-") ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`,
      );
  }
}

function readSearch(sys: Sys, words: readonly string[]): Search {
  const search: Search = { tests: () => true, minDepth: 0, maxDepth: Number.POSITIVE_INFINITY, prints: false };
  const r: Reader = { sys, words, at: 0, search };
  search.tests = any(r);
  if (r.at < words.length) throw new Refusal("invalid expression; you have too many ')'");
  return search;
}

function walk(sys: Sys, search: Search, entry: Entry): void {
  if (entry.depth >= search.minDepth && search.tests(entry) && !search.prints) write(sys, 1, `${entry.path}\n`);
  if (entry.depth >= search.maxDepth || (entry.depth > 0 && linkAt(sys, entry.full) !== null)) return;
  for (const name of listDirectory(sys.world, place(sys), entry.full) ?? []) {
    const under = (path: string) => `${path.replace(/\/$/, "")}/${name}`;
    walk(sys, search, { path: under(entry.path), full: under(entry.full), depth: entry.depth + 1 });
  }
}

export const find: Program = {
  path: "/usr/bin/find",
  about: "look for files",
  start(sys, argv) {
    const from = argv.findIndex((word, i) => i > 0 && /^[-(!]/.test(word) && word !== "-");
    const starts = argv.slice(1, from < 0 ? undefined : from);
    let search: Search;
    try {
      search = readSearch(sys, from < 0 ? [] : argv.slice(from));
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      const own = fault.message.startsWith("playground: ");
      return fail(sys, `${own ? "" : "find: "}${fault.message}\n`, 1);
    }
    let status = 0;
    for (const path of starts.length > 0 ? starts : ["."]) {
      const full = resolvePath(sys.proc.cwd, path);
      if (
        typeof readFile(sys.world, place(sys), full) === "number" &&
        listDirectory(sys.world, place(sys), full) === null
      ) {
        write(sys, 2, `find: '${path}': No such file or directory\n`);
        status = 1;
      } else walk(sys, search, { path, full, depth: 0 });
    }
    exit(sys, status);
  },
};
