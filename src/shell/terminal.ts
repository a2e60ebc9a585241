/** What the owner of a terminal wants to know: who has the foreground, and which prompt stands there. */
import { assert } from "../base/assert.ts";
import type { ShellState } from "./lang/state.ts";
import type { Proc, ShellWorld, Terminal } from "./types.ts";

function terminalOf(world: ShellWorld, sink: string): Terminal {
  const terminal = world.terminals[sink];
  assert(terminal, `no terminal ${sink}`);
  return terminal;
}

/** The process that the next line goes to: the newest that waits for the keyboard. Null while nobody does. */
export function reader(world: ShellWorld, sink: string): Proc | null {
  const keyboard = world.streams[terminalOf(world, sink).keyboard];
  if (keyboard?.kind !== "keyboard") return null;
  return world.procs[keyboard.waiting.at(-1) ?? -1] ?? null;
}

/** The shell that waits at its prompt, with its state; null while a program, or the builtin `read`, has the keyboard. */
function prompting(world: ShellWorld, sink: string): { shell: Proc; state: ShellState } | null {
  const shell = reader(world, sink);
  if (shell?.program !== "bash" && shell?.program !== "sh") return null;
  const state = shell.locals as ShellState;
  return state.interactive && state.prompted ? { shell, state } : null;
}

/** Whether a program runs in the foreground, so that a line typed now is its input and not a command. */
export function isBusy(world: ShellWorld, sink: string): boolean {
  return prompting(world, sink) === null;
}

/** The prompt of the innermost shell, as Debian's root has it: "root@hostA:~# ", of sh "# ". "" while a program runs. */
export function promptOf(world: ShellWorld, sink: string): string {
  const found = prompting(world, sink);
  if (!found) return "";
  const { shell, state } = found;
  if (state.continued) return "> ";
  if (shell.program === "sh") return "# ";
  const home = shell.env.HOME ?? "/root";
  const inside = shell.cwd.startsWith(`${home}/`) ? `~${shell.cwd.slice(home.length)}` : shell.cwd;
  const cwd = shell.cwd === home ? "~" : inside;
  return `root@${world.nodes[shell.node]?.hostname ?? shell.node}:${cwd}# `;
}
