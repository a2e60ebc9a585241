/** The tree of a Go template (text/template/parse/parse.go). `define`, `template` and `block` are left out. */
import { lexTemplate, lineAt, TemplateError, type Token, type TokenKind } from "./lexer.ts";
import type { GoValue } from "./value.ts";

export type Node =
  | { type: "text"; text: string }
  | { type: "action"; pipe: Pipe }
  | { type: "if" | "with" | "range"; pipe: Pipe; body: Node[]; otherwise: Node[] }
  | { type: "break" }
  | { type: "continue" };

export interface Pipe {
  /** Variables that it declares (:=) or assigns (=). */
  variables: string[];
  declares: boolean;
  commands: Operand[][];
}

/** Something with a value. `at` and `text` are for error messages; `fields` is a chain such as .A.B behind it. */
export interface Operand {
  at: number;
  text: string;
  fields: string[];
  base:
    | { type: "dot" }
    | { type: "variable"; name: string }
    | { type: "function"; name: string }
    | { type: "constant"; value: GoValue }
    | { type: "pipe"; pipe: Pipe };
}

export interface Template {
  source: string;
  nodes: Node[];
}

interface Parser {
  source: string;
  tokens: Token[];
  position: number;
  functions: ReadonlySet<string>;
  /** Names of variables in scope. */
  scope: string[];
  loops: number;
}

/** @throws TemplateError in Go's words ("template: :1: unexpected …") */
export function parseTemplate(source: string, functions: ReadonlySet<string>): Template {
  const p: Parser = { source, tokens: lexTemplate(source), position: 0, functions, scope: ["$"], loops: 0 };
  const { nodes, end } = parseList(p);
  if (end !== "eof") fail(p, `unexpected {{${end}}}`);
  return { source, nodes };
}

function fail(p: Parser, reason: string): never {
  const at = p.tokens[Math.max(0, p.position - 1)]?.at ?? 0;
  throw new TemplateError(`template: :${lineAt(p.source, at)}: ${reason}`);
}

function next(p: Parser): Token {
  return p.tokens[p.position++] as Token;
}

function peek(p: Parser): Token {
  return p.tokens[p.position] as Token;
}

function skipSpace(p: Parser): void {
  while (peek(p).kind === "space") p.position++;
}

function peekSolid(p: Parser): Token {
  skipSpace(p);
  return peek(p);
}

/** Nodes up to {{end}}, {{else}} or the end of the text. */
function parseList(p: Parser): { nodes: Node[]; end: "end" | "else" | "eof" } {
  const nodes: Node[] = [];
  for (;;) {
    const token = next(p);
    if (token.kind === "eof") return { nodes, end: "eof" };
    if (token.kind === "text") {
      nodes.push({ type: "text", text: token.text });
      continue;
    }
    const word = peekSolid(p);
    if (word.kind === "identifier" && (word.text === "end" || word.text === "else")) {
      next(p);
      if (word.text === "end") expectClose(p, "end");
      return { nodes, end: word.text };
    }
    nodes.push(parseAction(p, word));
  }
}

function parseAction(p: Parser, word: Token): Node {
  if (word.kind === "identifier") {
    if (word.text === "if" || word.text === "with" || word.text === "range") {
      next(p);
      return parseControl(p, word.text);
    }
    if (word.text === "break" || word.text === "continue") {
      next(p);
      if (p.loops === 0) fail(p, `{{${word.text}}} outside {{range}}`);
      expectClose(p, word.text);
      return { type: word.text };
    }
  }
  return { type: "action", pipe: parsePipe(p, "command", "close") };
}

function expectClose(p: Parser, context: string): void {
  const token = peekSolid(p);
  next(p);
  if (token.kind !== "close") fail(p, `unexpected ${quote(token)} in ${context}`);
}

function parseControl(p: Parser, type: "if" | "with" | "range"): Node {
  const depth = p.scope.length;
  const pipe = parsePipe(p, type, "close");
  if (type === "range") p.loops++;
  const list = parseList(p);
  if (type === "range") p.loops--;
  let otherwise: Node[] = [];
  if (list.end === "eof") fail(p, "unexpected EOF");
  if (list.end === "else") otherwise = parseElse(p, type);
  p.scope.length = depth;
  return { type, pipe, body: list.nodes, otherwise };
}

function parseElse(p: Parser, type: "if" | "with" | "range"): Node[] {
  const token = peekSolid(p);
  if (type === "if" && token.kind === "identifier" && token.text === "if") {
    next(p);
    return [parseControl(p, "if")];
  }
  expectClose(p, "else");
  const list = parseList(p);
  if (list.end === "eof") fail(p, "unexpected EOF");
  if (list.end === "else") fail(p, "expected end; found {{else}}");
  return list.nodes;
}

