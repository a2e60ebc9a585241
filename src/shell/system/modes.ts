/** What files are besides their content: chmod, stat, mktemp, realpath and nproc of coreutils 9.1. */
import { randomBelow } from "../../base/random.ts";
import { listDirectory, readFile, resolvePath } from "../files.ts";
import { exit, write } from "../process.ts";
import { place } from "../text/filter.ts";
import { getopt, quote, tryHelp } from "../text/usage.ts";
import type { Program, Sys } from "../types.ts";
import { followed } from "./readlink.ts";

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** Permissions of a path: nine bits; null where there is nothing. */
export function modeOf(sys: Sys, path: string): number | null {
  const full = resolvePath(sys.proc.cwd, path);
  if (listDirectory(sys.world, place(sys), full) !== null) return DIRECTORY_MODE;
  if (typeof readFile(sys.world, place(sys), full) !== "string") return null;
  return sys.world.nodes[sys.proc.node]?.modes?.[full] ?? FILE_MODE;
}

/** rwxr-xr-x */
export function modeLetters(mode: number): string {
  return Array.from({ length: 9 }, (_, i) => ((mode >> (8 - i)) & 1 ? "rwx"[i % 3] : "-")).join("");
}

const WHO: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
const WHAT: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, X: 0o111 };

/** The mode that `755` or `u+x,go-w` makes of another; null for what is neither. */
function changed(mode: number, text: string): number | null {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8) & 0o777;
  let result = mode;
  for (const clause of text.split(",")) {
    const [, who = "", op = "", what = ""] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? [];
    if (op === "") return null;
    const mask = (who || "a").split("").reduce((sum, letter) => sum | (WHO[letter] as number), 0);
    const bits = mask & what.split("").reduce((sum, letter) => sum | (WHAT[letter] as number), 0);
    result = op === "+" ? result | bits : op === "-" ? result & ~bits : (result & ~mask) | bits;
  }
  return result;
}

const chmod: Program = {
  path: "/usr/bin/chmod",
  about: "who may read, write and execute",
  start(sys, argv) {
    const args = argv.slice(1).filter((arg) => !/^-[Rfv]+$/.test(arg));
    const [text, ...paths] = args;
    const help = tryHelp("chmod");
    if (text === undefined || paths.length === 0) {
      write(sys, 2, `chmod: missing operand${text === undefined ? "" : ` after ${quote(text)}`}\n${help}`);
      return exit(sys, 1);
    }
    if (changed(0, text) === null) {
      write(sys, 2, `chmod: invalid mode: ${quote(text)}\n${help}`);
      return exit(sys, 1);
    }
    const node = sys.world.nodes[sys.proc.node];
    let failed = false;
    for (const path of paths) {
      const mode = modeOf(sys, path);
      if (mode === null) {
        failed = true;
        write(sys, 2, `chmod: cannot access ${quote(path)}: No such file or directory\n`);
      } else if (node) {
        node.modes ??= {};
        node.modes[resolvePath(sys.proc.cwd, path)] = changed(mode, text) as number;
      }
    }
    exit(sys, failed ? 1 : 0);
  },
};

const stat: Program = {
  path: "/usr/bin/stat",
  about: "what a file is",
  start(sys, argv) {
    const o = getopt(sys, argv.slice(1), { flags: "L", valued: "c", long: { format: "c" } });
    if (!o) return;
    if (o.operands.length === 0) {
      write(sys, 2, `stat: missing operand\n${tryHelp("stat")}`);
      return exit(sys, 1);
    }
    const format = o.given.c;
    if (format === undefined) {
      write(sys, 2, "playground: stat without -c is not simulated\n");
      return exit(sys, 1);
    }
    let failed = false;
    for (const path of o.operands) {
      const text = about(sys, path, format);
      if (text === null) write(sys, 2, `stat: cannot statx ${quote(path)}: No such file or directory\n`);
      else write(sys, 1, `${text}\n`);
      failed ||= text === null;
    }
    exit(sys, failed ? 1 : 0);
  },
};

function about(sys: Sys, path: string, format: string): string | null {
  const mode = modeOf(sys, path);
  if (mode === null) return null;
  const directory = listDirectory(sys.world, place(sys), path) !== null;
  const content = directory ? "" : readFile(sys.world, place(sys), path);
  const known: Readonly<Record<string, string>> = {
    n: path,
    N: quote(path),
    s: String(directory ? 4096 : String(content).length),
    a: mode.toString(8),
    A: `${directory ? "d" : "-"}${modeLetters(mode)}`,
    F: directory ? "directory" : content === "" ? "regular empty file" : "regular file",
    U: "root",
    G: "root",
    u: "0",
    g: "0",
    h: "1",
    "%": "%",
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => known[letter] ?? whole);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const mktemp: Program = {
  path: "/usr/bin/mktemp",
  about: "make a file for a while",
  start(sys, argv) {
    const o = getopt(sys, argv.slice(1), { flags: "dqtu", valued: "p" });
    if (!o) return;
    const template = o.operands[0] ?? "tmp.XXXXXXXXXX";
    const run = /X{3,}(?=[^X]*$)/.exec(template);
    if (run === null) {
      write(sys, 2, `mktemp: too few X's in template ${quote(template)}\n`);
      return exit(sys, 1);
    }
    const drawn = run[0].replace(/X/g, () => LETTERS[randomBelow(sys.world.random, LETTERS.length)] as string);
    const name = template.slice(0, run.index) + drawn + template.slice(run.index + drawn.length);
    const inTmp = o.operands.length === 0 || "t" in o.given || "p" in o.given;
    const path = inTmp ? `${o.given.p ?? "/tmp"}/${name}` : name;
    const files = sys.world.nodes[sys.proc.node]?.files;
    if (files && !("u" in o.given)) files[resolvePath(sys.proc.cwd, path) + ("d" in o.given ? "/" : "")] = "";
    write(sys, 1, `${path}\n`);
    exit(sys, 0);
  },
};

const realpath: Program = {
  path: "/usr/bin/realpath",
  about: "a path without links",
  start(sys, argv) {
    const o = getopt(sys, argv.slice(1), { flags: "emqsz" });
    if (!o) return;
    if (o.operands.length === 0) {
      write(sys, 2, `realpath: missing operand\n${tryHelp("realpath")}`);
      return exit(sys, 1);
    }
    let failed = false;
    for (const path of o.operands) {
      const whole = followed(sys, resolvePath(sys.proc.cwd, path));
      const parent = whole.slice(0, whole.lastIndexOf("/")) || "/";
      const needed = "m" in o.given ? null : "e" in o.given ? whole : parent;
      if (needed !== null && modeOf(sys, needed) === null) {
        failed = true;
        write(sys, 2, `realpath: ${path}: No such file or directory\n`);
      } else write(sys, 1, `${whole}\n`);
    }
    exit(sys, failed ? 1 : 0);
  },
};

const nproc: Program = {
  path: "/usr/bin/nproc",
  about: "how many processors there are",
  start(sys) {
    write(sys, 1, "4\n");
    exit(sys, 0);
  },
};

export const MODE_PROGRAMS: Readonly<Record<string, Program>> = { chmod, mktemp, nproc, realpath, stat };
