/**
 * From words to fields: tilde, parameters, substitutions, arithmetic, splitting, patterns, in bash's order (bash(1), EXPANSION).
 * An expansion that meets a `$( )` whose result it doesn't have stops and says which one; it is begun again with the result.
 * Assignments made on the way (`:=`, `i++`) are held back until the whole has succeeded.
 */
import type { Place } from "../../files.ts";
import type { Sys } from "../../types.ts";
import { isDash } from "../run/messages.ts";
import { type ShellState, setVar, shellState } from "../run/state.ts";
import type { Command, Part, Word } from "../syntax/ast.ts";
import { evaluateArith } from "./arith.ts";
import { elementName, elementsOf, indexFrom, PIPESTATUS, subscriptsOf } from "./array.ts";
import { changeCase, cutPattern, replacePattern, substring } from "./parameter.ts";
import { expandPattern, hasPattern, unescapePattern } from "./pattern.ts";

/** A piece of an expanded word; `split` texts are cut into fields at IFS. `gap` ends a field. */
export type Piece = { text: string; quoted: boolean; split: boolean; gap?: boolean };

/** Why an expansion didn't come to its end. */
export type Stop = { need: Command } | { error: string; status: number };

/** Longer texts are refused: doubling a variable in a loop must not eat all memory. */
const MAX_TEXT = 1 << 20;

export interface Expander {
  sys: Sys;
  state: ShellState;
  /** Results of the substitutions so far, in the order in which they are met. */
  substs: readonly string[];
  used: number;
  assigned: Record<string, string>;
  /** Texts of `<( )`, to be written to the files that stand for them. */
  spooled: string[];
}

class Stopped extends Error {
  readonly stop: Stop;
  constructor(stop: Stop) {
    super("expansion stopped");
    this.stop = stop;
  }
}

/** Runs `work` with an expander; commits its assignments if it succeeds. */
export function expanding<T>(sys: Sys, substs: readonly string[], work: (x: Expander) => T): { value: T } | Stop {
  const x: Expander = { sys, state: shellState(sys), substs, used: 0, assigned: Object.create(null), spooled: [] };
  try {
    const value = work(x);
    for (const [name, text] of Object.entries(x.assigned)) setVar(x.state, name, text);
    for (const [i, text] of x.spooled.entries()) spool(x, descriptorPath(i), text);
    return { value };
  } catch (fault) {
    if (fault instanceof Stopped) return fault.stop;
    throw fault;
  }
}

/** Bash hands out the highest descriptors first. */
function descriptorPath(i: number): string {
  return `/dev/fd/${63 - i}`;
}

function spool(x: Expander, path: string, text: string): void {
  const node = x.sys.world.nodes[x.sys.proc.node];
  if (node) node.files[path] = text;
  x.state.spooled.push(path);
}

export function stopWith(error: string, status = 1): never {
  throw new Stopped({ error, status });
}

/** Fields of several words. */
export function expandWords(x: Expander, words: readonly Word[]): string[] {
  const dash = isDash(x.state);
  const spread = (word: Word) => (dash ? [word] : expandBraces(word));
  return words.flatMap((word) => spread(word).flatMap((w) => fieldsOf(x, piecesOf(x, w))));
}

/** "$@" and "${name[@]}" of nothing are no word at all, though there are quotes. */
function piecesOf(x: Expander, { parts }: Word): Piece[] {
  const isList = (part: Part) => part.t === "var" && part.quoted && (part.name === "@" || part.index !== undefined);
  const lists = parts.filter(isList);
  const alone = lists.length > 0 && parts.every((p) => isList(p) || (p.t === "text" && p.text === ""));
  return alone && lists.every((p) => expandPart(x, p).length === 0) ? [] : expandParts(x, parts);
}

/** One text, neither split nor matched: assignments, here-strings, case words. */
export function expandText(x: Expander, word: Word): string {
  return joinPieces(expandParts(x, word.parts));
}

function joinPieces(pieces: readonly Piece[]): string {
  const text = pieces.map((p) => (p.gap ? " " : p.text)).join("");
  if (text.length > MAX_TEXT) stopWith("cannot allocate memory", 2);
  return text;
}

/** One pattern: what was quoted is escaped. */
export function expandPatternText(x: Expander, word: Word): string {
  return expandParts(x, word.parts)
    .map((p) => (p.gap ? " " : p.quoted ? escapePattern(p.text) : p.text))
    .join("");
}

