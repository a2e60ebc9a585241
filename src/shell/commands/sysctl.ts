/** `sysctl` of procps-ng 4.0: settings below /proc/sys by their names with dots or slashes. */
import { EACCES, EINVAL, EPERM, strerror } from "../../kernel/errno.ts";
import { sysctlGet, sysctlNames, sysctlSet } from "../../kernel/sysctl.ts";
import { readFile } from "../files.ts";
import { capable, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { notSimulated, quit, runToEnd } from "./quit.ts";

const HELP = `
Usage:
 sysctl [options] [variable[=value] ...]

Options:
  -a, --all            display all variables
  -e, --ignore         ignore unknown variables errors
  -N, --names          print variable names without values
  -n, --values         print only values of the given variable(s)
  -p, --load[=<file>]  read values from file
  -r, --pattern <expression>
                       select setting that match expression
  -q, --quiet          do not echo variable set
  -w, --write          enable writing a value to variable

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see sysctl(8).
`;

export const sysctl: Program = {
  path: "/usr/sbin/sysctl",
  about: "show and change the kernel's settings",
  start: (sys, argv) => runToEnd(sys, () => runSysctl(sys, argv.slice(1))),
};

interface Options {
  all: boolean;
  ignore: boolean;
  names: boolean;
  values: boolean;
  quiet: boolean;
  writing: boolean;
  binary: boolean;
  dryRun: boolean;
  deprecated: boolean;
  load: string | true | null;
  pattern: RegExp | null;
  words: string[];
}

const LONG: Readonly<Record<string, string>> = {
  "--all": "a",
  "--ignore": "e",
  "--names": "N",
  "--values": "n",
  "--quiet": "q",
  "--write": "w",
  "--binary": "b",
  "--help": "h",
  "--version": "V",
  "--load": "p",
  "--pattern": "r",
  "--dry-run": "D",
};

function runSysctl(sys: Sys, argv: string[]): number {
  const options: Options = {
    all: false,
    ignore: false,
    names: false,
    values: false,
    quiet: false,
    writing: false,
    binary: false,
    dryRun: false,
    deprecated: false,
    load: null,
    pattern: null,
    words: [],
  };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith("-") || word === "-") options.words.push(word);
    else {
      const took = readOption(sys, options, word, argv[at + 1]);
      if (took === null) return 0;
      at += took;
    }
  }
  if (options.load !== null) return loadFiles(sys, options);
  if (options.all) return showAll(sys, options);
  if (argv.length === 0) quit(sys, HELP, 1);
  if (options.words.length === 0) {
    quit(sys, "sysctl: no variables specified\nTry `sysctl --help' for more information.\n", 1);
  }
  return runWords(sys, options);
}

/** Applies an option word; returns how many of the words behind it were taken, or null when all is said. */
function readOption(sys: Sys, options: Options, word: string, next: string | undefined): number | null {
  const [name = "", attached] = word.split("=", 2);
  if (word.startsWith("--")) {
    const letter = Object.hasOwn(LONG, name) ? LONG[name] : undefined;
    if (name === "--system") notSimulated(sys, "sysctl --system");
    if (name === "--deprecated") {
      options.deprecated = true;
      return 0;
    }
    if (letter === undefined) return help(sys, `sysctl: unrecognized option '${word}'\n`);
    return readLetter(sys, options, letter, attached ?? null, next);
  }
  for (let i = 1; i < word.length; i++) {
    const rest = word.slice(i + 1);
    const letter = word[i] as string;
    const took = readLetter(sys, options, letter, rest === "" ? null : rest, next);
    if (took === null || "rpf".includes(letter)) return took;
  }
  return 0;
}

function help(sys: Sys, complaint: string): null {
  write(sys, 2, complaint);
  write(sys, 1, HELP);
  return null;
}

function readLetter(
  sys: Sys,
  options: Options,
  letter: string,
  attached: string | null,
  next: string | undefined,
): number | null {
  if (letter === "a" || letter === "A" || letter === "X") options.all = true;
  else if (letter === "e") options.ignore = true;
  else if (letter === "N") options.names = true;
  else if (letter === "n") options.values = true;
  else if (letter === "b") options.binary = true;
  else if (letter === "q") options.quiet = true;
  else if (letter === "w") options.writing = true;
  else if (letter === "D") options.dryRun = true;
  else if (letter === "p" || letter === "f") options.load = attached ?? true;
  else if (letter === "r") {
    options.pattern = pattern(sys, attached ?? next ?? "");
    return attached === null ? 1 : 0;
  } else if (letter === "V") {
    write(sys, 1, "sysctl from procps-ng 4.0.2\n");
    return null;
  } else if (letter === "h" || letter === "d") return help(sys, "");
  else if (letter !== "o" && letter !== "x") return help(sys, `sysctl: invalid option -- '${letter}'\n`);
  return 0;
}

function pattern(sys: Sys, text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    return quit(sys, `sysctl: cannot compile regular expression: ${text}\n`, 1);
  }
}

/** A name as it was typed, with the path that it stands for and its form with dots. */
interface Key {
  path: string;
  dotted: string;
}

/** Of dots and slashes the first to come separates; the other one belongs to the names. */
function keyOf(name: string): Key {
  const first = /[./]/.exec(name)?.[0];
  const path = first === "/" ? name : name.replace(/[./]/g, (c) => (c === "." ? "/" : "."));
  const dotted = path.replace(/[./]/g, (c) => (c === "/" ? "." : "/"));
  return { path, dotted };
}

