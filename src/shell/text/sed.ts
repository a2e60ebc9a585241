/** sed: GNU sed 4.9, its commands that fit on a line: s y p d q = a i c n N D P g G h H x b t { }. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";
import { lineProgram } from "./filter.ts";
import { posixRegExp } from "./regexp.ts";
import { parseSed, type SedAddress, type SedCommand } from "./sed-script.ts";
import { getopt } from "./usage.ts";

/** Commands run on one line: a loop that never ends must not stop the world. */
const MAX_STEPS = 100_000;

/** One run through the script: pattern space, next command, what `a` will print, whether an `s` has changed something. */
interface Cycle {
  text: string;
  at: number;
  after: string;
  substituted: boolean;
  /** "n" or "N": it waits for a line. */
  wants: string;
}

interface Sed {
  failed: boolean;
  commands: SedCommand[];
  quiet: boolean;
  extended: boolean;
  number: number;
  /** The line before the one just read: held back, so that `$` is known. */
  ahead: { text: string; newline: boolean } | null;
  hold: string;
  cycle: Cycle | null;
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
      cycle: null,
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

/** Gives the script its next line: a new cycle, or the rest of one that n or N has broken off. */
function runLine(sys: Sys, s: Sed, line: { text: string; newline: boolean }, last: boolean): void {
  s.number++;
  const c = s.cycle;
  s.cycle = null;
  if (!c)
    return runCycle(sys, s, { text: line.text, at: 0, after: "", substituted: false, wants: "" }, line.newline, last);
  c.text = c.wants === "N" ? `${c.text}\n${line.text}` : line.text;
  runCycle(sys, s, c, line.newline, last);
}

/** From command `cycle.at` on, up to the script's end or to n or N. */
function runCycle(sys: Sys, s: Sed, cycle: Cycle, newline: boolean, last: boolean): void {
  for (let steps = 0; cycle.at < s.commands.length; steps++) {
    if (steps > MAX_STEPS) return fail(sys, "sed: script runs too long\n", 4);
    const i = cycle.at++;
    const command = s.commands[i] as SedCommand;
    if (!selected(s, i, cycle.text, last)) {
      if (command.name === "{") cycle.at = (command.jump ?? i) + 1;
      continue;
    }
    if (command.name === "n" || command.name === "N") {
      // Without a further line GNU sed prints what it has, and ends.
      if (last) break;
      if (command.name === "n" && !s.quiet) write(sys, 1, `${cycle.text}\n`);
      s.cycle = { ...cycle, wants: command.name };
      return;
    }
    if (!perform(sys, s, cycle, command, i)) return;
  }
  if (!s.quiet) write(sys, 1, cycle.text + (newline || !last ? "\n" : ""));
  write(sys, 1, cycle.after);
}

/** One command; false: the cycle is over and nothing more is printed. */
function perform(sys: Sys, s: Sed, cycle: Cycle, c: SedCommand, index: number): boolean {
  switch (c.name) {
    case "s": {
      const [changed, replaced] = substitute(s, c, cycle.text);
      cycle.text = replaced;
      cycle.substituted ||= changed;
      if (changed && c.flags?.includes("p")) write(sys, 1, `${replaced}\n`);
      return true;
    }
    case "p":
    case "P":
      write(sys, 1, `${c.name === "p" ? cycle.text : (cycle.text.split("\n")[0] as string)}\n`);
      return true;
    case "=":
      write(sys, 1, `${s.number}\n`);
      return true;
    case "i":
      write(sys, 1, `${c.text}\n`);
      return true;
    case "a":
      cycle.after += `${c.text}\n`;
      return true;
    case "c":
      if (!s.open[index]) write(sys, 1, `${c.text}\n`);
      return false;
    case "d":
    case "D":
      write(sys, 1, cycle.after);
      return false;
    case "t":
    case "b":
      if (c.name === "b" || cycle.substituted) cycle.at = (c.jump ?? s.commands.length) + 1;
      if (c.name === "t") cycle.substituted = false;
      return true;
    case "q":
    case "Q":
      if (c.name === "q" && !s.quiet) write(sys, 1, `${cycle.text}\n`);
      write(sys, 1, cycle.after);
      s.quit = true;
      exit(sys, c.status ?? 0);
      return false;
    default:
      edit(s, cycle, c);
      return true;
  }
}

/** y and the hold space. */
function edit(s: Sed, cycle: Cycle, c: SedCommand): void {
  const to = Array.from(c.replacement ?? "");
  const from = Array.from(c.pattern ?? "");
  if (c.name === "y") cycle.text = Array.from(cycle.text, (ch) => to[from.indexOf(ch)] ?? ch).join("");
  else if (c.name === "g") cycle.text = s.hold;
  else if (c.name === "G") cycle.text += `\n${s.hold}`;
  else if (c.name === "h") s.hold = cycle.text;
  else if (c.name === "H") s.hold += `\n${cycle.text}`;
  else if (c.name === "x") [cycle.text, s.hold] = [s.hold, cycle.text];
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
