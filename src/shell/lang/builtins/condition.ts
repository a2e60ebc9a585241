/** The expressions of test, [ and [[. bash(1), CONDITIONAL EXPRESSIONS. */
import { findProgram, listDirectory, readFile } from "../../files.ts";
import { isTerminal } from "../../process.ts";
import { posixRegExp } from "../../text/regexp.ts";
import type { Sys } from "../../types.ts";
import { matchPattern } from "../expand/pattern.ts";

interface Reader {
  sys: Sys;
  words: readonly string[];
  at: number;
  /** [[ ]]: == takes a pattern, && and || stand inside. */
  double: boolean;
  /** What =~ has found: the whole, then its groups. */
  found: string[];
}

class Refusal extends Error {}

const BINARY = ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];
const UNARY = /^-[abcdefghkLnoprsStuvwxzN]$/;

/** The truth of an expression; a string is what bash says of a bad one. @param found takes what =~ has found */
export function evaluateCondition(
  sys: Sys,
  words: readonly string[],
  double: boolean,
  found: string[] = [],
): boolean | string {
  if (words.length === 0) return false;
  const r: Reader = { sys, words, at: 0, double, found };
  try {
    const value = either(r);
    if (r.at < words.length) return words.length === 2 ? `${words[0]}: unary operator expected` : "too many arguments";
    return value;
  } catch (fault) {
    if (fault instanceof Refusal) return fault.message;
    throw fault;
  }
}

function either(r: Reader): boolean {
  let value = both(r);
  while (r.words[r.at] === (r.double ? "||" : "-o")) {
    r.at++;
    value = both(r) || value;
  }
  return value;
}

function both(r: Reader): boolean {
  let value = primary(r);
  while (r.words[r.at] === (r.double ? "&&" : "-a")) {
    r.at++;
    value = primary(r) && value;
  }
  return value;
}

function primary(r: Reader): boolean {
  const word = r.words[r.at++];
  if (word === undefined) throw new Refusal("argument expected");
  const next = r.words[r.at];
  if (next !== undefined && BINARY.includes(next) && r.words[r.at + 1] !== undefined) {
    r.at += 2;
    return binary(r, word, next, r.words[r.at - 1] as string);
  }
  if (word === "!" && next !== undefined) return !primary(r);
  if (word === "(" && next !== undefined) {
    const value = either(r);
    if (r.words[r.at++] !== ")") throw new Refusal("`)' expected");
    return value;
  }
  if (UNARY.test(word) && next !== undefined) {
    r.at++;
    return unary(r, word, next);
  }
  if (next !== undefined && BINARY.includes(next))
    throw new Refusal(`${r.words.length === 2 ? word : next}: unary operator expected`);
  return word !== "";
}

function binary(r: Reader, left: string, op: string, right: string): boolean {
  switch (op) {
    case "=":
    case "==":
      return r.double ? matchPattern(right, left) : left === right;
    case "!=":
      return r.double ? !matchPattern(right, left) : left !== right;
    case "=~":
      return matches(right, left, r.found);
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot":
    case "-ef":
      return false;
    default:
      return compare(integer(left), op, integer(right));
  }
}

function matches(source: string, text: string, found: string[]): boolean {
  const regexp = posixRegExp(source, { extended: true });
  if (typeof regexp === "string") throw new Refusal("syntax error in conditional expression");
  const match = regexp.exec(text);
  found.splice(0, found.length, ...Array.from(match ?? [], (group) => group ?? ""));
  return match !== null;
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Refusal(`${text}: integer expression expected`);
  return Number(text);
}

function compare(a: number, op: string, b: number): boolean {
  switch (op) {
    case "-eq":
      return a === b;
    case "-ne":
      return a !== b;
    case "-lt":
      return a < b;
    case "-le":
      return a <= b;
    case "-gt":
      return a > b;
    default:
      return a >= b;
  }
}

function unary(r: Reader, op: string, word: string): boolean {
  const { node, netns, cwd } = r.sys.proc;
  const place = { node, netns, cwd };
  const isDirectory = () => word !== "" && listDirectory(r.sys.world, place, word) !== null;
  const content = () => (word === "" ? -1 : readFile(r.sys.world, place, word));
  switch (op) {
    case "-z":
      return word === "";
    case "-n":
      return word !== "";
    case "-d":
      return isDirectory();
    case "-f":
      return typeof content() === "string" && word !== "/dev/null";
    case "-s":
      return isDirectory() || ((text) => typeof text === "string" && text !== "")(content());
    case "-t":
      return /^\d+$/.test(word) && isTerminal(r.sys, Number(word));
    case "-L":
    case "-h":
      return LINKS.test(word) && isDirectory();
    case "-x":
      return isDirectory() || isProgram(r, word);
    case "-e":
    case "-a":
    case "-r":
    case "-w":
      return isDirectory() || typeof content() === "string" || isProgram(r, word);
    default:
      return false;
  }
}

/** The links that there are (see `readlink`), where they lead somewhere. */
const LINKS = /^\/sys\/class\/net\/[^/]+(\/(master|subsystem|brport\/bridge|(upper_|lower_|brif\/)[^/]+))?$/;

/** Whether a path is that of a program: Debian's /bin and /sbin are links to those below /usr. */
function isProgram({ sys }: Reader, path: string): boolean {
  const [, directory, name = ""] = /^(?:\/usr)?(\/s?bin)\/([^/]+)$/.exec(path) ?? [];
  const found = name === "" ? null : findProgram(sys.world, sys.programs, sys.proc.node, path);
  return found !== null && sys.programs[found]?.path?.includes(`${directory}/`) === true;
}
