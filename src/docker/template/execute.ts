/** Runs a Go template on a value (text/template/exec.go). */
import { ARITY, FUNCTION_NAMES, FUNCTIONS } from "./functions.ts";
import { lineAt, TemplateError } from "./lexer.ts";
import { type Node, type Operand, type Pipe, parseTemplate, type Template } from "./parser.ts";
import {
  formatValue,
  type GoValue,
  isList,
  isMap,
  isStruct,
  isTrue,
  NO_VALUE,
  sortedEntries,
  withoutTypes,
} from "./value.ts";

export interface TemplateOptions {
  /** Go's name of the struct that the dot is at first; null: missing keys are reported as of a map. */
  typeName: string | null;
  /**
   * How `docker inspect` goes about it: "typed" on the client's structs, whose fields have Go's names and whose maps may lack a key; where
   * that fails, "raw" on what the daemon sent.
   */
  mode?: "typed" | "raw";
  /** Functions that take the place of the usual ones. */
  functions?: Readonly<Record<string, (...args: GoValue[]) => GoValue>>;
}

export type TemplateResult = { ok: true; text: string } | { ok: false; error: string };

/** Parses `source` now, so that its errors come before any output. */
export function compileTemplate(source: string): { ok: true; template: Template } | { ok: false; error: string } {
  try {
    return { ok: true, template: parseTemplate(source, FUNCTION_NAMES) };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, error: error.message };
    throw error;
  }
}

/** The template's text for `dot`; the error is in Go's words. */
export function executeTemplate(template: Template, dot: GoValue, options: TemplateOptions): TemplateResult {
  const run: Run = { template, options, root: dot, out: [], variables: [{ name: "$", value: dot }] };
  try {
    walkList(run, template.nodes, dot);
    return { ok: true, text: run.out.join("") };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, error: error.message };
    throw error;
  }
}

/** The client's structs have these names where the JSON has others (struct tags of api/types). */
const GO_NAMES: Readonly<Record<string, string>> = {
  Id: "ID",
  HostIp: "HostIP",
  AuxiliaryAddresses: "AuxAddress",
  Dns: "DNS",
  DnsOptions: "DNSOptions",
  DnsSearch: "DNSSearch",
  CpuShares: "CPUShares",
  NanoCpus: "NanoCPUs",
  CpuPeriod: "CPUPeriod",
  CpuQuota: "CPUQuota",
  CpuRealtimePeriod: "CPURealtimePeriod",
  CpuRealtimeRuntime: "CPURealtimeRuntime",
  CpuCount: "CPUCount",
  CpuPercent: "CPUPercent",
};
const JSON_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(GO_NAMES).map(([json, go]) => [go, json]),
);

/** The template's text for a record that the daemon has sent (cli/command/inspect: TemplateInspector). */
export function inspectTemplate(template: Template, record: GoValue): TemplateResult {
  const typed = executeTemplate(template, record, { typeName: null, mode: "typed" });
  if (typed.ok) return typed;
  return executeTemplate(template, withoutTypes(record), { typeName: null, mode: "raw" });
}

interface Run {
  template: Template;
  options: TemplateOptions;
  root: GoValue;
  out: string[];
  variables: { name: string; value: GoValue }[];
}

/** {{break}} and {{continue}} on their way to the loop. */
type Jump = "break" | "continue" | null;

function walkList(run: Run, nodes: readonly Node[], dot: GoValue): Jump {
  for (const node of nodes) {
    const jump = walk(run, node, dot);
    if (jump !== null) return jump;
  }
  return null;
}

function walk(run: Run, node: Node, dot: GoValue): Jump {
  switch (node.type) {
    case "text":
      run.out.push(node.text);
      return null;
    case "action": {
      const value = evalPipe(run, node.pipe, dot);
      if (node.pipe.variables.length === 0) run.out.push(printed(run, value));
      return null;
    }
    case "break":
    case "continue":
      return node.type;
    case "range":
      return scoped(run, () => walkRange(run, node, dot));
    default:
      return scoped(run, () => {
        const value = evalPipe(run, node.pipe, dot);
        if (!isTrue(value)) return walkList(run, node.otherwise, dot);
        return walkList(run, node.body, node.type === "with" ? value : dot);
      });
  }
}

/** An interface that is nil is no value; a pointer that is nil is printed as such. */
function printed({ options }: Run, value: GoValue): string {
  return formatValue(value === null && options.mode === "raw" ? NO_VALUE : value);
}

function scoped<T>(run: Run, body: () => T): T {
  const depth = run.variables.length;
  const result = body();
  run.variables.length = depth;
  return result;
}

function walkRange(run: Run, node: Node & { type: "range" | "if" | "with" }, dot: GoValue): Jump {
  const value = evalPipe(run, { ...node.pipe, variables: [] }, dot);
  const items = rangeItems(run, value, node.pipe);
  if (items.length === 0) return walkList(run, node.otherwise, dot);
  for (const [key, item] of items) {
    const jump = scoped(run, () => {
      const names = node.pipe.variables;
      if (names.length === 1) setVariable(run, names[0] as string, item, node.pipe.declares);
      if (names.length === 2) {
        setVariable(run, names[0] as string, key, node.pipe.declares);
        setVariable(run, names[1] as string, item, node.pipe.declares);
      }
      return walkList(run, node.body, item);
    });
    if (jump === "break") break;
  }
  return null;
}

