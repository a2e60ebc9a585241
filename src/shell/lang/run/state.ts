/** What a running shell knows: variables, parameters, functions, and the stack of what it is doing. Plain data. */
import { seenPid } from "../../process.ts";
import type { ProcId, StreamId, Sys } from "../../types.ts";
import type { Command, Redirect, Word } from "../syntax/ast.ts";
import type { Connecting } from "./connect.ts";
import type { OpenedRedirect } from "./redirect.ts";

export interface Variable {
  value: string;
  exported: boolean;
  readonly: boolean;
}

export interface ShellState {
  vars: Map<string, Variable>;
  functions: Map<string, Command>;
  /** $0, then $1 … */
  params: string[];
  /** $? */
  status: number;
  /** $? before the builtin that runs: what exit and return give without an argument. */
  statusBefore: number;
  /** Status of the last `$( )` of the command under way. */
  substStatus: number;
  /** Statuses of the last pipeline, if it had several commands: PIPESTATUS. */
  pipeStatus: number[];
  /** Names of arrays with words for indices. */
  assocs: Set<string>;
  /** set -o pipefail */
  pipefail: boolean;
  /** How many `$( )` it is inside of: plus signs of `set -x`. */
  depth: number;
  /** Pid of the last background job, or null. */
  lastBackground: number | null;
  /** set -e, -u, -f … */
  options: string;
  /** Reads commands from a terminal. */
  interactive: boolean;
  /** Reads commands from stdin. */
  readsInput: boolean;
  /** What refusals of the grammar begin with: "-c: ", or "" for lines that are read. */
  source: string;
  /** Lines read so far that don't make a whole command yet. */
  pending: string;
  /** The prompt is "> ". */
  continued: boolean;
  /** The prompt stands there and the line is awaited. */
  prompted: boolean;
  /** $$ of the outermost shell. */
  shellPid: number;
  /** When it began: what SECONDS counts from. */
  startedAt_ns: number;
  /** Line of the command under way. */
  line: number;
  /** Lines read before those that `line` counts. */
  linesBefore: number;
  stack: Frame[];
  /** Children that it waits for before it goes on. */
  waiting: ProcId[];
  /** Children that have ended. */
  ended: Map<ProcId, { exit: number; signal: string | null }>;
  jobs: Job[];
  /** Ctrl-C came while it waited. */
  interrupted: boolean;
  /** Steps since the last pause, and pauses in a row: a loop that never waits must not stop virtual time. */
  steps: number;
  rests: number;
  /** Commands of `trap` by "EXIT", "ERR" and signals' names; "" ignores. */
  traps: Map<string, string>;
  /** Traps whose time has come, to be run before the next step. */
  pendingTraps: string[];
  /** The status that it ends with once its EXIT trap has run. */
  leaving: number | null;
  aliases: Map<string, string>;
  /** Lines typed at this shell's prompt, oldest first. */
  history: string[];
  /** Files that stand for `<( )` of the command under way. */
  spooled: string[];
}

export interface Job {
  number: number;
  proc: ProcId;
  pid: number;
  text: string;
}

export type ListItem = Extract<Command, { t: "list" }>["items"][number];

/** One level of what the shell is doing. `at` counts how far it has come; `substs` are results of `$( )` so far. */
export type Frame =
  /** `last`: nothing comes after it, so a program may take the shell's place. */
  | { f: "run"; command: Command; last: boolean }
  | { f: "list"; items: ListItem[]; at: number; last: boolean }
  | { f: "and-or"; rest: { op: "&&" | "||"; command: Command }[]; at: number }
  | { f: "negate" }
  /** `time`: says how long its pipeline took. */
  | { f: "time"; since_ns: number; posix: boolean }
  | { f: "simple"; command: Extract<Command, { t: "simple" }>; substs: string[]; last: boolean }
  /** Waits for one `$( )`; what it writes stands in the pipe. */
  | { f: "subst"; proc: ProcId; pipe: StreamId }
  /** Waits for the processes of a pipeline; the last one's status counts. */
  | { f: "wait"; procs: ProcId[]; regardless: boolean; foregroundBefore: ProcId | null }
  | { f: "if"; command: Extract<Command, { t: "if" }>; at: number; testing: boolean }
  | { f: "while"; command: Extract<Command, { t: "while" }>; phase: "start" | "test" | "body"; status: number }
  | { f: "for"; command: Extract<Command, { t: "for" }>; substs: string[]; values: string[] | null; at: number }
  | {
      f: "c-for";
      command: Extract<Command, { t: "c-for" }>;
      phase: "init" | "test" | "step";
      substs: string[];
      status: number;
    }
  | { f: "case"; command: Extract<Command, { t: "case" }>; substs: string[] }
  | { f: "test"; words: Word[]; substs: string[] }
  | { f: "arith"; expr: Word; substs: string[] }
  /** Opens redirections, then does `inner`. */
  | { f: "redirect"; redirects: Redirect[]; substs: string[]; inner: Frame }
  /** Puts back what redirections and assignments before a command have changed. */
  | { f: "restore"; fds: (StreamId | null)[] | null; vars: Map<string, Variable | null>; spooled: string[] }
  /** The end of a function: parameters and local variables come back. */
  | { f: "return"; params: string[] | null; locals: Map<string, Variable | null> }
  /** The end of a trap: `$?` comes back. */
  | { f: "status"; status: number }
  /** The builtin `read`, waiting for a line. */
  | ({ f: "read" } & Reading)
  /** The builtin `mapfile`, waiting for the end of its input. */
  | { f: "mapfile"; name: string; trim: boolean; text: string }
  /** Waits for a redirection's connection. */
  | { f: "connect"; connecting: Connecting }
  /** What a builtin wrote into a connection goes out line by line. */
  | { f: "send"; stream: StreamId }
  /** A simple command whose words are expanded and whose connections stand. */
  | { f: "do"; expanded: Expanded; status: number; last: boolean }
  /** A compound command whose redirections are expanded and whose connections stand. */
  | { f: "enter"; redirects: OpenedRedirect[]; inner: Frame };

