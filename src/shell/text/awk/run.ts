/** Running awk programs: variables, fields, statements, expressions. The state is plain data. */
import { printfText } from "../../lang/builtins/print.ts";
import type { AwkProgram, Expr, Stmt } from "./ast.ts";
import { callBuiltin, compilePattern } from "./functions.ts";
import { AwkFault } from "./lexer.ts";
import { compareValues, fromInput, isTrue, numberText, printable, toNumber, toText, type Value } from "./values.ts";

/** Steps a program may take between two lines of input: one that never ends must not stop the world. */
const MAX_STEPS = 3_000_000;

export interface AwkState {
  program: AwkProgram;
  vars: Map<string, Value>;
  arrays: Map<string, Map<string, Value>>;
  record: string;
  fields: Value[];
  /** Local variables of the functions under way, innermost last. */
  frames: Map<string, Value>[];
  /** Ranges that are open, by rule. */
  open: boolean[];
  steps: number;
  output: string;
  /** Text for files: path, whether to append, text. */
  files: { path: string; append: boolean; text: string }[];
  exit: number | null;
  /** Lines that have come, of a program that asks for them by getline. */
  input: string[];
}

/** How a statement ended. */
type Flow = "go" | "next" | "break" | "continue" | "exit" | { value: Value };

export function createAwk(program: AwkProgram): AwkState {
  const vars = new Map<string, Value>();
  const defaults = {
    FS: " ",
    OFS: " ",
    ORS: "\n",
    RS: "\n",
    SUBSEP: "\x1c",
    FILENAME: "",
    CONVFMT: "%.6g",
    OFMT: "%.6g",
  };
  for (const [name, value] of Object.entries(defaults)) vars.set(name, value);
  for (const name of ["NR", "NF", "FNR"]) vars.set(name, 0);
  return {
    program,
    vars,
    arrays: new Map(),
    record: "",
    fields: [],
    frames: [],
    open: [],
    steps: 0,
    output: "",
    files: [],
    exit: null,
    input: [],
  };
}

/** Runs the rules BEGIN or END. */
export function runSpecial(s: AwkState, which: "BEGIN" | "END"): void {
  s.steps = 0;
  for (const rule of s.program.rules) {
    if (rule.pattern !== which || (s.exit !== null && which === "BEGIN")) continue;
    if (run(s, rule.body) === "exit") return;
  }
}

/** Runs the rules on one record. */
export function runRecord(s: AwkState, record: string): void {
  s.steps = 0;
  setRecord(s, record);
  s.vars.set("NR", toNumber(s.vars.get("NR") ?? 0) + 1);
  s.vars.set("FNR", toNumber(s.vars.get("FNR") ?? 0) + 1);
  for (const [i, rule] of s.program.rules.entries()) {
    if (rule.pattern === "BEGIN" || rule.pattern === "END" || !selects(s, i)) continue;
    const flow = run(s, rule.body);
    if (flow === "next" || flow === "exit") return;
  }
}

function selects(s: AwkState, index: number): boolean {
  const rule = s.program.rules[index];
  if (!rule || rule.pattern === null || typeof rule.pattern === "string") return true;
  if (!rule.until) return isTrue(evaluate(s, rule.pattern));
  if (!s.open[index] && !isTrue(evaluate(s, rule.pattern))) return false;
  s.open[index] = !isTrue(evaluate(s, rule.until));
  return true;
}

export function setRecord(s: AwkState, record: string): void {
  s.record = record;
  s.fields = splitFields(record, toText(s.vars.get("FS") ?? " ")).map(fromInput);
  s.vars.set("NF", s.fields.length);
}

/** The fields of a text for a separator: " " is runs of blanks, one character itself, else a regular expression. */
export function splitFields(text: string, separator: string): string[] {
  if (separator === " ") return text.split(/[ \t\n]+/).filter((f) => f !== "");
  if (text === "") return [];
  if (separator === "") return Array.from(text);
  if (separator.length === 1 && separator !== "\\") return text.split(separator);
  return text.split(compilePattern(separator, "g"));
}

function joinFields(s: AwkState): void {
  s.record = s.fields.map(toText).join(toText(s.vars.get("OFS") ?? " "));
}

function count(s: AwkState): void {
  if (++s.steps > MAX_STEPS) throw new AwkFault("program runs too long");
}

