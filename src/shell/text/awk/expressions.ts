/** awk's expressions, by precedence climbing. */
import type { Expr } from "./ast.ts";
import { AwkFault, type Token } from "./lexer.ts";

export interface Reader {
  tokens: Token[];
  at: number;
  depth: number;
}

const KEYWORDS = [
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "print",
  "printf",
  "next",
  "exit",
  "return",
  "delete",
  "break",
  "continue",
  "BEGIN",
  "END",
];
/** Functions that may stand without parentheses, and all others. */
const BUILTINS =
  "length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper close system fflush strftime systime".split(
    " ",
  );

export function isOp(r: Reader, text: string): boolean {
  const token = r.tokens[r.at];
  return token?.k === "op" && token.text === text;
}

export function take(r: Reader, text: string): boolean {
  if (!isOp(r, text)) return false;
  r.at++;
  return true;
}

export function expect(r: Reader, text: string): void {
  if (!take(r, text)) refuseToken(r);
}

export function skipLines(r: Reader): void {
  while (isOp(r, "\n")) r.at++;
}

export function refuseToken(r: Reader): never {
  const token = r.tokens[r.at];
  const line = token?.line ?? r.tokens.at(-1)?.line ?? 1;
  if (!token) throw new AwkFault(`line ${line}: syntax error at or near end of file`);
  const text =
    token.k === "number" ? String(token.value) : token.k === "op" && token.text === "\n" ? "end of line" : token.text;
  throw new AwkFault(`line ${line}: syntax error at or near ${text}`);
}

export function parseExpr(r: Reader): Expr {
  return ternary(r, true);
}

/** In print's arguments `>` is a redirection. */
export function parseExprNoGreater(r: Reader): Expr {
  return ternary(r, false);
}

function ternary(r: Reader, greater: boolean): Expr {
  if (++r.depth > 150) throw new AwkFault("line 1: expression too deep");
  const left = or(r, greater);
  let result = left;
  if (take(r, "?")) {
    skipLines(r);
    const yes = ternary(r, greater);
    skipLines(r);
    expect(r, ":");
    skipLines(r);
    result = { e: "cond", test: left, yes, no: ternary(r, greater) };
  } else {
    const token = r.tokens[r.at];
    const op = token?.k === "op" && /^([-+*/%^]?=)$/.test(token.text) ? token.text : null;
    if (op !== null && isTarget(left)) {
      r.at++;
      skipLines(r);
      result = { e: "assign", op: op.slice(0, -1), target: left, value: ternary(r, greater) };
    }
  }
  r.depth--;
  return result;
}

function isTarget(x: Expr): boolean {
  return x.e === "var" || x.e === "field" || x.e === "index";
}

function or(r: Reader, greater: boolean): Expr {
  let left = and(r, greater);
  while (take(r, "||")) {
    skipLines(r);
    left = { e: "binary", op: "||", left, right: and(r, greater) };
  }
  return left;
}

function and(r: Reader, greater: boolean): Expr {
  let left = inArray(r, greater);
  while (take(r, "&&")) {
    skipLines(r);
    left = { e: "binary", op: "&&", left, right: inArray(r, greater) };
  }
  return left;
}

function inArray(r: Reader, greater: boolean): Expr {
  let left = match(r, greater);
  for (let t = r.tokens[r.at]; t?.k === "name" && t.text === "in"; t = r.tokens[r.at]) {
    r.at++;
    const name = r.tokens[r.at++];
    if (name?.k !== "name") refuseToken(r);
    left = { e: "in", keys: left.e === "call" && left.name === "(list)" ? left.args : [left], name: name.text };
  }
  return left;
}

function match(r: Reader, greater: boolean): Expr {
  let left = comparison(r, greater);
  while (isOp(r, "~") || isOp(r, "!~")) {
    const negate = isOp(r, "!~");
    r.at++;
    left = { e: "match", negate, left, right: comparison(r, greater) };
  }
  return left;
}

function comparison(r: Reader, greater: boolean): Expr {
  const left = concatenation(r);
  const token = r.tokens[r.at];
  const ops = greater ? ["<", "<=", "==", "!=", ">", ">="] : ["<", "<=", "==", "!=", ">="];
  if (token?.k !== "op" || !ops.includes(token.text)) return left;
  r.at++;
  return { e: "binary", op: token.text, left, right: concatenation(r) };
}

