/** Tools that give text another shape: column -t (util-linux 2.38), base64, fold, yes (coreutils 9.1). */
import { exit, setTimer, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { getopt } from "./usage.ts";
import { fromUtf8, toUtf8 } from "./utf8.ts";

interface Table {
  failed: boolean;
  separators: string | null;
  glue: string;
  asTable: boolean;
  rows: string[][];
}

export const column = lineProgram<Table>({
  path: "/usr/bin/column",
  about: "text in columns",
  begin(sys, args) {
    const long = { table: "t", separator: "s", "output-separator": "o" };
    const o = getopt(sys, args, { flags: "t", valued: "soc", long });
    if (!o) return null;
    const state = {
      failed: false,
      separators: o.given.s ?? null,
      glue: o.given.o ?? "  ",
      asTable: "t" in o.given,
      rows: [],
    };
    return { files: o.operands, state };
  },
  line(_sys, s, line) {
    if (line.trim() === "") return true;
    const parts =
      s.separators === null ? line.trim().split(/[ \t]+/) : line.split(new RegExp(`[${escapeAll(s.separators)}]`));
    s.rows.push(s.asTable ? parts : [line]);
    return true;
  },
  end(sys, s) {
    const count = Math.max(0, ...s.rows.map((row) => row.length));
    const widths = Array.from({ length: count }, (_, i) => Math.max(...s.rows.map((row) => (row[i] ?? "").length)));
    for (const row of s.rows) {
      const cells = row.map((text, i) =>
        i === row.length - 1 && i === count - 1 ? text : text.padEnd(widths[i] as number),
      );
      // A row that is too short is filled up to the last column.
      const rest = Array.from({ length: count - row.length }, (_, i) =>
        " ".repeat(i === count - row.length - 1 ? 0 : (widths[row.length + i] as number)),
      );
      write(sys, 1, `${[...cells, ...rest].join(s.glue)}\n`);
    }
    exit(sys, s.failed ? 1 : 0);
  },
});

function escapeAll(text: string): string {
  return text.replace(/[\\\]^-]/g, "\\$&");
}

interface Base64 {
  failed: boolean;
  decode: boolean;
  width: number;
  text: string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const base64 = lineProgram<Base64>({
  path: "/usr/bin/base64",
  about: "bytes as letters",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "di", valued: "w", long: { decode: "d", wrap: "w", "ignore-garbage": "i" } });
    return (
      o && {
        files: o.operands,
        state: { failed: false, decode: "d" in o.given, width: Number(o.given.w ?? 76), text: "" },
      }
    );
  },
  line(_sys, s, line, newline) {
    s.text += line + (newline ? "\n" : "");
    return true;
  },
  end(sys, s) {
    if (s.decode) return decode(sys, s.text);
    const bytes = toUtf8(s.text);
    let text = "";
    for (let i = 0; i < bytes.length; i += 3) {
      const [x = 0, y, z] = bytes.slice(i, i + 3);
      const word = (x << 16) | ((y ?? 0) << 8) | (z ?? 0);
      const letters = [18, 12, 6, 0].map((shift) => ALPHABET[(word >>> shift) & 63]);
      text += `${letters[0]}${letters[1]}${y === undefined ? "=" : letters[2]}${z === undefined ? "=" : letters[3]}`;
    }
    const lines = s.width > 0 ? (text.match(new RegExp(`.{1,${s.width}}`, "g")) ?? []) : [text];
    write(sys, 1, s.width > 0 ? lines.map((line) => `${line}\n`).join("") : text);
    exit(sys, s.failed ? 1 : 0);
  },
});

function decode(sys: Sys, text: string): void {
  const letters = text.replace(/\s/g, "");
  const bytes: number[] = [];
  const body = letters.replace(/={1,2}$/, "");
  const bad = /[^A-Za-z0-9+/]/.exec(body)?.index ?? body.length;
  let word = 0;
  for (let i = 0; i < bad; i++) {
    word = ((word << 6) | ALPHABET.indexOf(body[i] as string)) & 0xffffff;
    if (i % 4 > 0) bytes.push((word >>> (6 - 2 * (i % 4))) & 0xff);
  }
  write(sys, 1, fromUtf8(Uint8Array.from(bytes)));
  if (bad < body.length || letters.length % 4 !== 0) {
    write(sys, 2, "base64: invalid input\n");
    return exit(sys, 1);
  }
  exit(sys, 0);
}

interface Fold {
  failed: boolean;
  width: number;
}

export const fold = lineProgram<Fold>({
  path: "/usr/bin/fold",
  about: "lines of no more than so many letters",
  begin(sys, args) {
    const o = getopt(sys, args, { flags: "bs", valued: "w", long: { width: "w" } });
    return o && { files: o.operands, state: { failed: false, width: Number(o.given.w ?? 80) } };
  },
  line(sys, s, line, newline) {
    const parts = line.match(new RegExp(`.{1,${s.width}}`, "gu")) ?? [""];
    write(sys, 1, parts.join("\n") + (newline ? "\n" : ""));
    return true;
  },
  end: (sys, s) => exit(sys, s.failed ? 1 : 0),
});

/** So many lines at once, and a pause, so that time goes on for who reads them. */
const YES_LINES = 1000;
const YES_PAUSE_NS = 1_000_000;

export const yes: Program = {
  path: "/usr/bin/yes",
  about: "say yes again and again",
  start(sys, argv) {
    sys.proc.locals = { text: `${argv.slice(1).join(" ") || "y"}\n` };
    sayYes(sys);
  },
  wake(sys, why) {
    if (why.type === "timer") sayYes(sys);
  },
};

function sayYes(sys: Sys): void {
  const { text } = sys.proc.locals as { text: string };
  write(sys, 1, text.repeat(YES_LINES));
  if (sys.proc.exit === null) setTimer(sys, 0, YES_PAUSE_NS);
}
