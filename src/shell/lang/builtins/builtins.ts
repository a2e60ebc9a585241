/** The shell's builtin commands, by name. bash(1), SHELL BUILTIN COMMANDS. */
import { findProgram, listDirectory, readFile, resolvePath } from "../../files.ts";
import {
  doesCatch,
  exec,
  exit,
  isTerminal,
  procOfPid,
  SIGNAL_NAMES,
  kill as sendSignal,
  write,
} from "../../process.ts";
import type { Sys } from "../../types.ts";
import { evaluateArith } from "../expand/arith.ts";
import { elementName } from "../expand/array.ts";
import { waitFor } from "../run/fork.ts";
import { complain, farewell, isDash } from "../run/messages.ts";
import { fileError } from "../run/redirect.ts";
import { startScript } from "../run/script.ts";
import { exportedVars, type ShellState, setVar } from "../run/state.ts";
import { leave, signalled } from "../run/trap.ts";
import { breakLoops, returnFrom } from "../run/unwind.ts";
import { evaluateCondition } from "./condition.ts";
import { help } from "./help.ts";
import { echoText, printfText } from "./print.ts";
import { alias, history, unalias } from "./prompt.ts";
import { readOptions } from "./read.ts";
import { trap } from "./trap.ts";
import { VARIABLE_BUILTINS } from "./vars.ts";

/** A builtin: `args[0]` is its name. It sets `state.status` (0 before it is called) and may push frames. */
export type Builtin = (sys: Sys, state: ShellState, args: string[]) => void;

/** Without a command after them, their redirections stay. */
export const KEEPS_REDIRECTS: readonly string[] = ["exec"];

function refuse(sys: Sys, state: ShellState, text: string, status = 1): void {
  complain(sys, state, text);
  state.status = status;
}

const nothing: Builtin = () => {};

function echo(sys: Sys, state: ShellState, args: string[]): void {
  write(sys, 1, echoText(args.slice(1), isDash(state)));
}

function printf(sys: Sys, state: ShellState, args: string[]): void {
  const rest = args[1] === "--" ? args.slice(2) : args.slice(1);
  const variable = rest[0] === "-v" ? rest[1] : undefined;
  const [format, ...values] = variable === undefined ? rest : rest.slice(2);
  if (format === undefined) {
    write(sys, 2, "printf: usage: printf [-v var] format [arguments]\n");
    state.status = 2;
    return;
  }
  const { text, errors } = printfText(format, values);
  for (const error of errors) refuse(sys, state, `printf: ${error}`);
  if (variable === undefined) write(sys, 1, text);
  else setVar(state, variable, text);
}

function test(sys: Sys, state: ShellState, args: string[]): void {
  const bracket = args[0] === "[";
  if (bracket && args.at(-1) !== "]") return refuse(sys, state, "[: missing `]'", 2);
  const result = evaluateCondition(sys, args.slice(1, bracket ? -1 : undefined), false);
  if (typeof result === "string") refuse(sys, state, `${args[0]}: ${result}`, 2);
  else state.status = result ? 0 : 1;
}

function cd(sys: Sys, state: ShellState, args: string[]): void {
  if (args.length > 2) return refuse(sys, state, "cd: too many arguments");
  const back = args[1] === "-";
  const to = back ? state.vars.get("OLDPWD")?.value : (args[1] ?? state.vars.get("HOME")?.value ?? "/");
  if (to === undefined) return refuse(sys, state, "cd: OLDPWD not set");
  const { node, netns, cwd } = sys.proc;
  const place = { node, netns, cwd };
  if (listDirectory(sys.world, place, to) === null) {
    const isFile = typeof readFile(sys.world, place, to) === "string";
    return refuse(sys, state, `cd: ${to}: ${isFile ? "Not a directory" : "No such file or directory"}`);
  }
  const from = cwd;
  sys.proc.cwd = resolvePath(cwd, to);
  setVar(state, "OLDPWD", from);
  setVar(state, "PWD", sys.proc.cwd);
  if (back) write(sys, 1, `${sys.proc.cwd}\n`);
}

function exitShell(sys: Sys, state: ShellState, args: string[]): void {
  const status = args[1];
  if (state.interactive && isTerminal(sys, 0) && !isDash(state)) write(sys, 2, farewell(state));
  if (status !== undefined && !/^[-+]?\d+$/.test(status)) {
    complain(sys, state, `exit: ${status}: numeric argument required`);
    return leave(sys, state, 2);
  }
  leave(sys, state, status === undefined ? state.statusBefore : Number(status));
}

function evalWords(sys: Sys, state: ShellState, args: string[]): void {
  startScript(sys, state, args.slice(1).join(" "), false);
}