function run(s: AwkState, stmt: Stmt): Flow {
  count(s);
  switch (stmt.s) {
    case "block":
      for (const inner of stmt.body) {
        const flow = run(s, inner);
        if (flow !== "go") return flow;
      }
      return "go";
    case "expr":
      evaluate(s, stmt.expr);
      return "go";
    case "print":
      print(s, stmt);
      return "go";
    case "if":
      if (isTrue(evaluate(s, stmt.test))) return run(s, stmt.yes);
      return stmt.no ? run(s, stmt.no) : "go";
    case "while":
      return loop(
        s,
        stmt.body,
        () => isTrue(evaluate(s, stmt.test)),
        () => {},
        stmt.first,
      );
    case "for":
      if (stmt.init) run(s, stmt.init);
      return loop(
        s,
        stmt.body,
        () => !stmt.test || isTrue(evaluate(s, stmt.test)),
        () => stmt.step && run(s, stmt.step),
        false,
      );
    case "for-in":
      return forIn(s, stmt);
    case "exit":
      s.exit = stmt.value ? toNumber(evaluate(s, stmt.value)) & 0xff : (s.exit ?? 0);
      return "exit";
    case "return":
      return { value: stmt.value ? evaluate(s, stmt.value) : "" };
    case "delete":
      if (stmt.keys.length === 0) s.arrays.delete(stmt.name);
      else s.arrays.get(stmt.name)?.delete(keyOf(s, stmt.keys));
      return "go";
    default:
      return stmt.s;
  }
}

function loop(s: AwkState, body: Stmt, test: () => boolean, step: () => void, first: boolean): Flow {
  for (let entered = first; entered || test(); entered = false) {
    count(s);
    const flow = run(s, body);
    if (flow === "break") break;
    if (flow !== "go" && flow !== "continue") return flow;
    step();
  }
  return "go";
}

function forIn(s: AwkState, stmt: Extract<Stmt, { s: "for-in" }>): Flow {
  const keys = Array.from(s.arrays.get(stmt.array)?.keys() ?? []);
  for (const key of keys) {
    setVariable(s, stmt.name, fromInput(key));
    const flow = run(s, stmt.body);
    if (flow === "break") break;
    if (flow !== "go" && flow !== "continue") return flow;
  }
  return "go";
}

function print(s: AwkState, stmt: Extract<Stmt, { s: "print" }>): void {
  const values = stmt.args.map((arg) => evaluate(s, arg));
  const [format, ...rest] = values;
  const ors = toText(s.vars.get("ORS") ?? "\n");
  const ofs = toText(s.vars.get("OFS") ?? " ");
  let text: string;
  if (stmt.printf) text = printfText(toText(format ?? ""), rest.map(printable), toText).text;
  else text = (values.length === 0 ? s.record : values.map(toText).join(ofs)) + ors;
  if (stmt.to) s.files.push({ path: toText(evaluate(s, stmt.to.path)), append: stmt.to.append, text });
  else s.output += text;
  if (s.output.length > 1 << 22) throw new AwkFault("out of memory");
}

export function keyOf(s: AwkState, keys: readonly Expr[]): string {
  const subsep = toText(s.vars.get("SUBSEP") ?? "\x1c");
  return keys.map((key) => toText(evaluate(s, key))).join(subsep);
}

export function getVariable(s: AwkState, name: string): Value {
  const frame = s.frames.at(-1);
  if (frame?.has(name)) return frame.get(name) as Value;
  return s.vars.get(name) ?? "";
}

export function setVariable(s: AwkState, name: string, value: Value): void {
  const frame = s.frames.at(-1);
  if (frame?.has(name)) frame.set(name, value);
  else s.vars.set(name, value);
  if (name !== "NF") return;
  const n = Math.max(0, Math.min(toNumber(value), 10_000));
  s.fields = Array.from({ length: n }, (_, i) => s.fields[i] ?? "");
  joinFields(s);
}

export function assign(s: AwkState, target: Expr, value: Value): Value {
  if (target.e === "var") setVariable(s, target.name, value);
  else if (target.e === "index") arrayOf(s, target.name).set(keyOf(s, target.keys), value);
  else if (target.e === "field") setField(s, toNumber(evaluate(s, target.index)), value);
  return value;
}

export function arrayOf(s: AwkState, name: string): Map<string, Value> {
  let array = s.arrays.get(name);
  if (!array) {
    array = new Map();
    s.arrays.set(name, array);
  }
  return array;
}

function setField(s: AwkState, index: number, value: Value): void {
  if (index === 0) return setRecord(s, toText(value));
  if (!(index > 0 && index < 10_000)) throw new AwkFault(`index ${numberText(index)} of $ out of range`);
  while (s.fields.length < index) s.fields.push("");
  s.fields[Math.trunc(index) - 1] = value;
  s.vars.set("NF", s.fields.length);
  joinFields(s);
}

