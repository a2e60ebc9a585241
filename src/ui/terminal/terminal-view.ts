// One xterm on the page: shows the front node's text up to the playhead, and the line that is being typed.
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { TerminalChunk } from "../../protocol/messages.ts";
import type { NodeId } from "../../protocol/view.ts";
import { insideTextNow } from "../controls/inside-text.ts";
import { isLocked } from "../store/locks.ts";
import { notify } from "../store/notices.ts";
import { ask, exec, interrupt, pressTerminalKey } from "../store/session.ts";
import { logStore, terminalStore, timeStore, worldStore } from "../store/stores.ts";
import { sayPasted } from "./hint-store.ts";
import { historyWith, keepLine } from "./history.ts";
import { completeLine, type Deed, EMPTY_LINE, insert, keysOf, type Line, pressKey } from "./line-editor.ts";
import { noteLines, type OutputLines } from "./links/lines.ts";
import { linkScreen, type Pointed, type ScreenLinks } from "./links/screen-links.ts";
import { changesTopology } from "./locked-lines.ts";
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
  /** What is selected, or else all text. */
  selection(): string;
  /** Marks the line of a chunk, and brings it into view with `scroll`; false while it isn't on the screen. */
  mark(chunk: number, scroll: boolean): boolean;
  unmark(): void;
  /** How often the screen has begun anew: marks are gone then. */
  restarts(): number;
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
  /** What each line of the output came with, and what the footing's tail began with. */
  output: OutputLines;
  tailChunk: number;
  restarts: number;
  lines: Map<NodeId, Line>;
  /** Lines that were pasted and wait for the one before them to end. */
  queue: string[];
  /** Tabs in a row: the second one lists what could stand there. */
  tabs: number;
  lastKey: string;
  /** A line was sent and has not come back as a chunk: no prompt meanwhile. */
  sending: boolean;
}

/** What the page around the screen does. */
export interface Around {
  /** For Escape. */
  readonly leave: () => void;
  readonly copy: () => void;
  /** A line is pointed at that goes back to a packet or a command; null: none. */
  readonly point: (at: Pointed | null) => void;
}

/** Opens a terminal in `element`. */
export function openTerminalView(element: HTMLElement, around: Around): TerminalView {
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
    // Decorations, which mark lines.
    allowProposedApi: true,
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  term.open(element);
  const state = emptyState();
  const links = linkScreen(term, () => ({ footing: state.footing, lines: state.output }), around.point);
  term.attachCustomKeyEventHandler((event) => {
    // Tab completes a line; on an empty one there is nothing to complete, and it leads on as everywhere else.
    if (event.key === "Tab") return !event.shiftKey && lineOf(state).text !== "";
    if (isForPage(event, links, around)) {
      event.preventDefault();
      return false;
    }
    return !isClipboardKey(event, term.hasSelection());
  });
  term.onData((data) => {
    links.leave();
    type(term, state, data, around.leave);
  });
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
    selection: () => (term.hasSelection() ? term.getSelection() : allText(term)),
    mark: (chunk, scroll) => links.mark(chunk, scroll),
    unmark: () => links.unmark(),
    restarts: () => state.restarts,
    offer(line) {
      if (state.node === null || isLocked("terminal")) return;
      state.lines.set(state.node, insert(EMPTY_LINE, line));
      write(term, state, []);
      term.focus();
    },
    dispose: () => term.dispose(),
  };
  return view;
}

function emptyState(): State {
  return {
    node: null,
    next: 0,
    epoch: -1,
    playhead_ns: -1,
    footing: NO_FOOTING,
    prompt: "",
    output: [],
    tailChunk: -1,
    restarts: 0,
    lines: new Map(),
    queue: [],
    tabs: 0,
    lastKey: "",
    sending: false,
  };
}

