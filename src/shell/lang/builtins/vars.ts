/** Builtins about variables and parameters: export, unset, set, local, readonly, declare, shift. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { elementName, isElement, subscriptsOf, unsetArray } from "../expand/array.ts";
import { complain } from "../run/messages.ts";
import { type ShellState, setVar, type Variable } from "../run/state.ts";

type Change = (variable: Variable) => Variable;

/** NAME or NAME=value of an argument; null if it is neither. */
function nameValue(text: string): { name: string; value: string | null } | null {
  const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(text);
  return match ? { name: match[1] as string, value: match[2] ?? null } : null;
}

function quote(text: string): string {
  return `"${text.replace(/[$`"\\]/g, "\\$&")}"`;
}

function change(sys: Sys, state: ShellState, args: string[], how: Change, list: (v: Variable) => boolean): void {
  const names = args.slice(1).filter((arg) => !/^-\w/.test(arg));
  if (names.length === 0) {
    for (const [name, v] of [...state.vars].filter(([n]) => !isElement(n)).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const flags = (v.readonly ? "r" : "") + (v.exported ? "x" : "");
      if (list(v)) write(sys, 1, `declare -${flags || "-"} ${name}=${quote(v.value)}\n`);
    }
  }
  for (const arg of names) {
    const given = nameValue(arg);
    if (!given) {
      complain(sys, state, `${args[0]}: \`${arg}': not a valid identifier`);
      state.status = 1;
      continue;
    }
    const old = state.vars.get(given.name);
    if (given.value !== null && !setVar(state, given.name, given.value)) {
      complain(sys, state, `${given.name}: readonly variable`);
      state.status = 1;
      continue;
    }
    const now = state.vars.get(given.name) ?? { value: "", exported: false, readonly: false };
    if (old || given.value !== null || args[0] !== "local") state.vars.set(given.name, how(now));
  }
}

function exportVars(sys: Sys, state: ShellState, args: string[]): void {
  const exported = args[1] !== "-n";
  change(
    sys,
    state,
    args,
    (v) => ({ ...v, exported }),
    (v) => v.exported,
  );
}

function readonlyVars(sys: Sys, state: ShellState, args: string[]): void {
  change(
    sys,
    state,
    args,
    (v) => ({ ...v, readonly: true }),
    (v) => v.readonly,
  );
}

function declare(sys: Sys, state: ShellState, args: string[]): void {
  const flags = args.filter((a) => /^-\w/.test(a)).join("");
  if (flags.includes("A")) {
    for (const name of args.slice(1).filter((a) => !a.startsWith("-"))) state.assocs.add(name);
    return;
  }
  // An array without elements is a variable that is not set.
  if (flags.includes("a") && !args.some((a) => a.includes("="))) return;
  const how = (v: Variable) => ({
    ...v,
    exported: v.exported || flags.includes("x"),
    readonly: v.readonly || flags.includes("r"),
  });
  change(sys, state, args, how, () => true);
}

function local(sys: Sys, state: ShellState, args: string[]): void {
  const frame = state.stack.findLast((f) => f.f === "return");
  if (frame?.f !== "return") {
    complain(sys, state, "local: can only be used in a function");
    state.status = 1;
    return;
  }
  for (const arg of args.slice(1)) {
    const given = nameValue(arg);
    if (!given || frame.locals.has(given.name)) continue;
    frame.locals.set(given.name, state.vars.get(given.name) ?? null);
    if (given.value === null) state.vars.delete(given.name);
  }
  if (args.length > 1)
    change(
      sys,
      state,
      args,
      (v) => v,
      () => false,
    );
}

function unset(sys: Sys, state: ShellState, args: string[]): void {
  for (const name of args.slice(1).filter((a) => !/^-[vfn]$/.test(a))) {
    if (state.vars.get(name)?.readonly) {
      complain(sys, state, `unset: ${name}: cannot unset: readonly variable`);
      state.status = 1;
    } else if (args[1] === "-f") state.functions.delete(name);
    else if (name.endsWith("]")) unsetElement(state, name);
    else if (state.assocs.has(name) || subscriptsOf(state, name).length > 0) unsetArray(state, name);
    else state.functions.delete(name);
  }
}

/** name[subscript] */
function unsetElement(state: ShellState, text: string): void {
  const [, name = "", subscript = ""] = /^([^[]*)\[(.*)\]$/.exec(text) ?? [];
  state.vars.delete(elementName(state, name, subscript.replace(/^(["'])(.*)\1$/, "$2")));
}

const LONG: Readonly<Record<string, string>> = { errexit: "e", nounset: "u", noglob: "f", allexport: "a", xtrace: "x" };

function set(sys: Sys, state: ShellState, args: string[]): void {
  if (args.length === 1) {
    const plain = [...state.vars].filter(([name]) => !isElement(name));
    for (const [name, v] of plain.sort(([a], [b]) => (a < b ? -1 : 1))) write(sys, 1, `${name}=${v.value}\n`);
    return;
  }
  let at = 1;
  for (; /^[-+]\w/.test(args[at] ?? ""); at++) {
    const word = args[at] as string;
    const long = word.endsWith("o") ? (args[++at] ?? "") : "";
    if (long === "pipefail") state.pipefail = word[0] === "-";
    const letters = word.slice(1).replace("o", "") + (LONG[long] ?? "");
    for (const letter of letters) {
      state.options = state.options.replaceAll(letter, "") + (word[0] === "-" ? letter : "");
    }
  }
  const dashes = args[at] === "--";
  if (dashes || at < args.length) state.params = [state.params[0] ?? "bash", ...args.slice(dashes ? at + 1 : at)];
}

function shift(_sys: Sys, state: ShellState, args: string[]): void {
  const n = Number(args[1] ?? 1);
  if (!(n >= 0 && n < state.params.length)) state.status = 1;
  else state.params = [state.params[0] ?? "bash", ...state.params.slice(1 + n)];
}

export const VARIABLE_BUILTINS = {
  export: exportVars,
  readonly: readonlyVars,
  declare,
  typeset: declare,
  local,
  unset,
  set,
  shift,
};
