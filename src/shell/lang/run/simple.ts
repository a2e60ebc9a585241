/** Simple commands: expansion, redirections, and what the first word names. bash(1), SIMPLE COMMAND EXPANSION. */
import { strerror } from "../../../kernel/errno.ts";
import { findProgram, listDirectory, readFile, resolvePath } from "../../files.ts";
import { exec, seenPid } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { builtinNamed, KEEPS_REDIRECTS } from "../builtins/builtins.ts";
import { setArray } from "../expand/array.ts";
import { arithmetic, type Expander, expandText, expandWords, subscripted } from "../expand/expand.ts";
import type { Assign } from "../syntax/ast.ts";
import { createConnecting } from "./connect.ts";
import { abandon, expandIn } from "./control.ts";
import { forkProgram, waitFor } from "./fork.ts";
import { commandNotFound, complain, isDash } from "./messages.ts";
import { expandRedirects, forgetSaved, type OpenedRedirect, openRedirects, putBack, saveFds } from "./redirect.ts";
import {
  type ArrayElement,
  type Expanded,
  type Frame,
  programEnv,
  type ShellState,
  setVar,
  type Variable,
} from "./state.ts";
import { onFailure } from "./unwind.ts";
import { trace, traced } from "./xtrace.ts";

type Of<F extends Frame["f"]> = Extract<Frame, { f: F }>;

/** What name=(…) puts into the array: a word with a subscript makes one element, others as many as there are fields. */
function arrayElements(x: Expander, assign: Assign): ArrayElement[] {
  const isAssoc = x.state.assocs.has(assign.name);
  return (assign.elements ?? []).flatMap(({ index, value }): ArrayElement[] => {
    if (index === null) return expandWords(x, [value]).map((text) => ({ subscript: null, value: text }));
    const text = expandText(x, index);
    return [{ subscript: isAssoc ? text : arithmetic(x, text), value: expandText(x, value) }];
  });
}

export function stepSimple(sys: Sys, state: ShellState, frame: Of<"simple">): void {
  const { command } = frame;
  state.line = command.line;
  const result = expandIn(sys, state, frame, (x): Expanded => {
    const fields = expandWords(x, command.words);
    const redirects = expandRedirects(x, command.redirects);
    declareAssocs(state, fields);
    const assigns = command.assigns.map((assign) => {
      const { name: base, append, value, index } = assign;
      if (assign.elements) return { name: base, value: "", append, elements: arrayElements(x, assign) };
      const name = index ? subscripted(x, base, index) : base;
      const before = append ? (x.assigned[name] ?? state.vars.get(name)?.value ?? "") : "";
      const text = before + expandText(x, value);
      if (fields.length === 0) x.assigned[name] = text;
      return { name, value: text, append, elements: null };
    });
    return { fields, redirects, assigns };
  });
  if (!result) return;
  state.stack.pop();
  state.pipeStatus = [];
  const status = frame.substs.length > 0 ? state.substStatus : 0;
  traceSimple(sys, state, result.value);
  const then = { f: "do" as const, expanded: result.value, status, last: frame.last };
  if (!connectFirst(state, then, result.value.redirects)) stepDo(sys, state, then);
}

/** Lets what is to be done wait until the connections of its redirections stand, or don't; false: there are none. */
function connectFirst(state: ShellState, then: Frame, redirects: readonly OpenedRedirect[]): boolean {
  const nets = redirects.flatMap(({ net }) => net ?? []).reverse();
  if (nets.length === 0) return false;
  state.stack.push(then, ...nets.map((net) => ({ f: "connect" as const, connecting: createConnecting(net) })));
  return true;
}

export function stepDo(sys: Sys, state: ShellState, { expanded, status, last }: Omit<Of<"do">, "f">): void {
  if (expanded.fields.length === 0) assignOnly(sys, state, expanded, status);
  else runCommand(sys, state, expanded, last);
  if (state.status !== 0) onFailure(state);
}

