// One xterm on the page: shows the front node's text up to the playhead, and the line that is being typed.
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { TerminalChunk } from "../../protocol/messages.ts";
import type { NodeId } from "../../protocol/view.ts";
import { isLocked } from "../store/locks.ts";
import { ask, exec, interrupt, pressTerminalKey } from "../store/session.ts";
import { logStore, terminalStore, timeStore, worldStore } from "../store/stores.ts";
import { sayPasted } from "./hint-store.ts";
import { completeLine, type Deed, EMPTY_LINE, insert, keysOf, type Line, pressKey } from "./line-editor.ts";
import { pastedLines, stripPrompt } from "./paste.ts";
import { draw, type Footing, listing, NO_FOOTING, namesOf, splitTail, wipe } from "./screen.ts";

/** Chunks that are written again when somebody goes back in time or to another terminal, at most. */
const REWRITE_CHUNKS = 3000;

export interface TerminalView {
  /** Shows another node's terminal. */
  show(node: NodeId): void;
  /** Brings the text up to the playhead; call in every frame. */
  refresh(): void;
  fit(): void;
  focus(): void;
  /** Colours and size from the page's theme. */
  recolour(): void;
  text(): string;
  /** Puts a line at the prompt in the place of what stands there, to be looked at and sent. */
  offer(line: string): void;
  dispose(): void;
}

interface State {
  node: NodeId | null;
  /** Number of the first chunk that has not been looked at; all chunks of all nodes count. */
  next: number;
  epoch: number;
  playhead_ns: number;
  footing: Footing;
  prompt: string;
  lines: Map<NodeId, Line>;
  /** Lines that were pasted and wait for the one before them to end. */
  queue: string[];
  /** Tabs in a row: the second one lists what could stand there. */
  tabs: number;
  lastKey: string;
  /** A line was sent and has not come back as a chunk: no prompt meanwhile. */
  sending: boolean;
}

