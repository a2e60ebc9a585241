/** awk's grammar. */
import type { AwkFunction, AwkProgram, Rule, Stmt } from "./ast.ts";
import {
  expect,
  isOp,
  parseExpr,
  parseExprNoGreater,
  type Reader,
  refuseToken,
  skipLines,
  take,
} from "./expressions.ts";
import { AwkFault, lexAwk } from "./lexer.ts";

/** The program, or what mawk says of a bad one. */
export function parseAwk(source: string): AwkProgram | string {
  try {
    const r: Reader = { tokens: lexAwk(source), at: 0, depth: 0 };
    const rules: Rule[] = [];
    const functions: Record<string, AwkFunction> = Object.create(null);
    skipTerminators(r);
    while (r.at < r.tokens.length) {
      const token = r.tokens[r.at];
      if (token?.k === "name" && (token.text === "function" || token.text === "func")) parseFunction(r, functions);
      else rules.push(parseRule(r));
      skipTerminators(r);
    }
    return { rules, functions };
  } catch (fault) {
    if (fault instanceof AwkFault) return fault.message;
    throw fault;
  }
}

function skipTerminators(r: Reader): void {
  while (isOp(r, "\n") || isOp(r, ";")) r.at++;
}

function parseFunction(r: Reader, functions: Record<string, AwkFunction>): void {
  r.at++;
  const name = r.tokens[r.at++];
  if (name?.k !== "name") refuseToken(r);
  expect(r, "(");
  const params: string[] = [];
  while (!take(r, ")")) {
    const param = r.tokens[r.at++];
    if (param?.k !== "name") refuseToken(r);
    params.push(param.text);
    take(r, ",");
  }
  skipLines(r);
  functions[name.text] = { params, body: parseBlock(r) };
}

function parseRule(r: Reader): Rule {
  const token = r.tokens[r.at];
  if (token?.k === "name" && (token.text === "BEGIN" || token.text === "END")) {
    r.at++;
    skipLines(r);
    return { pattern: token.text, until: null, body: parseBlock(r) };
  }
  const pattern = isOp(r, "{") ? null : parseExpr(r);
  let until = null;
  if (pattern && take(r, ",")) {
    skipLines(r);
    until = parseExpr(r);
  }
  const print: Stmt = { s: "print", args: [], printf: false, to: null };
  return { pattern, until, body: isOp(r, "{") ? parseBlock(r) : print };
}

function parseBlock(r: Reader): Stmt {
  expect(r, "{");
  if (++r.depth > 100) throw new AwkFault("line 1: program too deep");
  const body: Stmt[] = [];
  skipTerminators(r);
  while (!take(r, "}")) {
    if (r.at >= r.tokens.length) refuseToken(r);
    body.push(parseStmt(r));
    skipTerminators(r);
  }
  r.depth--;
  return { s: "block", body };
}

/** A statement, with what ends it. */
function parseStmt(r: Reader): Stmt {
  if (isOp(r, "{")) return parseBlock(r);
  if (take(r, ";")) return { s: "block", body: [] };
  const token = r.tokens[r.at];
  const word = token?.k === "name" ? token.text : "";
  switch (word) {
    case "if":
      return parseIf(r);
    case "while":
      return parseWhile(r);
    case "do":
      return parseDo(r);
    case "for":
      return parseFor(r);
    default: {
      const stmt = parseSimple(r);
      if (!isOp(r, "}") && r.at < r.tokens.length && !take(r, ";") && !take(r, "\n")) refuseToken(r);
      return stmt;
    }
  }
}

function parseParenthesized(r: Reader): Stmt & { s: "expr" } {
  r.at++;
  expect(r, "(");
  const expr = parseExpr(r);
  expect(r, ")");
  skipLines(r);
  return { s: "expr", expr };
}

function nestedStmt(r: Reader): Stmt {
  if (++r.depth > 100) throw new AwkFault("line 1: program too deep");
  skipLines(r);
  const stmt = parseStmt(r);
  r.depth--;
  return stmt;
}

