// The open session, kept from one visit to the next.
import { createStore } from "zustand/vanilla";
import type { SavedState } from "../../protocol/messages.ts";
import { ASIDE, isNumber, isRecord, readJson, readStored, STATE, writeStored } from "./storage.ts";
import { layoutStore, type Position } from "./stores.ts";

const BEFORE = "state-before";
const LAYOUT = "layout";
const OPEN = "scene-open";

export type Kept =
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly text: string }
  | { readonly kind: "saved"; readonly saved: SavedState; readonly text: string };

/** What the last visit left. */
export function readKept(): Kept {
  const text = readStored(STATE);
  if (text === null) return { kind: "none" };
  const saved = readJson(STATE);
  return isSaved(saved) ? { kind: "saved", saved, text } : { kind: "damaged", text };
}

/** As much of the form as the page itself relies on; the worker judges the rest. */
export function isSaved(value: unknown): value is SavedState {
  if (!isRecord(value) || value.version !== 1 || !isRecord(value.scene)) return false;
  const { scene, log, tip, playhead_ns } = value;
  const isScene = typeof scene.id === "string" && Array.isArray(scene.actions) && isRecord(scene.title);
  return isScene && Array.isArray(log) && log.every(isEntry) && isNumber(tip) && isNumber(playhead_ns);
}

function isEntry(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.what)) return false;
  const { id, parent, at_ns, node, what } = value;
  const isKey = what.type === "interrupt" || what.type === "key";
  const isHost = what.type === "add-host" && isRecord(what.host);
  const isWhat = isKey || isHost || (what.type === "exec" && typeof what.line === "string");
  return isNumber(id) && isNumber(parent) && isNumber(at_ns) && typeof node === "string" && isWhat;
}

/** Keeps the session for the next visit. */
export function keepSaved(saved: SavedState | null): void {
  if (saved !== null) writeStored(STATE, JSON.stringify(saved));
}

/** Puts a state that could not be opened where it does no harm, and is not lost. */
export function keepAside(text: string): void {
  writeStored(ASIDE, text);
}

/** The state that was put aside last, or null. */
export function readAside(): string | null {
  return readStored(ASIDE);
}

/** The kept scene that is open (see library/kept-scenes.ts); null when what is open has no place in that list. */
export const openKeptStore = createStore<{ readonly id: string | null }>(() => ({ id: readStored(OPEN) }));

export function setOpenKept(id: string | null): void {
  openKeptStore.setState({ id });
  writeStored(OPEN, id);
}

/** What was open before another scene was opened, and where somebody had put its nodes. */
export interface Before {
  readonly saved: SavedState;
  readonly positions: Readonly<Record<string, Position>>;
  /** Its id among the kept scenes, if it is one of them. */
  readonly kept?: string | null;
}

/** Keeps what another scene took the place of; null when there is nothing to come back to. */
export function keepBefore(before: Before | null): void {
  writeStored(BEFORE, before === null ? null : JSON.stringify(before));
}

/** What another scene took the place of at this visit or an earlier one, or null. */
export function readBefore(): Before | null {
  const kept = readJson(BEFORE);
  if (!isRecord(kept) || !isSaved(kept.saved)) return null;
  const id = typeof kept.kept === "string" ? kept.kept : null;
  return { saved: kept.saved, positions: positionsOf(kept.positions), kept: id };
}

/** Puts the nodes where they stood at the last visit, and keeps them from now on. */
export function keepLayout(): void {
  layoutStore.setState({ positions: positionsOf(readJson(LAYOUT)) });
  layoutStore.subscribe((s) => writeStored(LAYOUT, JSON.stringify(s.positions)));
}

/** Those of the positions that are sound. */
export function positionsOf(value: unknown): Record<string, Position> {
  const sound = Object.entries(isRecord(value) ? value : {}).filter(([, at]) => isPosition(at));
  return Object.fromEntries(sound) as Record<string, Position>;
}

function isPosition(value: unknown): boolean {
  return isRecord(value) && isNumber(value.x) && isNumber(value.y);
}
