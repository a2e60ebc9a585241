/** Compound commands: ( ) { } if while until for case functions [[ ]] (( )). bash(1), Compound Commands. */
import type { Command, Word } from "./ast.ts";
import {
  atEnd,
  bareWordHere,
  createScanner,
  operatorHere,
  refuseToken,
  type Scanner,
  skipBlanks,
  unexpected,
  unexpectedEnd,
} from "./scanner.ts";
import { arithEnd, literalText, notAName, parseHereText, parseRegexWord, parseWord } from "./words.ts";

/** The parser's own functions that bodies need. */
export interface Grammar {
  parseList(s: Scanner): Command;
  parseBody(s: Scanner): Command;
  skipNewlines(s: Scanner): void;
  parseCommand(s: Scanner): Command;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The compound command that begins here, without its redirections; null if none does. */
export function parseCompound(s: Scanner, g: Grammar): Command | null {
  if (operatorHere(s) === "(") return parseParen(s, g);
  const word = bareWordHere(s);
  switch (word) {
    case "{":
      return parseGroup(s, g);
    case "if":
      return parseIf(s, g);
    case "while":
    case "until":
      return parseWhile(s, g, word);
    case "for":
      return parseFor(s, g);
    case "case":
      return parseCase(s, g);
    case "[[":
      return s.dash ? null : parseTest(s);
    case "function":
      return parseFunctionWord(s, g);
    default:
      return parseFunction(s, g, word);
  }
}

/** Steps over a reserved word that must stand here. */
function expectWord(s: Scanner, word: string): void {
  if (atEnd(s)) unexpectedEnd(s);
  if (bareWordHere(s) !== word) unexpected(s);
  s.at += word.length;
}

function parseParen(s: Scanner, g: Grammar): Command {
  if (s.text.startsWith("((", s.at)) {
    const end = arithEnd(s, s.at + 2);
    if (end !== null) {
      const expr = arithWord(s, s.at + 2, end);
      s.at = end + 2;
      return { t: "arith", expr, redirects: [] };
    }
  }
  s.at++;
  const body = g.parseBody(s);
  if (atEnd(s)) unexpectedEnd(s);
  if (operatorHere(s) !== ")") unexpected(s);
  s.at++;
  return { t: "subshell", body, redirects: [] };
}

function arithWord(s: Scanner, start: number, end: number): Word {
  return { parts: parseHereText(createScanner(s.text.slice(start, end), s.parseUntil)), start, end };
}

function parseGroup(s: Scanner, g: Grammar): Command {
  s.at++;
  const body = g.parseBody(s);
  expectWord(s, "}");
  return { t: "group", body, redirects: [] };
}

function parseIf(s: Scanner, g: Grammar): Command {
  const clauses: { test: Command; body: Command }[] = [];
  let otherwise: Command | null = null;
  for (let word = "if"; word !== "fi"; word = bareWordHere(s)) {
    s.at += word.length;
    if (word === "else") {
      otherwise = g.parseBody(s);
      expectWord(s, "fi");
      return { t: "if", clauses, otherwise, redirects: [] };
    }
    const test = g.parseBody(s);
    expectWord(s, "then");
    clauses.push({ test, body: g.parseBody(s) });
    if (atEnd(s)) unexpectedEnd(s);
    if (!["elif", "else", "fi"].includes(bareWordHere(s))) unexpected(s);
  }
  s.at += 2;
  return { t: "if", clauses, otherwise, redirects: [] };
}

function parseWhile(s: Scanner, g: Grammar, word: "while" | "until"): Command {
  s.at += word.length;
  const test = g.parseBody(s);
  return { t: "while", until: word === "until", test, body: parseDo(s, g), redirects: [] };
}

function parseDo(s: Scanner, g: Grammar): Command {
  expectWord(s, "do");
  const body = g.parseBody(s);
  expectWord(s, "done");
  return body;
}

function parseFor(s: Scanner, g: Grammar): Command {
  s.at += 3;
  skipBlanks(s);
  if (s.text.startsWith("((", s.at)) return parseCFor(s, g);
  if (s.at >= s.text.length) refuseToken(s, "newline");
  if (operatorHere(s) !== "") unexpected(s);
  const variable = parseWord(s);
  const name = s.text.slice(variable.start, variable.end);
  if (!NAME.test(name)) notAName(s, variable);
  g.skipNewlines(s);
  let words: Word[] | null = null;
  if (bareWordHere(s) === "in") {
    s.at += 2;
    words = [];
    while (!atEnd(s) && operatorHere(s) === "") words.push(parseWord(s));
  }
  if (operatorHere(s) === ";") s.at++;
  g.skipNewlines(s);
  return { t: "for", name, words, body: parseDo(s, g), redirects: [] };
}

function parseCFor(s: Scanner, g: Grammar): Command {
  const from = s.at + 2;
  const end = arithEnd(s, from);
  if (end === null) return unexpectedEnd(s);
  const [a, b, c, more] = s.text.slice(from, end).split(";");
  if (a === undefined || b === undefined || c === undefined || more !== undefined) return refuseToken(s, "((");
  s.at = end + 2;
  if (operatorHere(s) === ";") s.at++;
  g.skipNewlines(s);
  const b0 = from + a.length + 1;
  const c0 = b0 + b.length + 1;
  const [init, test] = [arithWord(s, from, b0 - 1), arithWord(s, b0, c0 - 1)];
  return { t: "c-for", init, test, step: arithWord(s, c0, end), body: parseDo(s, g), redirects: [] };
}

function parseCase(s: Scanner, g: Grammar): Command {
  s.at += 4;
  skipBlanks(s);
  const word = parseWord(s);
  g.skipNewlines(s);
  expectWord(s, "in");
  const clauses: { patterns: Word[]; body: Command; ending: ";;" | ";&" | ";;&" }[] = [];
  for (;;) {
    g.skipNewlines(s);
    if (atEnd(s)) unexpectedEnd(s);
    if (bareWordHere(s) === "esac") break;
    if (operatorHere(s) === "(") s.at++;
    const patterns = parsePatterns(s);
    const body = g.parseList(s);
    if (atEnd(s)) unexpectedEnd(s);
    const ending = operatorHere(s);
    if (ending === ";;" || ending === ";&" || ending === ";;&") s.at += ending.length;
    else if (bareWordHere(s) !== "esac") unexpected(s);
    clauses.push({ patterns, body, ending: ending === ";&" || ending === ";;&" ? ending : ";;" });
  }
  s.at += 4;
  return { t: "case", word, clauses, redirects: [] };
}

function parsePatterns(s: Scanner): Word[] {
  const patterns: Word[] = [];
  for (;;) {
    if (atEnd(s)) unexpectedEnd(s);
    if (operatorHere(s) !== "") unexpected(s);
    patterns.push(parseWord(s));
    const op = operatorHere(s);
    if (atEnd(s)) unexpectedEnd(s);
    if (op !== "|" && op !== ")") unexpected(s);
    s.at++;
    if (op === ")") return patterns;
  }
}

/** [[ … ]]: its words and operators as words, for the evaluator of `test`. */
function parseTest(s: Scanner): Command {
  s.at += 2;
  const words: Word[] = [];
  for (;;) {
    if (atEnd(s)) unexpectedEnd(s);
    if (bareWordHere(s) === "]]") break;
    const op = operatorHere(s);
    if (op === "\n") s.at++;
    else if (["&&", "||", "(", ")", "<", ">"].includes(op)) {
      words.push({ parts: [{ t: "text", text: op, quoted: false }], start: s.at, end: s.at + op.length });
      s.at += op.length;
    } else if (op !== "") unexpected(s);
    else {
      const word = parseWord(s);
      words.push(word);
      if (literalText(word) !== "=~" || atEnd(s)) continue;
      words.push(parseRegexWord(s));
    }
  }
  s.at += 2;
  return { t: "test", words, redirects: [] };
}

function parseFunctionWord(s: Scanner, g: Grammar): Command {
  s.at += 8;
  const name = bareWordHere(s);
  s.at += name.length;
  if (operatorHere(s) === "(") return parseFunctionBody(s, g, name);
  g.skipNewlines(s);
  return { t: "function", name, body: g.parseCommand(s) };
}

function parseFunction(s: Scanner, g: Grammar, word: string): Command | null {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(word)) return null;
  const after = { ...s, at: s.at + word.length };
  if (operatorHere(after) !== "(" || after.text[after.at] !== "(") return null;
  s.at = after.at;
  return parseFunctionBody(s, g, word);
}

function parseFunctionBody(s: Scanner, g: Grammar, name: string): Command {
  s.at++;
  if (operatorHere(s) !== ")") unexpected(s);
  s.at++;
  g.skipNewlines(s);
  if (atEnd(s)) unexpectedEnd(s);
  return { t: "function", name, body: g.parseCommand(s) };
}
