/** Arithmetic of $(( )), (( )) and let: 64-bit integers, C's operators. bash(1), ARITHMETIC EVALUATION. */

/** Reads and sets variables for an expression; values are texts, unset ones "". */
export interface ArithVars {
  get(name: string): string;
  set(name: string, value: string): void;
  /** The variable that the element of an array is kept in. */
  element(name: string, subscript: string): string;
}

interface Reader {
  text: string;
  at: number;
  vars: ArithVars;
  depth: number;
  /** > 0: the value isn't wanted (&& || ?:), nothing is assigned. */
  skip: number;
}

class ArithFault extends Error {}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
  ["**"],
];
const ALL_OPS =
  "<<= >>= **= ** || && == != <= >= << >> += -= *= /= %= &= |= ^= ++ -- | ^ & < > + - * / % = ! ~ ? : , ( )".split(" ");

/** Evaluates an expression; a string is what bash says of a bad one. */
export function evaluateArith(text: string, vars: ArithVars): bigint | string {
  try {
    return evaluate({ text, at: 0, vars, depth: 0, skip: 0 });
  } catch (fault) {
    if (fault instanceof ArithFault) return fault.message;
    throw fault;
  }
}

function evaluate(r: Reader): bigint {
  if (peek(r) === "" && r.at >= r.text.length) return 0n;
  const value = comma(r);
  if (r.at < r.text.length) refuse(r, "syntax error in expression");
  return value;
}

function refuse(r: Reader, what: string, token = r.text.slice(r.at)): never {
  throw new ArithFault(
    `${r.text.trim()}: ${what} (error token is "${token.trimEnd() === "" ? token : token.trimEnd()}")`,
  );
}

/** The operator that stands here, "" if something else does. */
function peek(r: Reader): string {
  while (" \t\n".includes(r.text[r.at] ?? "x")) r.at++;
  return ALL_OPS.find((op) => r.text.startsWith(op, r.at)) ?? "";
}

function take(r: Reader, op: string): boolean {
  if (peek(r) !== op) return false;
  r.at += op.length;
  return true;
}

function comma(r: Reader): bigint {
  let value = assignment(r);
  while (take(r, ",")) value = assignment(r);
  return value;
}

function assignment(r: Reader): bigint {
  const start = r.at;
  const name = takeName(r);
  const op = name === "" ? "" : peek(r);
  if (name !== "" && /^(=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<=|>>=)$/.test(op)) {
    r.at += op.length;
    const right = assignment(r);
    const value = op === "=" ? right : binary(r, op.slice(0, -1), variable(r, name), right);
    if (r.skip === 0) r.vars.set(name, String(value));
    return value;
  }
  r.at = start;
  return ternary(r);
}

function ternary(r: Reader): bigint {
  const test = level(r, 0);
  if (!take(r, "?")) return test;
  const yes = skipping(r, test === 0n, () => assignment(r));
  if (!take(r, ":")) refuse(r, "`:' expected for conditional expression");
  const no = skipping(r, test !== 0n, () => assignment(r));
  return test !== 0n ? yes : no;
}

function skipping(r: Reader, skip: boolean, parse: () => bigint): bigint {
  if (skip) r.skip++;
  const value = parse();
  if (skip) r.skip--;
  return value;
}

function level(r: Reader, at: number): bigint {
  const ops = LEVELS[at];
  if (!ops) return unary(r);
  let left = level(r, at + 1);
  for (let op = peek(r); ops.includes(op); op = peek(r)) {
    r.at += op.length;
    const soFar = left;
    const skip = (op === "&&" && soFar === 0n) || (op === "||" && soFar !== 0n);
    const right = skipping(r, skip, () => level(r, op === "**" ? at : at + 1));
    left = binary(r, op, soFar, right);
  }
  return left;
}

function binary(r: Reader, op: string, a: bigint, b: bigint): bigint {
  if ((op === "/" || op === "%") && b === 0n) {
    if (r.skip > 0) return 0n;
    throw new ArithFault(`${r.text.trim()}: division by 0 (error token is "${lastToken(r)}")`);
  }
  if (op === "**" && b < 0n) refuse(r, "exponent less than 0");
  return BigInt.asIntN(64, compute(op, a, b));
}

