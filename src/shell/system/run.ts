/** Programs that run others: xargs, env, timeout, watch, nohup, tee; and ls, touch, rm, mkdir. */
import { SECOND_NS } from "../../base/time.ts";
import { findProgram } from "../files.ts";
import { awaitInput, exec, exit, fail, isTerminal, readAll, setTimer, signalProc, spawn, write } from "../process.ts";
import { quote, tryHelp } from "../text/usage.ts";
import type { ProcId, Program, Signal, Sys } from "../types.ts";
import { parseSpan } from "./small.ts";
import { su } from "./su.ts";

/** The program of argv[0], or null after saying "name: 'x': No such file or directory" and exiting 127. */
function lookFor(sys: Sys, word: string, style: "quoted" | "plain" | "exec"): string | null {
  const found = findProgram(sys.world, sys.programs, sys.proc.node, word);
  const name = sys.proc.program;
  if (found) return found;
  const said =
    style === "exec"
      ? `${name}: failed to run command ${quote(word)}: No such file or directory\n`
      : `${name}: ${style === "quoted" ? quote(word) : word}: No such file or directory\n`;
  fail(sys, said, 127);
  return null;
}

// env, nohup, nice: change something, then become the program.

const env: Program = {
  path: "/usr/bin/env",
  about: "run a program in another environment",
  start(sys, argv) {
    let at = 1;
    for (; argv[at] !== undefined; at++) {
      const word = argv[at] as string;
      const set = /^([^=-][^=]*)=([\s\S]*)$/.exec(word);
      if (word === "-i" || word === "-") sys.proc.env = {};
      else if (word === "-u") delete sys.proc.env[argv[++at] ?? ""];
      else if (set) sys.proc.env[set[1] as string] = set[2] as string;
      else break;
    }
    const rest = argv.slice(at);
    if (rest[0] === undefined) {
      write(
        sys,
        1,
        Object.entries(sys.proc.env)
          .map(([n, v]) => `${n}=${v}\n`)
          .join(""),
      );
      return exit(sys, 0);
    }
    const program = lookFor(sys, rest[0], "quoted");
    if (program) exec(sys.world, sys.proc, program, rest);
  },
};

function becomes(path: string, about: string): Program {
  return {
    path,
    about,
    start(sys, argv) {
      const name = sys.proc.program;
      const rest = argv.slice(argv[1] === "-n" ? 3 : 1);
      if (rest[0] === undefined) return fail(sys, `${name}: missing operand\n${tryHelp(name)}`, 125);
      const program = lookFor(sys, rest[0], "exec");
      if (program) exec(sys.world, sys.proc, program, rest);
    },
  };
}

/** sudo: everybody here is root, so it only becomes the program. */
const sudo: Program = {
  path: "/usr/bin/sudo",
  about: "run a program as root, which you are",
  start(sys, argv) {
    let at = 1;
    for (; /^-./.test(argv[at] ?? ""); at++) if (/^-[ugp]$/.test(argv[at] as string)) at++;
    for (; /^[A-Za-z_]\w*=/.test(argv[at] ?? ""); at++) {
      const [name = "", ...value] = (argv[at] as string).split("=");
      sys.proc.env[name] = value.join("=");
    }
    const rest = argv.slice(at);
    if (rest[0] === undefined)
      return fail(sys, "usage: sudo [-AbEHknPS] [-u user] [VAR=value] [command [arg ...]]\n", 1);
    const program = findProgram(sys.world, sys.programs, sys.proc.node, rest[0]);
    if (program) exec(sys.world, sys.proc, program, rest);
    else fail(sys, `sudo: ${rest[0]}: command not found\n`, 1);
  },
};

// xargs

interface Xargs {
  input: string;
  command: string[];
  replace: string | null;
  perRun: number;
  noEmpty: boolean;
  lines: boolean;
  runs: string[][] | null;
  status: number;
}