/** Opens a terminal in `element`. `onLeave` is called for Escape. */
export function openTerminalView(element: HTMLElement, onLeave: () => void): TerminalView {
  const term = new Terminal({
    convertEol: true,
    fontFamily: css("--font-mono"),
    fontSize: fontSize(),
    lineHeight: 1.35,
    scrollback: 5000,
    cursorBlink: false,
    cursorInactiveStyle: "outline",
    screenReaderMode: true,
    theme: colours(),
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  term.open(element);
  const state: State = {
    node: null,
    next: 0,
    epoch: -1,
    playhead_ns: -1,
    footing: NO_FOOTING,
    prompt: "",
    lines: new Map(),
    queue: [],
    tabs: 0,
    lastKey: "",
    sending: false,
  };
  term.attachCustomKeyEventHandler((event) => {
    // Tab completes a line; on an empty one there is nothing to complete, and it leads on as everywhere else.
    if (event.key === "Tab") return !event.shiftKey && lineOf(state).text !== "";
    return !isClipboardKey(event, term.hasSelection());
  });
  term.onData((data) => type(term, state, data, onLeave));
  const view: TerminalView = {
    show(node) {
      if (state.node === node) return;
      Object.assign(state, { node, epoch: -1, queue: [], sending: false });
      view.refresh();
    },
    refresh: () => refresh(term, state),
    fit: () => fit.fit(),
    focus: () => term.focus(),
    recolour() {
      term.options.theme = colours();
      term.options.fontSize = fontSize();
      fit.fit();
    },
    text: () => allText(term),
    offer(line) {
      if (state.node === null || isLocked("terminal")) return;
      state.lines.set(state.node, insert(EMPTY_LINE, line));
      write(term, state, "");
      term.focus();
    },
    dispose: () => term.dispose(),
  };
  return view;
}

/** Ctrl-V pastes, and Ctrl-C copies where something is selected: those are the browser's, not the shell's. */
function isClipboardKey(event: KeyboardEvent, hasSelection: boolean): boolean {
  if (!event.ctrlKey || event.altKey || event.metaKey) return false;
  const key = event.key.toLowerCase();
  return key === "v" || (key === "c" && (hasSelection || event.shiftKey));
}

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Letters in px: the theme's, or the usual size. */
function fontSize(): number {
  return Number(css("--terminal-size")) || 12.5;
}

function colours() {
  return {
    background: css("--terminal"),
    foreground: css("--terminal-ink"),
    cursor: css("--terminal-ink"),
    cursorAccent: css("--terminal"),
    green: css("--terminal-prompt"),
    selectionBackground: "#4a6ad060",
  };
}

function allText(term: Terminal): string {
  const { active } = term.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? "");
  return lines.join("\n").trimEnd();
}

function lineOf(state: State): Line {
  return (state.node === null ? undefined : state.lines.get(state.node)) ?? EMPTY_LINE;
}

/** Writes what had happened by the playhead and is not on the screen; starts over when time or the branch went back. */
function refresh(term: Terminal, state: State): void {
  if (state.node === null) return;
  const { chunks, epoch } = terminalStore.getState();
  const { playhead_ns } = timeStore.getState();
  const node = worldStore.getState().nodes[state.node];
  let output = "";
  let restarted = false;
  if (epoch !== state.epoch || playhead_ns < state.playhead_ns) {
    restarted = true;
    state.epoch = epoch;
    state.queue = [];
    state.next = Math.max(0, firstOfLast(chunks, state.node));
  }
  state.playhead_ns = playhead_ns;
  for (; state.next < chunks.length && chunks[state.next]!.t_ns <= playhead_ns; state.next++) {
    const chunk = chunks[state.next]!;
    if (chunk.node !== state.node) continue;
    if (chunk.kind === "input") state.sending = false;
    output += chunkText(chunk);
  }
  const prompt = node === undefined || node.busy || state.sending ? "" : node.prompt;
  if (restarted) {
    state.sending = false;
    term.reset();
    state.footing = NO_FOOTING;
  } else if (output === "" && prompt === state.prompt) {
    runQueue(state);
    return;
  }
  state.prompt = prompt;
  write(term, state, output);
  runQueue(state);
}

/** Where to begin so that at most REWRITE_CHUNKS of the node's are written. */
function firstOfLast(chunks: readonly TerminalChunk[], node: NodeId): number {
  let seen = 0;
  for (let i = chunks.length - 1; i >= 0; i--) {
    if (chunks[i]!.node === node && ++seen === REWRITE_CHUNKS) return i;
  }
  return 0;
}

function chunkText(chunk: TerminalChunk): string {
  if (chunk.kind === "input") return `\x1b[32m${chunk.prompt}\x1b[0m${chunk.text.replace(/\n?$/, "\n")}`;
  return chunk.text;
}

/** Puts output above the prompt, and draws the prompt and the line anew. */
function write(term: Terminal, state: State, output: string): void {
  const { done, tail } = splitTail(state.footing.tail + output);
  const drawn = draw(tail, state.prompt, lineOf(state), term.cols);
  term.write(wipe(state.footing) + done + drawn.text);
  state.footing = drawn.footing;
}

function type(term: Terminal, state: State, data: string, onLeave: () => void): void {
  const { node } = state;
  if (node === null || isLocked("terminal")) return;
  for (const key of keysOf(unwrapped(state, node, data))) {
    state.tabs = key === "\t" ? state.tabs + 1 : 0;
    const { line, deed } = pressKey(lineOf(state), key, historyOf(node));
    if (key === "\x11" && state.lastKey === "\x10") leaveContainer(state, node);
    else state.lines.set(node, line);
    state.lastKey = key;
    if (deed !== null) perform(term, state, node, deed, onLeave);
  }
  write(term, state, "");
}

/** Ctrl-P Ctrl-Q; the first of the two has gone back in the history. */
function leaveContainer(state: State, node: NodeId): void {
  state.lines.set(node, pressKey(lineOf(state), "\x0e", historyOf(node)).line);
  void pressTerminalKey(node, "detach");
}

/** What was pasted at a prompt, without the prompts and the output that were copied along. */
function unwrapped(state: State, node: NodeId, data: string): string {
  const isPaste = data.length > 1 && !data.includes("\x1b") && lineOf(state).text === "";
  if (!isPaste || worldStore.getState().nodes[node]?.busy) return data;
  const { lines, output } = pastedLines(data);
  sayPasted(output);
  return lines.join("\r");
}

/** Lines that were typed in this terminal on the open branch, oldest first. */
function historyOf(node: NodeId): string[] {
  const { playhead_ns } = timeStore.getState();
  const lines: string[] = [];
  for (const entry of logStore.getState().path) {
    if (entry.node !== node || entry.what.type !== "exec" || entry.at_ns > playhead_ns) continue;
    if (entry.what.line.trim() !== "" && entry.what.line !== lines.at(-1)) lines.push(entry.what.line);
  }
  return lines;
}

function perform(term: Terminal, state: State, node: NodeId, deed: Deed, onLeave: () => void): void {
  switch (deed.type) {
    case "submit":
      state.queue.push(worldStore.getState().nodes[node]?.busy ? deed.line : stripPrompt(deed.line));
      runQueue(state);
      break;
    case "interrupt":
      state.queue = [];
      if (worldStore.getState().nodes[node]?.busy || state.prompt === "> ") void interrupt(node);
      else write(term, state, `${state.prompt}^C\n`);
      break;
    case "eof":
      void pressTerminalKey(node, "eof");
      break;
    case "clear":
      term.clear();
      break;
    case "complete":
      void complete(term, state, node);
      break;
    case "leave":
      onLeave();
      break;
  }
}

/** Sends the next line when its turn has come: at once to a program that runs, else after the one before has ended. */
function runQueue(state: State): void {
  const { node } = state;
  if (node === null || state.sending) return;
  const line = state.queue.shift();
  if (line === undefined) return;
  state.sending = true;
  void exec(node, line).finally(() => {
    state.sending = false;
  });
}

async function complete(term: Terminal, state: State, node: NodeId): Promise<void> {
  const line = lineOf(state);
  const answer = await ask({ kind: "complete", node, line: line.text, cursor: line.cursor });
  if (answer?.kind !== "complete" || state.node !== node || lineOf(state) !== line) return;
  const completed = completeLine(line, answer.from, answer.candidates);
  state.lines.set(node, completed.line);
  const list =
    completed.list.length === 0 || state.tabs < 2
      ? ""
      : `${state.prompt}${line.text}\n${listing(namesOf(completed.list), term.cols)}`;
  write(term, state, list);
}
