/**
 * Scenes that somebody keeps, each with all that was done in it: a list in the browser's storage, and each scene's state beside
 * it. The one that is open is kept by saved.ts, as every open state is; here it is brought up to date when it is left.
 * What is left without a name is kept too, a dozen of them.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Words } from "../../protocol/scene.ts";
import { eventsUntil } from "../events/event-number.ts";
import { type Before, isSaved, openKeptStore, positionsOf, setOpenKept } from "../store/saved.ts";
import { savedState } from "../store/session.ts";
import { isNumber, isRecord, isStorageFull, readJson, readStored, writeStored } from "../store/storage.ts";
import { layoutStore, traceStore, worldStore } from "../store/stores.ts";

const LIST = "scenes";
const stateOf = (id: string): string => `scene-${id}`;
/** Scenes without a name that are kept; the oldest goes for the next one. */
const UNNAMED_KEPT = 12;

/** What a scene holds, in numbers. */
export interface Facts {
  readonly hosts: number;
  readonly containers: number;
  readonly events: number;
}

export interface KeptScene {
  readonly id: string;
  /** Null for what was left without a name. */
  readonly name: string | null;
  /** Of the scene that it began as. */
  readonly title: Words;
  /** When it was kept last, ms since 1970. */
  readonly at_ms: number;
  /** Null when it was never looked at on this page. */
  readonly facts: Facts | null;
}

/** The last one first. */
export const keptStore = createStore<{ readonly scenes: readonly KeptScene[] }>(() => ({ scenes: readList() }));

export function useKeptScenes(): readonly KeptScene[] {
  return useStore(keptStore, (s) => s.scenes);
}

/** The one that is open; undefined when what is open is not in the list. */
export function openKeptScene(): KeptScene | undefined {
  const { id } = openKeptStore.getState();
  return keptStore.getState().scenes.find((one) => one.id === id);
}

export function useOpenKept(): KeptScene | undefined {
  const id = useStore(openKeptStore, (s) => s.id);
  return useKeptScenes().find((one) => one.id === id);
}

function readList(): readonly KeptScene[] {
  const list = readJson(LIST);
  return Array.isArray(list) ? list.filter(isKept) : [];
}

function isKept(value: unknown): value is KeptScene {
  if (!isRecord(value) || !isRecord(value.title)) return false;
  const { id, name, title, at_ms, facts } = value;
  const isFacts = facts === null || (isRecord(facts) && Object.values(facts).every(isNumber));
  const isName = name === null || typeof name === "string";
  return typeof id === "string" && isName && typeof title.en === "string" && isNumber(at_ms) && isFacts;
}

/** The list as it is in the storage now; another tab may have changed it. */
function change(make: (scenes: readonly KeptScene[]) => readonly KeptScene[]): void {
  const scenes = [...make(readList())].sort((a, b) => b.at_ms - a.at_ms);
  keptStore.setState({ scenes });
  writeStored(LIST, JSON.stringify(scenes));
}

/** What is open, in numbers. */
export function factsNow(): Facts {
  const nodes = Object.values(worldStore.getState().nodes);
  return {
    hosts: nodes.filter((node) => node.kind === "docker-host").length,
    containers: nodes.filter((node) => node.container !== null).length,
    events: eventsUntil(traceStore.getState().shown),
  };
}

/** What is open, with where somebody has put its nodes; null while no scene is open. */
export function openNow(): Before | null {
  const saved = savedState();
  return saved === null ? null : { saved, positions: layoutStore.getState().positions };
}

/** What is written of a kept scene; null when it is not there or damaged. */
export function readScene(id: string): Before | null {
  const kept = readJson(stateOf(id));
  if (!isRecord(kept) || !isSaved(kept.saved)) return null;
  return { saved: kept.saved, positions: positionsOf(kept.positions) };
}

export interface Keeping {
  /** Of the kept scene that this is; null for a new one. */
  readonly id: string | null;
  readonly name: string | null;
  readonly what: Before;
  readonly facts: Facts | null;
}

/** Keeps a scene. Returns its id; null when the browser's storage has no room left for it. */
export function keepScene({ id, name, what, facts }: Keeping): string | null {
  const known = keptStore.getState().scenes.find((one) => one.id === id);
  const kept: KeptScene = {
    id: known?.id ?? newId(),
    name,
    title: what.saved.scene.title,
    at_ms: Date.now(),
    facts: facts ?? known?.facts ?? null,
  };
  const text = JSON.stringify({ saved: what.saved, positions: what.positions });
  if (!write(kept.id, text)) return null;
  change((scenes) => [kept, ...scenes.filter((one) => one.id !== kept.id)]);
  const unnamed = othersUnnamed([kept.id]);
  for (const old of unnamed.slice(UNNAMED_KEPT)) removeScene(old.id);
  return kept.id;
}

/** Writes a state; when the storage is full, at the price of the oldest ones without a name. */
function write(id: string, text: string): boolean {
  for (;;) {
    if (writeStored(stateOf(id), text) || !isStorageFull()) return true;
    const oldest = othersUnnamed([id]).at(-1);
    if (oldest === undefined) {
      writeStored(stateOf(id), null);
      return false;
    }
    removeScene(oldest.id);
  }
}

/** Those without a name, apart from these and the one that is open, the last one first. */
function othersUnnamed(ids: readonly string[]): KeptScene[] {
  const spared = [...ids, openKeptStore.getState().id];
  return keptStore.getState().scenes.filter((one) => one.name === null && !spared.includes(one.id));
}

/** A name that no kept scene has: the time, and a number when two come in the same millisecond. */
function newId(): string {
  const base = Date.now().toString(36);
  const taken = new Set(readList().map((one) => one.id));
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return id;
}

export function renameScene(id: string, name: string): void {
  change((scenes) => scenes.map((one) => (one.id === id ? { ...one, name } : one)));
}

/** What was deleted, to be put back. */
export interface Removed {
  readonly kept: KeptScene;
  readonly text: string;
  readonly wasOpen: boolean;
}

/** Takes a scene out of the list; what is open stays open. Null when it is not there. */
export function removeScene(id: string): Removed | null {
  const kept = keptStore.getState().scenes.find((one) => one.id === id);
  const text = readStored(stateOf(id));
  const wasOpen = openKeptStore.getState().id === id;
  writeStored(stateOf(id), null);
  change((all) => all.filter((one) => one.id !== id));
  if (wasOpen) setOpenKept(null);
  return kept === undefined || text === null ? null : { kept, text, wasOpen };
}

/** Undoes a deletion. */
export function putBack({ kept, text, wasOpen }: Removed): boolean {
  if (!write(kept.id, text)) return false;
  change((scenes) => [kept, ...scenes.filter((one) => one.id !== kept.id)]);
  if (wasOpen && openKeptScene() === undefined) setOpenKept(kept.id);
  return true;
}

/**
 * What is left when another scene opens: brought up to date where it is in the list, added to it without a name where
 * something was done in it. Returns its id; null when it is not kept.
 * @param id of the kept scene that it is, if it is one
 */
export function keepLeft(what: Before, facts: Facts | null, id: string | null): string | null {
  const known = keptStore.getState().scenes.find((one) => one.id === id);
  if (known === undefined && what.saved.log.length === 0) return null;
  return keepScene({ id: known?.id ?? null, name: known?.name ?? null, what, facts });
}
