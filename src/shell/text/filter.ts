/**
 * What text tools share: options, and reading files or stdin line by line as it comes. A tool's locals are
 * {files, at, partial, tool}: `tool` is its own part.
 */
import { EISDIR, type Place, readFile } from "../files.ts";
import { fileError } from "../lang/run/redirect.ts";
import { awaitInput, buffer, readAll, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";

/** A tool that takes text line by line. `S` is its state: plain data. */
export interface LineTool<S> {
  path: string;
  about: string;
  /** It writes what it has at once; others do so by the block, unless onto a terminal. */
  unbuffered?: boolean;
  /** How many bytes of a file are enough, if it can tell before it reads; of /dev/zero only such a tool may read. */
  enough?(state: S): number | null;
  /** Reads the arguments; null: it has said what is wrong and exited. */
  begin(sys: Sys, args: string[]): { files: string[]; state: S } | null;
  /** A line without its newline; `newline`: it had one. False: enough of this file. */
  line?(sys: Sys, state: S, line: string, newline: boolean): boolean;
  /** A file begins (name null: stdin). */
  file?(sys: Sys, state: S, name: string | null, index: number): void;
  /** A file has ended. */
  fileEnd?(sys: Sys, state: S, name: string | null): void;
  /** After the last file; must exit with a status, or wait for a timer. */
  end(sys: Sys, state: S): void;
  timer?(sys: Sys, state: S): void;
}

interface Locals<S> {
  files: (string | null)[];
  at: number;
  partial: string;
  open: boolean;
  state: S;
}

export function place(sys: Sys): Place {
  const { node, netns, cwd } = sys.proc;
  return { node, netns, cwd };
}

/** How tools say that a file cannot be opened, and that a directory cannot be read; F is the file. */
const OPEN_WORDS: Readonly<Record<string, string>> = {
  head: "cannot open 'F' for reading",
  tail: "cannot open 'F' for reading",
  tac: "failed to open 'F' for reading",
  sort: "cannot read: F",
  sed: "can't read F",
  rev: "cannot open F",
};
const READ_WORDS: Readonly<Record<string, string>> = {
  head: "error reading 'F'",
  tail: "error reading 'F'",
  sort: "read failed: F",
  sed: "read error on F",
};

/** "name: file: No such file or directory" on stderr. */
export function fileFailure(sys: Sys, file: string, errno: number): void {
  const name = sys.proc.program;
  const words = (errno === EISDIR || file === "-" ? READ_WORDS : OPEN_WORDS)[name] ?? "F";
  const why = fileError(errno);
  write(
    sys,
    2,
    name === "awk" ? `awk: cannot open ${file} (${why})\n` : `${name}: ${words.replace("F", file)}: ${why}\n`,
  );
}

/** The program of a line tool. Files that cannot be read are said, and leave `failed` in the tool's state. */
export function lineProgram<S extends { failed: boolean }>(tool: LineTool<S>): Program {
  return {
    path: tool.path,
    about: tool.about,
    start(sys, argv) {
      if (!tool.unbuffered) buffer(sys);
      const begun = tool.begin(sys, argv.slice(1));
      if (!begun) return;
      const files = begun.files.length === 0 ? [null] : begun.files.map((f) => (f === "-" ? null : f));
      const locals: Locals<S> = { files, at: 0, partial: "", open: false, state: begun.state };
      sys.proc.locals = locals;
      proceed(sys, tool, locals);
    },
    wake(sys, why) {
      const locals = sys.proc.locals as Locals<S>;
      if (why.type === "stdin") proceed(sys, tool, locals);
      else if (why.type === "timer") tool.timer?.(sys, locals.state);
    },
  };
}

function proceed<S extends { failed: boolean }>(sys: Sys, tool: LineTool<S>, locals: Locals<S>): void {
  for (; locals.at < locals.files.length; locals.at++) {
    const name = locals.files[locals.at] ?? null;
    if (!locals.open) {
      locals.open = true;
      tool.file?.(sys, locals.state, name, locals.at);
    }
    const text = name === null ? readAll(sys) : { text: readSome(sys, tool, locals.state, name), eof: true };
    if (typeof text.text === "number") {
      fileFailure(sys, name as string, text.text);
      locals.state.failed = true;
      locals.open = false;
      continue;
    }
    const more = takeLines(sys, tool, locals, text.text, text.eof);
    if (sys.proc.exit !== null) return;
    if (more && !text.eof) return awaitInput(sys);
    if ("errno" in text && text.errno) {
      fileFailure(sys, "-", text.errno);
      locals.state.failed = true;
    }
    locals.partial = "";
    tool.fileEnd?.(sys, locals.state, name);
    locals.open = false;
  }
  tool.end(sys, locals.state);
}

function readSome<S>(sys: Sys, tool: LineTool<S>, state: S, name: string): string | number {
  const enough = name === "/dev/zero" ? (tool.enough?.(state) ?? null) : null;
  return enough === null ? readFile(sys.world, place(sys), name) : "\0".repeat(enough);
}

/** Hands whole lines on, keeps the rest for later; false: the tool has enough. */
function takeLines<S>(sys: Sys, tool: LineTool<S>, locals: Locals<S>, text: string, eof: boolean): boolean {
  const lines = (locals.partial + text).split("\n");
  locals.partial = lines.pop() as string;
  for (const line of lines) {
    if (tool.line?.(sys, locals.state, line, true) === false) return false;
    if (sys.proc.exit !== null) return true;
  }
  if (eof && locals.partial !== "") {
    const last = locals.partial;
    locals.partial = "";
    if (tool.line?.(sys, locals.state, last, false) === false) return false;
  }
  return true;
}