export function evaluate(s: AwkState, x: Expr): Value {
  count(s);
  switch (x.e) {
    case "number":
    case "string":
      return x.value;
    case "regex":
      return compilePattern(x.source, "").test(s.record) ? 1 : 0;
    case "var":
      return getVariable(s, x.name);
    case "field": {
      const index = toNumber(evaluate(s, x.index));
      if (index < 0) throw new AwkFault(`negative field index $${numberText(index)}`);
      return index === 0 ? fromInput(s.record) : (s.fields[Math.trunc(index) - 1] ?? "");
    }
    case "index":
      return elementOf(s, x);
    case "assign":
      return assign(
        s,
        x.target,
        x.op === "" ? evaluate(s, x.value) : arithmetic(x.op, evaluate(s, x.target), evaluate(s, x.value)),
      );
    case "cond":
      return evaluate(s, isTrue(evaluate(s, x.test)) ? x.yes : x.no);
    case "binary":
      return binary(s, x.op, x.left, x.right);
    case "match": {
      const source = x.right.e === "regex" ? x.right.source : toText(evaluate(s, x.right));
      return compilePattern(source, "").test(toText(evaluate(s, x.left))) !== x.negate ? 1 : 0;
    }
    case "in":
      return s.arrays.get(x.name)?.has(keyOf(s, x.keys)) ? 1 : 0;
    case "unary": {
      const value = evaluate(s, x.of);
      return x.op === "!" ? (isTrue(value) ? 0 : 1) : x.op === "-" ? -toNumber(value) : toNumber(value);
    }
    case "step": {
      const old = toNumber(evaluate(s, x.target));
      assign(s, x.target, old + x.by);
      return x.prefix ? old + x.by : old;
    }
    case "call":
      return call(s, x.name, x.args);
    case "getline":
      return getline(s, x.target);
  }
}

/** 1, or 0 at the end of the input. */
function getline(s: AwkState, target: Expr | null): Value {
  const line = s.input.shift();
  if (line === undefined) return 0;
  for (const name of ["NR", "FNR"]) s.vars.set(name, toNumber(s.vars.get(name) ?? 0) + 1);
  if (target === null) setRecord(s, line);
  else assign(s, target, fromInput(line));
  return 1;
}

function elementOf(s: AwkState, x: Extract<Expr, { e: "index" }>): Value {
  const array = arrayOf(s, x.name);
  const key = keyOf(s, x.keys);
  const value = array.get(key);
  if (value === undefined) array.set(key, "");
  return value ?? "";
}

function binary(s: AwkState, op: string, left: Expr, right: Expr): Value {
  const a = evaluate(s, left);
  if (op === "&&") return isTrue(a) && isTrue(evaluate(s, right)) ? 1 : 0;
  if (op === "||") return isTrue(a) || isTrue(evaluate(s, right)) ? 1 : 0;
  const b = evaluate(s, right);
  switch (op) {
    case " ": {
      const text = toText(a) + toText(b);
      if (text.length > 1 << 22) throw new AwkFault("out of memory");
      return text;
    }
    case "<":
      return compareValues(a, b) < 0 ? 1 : 0;
    case "<=":
      return compareValues(a, b) <= 0 ? 1 : 0;
    case "==":
      return compareValues(a, b) === 0 ? 1 : 0;
    case "!=":
      return compareValues(a, b) !== 0 ? 1 : 0;
    case ">":
      return compareValues(a, b) > 0 ? 1 : 0;
    case ">=":
      return compareValues(a, b) >= 0 ? 1 : 0;
    default:
      return arithmetic(op, a, b);
  }
}

function arithmetic(op: string, left: Value, right: Value): number {
  const [a, b] = [toNumber(left), toNumber(right)];
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "^":
      return a ** b;
    default:
      if (b === 0) throw new AwkFault(op === "/" ? "division by zero" : "division by zero in %");
      return op === "/" ? a / b : a % b;
  }
}

function call(s: AwkState, name: string, args: readonly Expr[]): Value {
  const own = Object.hasOwn(s.program.functions, name) ? s.program.functions[name] : undefined;
  if (!own) return callBuiltin(s, name, args, { evaluate, assign, arrayOf, getVariable, setVariable, splitFields });
  if (s.frames.length > 200) throw new AwkFault("function call nesting too deep");
  const values = args.map((arg) => evaluate(s, arg));
  s.frames.push(new Map(own.params.map((param, i) => [param, values[i] ?? ""])));
  const flow = run(s, own.body);
  s.frames.pop();
  return typeof flow === "object" ? flow.value : "";
}