function concatenation(r: Reader): Expr {
  let left = additive(r);
  while (beginsOperand(r)) left = { e: "binary", op: " ", left, right: additive(r) };
  return left;
}

function beginsOperand(r: Reader): boolean {
  const token = r.tokens[r.at];
  if (!token) return false;
  if (token.k === "op") return ["$", "!", "(", "-", "+", "++", "--"].includes(token.text);
  return token.k !== "name" || (!KEYWORDS.includes(token.text) && token.text !== "in");
}

function additive(r: Reader): Expr {
  let left = multiplicative(r);
  while (isOp(r, "+") || isOp(r, "-")) {
    const op = isOp(r, "+") ? "+" : "-";
    r.at++;
    left = { e: "binary", op, left, right: multiplicative(r) };
  }
  return left;
}

function multiplicative(r: Reader): Expr {
  let left = unary(r);
  while (isOp(r, "*") || isOp(r, "/") || isOp(r, "%")) {
    const op = (r.tokens[r.at++] as { text: string }).text;
    left = { e: "binary", op, left, right: unary(r) };
  }
  return left;
}

function unary(r: Reader): Expr {
  for (const op of ["!", "-", "+"]) {
    if (!take(r, op)) continue;
    if (++r.depth > 150) throw new AwkFault("line 1: expression too deep");
    const of = unary(r);
    r.depth--;
    return { e: "unary", op, of };
  }
  return power(r);
}

function power(r: Reader): Expr {
  const left = postfix(r);
  if (!take(r, "^")) return left;
  return { e: "binary", op: "^", left, right: unary(r) };
}

function postfix(r: Reader): Expr {
  const before = isOp(r, "++") ? 1 : isOp(r, "--") ? -1 : 0;
  if (before !== 0) {
    r.at++;
    const target = primary(r);
    if (!isTarget(target)) refuseToken(r);
    return { e: "step", by: before, prefix: true, target };
  }
  const target = primary(r);
  const after = isOp(r, "++") ? 1 : isOp(r, "--") ? -1 : 0;
  if (after === 0 || !isTarget(target)) return target;
  r.at++;
  return { e: "step", by: after, prefix: false, target };
}

function primary(r: Reader): Expr {
  const token = r.tokens[r.at++];
  if (!token) {
    r.at--;
    return refuseToken(r);
  }
  switch (token.k) {
    case "number":
      return { e: "number", value: token.value };
    case "string":
      return { e: "string", value: token.text };
    case "regex":
      return { e: "regex", source: token.text };
    case "name":
      return named(r, token);
    case "op":
      if (token.text === "$") return { e: "field", index: isOp(r, "-") ? unary(r) : postfix(r) };
      if (token.text === "(") return parenthesized(r);
      r.at--;
      return refuseToken(r);
  }
}

function parenthesized(r: Reader): Expr {
  const first = parseExpr(r);
  const args = [first];
  while (take(r, ",")) {
    skipLines(r);
    args.push(parseExpr(r));
  }
  expect(r, ")");
  // A list: of print, or of `in`.
  return args.length === 1 ? first : { e: "call", name: "(list)", args };
}

/** Left out: getline from a file or a command. */
function parseGetline(r: Reader): Expr {
  const token = r.tokens[r.at];
  const target = token?.k === "name" || isOp(r, "$") ? primary(r) : null;
  if (isOp(r, "<")) throw new AwkFault("docker0 Playground's awk reads no file by getline");
  return { e: "getline", target };
}

function named(r: Reader, token: { text: string; call: boolean }): Expr {
  const name = token.text;
  if (KEYWORDS.includes(name)) {
    r.at--;
    return refuseToken(r);
  }
  if (name === "getline") return parseGetline(r);
  if (BUILTINS.includes(name) && !isOp(r, "(")) return { e: "call", name, args: [] };
  if (isOp(r, "(") && (token.call || BUILTINS.includes(name))) {
    r.at++;
    const args: Expr[] = [];
    skipLines(r);
    while (!take(r, ")")) {
      args.push(parseExpr(r));
      skipLines(r);
      if (!isOp(r, ")")) expect(r, ",");
      skipLines(r);
    }
    return { e: "call", name, args };
  }
  if (!take(r, "[")) return { e: "var", name };
  const keys = [parseExpr(r)];
  while (take(r, ",")) keys.push(parseExpr(r));
  expect(r, "]");
  return { e: "index", name, keys };
}