function lastToken(r: Reader): string {
  return /[^-+*/%\s]+\s*$/.exec(r.text.slice(0, r.at))?.[0].trim() ?? "0";
}

function compute(op: string, a: bigint, b: bigint): bigint {
  const truth = (v: boolean) => (v ? 1n : 0n);
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return power(a, b);
    case "<<":
      return a << (b & 63n);
    case ">>":
      return a >> (b & 63n);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&&":
      return truth(a !== 0n && b !== 0n);
    case "||":
      return truth(a !== 0n || b !== 0n);
    case "==":
      return truth(a === b);
    case "!=":
      return truth(a !== b);
    case "<":
      return truth(a < b);
    case "<=":
      return truth(a <= b);
    case ">":
      return truth(a > b);
    default:
      return truth(a >= b);
  }
}

function power(a: bigint, b: bigint): bigint {
  let result = 1n;
  let base = a;
  for (let n = b; n > 0n; n >>= 1n) {
    if (n & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

function unary(r: Reader): bigint {
  if (++r.depth > 200) refuse(r, "expression recursion level exceeded");
  const value = unaryInner(r);
  r.depth--;
  return value;
}

function unaryInner(r: Reader): bigint {
  const op = peek(r);
  if (op === "++" || op === "--") {
    r.at += 2;
    const name = takeName(r);
    if (name === "") return unary(r);
    return step(r, name, op === "++" ? 1n : -1n, true);
  }
  if (op === "!" || op === "~" || op === "-" || op === "+") {
    r.at++;
    const value = unary(r);
    return op === "!" ? (value === 0n ? 1n : 0n) : op === "~" ? ~value : op === "-" ? BigInt.asIntN(64, -value) : value;
  }
  if (op === "(") {
    r.at++;
    const value = comma(r);
    if (!take(r, ")")) refuse(r, "missing `)'");
    return value;
  }
  return operand(r);
}

function operand(r: Reader): bigint {
  const name = takeName(r);
  if (name !== "") {
    const op = peek(r);
    if (op !== "++" && op !== "--") return variable(r, name);
    r.at += 2;
    return step(r, name, op === "++" ? 1n : -1n, false);
  }
  const digits = /^[0-9][0-9A-Za-z_#@]*/.exec(r.text.slice(r.at))?.[0];
  if (!digits) {
    const token = r.text.slice(r.at).trim() === "" ? r.text.trim().slice(-1) : r.text.slice(r.at);
    return refuse(r, "syntax error: operand expected", token);
  }
  const value = number(digits);
  if (value === null) refuse(r, "value too great for base", digits);
  r.at += digits.length;
  return value;
}

function number(digits: string): bigint | null {
  const based = /^(\d+)#([0-9a-zA-Z]+)$/.exec(digits);
  if (based) {
    const base = Number(based[1]);
    let value = 0n;
    for (const c of (based[2] as string).toLowerCase()) {
      const digit = Number.parseInt(c, 36);
      if (base < 2 || base > 36 || digit >= base) return null;
      value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
    }
    return value;
  }
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return BigInt.asIntN(64, BigInt(digits));
  if (/^0[0-7]*$/.test(digits)) return BigInt.asIntN(64, BigInt(`0o${digits}`));
  return /^[1-9][0-9]*$/.test(digits) ? BigInt.asIntN(64, BigInt(digits)) : null;
}

function takeName(r: Reader): string {
  peek(r);
  const [whole = "", name = "", subscript] = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?/.exec(r.text.slice(r.at)) ?? [];
  r.at += whole.length;
  return subscript === undefined ? name : r.vars.element(name, subscript);
}

/** The value of a variable, itself an expression. */
function variable(r: Reader, name: string): bigint {
  const text = r.vars.get(name);
  if (text.trim() === "") return 0n;
  if (r.depth > 100) refuse(r, "expression recursion level exceeded", name);
  return evaluate({ text, at: 0, vars: r.vars, depth: r.depth + 10, skip: r.skip });
}

function step(r: Reader, name: string, by: bigint, before: boolean): bigint {
  const old = variable(r, name);
  const value = BigInt.asIntN(64, old + by);
  if (r.skip === 0) r.vars.set(name, String(value));
  return before ? value : old;
}
