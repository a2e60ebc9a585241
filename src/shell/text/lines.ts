/** cat, head, tail, wc, tac, rev, nl: coreutils 9.1. */
import { SECOND_NS } from "../../base/time.ts";
import { readFile } from "../files.ts";
import { exit, fail, setTimer, write } from "../process.ts";
import type { Sys } from "../types.ts";
import { lineProgram, place } from "./filter.ts";
import { getopt, quote } from "./usage.ts";

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function done(sys: Sys, state: { failed: boolean }): void {
  exit(sys, state.failed ? 1 : 0);
}

/** Control characters as cat -v shows them. */
function visible(text: string): string {
  const shown = (c: string) => {
    const code = c.charCodeAt(0);
    if (code === 127) return "^?";
    return code < 32 && c !== "\t" && c !== "\n" ? `^${String.fromCharCode(code + 64)}` : c;
  };
  return Array.from(text, shown).join("");
}

interface Cat {
  failed: boolean;
  number: number;
  all: boolean;
  nonBlank: boolean;
  ends: boolean;
  tabs: boolean;
  controls: boolean;
  squeeze: boolean;
  blank: boolean;
}

export const cat = lineProgram<Cat>({
  unbuffered: true,
  path: "/usr/bin/cat",
  about: "print files",
  begin(sys, args) {
    const long = { number: "n", "show-all": "A", "show-ends": "E", "show-tabs": "T", "squeeze-blank": "s" };
    const o = getopt(sys, args, { flags: "nbAEeTtvsu", long });
    if (!o) return null;
    const has = (letters: string) => Array.from(letters).some((l) => l in o.given);
    const state = {
      failed: false,
      number: 0,
      all: has("n"),
      nonBlank: has("b"),
      ends: has("AEe"),
      tabs: has("ATt"),
      controls: has("Avet"),
      squeeze: has("s"),
      blank: false,
    };
    return { files: o.operands, state };
  },
  line(sys, s, line, newline) {
    if (s.squeeze && line === "" && s.blank) return true;
    s.blank = line === "";
    const numbered = s.nonBlank ? line !== "" : s.all;
    let text = s.controls ? visible(line) : line;
    if (s.tabs) text = text.replaceAll("\t", "^I");
    const prefix = numbered ? `${String(++s.number).padStart(6)}\t` : "";
    write(sys, 1, prefix + text + (s.ends && newline ? "$" : "") + (newline ? "\n" : ""));
    return true;
  },
  end: done,
});

/** tail -f looks so often whether a file has grown. */
const FOLLOW_NS = SECOND_NS;

function contentLength(sys: Sys, path: string): number {
  const text = readFile(sys.world, place(sys), path);
  return typeof text === "string" ? text.length : 0;
}

interface Ends {
  failed: boolean;
  /** Lines or bytes to show; negative (head) all but the last, `from` (tail) from that line on. */
  count: number;
  bytes: boolean;
  from: boolean;
  headers: boolean;
  left: number;
  kept: string[];
  /** -f: files by path and how much of each has been shown. */
  followed: { path: string; shown: number }[] | null;
}

/** -5, -n 5, -c 5, with names before several files. */
function ends(sys: Sys, args: string[]): { files: string[]; state: Ends } | null {
  const first = /^-(\d+)$/.exec(args[0] ?? "");
  const rest = first ? ["-n", first[1] as string, ...args.slice(1)] : args;
  const o = getopt(sys, rest, {
    flags: "qvfF",
    valued: "ncs",
    long: { lines: "n", bytes: "c", quiet: "q", follow: "f" },
  });
  if (!o) return null;
  const text = o.given.c ?? o.given.n ?? "10";
  if (!/^[-+]?\d+[kKmM]?$/.test(text)) {
    fail(sys, `${sys.proc.program}: invalid number of ${"c" in o.given ? "bytes" : "lines"}: ${quote(text)}\n`, 1);
    return null;
  }
  const count = Number.parseInt(text, 10) * (/[kK]$/.test(text) ? 1024 : /[mM]$/.test(text) ? 1 << 20 : 1);
  const headers = "v" in o.given || (o.operands.length > 1 && !("q" in o.given));
  const from = text.startsWith("+");
  const follows = sys.proc.program === "tail" && ("f" in o.given || "F" in o.given);
  const followed = follows ? o.operands.map((path) => ({ path, shown: 0 })) : null;
  return {
    files: o.operands,
    state: { failed: false, count, bytes: "c" in o.given, from, headers, left: 0, kept: [], followed },
  };
}

function header(sys: Sys, s: Ends, name: string | null, index: number): void {
  if (s.headers) write(sys, 1, `${index > 0 ? "\n" : ""}==> ${name ?? "standard input"} <==\n`);
}

export const head = lineProgram<Ends>({
  path: "/usr/bin/head",
  about: "the first lines",
  begin: ends,
  enough: (s) => (s.bytes && s.count >= 0 ? s.count : null),
  file(sys, s, name, index) {
    header(sys, s, name, index);
    s.left = s.count;
    s.kept = [];
  },
  line(sys, s, line, newline) {
    const text = line + (newline ? "\n" : "");
    if (s.count < 0 && !s.bytes) {
      s.kept.push(text);
      if (s.kept.length > -s.count) write(sys, 1, s.kept.shift() as string);
      return true;
    }
    if (s.left <= 0) return false;
    write(sys, 1, s.bytes ? text.slice(0, s.left) : text);
    s.left -= s.bytes ? text.length : 1;
    return s.left > 0;
  },
  end: done,
});