/** `declare -A` names its arrays before their elements are read. */
function declareAssocs(state: ShellState, fields: readonly string[]): void {
  if (!/^(declare|typeset|local)$/.test(fields[0] ?? "") || !fields.some((word) => /^-\w*A/.test(word))) return;
  for (const name of fields.slice(1)) if (!name.startsWith("-")) state.assocs.add(name);
}

function traceSimple(sys: Sys, state: ShellState, { fields, assigns }: Expanded): void {
  if (!state.options.includes("x")) return;
  for (const { name, value, elements } of assigns) {
    const list = elements?.map((one) => (one.subscript === null ? "" : `[${one.subscript}]=`) + traced(one.value));
    trace(sys, state, [`${name}=${list ? `(${list.join(" ")})` : value === "" ? "" : traced(value)}`]);
  }
  if (fields.length > 0) trace(sys, state, fields.map(traced));
}

function assignOnly(sys: Sys, state: ShellState, { redirects, assigns }: Expanded, status: number): void {
  const readonly = assigns.find(({ name }) => state.vars.get(name)?.readonly);
  state.status = status;
  if (readonly) {
    complain(sys, state, `${readonly.name}: readonly variable`);
    if (!state.interactive) return abandon(state, 1);
    state.status = 1;
  }
  for (const { name, elements, append } of readonly ? [] : assigns) {
    if (elements) setArray(state, name, elements, append);
  }
  if (redirects.length === 0) return;
  const saved = saveFds(sys);
  openRedirects(sys, state, redirects);
  putBack(sys, saved);
}

function runCommand(sys: Sys, state: ShellState, { fields, redirects, assigns }: Expanded, last: boolean): void {
  const name = fields[0] as string;
  const saved = redirects.length > 0 ? saveFds(sys) : null;
  if (!openRedirects(sys, state, redirects)) {
    if (saved) putBack(sys, saved);
    return;
  }
  const vars = assignFor(state, assigns);
  const spooled = state.spooled.splice(0);
  if (saved || vars.size > 0 || spooled.length > 0) state.stack.push({ f: "restore", fds: saved, vars, spooled });
  const body = state.functions.get(name);
  if (body) {
    state.stack.push(
      { f: "return", params: state.params, locals: new Map() },
      { f: "run", command: body, last: false },
    );
    state.params = [state.params[0] ?? "bash", ...fields.slice(1)];
    return;
  }
  const builtin = builtinNamed(state, name);
  if (!builtin) return runProgram(sys, state, fields, last && spooled.length === 0 && !state.traps.has("EXIT"));
  state.statusBefore = state.status;
  state.status = 0;
  builtin(sys, state, fields);
  tellFailedWrite(sys, state, name);
  for (const { name: array, elements, append } of assigns) if (elements) setArray(state, array, elements, append);
  if (KEEPS_REDIRECTS.includes(name) && fields.length === 1) keepRedirects(sys, state);
  sendLines(sys, state);
}

/** A line went into a connection: nothing more does before it is through. */
function sendLines(sys: Sys, state: ShellState): void {
  const id = sys.proc.fds[1];
  const s = typeof id === "number" ? sys.world.streams[id] : null;
  if (s?.kind === "socket" && s.sent_ns === sys.world.now_ns) state.stack.push({ f: "send", stream: id as number });
}

/** What a builtin wrote was not taken. dash tells it in words of its own. */
function tellFailedWrite(sys: Sys, state: ShellState, name: string): void {
  const errno = sys.proc.writeErrno;
  if (errno === undefined) return;
  delete sys.proc.writeErrno;
  complain(sys, state, `${name}: ${isDash(state) ? `${name}: I/O error` : `write error: ${strerror(errno)}`}`);
  state.status = 1;
}

/** `exec >file`: what was opened stays. */
function keepRedirects(sys: Sys, state: ShellState): void {
  const frame = state.stack.at(-1);
  if (frame?.f !== "restore" || !frame.fds) return;
  forgetSaved(sys, frame.fds);
  frame.fds = null;
}

