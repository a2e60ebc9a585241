// What was typed on the open branch, as commands that a script can run one after the other.
import type { LogEntry, TerminalChunk } from "../../../protocol/messages.ts";
import type { AddedHost } from "../../../protocol/scene.ts";
import type { NodeId } from "../../../protocol/view.ts";

export interface Step {
  readonly at_ns: number;
  readonly node: NodeId;
  readonly line: string;
  /** What was typed into the program that the line started: a shell in a container, `nc` … */
  readonly input: readonly { readonly at_ns: number; readonly line: string }[];
  /** When it was ended by Ctrl-C, or the moment up to which it ran; null for what ends by itself. */
  readonly until_ns: number | null;
  /** Something else was done before it ended. */
  readonly background: boolean;
}

export interface Typed {
  /** Entries of the branch up to `end_ns`, oldest first. */
  readonly path: readonly LogEntry[];
  readonly chunks: readonly TerminalChunk[];
  readonly end_ns: number;
  /** Whether the node's terminal runs a program at `end_ns`. */
  readonly isBusy: (node: NodeId) => boolean;
}

interface Draft {
  at_ns: number;
  node: NodeId;
  line: string;
  input: { at_ns: number; line: string }[];
  until_ns: number | null;
  /** Last sign of life in its terminal. */
  last_ns: number;
}

/** The steps in the order in which they began, and the hosts that came while the scene ran. */
export function stepsOf(typed: Typed): { readonly steps: readonly Step[]; readonly hosts: readonly AddedHost[] } {
  const drafts: Draft[] = [];
  const terminals = new Map<NodeId, Terminal>();
  const prompts = promptsOf(typed);
  const hosts: AddedHost[] = [];
  typed.path.forEach((entry, i) => {
    if (entry.at_ns > typed.end_ns) return;
    if (entry.what.type === "add-host") {
      hosts.push(entry.what.host);
      return;
    }
    const terminal = terminals.get(entry.node) ?? { base: prompts[i] ?? "", open: null, inside: 0 };
    terminals.set(entry.node, terminal);
    const made = take(terminal, entry, prompts[i] ?? "");
    if (made !== null) drafts.push(made);
  });
  for (const [node, { open }] of terminals) {
    if (open !== null && open.until_ns === null && open.input.length === 0 && typed.isBusy(node))
      open.until_ns = typed.end_ns;
  }
  readSigns(drafts, typed.chunks);
  return { steps: drafts.map((draft, i) => finished(draft, drafts[i + 1])), hosts };
}

interface Terminal {
  /** Its own prompt. */
  base: string;
  /** The command that was typed last at that prompt. */
  open: Draft | null;
  /** How many shells one stands in. */
  inside: number;
}

/** Takes an entry in; a new step when it is one. */
function take(terminal: Terminal, entry: LogEntry, prompt: string): Draft | null {
  const { what, at_ns, node } = entry;
  const { open } = terminal;
  if (what.type === "key") {
    terminal.inside = Math.max(0, terminal.inside - 1);
    return null;
  }
  if (what.type !== "exec") {
    if (open !== null && terminal.inside === 0) open.until_ns ??= at_ns;
    return null;
  }
  const { line } = what;
  if (open !== null && prompt === "> ") {
    const last = open.input.at(-1);
    if (last === undefined) open.line += `\n${line}`;
    else last.line += `\n${line}`;
    return null;
  }
  // A shell that did not come about leaves its terminal at the old prompt.
  if (open !== null && prompt === terminal.base && /^\s*docker /.test(open.line)) terminal.inside = 0;
  if (open !== null && (terminal.inside > 0 || prompt === "")) {
    open.input.push({ at_ns, line });
    if (/^\s*exit\b/.test(line)) terminal.inside--;
    else if (opensShell(line)) terminal.inside++;
    return null;
  }
  if (line.trim() === "") return null;
  terminal.open = { at_ns, node, line, input: [], until_ns: null, last_ns: at_ns };
  terminal.inside = opensShell(line) ? 1 : 0;
  return terminal.open;
}

/** Whether what is typed next goes to a shell that this line starts. */
function opensShell(line: string): boolean {
  if (/(^|\s|\/)(ba|a|da)?sh\s*$/.test(line)) return true;
  if (/^\s*docker\s+attach\b/.test(line)) return true;
  return /^\s*docker\s+(run|exec|start)\b/.test(line) && / -(it|ti|i -t|t -i|ai|ia)\b/.test(line);
}

/** The prompt before each entry's line, by the terminal text that begins with it. */
function promptsOf({ path, chunks }: Typed): (string | null)[] {
  let at = 0;
  return path.map((entry) => {
    if (entry.what.type !== "exec") return null;
    const { line } = entry.what;
    const found = chunks.findIndex(
      (chunk, i) => i >= at && chunk.kind === "input" && chunk.node === entry.node && chunk.text.trim() === line.trim(),
    );
    if (found < 0) return null;
    at = found + 1;
    return chunks[found]!.prompt;
  });
}

/** Until when each command printed something. */
function readSigns(drafts: readonly Draft[], chunks: readonly TerminalChunk[]): void {
  const running = new Map<NodeId, Draft>();
  let next = 0;
  for (const chunk of chunks) {
    for (; next < drafts.length && drafts[next]!.at_ns <= chunk.t_ns; next++) {
      const draft = drafts[next]!;
      running.set(draft.node, draft);
    }
    const draft = running.get(chunk.node);
    if (draft !== undefined && chunk.kind !== "input") draft.last_ns = chunk.t_ns;
  }
}

function finished(draft: Draft, next: Draft | undefined): Step {
  const { at_ns, node, line, input, until_ns, last_ns } = draft;
  const background = next !== undefined && next.node !== node && next.at_ns < Math.max(last_ns, until_ns ?? 0);
  return { at_ns, node, line, input, until_ns, background };
}
