/** cut, sort, uniq, tr, paste: coreutils 9.1. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { getopt, quote, tryHelp } from "./usage.ts";

function done(sys: Sys, state: { failed: boolean }): void {
  exit(sys, state.failed ? 1 : 0);
}

type Range = [number, number];

/** "1,3-5,7-": ranges from 1; a string is what cut says of a bad list. */
function parseRanges(list: string, what: "fields" | "byte"): Range[] | string {
  const ranges: Range[] = [];
  for (const item of list.split(",")) {
    const m = /^(\d*)(-?)(\d*)$/.exec(item);
    if (!m || (m[1] === "" && m[3] === ""))
      return `invalid ${what === "fields" ? "field value" : "byte/character position"} ${quote(item)}`;
    const from = m[1] === "" ? 1 : Number(m[1]);
    const to = m[2] === "" ? from : m[3] === "" ? Number.POSITIVE_INFINITY : Number(m[3]);
    if (from === 0)
      return what === "fields" ? "fields are numbered from 1" : "byte/character positions are numbered from 1";
    if (to < from) return "invalid decreasing range";
    ranges.push([from, to]);
  }
  return ranges;
}

interface Cut {
  failed: boolean;
  fields: boolean;
  ranges: Range[];
  delimiter: string;
  output: string;
  onlyDelimited: boolean;
  complement: boolean;
}

export const cut = lineProgram<Cut>({
  path: "/usr/bin/cut",
  about: "columns of lines",
  begin(sys, args) {
    const long = { delimiter: "d", fields: "f", characters: "c", bytes: "b", "output-delimiter": "O", complement: "C" };
    const o = getopt(sys, args, { flags: "sCn", valued: "dfcbO", long });
    if (!o) return null;
    const refuse = (text: string) => {
      fail(sys, `cut: ${text}\n${tryHelp("cut")}`, 1);
      return null;
    };
    const list = o.given.f ?? o.given.c ?? o.given.b;
    if (list === undefined) return refuse("you must specify a list of bytes, characters, or fields");
    const delimiter = o.given.d ?? "\t";
    if (delimiter.length > 1) return refuse("the delimiter must be a single character");
    const fields = "f" in o.given;
    const ranges = parseRanges(list, fields ? "fields" : "byte");
    if (typeof ranges === "string") return refuse(ranges);
    const output = o.given.O ?? (fields ? delimiter : "");
    const state = {
      failed: false,
      fields,
      ranges,
      delimiter,
      output,
      onlyDelimited: "s" in o.given,
      complement: "C" in o.given,
    };
    return { files: o.operands, state };
  },
  line(sys, s, line) {
    const pieces = s.fields ? line.split(s.delimiter) : Array.from(line);
    if (s.fields && pieces.length === 1) {
      if (!s.onlyDelimited) write(sys, 1, `${line}\n`);
      return true;
    }
    const chosen = pieces.filter((_, i) => s.ranges.some(([a, b]) => i + 1 >= a && i + 1 <= b) !== s.complement);
    write(sys, 1, `${chosen.join(s.output)}\n`);
    return true;
  },
  end: done,
});

interface Key {
  from: number;
  to: number;
  flags: string;
}

interface Sort {
  failed: boolean;
  lines: string[];
  flags: string;
  separator: string | null;
  keys: Key[];
}

export const sort = lineProgram<Sort>({
  path: "/usr/bin/sort",
  about: "sort lines",
  begin(sys, args) {
    const long = {
      "numeric-sort": "n",
      reverse: "r",
      unique: "u",
      key: "k",
      "field-separator": "t",
      "version-sort": "V",
    };
    const o = getopt(sys, args, { flags: "nrufbVhsgd", valued: "kto", long, status: 2 });
    if (!o) return null;
    const keys: Key[] = [];
    if (o.given.k !== undefined) {
      const m = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(o.given.k);
      if (!m || m[1] === "0") {
        fail(sys, `sort: invalid number at field start: invalid count at start of ${quote(o.given.k)}\n`, 2);
        return null;
      }
      keys.push({
        from: Number(m[1]),
        to: m[3] ? Number(m[3]) : Number.POSITIVE_INFINITY,
        flags: `${m[2]}${m[4] ?? ""}`,
      });
    }
    const flags = Array.from("nrufbVhs")
      .filter((f) => f in o.given)
      .join("");
    return { files: o.operands, state: { failed: false, lines: [], flags, separator: o.given.t ?? null, keys } };
  },
  line(_sys, s, line) {
    s.lines.push(line);
    return true;
  },
  end(sys, s) {
    const sorted = [...s.lines].sort((a, b) => compareLines(s, a, b, !/[us]/.test(s.flags)));
    const kept = s.flags.includes("u")
      ? sorted.filter((l, i) => i === 0 || compareLines(s, sorted[i - 1] as string, l, false) !== 0)
      : sorted;
    write(sys, 1, kept.map((line) => `${line}\n`).join(""));
    exit(sys, s.failed ? 2 : 0);
  },
});