function source(sys: Sys, state: ShellState, args: string[]): void {
  const path = args[1];
  if (path === undefined) return refuse(sys, state, `${args[0]}: filename argument required`, 2);
  const { node, netns, cwd } = sys.proc;
  const text = readFile(sys.world, { node, netns, cwd }, path);
  if (typeof text === "number") return refuse(sys, state, `${path}: ${fileError(text)}`);
  if (args.length > 2) {
    state.stack.push({ f: "return", params: state.params, locals: new Map() });
    state.params = [state.params[0] ?? "bash", ...args.slice(2)];
  }
  startScript(sys, state, text, false);
}

function read(sys: Sys, state: ShellState, args: string[]): void {
  const wanted = readOptions(sys, args);
  if (typeof wanted === "string") return refuse(sys, state, `read: ${wanted}`);
  state.stack.push({ f: "read", ...wanted });
}

function mapfile(_sys: Sys, state: ShellState, args: string[]): void {
  const name = args.slice(1).find((word) => !word.startsWith("-")) ?? "MAPFILE";
  state.stack.push({ f: "mapfile", name, trim: args.includes("-t"), text: "" });
}

function wait(sys: Sys, state: ShellState, args: string[]): void {
  const wanted = args.slice(1);
  const chosen = wanted.map((w) => state.jobs.find((job) => `%${job.number}` === w || String(job.pid) === w));
  for (const [i, job] of chosen.entries()) {
    if (!job) return refuse(sys, state, `wait: pid ${wanted[i]} is not a child of this shell`, 127);
  }
  const jobs = wanted.length > 0 ? chosen : state.jobs;
  const procs = jobs.flatMap((job) => (job ? [job.proc] : []));
  // Asked for none in particular, wait succeeds however they ended.
  if (procs.length > 0) waitFor(sys, state, procs, wanted.length === 0);
}

function jobs(sys: Sys, state: ShellState): void {
  for (const job of state.jobs) write(sys, 1, `[${job.number}]+  Running                 ${job.text} &\n`);
}

function foreground(sys: Sys, state: ShellState, args: string[]): void {
  const job = args[1] ? state.jobs.find((j) => `%${j.number}` === args[1]) : state.jobs.at(-1);
  if (!state.interactive) return refuse(sys, state, `${args[0]}: no job control`);
  if (!job) return refuse(sys, state, `${args[0]}: ${args[1] ?? "current"}: no such job`);
  write(sys, 1, `${job.text}\n`);
  if (args[0] === "fg") waitFor(sys, state, [job.proc]);
}

function disown(sys: Sys, state: ShellState, args: string[]): void {
  const job = args[1] ? state.jobs.find((j) => `%${j.number}` === args[1]) : state.jobs.at(-1);
  if (!job) return refuse(sys, state, `disown: ${args[1] ?? "current"}: no such job`);
  state.jobs = state.jobs.filter((j) => j !== job);
}

function kill(sys: Sys, state: ShellState, args: string[]): void {
  const given = /^-(?:s|SIG)?(.+)$/.exec(args[1] ?? "")?.[1];
  const name = args[1] === "-s" ? (args[2] ?? "") : given;
  const targets = args.slice(args[1] === "-s" ? 3 : given === undefined ? 1 : 2);
  const signal = name === undefined ? "SIGTERM" : SIGNAL_NAMES[name.replace(/^SIG/, "")];
  if (name !== "0" && !signal) return refuse(sys, state, `kill: ${name}: invalid signal specification`);
  if (targets.length === 0) {
    write(sys, 2, "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n");
    state.status = 2;
  }
  for (const target of targets) {
    const job = state.jobs.find((j) => `%${j.number}` === target);
    const found = job ? sys.world.procs[job.proc] : procOfPid(sys.world, sys.proc, Number(target));
    if (!/^%?-?\d+$/.test(target)) refuse(sys, state, `kill: ${target}: arguments must be process or job IDs`);
    else if (!found) refuse(sys, state, job ? `kill: ${target}: no such job` : `kill: (${target}) - No such process`);
    else if (signal && found === sys.proc && doesCatch(sys.programs, found, signal)) signalled(sys, state, signal);
    else if (signal) sendSignal(sys.world, sys.programs, sys.proc, found, signal);
  }
}

function describe(sys: Sys, state: ShellState, name: string): { kind: string; text: string } | null {
  if (state.functions.has(name)) return { kind: "function", text: `${name} is a function` };
  if (/^(if|then|else|elif|fi|while|until|for|do|done|case|esac|\{|\}|!|\[\[|\]\]|function|in|time)$/.test(name)) {
    return { kind: "keyword", text: `${name} is a shell keyword` };
  }
  if (Object.hasOwn(BUILTINS, name)) return { kind: "builtin", text: `${name} is a shell builtin` };
  const program = findProgram(sys.world, sys.programs, sys.proc.node, name);
  const path = program === null ? undefined : sys.programs[program]?.path;
  return path ? { kind: "file", text: `${name} is ${path}` } : null;
}

