/** Programs on files and directories: ls, touch, rm, mkdir, cp, mv, tee. */
import { strerror } from "../../kernel/errno.ts";
import { netnsByName } from "../commands/netns-names.ts";
import {
  appendFile,
  findProgram,
  listDirectory,
  makeDirectory,
  openForWrite,
  readFile,
  resolvePath,
} from "../files.ts";
import { fileError } from "../lang/run/redirect.ts";
import { awaitInput, exit, isTerminal, readAll, write } from "../process.ts";
import { fileFailure, place } from "../text/filter.ts";
import { getopt, quote } from "../text/usage.ts";
import type { Program, Sys } from "../types.ts";
import { ln } from "./ln.ts";
import { modeLetters, modeOf } from "./modes.ts";
import { linkAt, readlink } from "./readlink.ts";

function filesOf(sys: Sys): Record<string, string> {
  return sys.world.nodes[sys.proc.node]?.files ?? {};
}

/** Directories of programs list what is installed. */
function namesIn(sys: Sys, path: string): string[] | null {
  const names = listDirectory(sys.world, place(sys), path);
  if (!names) return null;
  const full = resolvePath(sys.proc.cwd, path).replace(/^\/(bin|sbin)$/, "/usr/$1");
  const installed = Object.keys(sys.programs).filter((name) => {
    const at = findProgram(sys.world, sys.programs, sys.proc.node, name) ? sys.programs[name]?.path : undefined;
    return at !== undefined && at === `${full}/${name}`;
  });
  return [...new Set([...names, ...installed])].sort();
}

const ls: Program = {
  path: "/usr/bin/ls",
  about: "list a directory",
  start(sys, argv) {
    const o = getopt(sys, argv.slice(1), { flags: "1aAldhCFrtSR", status: 2, long: { all: "a", color: "C" } });
    if (!o) return;
    const paths = o.operands.length > 0 ? o.operands : ["."];
    let failed = false;
    const plain: string[] = [];
    const directories: [string, string[]][] = [];
    for (const path of paths) {
      const names = "d" in o.given ? null : namesIn(sys, path);
      if (names) directories.push([path, names.filter((n) => !n.startsWith(".") || "a" in o.given || "A" in o.given)]);
      else if (typeof readFile(sys.world, place(sys), path) === "string" || listDirectory(sys.world, place(sys), path))
        plain.push(path);
      else {
        failed = true;
        write(sys, 2, `ls: cannot access ${quote(path)}: No such file or directory\n`);
      }
    }
    printNames(sys, ".", plain.sort(), o.given);
    for (const [i, [path, names]] of directories.entries()) {
      if (paths.length > 1) write(sys, 1, `${i > 0 || plain.length > 0 ? "\n" : ""}${path}:\n`);
      printNames(sys, path, names, o.given);
    }
    exit(sys, failed ? 2 : 0);
  },
};

function printNames(sys: Sys, base: string, names: readonly string[], given: Record<string, string>): void {
  const ordered = "r" in given ? [...names].reverse() : names;
  if ("l" in given) {
    if (base !== "." || ordered.length > 1) write(sys, 1, "total 0\n");
    for (const name of ordered) write(sys, 1, longLine(sys, base, name));
    return;
  }
  if ("1" in given || !isTerminal(sys, 1)) write(sys, 1, ordered.map((n) => `${n}\n`).join(""));
  else if (ordered.length > 0) write(sys, 1, columns(ordered, 80));
}

function longLine(sys: Sys, base: string, name: string): string {
  const path = name.startsWith("/") ? name : `${base}/${name}`;
  const directory = listDirectory(sys.world, place(sys), path) !== null;
  const text = directory ? "" : readFile(sys.world, place(sys), path);
  const size = typeof text === "string" ? text.length : 0;
  const link = linkAt(sys, resolvePath(sys.proc.cwd, path));
  if (link !== null) return `lrwxrwxrwx 1 root root ${"0".padStart(5)} Jan  1 00:00 ${name} -> ${link}\n`;
  return `${directory ? "d" : "-"}${modeLetters(modeOf(sys, path) ?? 0)} ${directory ? 2 : 1} root root ${String(size).padStart(5)} Jan  1 00:00 ${name}\n`;
}

/** Names in columns, down first, as ls does on a terminal. */
function columns(names: readonly string[], width: number): string {
  for (let rows = 1; ; rows++) {
    const cols = Math.ceil(names.length / rows);
    const widths = Array.from({ length: cols }, (_, c) =>
      Math.max(...names.slice(c * rows, c * rows + rows).map((n) => n.length)),
    );
    if (rows < names.length && widths.reduce((a, b) => a + b + 2, -2) > width) continue;
    const lines = Array.from({ length: rows }, (_, r) =>
      widths
        .map((w, c) => (names[c * rows + r] ?? "").padEnd(c === cols - 1 ? 0 : w + 2))
        .join("")
        .trimEnd(),
    );
    return `${lines.join("\n")}\n`;
  }
}

