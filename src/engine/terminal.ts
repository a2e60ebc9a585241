/**
 * Terminals of the session: one for each node, opened when somebody first types there; its sink is the node's id. In a namespace
 * made by hand it is a shell of the machine's, as `ip netns exec NAME bash` gives one.
 */

import type { NetnsId, SocketId } from "../kernel/types.ts";
import type { TerminalChunk, TerminalKey } from "../protocol/messages.ts";
import {
  detachTerminal,
  interrupt,
  isBusy,
  openTerminal,
  prompting,
  promptOf,
  typeLine as typeIntoTerminal,
} from "../shell/terminal.ts";
import type { NodeRecord, Proc, ProcId } from "../shell/types.ts";
import { programs } from "../worlds/programs.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** The id under which the page knows a namespace made by hand. */
export const namespaceId = (machine: string, name: string): string => `${machine}/netns/${name}`;

/** Where the shell of a node's terminal begins; null: no such node is there now. `named`: in a namespace made by hand. */
export function terminalPlace(
  world: PlaygroundWorld,
  id: string,
): { node: NodeRecord; netns: NetnsId; named: boolean } | null {
  const own = Object.hasOwn(world.nodes, id) ? world.nodes[id] : undefined;
  if (own !== undefined) return { node: own, netns: own.netns, named: false };
  const [, machine = "", name = ""] = /^([^/]+)\/netns\/([^/]+)$/.exec(id) ?? [];
  const node = Object.hasOwn(world.nodes, machine) ? world.nodes[machine] : undefined;
  const space = world.netns.find((one) => one?.machine === node?.machine && one?.name === name);
  return node === undefined || !space ? null : { node, netns: space.id, named: true };
}

/** Types a line and Enter. What it prints comes by `drainTerminal`. */
export function typeLine(world: PlaygroundWorld, node: string, line: string): void {
  const place = world.terminals[node] === undefined ? terminalPlace(world, node) : null;
  if (place !== null) {
    const { id } = place.node;
    openTerminal(world, { node: id, sink: node, ...(place.named ? { netns: place.netns } : {}) });
  }
  typeIntoTerminal(world, node, line);
}

/** Ctrl-C. */
export function interruptTerminal(world: PlaygroundWorld, node: string): void {
  if (world.terminals[node] !== undefined) interrupt(world, programs, node);
}

/** Ctrl-D, or the keys that leave a container's terminal. Nothing where no terminal is open. */
export function pressTerminalKey(world: PlaygroundWorld, node: string, key: TerminalKey): void {
  if (world.terminals[node] === undefined) return;
  if (key === "eof") typeIntoTerminal(world, node, null);
  else detachTerminal(world, programs, node);
}

/** Whether a program runs in the foreground of the node's terminal. */
export function isTerminalBusy(world: PlaygroundWorld, node: string): boolean {
  return world.terminals[node] !== undefined && isBusy(world, node);
}

/**
 * Whether what runs in the foreground there may wait for ever: only for packets that pass by, or for somebody to connect (tcpdump,
 * nc -l). Such a wait is not worth crossing in a blink: tables would age to death meanwhile.
 */
export function isTerminalListening(world: PlaygroundWorld, node: string): boolean {
  const terminal = world.terminals[node];
  if (terminal === undefined) return false;
  const parents = new Set<ProcId>();
  for (const proc of world.procs)
    if (proc !== null && proc.exit === null && proc.parent !== null) parents.add(proc.parent);
  const group = world.procs.filter((p) => p !== null && p.exit === null && p.group === terminal.foreground);
  const last = group.filter((p) => p !== null && !parents.has(p.id));
  return last.length > 0 && last.every((p) => p !== null && p.timers.length === 0 && onlyListens(world, p));
}

function onlyListens(world: PlaygroundWorld, { sockets }: Proc): boolean {
  const listens = (id: SocketId) => {
    const socket = world.sockets[id];
    return socket?.type === "packet" || socket?.tcp?.state === "LISTEN";
  };
  return sockets.length > 0 && sockets.every(listens);
}

/**
 * Whether the prompt of the node's terminal stands elsewhere (in a container, in another namespace) or in the middle of a
 * command: a line meant for the node would not do there what it says.
 */
export function isTerminalAway(world: PlaygroundWorld, node: string): boolean {
  const found = world.terminals[node] === undefined ? null : prompting(world, node);
  if (found === null) return false;
  const { shell, state } = found;
  const place = terminalPlace(world, node);
  return state.continued || shell.node !== place?.node.id || shell.netns !== place.netns;
}

/** Prompt that the node's terminal shows, or would show if it were open; "" while a program runs. */
export function terminalPrompt(world: PlaygroundWorld, node: string): string {
  const open = world.terminals[node];
  if (open !== undefined) return promptOf(world, node);
  const record = terminalPlace(world, node)?.node;
  return record === undefined ? "" : `root@${record.hostname}:${record.cwd === "/root" ? "~" : record.cwd}# `;
}

/** Gives what programs printed since the last call to `say`. A terminal whose shell has ended is gone: the next line opens it anew. */
export function drainTerminal(world: PlaygroundWorld, say: (chunk: TerminalChunk) => void): void {
  for (const chunk of world.output.splice(0)) {
    if (world.nodes[chunk.sink] === undefined && world.terminals[chunk.sink] === undefined) continue;
    if (chunk.kind === "exit") delete world.terminals[chunk.sink];
    else {
      const cause = chunk.cause === undefined ? {} : { cause: chunk.cause };
      say({ t_ns: chunk.t_ns, node: chunk.sink, kind: chunk.kind, text: chunk.text, prompt: "", ...cause });
    }
  }
}
