/** From a line to commands: the grammar of bash(1), as far as people type it at a prompt. Refusals in bash's words. */
import type { Assign, Command, Redirect, RedirectOp, SyntaxFault, Word } from "./ast.ts";
import { parseCompound } from "./compound.ts";
import {
  atEnd,
  bareWordHere,
  createScanner,
  expandAlias,
  isMeta,
  isProcess,
  lineAt,
  nested,
  operatorHere,
  ParseFault,
  refuseToken,
  type Scanner,
  skipBlanks,
  unexpected,
  unexpectedEnd,
  unmatched,
} from "./scanner.ts";
import { isQuoted, literalText, parseHereText, parseUntilChar, parseWord } from "./words.ts";

/** Words that end a list of commands; what opened it takes them. */
const CLOSERS = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];

/** Parses all of `text`, as sh does if `dash`. `open`: the end of a here-document is missing. */
export function parseScript(
  text: string,
  aliases?: ReadonlyMap<string, string>,
  dash = false,
): { command: Command; fault: null; open: boolean } | { command: null; fault: SyntaxFault; open: false } {
  const s = createScanner(text, parseUntil, aliases);
  s.dash = dash;
  try {
    return { command: parseUntil(s, ""), fault: null, open: s.openHeredoc };
  } catch (fault) {
    if (fault instanceof ParseFault) return { command: null, fault: fault.fault, open: false };
    throw fault;
  }
}

/** Commands up to `closer` (")" or "" for the end of the text), which is stepped over. */
function parseUntil(s: Scanner, closer: string): Command {
  const list = parseList(s);
  if (closer === "") {
    if (!atEnd(s)) unexpected(s);
  } else {
    if (atEnd(s)) return unclosed(s, closer);
    if (operatorHere(s) !== closer) unexpected(s);
    s.at += closer.length;
  }
  return list;
}

function unclosed(s: Scanner, closer: string): never {
  const lines = s.text.split("\n").length + 1;
  throw new ParseFault({
    messages: [`line ${lines}: unexpected EOF while looking for matching \`${closer}'`],
    incomplete: true,
  });
}

/** Commands with ; & and newlines between them, up to something that cannot begin one. May be empty. */
export function parseList(s: Scanner): Command {
  const items: { command: Command; background: boolean; text: string }[] = [];
  for (;;) {
    skipNewlines(s);
    if (!beginsCommand(s)) break;
    const start = s.at;
    const command = parseAndOr(s);
    const op = operatorHere(s);
    items.push({ command, background: op === "&", text: op === "&" ? s.text.slice(start, s.at).trim() : "" });
    if (op === ";" || op === "&") s.at += 1;
    else if (op !== "\n") break;
  }
  return { t: "list", items };
}

/** A list that must hold a command. */
export function parseBody(s: Scanner): Command {
  const list = nested(s, () => parseList(s));
  if (list.t === "list" && list.items.length === 0) unexpected(s);
  return list;
}

export function skipNewlines(s: Scanner): void {
  while (operatorHere(s) === "\n") {
    s.at++;
    readHeredocs(s);
  }
}

function beginsCommand(s: Scanner): boolean {
  if (atEnd(s)) return false;
  const op = operatorHere(s);
  if (op !== "") return op === "(" || /^&?[<>]/.test(op);
  return !CLOSERS.includes(bareWordHere(s));
}

function parseAndOr(s: Scanner): Command {
  const first = parsePipeline(s);
  const rest: { op: "&&" | "||"; command: Command }[] = [];
  for (let op = operatorHere(s); op === "&&" || op === "||"; op = operatorHere(s)) {
    s.at += 2;
    skipNewlines(s);
    rest.push({ op, command: parsePipeline(s) });
  }
  return rest.length === 0 ? first : { t: "and-or", first, rest };
}

function parsePipeline(s: Scanner): Command {
  let negate = false;
  let timed = false;
  let posix = false;
  for (let word = bareWordHere(s); word === "!" || word === "time"; word = bareWordHere(s)) {
    s.at += word.length;
    if (word === "!") negate = !negate;
    else {
      timed = true;
      const option = /^\s+-p(?=\s)/.exec(s.text.slice(s.at, s.at + 99));
      if (option) {
        posix = true;
        s.at += option[0].length;
      }
    }
  }
  const commands = [parseCommand(s)];
  while (operatorHere(s) === "|" || s.text.startsWith("|&", s.at)) {
    const both = s.text.startsWith("|&", s.at);
    s.at += both ? 2 : 1;
    if (both) joinErrors(commands.at(-1) as Command);
    skipNewlines(s);
    commands.push(parseCommand(s));
  }
  const bare = commands.length === 1 && !negate && !timed;
  return bare ? (commands[0] as Command) : { t: "pipeline", negate, timed, posix, commands };
}

/** `|&`: stderr goes where stdout goes. */
function joinErrors(command: Command): void {
  const target: Word = { parts: [{ t: "text", text: "1", quoted: false }], start: 0, end: 0 };
  if ("redirects" in command) command.redirects.push({ op: ">&", fd: 2, target });
}

