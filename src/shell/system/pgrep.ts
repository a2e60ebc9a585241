/** pgrep and pkill: processes by a pattern. procps 4.0. Left out: users, groups, terminals, sessions, namespaces, pid files. */
import { exit, fail, kill, SIGNAL_NAMES, seenPid, write } from "../process.ts";
import type { Proc, Program, Signal, Sys } from "../types.ts";

interface Wanted {
  letters: Set<string>;
  signal: Signal;
  pattern: string;
  delimiter: string;
  parent: number | null;
}

const USAGE = (name: string) => `
Usage:
 ${name} [options] <pattern>
`;
const LONG: Readonly<Record<string, string>> = {
  full: "f",
  exact: "x",
  count: "c",
  "list-name": "l",
  "list-full": "a",
  newest: "n",
  oldest: "o",
  inverse: "v",
  "ignore-case": "i",
  echo: "e",
};

/** Reads the command line; null: it was refused. */
function parse(sys: Sys, name: string, args: readonly string[]): Wanted | null {
  const wanted: Wanted = { letters: new Set(), signal: "SIGTERM", pattern: "", delimiter: "\n", parent: null };
  const patterns: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const signal = SIGNAL_NAMES[word.replace(/^-+(?:signal=)?/, "").replace(/^SIG/, "")];
    const letters = word.startsWith("--") ? (LONG[word.slice(2)] ?? "?") : word.slice(1);
    if (!/^-./.test(word)) patterns.push(word);
    else if (name === "pkill" && signal !== undefined && !word.startsWith("--")) wanted.signal = signal;
    else if (word === "-d") wanted.delimiter = args[++at] ?? "";
    else if (word === "-P") wanted.parent = Number(args[++at]);
    else if (/^[fxclanovie]+$/.test(letters)) for (const letter of letters) wanted.letters.add(letter);
    else {
      fail(sys, `playground: ${name} ${word} is not simulated\n`, 2);
      return null;
    }
  }
  wanted.pattern = patterns[0] ?? "";
  if (patterns.length === 1 || (patterns.length === 0 && wanted.parent !== null)) return wanted;
  const why = patterns.length === 0 ? "no matching criteria specified" : "only one pattern can be provided";
  fail(sys, `${name}: ${why}\nTry \`${name} --help' for more information.\n`, 2);
  return null;
}

/** The processes that fit, oldest first. Null: the pattern is none. */
function matches(sys: Sys, candidates: readonly Proc[], w: Wanted): Proc[] | null {
  let pattern: RegExp;
  try {
    pattern = new RegExp(w.letters.has("x") ? `^(?:${w.pattern})$` : w.pattern, w.letters.has("i") ? "i" : "");
  } catch {
    return null;
  }
  const text = (p: Proc) => (w.letters.has("f") ? p.argv.join(" ") : p.program.slice(0, 15));
  const parentOf = (p: Proc) => (p.parent === null ? null : sys.world.procs[p.parent]);
  const isChild = (p: Proc) => {
    const parent = parentOf(p);
    return w.parent === null || (parent != null && seenPid(sys.world, parent) === w.parent);
  };
  const found = candidates.filter((p) => {
    // A shell that has nothing else to do becomes its command.
    const isOwn = p.id === sys.proc.id || p.id === sys.proc.parent;
    return !isOwn && isChild(p) && pattern.test(text(p)) !== w.letters.has("v");
  });
  if (w.letters.has("n")) return found.slice(-1);
  return w.letters.has("o") ? found.slice(0, 1) : found;
}

/** @param processes those that the caller sees */
function finder(name: "pgrep" | "pkill", processes: (sys: Sys) => Proc[]): Program {
  return {
    path: `/usr/bin/${name}`,
    about: name === "pgrep" ? "pids of a program" : "send a signal to a program's processes",
    start(sys, argv) {
      if (argv.includes("-h") || argv.includes("--help")) return fail(sys, USAGE(name), 0);
      const wanted = parse(sys, name, argv.slice(1));
      if (!wanted) return;
      const found = matches(sys, processes(sys), wanted);
      if (found === null) return fail(sys, `${name}: Invalid regular expression: ${wanted.pattern}\n`, 2);
      const { letters } = wanted;
      const named = (p: Proc) => (letters.has("a") ? ` ${p.argv.join(" ")}` : letters.has("l") ? ` ${p.program}` : "");
      if (letters.has("c")) write(sys, 1, `${found.length}\n`);
      else if (name === "pgrep" && found.length > 0) {
        write(sys, 1, `${found.map((p) => `${seenPid(sys.world, p)}${named(p)}`).join(wanted.delimiter)}\n`);
      }
      for (const p of name === "pkill" ? found : []) {
        if (letters.has("e")) write(sys, 1, `${p.program} killed (pid ${seenPid(sys.world, p)})\n`);
        kill(sys.world, sys.programs, sys.proc, p, wanted.signal);
      }
      exit(sys, found.length > 0 ? 0 : 1);
    },
  };
}

export const pgrep = (processes: (sys: Sys) => Proc[]): Program => finder("pgrep", processes);
export const pkill = (processes: (sys: Sys) => Proc[]): Program => finder("pkill", processes);
