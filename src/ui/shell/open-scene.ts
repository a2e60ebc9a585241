// Opening another scene: what was open is kept, with what was done in it, and can be brought back.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { textStore } from "../../i18n/text.ts";
import type { SavedState } from "../../protocol/messages.ts";
import type { Scene } from "../../protocol/scene.ts";
import { SCENES } from "../../scenes/scenes.ts";
import { factsNow, keepLeft, keptStore } from "../library/kept-scenes.ts";
import { notify } from "../store/notices.ts";
import { type Before, keepBefore, keepSaved, openKeptStore, readBefore, setOpenKept } from "../store/saved.ts";
import { load, openScene, restore, savedState } from "../store/session.ts";
import { layoutStore } from "../store/stores.ts";
import { replaceAddress } from "./replace-address.ts";

/** What one can come back to. */
const beforeStore = createStore<{ readonly before: Before | null }>(() => ({ before: readBefore() }));

export function useBefore(): Before | null {
  return useStore(beforeStore, (s) => s.before);
}

/** Opens a scene in place of what is open. */
export async function changeScene(scene: Scene): Promise<void> {
  const left = savedState();
  await open(scene, left, (t, title) => t.leftScene(title));
}

/** Opens a scene at the start of a visit, in place of what the last visit left. */
export async function openBeside(scene: Scene, kept: SavedState): Promise<boolean> {
  return open(scene, kept, (t, title) => t.keptScene(title));
}

type Say = (t: ReturnType<typeof textStore.getState>["text"]["networks"], title: string) => string;

function open(scene: Scene, left: SavedState | null, say: Say): Promise<boolean> {
  const words = (title: string) => say(textStore.getState().text.networks, title);
  return openState(scene, { open: () => load(scene), positions: {}, left, say: words });
}

/** How a state is opened, where its nodes were put, what it takes the place of, and what is said about that. */
export interface Opening {
  readonly open: () => Promise<boolean>;
  readonly positions: Before["positions"];
  readonly left: SavedState | null;
  /** Gets the title of what is kept. */
  readonly say: (title: string) => string;
}

/** Opens a state of a scene; what it takes the place of is kept. False, and nothing has changed, when it cannot be. */
export async function openState(scene: Scene, { open, positions, left, say }: Opening): Promise<boolean> {
  const leaving = left === null ? null : { saved: left, positions: layoutStore.getState().positions };
  const facts = openScene() === null ? null : factsNow();
  const { id } = openKeptStore.getState();
  if (!(await open())) return false;
  const kept = leaving === null ? null : keepLeft(leaving, facts, id);
  setOpenKept(null);
  layoutStore.setState({ positions });
  nameScene(scene.id);
  keepSaved(savedState());
  if (leaving === null || leaving.saved.log.length === 0) return true;
  setBefore({ ...leaving, kept });
  notify("note", () => say(titleOf(leaving.saved.scene)), {
    label: (t) => t.networks.bringBack,
    run: () => void bringBack(),
  });
  return true;
}

/** Comes back to what another scene took the place of; what is open now can be come back to in its turn. */
export async function bringBack(): Promise<void> {
  const { before } = beforeStore.getState();
  if (before === null) return;
  const left = savedState();
  const { positions } = layoutStore.getState();
  const facts = factsNow();
  if (!(await restore(before.saved))) return notify("error", (t) => t.networks.cannotBringBack);
  const kept = left === null ? null : keepLeft({ saved: left, positions }, facts, openKeptStore.getState().id);
  setOpenKept(keptStore.getState().scenes.some((one) => one.id === before.kept) ? (before.kept ?? null) : null);
  layoutStore.setState({ positions: before.positions });
  nameScene(before.saved.scene.id);
  keepSaved(savedState());
  setBefore(left === null || left.log.length === 0 ? null : { saved: left, positions, kept });
}

function setBefore(before: Before | null): void {
  beforeStore.setState({ before });
  keepBefore(before);
}

/** The scene's title in the language that is shown. */
export function titleOf(scene: Scene): string {
  return scene.title[textStore.getState().language];
}

/** Writes the scene into the page's address, so that a reload opens it, and takes a link's state out of it. */
function nameScene(id: string): void {
  const url = new URL(location.href);
  if (SCENES.some((scene) => scene.id === id)) url.searchParams.set("scene", id);
  else url.searchParams.delete("scene");
  url.hash = "";
  replaceAddress(url);
}
