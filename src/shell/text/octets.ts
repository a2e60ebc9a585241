/** Bytes made readable: od (coreutils 9.1) with -c, -t x1 and words, hexdump -C (util-linux 2.38), xxd. */
import { hexByte } from "../../wire/bytes.ts";
import { exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { getopt } from "./usage.ts";
import { toUtf8 } from "./utf8.ts";

const PER_LINE = 16;

interface Octets {
  failed: boolean;
  given: Record<string, string>;
  text: string;
}

function octets(
  path: string,
  spec: { flags: string; valued: string },
  text: (sys: Sys, b: Uint8Array, given: Record<string, string>) => string,
): Program {
  return lineProgram<Octets>({
    path,
    about: "bytes as numbers",
    begin(sys, args) {
      const o = getopt(sys, args, spec);
      return o && { files: o.operands, state: { failed: false, given: o.given, text: "" } };
    },
    line(_sys, s, line, newline) {
      s.text += line + (newline ? "\n" : "");
      return true;
    },
    end(sys, s) {
      const limit = s.given.N ?? s.given.n ?? s.given.l;
      const bytes = toUtf8(s.text);
      write(sys, 1, text(sys, limit === undefined ? bytes : bytes.subarray(0, Number(limit)), s.given));
      exit(sys, s.failed ? 1 : 0);
    },
  });
}

const isPrintable = (byte: number) => byte >= 0x20 && byte < 0x7f;
const printable = (byte: number) => (isPrintable(byte) ? String.fromCharCode(byte) : ".");

/** Lines of sixteen; those that repeat the one before are one star (`fold`). The end's address stands alone. */
function linesOf(b: Uint8Array, address: (at: number) => string, line: (part: Uint8Array) => string): string {
  let text = "";
  let before = "";
  let starred = false;
  for (let at = 0; at < b.length; at += PER_LINE) {
    const part = b.subarray(at, at + PER_LINE);
    const key = part.join();
    if (key === before && part.length === PER_LINE) {
      if (!starred) text += "*\n";
      starred = true;
      continue;
    }
    starred = false;
    before = key;
    text += `${address(at)}${line(part)}\n`;
  }
  const end = address(b.length);
  return end === "" ? text : `${text}${end}\n`;
}

const ESCAPES: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

function character(byte: number): string {
  const text = ESCAPES[byte] ?? (isPrintable(byte) ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"));
  return text.padStart(4);
}

/** Sixteen bits at a time, as a little-endian machine reads them. */
function words(part: Uint8Array, radix: number, width: number): string {
  const all = Array.from(
    { length: Math.ceil(part.length / 2) },
    (_, i) => (part[2 * i] ?? 0) | ((part[2 * i + 1] ?? 0) << 8),
  );
  return all.map((word) => ` ${word.toString(radix).padStart(width, "0")}`).join("");
}

function odText(sys: Sys, b: Uint8Array, given: Record<string, string>): string {
  const type = "c" in given ? "c" : "x" in given ? "x2" : (given.t ?? "o2");
  const forms: Readonly<Record<string, (part: Uint8Array) => string>> = {
    c: (part) => Array.from(part, character).join(""),
    x1: (part) => Array.from(part, (byte) => ` ${hexByte(byte)}`).join(""),
    u1: (part) => Array.from(part, (byte) => ` ${String(byte).padStart(3)}`).join(""),
    d1: (part) => Array.from(part, (byte) => ` ${String((byte << 24) >> 24).padStart(4)}`).join(""),
    o1: (part) => Array.from(part, (byte) => ` ${byte.toString(8).padStart(3, "0")}`).join(""),
    x2: (part) => words(part, 16, 4),
    o2: (part) => words(part, 8, 6),
  };
  const form = forms[type === "x" ? "x4" : type];
  if (form === undefined) {
    fail(sys, `playground: od -t ${type} is not simulated\n`, 1);
    return "";
  }
  const radix = given.A ?? "o";
  const address = (at: number) => {
    if (radix === "n") return "";
    return at.toString(radix === "x" ? 16 : radix === "d" ? 10 : 8).padStart(radix === "x" ? 6 : 7, "0");
  };
  return linesOf(b, address, form);
}

function hexdumpText(_sys: Sys, b: Uint8Array, given: Record<string, string>): string {
  const canonical = (part: Uint8Array) => {
    const half = (from: number) => Array.from(part.subarray(from, from + 8), (byte) => ` ${hexByte(byte)}`).join("");
    return ` ${half(0).padEnd(24)} ${half(8).padEnd(24)}  |${Array.from(part, printable).join("")}|`;
  };
  if (b.length === 0) return "";
  if ("C" in given) return linesOf(b, (at) => at.toString(16).padStart(8, "0"), canonical);
  return linesOf(
    b,
    (at) => at.toString(16).padStart(7, "0"),
    (part) => words(part, 16, 4).padEnd(40),
  );
}

function xxdText(_sys: Sys, b: Uint8Array, given: Record<string, string>): string {
  if ("p" in given)
    return `${Array.from(b, hexByte)
      .join("")
      .replace(/.{60}(?=.)/g, "$&\n")}\n`;
  let text = "";
  for (let at = 0; at < b.length; at += PER_LINE) {
    const part = b.subarray(at, at + PER_LINE);
    const pairs = Array.from({ length: 8 }, (_, i) => Array.from(part.subarray(2 * i, 2 * i + 2), hexByte).join(""));
    text += `${at.toString(16).padStart(8, "0")}: ${pairs.join(" ").trimEnd().padEnd(39)}  ${Array.from(part, printable).join("")}\n`;
  }
  return text;
}

export const OCTET_PROGRAMS = {
  od: octets("/usr/bin/od", { flags: "cxv", valued: "AtN" }, odText),
  hexdump: octets("/usr/bin/hexdump", { flags: "Cv", valued: "n" }, hexdumpText),
  xxd: octets("/usr/bin/xxd", { flags: "p", valued: "l" }, xxdText),
};