function compareLines(s: Sort, a: string, b: string, lastResort: boolean): number {
  const keys = s.keys.length > 0 ? s.keys : [{ from: 1, to: Number.POSITIVE_INFINITY, flags: "" }];
  for (const key of keys) {
    const flags = key.flags === "" ? s.flags : key.flags;
    const result = compareKeys(keyOf(s, a, key), keyOf(s, b, key), flags);
    if (result !== 0) return flags.includes("r") ? -result : result;
  }
  const whole = a < b ? -1 : a > b ? 1 : 0;
  return lastResort ? (s.flags.includes("r") ? -whole : whole) : 0;
}

function keyOf(s: Sort, line: string, key: Key): string {
  if (key.from === 1 && key.to === Number.POSITIVE_INFINITY) return line;
  const fields = s.separator === null ? (line.match(/\s*\S+/g) ?? []) : line.split(s.separator);
  return fields.slice(key.from - 1, key.to).join(s.separator ?? "");
}

function compareKeys(a: string, b: string, flags: string): number {
  if (flags.includes("h")) return human(a) - human(b);
  if (/[ng]/.test(flags)) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (flags.includes("V")) return compareVersions(a, b);
  const clean = (t: string) =>
    (flags.includes("f") ? t.toUpperCase() : t).replace(flags.includes("b") ? /^\s+/ : /^(?!)/, "");
  const [x, y] = [clean(a), clean(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function human(text: string): number {
  const m = /^\s*(-?[\d.]+)([KMGTP]?)/i.exec(text);
  return m ? Number(m[1]) * 1024 ** " KMGTP".indexOf((m[2] as string).toUpperCase() || " ") : 0;
}

/** sort -V: runs of digits compare as numbers. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = "", q = ""] = [x[i], y[i]];
    const numeric = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : 0;
    if (numeric !== 0) return numeric;
    if (p !== q) return p < q ? -1 : 1;
  }
  return 0;
}

interface Uniq {
  failed: boolean;
  flags: string;
  last: string | null;
  count: number;
}

export const uniq = lineProgram<Uniq>({
  path: "/usr/bin/uniq",
  about: "lines that repeat, once",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "cdui", long: { count: "c", repeated: "d", unique: "u" } });
    if (!o) return null;
    const flags = Array.from("cdui")
      .filter((f) => f in o.given)
      .join("");
    return { files: o.operands.slice(0, 1), state: { failed: false, flags, last: null, count: 0 } };
  },
  line(sys, s, line) {
    const same =
      s.last !== null && (s.flags.includes("i") ? s.last.toLowerCase() === line.toLowerCase() : s.last === line);
    if (same) s.count++;
    else {
      flush(sys, s);
      s.last = line;
      s.count = 1;
    }
    return true;
  },
  end(sys, s) {
    flush(sys, s);
    done(sys, s);
  },
});

function flush(sys: Sys, s: Uniq): void {
  if (s.last === null || (s.flags.includes("d") && s.count === 1) || (s.flags.includes("u") && s.count > 1)) return;
  write(sys, 1, `${s.flags.includes("c") ? `${String(s.count).padStart(7)} ` : ""}${s.last}\n`);
}

const SETS: Readonly<Record<string, string>> = {
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  alpha: "A-Za-z",
  alnum: "0-9A-Za-z",
  space: "\t\n\v\f\r ",
  blank: "\t ",
  punct: "!-/:-@[-`{-~",
  xdigit: "0-9A-Fa-f",
};

/** A set of tr as its characters in order. */
function expandSet(text: string): string[] {
  const plain = text
    .replace(/\[:(\w+):\]/g, (whole, name: string) => SETS[name] ?? whole)
    .replace(
      /\\([ntrafv0\\])/g,
      (_, c: string) => ({ n: "\n", t: "\t", r: "\r", a: "\x07", f: "\f", v: "\v", "0": "\0" })[c] ?? c,
    );
  const out: string[] = [];
  for (let i = 0; i < plain.length; i++) {
    const from = plain.charCodeAt(i);
    const to = plain[i + 1] === "-" && i + 2 < plain.length ? plain.charCodeAt(i + 2) : from;
    for (let code = from; code <= Math.min(to, from + 65535); code++) out.push(String.fromCharCode(code));
    if (to !== from || (plain[i + 1] === "-" && i + 2 < plain.length)) i += 2;
  }
  return out;
}

interface Tr {
  failed: boolean;
  from: string[];
  to: string[];
  remove: boolean;
  squeeze: boolean;
  complement: boolean;
  last: string;
}

export const tr = lineProgram<Tr>({
  path: "/usr/bin/tr",
  about: "change characters",
  begin(sys, args) {
    const o = getopt(sys, args, {
      flags: "cCdst",
      long: { delete: "d", "squeeze-repeats": "s", complement: "c" },
      stopAtOperand: true,
    });
    if (!o) return null;
    const [one, two] = o.operands;
    const remove = "d" in o.given;
    const squeeze = "s" in o.given;
    if (one === undefined || (two === undefined && !remove && !squeeze)) {
      const what = one === undefined ? "missing operand" : `missing operand after ${quote(one)}`;
      const more = one === undefined ? "" : "Two strings must be given when translating.\n";
      fail(sys, `tr: ${what}\n${more}${tryHelp("tr")}`, 1);
      return null;
    }
    const to = expandSet(two ?? "");
    const state = {
      failed: false,
      from: expandSet(one),
      to,
      remove,
      squeeze,
      complement: "c" in o.given || "C" in o.given,
      last: "",
    };
    return { files: [], state };
  },
  line(sys, s, line, newline) {
    let out = "";
    for (const c of line + (newline ? "\n" : "")) {
      const at = s.from.indexOf(c);
      const member = at >= 0 !== s.complement;
      if (member && s.remove) continue;
      const translated =
        member && s.to.length > 0 ? (s.to[Math.min(at < 0 ? s.to.length : at, s.to.length - 1)] as string) : c;
      const squeezed = s.squeeze && (s.to.length > 0 ? s.to.includes(translated) : member);
      if (squeezed && s.last === translated) continue;
      s.last = translated;
      out += translated;
    }
    write(sys, 1, out);
    return true;
  },
  end: done,
});

interface Paste {
  failed: boolean;
  serial: boolean;
  delimiters: string;
  lines: string[][];
  /** Which of them are stdin's. */
  inputs: number[];
}

export const paste = lineProgram<Paste>({
  path: "/usr/bin/paste",
  about: "lines side by side",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "s", valued: "d", long: { serial: "s", delimiters: "d" } });
    return (
      o && {
        files: o.operands,
        state: { failed: false, serial: "s" in o.given, delimiters: o.given.d ?? "\t", lines: [], inputs: [] },
      }
    );
  },
  file(_sys, s, name) {
    if (name === null) s.inputs.push(s.lines.length);
    s.lines.push([]);
  },
  line(_sys, s, line) {
    s.lines.at(-1)?.push(line);
    return true;
  },
  end(sys, s) {
    // Each "-" takes a line of stdin by turns.
    const input = s.lines[s.inputs[0] ?? -1] ?? [];
    if (!s.serial) {
      s.inputs.forEach((column, turn) => {
        s.lines[column] = input.filter((_, i) => i % s.inputs.length === turn);
      });
    }
    const rows = s.serial
      ? s.lines
      : Array.from({ length: Math.max(0, ...s.lines.map((l) => l.length)) }, (_, i) => s.lines.map((l) => l[i] ?? ""));
    const glue = (row: readonly string[]) =>
      row.reduce(
        (sum, text, i) => (i === 0 ? text : sum + (s.delimiters[(i - 1) % s.delimiters.length] ?? "") + text),
        "",
      );
    for (const row of rows) write(sys, 1, `${glue(row)}\n`);
    done(sys, s);
  },
});
