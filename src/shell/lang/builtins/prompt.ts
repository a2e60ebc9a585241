/** Builtins of a shell at its prompt: history and `!` (bash(1), HISTORY EXPANSION), aliases. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { complain, isDash } from "../run/messages.ts";
import type { ShellState } from "../run/state.ts";

export function history(sys: Sys, state: ShellState, args: string[]): void {
  const word = args[1];
  if (word === "-c") {
    state.history = [];
    return;
  }
  if (word !== undefined && !/^\d+$/.test(word)) {
    const known = /^-[anrwpsd]$/.test(word);
    const why = known
      ? `${word}: not simulated by docker0 Playground`
      : word.startsWith("-")
        ? `${word}: invalid option`
        : `${word}: numeric argument required`;
    complain(sys, state, `history: ${why}`);
    state.status = word.startsWith("-") && !known ? 2 : 1;
    return;
  }
  const from = word === undefined ? 0 : Math.max(0, state.history.length - Number(word));
  for (let i = from; i < state.history.length; i++)
    write(sys, 1, `${String(i + 1).padStart(5)}  ${state.history[i]}\n`);
}

/** The line that an event names: "!", a number, or the beginning of a line. */
function eventLine(past: readonly string[], event: string): string | undefined {
  if (event === "!") return past.at(-1);
  if (/^-?\d+$/.test(event)) return past.at(Number(event) > 0 ? Number(event) - 1 : Number(event));
  return past.findLast((line) => line.startsWith(event));
}

/**
 * `!!`, `!5`, `!-2`, `!ping` and `!$` in a line that was typed, outside of single quotes. An `event` alone is one that
 * is not in the history.
 */
export function expandHistory(past: readonly string[], line: string): { line: string } | { event: string } {
  let unknown: string | null = null;
  const expanded = line.replace(
    /'[^']*'|\\.|(?<![[$])!(!|\$|-?\d+|[A-Za-z./][^\s;&|"'!]*)/g,
    (whole: string, event?: string) => {
      if (event === undefined) return whole;
      const found = event === "$" ? past.at(-1)?.trim().split(/\s+/).at(-1) : eventLine(past, event);
      if (found === undefined) unknown ??= whole;
      return found ?? whole;
    },
  );
  return unknown === null ? { line: expanded } : { event: unknown };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function alias(sys: Sys, state: ShellState, args: string[]): void {
  const words = args.slice(1).filter((word) => word !== "-p");
  const names = words.length > 0 ? words : [...state.aliases.keys()].sort();
  for (const word of names) {
    const equals = word.indexOf("=");
    const name = equals > 0 ? word.slice(0, equals) : word;
    if (equals > 0 && /[\s/$`"'\\|&;()<>]/.test(name)) {
      complain(sys, state, `alias: \`${name}': invalid alias name`);
      state.status = 1;
    } else if (equals > 0) state.aliases.set(name, word.slice(equals + 1));
    else {
      const value = state.aliases.get(name);
      if (value !== undefined) write(sys, 1, `${isDash(state) ? "" : "alias "}${name}=${quoted(value)}\n`);
      else {
        complain(sys, state, isDash(state) ? `alias: ${name} not found` : `alias: ${name}: not found`);
        state.status = 1;
      }
    }
  }
}

export function unalias(sys: Sys, state: ShellState, args: string[]): void {
  if (args[1] === "-a") state.aliases.clear();
  else if (args.length < 2) {
    write(sys, 2, "unalias: usage: unalias [-a] name [name ...]\n");
    state.status = 2;
  } else {
    for (const name of args.slice(1)) {
      if (state.aliases.delete(name)) continue;
      complain(sys, state, isDash(state) ? `unalias: ${name} not found` : `unalias: ${name}: not found`);
      state.status = 1;
    }
  }
}