/** What became of a simple command's words. */
export interface Expanded {
  fields: string[];
  redirects: OpenedRedirect[];
  assigns: { name: string; value: string; append: boolean; elements: ArrayElement[] | null }[];
}

export interface ArrayElement {
  subscript: string | null;
  value: string;
}

/** What `read` was asked for. `until_ns`: -t, or null; `count`: -n and -N, or null; `exact`: -N. */
export interface Reading {
  names: string[];
  raw: boolean;
  array: boolean;
  fd: number;
  until_ns: number | null;
  count: number | null;
  exact: boolean;
  delimiter: string;
}

export function shellState(sys: Sys): ShellState {
  return sys.proc.locals as ShellState;
}

export function createShellState(sys: Sys, params: string[]): ShellState {
  const vars = new Map<string, Variable>();
  const put = (name: string, value: string, exported: boolean) => vars.set(name, { value, exported, readonly: false });
  for (const [name, value] of Object.entries(sys.proc.env)) put(name, value, true);
  put("PWD", sys.proc.cwd, true);
  put("IFS", " \t\n", false);
  if (!/(^|[/-])(sh|dash)$/.test(params[0] ?? "")) {
    put("BASH_VERSION", "5.2.15(1)-release", false);
    put("SHLVL", String((Number(sys.proc.env.SHLVL) || 0) + 1), true);
  }
  if (!vars.has("SHELL")) put("SHELL", "/bin/bash", false);
  return {
    vars,
    functions: new Map(),
    params,
    status: 0,
    statusBefore: 0,
    substStatus: 0,
    pipeStatus: [],
    assocs: new Set(),
    pipefail: false,
    depth: 0,
    lastBackground: null,
    options: "",
    interactive: false,
    readsInput: false,
    source: "",
    pending: "",
    continued: false,
    prompted: false,
    shellPid: seenPid(sys.world, sys.proc),
    startedAt_ns: sys.world.now_ns,
    line: 1,
    linesBefore: 0,
    stack: [],
    waiting: [],
    ended: new Map(),
    jobs: [],
    interrupted: false,
    steps: 0,
    rests: 0,
    traps: new Map(),
    pendingTraps: [],
    leaving: null,
    aliases: new Map(),
    history: [],
    spooled: [],
  };
}

/** The state of a child of this shell that is to do `frame`. */
export function forkShellState(state: ShellState, frame: Frame): ShellState {
  return {
    ...state,
    vars: new Map(state.vars),
    assocs: new Set(state.assocs),
    functions: new Map(state.functions),
    params: [...state.params],
    interactive: false,
    readsInput: false,
    pending: "",
    continued: false,
    prompted: false,
    stack: [frame],
    waiting: [],
    ended: new Map(),
    jobs: [],
    interrupted: false,
    steps: 0,
    rests: 0,
    // What a subshell ignores it goes on ignoring; other traps are its parent's.
    traps: new Map([...state.traps].filter(([, script]) => script === "")),
    pendingTraps: [],
    leaving: null,
    aliases: new Map(state.aliases),
    history: [...state.history],
    spooled: [],
  };
}

/** Sets a variable; false if it is readonly. */
export function setVar(state: ShellState, name: string, value: string): boolean {
  const old = state.vars.get(name);
  if (old?.readonly) return false;
  state.vars.set(name, { value, exported: old?.exported ?? state.options.includes("a"), readonly: false });
  return true;
}

/** The order in which bash's and dash's tables of variables give out what everybody has; what is one's own stands behind PWD. */
const BASH_ORDER = ["SHELL", "HOSTNAME", "PWD", "", "HOME", "LANG", "TERM", "SHLVL", "PATH", "OLDPWD"];
const DASH_ORDER = ["HOSTNAME", "", "HOME", "OLDPWD", "TERM", "PATH", "PWD"];

/** The environment for a program that this shell starts. */
export function exportedVars(state: ShellState): Record<string, string> {
  const order = state.vars.has("BASH_VERSION") ? BASH_ORDER : DASH_ORDER;
  const exported = [...state.vars].filter(([, v]) => v.exported);
  const own = exported.filter(([name]) => !order.includes(name)).reverse();
  const env: Record<string, string> = {};
  for (const name of order) {
    const v = state.vars.get(name);
    if (name === "") for (const [each, { value }] of own) env[each] = value;
    else if (v?.exported) env[name] = v.value;
  }
  return env;
}

/** The same for a program in a process of its own, or in the shell's place, whose level then doesn't count. @param path of the program */
export function programEnv(state: ShellState, path: string, replaces: boolean): Record<string, string> {
  const env = exportedVars(state);
  if (!state.vars.has("BASH_VERSION")) return env;
  if (replaces && env.SHLVL !== undefined) env.SHLVL = String(Math.max(Number(env.SHLVL) - 1, 0));
  return { ...env, _: path };
}
