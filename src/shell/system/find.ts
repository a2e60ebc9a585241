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

function readSearch(sys: Sys, words: readonly string[]): Search {
  const search: Search = { tests: () => true, minDepth: 0, maxDepth: Number.POSITIVE_INFINITY, prints: false };
  let at = 0;
  const value = (option: string): string => {
    const word = words[at++];
    if (word === undefined) throw new Refusal(`missing argument to \`${option}'`);
    return word;
  };
  const number = (option: string): number => {
    const text = value(option);
    if (!/^\d+$/.test(text))
      throw new Refusal(`Expected a positive decimal integer argument to ${option}, but got ${`‘${text}’`}`);
    return Number(text);
  };
  const one = (): Test => {
    const word = words[at++] as string;
    switch (word) {
      case "!":
      case "-not": {
        if (at >= words.length) throw new Refusal(`expected an expression after '${word}'`);
        const inner = one();
        return (e) => !inner(e);
      }
      case "(": {
        const inner = any();
        if (words[at++] !== ")") throw new Refusal("invalid expression; expected to find a ')' but didn't see one.");
        return inner;
      }
      case "-name":
      case "-iname": {
        const pattern = value(word);
        return ({ full }) => matches(pattern, full.split("/").at(-1) || "/", word === "-iname");
      }
      case "-path":
      case "-wholename": {
        const pattern = value(word);
        return ({ path }) => matches(pattern, path, false);
      }
      case "-type": {
        const kinds = value(word).split(",");
        const bad = kinds.find((kind) => !/^[bcdpfls]$/.test(kind));
        if (bad !== undefined) throw new Refusal(`Unknown argument to -type: ${bad}`);
        return ({ full }) => kinds.includes(kindOf(sys, full));
      }
      case "-empty":
        return ({ full }) =>
          (listDirectory(sys.world, place(sys), full) ?? readFile(sys.world, place(sys), full)).toString() === "";
      case "-maxdepth":
        search.maxDepth = number(word);
        return () => true;
      case "-mindepth":
        search.minDepth = number(word);
        return () => true;
      case "-print0":
      case "-print":
        search.prints = true;
        return ({ path }) => write(sys, 1, path + (word === "-print" ? "\n" : "\0"));
      default:
        throw new Refusal(
          /^-(exec|execdir|ok|okdir|delete|printf|ls|newer|m?time|mmin|size|user|group|perm|prune|regex|iregex|links|inum)$/.test(
            word,
          )
            ? `playground: find ${word} is not simulated`
            : word.startsWith("-")
              ? `unknown predicate \`${word}'`
              : `paths must precede expression: \`${word}'`,
        );
    }
  };
  const all = (): Test => {
    const tests: Test[] = [];
    while (at < words.length && !["-o", "-or", ")"].includes(words[at] as string)) {
      if (words[at] === "-a" || words[at] === "-and") at++;
      tests.push(one());
    }
    return (e) => tests.every((test) => test(e));
  };
  const any = (): Test => {
    const tests = [all()];
    while (words[at] === "-o" || words[at] === "-or") {
      at++;
      tests.push(all());
    }
    return (e) => tests.some((test) => test(e));
  };
  search.tests = any();
  if (at < words.length) throw new Refusal("invalid expression; you have too many ')'");
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