/** The same for a regular expression: quoted characters stand for themselves. */
export function expandRegexText(x: Expander, word: Word): string {
  return expandParts(x, word.parts)
    .map((p) => (p.gap ? " " : p.quoted ? p.text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : p.text))
    .join("");
}

function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}

export function expandParts(x: Expander, parts: readonly Part[]): Piece[] {
  return parts.flatMap((part) => expandPart(x, part));
}

function expandPart(x: Expander, part: Part): Piece[] {
  switch (part.t) {
    case "text":
      return [{ text: part.text, quoted: part.quoted, split: false }];
    case "tilde":
      return [{ text: lookUp(x, "HOME") ?? "/root", quoted: true, split: false }];
    case "command": {
      const text = x.substs[x.used++];
      if (text === undefined) throw new Stopped({ need: part.body });
      return [{ text: text.replace(/\n+$/, ""), quoted: part.quoted, split: !part.quoted }];
    }
    case "process": {
      const text = x.substs[x.used++];
      if (text === undefined) throw new Stopped({ need: part.body });
      return [{ text: descriptorPath(x.spooled.push(text) - 1), quoted: true, split: false }];
    }
    case "arith":
      return [{ text: arithmetic(x, joinPieces(expandParts(x, part.expr.parts))), quoted: part.quoted, split: false }];
    case "var":
      return expandVariable(x, part);
  }
}

/** The value of an expression as text; stops the expansion if it is bad. */
export function arithmetic(x: Expander, text: string): string {
  const value = evaluateArith(text, {
    get: (name) => lookUp(x, name) ?? "",
    set: (name, v) => {
      x.assigned[name] = v;
    },
    element: (name, subscript) => elementAt(x, name, subscript),
  });
  if (typeof value === "string") stopWith(value);
  return String(value);
}

/** The value of a variable or special parameter; undefined if it is unset. */
export function lookUp(x: Expander, name: string): string | undefined {
  const { state } = x;
  if (name in x.assigned) return x.assigned[name];
  if (/^\d+$/.test(name)) return state.params[Number(name)];
  if (name === PIPESTATUS || name.startsWith(`${PIPESTATUS}[`))
    return elementsOf(state, PIPESTATUS)[Number(name.slice(PIPESTATUS.length + 1, -1))];
  switch (name) {
    case "?":
      return String(state.status);
    case "#":
      return String(state.params.length - 1);
    case "$":
      return String(state.shellPid);
    case "!":
      return state.lastBackground === null ? undefined : String(state.lastBackground);
    case "-":
      return `hB${state.options}`;
    case "@":
    case "*":
      return state.params.length > 1 ? state.params.slice(1).join(" ") : undefined;
    case "RANDOM":
      return String((x.sys.world.now_ns * 7 + x.sys.proc.id * 13 + x.used) % 32768);
    case "SECONDS":
      return String(
        Math.floor((x.sys.world.now_ns - state.startedAt_ns) / 1e9) + Number(state.vars.get(name)?.value ?? 0),
      );
    case "LINENO":
      return String(state.line);
    case "UID":
    case "EUID":
      return String(x.sys.proc.uid);
    default:
      return state.vars.get(name)?.value;
  }
}

