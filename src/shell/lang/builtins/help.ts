/** The builtin `help`: what is there, in one line each. Not bash's own, which knows only its builtins. */
import { findProgram } from "../../files.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import type { ShellState } from "../run/state.ts";

/** Builtins in one line each: how they are called, and what for. */
const BUILTIN_LINES: Readonly<Record<string, string>> = {
  ".": ". FILE [ARG...]: run the commands of a file in this shell",
  ":": ":: do nothing",
  "[": "[ EXPRESSION ]: compare numbers, texts and files",
  alias: "alias [NAME[=TEXT]...]: words that stand for others",
  bg: "bg [JOB]: let a job go on in the background",
  break: "break [N]: leave a loop",
  builtin: "builtin NAME [ARG...]: a builtin, though a function has its name",
  cd: "cd [DIRECTORY]: go to a directory",
  command: "command [-v] NAME [ARG...]: a program or builtin, though a function has its name",
  continue: "continue [N]: go on with the next turn of a loop",
  declare: "declare [-rx] [NAME[=TEXT]...]: variables",
  disown: "disown [JOB]: forget a job",
  echo: "echo [-neE] [WORD...]: print words",
  eval: "eval [WORD...]: run words as a command line",
  exec: "exec [PROGRAM [ARG...]]: a program in the place of this shell",
  exit: "exit [N]: leave this shell",
  export: "export [NAME[=TEXT]...]: variables that programs see, too",
  false: "false: fail",
  fg: "fg [JOB]: bring a job to the foreground",
  hash: "hash: programs whose place is remembered",
  help: "help [NAME]: what is there",
  history: "history [-c] [N]: lines that were typed; !N brings one back",
  jobs: "jobs: what runs in the background",
  kill: "kill [-SIGNAL] PID...: send a signal",
  let: "let EXPRESSION...: reckon",
  local: "local NAME[=TEXT]...: variables of a function",
  logout: "logout [N]: leave this shell",
  printf: "printf [-v NAME] FORMAT [ARG...]: print by a format",
  pwd: "pwd: the directory",
  mapfile: "mapfile [-t] [NAME]: take all lines of the input into an array",
  readarray: "readarray [-t] [NAME]: take all lines of the input into an array",
  read: "read [-r] [-p PROMPT] [NAME...]: take a line of the input",
  readonly: "readonly [NAME[=TEXT]...]: variables that stay as they are",
  return: "return [N]: leave a function",
  set: "set [-euxfa] [--] [ARG...]: options and parameters of this shell",
  shift: "shift [N]: drop the first parameters",
  shopt: "shopt: has no options here",
  source: "source FILE [ARG...]: run the commands of a file in this shell",
  test: "test EXPRESSION: compare numbers, texts and files",
  trap: "trap [COMMAND] [SIGNAL...]: what to do on a signal, on failure (ERR) and at the end (EXIT)",
  true: "true: succeed",
  type: "type [-t] NAME...: what a name is",
  typeset: "typeset [-rx] [NAME[=TEXT]...]: variables",
  ulimit: "ulimit [-n]: limits",
  umask: "umask: rights that new files don't get",
  unalias: "unalias [-a] NAME...: forget aliases",
  unset: "unset [-vf] NAME...: forget variables or functions",
  wait: "wait [JOB...]: wait for what runs in the background",
};

/** @param builtins names of all builtins */
export function help(sys: Sys, state: ShellState, args: string[], builtins: readonly string[]): void {
  const installed = Object.keys(sys.programs).filter(
    (name) => sys.programs[name]?.about !== undefined && findProgram(sys.world, sys.programs, sys.proc.node, name),
  );
  if (args.length < 2) {
    const lines = installed.sort().map((name) => `  ${name.padEnd(16)} ${sys.programs[name]?.about}`);
    const own = builtins.filter((name) => !installed.includes(name)).sort();
    const tail = [
      "",
      `Of the shell itself: ${own.join(" ")}`,
      "What is not in these lists, docker0 Playground doesn't simulate.",
    ];
    write(sys, 1, `${["Commands on this machine (try NAME --help):", "", ...lines, ...tail].join("\n")}\n`);
    return;
  }
  for (const name of args.slice(1)) {
    const line = Object.hasOwn(BUILTIN_LINES, name) ? BUILTIN_LINES[name] : undefined;
    if (line !== undefined && builtins.includes(name)) write(sys, 1, `${line}\n`);
    else if (installed.includes(name)) write(sys, 1, `${name}: ${sys.programs[name]?.about} (try ${name} --help)\n`);
    else {
      write(sys, 2, `help: docker0 Playground doesn't simulate ${name}. help alone lists what is there.\n`);
      state.status = 1;
    }
  }
}