/** A pipeline up to `end` (}} or a right parenthesis), which it takes. */
function parsePipe(p: Parser, context: string, end: TokenKind): Pipe {
  const pipe: Pipe = { variables: [], declares: false, commands: [] };
  parseDeclaration(p, pipe, context);
  for (;;) {
    const token = peekSolid(p);
    if (token.kind === end) {
      next(p);
      if (pipe.commands.length === 0) fail(p, `missing value for ${context}`);
      p.scope.push(...(pipe.declares ? pipe.variables : []));
      return pipe;
    }
    if (token.kind === "pipe" && pipe.commands.length > 0) next(p);
    pipe.commands.push(parseCommand(p, context));
  }
}

/** `$x :=`, `$x =` or, in range, `$i, $x :=`. */
function parseDeclaration(p: Parser, pipe: Pipe, context: string): void {
  const start = p.position;
  const names: string[] = [];
  for (;;) {
    const token = peekSolid(p);
    if (token.kind !== "variable") break;
    next(p);
    names.push(token.text);
    const behind = peekSolid(p);
    if (behind.kind === "comma" && context === "range" && names.length === 1) {
      next(p);
      continue;
    }
    if (behind.kind === "declare" || behind.kind === "assign") {
      next(p);
      pipe.variables = names;
      pipe.declares = behind.kind === "declare";
      return;
    }
    break;
  }
  p.position = start;
}

/** @param context what the pipeline belongs to, for what cannot begin one */
function parseCommand(p: Parser, context: string): Operand[] {
  const operands: Operand[] = [];
  for (;;) {
    const token = peekSolid(p);
    const operand = parseOperand(p);
    if (operand === null) {
      if (operands.length > 0) return operands;
      next(p);
      fail(
        p,
        token.kind === "pipe" || token.kind === "close"
          ? "missing value for command"
          : `unexpected ${quote(token)} in ${context}`,
      );
    }
    operands.push(operand);
    const behind = peek(p);
    if (behind.kind === "space") continue;
    if (behind.kind === "close" || behind.kind === ")" || behind.kind === "pipe") return operands;
    next(p);
    fail(p, `unexpected ${quote(behind)} in operand`);
  }
}

function parseOperand(p: Parser): Operand | null {
  const token = peek(p);
  const operand: Operand = { at: token.at, text: token.text, fields: [], base: { type: "dot" } };
  switch (token.kind) {
    case "dot":
      break;
    case "field":
      operand.fields.push(token.text.slice(1));
      break;
    case "variable":
      if (!p.scope.includes(token.text)) failAt(p, `undefined variable ${JSON.stringify(token.text)}`);
      operand.base = { type: "variable", name: token.text };
      break;
    case "identifier":
      operand.base = wordBase(p, token.text);
      break;
    case "string":
      operand.base = { type: "constant", value: unquote(token.text) };
      break;
    case "char":
      operand.base = { type: "constant", value: unquote(`"${token.text.slice(1, -1)}"`).codePointAt(0) ?? 0 };
      break;
    case "number":
      operand.base = { type: "constant", value: Number(token.text) };
      break;
    case "(": {
      next(p);
      operand.base = { type: "pipe", pipe: parsePipe(p, "parenthesized pipeline", ")") };
      operand.text = p.source.slice(token.at, (p.tokens[p.position - 1] as Token).at + 1);
      return chain(p, operand);
    }
    default:
      return null;
  }
  next(p);
  return chain(p, operand);
}

function wordBase(p: Parser, word: string): Operand["base"] {
  if (word === "true" || word === "false") return { type: "constant", value: word === "true" };
  if (word === "nil") return { type: "constant", value: null };
  if (!p.functions.has(word)) failAt(p, `function ${JSON.stringify(word)} not defined`);
  return { type: "function", name: word };
}

function failAt(p: Parser, reason: string): never {
  p.position++;
  return fail(p, reason);
}

/** Adds the fields that follow without a space. Go places a chain at its second part. */
function chain(p: Parser, operand: Operand): Operand {
  if (peek(p).kind === "field") operand.at = peek(p).at;
  while (peek(p).kind === "field") {
    const { text } = next(p);
    operand.fields.push(text.slice(1));
    operand.text += text;
  }
  return operand;
}

const KEYWORDS = ["if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil"];

/** item.String of text/template/parse/lex.go. */
function quote(token: Token): string {
  if (token.kind === "close") return '"}}"';
  if (token.kind === "eof") return "EOF";
  if (token.kind === "identifier" && KEYWORDS.includes(token.text)) return `<${token.text}>`;
  return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text);
}

/** A Go string literal, interpreted or raw. */
function unquote(literal: string): string {
  if (literal.startsWith("`")) return literal.slice(1, -1);
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
  return literal.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_, e: string) => {
    if (e.length > 1) return String.fromCodePoint(Number.parseInt(e.slice(1), 16));
    return escapes[e] ?? e;
  });
}