function parseCommand(s: Scanner): Command {
  if (atEnd(s)) unexpectedEnd(s);
  expandAlias(s);
  const compound = nested(s, () => parseCompound(s, { parseList, parseBody, skipNewlines, parseCommand }));
  if (!compound) return parseSimple(s);
  if ("redirects" in compound) for (let r = parseRedirect(s); r; r = parseRedirect(s)) compound.redirects.push(r);
  return compound;
}

function parseSimple(s: Scanner): Command {
  const assigns: Assign[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const line = lineAt(s, s.at);
  for (;;) {
    const redirect = parseRedirect(s);
    if (redirect) {
      redirects.push(redirect);
      continue;
    }
    if (atEnd(s) || (isMeta(s.text[s.at]) && !isProcess(s))) break;
    const assign = words.length === 0 || declaresArray(s, words) ? parseAssign(s) : null;
    if (assign) assigns.push(assign);
    if (assign && words.length > 0) words.push(nameWord(assign.name, s.at));
    else if (assign) expandAlias(s);
    else words.push(parseWord(s));
  }
  if (assigns.length + words.length + redirects.length === 0 || operatorHere(s) === "(") unexpected(s);
  return { t: "simple", assigns, words, redirects, line };
}

const DECLARERS = ["declare", "typeset", "local", "readonly", "export"];

/** Whether `name=(` stands here behind `declare` or its like. */
function declaresArray(s: Scanner, words: readonly Word[]): boolean {
  return DECLARERS.includes(literalText(words[0] as Word) ?? "") && /^\w+\+?=\(/.test(s.text.slice(s.at, s.at + 200));
}

function nameWord(name: string, at: number): Word {
  return { parts: [{ t: "text", text: name, quoted: false }], start: at, end: at };
}

function parseAssign(s: Scanner): Assign | null {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[([^\]\s]+)\])?(\+?)=/.exec(s.text.slice(s.at, s.at + 200));
  if (!match) return null;
  s.at += match[0].length;
  const assign = { name: match[1] as string, append: match[3] === "+" };
  if (match[2] !== undefined) {
    const index = { parts: parseHereText(createScanner(match[2], parseUntil)), start: s.at, end: s.at };
    return { ...assign, index, value: parseWord(s) };
  }
  if (s.text[s.at] === "(" && s.dash) return refuseToken(s, "(");
  if (s.text[s.at] !== "(") return { ...assign, value: parseWord(s) };
  return { ...assign, value: { parts: [], start: s.at, end: s.at }, elements: parseElements(s) };
}

/** The elements of an array between parentheses. */
function parseElements(s: Scanner): { index: Word | null; value: Word }[] {
  const elements: { index: Word | null; value: Word }[] = [];
  const start = s.at++;
  for (;;) {
    skipNewlines(s);
    if (atEnd(s)) return unmatched(s, start, ")");
    if (s.text[s.at] === ")") break;
    if (isMeta(s.text[s.at])) unexpected(s);
    elements.push({ index: parseSubscript(s), value: parseWord(s) });
  }
  s.at++;
  return elements;
}

/** "[index]=" if it stands here; else null, and nothing is passed. */
function parseSubscript(s: Scanner): Word | null {
  const start = s.at;
  if (s.text[start] !== "[" || !/^\[[^\]]+\]=/.test(s.text.slice(start, start + 200))) return null;
  s.at++;
  const index = parseUntilChar(s, "]", false, start);
  s.at++;
  return index;
}

function parseRedirect(s: Scanner): Redirect | null {
  skipBlanks(s);
  const digits = /^\d{1,3}(?=[<>])/.exec(s.text.slice(s.at, s.at + 4))?.[0] ?? "";
  if (isProcess(s)) return null;
  const op = operatorHere({ ...s, at: s.at + digits.length });
  if (!/^(&>>?|[<>].*)$/.test(op)) return null;
  s.at += digits.length + op.length;
  skipBlanks(s);
  if (s.at >= s.text.length) refuseToken(s, "newline");
  if (isMeta(s.text[s.at]) && !isProcess(s)) unexpected(s);
  const fd = digits === "" ? (op.startsWith("<") ? 0 : 1) : Number(digits);
  const target = parseWord(s);
  if (op === "<<" || op === "<<-") {
    const here: Word = { parts: [], start: target.start, end: target.end };
    const literal = isQuoted(target);
    s.heredocs.push({ word: here, delimiter: literalText(target) ?? "", literal, stripTabs: op === "<<-" });
    return { op: "<<", fd, target: here };
  }
  return { op: op as RedirectOp, fd, target };
}

/** Reads the here-documents that were announced on the line that just ended. */
function readHeredocs(s: Scanner): void {
  for (const { word, delimiter, literal, stripTabs } of s.heredocs.splice(0)) {
    let text = "";
    let ended = false;
    while (s.at < s.text.length) {
      const newline = s.text.indexOf("\n", s.at);
      const end = newline < 0 ? s.text.length : newline;
      const line = s.text.slice(s.at, end).replace(stripTabs ? /^\t+/ : /^(?!)/, "");
      s.at = Math.min(end + 1, s.text.length);
      ended = line === delimiter;
      if (ended) break;
      text += `${line}\n`;
    }
    s.openHeredoc ||= !ended;
    if (literal) word.parts.push({ t: "text", text, quoted: true });
    else word.parts.push(...parseHereText(createScanner(text, parseUntil)));
  }
}
