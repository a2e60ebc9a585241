/** The builtin `trap`. */
import { write } from "../../process.ts";
import type { Signal, Sys } from "../../types.ts";
import { complain, isDash } from "../run/messages.ts";
import type { ShellState } from "../run/state.ts";
import { catchTrapped, TRAPPED } from "../run/trap.ts";

const NUMBERS: Readonly<Record<string, string>> = {
  "0": "EXIT",
  "1": "SIGHUP",
  "2": "SIGINT",
  "3": "SIGQUIT",
  "9": "SIGKILL",
  "13": "SIGPIPE",
  "15": "SIGTERM",
};
/** Linux's other signals, and bash's other events: known, but nobody sends them here. */
const UNSENT =
  /^(SIG)?(ILL|TRAP|ABRT|BUS|FPE|USR1|SEGV|USR2|ALRM|STKFLT|CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|PWR|SYS)$|^(DEBUG|RETURN)$/;

/** The name under which a trap is kept; null when it names nothing. */
function trapName(word: string): string | null {
  const upper = word.toUpperCase();
  if (upper === "EXIT" || upper === "ERR") return upper;
  if (Object.hasOwn(NUMBERS, word)) return NUMBERS[word] as string;
  const signal = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  return TRAPPED.includes(signal as Signal) ? signal : null;
}

function list(sys: Sys, state: ShellState, words: readonly string[]): void {
  const names = words.length > 0 ? words.map(trapName) : ["EXIT", ...TRAPPED, "ERR"];
  for (const name of names) {
    const script = name === null ? undefined : state.traps.get(name);
    if (script === undefined) continue;
    const shown = isDash(state) ? name?.replace(/^SIG/, "") : name;
    write(sys, 1, `trap -- '${script.replaceAll("'", "'\\''")}' ${shown}\n`);
  }
}

export function trap(sys: Sys, state: ShellState, args: string[]): void {
  const rest = args.slice(1).filter((word, i) => !(i === 0 && word === "--"));
  if (rest.length === 0 || rest[0] === "-p") return list(sys, state, rest.slice(1));
  if (rest[0] === "-l") {
    write(sys, 1, `${TRAPPED.map((s) => `${Object.keys(NUMBERS).find((n) => NUMBERS[n] === s)}) ${s}`).join("\n")}\n`);
    return;
  }
  const [script, ...words] = rest as [string, ...string[]];
  const reset = script === "-" || (words.length === 0 && trapName(script) !== null);
  const named = words.length === 0 && reset ? [script] : words;
  if (named.length === 0) {
    write(sys, 2, "trap: usage: trap [-lp] [[arg] signal_spec ...]\n");
    state.status = 2;
    return;
  }
  for (const word of named) setTrap(sys, state, word, reset ? null : script);
  catchTrapped(sys, state);
}

function setTrap(sys: Sys, state: ShellState, word: string, script: string | null): void {
  const name = trapName(word);
  if (name !== null) {
    if (script === null) state.traps.delete(name);
    else state.traps.set(name, script);
    return;
  }
  const unsent = UNSENT.test(word.toUpperCase());
  const bash = unsent ? "not simulated by docker0 Playground" : "invalid signal specification";
  complain(sys, state, isDash(state) && !unsent ? `trap: ${word}: bad trap` : `trap: ${word}: ${bash}`);
  state.status = 1;
}