function rangeItems(run: Run, value: GoValue, pipe: Pipe): [GoValue, GoValue][] {
  if (value === null || value === NO_VALUE) return [];
  if (isList(value)) return value.map((item, i) => [i, item]);
  if (isMap(value)) return sortedEntries(value);
  const first = pipe.commands[0]?.[0] as Operand;
  return fail(run, first, `range can't iterate over ${formatValue(value)}`);
}

function fail(run: Run, operand: Operand, reason: string): never {
  const { source } = run.template;
  const lineStart = source.lastIndexOf("\n", operand.at - 1) + 1;
  const shown = operand.text;
  const where = `${lineAt(source, operand.at)}:${operand.at - lineStart}`;
  throw new TemplateError(`template: :${where}: executing "" at <${shown}>: ${reason}`);
}

function setVariable(run: Run, name: string, value: GoValue, declare: boolean): void {
  const known = declare ? undefined : run.variables.findLast((v) => v.name === name);
  if (known) known.value = value;
  else run.variables.push({ name, value });
}

function evalPipe(run: Run, pipe: Pipe, dot: GoValue): GoValue {
  let value: GoValue | undefined;
  for (const command of pipe.commands) value = evalCommand(run, command, dot, value);
  for (const name of pipe.variables) setVariable(run, name, value as GoValue, pipe.declares);
  return value as GoValue;
}

/** `piped` is what the command before it made, its last argument. */
function evalCommand(run: Run, command: readonly Operand[], dot: GoValue, piped: GoValue | undefined): GoValue {
  const [first, ...rest] = command as [Operand, ...Operand[]];
  if (first.base.type === "function" && first.fields.length === 0) {
    return callFunction(run, first, rest, dot, piped);
  }
  const value = evalOperand(run, first, dot);
  if (typeof value === "function") {
    const args = rest.map((o) => evalOperand(run, o, dot));
    if (piped !== undefined) args.push(piped);
    return value(...args);
  }
  if (rest.length > 0 || piped !== undefined) {
    if (first.fields.length > 0)
      fail(run, first, `${first.fields.at(-1)} has arguments but cannot be invoked as function`);
    fail(run, first, `can't give argument to non-function ${first.text}`);
  }
  return value;
}

function callFunction(
  run: Run,
  callee: Operand,
  rest: readonly Operand[],
  dot: GoValue,
  piped: GoValue | undefined,
): GoValue {
  const name = callee.text;
  const count = rest.length + (piped === undefined ? 0 : 1);
  const wanted = ARITY[name];
  if (wanted !== undefined && count !== wanted) {
    fail(run, callee, `wrong number of args for ${name}: want ${wanted} got ${count}`);
  }
  if (name === "and" || name === "or") return callLogic(run, name, rest, dot, piped);
  const args = rest.map((o) => evalOperand(run, o, dot));
  if (piped !== undefined) args.push(piped);
  const body = run.options.functions?.[name] ?? FUNCTIONS[name];
  try {
    return (body as (...args: GoValue[]) => GoValue)(...args);
  } catch (error) {
    if (!(error instanceof TemplateError) || error.message.startsWith("template: ")) throw error;
    const whole = [callee, ...rest].map((o) => o.text).join(" ");
    return fail(run, { ...callee, text: whole }, `error calling ${name}: ${error.message}`);
  }
}

/** `and` and `or` evaluate no further than they need. */
function callLogic(
  run: Run,
  name: "and" | "or",
  rest: readonly Operand[],
  dot: GoValue,
  piped: GoValue | undefined,
): GoValue {
  let value: GoValue = null;
  for (const operand of rest) {
    value = evalOperand(run, operand, dot);
    if (isTrue(value) === (name === "or")) return value;
  }
  return piped === undefined ? value : piped;
}

function evalOperand(run: Run, operand: Operand, dot: GoValue): GoValue {
  const { base } = operand;
  let value: GoValue;
  switch (base.type) {
    case "dot":
      value = dot;
      break;
    case "variable":
      value = run.variables.findLast((v) => v.name === base.name)?.value ?? null;
      break;
    case "constant":
      value = base.value;
      break;
    case "pipe":
      value = evalPipe(run, base.pipe, dot);
      break;
    case "function":
      value = callFunction(run, { ...operand, text: base.name }, [], dot, undefined);
      break;
  }
  for (const field of operand.fields) value = evalField(run, operand, value, field);
  return value;
}

function evalField(run: Run, operand: Operand, value: GoValue, field: string): GoValue {
  const { typeName, mode } = run.options;
  if (value === NO_VALUE) return NO_VALUE;
  if (value === null) return fail(run, operand, `nil pointer evaluating interface {}.${field}`);
  if (isMap(value)) {
    const found = value.has(field) || mode !== "typed" ? value.get(field) : NO_VALUE;
    return found === undefined ? fail(run, operand, `map has no entry for key ${JSON.stringify(field)}`) : found;
  }
  if (!isStruct(value)) return fail(run, operand, `can't evaluate field ${field} in type interface {}`);
  const name = mode === "typed" ? (JSON_NAMES[field] ?? field) : field;
  if (Object.hasOwn(value, name) && !(mode === "typed" && field in GO_NAMES)) return value[name] as GoValue;
  if (typeName !== null && value === run.root)
    return fail(run, operand, `can't evaluate field ${field} in type ${typeName}`);
  return fail(run, operand, `map has no entry for key ${JSON.stringify(field)}`);
}
