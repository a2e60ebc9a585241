/** The characters of a command line and where the parser stands in them; tokens of operators. */
import type { Command, SyntaxFault, Word } from "./ast.ts";

export interface Scanner {
  text: string;
  at: number;
  /** A here-document whose end has not come. */
  openHeredoc: boolean;
  /** Here-documents whose text begins after the next newline. */
  heredocs: { word: Word; delimiter: string; literal: boolean; stripTabs: boolean }[];
  depth: number;
  /** Aliases by name, and those whose text stands here: up to `tail` characters before the end of the text. */
  aliases: ReadonlyMap<string, string>;
  expanding: { name: string; tail: number }[];
  /** sh: without [[ ]] and arrays. */
  dash: boolean;
  /** Parses commands up to `closer` and steps over it: the parser's own, here because words hold commands. */
  parseUntil: (s: Scanner, closer: string) => Command;
}

/** Thrown inside the parser only; `parseLine` catches it. */
export class ParseFault extends Error {
  readonly fault: SyntaxFault;
  constructor(fault: SyntaxFault) {
    super(fault.messages[0]);
    this.fault = fault;
  }
}

const MAX_DEPTH = 150;
const OPERATORS = "&>> <<< <<- ;;& && || ;; ;& >> >| >& <& <> << &> & | ; < > ( )".split(" ");

const NO_ALIASES: ReadonlyMap<string, string> = new Map();

export function createScanner(
  text: string,
  parseUntil: Scanner["parseUntil"],
  aliases: ReadonlyMap<string, string> = NO_ALIASES,
): Scanner {
  return { text, at: 0, openHeredoc: false, heredocs: [], depth: 0, aliases, expanding: [], dash: false, parseUntil };
}

export function lineAt(s: Scanner, at: number): number {
  let line = 1;
  for (let i = 0; i < at && i < s.text.length; i++) if (s.text[i] === "\n") line++;
  return line;
}

/** Skips blanks, continued lines and a comment. */
export function skipBlanks(s: Scanner): void {
  for (;;) {
    const c = s.text[s.at];
    if (c === " " || c === "\t" || c === "\r") s.at++;
    else if (c === "\\" && s.text[s.at + 1] === "\n") s.at += 2;
    else if (c === "#") while (s.at < s.text.length && s.text[s.at] !== "\n") s.at++;
    else return;
  }
}

/** The operator that stands here, longest first; "\n" for a newline, "" for none. Doesn't move. */
export function operatorHere(s: Scanner): string {
  skipBlanks(s);
  if (s.text[s.at] === "\n") return "\n";
  return OPERATORS.find((op) => s.text.startsWith(op, s.at)) ?? "";
}

export function atEnd(s: Scanner): boolean {
  skipBlanks(s);
  return s.at >= s.text.length;
}

export function isMeta(c: string | undefined): boolean {
  return c === undefined || " \t\n;&|<>()".includes(c);
}

/** Whether a process substitution begins here: `<(` or `>(`. */
export function isProcess(s: Scanner): boolean {
  return s.text[s.at + 1] === "(" && (s.text[s.at] === "<" || s.text[s.at] === ">");
}

/** The bare word that stands here, without moving: for reserved words. "" if it is quoted or none. */
export function bareWordHere(s: Scanner): string {
  skipBlanks(s);
  let end = s.at;
  while (!isMeta(s.text[end]) && !"\"'\\$`".includes(s.text[end] as string)) end++;
  return isMeta(s.text[end]) ? s.text.slice(s.at, end) : "";
}

/** Puts an alias's text in the place of the bare word that stands here, except in its own text (bash(1), ALIASES). */
export function expandAlias(s: Scanner): void {
  while (s.aliases.size > 0) {
    const name = bareWordHere(s);
    const value = s.aliases.get(name);
    s.expanding = s.expanding.filter(({ tail }) => s.text.length - s.at > tail);
    if (value === undefined || s.expanding.some((e) => e.name === name)) return;
    const after = s.text.slice(s.at + name.length);
    s.expanding.push({ name, tail: after.length });
    s.text = s.text.slice(0, s.at) + value + after;
  }
}

/** Refuses the token that stands here, in bash's words. */
export function unexpected(s: Scanner): never {
  if (atEnd(s)) return unexpectedEnd(s);
  const op = operatorHere(s);
  let end = s.at;
  while (!isMeta(s.text[end])) end++;
  const token = op === "\n" ? "newline" : op !== "" ? op : s.text.slice(s.at, end);
  return refuseToken(s, token);
}

export function refuseToken(s: Scanner, token: string): never {
  const line = lineAt(s, s.at);
  const source = s.text.split("\n")[line - 1] ?? "";
  throw new ParseFault({
    messages: [`line ${line}: syntax error near unexpected token \`${token}'`, `line ${line}: \`${source}'`],
    incomplete: false,
  });
}

export function unexpectedEnd(s: Scanner): never {
  const lines = s.text.endsWith("\n") ? lineAt(s, s.text.length) : lineAt(s, s.text.length) + 1;
  throw new ParseFault({ messages: [`line ${lines}: syntax error: unexpected end of file`], incomplete: true });
}

export function unmatched(s: Scanner, start: number, wanted: string): never {
  throw new ParseFault({
    messages: [`line ${lineAt(s, start)}: unexpected EOF while looking for matching \`${wanted}'`],
    incomplete: true,
  });
}

/** Runs `parse` one level deeper; refuses what is nested too deep. */
export function nested<T>(s: Scanner, parse: () => T): T {
  if (++s.depth > MAX_DEPTH) {
    throw new ParseFault({ messages: [`line ${lineAt(s, s.at)}: maximum nesting level exceeded`], incomplete: false });
  }
  const result = parse();
  s.depth--;
  return result;
}