function type(sys: Sys, state: ShellState, args: string[]): void {
  const short = args[1] === "-t";
  for (const name of args.slice(short ? 2 : 1)) {
    const found = describe(sys, state, name);
    if (found) write(sys, 1, `${short ? found.kind : found.text}\n`);
    else if (short) state.status = 1;
    else refuse(sys, state, isDash(state) ? `${name}: not found` : `type: ${name}: not found`, isDash(state) ? 127 : 1);
  }
}

function command(sys: Sys, state: ShellState, args: string[]): void {
  if (args[1] === "-v" || args[1] === "-V") {
    const found = describe(sys, state, args[2] ?? "");
    if (!found) state.status = 1;
    else
      write(sys, 1, `${args[1] === "-V" ? found.text : found.text.replace(/^.* is (\/.*)$|^(\S+) is .*$/, "$1$2")}\n`);
    return;
  }
  const [, name, ...rest] = args;
  if (name === undefined) return;
  const builtin = builtinNamed(state, name);
  if (builtin) return builtin(sys, state, [name, ...rest]);
  const words = [name, ...rest].map((w) => ({
    parts: [{ t: "text" as const, text: w, quoted: true }],
    start: 0,
    end: 0,
  }));
  const simple = { t: "simple" as const, assigns: [], words, redirects: [], line: state.line };
  state.stack.push({ f: "simple", command: simple, substs: [], last: false });
}

function execBuiltin(sys: Sys, state: ShellState, args: string[]): void {
  const name = args[1];
  if (name === undefined) return;
  const program = findProgram(sys.world, sys.programs, sys.proc.node, name);
  if (!program) {
    complain(sys, state, `exec: ${name}: not found`);
    return exit(sys, 127);
  }
  sys.proc.env = exportedVars(state);
  exec(sys.world, sys.proc, program, args.slice(1));
}

function letBuiltin(sys: Sys, state: ShellState, args: string[]): void {
  if (args.length < 2) return refuse(sys, state, "let: expression expected");
  for (const expression of args.slice(1)) {
    const value = evaluateArith(expression, {
      get: (name) => state.vars.get(name)?.value ?? "",
      set: (name, text) => setVar(state, name, text),
      element: (name, subscript) => elementName(state, name, subscript),
    });
    if (typeof value === "string") return refuse(sys, state, `let: ${value}`);
    state.status = value === 0n ? 1 : 0;
  }
}

function umask(sys: Sys): void {
  write(sys, 1, "0022\n");
}

function ulimit(sys: Sys, _state: ShellState, args: string[]): void {
  write(sys, 1, args[1] === "-n" ? "1048576\n" : "unlimited\n");
}

/** What bash has of itself and dash has not. */
const NOT_IN_DASH =
  "source declare typeset let mapfile readarray builtin disown help history logout pushd popd dirs shopt enable caller suspend".split(
    " ",
  );

/** The builtin of that name in this shell. */
export function builtinNamed(state: ShellState, name: string): Builtin | undefined {
  if (isDash(state) && NOT_IN_DASH.includes(name)) return undefined;
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
}

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": nothing,
  true: nothing,
  false: (_sys, state) => {
    state.status = 1;
  },
  echo,
  printf,
  test,
  "[": test,
  cd,
  pwd: (sys) => write(sys, 1, `${sys.proc.cwd}\n`),
  exit: exitShell,
  logout: exitShell,
  eval: evalWords,
  source,
  ".": source,
  read,
  mapfile,
  readarray: mapfile,
  wait,
  jobs,
  fg: foreground,
  bg: foreground,
  kill,
  type,
  command,
  builtin: command,
  exec: execBuiltin,
  let: letBuiltin,
  help: (sys, state, args) => help(sys, state, args, Object.keys(BUILTINS)),
  umask,
  ulimit,
  trap,
  hash: (sys) => write(sys, 1, "hash: hash table empty\n"),
  history,
  alias,
  unalias,
  disown,
  shopt: (sys, state) => refuse(sys, state, "shopt: docker0 Playground's shell has none of these options"),
  break: (sys, state, args) => breakLoops(sys, state, args),
  continue: (sys, state, args) => breakLoops(sys, state, args),
  return: (sys, state, args) => returnFrom(sys, state, args),
  ...VARIABLE_BUILTINS,
};
