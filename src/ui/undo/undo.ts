/**
 * Undo and redo of everything. A command is undone by the simulator, which goes back to the moment before it; what was done to
 * the drawing (a card moved, the layout tidied, a card opened) moves no time. Ctrl+Z undoes whichever was the last thing done.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { enUndo } from "../../i18n/en/undo.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhUndo } from "../../i18n/zh/undo.ts";
import type { NodeId } from "../../protocol/view.ts";
import { drawingStore, showOpenCards } from "../canvas/drawing.ts";
import { notify } from "../store/notices.ts";
import { redo, undo } from "../store/session.ts";
import { type Layout, layoutStore, logStore, sceneStore, useLog, worldStore } from "../store/stores.ts";
import { type Deed, type History, lastDone, lastUndone, NO_HISTORY, redoLast, remember, undoLast } from "./history.ts";

/** What of the drawing is a person's own. */
interface Look {
  readonly positions: Layout["positions"];
  readonly open: ReadonlySet<NodeId>;
}

const historyStore = createStore<{ readonly history: History<Look> }>(() => ({ history: NO_HISTORY }));
let known: Look = look();
/** A scene has just been opened: where its nodes stand is how it was left, and nothing that was done. */
let fresh = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** A drag is many small changes: they are one when they come this close, ms. */
const TOGETHER_MS = 300;

function historyNow(): History<Look> {
  return historyStore.getState().history;
}

function setHistory(history: History<Look>): void {
  historyStore.setState({ history });
}

function look(): Look {
  return { positions: layoutStore.getState().positions, open: drawingStore.getState().open };
}

/** Watches the drawing from now on. Returns how to stop. */
export function watchDrawing(): () => void {
  known = look();
  const stops = [
    layoutStore.subscribe(wait),
    drawingStore.subscribe((now, before) => {
      if (now.open !== before.open) wait();
    }),
    sceneStore.subscribe(() => {
      setHistory(NO_HISTORY);
      fresh = true;
      wait();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function wait(): void {
  clearTimeout(timer);
  timer = setTimeout(settle, TOGETHER_MS);
}

/** Remembers what has changed since the last time. */
function settle(): void {
  clearTimeout(timer);
  const before = known;
  known = look();
  if (!fresh && wordsFor(before, known) !== null) {
    setHistory(remember(historyNow(), { tip: logStore.getState().tip, before, after: known }));
  }
  fresh = false;
}

/** Whether there is something that `undoAny` would undo. */
export function canUndoAny(): boolean {
  settle();
  const { tip, canUndo } = logStore.getState();
  return canUndo || lastDone(historyNow(), tip) !== null;
}

export function canRedoAny(): boolean {
  const { tip, canRedo } = logStore.getState();
  return canRedo || lastUndone(historyNow(), tip) !== null;
}

/** The same for what React draws. */
export function useUndo(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  const tip = useLog((s) => s.tip);
  const history = useStore(historyStore, (s) => s.history);
  const canUndo = useLog((s) => s.canUndo) || lastDone(history, tip) !== null;
  const canRedo = useLog((s) => s.canRedo) || lastUndone(history, tip) !== null;
  return { canUndo, canRedo };
}

/** Undoes the last thing that was done, and says what that was. */
export async function undoAny(): Promise<void> {
  settle();
  const { tip, canUndo, path } = logStore.getState();
  const deed = lastDone(historyNow(), tip);
  if (deed !== null) {
    setHistory(undoLast(historyNow()));
    show(deed.before);
    say((t) => t.undone(wordsOf(deed)), true);
  } else if (canUndo) {
    const line = lineOf(path.at(-1)?.what);
    await undo();
    say((t) => t.undone(line), true);
  }
}

/** Does again what was undone last. */
export async function redoAny(): Promise<void> {
  settle();
  const { tip, canRedo } = logStore.getState();
  const deed = lastUndone(historyNow(), tip);
  if (deed !== null) {
    setHistory(redoLast(historyNow()));
    show(deed.after);
    say((t) => t.redone(wordsOf(deed)), false);
  } else if (canRedo) {
    await redo();
    const line = lineOf(logStore.getState().path.at(-1)?.what);
    say((t) => t.redone(line), false);
  }
}

function show({ positions, open }: Look): void {
  layoutStore.setState({ positions });
  showOpenCards(open);
  clearTimeout(timer);
  known = look();
}

const { now: words } = partText(enUndo, zhUndo);
type Words = typeof enUndo;

function say(what: (t: Words) => string, offerRedo: boolean): void {
  notify("note", () => what(words()), offerRedo ? { label: () => words().redo, run: () => void redoAny() } : undefined);
}

function wordsOf({ before, after }: Deed<Look>): string {
  return wordsFor(before, after) ?? "";
}

/** What makes the difference between two looks, in the language that is shown; null when there is none. */
function wordsFor(before: Look, after: Look): string | null {
  const t = words();
  const nameOf = (id: NodeId) => worldStore.getState().nodes[id]?.name ?? id;
  const moved = changed(before.positions, after.positions);
  if (moved.length > 1 && Object.keys(after.positions).length === 0) return t.tidied;
  if (moved.length > 0) return moved.length === 1 ? t.moved(nameOf(moved[0]!)) : t.movedSome(moved.length);
  const opened = [...after.open].filter((id) => !before.open.has(id));
  const closed = [...before.open].filter((id) => !after.open.has(id));
  if (opened.length > 0) return t.opened(nameOf(opened[0]!));
  return closed.length > 0 ? t.closed(nameOf(closed[0]!)) : null;
}

/** Nodes that stand elsewhere than before. */
function changed(before: Layout["positions"], after: Layout["positions"]): NodeId[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids].filter((id) => before[id]?.x !== after[id]?.x || before[id]?.y !== after[id]?.y);
}

function lineOf(what: { readonly type: string; readonly line?: string } | undefined): string {
  const t = words();
  return what?.line ?? (what?.type === "add-host" ? t.addedHost : t.key);
}