export const tail = lineProgram<Ends>({
  unbuffered: true,
  path: "/usr/bin/tail",
  about: "the last lines",
  begin: ends,
  file(sys, s, name, index) {
    header(sys, s, name, index);
    s.left = 1;
    s.kept = [];
  },
  line(sys, s, line, newline) {
    const text = line + (newline ? "\n" : "");
    const skipped = s.from && s.left++ < s.count;
    if (s.from && !s.bytes) {
      if (!skipped) write(sys, 1, text);
      return true;
    }
    s.kept.push(text);
    if (!s.bytes && s.kept.length > Math.abs(s.count)) s.kept.shift();
    return true;
  },
  fileEnd(sys, s) {
    const text = s.kept.join("");
    const n = Math.abs(s.count);
    write(sys, 1, !s.bytes ? text : s.from ? text.slice(n - 1) : n === 0 ? "" : text.slice(-n));
  },
  end(sys, s) {
    if (!s.followed || s.followed.length === 0) return done(sys, s);
    for (const file of s.followed) file.shown = contentLength(sys, file.path);
    // /dev/null never grows: nothing to look for.
    if (s.followed.some((f) => f.path !== "/dev/null")) setTimer(sys, 0, FOLLOW_NS);
  },
  timer(sys, s) {
    for (const file of s.followed ?? []) {
      const text = readFile(sys.world, place(sys), file.path);
      if (typeof text !== "string") continue;
      write(sys, 1, text.slice(file.shown));
      file.shown = text.length;
    }
    setTimer(sys, 0, FOLLOW_NS);
  },
});

interface Counts {
  lines: number;
  words: number;
  bytes: number;
  chars: number;
  longest: number;
}

interface Wc {
  failed: boolean;
  show: (keyof Counts)[];
  now: Counts;
  rows: { counts: Counts; name: string | null }[];
}

const zero = (): Counts => ({ lines: 0, words: 0, bytes: 0, chars: 0, longest: 0 });

export const wc = lineProgram<Wc>({
  path: "/usr/bin/wc",
  about: "count lines, words and bytes",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "lwcmL", long: { lines: "l", words: "w", bytes: "c", chars: "m" } });
    if (!o) return null;
    const letters = [
      ["l", "lines"],
      ["w", "words"],
      ["m", "chars"],
      ["c", "bytes"],
      ["L", "longest"],
    ] as const;
    const chosen = letters.filter(([l]) => l in o.given).map(([, key]) => key);
    const show: (keyof Counts)[] = chosen.length > 0 ? [...chosen] : ["lines", "words", "bytes"];
    return { files: o.operands, state: { failed: false, show, now: zero(), rows: [] } };
  },
  file(_sys, s) {
    s.now = zero();
  },
  line(_sys, s, line, newline) {
    const counts = s.now;
    counts.lines += newline ? 1 : 0;
    counts.words += line.split(/\s+/).filter((w) => w !== "").length;
    counts.bytes += byteLength(line) + (newline ? 1 : 0);
    counts.chars += Array.from(line).length + (newline ? 1 : 0);
    counts.longest = Math.max(counts.longest, line.length);
    return true;
  },
  fileEnd(_sys, s, name) {
    s.rows.push({ counts: s.now, name });
  },
  end(sys, s) {
    if (s.rows.length > 1) s.rows.push({ counts: total(s.rows.map((r) => r.counts)), name: "total" });
    const largest = Math.max(0, ...s.rows.map((r) => r.counts.bytes));
    const stdin = s.rows.some((r) => r.name === null);
    const width = s.show.length === 1 && s.rows.length === 1 ? 1 : stdin ? 7 : String(largest).length;
    for (const { counts, name } of s.rows) {
      const numbers = s.show.map((key) => String(counts[key]).padStart(width)).join(" ");
      write(sys, 1, `${numbers}${name === null ? "" : ` ${name}`}\n`);
    }
    done(sys, s);
  },
});

function total(all: readonly Counts[]): Counts {
  const sum = zero();
  for (const c of all) {
    sum.lines += c.lines;
    sum.words += c.words;
    sum.bytes += c.bytes;
    sum.chars += c.chars;
    sum.longest = Math.max(sum.longest, c.longest);
  }
  return sum;
}

interface Kept {
  failed: boolean;
  lines: string[];
}

function plain(sys: Sys, args: string[]): { files: string[]; state: Kept } | null {
  const o = getopt(sys, args, { flags: "" });
  return o && { files: o.operands, state: { failed: false, lines: [] } };
}

export const tac = lineProgram<Kept>({
  path: "/usr/bin/tac",
  about: "lines, last first",
  begin: plain,
  line(_sys, s, line) {
    s.lines.push(line);
    return true;
  },
  end(sys, s) {
    for (const line of s.lines.reverse()) write(sys, 1, `${line}\n`);
    done(sys, s);
  },
});

export const rev = lineProgram<Kept>({
  path: "/usr/bin/rev",
  about: "each line backwards",
  begin: plain,
  line(sys, _s, line, newline) {
    write(sys, 1, Array.from(line).reverse().join("") + (newline ? "\n" : ""));
    return true;
  },
  end: done,
});

interface Numbered {
  failed: boolean;
  number: number;
}

export const nl = lineProgram<Numbered>({
  path: "/usr/bin/nl",
  about: "number lines",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "", valued: "b" });
    return o && { files: o.operands, state: { failed: false, number: 0 } };
  },
  line(sys, s, line) {
    write(sys, 1, line === "" ? "       \n" : `${String(++s.number).padStart(6)}\t${line}\n`);
    return true;
  },
  end: done,
});
