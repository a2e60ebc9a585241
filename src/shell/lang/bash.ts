/** The programs bash and sh: their command line, and how they are woken. */
import { readFile } from "../files.ts";
import { resolverWake } from "../names/resolver.ts";
import { exit, fail, isTerminal, write } from "../process.ts";
import type { Program, Sys, Wake } from "../types.ts";
import { runShell } from "./run/machine.ts";
import { fileError } from "./run/redirect.ts";
import { startScript } from "./run/script.ts";
import { createShellState, type ShellState, shellState } from "./run/state.ts";
import { catchTrapped, signalled } from "./run/trap.ts";

function start(sys: Sys, argv: string[]): void {
  // A fork brings its state with it.
  if (sys.proc.locals === undefined) begin(sys, argv);
  if (sys.proc.exit === null) runShell(sys);
}

function begin(sys: Sys, argv: string[]): void {
  const name = argv[0] ?? "bash";
  let at = 1;
  let options = "";
  for (; /^[-+]./.test(argv[at] ?? "") && argv[at] !== "--"; at++) {
    const word = argv[at] as string;
    if (word === "--version") return version(sys, name);
    if (!word.startsWith("--")) options += word.slice(1);
  }
  if (argv[at] === "--") at++;
  const state = createShellState(sys, [name]);
  state.options = Array.from(options)
    .filter((c) => "euxfa".includes(c))
    .join("");
  sys.proc.locals = state;
  const rest = argv.slice(at);
  if (options.includes("c")) return beginLine(sys, state, rest);
  if (rest.length > 0 && !options.includes("s")) return beginFile(sys, state, rest);
  state.params = [name, ...rest];
  state.readsInput = true;
  state.interactive = isTerminal(sys, 0) || options.includes("i");
  catchTrapped(sys, state);
}

function beginLine(sys: Sys, state: ShellState, rest: string[]): void {
  const [line, ...params] = rest;
  const name = state.params[0] ?? "bash";
  if (line === undefined) return fail(sys, `${name}: -c: option requires an argument\n`, 2);
  if (params.length > 0) state.params = params;
  state.source = "-c: ";
  startScript(sys, state, line, false);
}

function beginFile(sys: Sys, state: ShellState, rest: string[]): void {
  const path = rest[0] as string;
  const { node, netns, cwd } = sys.proc;
  const text = readFile(sys.world, { node, netns, cwd }, path);
  if (typeof text === "number") return fail(sys, `${state.params[0]}: ${path}: ${fileError(text)}\n`, 127);
  state.params = rest;
  startScript(sys, state, text, false);
}

function version(sys: Sys, name: string): void {
  write(sys, 1, `GNU ${name}, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n`);
  exit(sys, 0);
}

function wake(sys: Sys, why: Wake): void {
  const state = shellState(sys);
  if (why.type === "child") state.ended.set(why.child, { exit: why.exit, signal: why.signal });
  if (why.type === "signal" && !signalled(sys, state, why.signal)) return;
  const top = state.stack.at(-1);
  const resolver = top?.f === "connect" ? top.connecting.resolver : null;
  if (resolver?.query && !resolverWake(sys, resolver, why)) return;
  runShell(sys);
}

export const bash: Program = {
  path: "/usr/bin/bash",
  about: "the shell itself",
  catches: ["SIGINT"],
  start,
  wake,
};

export const sh: Program = { ...bash, path: "/usr/bin/sh", about: "the shell itself, plainer" };
