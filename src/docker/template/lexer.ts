/** Tokens of a Go template (text/template/parse/lex.go). */

export type TokenKind =
  | "text"
  | "open"
  | "close"
  | "field"
  | "variable"
  | "identifier"
  | "string"
  | "number"
  | "char"
  | "dot"
  | "space"
  | "pipe"
  | "declare"
  | "assign"
  | "comma"
  | "("
  | ")"
  | "eof";

export interface Token {
  kind: TokenKind;
  text: string;
  /** Offset in the template. */
  at: number;
}

/** What is wrong with a template, in Go's words. Thrown inside this folder only; `parseTemplate` and `execute` return it. */
export class TemplateError extends Error {}

/** Word patterns inside {{ }}, first match wins. */
const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ["space", /[ \t\r\n]+/y],
  ["declare", /:=/y],
  ["assign", /=/y],
  ["pipe", /\|/y],
  ["comma", /,/y],
  ["(", /\(/y],
  [")", /\)/y],
  ["string", /"(?:\\.|[^"\\\n])*"/y],
  ["string", /`[^`]*`/y],
  ["char", /'(?:\\.|[^'\\\n])'/y],
  ["number", /[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y],
  ["field", /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ["dot", /\./y],
  ["variable", /\$[\p{L}\p{N}_]*/uy],
  ["identifier", /[\p{L}_][\p{L}\p{N}_]*/uy],
];

/** @throws TemplateError with the reason and where it stands */
export function lexTemplate(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf("{{", at);
    const end = open < 0 ? source.length : open;
    const trimThis = open >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4));
    let text = source.slice(at, end);
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, "");
    if (trimThis) text = text.replace(/[ \t\r\n]+$/, "");
    if (text !== "") tokens.push({ kind: "text", text, at });
    if (open < 0) break;
    ({ at, trimNext } = lexAction(source, open, open + (trimThis ? 3 : 2), tokens));
  }
  tokens.push({ kind: "eof", text: "EOF", at: source.length });
  return tokens;
}

/** An action from behind its {{; answers where the text goes on. */
function lexAction(source: string, open: number, from: number, tokens: Token[]): { at: number; trimNext: boolean } {
  const comment = /[ \t\r\n]*\/\*[\s\S]*?\*\/([ \t\r\n]+-)?\}\}/y;
  comment.lastIndex = from;
  const whole = comment.exec(source);
  if (whole) return { at: comment.lastIndex, trimNext: whole[1] !== undefined };
  tokens.push({ kind: "open", text: "{{", at: open });
  let at = from;
  let depth = 0;
  for (;;) {
    const close = /(?:[ \t\r\n]+-)?\}\}/y;
    close.lastIndex = at;
    const closing = close.exec(source);
    if (closing) {
      if (depth > 0) throw new TemplateError(`template: :${lineAt(source, at)}: unclosed left paren`);
      tokens.push({ kind: "close", text: "}}", at });
      return { at: close.lastIndex, trimNext: closing[0].length > 2 };
    }
    const token = nextToken(source, at);
    if (token.kind === "(") depth++;
    if (token.kind === ")" && --depth < 0) {
      throw new TemplateError(`template: :${lineAt(source, at)}: unexpected right paren U+0029 ')'`);
    }
    tokens.push(token);
    at += token.text.length;
  }
}

function nextToken(source: string, at: number): Token {
  const where = `template: :${lineAt(source, at)}:`;
  if (at >= source.length) throw new TemplateError(`${where} unclosed action`);
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(source);
    if (!match) continue;
    const behind = at + match[0].length;
    if (WORDS.has(kind) && !atTerminator(source, behind)) {
      throw new TemplateError(`${where} bad character ${codePoint(source, behind)}`);
    }
    return { kind, text: match[0], at };
  }
  const char = source[at] as string;
  if (char === '"') throw new TemplateError(`${where} unterminated quoted string`);
  if (char === "`") throw new TemplateError(`${where} unterminated raw quoted string`);
  throw new TemplateError(
    `${where} unexpected ${char === "}" ? `"}" in command` : `unrecognized character in action: ${codePoint(source, at)}`.replace("unexpected ", "")}`,
  );
}

/** Go's %#U. */
function codePoint(source: string, at: number): string {
  const code = source.codePointAt(at) as number;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")} '${String.fromCodePoint(code)}'`;
}

const WORDS: ReadonlySet<TokenKind> = new Set(["field", "variable", "identifier"]);

/** Whether a word may end here: before space, punctuation or the end of the action. */
function atTerminator(source: string, at: number): boolean {
  return at >= source.length || /[ \t\r\n.,|:()]/.test(source[at] as string) || source.startsWith("}}", at);
}

/** Line number of an offset, from 1. */
export function lineAt(source: string, at: number): number {
  return source.slice(0, at).split("\n").length;
}
