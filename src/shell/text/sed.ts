/** sed: GNU sed 4.9, its commands that fit on a line: s y p d q = a i c n N D P g G h H x b t { }. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { posixRegExp } from "./regexp.ts";
import { parseSed, type SedAddress, type SedCommand } from "./sed-script.ts";
import { getopt } from "./usage.ts";

interface Sed {
  failed: boolean;
  commands: SedCommand[];
  quiet: boolean;
  extended: boolean;
  number: number;
  /** The line before the one just read: held back, so that `$` is known. */
  ahead: { text: string; newline: boolean } | null;
  hold: string;
  /** For each range, whether it is open. */
  open: boolean[];
  quit: boolean;
}

export const sed = lineProgram<Sed>({
  path: "/usr/bin/sed",
  about: "edit lines",
  begin(sys, args) {
    const long = { quiet: "n", silent: "n", expression: "e", "regexp-extended": "E" };
    const o = getopt(sys, args, { flags: "nErsuz", valued: "e", long });
    if (!o) return null;
    const scripts = args.flatMap((a, i) => (a === "-e" || a === "--expression" ? [args[i + 1] ?? ""] : []));
    if (scripts.length === 0 && o.given.e !== undefined) scripts.push(o.given.e);
    const script = scripts.length > 0 ? scripts.join("\n") : o.operands.shift();
    if (script === undefined) {
      fail(sys, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", 1);
      return null;
    }
    const extended = "E" in o.given || "r" in o.given;
    const commands = parseSed(script);
    const refused = typeof commands === "string" ? commands : checkPatterns(commands, extended);
    if (typeof commands === "string" || refused !== null) {
      fail(sys, `sed: -e expression #1, ${refused}\n`, 1);
      return null;
    }
    const open = commands.map(() => false);
    const state = {
      failed: false,
      commands,
      quiet: "n" in o.given,
      extended,
      number: 0,
      ahead: null,
      hold: "",
      open,
      quit: false,
    };
    return { files: o.operands, state };
  },
  line(sys, s, text, newline) {
    if (s.ahead) runLine(sys, s, s.ahead, false);
    s.ahead = { text, newline };
    return !s.quit;
  },
  end(sys, s) {
    if (s.ahead && !s.quit) runLine(sys, s, s.ahead, true);
    exit(sys, s.failed ? 2 : 0);
  },
});

function checkPatterns(commands: readonly SedCommand[], extended: boolean): string | null {
  for (const c of commands) {
    for (const pattern of [c.pattern, c.from?.pattern, c.to?.pattern]) {
      const compiled = pattern === undefined ? null : posixRegExp(pattern, { extended });
      if (typeof compiled === "string") return `char ${c.at}: ${compiled}`;
    }
  }
  return null;
}

function matches(s: Sed, address: SedAddress, text: string, last: boolean): boolean {
  if (address.last) return last;
  if (address.step !== undefined)
    return address.step === 0 ? s.number === address.line : (s.number - (address.line ?? 0)) % address.step === 0;
  if (address.line !== undefined) return s.number === address.line;
  return (posixRegExp(address.pattern ?? "", { extended: s.extended, ignoreCase: address.ignoreCase }) as RegExp).test(
    text,
  );
}

function selected(s: Sed, index: number, text: string, last: boolean): boolean {
  const c = s.commands[index] as SedCommand;
  let hit: boolean;
  if (!c.from) hit = true;
  else if (!c.to) hit = matches(s, c.from, text, last);
  else if (s.open[index]) {
    hit = true;
    const past = c.to.line !== undefined && s.number >= c.to.line;
    if (past || matches(s, c.to, text, last)) s.open[index] = false;
  } else {
    hit = matches(s, c.from, text, last);
    if (hit) s.open[index] = c.to.line === undefined ? !c.to.last || !last : c.to.line > s.number;
  }
  return hit !== c.negate;
}

/** Runs the script on one line. */
function runLine(sys: Sys, s: Sed, line: { text: string; newline: boolean }, last: boolean): void {
  s.number++;
  let text = line.text;
  let after = "";
  let substituted = false;
  const print = () => write(sys, 1, `${text}\n`);
  for (let i = 0; i < s.commands.length; i++) {
    if (!selected(s, i, text, last)) {
      if (s.commands[i]?.name === "{") i = (s.commands[i] as SedCommand).jump ?? i;
      continue;
    }
    const c = s.commands[i] as SedCommand;
    switch (c.name) {
      case "s": {
        const [changed, replaced] = substitute(s, c, text);
        text = replaced;
        substituted ||= changed;
        if (changed && c.flags?.includes("p")) print();
        break;
      }
      case "y":
        text = [...text].map((ch) => [...(c.replacement ?? "")][[...(c.pattern ?? "")].indexOf(ch)] ?? ch).join("");
        break;
      case "p":
      case "P":
        write(sys, 1, `${c.name === "p" ? text : (text.split("\n")[0] as string)}\n`);
        break;
      case "=":
        write(sys, 1, `${s.number}\n`);
        break;
      case "i":
        write(sys, 1, `${c.text}\n`);
        break;
      case "a":
        after += `${c.text}\n`;
        break;
      case "c":
        if (!s.open[i]) write(sys, 1, `${c.text}\n`);
        return;
      case "d":
      case "D":
        write(sys, 1, after);
        return;
      case "g":
        text = s.hold;
        break;
      case "G":
        text += `\n${s.hold}`;
        break;
      case "h":
        s.hold = text;
        break;
      case "H":
        s.hold += `\n${text}`;
        break;
      case "x":
        [text, s.hold] = [s.hold, text];
        break;
      case "t":
        if (substituted) i = c.jump ?? s.commands.length;
        break;
      case "b":
        i = c.jump ?? s.commands.length;
        break;
      case "q":
      case "Q":
        if (c.name === "q" && !s.quiet) write(sys, 1, `${text}\n`);
        write(sys, 1, after);
        s.quit = true;
        exit(sys, c.status ?? 0);
        return;
    }
  }
  if (!s.quiet) write(sys, 1, text + (line.newline || !last ? "\n" : ""));
  write(sys, 1, after);
}

function substitute(s: Sed, c: SedCommand, text: string): [boolean, string] {
  const flags = c.flags ?? "";
  const ignoreCase = /[iI]/.test(flags);
  const pattern = posixRegExp(c.pattern ?? "", { extended: s.extended, ignoreCase, global: true }) as RegExp;
  const only = Number(/\d+/.exec(flags)?.[0] ?? 1);
  let count = 0;
  let changed = false;
  const result = text.replace(pattern, (...m: unknown[]) => {
    count++;
    const whole = m[0] as string;
    if (flags.includes("g") ? count < only : count !== only) return whole;
    changed = true;
    const groups = m.slice(1).filter((g) => typeof g === "string" || g === undefined) as (string | undefined)[];
    return (c.replacement ?? "").replace(
      /\\([0-9&n\\tLUE])|\\([\s\S])|&/g,
      (r: string, digit?: string, other?: string) => {
        if (r === "&" || digit === "0") return whole;
        if (other !== undefined) return other;
        if (digit === "n") return "\n";
        if (digit === "t") return "\t";
        if (digit === "&" || digit === "\\") return digit;
        return /\d/.test(digit ?? "") ? (groups[Number(digit) - 1] ?? "") : "";
      },
    );
  });
  return [changed, result];
}
