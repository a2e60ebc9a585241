/** Options of the coreutils, and how they refuse what they don't know. */
import { exit, fail, write } from "../process.ts";
import type { Sys } from "../types.ts";

export interface Options {
  /** Values by letter or long name; "" for a flag. */
  given: Record<string, string>;
  operands: string[];
}

/** "Try 'cut --help' for more information." */
export function tryHelp(name: string): string {
  return `Try '${name} --help' for more information.\n`;
}

/**
 * getopt(3): `flags` letters without, `valued` letters with a value, `long` maps long names to letters. Null: refused with
 * `status`, and exited.
 */
export function getopt(
  sys: Sys,
  args: readonly string[],
  spec: {
    flags: string;
    valued?: string;
    long?: Readonly<Record<string, string>>;
    status?: number;
    stopAtOperand?: boolean;
  },
): Options | null {
  const name = sys.proc.program;
  const given: Record<string, string> = Object.create(null);
  const operands: string[] = [];
  const refuse = (text: string) => {
    fail(sys, `${name}: ${text}\n${tryHelp(name)}`, spec.status ?? 1);
    return null;
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      operands.push(arg);
      if (!spec.stopAtOperand) continue;
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg === "--help" || arg === "--version") return answer(sys, name, arg);
    if (arg.startsWith("--")) {
      const [word = "", value] = arg.slice(2).split(/=([\s\S]*)/, 2);
      const letter = Object.hasOwn(spec.long ?? {}, word) ? (spec.long?.[word] as string) : null;
      if (letter === null) return refuse(`unrecognized option '${arg.split("=")[0]}'`);
      const takes = (spec.valued ?? "").includes(letter);
      const own = value ?? (takes ? args[++at] : "");
      if (own === undefined) return refuse(`option '--${word}' requires an argument`);
      given[letter] = own;
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      if (spec.flags.includes(letter)) {
        given[letter] = "";
        continue;
      }
      if (!(spec.valued ?? "").includes(letter)) return refuse(`invalid option -- '${letter}'`);
      const value = arg.slice(i + 1) || args[++at];
      if (value === undefined) return refuse(`option requires an argument -- '${letter}'`);
      given[letter] = value;
      break;
    }
  }
  return { given, operands };
}

/** --help and --version: short, but where the real ones print them. */
function answer(sys: Sys, name: string, option: string): null {
  const about = sys.programs[name]?.about ?? "";
  const help = `Usage: ${name} [OPTION]... [ARGUMENT]...\n${about.charAt(0).toUpperCase()}${about.slice(1)}.\n`;
  write(sys, 1, option === "--help" ? help : `${name} (GNU coreutils) 9.1\n`);
  exit(sys, 0);
  return null;
}

/** coreutils write their quotes as in a UTF-8 locale, or plainly in C as the machines here do. */
export function quote(text: string): string {
  return `'${text}'`;
}