/** Alt with up, down and Enter goes through the lines that packets have led to; Ctrl-Shift-C copies. Does what the key says. */
function isForPage(event: KeyboardEvent, links: ScreenLinks, around: Around): boolean {
  const isPressed = event.type === "keydown";
  if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "c") {
    if (isPressed) around.copy();
    return true;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return false;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    if (isPressed) links.walk(event.key === "ArrowUp" ? -1 : 1);
    return true;
  }
  return event.key === "Enter" && (!isPressed || links.open());
}

/** Ctrl-V pastes, and Ctrl-C copies where something is selected: those are the browser's, not the shell's. */
function isClipboardKey(event: KeyboardEvent, hasSelection: boolean): boolean {
  if (!event.ctrlKey || event.altKey || event.metaKey) return false;
  const key = event.key.toLowerCase();
  return key === "v" || (key === "c" && hasSelection);
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
  const output: Piece[] = [];
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
    output.push({ text: chunkText(chunk), chunk: state.next });
  }
  const prompt = node === undefined || node.busy || state.sending ? "" : node.prompt;
  if (restarted) {
    state.sending = false;
    term.reset();
    Object.assign(state, { footing: NO_FOOTING, output: [], tailChunk: -1, restarts: state.restarts + 1 });
  } else if (output.length === 0 && prompt === state.prompt) {
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

/** Text to be written, and the number of the chunk that it is; -1 for the page's own. */
interface Piece {
  readonly text: string;
  readonly chunk: number;
}

/** Puts output above the prompt, and draws the prompt and the line anew. */
function write(term: Terminal, state: State, output: readonly Piece[]): void {
  let open = state.footing.tail !== "";
  for (const { text, chunk } of output) {
    if (!open) state.tailChunk = chunk;
    noteLines(state.output, text, state.tailChunk, chunk);
    if (text.includes("\n")) state.tailChunk = chunk;
    open = text === "" ? open : !text.endsWith("\n");
  }
  const { done, tail } = splitTail(state.footing.tail + output.map(({ text }) => text).join(""));
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
  write(term, state, []);
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

function nameOf(node: NodeId): string {
  return worldStore.getState().nodes[node]?.name ?? node;
}

/** Lines that were typed in this terminal, oldest first: at earlier visits, then on the open branch. */
function historyOf(node: NodeId): string[] {
  const { playhead_ns } = timeStore.getState();
  const lines: string[] = [];
  const later = new Set<string>();
  for (const entry of logStore.getState().path) {
    if (entry.node !== node || entry.what.type !== "exec") continue;
    if (entry.at_ns > playhead_ns) later.add(entry.what.line);
    else if (entry.what.line.trim() !== "" && entry.what.line !== lines.at(-1)) lines.push(entry.what.line);
  }
  return historyWith(nameOf(node), lines, later);
}

function perform(term: Terminal, state: State, node: NodeId, deed: Deed, onLeave: () => void): void {
  switch (deed.type) {
    case "submit":
      if (!worldStore.getState().nodes[node]?.busy) submit(term, state, node, stripPrompt(deed.line));
      else state.queue.push(deed.line);
      runQueue(state);
      break;
    case "interrupt":
      state.queue = [];
      if (worldStore.getState().nodes[node]?.busy || state.prompt === "> ") void interrupt(node);
      else write(term, state, [{ text: `${state.prompt}^C\n`, chunk: -1 }]);
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

/** A line for the shell; one that is locked stands there without an answer, and the page says why. */
function submit(term: Terminal, state: State, node: NodeId, line: string): void {
  keepLine(nameOf(node), line);
  if (!isLocked("topology") || !changesTopology(line)) state.queue.push(line);
  else {
    write(term, state, [{ text: `${state.prompt}${line}\n`, chunk: -1 }]);
    notify("note", () => insideTextNow().terminal.lockedLine(line.trim()));
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
  const isListed = completed.list.length > 0 && state.tabs >= 2;
  const list = `${state.prompt}${line.text}\n${listing(namesOf(completed.list), term.cols)}`;
  write(term, state, isListed ? [{ text: list, chunk: -1 }] : []);
}
