/** awk's own functions. */
import { printfText } from "../../lang/builtins/print.ts";
import { posixRegExp } from "../regexp.ts";
import type { Expr } from "./ast.ts";
import { AwkFault } from "./lexer.ts";
import type { AwkState } from "./run.ts";
import { fromInput, printable, toNumber, toText, type Value } from "./values.ts";

/** What the interpreter lends. */
interface Interpreter {
  evaluate(s: AwkState, x: Expr): Value;
  assign(s: AwkState, target: Expr, value: Value): Value;
  arrayOf(s: AwkState, name: string): Map<string, Value>;
  getVariable(s: AwkState, name: string): Value;
  setVariable(s: AwkState, name: string, value: Value): void;
  splitFields(text: string, separator: string): string[];
}

/** An extended regular expression. @throws AwkFault if it is bad */
export function compilePattern(source: string, flags: "" | "g"): RegExp {
  const compiled = posixRegExp(source, { extended: true, global: flags === "g" });
  if (typeof compiled === "string") throw new AwkFault(`regular expression compile failed (${compiled})\n${source}`);
  return compiled;
}

export function callBuiltin(s: AwkState, name: string, args: readonly Expr[], i: Interpreter): Value {
  const value = (n: number): Value => (args[n] ? i.evaluate(s, args[n] as Expr) : "");
  const text = (n: number) => toText(value(n));
  const number = (n: number) => toNumber(value(n));
  switch (name) {
    case "length":
      return length(s, args, i);
    case "substr":
      return substr(text(0), number(1), args.length > 2 ? number(2) : Number.POSITIVE_INFINITY);
    case "index":
      return text(0).indexOf(text(1)) + 1;
    case "split":
      return split(s, args, i);
    case "sub":
    case "gsub":
      return substitute(s, args, name === "gsub", i);
    case "match":
      return match(s, args, i);
    case "sprintf":
      return printfText(
        text(0),
        args.slice(1).map((a) => printable(i.evaluate(s, a))),
        toText,
      ).text;
    case "tolower":
      return text(0).toLowerCase();
    case "toupper":
      return text(0).toUpperCase();
    case "int":
      return Math.trunc(number(0));
    case "sqrt":
      return Math.sqrt(number(0));
    case "exp":
      return Math.exp(number(0));
    case "log":
      return Math.log(number(0));
    case "sin":
      return Math.sin(number(0));
    case "cos":
      return Math.cos(number(0));
    case "atan2":
      return Math.atan2(number(0), number(1));
    case "rand":
    case "srand":
    case "close":
    case "fflush":
    case "system":
      return 0;
    default:
      throw new AwkFault(`function ${name} never defined`);
  }
}

function length(s: AwkState, args: readonly Expr[], i: Interpreter): number {
  const arg = args[0];
  if (!arg) return s.record.length;
  if (arg.e === "var" && s.arrays.has(arg.name)) return s.arrays.get(arg.name)?.size ?? 0;
  return toText(i.evaluate(s, arg)).length;
}

function substr(text: string, from: number, count: number): string {
  // mawk begins at 1 what would begin before, and keeps the length.
  const start = Math.max(Math.trunc(from), 1) - 1;
  return text.slice(start, start + Math.max(Math.trunc(count), 0));
}

function patternOf(s: AwkState, x: Expr, i: Interpreter): string {
  return x.e === "regex" ? x.source : toText(i.evaluate(s, x));
}

function split(s: AwkState, args: readonly Expr[], i: Interpreter): number {
  const [what, into, by] = args;
  if (!what || into?.e !== "var") throw new AwkFault("type error in arg(2) in call to split");
  const text = toText(i.evaluate(s, what));
  const separator = by ? patternOf(s, by, i) : toText(i.getVariable(s, "FS"));
  const fields = i.splitFields(text, separator);
  s.arrays.set(into.name, new Map(fields.map((f, n) => [String(n + 1), fromInput(f)])));
  return fields.length;
}

function substitute(s: AwkState, args: readonly Expr[], global: boolean, i: Interpreter): number {
  const [pattern, by, target = { e: "field", index: { e: "number", value: 0 } } as Expr] = args;
  if (!pattern || !by) throw new AwkFault("not enough arguments in call to sub");
  const regexp = compilePattern(patternOf(s, pattern, i), global ? "g" : "");
  const replacement = toText(i.evaluate(s, by));
  let count = 0;
  const result = toText(i.evaluate(s, target)).replace(regexp, (whole: string) => {
    count++;
    return replacement.replace(/\\\\|\\&|&/g, (r) => (r === "&" ? whole : r.slice(1)));
  });
  if (count > 0) i.assign(s, target, result);
  return count;
}

function match(s: AwkState, args: readonly Expr[], i: Interpreter): number {
  const [what, pattern] = args;
  if (!what || !pattern) throw new AwkFault("not enough arguments in call to match");
  const found = compilePattern(patternOf(s, pattern, i), "").exec(toText(i.evaluate(s, what)));
  i.setVariable(s, "RSTART", found ? found.index + 1 : 0);
  i.setVariable(s, "RLENGTH", found ? found[0].length : -1);
  return found ? found.index + 1 : 0;
}
