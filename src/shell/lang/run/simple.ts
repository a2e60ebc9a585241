/** Simple commands: expansion, redirections, and what the first word names. bash(1), SIMPLE COMMAND EXPANSION. */
import { findProgram, listDirectory } from "../../files.ts";
import { exec } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { BUILTINS, KEEPS_REDIRECTS } from "../builtins/builtins.ts";
import { elementName, indexFrom, setArray } from "../expand/array.ts";
import { arithmetic, expandText, expandWords, stopWith } from "../expand/expand.ts";
import { expandIn } from "./control.ts";
import { forkProgram, waitFor } from "./fork.ts";
import { commandNotFound, complain } from "./messages.ts";
import { expandRedirects, forgetSaved, type OpenedRedirect, openRedirects, putBack, saveFds } from "./redirect.ts";
import { exportedVars, type Frame, type ShellState, setVar, type Variable } from "./state.ts";
import { onFailure } from "./unwind.ts";

type Of<F extends Frame["f"]> = Extract<Frame, { f: F }>;

interface Expanded {
  fields: string[];
  redirects: OpenedRedirect[];
  assigns: { name: string; value: string; append: boolean; elements: string[] | null }[];
}

export function stepSimple(sys: Sys, state: ShellState, frame: Of<"simple">): void {
  const { command } = frame;
  state.line = command.line;
  const result = expandIn(sys, state, frame, (x): Expanded => {
    const fields = expandWords(x, command.words);
    const redirects = expandRedirects(x, command.redirects);
    const assigns = command.assigns.map(({ name: base, append, value, index, elements }) => {
      if (elements) return { name: base, value: "", append, elements: expandWords(x, elements) };
      const number = index ? indexFrom(state, base, Number(arithmetic(x, expandText(x, index)))) : 0;
      const name = number === null ? stopWith(`${base}: bad array subscript`) : elementName(base, number);
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
  if (result.value.fields.length === 0) assignOnly(sys, state, result.value, status);
  else runCommand(sys, state, result.value, frame.last);
  if (state.status !== 0) onFailure(state);
}

function assignOnly(sys: Sys, state: ShellState, { redirects, assigns }: Expanded, status: number): void {
  const readonly = assigns.find(({ name }) => state.vars.get(name)?.readonly);
  state.status = status;
  if (readonly) {
    complain(sys, state, `${readonly.name}: readonly variable`);
    state.status = 1;
  }
  for (const { name, elements, append } of readonly ? [] : assigns) {
    if (elements) setArray(state, name, elements, append);
  }
  if (redirects.length === 0) return;
  const saved = saveFds(sys);
  const refused = openRedirects(sys, redirects);
  putBack(sys, saved);
  if (refused === null) return;
  complain(sys, state, refused);
  state.status = 1;
}

function runCommand(sys: Sys, state: ShellState, { fields, redirects, assigns }: Expanded, last: boolean): void {
  const name = fields[0] as string;
  const saved = redirects.length > 0 ? saveFds(sys) : null;
  const refused = openRedirects(sys, redirects);
  if (refused !== null) {
    if (saved) putBack(sys, saved);
    complain(sys, state, refused);
    state.status = 1;
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
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (!builtin) return runProgram(sys, state, fields, last && spooled.length === 0 && !state.traps.has("EXIT"));
  state.statusBefore = state.status;
  state.status = 0;
  builtin(sys, state, fields);
  if (KEEPS_REDIRECTS.includes(name) && fields.length === 1) keepRedirects(sys, state);
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
    const directory = name.includes("/") && listDirectory(sys.world, { node, netns, cwd }, name);
    if (directory) complain(sys, state, `${name}: Is a directory`);
    else commandNotFound(sys, state, name);
    state.status = directory ? 126 : 127;
    return;
  }
  if (last) {
    // Nothing is left to put back: the program keeps descriptors and environment as they are now.
    sys.proc.env = exportedVars(state);
    dropRestores(sys, state);
    exec(sys.world, sys.proc, program, fields);
    return;
  }
  const child = forkProgram(sys, state, program, fields);
  if (child !== null) waitFor(sys, state, [child]);
}

function dropRestores(sys: Sys, state: ShellState): void {
  for (const frame of state.stack.splice(0)) if (frame.f === "restore" && frame.fds) forgetSaved(sys, frame.fds);
}

/** The redirections of a compound command. */
export function stepRedirect(sys: Sys, state: ShellState, frame: Of<"redirect">): void {
  const redirects = expandIn(sys, state, frame, (x) => expandRedirects(x, frame.redirects));
  if (!redirects) return;
  state.stack.pop();
  const saved = saveFds(sys);
  const refused = openRedirects(sys, redirects.value);
  if (refused !== null) {
    putBack(sys, saved);
    complain(sys, state, refused);
    state.status = 1;
    return;
  }
  state.stack.push({ f: "restore", fds: saved, vars: new Map(), spooled: state.spooled.splice(0) }, frame.inner);
}