const xargs: Program = {
  path: "/usr/bin/xargs",
  about: "run a program with words from stdin",
  start(sys, argv) {
    const s: Xargs = {
      input: "",
      command: ["echo"],
      replace: null,
      perRun: Number.POSITIVE_INFINITY,
      noEmpty: false,
      lines: false,
      runs: null,
      status: 0,
    };
    let at = 1;
    for (; /^-./.test(argv[at] ?? ""); at++) {
      const word = argv[at] as string;
      const value = () => (word.length > 2 ? word.slice(2) : (argv[++at] ?? ""));
      if (word.startsWith("-I")) s.replace = value();
      else if (word.startsWith("-n")) s.perRun = Number(value());
      else if (word.startsWith("-L") || word.startsWith("-d")) s.lines = value() !== "";
      else if (word.startsWith("-P")) value();
      else if (word === "-r" || word === "--no-run-if-empty") s.noEmpty = true;
      else if (word !== "-t" && word !== "-0")
        return fail(sys, `xargs: invalid option -- '${word.slice(1, 2)}'\n${tryHelp("xargs")}`, 1);
    }
    if (!(s.perRun > 0)) return fail(sys, "xargs: value for -n option should be >= 1\n", 1);
    if (argv.length > at) s.command = argv.slice(at);
    sys.proc.locals = s;
    gatherWords(sys, s);
  },
  wake(sys, why) {
    const s = sys.proc.locals as Xargs;
    if (why.type === "stdin") gatherWords(sys, s);
    if (why.type !== "child") return;
    if (why.exit !== 0) s.status = why.exit === 127 ? 127 : why.exit === 255 ? 124 : 123;
    nextRun(sys, s);
  },
};

function gatherWords(sys: Sys, s: Xargs): void {
  const { text, eof } = readAll(sys);
  s.input += text;
  if (!eof) return awaitInput(sys);
  const words =
    s.replace !== null || s.lines ? s.input.split("\n").filter((l) => l.trim() !== "") : splitQuoted(s.input);
  const per = s.replace !== null ? 1 : s.perRun;
  s.runs = [];
  for (let i = 0; i < words.length; i += per) {
    const chunk = words.slice(i, i + per);
    const mark = s.replace;
    s.runs.push(
      mark === null ? [...s.command, ...chunk] : s.command.map((w) => w.replaceAll(mark, (chunk[0] as string).trim())),
    );
    if (per === Number.POSITIVE_INFINITY) break;
  }
  if (s.runs.length === 0 && !s.noEmpty && s.replace === null) s.runs.push(s.command);
  nextRun(sys, s);
}

function splitQuoted(text: string): string[] {
  return (text.match(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g) ?? []).map((w) =>
    w.replace(/"([^"\n]*)"|'([^'\n]*)'|\\([\s\S])/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ""),
  );
}

function nextRun(sys: Sys, s: Xargs): void {
  const argv = s.runs?.shift();
  if (!argv) return exit(sys, s.status);
  const program = lookFor(sys, argv[0] as string, "plain");
  const [, out = null, err = null] = sys.proc.fds;
  if (program) spawn(sys.world, sys.proc, { program, argv, fds: [null, out, err] });
}

// timeout and watch

const TIMEOUT = 0;
const TIMEOUT_HELP = `Usage: timeout [OPTION] DURATION COMMAND [ARG]...
  or:  timeout [OPTION]
Start COMMAND, and kill it if still running after DURATION.

  -s, --signal=SIGNAL
                 specify the signal to be sent on timeout
      --help        display this help and exit
`;
const WATCH_HELP = `
Usage:
 watch [options] command

Options:
  -n, --interval <secs>  seconds to wait between updates

 -h, --help     display this help and exit

For more details see watch(1).
`;

