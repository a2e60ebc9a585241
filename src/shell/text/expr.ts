/** expr: coreutils 9.1. Numbers have any length, as there. */
import { exit, fail, write } from "../process.ts";
import type { Program } from "../types.ts";
import { posixRegExp } from "./regexp.ts";
import { tryHelp } from "./usage.ts";

interface Reader {
  words: readonly string[];
  at: number;
}

class Refusal extends Error {}

const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["<", "<=", "=", "==", "!=", ">=", ">"],
  ["+", "-"],
  ["*", "/", "%"],
  [":"],
];

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);
const isNull = (text: string): boolean => text === "" || /^-?0+$/.test(text);

function level(r: Reader, depth: number): string {
  const ops = LEVELS[depth];
  if (!ops) return primary(r);
  let left = level(r, depth + 1);
  while (ops.includes(r.words[r.at] ?? "")) {
    const op = r.words[r.at++] as string;
    left = binary(left, op, level(r, depth + 1));
  }
  return left;
}

function binary(left: string, op: string, right: string): string {
  if (op === "|") return isNull(left) ? (isNull(right) ? "0" : right) : left;
  if (op === "&") return isNull(left) || isNull(right) ? "0" : left;
  if (op === ":") return match(left, right);
  if (LEVELS[2]?.includes(op)) return compare(left, op, right) ? "1" : "0";
  if (!isNumber(left) || !isNumber(right)) throw new Refusal("non-integer argument");
  const [x, y] = [BigInt(left), BigInt(right)];
  if (y === 0n && (op === "/" || op === "%")) throw new Refusal("division by zero");
  const result = { "+": () => x + y, "-": () => x - y, "*": () => x * y, "/": () => x / y, "%": () => x % y }[op];
  return String(result?.() ?? "");
}

function compare(left: string, op: string, right: string): boolean {
  const order =
    isNumber(left) && isNumber(right) ? Number(BigInt(left) - BigInt(right)) : left < right ? -1 : Number(left > right);
  if (op === "=" || op === "==") return order === 0;
  if (op === "!=") return order !== 0;
  if (op === "<") return order < 0;
  if (op === "<=") return order <= 0;
  return op === ">" ? order > 0 : order >= 0;
}

/** What the first group has found, or how much the whole has. */
function match(text: string, pattern: string): string {
  const regexp = posixRegExp(`^${pattern}`, { extended: false });
  if (typeof regexp === "string") throw new Refusal(regexp);
  const found = regexp.exec(text);
  if (pattern.includes("\\(")) return found?.[1] ?? "";
  return String(found?.[0].length ?? 0);
}

function primary(r: Reader): string {
  const word = r.words[r.at++];
  const next = () => primary(r);
  if (word === undefined) throw new Refusal(`syntax error: missing argument after '${r.words.at(-1)}'`);
  if (word === "(") {
    const value = level(r, 0);
    if (r.words[r.at] === undefined) throw new Refusal(`syntax error: expecting ')' after '${r.words.at(-1)}'`);
    if (r.words[r.at] !== ")") throw new Refusal(`syntax error: expecting ')' instead of '${r.words[r.at]}'`);
    r.at++;
    return value;
  }
  if (word === ")") throw new Refusal("syntax error: unexpected ')'");
  switch (word) {
    case "+":
      return r.words[r.at++] ?? "";
    case "length":
      return String(next().length);
    case "match":
      return match(next(), next());
    case "index": {
      const [text, chars] = [next(), next()];
      return String(Array.from(text).findIndex((c) => chars.includes(c)) + 1);
    }
    case "substr": {
      const [text, from, count] = [next(), Number(next()), Number(next())];
      return from > 0 && count > 0 ? text.slice(from - 1, from - 1 + count) : "";
    }
    default:
      return word;
  }
}

export const expr: Program = {
  path: "/usr/bin/expr",
  about: "compute an expression",
  start(sys, argv) {
    if (argv.length === 1) return fail(sys, `expr: missing operand\n${tryHelp("expr")}`, 2);
    const r: Reader = { words: argv.slice(1), at: 0 };
    try {
      const value = level(r, 0);
      if (r.at < r.words.length) throw new Refusal(`syntax error: unexpected argument '${r.words[r.at]}'`);
      write(sys, 1, `${value}\n`);
      exit(sys, isNull(value) ? 1 : 0);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      fail(sys, `expr: ${fault.message}\n`, 2);
    }
  },
};
