/** The program awk: Debian's is mawk. Runs line by line as its input comes. */
import { appendFile, openForWrite, readFile, resolvePath } from "../../files.ts";
import { exit, fail, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { lineProgram, place } from "../filter.ts";
import { AwkFault } from "./lexer.ts";
import { parseAwk } from "./parser.ts";
import { type AwkState, createAwk, runRecord, runSpecial } from "./run.ts";
import { fromInput } from "./values.ts";

interface Awk {
  failed: boolean;
  awk: AwkState;
  /** Files that were opened for writing. */
  opened: string[];
  /** Its program calls getline: it begins when all lines have come. */
  asks: boolean;
}

function begin(sys: Sys, args: string[]): { files: string[]; state: Awk } | null {
  const settings: string[] = [];
  let program: string | null = null;
  let at = 0;
  for (; /^-./.test(args[at] ?? ""); at++) {
    const word = args[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    const value = () => (word.length > 2 ? word.slice(2) : (args[++at] ?? ""));
    if (word.startsWith("-F")) settings.push(`FS=${separator(value())}`);
    else if (word.startsWith("-v")) settings.push(value());
    else if (word.startsWith("-f")) {
      const path = value();
      const text = readFile(sys.world, place(sys), path);
      if (typeof text === "number") return refuse(sys, `couldn't open file ${path}`);
      program = `${program ?? ""}${text}\n`;
    } else return refuse(sys, `not an option: ${word}`);
  }
  program ??= args[at++] ?? null;
  if (program === null) {
    write(sys, 1, "Usage: mawk [Options] [Program] [file ...]\n");
    exit(sys, 2);
    return null;
  }
  const parsed = parseAwk(program);
  if (typeof parsed === "string") return refuse(sys, parsed);
  const awk = createAwk(parsed);
  const operands = args.slice(at);
  for (const setting of [...settings, ...operands.filter((o) => /^[A-Za-z_]\w*=/.test(o))]) {
    const equals = setting.indexOf("=");
    if (equals > 0) awk.vars.set(setting.slice(0, equals), fromInput(setting.slice(equals + 1)));
  }
  const files = operands.filter((o) => !/^[A-Za-z_]\w*=/.test(o));
  const state: Awk = { failed: false, awk, opened: [], asks: /\bgetline\b/.test(program) };
  if (state.asks) return { files, state };
  guarded(sys, state, () => runSpecial(awk, "BEGIN"));
  if (sys.proc.exit !== null) return null;
  const onlyBegin = parsed.rules.length > 0 && parsed.rules.every((r) => r.pattern === "BEGIN");
  if (onlyBegin || awk.exit !== null) {
    if (awk.exit !== null && !onlyBegin) guarded(sys, state, () => runSpecial(awk, "END"));
    exit(sys, awk.exit ?? 0);
    return null;
  }
  return { files, state };
}

/** -F: "t" is a tab, escapes count. */
function separator(text: string): string {
  if (text === "t") return "\t";
  return text.replace(/\\t/g, "\t");
}

function refuse(sys: Sys, text: string): null {
  fail(sys, `awk: ${text}\n`, 2);
  return null;
}

/** Runs a part of the program, then writes what it printed. */
function guarded(sys: Sys, state: Awk, part: () => void): void {
  try {
    part();
    flush(sys, state);
  } catch (fault) {
    if (!(fault instanceof AwkFault)) throw fault;
    flush(sys, state);
    fail(sys, `awk: ${fault.message}\n`, 2);
  }
}

function flush(sys: Sys, state: Awk): void {
  const { awk } = state;
  write(sys, 1, awk.output);
  awk.output = "";
  for (const { path, append, text } of awk.files.splice(0)) {
    const full = resolvePath(sys.proc.cwd, path);
    if (full === "/dev/stderr" || full === "/dev/stdout") {
      write(sys, full === "/dev/stderr" ? 2 : 1, text);
      continue;
    }
    if (!state.opened.includes(full)) openForWrite(sys.world, place(sys), full, append);
    state.opened.push(full);
    appendFile(sys.world, sys.proc.node, full, text, sys.proc.netns);
  }
}

export const awk: Program = lineProgram<Awk>({
  path: "/usr/bin/awk",
  about: "columns, sums and patterns of lines",
  begin,
  file(_sys, state, name) {
    state.awk.vars.set("FILENAME", name ?? "");
    state.awk.vars.set("FNR", 0);
  },
  line(sys, state, line) {
    if (state.asks) {
      state.awk.input.push(line);
      return true;
    }
    guarded(sys, state, () => runRecord(state.awk, line));
    if (state.awk.exit !== null && sys.proc.exit === null) finish(sys, state);
    return sys.proc.exit === null;
  },
  end: finish,
});

function finish(sys: Sys, state: Awk): void {
  const { awk } = state;
  if (state.asks) guarded(sys, state, () => runSpecial(awk, "BEGIN"));
  const isOnlyBegin = awk.program.rules.every((rule) => rule.pattern === "BEGIN");
  guarded(sys, state, () => {
    while (!isOnlyBegin && awk.exit === null && awk.input.length > 0) runRecord(awk, awk.input.shift() as string);
  });
  guarded(sys, state, () => runSpecial(state.awk, "END"));
  exit(sys, state.awk.exit ?? (state.failed ? 2 : 0));
}