/** A program that does one thing to each of its paths; `act` gives an errno. */
function eachPath(
  path: string,
  about: string,
  says: string,
  flags: string,
  act: (sys: Sys, p: string, given: Record<string, string>) => number,
): Program {
  return {
    path,
    about,
    start(sys, argv) {
      const o = getopt(sys, argv.slice(1), { flags });
      if (!o) return;
      let failed = false;
      if (o.operands.length === 0) {
        write(
          sys,
          2,
          `${sys.proc.program}: missing ${sys.proc.program === "touch" ? "file " : ""}operand\nTry '${sys.proc.program} --help' for more information.\n`,
        );
        failed = true;
      }
      for (const operand of o.operands) {
        const errno = act(sys, operand, o.given);
        if (errno >= 0) continue;
        failed = true;
        write(sys, 2, `${sys.proc.program}: ${says} ${quote(operand)}: ${fileError(errno)}\n`);
      }
      exit(sys, failed ? 1 : 0);
    },
  };
}

function remove(sys: Sys, path: string, given: Record<string, string>): number {
  const files = filesOf(sys);
  const full = resolvePath(sys.proc.cwd, path);
  const named = netnsByName(sys, /^\/(?:var\/)?run\/netns\/([^/]+)$/.exec(full)?.[1] ?? "");
  if (named !== null) named.name = null;
  else if (full in files) delete files[full];
  else if (listDirectory(sys.world, place(sys), full)) {
    if (!("r" in given) && !("R" in given)) return -21;
    for (const name of Object.keys(files)) if (name.startsWith(`${full}/`)) delete files[name];
  } else return "f" in given ? 0 : -2;
  return 0;
}

function makeDir(sys: Sys, path: string, given: Record<string, string>): number {
  if (!("p" in given)) return makeDirectory(sys.world, place(sys), path);
  let sofar = path.startsWith("/") ? "" : ".";
  for (const part of path.split("/").filter((p) => p !== "")) {
    sofar += `/${part}`;
    makeDirectory(sys.world, place(sys), sofar);
  }
  return 0;
}

function copy(keep: boolean): Program {
  return {
    path: keep ? "/usr/bin/cp" : "/usr/bin/mv",
    about: keep ? "copy a file" : "rename a file",
    start(sys, argv) {
      const o = getopt(sys, argv.slice(1), { flags: "afrRpvn" });
      if (!o) return;
      const name = sys.proc.program;
      const target = o.operands.at(-1);
      if (target === undefined || o.operands.length < 2) {
        const what =
          target === undefined ? "missing file operand" : `missing destination file operand after ${quote(target)}`;
        write(sys, 2, `${name}: ${what}\nTry '${name} --help' for more information.\n`);
        return exit(sys, 1);
      }
      let failed = false;
      for (const source of o.operands.slice(0, -1)) failed = !copyOne(sys, source, target, keep) || failed;
      exit(sys, failed ? 1 : 0);
    },
  };
}

function copyOne(sys: Sys, source: string, target: string, keep: boolean): boolean {
  const name = sys.proc.program;
  const text = readFile(sys.world, place(sys), source);
  const says = (what: string) => {
    write(sys, 2, `${name}: ${what}\n`);
    return false;
  };
  if (typeof text === "number") return says(`cannot stat ${quote(source)}: ${fileError(text)}`);
  const into = listDirectory(sys.world, place(sys), target) ? `${target}/${source.split("/").at(-1)}` : target;
  const errno = openForWrite(sys.world, place(sys), into, false);
  if (errno < 0) return says(`cannot create regular file ${quote(into)}: ${fileError(errno)}`);
  const files = filesOf(sys);
  files[resolvePath(sys.proc.cwd, into)] = text;
  if (!keep) delete files[resolvePath(sys.proc.cwd, source)];
  return true;
}

const tee: Program = {
  path: "/usr/bin/tee",
  about: "stdin to stdout and files",
  start(sys, argv) {
    const o = getopt(sys, argv.slice(1), { flags: "ai", long: { append: "a" } });
    if (!o) return;
    const opened = o.operands.filter((path) => {
      const errno = openForWrite(sys.world, place(sys), path, "a" in o.given);
      if (errno < 0) fileFailure(sys, path, errno);
      return errno >= 0;
    });
    sys.proc.locals = {
      files: opened.map((p) => resolvePath(sys.proc.cwd, p)),
      failed: opened.length < o.operands.length,
    };
    pump(sys);
  },
  wake(sys, why) {
    if (why.type === "stdin") pump(sys);
  },
};

function pump(sys: Sys): void {
  const s = sys.proc.locals as { files: string[]; failed: boolean };
  const { text, eof } = readAll(sys);
  const { world, proc } = sys;
  for (const path of text === "" ? [] : s.files) {
    const errno = appendFile(world, proc.node, path, text, proc.netns);
    if (errno === 0) continue;
    s.failed = true;
    write(sys, 2, `tee: ${path}: ${strerror(errno)}\n`);
  }
  write(sys, 1, text);
  if (eof) exit(sys, s.failed ? 1 : 0);
  else awaitInput(sys);
}

export const PATH_PROGRAMS: Readonly<Record<string, Program>> = {
  ls,
  touch: eachPath("/usr/bin/touch", "make an empty file", "cannot touch", "acm", (sys, p) =>
    openForWrite(sys.world, place(sys), p, true),
  ),
  rm: eachPath("/usr/bin/rm", "remove files", "cannot remove", "rRfv", remove),
  mkdir: eachPath("/usr/bin/mkdir", "make directories", "cannot create directory", "pv", makeDir),
  cp: copy(true),
  mv: copy(false),
  ln,
  readlink,
  tee,
};