/** What the kernel's table calls it: every separator a dot. */
function kernelName(key: Key): string {
  return key.path.replaceAll("/", ".");
}

/** Reads settings and, where a word has "=", writes them. Each read that fails counts, however many writes fail count once. */
function runWords(sys: Sys, options: Options): number {
  let unread = 0;
  let unwritten = 0;
  for (const word of options.words) {
    const equals = word.indexOf("=");
    // parse_setting_line wants two characters, and says nothing of less.
    if ((equals >= 0 || options.writing) && word.trimStart().length < 2) unwritten = 1;
    else if (equals >= 0) unwritten |= setOne(sys, options, word.slice(0, equals), word.slice(equals + 1));
    else if (!options.writing) unread += showOne(sys, options, word);
    else {
      write(sys, 2, "sysctl: command line(0): invalid syntax, continuing...\n");
      unwritten = 1;
    }
  }
  return Math.min(unread + unwritten, 255);
}

function missing(sys: Sys, options: Options, key: Key): number {
  if (options.ignore) return 0;
  write(sys, 2, `sysctl: cannot stat /proc/sys/${key.path}: No such file or directory\n`);
  return 1;
}

function showOne(sys: Sys, options: Options, word: string): number {
  if (word === "") quit(sys, `sysctl: "" is an unknown key\n`, 255);
  const key = keyOf(word);
  const name = kernelName(key);
  const value = sysctlGet(sys.world, sys.proc.netns, name);
  if (value !== null) {
    show(sys, options, key.dotted, value);
    return 0;
  }
  const below = listed(sys, options).filter((other) => other.startsWith(`${name}.`));
  if (below.length === 0) return missing(sys, options, key);
  for (const other of below) show(sys, options, other, sysctlGet(sys.world, sys.proc.netns, other) ?? "");
  return 0;
}

/** All names; what has a successor is left out of lists. */
function listed(sys: Sys, options: Options): string[] {
  const names = sysctlNames(sys.world, sys.proc.netns);
  return options.deprecated ? names : names.filter((name) => !/\.(base_reachable_time|retrans_time)$/.test(name));
}

function show(sys: Sys, options: Options, name: string, value: string): void {
  if (options.pattern !== null && !options.pattern.test(name)) return;
  if (options.names) write(sys, 1, `${name}\n`);
  else if (options.binary) write(sys, 1, value);
  else write(sys, 1, options.values ? `${value}\n` : `${name} = ${value}\n`);
}

function showAll(sys: Sys, options: Options): number {
  for (const name of listed(sys, options)) {
    show(sys, options, name, sysctlGet(sys.world, sys.proc.netns, name) ?? "");
  }
  return 0;
}

function setOne(sys: Sys, options: Options, left: string, right: string): number {
  const name = left.trim();
  const value = right.trim();
  if (name === "") {
    write(sys, 2, "sysctl: Path is not under /proc/sys/: /proc/sys/\n");
    return 1;
  }
  const key = keyOf(name);
  if (sysctlGet(sys.world, sys.proc.netns, kernelName(key)) === null) return missing(sys, options, key);
  // Docker mounts /proc/sys read-only into its containers.
  if (sys.proc.node.includes("/")) {
    write(sys, 2, `sysctl: permission denied on key "${key.dotted}"\n`);
    return 1;
  }
  const errno: number = options.dryRun
    ? 0
    : !capable(sys, "NET_ADMIN")
      ? EPERM
      : sysctlSet(sys.world, sys.proc.netns, kernelName(key), value);
  if (errno === EACCES) {
    // A file that nobody may write is not tried, and no failure.
    write(sys, 2, `sysctl: setting key "${key.dotted}": ${strerror(EINVAL)}\n`);
    return 0;
  }
  if (errno !== 0) {
    write(sys, 2, `sysctl: setting key "${key.dotted}": ${strerror(errno)}\n`);
    return 1;
  }
  if (!options.quiet) show(sys, options, key.dotted, value);
  return 0;
}

function loadFiles(sys: Sys, options: Options): number {
  const named = options.load === true ? options.words : [options.load as string, ...options.words];
  let failures = 0;
  for (const path of named.length === 0 ? ["/etc/sysctl.conf"] : named)
    failures += loadFile(sys, options, path, named.length === 0);
  return failures > 0 ? 1 : 0;
}

/** Lines NAME = VALUE; "#" and ";" begin comments, a "-" before the name forgives failure. */
function loadFile(sys: Sys, options: Options, path: string, isDefault: boolean): number {
  const text = readFile(sys.world, sys.proc, path);
  if (typeof text === "number") {
    if (isDefault) return 0;
    write(sys, 2, `sysctl: cannot open "${path}": ${strerror(text)}\n`);
    return 1;
  }
  let failures = 0;
  text.split("\n").forEach((raw, i) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return;
    const equals = line.indexOf("=");
    if (equals < 0) {
      write(sys, 2, `sysctl: ${path}(${i + 1}): invalid syntax, continuing...\n`);
      failures++;
      return;
    }
    const forgiving = line.startsWith("-");
    const failed = setOne(sys, options, line.slice(forgiving ? 1 : 0, equals), line.slice(equals + 1));
    if (!forgiving) failures += failed;
  });
  return failures;
}
