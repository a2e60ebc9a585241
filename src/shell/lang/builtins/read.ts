/** The builtins `read`, one line of stdin into variables, and `mapfile`, all lines into an array. */
import { SECOND_NS } from "../../../base/time.ts";
import { awaitInput, cancelTimer, isTerminal, readAll, setTimer, write } from "../../process.ts";
import { peekStream, takeStream } from "../../streams.ts";
import type { Sys } from "../../types.ts";
import { setArray } from "../expand/array.ts";
import { type Frame, type Reading, type ShellState, setVar } from "../run/state.ts";

/** Timer slot of -t. */
const READ_TIMEOUT = 1;
/** 128 and SIGALRM: -t has run out. */
const LATE = 142;

/** Says what `read` was asked for by its options; a text refuses them. Left out: -e, -i. */
export function readOptions(sys: Sys, args: readonly string[]): Reading | string {
  const r: Reading = {
    names: [],
    raw: false,
    array: false,
    fd: 0,
    until_ns: null,
    count: null,
    exact: false,
    delimiter: "\n",
  };
  let at = 1;
  for (; /^-./.test(args[at] ?? "") && args[at] !== "--"; at++) {
    const word = args[at] as string;
    for (let i = 1; i < word.length; i++) {
      const c = word[i] as string;
      if (!"ditnNpua".includes(c)) {
        r.raw ||= c === "r";
        continue;
      }
      const value = word.slice(i + 1) || args[++at];
      if (value === undefined) return `-${c}: option requires an argument`;
      const refused = readOption(sys, r, c, value);
      if (refused !== null) return refused;
      break;
    }
  }
  const names = [...r.names, ...args.slice(args[at] === "--" ? at + 1 : at)];
  r.names = names.length > 0 ? names : ["REPLY"];
  const bad = r.names.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  return bad === undefined ? r : `\`${bad}': not a valid identifier`;
}

function readOption(sys: Sys, r: Reading, option: string, value: string): string | null {
  if (option === "t") {
    if (!/^\d*\.?\d*$/.test(value)) return `${value}: invalid timeout specification`;
    r.until_ns = sys.world.now_ns + Number(value) * SECOND_NS;
  } else if (option === "u") {
    r.fd = Number(value);
    const isOpen = typeof sys.proc.fds[r.fd] === "number";
    if (!/^\d+$/.test(value)) return `${value}: invalid file descriptor specification`;
    if (!isOpen) return `${value}: invalid file descriptor: Bad file descriptor`;
  } else if (option === "n" || option === "N") {
    if (!/^\d+$/.test(value)) return `${value}: invalid number`;
    r.count = Number(value);
    r.exact = option === "N";
  } else if (option === "a") {
    r.array = true;
    r.names = [value];
  } else if (option === "d") r.delimiter = value[0] ?? "\0";
  else if (option === "p" && isTerminal(sys, 0)) write(sys, 2, value);
  return null;
}

/** What the descriptor gives to this `read` now: its text without the delimiter and whether it is whole; null: more is to come. */
function readText(sys: Sys, r: Reading): { text: string; whole: boolean } | null {
  const id = sys.proc.fds[r.fd];
  if (id === null || id === undefined) return { text: "", whole: false };
  const { text, eof } = peekStream(sys.world, id);
  const most = r.count ?? Number.POSITIVE_INFINITY;
  const end = r.exact ? -1 : text.indexOf(r.delimiter);
  const taken = (length: number, more: number, whole: boolean) => {
    takeStream(sys.world, id, length + more);
    return { text: text.slice(0, length), whole };
  };
  if (end >= 0 && end < most) return taken(end, r.delimiter.length, true);
  if (text.length >= most) return taken(most, 0, true);
  const isLate = r.until_ns !== null && sys.world.now_ns >= r.until_ns;
  return eof || isLate ? taken(text.length, 0, false) : null;
}

/** Takes the line if it is there and ends the frame; false: it is still to come. */
export function finishRead(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "read" }>): boolean {
  const got = readText(sys, frame);
  if (got === null) {
    if (frame.until_ns !== null) setTimer(sys, READ_TIMEOUT, frame.until_ns - sys.world.now_ns);
    awaitInput(sys, frame.fd);
    return false;
  }
  cancelTimer(sys, READ_TIMEOUT);
  state.stack.pop();
  const isLate = frame.until_ns !== null && sys.world.now_ns >= frame.until_ns;
  state.status = got.whole ? 0 : isLate ? LATE : 1;
  const ifs = state.vars.get("IFS")?.value ?? " \t\n";
  let rest = trimIfs(frame.raw ? got.text : got.text.replace(/\\(.)/g, "$1"), ifs);
  const values: string[] = [];
  const count = frame.array ? Number.POSITIVE_INFINITY : frame.names.length;
  while (values.length < count && !(frame.array && rest === "")) {
    const at = values.length === count - 1 ? -1 : Array.from(rest).findIndex((c) => ifs.includes(c));
    values.push(at < 0 ? rest : rest.slice(0, at));
    rest = at < 0 ? "" : trimIfs(rest.slice(at + 1), ifs);
  }
  if (frame.array) putArray(state, frame.names[0] as string, values);
  else for (const [i, name] of frame.names.entries()) setVar(state, name, values[i] as string);
  return true;
}

function putArray(state: ShellState, name: string, values: readonly string[]): void {
  const elements = values.map((value) => ({ subscript: null, value }));
  setArray(state, name, elements, false);
}

/** Takes what there is; false: the end is still to come. */
export function finishMapfile(sys: Sys, state: ShellState, frame: Extract<Frame, { f: "mapfile" }>): boolean {
  const { text, eof } = readAll(sys);
  frame.text += text;
  if (!eof) {
    awaitInput(sys);
    return false;
  }
  state.stack.pop();
  state.status = 0;
  const lines = frame.text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  putArray(state, frame.name, frame.trim ? lines.map((line) => line.replace(/\n$/, "")) : lines);
  return true;
}

function trimIfs(text: string, ifs: string): string {
  const blanks = [" ", "\t", "\n"].filter((c) => ifs.includes(c)).join("");
  let start = 0;
  let end = text.length;
  while (start < end && blanks.includes(text[start] as string)) start++;
  while (end > start && blanks.includes(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