function parseIf(r: Reader): Stmt {
  const { expr: test } = parseParenthesized(r);
  const yes = nestedStmt(r);
  const before = r.at;
  skipTerminators(r);
  const token = r.tokens[r.at];
  if (token?.k === "name" && token.text === "else") {
    r.at++;
    return { s: "if", test, yes, no: nestedStmt(r) };
  }
  r.at = before;
  return { s: "if", test, yes, no: null };
}

function parseWhile(r: Reader): Stmt {
  const { expr: test } = parseParenthesized(r);
  return { s: "while", test, body: nestedStmt(r), first: false };
}

function parseDo(r: Reader): Stmt {
  r.at++;
  const body = nestedStmt(r);
  skipTerminators(r);
  const token = r.tokens[r.at];
  if (token?.k !== "name" || token.text !== "while") refuseToken(r);
  const { expr: test } = parseParenthesized(r);
  return { s: "while", test, body, first: true };
}

function parseFor(r: Reader): Stmt {
  r.at++;
  expect(r, "(");
  const [name, word, array, close] = r.tokens.slice(r.at, r.at + 4);
  if (
    name?.k === "name" &&
    word?.k === "name" &&
    word.text === "in" &&
    array?.k === "name" &&
    close?.k === "op" &&
    close.text === ")"
  ) {
    r.at += 4;
    return { s: "for-in", name: name.text, array: array.text, body: nestedStmt(r) };
  }
  const init = isOp(r, ";") ? null : parseSimple(r);
  expect(r, ";");
  skipLines(r);
  const test = isOp(r, ";") ? null : parseExpr(r);
  expect(r, ";");
  skipLines(r);
  const step = isOp(r, ")") ? null : parseSimple(r);
  expect(r, ")");
  return { s: "for", init, test, step, body: nestedStmt(r) };
}

function parseSimple(r: Reader): Stmt {
  const token = r.tokens[r.at];
  const word = token?.k === "name" ? token.text : "";
  switch (word) {
    case "print":
    case "printf":
      return parsePrint(r, word === "printf");
    case "next":
    case "break":
    case "continue":
      r.at++;
      return { s: word };
    case "exit":
    case "return":
      r.at++;
      return { s: word, value: endsStatement(r) ? null : parseExpr(r) };
    case "delete":
      return parseDelete(r);
    default:
      return { s: "expr", expr: parseExpr(r) };
  }
}

function endsStatement(r: Reader): boolean {
  return r.at >= r.tokens.length || isOp(r, ";") || isOp(r, "}") || isOp(r, "\n") || isOp(r, ")");
}

function parsePrint(r: Reader, printf: boolean): Stmt {
  r.at++;
  const args = endsStatement(r) || isOp(r, ">") || isOp(r, ">>") ? [] : parseList(r);
  let to: { append: boolean; path: ReturnType<typeof parseExpr> } | null = null;
  if (isOp(r, ">") || isOp(r, ">>")) {
    const append = isOp(r, ">>");
    r.at++;
    to = { append, path: parseExprNoGreater(r) };
  }
  return { s: "print", args, printf, to };
}

/** The arguments of print: a list, in parentheses or not. */
function parseList(r: Reader): ReturnType<typeof parseExpr>[] {
  const first = parseExprNoGreater(r);
  const args = first.e === "call" && first.name === "(list)" ? first.args : [first];
  while (take(r, ",")) {
    skipLines(r);
    args.push(parseExprNoGreater(r));
  }
  return args;
}

function parseDelete(r: Reader): Stmt {
  r.at++;
  const name = r.tokens[r.at++];
  if (name?.k !== "name") refuseToken(r);
  const keys: ReturnType<typeof parseExpr>[] = [];
  if (take(r, "[")) {
    do keys.push(parseExpr(r));
    while (take(r, ","));
    expect(r, "]");
  }
  return { s: "delete", name: name.text, keys };
}