const timeout: Program = {
  path: "/usr/bin/timeout",
  about: "end a program after some seconds",
  start(sys, argv) {
    if (argv[1] === "--help") {
      write(sys, 1, TIMEOUT_HELP);
      return exit(sys, 0);
    }
    let at = 1;
    let signal: Signal = "SIGTERM";
    for (; argv[at]?.startsWith("-"); at++) {
      const word = argv[at] as string;
      const given = word === "-s" ? argv[++at] : /^--signal=(.*)$/.exec(word)?.[1];
      if (given !== undefined)
        signal =
          given.endsWith("INT") || given === "2"
            ? "SIGINT"
            : given.endsWith("KILL") || given === "9"
              ? "SIGKILL"
              : "SIGTERM";
      else if (word === "-k") at++;
    }
    const span = parseSpan(argv[at] ?? "");
    const rest = argv.slice(at + 1);
    if (argv[at] === undefined || rest[0] === undefined)
      return fail(sys, `timeout: missing operand\n${tryHelp("timeout")}`, 125);
    if (span === null)
      return fail(sys, `timeout: invalid time interval ${quote(argv[at] as string)}\n${tryHelp("timeout")}`, 125);
    const program = lookFor(sys, rest[0], "exec");
    if (!program) return;
    const child = spawn(sys.world, sys.proc, { program, argv: rest, delay_ns: 0 });
    sys.proc.locals = { child, signal, late: false };
    if (span > 0) setTimer(sys, TIMEOUT, span);
  },
  wake(sys, why) {
    const s = sys.proc.locals as { child: ProcId; signal: Signal; late: boolean };
    if (why.type === "child") return exit(sys, s.late && s.signal !== "SIGKILL" ? 124 : why.exit);
    if (why.type !== "timer") return;
    s.late = true;
    signalProc(sys.world, sys.programs, s.child, s.signal);
  },
};

const watch: Program = {
  path: "/usr/bin/watch",
  about: "run a program again and again",
  start(sys, argv) {
    if (argv[1] === "--help" || argv[1] === "-h") {
      write(sys, 1, WATCH_HELP);
      return exit(sys, 0);
    }
    let at = 1;
    let interval_ns = 2 * SECOND_NS;
    for (; argv[at]?.startsWith("-"); at++) {
      const word = argv[at] as string;
      const given = word === "-n" ? argv[++at] : /^-n(.+)$/.exec(word)?.[1];
      if (given !== undefined) interval_ns = Math.max(parseSpan(given) ?? interval_ns, 0.1 * SECOND_NS);
    }
    const line = argv.slice(at).join(" ");
    if (line === "") return fail(sys, WATCH_HELP, 1);
    if (!isTerminal(sys, 1) && !sys.proc.env.TERM) return fail(sys, "Error opening terminal: unknown.\n", 1);
    sys.proc.locals = { line, interval_ns };
    runWatched(sys, line);
  },
  wake(sys, why) {
    const s = sys.proc.locals as { line: string; interval_ns: number };
    if (why.type === "child") setTimer(sys, 0, s.interval_ns);
    else if (why.type === "timer") runWatched(sys, s.line);
  },
};

function runWatched(sys: Sys, line: string): void {
  write(sys, 1, "\x1b[H\x1b[2J");
  spawn(sys.world, sys.proc, { program: "sh", argv: ["sh", "-c", line] });
}

export const RUN_PROGRAMS: Readonly<Record<string, Program>> = {
  env,
  sudo,
  nohup: becomes("/usr/bin/nohup", "run a program that outlives its terminal"),
  nice: becomes("/usr/bin/nice", "run a program with another priority"),
  su,
  stdbuf: { ...becomes("/usr/bin/stdbuf", "run a program with other buffers"), start: startStdbuf },
  xargs,
  timeout,
  watch,
};

function startStdbuf(sys: Sys, argv: string[]): void {
  const rest = argv
    .slice(1)
    .filter((word, i, all) => !(/^-[ioe]/.test(word) && all.slice(0, i).every((w) => /^-[ioe]/.test(w))));
  const program = rest[0] === undefined ? null : lookFor(sys, rest[0], "exec");
  if (program) exec(sys.world, sys.proc, program, rest);
  else if (rest[0] === undefined) fail(sys, `stdbuf: missing operand\n${tryHelp("stdbuf")}`, 125);
}