function expandVariable(x: Expander, part: Extract<Part, { t: "var" }>): Piece[] {
  const { name, quoted, op } = part;
  const split = !quoted;
  if (op === "bad") stopWith(`${name}: bad substitution`);
  if (part.indirect) {
    const target = lookUp(x, name) ?? stopWith(`${name}: invalid indirect expansion`);
    if (!/^([A-Za-z_]\w*|\d+|[@*#?$!-])$/.test(target)) stopWith(`${target}: invalid variable name`);
    return expandVariable(x, { ...part, name: target, indirect: false });
  }
  if (part.index) return expandElement(x, part, part.index);
  if ((name === "@" || name === "*") && op === null && !part.length) return positional(x, name, quoted);
  if ((name === "@" || name === "*") && op !== null) {
    // ${@:0} begins with $0, ${@:1} with $1.
    const values = op === ":" ? x.state.params : x.state.params.slice(1);
    return applyToAll(x, part, values, name);
  }
  const value = lookUp(x, name);
  if (op !== null) return applyOperator(x, part, value);
  if (value === undefined && x.state.options.includes("u")) stopWith(`${name}: unbound variable`, 127);
  if (part.length) {
    const length = name === "@" || name === "*" ? x.state.params.length - 1 : (value ?? "").length;
    return [{ text: String(length), quoted, split }];
  }
  return [{ text: value ?? "", quoted, split }];
}

/** ${name[index]}, ${name[@]}, ${#name[@]} and ${!name[@]}. */
function expandElement(x: Expander, part: Extract<Part, { t: "var" }>, index: Word): Piece[] {
  const { name, quoted } = part;
  const { index: _, ...plain } = part;
  const which = expandText(x, index);
  if (which === "@" || which === "*") {
    if (part.length) return [{ text: String(subscriptsOf(x.state, name).length), quoted, split: !quoted }];
    const values = part.indices ? subscriptsOf(x.state, name) : elementsOf(x.state, name);
    return part.op === null ? listed(x, values, which, quoted) : applyToAll(x, plain, values, which);
  }
  return expandVariable(x, { ...plain, name: subscripted(x, name, index) });
}

/** The variable that name[index] is kept in. */
export function subscripted(x: Expander, name: string, index: Word): string {
  return elementAt(x, name, expandText(x, index));
}

function elementAt(x: Expander, name: string, text: string): string {
  if (x.state.assocs.has(name)) return elementName(x.state, name, text);
  const at = indexFrom(x.state, name, Number(arithmetic(x, text)));
  return at === null ? stopWith(`${name}: bad array subscript`) : elementName(x.state, name, String(at));
}

/** An operator on all elements: a range takes some of them, patterns work on each, others ask whether there are any. */
function applyToAll(x: Expander, part: Extract<Part, { t: "var" }>, values: readonly string[], which: string): Piece[] {
  const op = part.op as string;
  if (op === ":") {
    const number = (word: Word) => Number(arithmetic(x, expandText(x, word)));
    const from = number(part.arg);
    const begin = from < 0 ? Math.max(values.length + from, 0) : from;
    const count = part.arg2 ? number(part.arg2) : values.length;
    return listed(x, values.slice(begin, begin + count), which, part.quoted);
  }
  if (!/^[#%/^,]/.test(op)) {
    const all = applyOperator(x, part, values.length > 0 ? values.join(" ") : undefined);
    return values.length > 0 && /^:?[-=?]$/.test(op) ? listed(x, values, which, part.quoted) : all;
  }
  return listed(
    x,
    values.map((value) => transform(x, part, op, value)),
    which,
    part.quoted,
  );
}

function applyOperator(x: Expander, part: Extract<Part, { t: "var" }>, value: string | undefined): Piece[] {
  const op = part.op as string;
  const { quoted, arg, name } = part;
  const unset = op.startsWith(":") ? value === undefined || value === "" : value === undefined;
  const plain = (text: string): Piece[] => [{ text, quoted, split: !quoted }];
  const word = () => expandParts(x, arg.parts).map((p) => (p.quoted || quoted || p.gap ? p : { ...p, split: true }));
  switch (op.replace(/^:(?=.)/, "")) {
    case "-":
      return unset ? word() : plain(value ?? "");
    case "+":
      return unset ? [] : word();
    case "=":
      if (unset) x.assigned[name] = expandText(x, arg);
      return plain(x.assigned[name] ?? value ?? "");
    case "?":
      if (unset) stopWith(`${name}: ${expandText(x, arg) || "parameter null or not set"}`, 127);
      return plain(value ?? "");
    default:
      return plain(transform(x, part, op, value ?? ""));
  }
}

function transform(x: Expander, part: Extract<Part, { t: "var" }>, op: string, value: string): string {
  const number = (word: Word) => Number(arithmetic(x, expandText(x, word)));
  if (op === ":") return substring(value, number(part.arg), part.arg2 ? number(part.arg2) : null);
  if (op.startsWith("^") || op.startsWith(",")) return changeCase(value, op);
  const pattern = expandPatternText(x, part.arg);
  if (!op.startsWith("/")) return cutPattern(value, pattern, op);
  return replacePattern(value, pattern, part.arg2 ? expandText(x, part.arg2) : "", op);
}

function positional(x: Expander, name: string, quoted: boolean): Piece[] {
  return listed(x, x.state.params.slice(1), name, quoted);
}

/** Several values: between quotes * makes one word of them, @ a word of each. */
function listed(x: Expander, values: readonly string[], name: string, quoted: boolean): Piece[] {
  if (quoted && name === "*") return [{ text: values.join((lookUp(x, "IFS") ?? " ")[0] ?? ""), quoted, split: false }];
  return values.flatMap((text, i): Piece[] => {
    const piece = { text, quoted, split: !quoted };
    return i === 0 ? [piece] : [{ text: "", quoted: false, split: false, gap: true }, piece];
  });
}

interface Field {
  pattern: string;
  text: string;
  started: boolean;
}

function fieldsOf(x: Expander, pieces: readonly Piece[]): string[] {
  const fields: Field[] = [];
  let field: Field = { pattern: "", text: "", started: false };
  const finish = () => {
    if (field.started) fields.push(field);
    field = { pattern: "", text: "", started: false };
  };
  const add = (text: string, quoted: boolean) => {
    field.text += text;
    field.pattern += quoted ? escapePattern(text) : text;
    field.started ||= quoted || text !== "";
  };
  const ifs = lookUp(x, "IFS") ?? " \t\n";
  if (pieces.reduce((sum, p) => sum + p.text.length, 0) > MAX_TEXT) stopWith("cannot allocate memory", 2);
  for (const piece of pieces) {
    if (piece.gap) finish();
    else if (!piece.split) add(piece.text, piece.quoted);
    else splitInto(piece.text, ifs, add, finish);
  }
  finish();
  return fields.flatMap((f) => matches(x, f));
}

/** Word splitting: runs of blanks of IFS are one gap, any other character of IFS ends a field each time. */
function splitInto(text: string, ifs: string, add: (t: string, q: boolean) => void, finish: () => void): void {
  let run = "";
  for (const c of text) {
    if (!ifs.includes(c)) {
      run += c;
      continue;
    }
    if (run !== "") add(run, false);
    else if (!" \t\n".includes(c)) add("", true);
    run = "";
    finish();
  }
  if (run !== "") add(run, false);
}

function matches(x: Expander, field: Field): string[] {
  if (!hasPattern(field.pattern) || x.state.options.includes("f")) return [field.text];
  const { node, netns, cwd } = x.sys.proc;
  const place: Place = { node, netns, cwd };
  const found = expandPattern(x.sys.world, place, field.pattern);
  return found.length > 0 ? found : [field.text === "" ? unescapePattern(field.pattern) : field.text];
}

const BRACES = /^(.*?)\{([^{}]*(?:,[^{}]*)+|-?\d+\.\.-?\d+(?:\.\.-?\d+)?|[A-Za-z]\.\.[A-Za-z](?:\.\.-?\d+)?)\}(.*)$/s;

/** {a,b}, {1..3} and {1..9..2} in unquoted text of a word. Left out: braces in braces. */
function expandBraces(word: Word): Word[] {
  for (const [i, part] of word.parts.entries()) {
    if (part.t !== "text" || part.quoted) continue;
    const match = BRACES.exec(part.text);
    if (!match) continue;
    const [, before = "", inside = "", after = ""] = match;
    return braceItems(inside).flatMap((item) => {
      const text: Part = { t: "text", text: before + item, quoted: false };
      const rest: Part = { t: "text", text: after, quoted: false };
      return expandBraces({ ...word, parts: [...word.parts.slice(0, i), text, rest, ...word.parts.slice(i + 1)] });
    });
  }
  return [word];
}

function braceItems(inside: string): string[] {
  const [, first = "", last = "", stepText = "1"] = /^(.+?)\.\.(.+?)(?:\.\.(.+))?$/.exec(inside) ?? [];
  if (last === "" || inside.includes(",")) return inside.split(",");
  const letters = /^[A-Za-z]$/.test(first);
  const value = (t: string) => (letters ? t.charCodeAt(0) : Number(t));
  const [from, to] = [value(first), value(last)];
  const step = Math.abs(Number(stepText)) || 1;
  const count = Math.min(Math.floor(Math.abs(to - from) / step), 9999) + 1;
  // A zero at the beginning of one makes all as long as the longer.
  const width = [first, last].some((t) => /^-?0\d/.test(t)) ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const v = from + (to >= from ? i : -i) * step;
    if (letters) return String.fromCharCode(v);
    return v < 0 ? `-${String(-v).padStart(width - 1, "0")}` : String(v).padStart(width, "0");
  });
}
