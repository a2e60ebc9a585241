/** Terminals: opening them, typing into them, and what their owner wants to know: who has the foreground, which prompt stands there. */
import { assert } from "../base/assert.ts";
import type { NetnsId } from "../kernel/types.ts";
import { pushEvent } from "../sim/queue.ts";
import type { ShellState } from "./lang/run/state.ts";
import { signalGroup, spawn } from "./process.ts";
import { addStream, feedKeyboard, sinkStream, WAKE_DETACH } from "./streams.ts";
import {
  type NodeId,
  type Proc,
  type ProcId,
  type Programs,
  ShellEvent,
  type ShellWorld,
  type Signal,
  type Terminal,
} from "./types.ts";

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
export function prompting(world: ShellWorld, sink: string): { shell: Proc; state: ShellState } | null {
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

/**
 * Opens a terminal on a node with an interactive bash, which waits for lines. Text goes to the sink named `sink`. In a named
 * namespace `netns` it is as `ip netns exec NAME bash` would have it.
 */
export function openTerminal(
  world: ShellWorld,
  options: { node: NodeId; sink: string; netns?: NetnsId; columns?: number },
): ProcId {
  const { sink, netns, columns = 80 } = options;
  const place = netns === undefined ? {} : { netns };
  const keyboard = addStream(world, {
    kind: "keyboard",
    readers: 0,
    writers: 1,
    sink,
    text: "",
    closed: false,
    waiting: [],
  });
  const fds = [keyboard, sinkStream(world, sink, 1), sinkStream(world, sink, 2)];
  const shell = spawn(world, null, {
    node: options.node,
    ...place,
    program: "bash",
    argv: ["bash"],
    fds,
    delay_ns: 0,
    exitSink: sink,
  });
  world.terminals[sink] = { sink, node: options.node, ...place, shell, foreground: null, keyboard, columns };
  return shell;
}

/** A line that a person typed and ended with Enter; null is Ctrl-D. */
export function typeLine(world: ShellWorld, sink: string, line: string | null): void {
  const terminal = world.terminals[sink];
  assert(terminal, `no terminal ${sink}`);
  feedKeyboard(world, terminal.keyboard, line === null ? null : `${line}\n`);
}

/** How a terminal echoes the keys that send signals. */
const KEYS: Partial<Record<Signal, string>> = { SIGINT: "^C", SIGQUIT: "^\\" };

/** Ctrl-C (or another key that sends a signal) in a terminal. */
export function interrupt(world: ShellWorld, programs: Programs, sink: string, signal: Signal = "SIGINT"): void {
  const terminal = world.terminals[sink];
  assert(terminal, `no terminal ${sink}`);
  world.output.push({ t_ns: world.now_ns, sink, kind: "stdout", text: KEYS[signal] ?? "", proc: terminal.shell });
  signalGroup(world, programs, terminal.foreground ?? terminal.shell, signal);
}

/** The keys that leave a container's terminal: the innermost program that has lent this one hears of it. */
export function detachTerminal(world: ShellWorld, programs: Programs, sink: string): void {
  const { keyboard } = terminalOf(world, sink);
  const lender = world.procs.findLast((p) => p?.exit === null && p.fds[0] === keyboard && programs[p.program]?.lends);
  if (lender) pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, lender.id, WAKE_DETACH, 0);
}

/** Closes the terminals that were opened in a named namespace, as a window does that is closed: what runs there gets SIGHUP. */
export function hangUpTerminals(world: ShellWorld, programs: Programs, netns: NetnsId): void {
  for (const terminal of Object.values(world.terminals)) {
    if (terminal.netns !== netns) continue;
    if (terminal.foreground !== null) signalGroup(world, programs, terminal.foreground, "SIGHUP");
    signalGroup(world, programs, terminal.shell, "SIGHUP");
  }
}
