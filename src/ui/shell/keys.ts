// Keys that work everywhere on the page except where somebody types.

import { setListening } from "../store/idle.ts";
import { seek, setSpeed, stepBack, stepEvent, stepHop, togglePlay } from "../store/session.ts";
import { timeStore } from "../store/stores.ts";
import { runMainAction } from "./actions.ts";
import { focusPanel, uiStore } from "./ui-state.ts";

export interface Command {
  readonly id: CommandId;
  /** As KeyboardEvent.key, with "ctrl+" and "shift+" before it. The first is the one that help shows. */
  readonly keys: readonly string[];
  readonly run: () => void;
}
export type CommandId = (typeof COMMAND_IDS)[number];
const COMMAND_IDS = [
  "play",
  "hop",
  "event",
  "back",
  "start",
  "end",
  "faster",
  "slower",
  "undo",
  "redo",
  "ping",
  "canvas",
  "terminal",
  "events",
  "details",
  "connect",
  "compare",
  "share",
  "lessons",
  "present",
  "bare",
  "library",
  "palette",
  "help",
] as const;

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10] as const;

/** The next speed up or down the list. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const sorted = direction === 1 ? SPEEDS : [...SPEEDS].reverse();
  return sorted.find((one) => (one - speed) * direction > 0) ?? speed;
}

/** Begins or ends presenting. */
export function present(): void {
  void import("../lessons/teaching/present.ts").then((room) => room.togglePresent());
}

const changeSpeed = (direction: 1 | -1) => setSpeed(nextSpeed(timeStore.getState().speed, direction));

export const COMMANDS: readonly Command[] = [
  { id: "play", keys: [" ", "k"], run: togglePlay },
  { id: "hop", keys: ["ArrowRight", "PageDown", "l"], run: () => void stepHop() },
  { id: "event", keys: ["shift+ArrowRight", "."], run: () => void stepEvent() },
  { id: "back", keys: ["ArrowLeft", "PageUp", "j", ","], run: () => void stepBack() },
  { id: "start", keys: ["Home"], run: () => void seek(0) },
  { id: "end", keys: ["End"], run: () => void seek(timeStore.getState().head_ns) },
  { id: "faster", keys: ["+", "="], run: () => changeSpeed(1) },
  { id: "slower", keys: ["-"], run: () => changeSpeed(-1) },
  { id: "undo", keys: ["ctrl+z"], run: () => void import("../undo/undo.ts").then(({ undoAny }) => undoAny()) },
  {
    id: "redo",
    keys: ["ctrl+shift+z", "ctrl+y"],
    run: () => void import("../undo/undo.ts").then(({ redoAny }) => redoAny()),
  },
  { id: "ping", keys: ["p"], run: runMainAction },
  { id: "canvas", keys: ["1"], run: () => focusPanel("canvas") },
  { id: "terminal", keys: ["2", "t"], run: () => focusPanel("terminal") },
  { id: "events", keys: ["3", "e"], run: () => focusPanel("events") },
  { id: "details", keys: ["4", "d"], run: () => focusPanel("details") },
  { id: "connect", keys: ["n"], run: () => uiStore.setState({ connect: [] }) },
  { id: "compare", keys: ["c"], run: () => uiStore.setState({ compare: true }) },
  { id: "share", keys: ["s"], run: () => uiStore.setState({ share: true }) },
  { id: "lessons", keys: ["o"], run: () => uiStore.setState({ lessons: true }) },
  { id: "present", keys: ["P"], run: present },
  { id: "bare", keys: ["x"], run: () => uiStore.setState((s) => ({ bare: !s.bare })) },
  { id: "library", keys: ["ctrl+s"], run: () => uiStore.setState({ library: true }) },
  { id: "palette", keys: ["ctrl+k"], run: () => uiStore.setState({ palette: true }) },
  { id: "help", keys: ["?", "h"], run: () => uiStore.setState({ help: true }) },
];

const BY_KEY = new Map(COMMANDS.flatMap((command) => command.keys.map((key) => [key, command] as const)));

/** The name under which a key event stands in `keys`. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const ctrl = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  const named = event.key.length > 1 || ctrl !== "";
  return ctrl + (event.shiftKey && named ? "shift+" : "") + (ctrl === "" ? event.key : event.key.toLowerCase());
}

/** Whether keys belong to what has the focus: a text field, a terminal, an open menu or dialog. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || !(event.target instanceof HTMLElement)) return true;
  const { target } = event;
  // In a terminal Ctrl-K is the shell's; in every other place where one types it is not text.
  if (keyName(event) === "ctrl+k" && (event.metaKey || target.closest(".terminal-host") === null)) return false;
  if (event.key === "?" && target instanceof HTMLInputElement && target.value === "") return false;
  if (target.closest("input, textarea, select, [contenteditable], [role=menu], [role=dialog], [role=listbox]"))
    return true;
  const presses = target.closest("button, a, [role=tab], [role=button], summary");
  if (event.key === " " && presses !== null && presses.getAttribute("aria-disabled") !== "true") return true;
  const arrows = event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End";
  if (event.key.startsWith("Page") || arrows) {
    return target.closest("[role=tablist], [role=separator], [data-own-arrows]") !== null;
  }
  return false;
}

let early = "";

/** What was typed while the palette was still being fetched; asked for once. */
export function takeEarlyText(): string {
  const text = early;
  early = "";
  return text;
}

/** The palette was called and is not there yet: what is typed is for it. */
function isForPalette(event: KeyboardEvent): boolean {
  if (!uiStore.getState().palette || document.querySelector(".palette") !== null) return false;
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) early += event.key;
  return true;
}

/** Listens on the whole page; returns how to stop. */
export function listenToKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    if (isForPalette(event)) return event.preventDefault();
    if (isTaken(event)) return;
    const command = BY_KEY.get(keyName(event));
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };
  document.addEventListener("keydown", listener);
  setListening(true);
  return () => {
    document.removeEventListener("keydown", listener);
    setListening(false);
  };
}