/** Sets NAME=value before a command; gives back what stood there. */
function assignFor(state: ShellState, assigns: Expanded["assigns"]): Map<string, Variable | null> {
  const before = new Map<string, Variable | null>();
  for (const { name, value, elements } of assigns) {
    if (elements) continue;
    if (!before.has(name)) before.set(name, state.vars.get(name) ?? null);
    if (setVar(state, name, value)) state.vars.set(name, { value, exported: true, readonly: false });
  }
  return before;
}

function runProgram(sys: Sys, state: ShellState, fields: string[], last: boolean): void {
  const name = fields[0] as string;
  const { node, netns, cwd } = sys.proc;
  const program = name === "" ? null : findProgram(sys.world, sys.programs, node, name);
  if (!program) {
    const script = name.includes("/") ? scriptOf(sys, state, name) : null;
    if (script !== null && script.length > 0) return runProgram(sys, state, [...script, ...fields.slice(1)], last);
    if (script !== null) return;
    const directory = name.includes("/") && listDirectory(sys.world, { node, netns, cwd }, name);
    if (directory) complain(sys, state, `${name}: Is a directory`);
    else commandNotFound(sys, state, name);
    state.status = directory ? 126 : 127;
    return;
  }
  if (last) {
    // Nothing is left to put back: the program keeps descriptors and environment as they are now.
    sys.proc.env = programEnv(state, pathOf(sys, program, name), state.shellPid === seenPid(sys.world, sys.proc));
    dropRestores(sys, state);
    exec(sys.world, sys.proc, program, fields);
    return;
  }
  const child = forkProgram(sys, state, program, fields, pathOf(sys, program, name));
  if (child !== null) waitFor(sys, state, [child]);
}

function pathOf(sys: Sys, program: string, name: string): string {
  return name.includes("/") ? name : (sys.programs[program]?.path ?? name);
}

/** Who runs a file of text, and the file: its first line says it, else bash does. Empty: refused, and said; null: there is none. */
function scriptOf(sys: Sys, state: ShellState, name: string): string[] | null {
  const { node, netns, cwd } = sys.proc;
  const text = readFile(sys.world, { node, netns, cwd }, name);
  if (typeof text !== "string") return null;
  const mode = sys.world.nodes[node]?.modes?.[resolvePath(cwd, name)] ?? 0;
  if ((mode & 0o111) === 0) {
    complain(sys, state, `${name}: Permission denied`);
    state.status = 126;
    return [];
  }
  const [, interpreter, option] = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)(?:[ \t]+(\S+))?/.exec(text) ?? [];
  if (interpreter === undefined) return ["bash", name];
  if (findProgram(sys.world, sys.programs, node, interpreter) !== null) {
    return [interpreter, ...(option === undefined ? [] : [option]), name];
  }
  complain(sys, state, `${name}: cannot execute: required file not found`);
  state.status = 127;
  return [];
}

function dropRestores(sys: Sys, state: ShellState): void {
  for (const frame of state.stack.splice(0)) if (frame.f === "restore" && frame.fds) forgetSaved(sys, frame.fds);
}

/** The redirections of a compound command. */
export function stepRedirect(sys: Sys, state: ShellState, frame: Of<"redirect">): void {
  const redirects = expandIn(sys, state, frame, (x) => expandRedirects(x, frame.redirects));
  if (!redirects) return;
  state.stack.pop();
  const then = { f: "enter" as const, redirects: redirects.value, inner: frame.inner };
  if (!connectFirst(state, then, redirects.value)) stepEnter(sys, state, then);
}

export function stepEnter(sys: Sys, state: ShellState, { redirects, inner }: Omit<Of<"enter">, "f">): void {
  const saved = saveFds(sys);
  if (!openRedirects(sys, state, redirects)) {
    putBack(sys, saved);
    return;
  }
  state.stack.push({ f: "restore", fds: saved, vars: new Map(), spooled: state.spooled.splice(0) }, inner);
}
