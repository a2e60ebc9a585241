// Opening another scene: what was open is kept, with what was done in it, and can be brought back.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { textStore } from "../../i18n/text.ts";
import type { SavedState } from "../../protocol/messages.ts";
import type { Scene } from "../../protocol/scene.ts";
import { notify } from "../store/notices.ts";
import { type Before, keepBefore, keepSaved, readBefore } from "../store/saved.ts";
import { load, restore, savedState } from "../store/session.ts";
import { layoutStore } from "../store/stores.ts";

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

async function open(scene: Scene, left: SavedState | null, say: Say): Promise<boolean> {
  const { positions } = layoutStore.getState();
  if (!(await load(scene))) return false;
  layoutStore.setState({ positions: {} });
  nameScene(scene.id);
  if (left === null || left.log.length === 0) return true;
  setBefore({ saved: left, positions });
  notify("note", (t) => say(t.networks, titleOf(left.scene)), {
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
  if (!(await restore(before.saved))) return notify("error", (t) => t.networks.cannotBringBack);
  layoutStore.setState({ positions: before.positions });
  nameScene(before.saved.scene.id);
  keepSaved(savedState());
  setBefore(left === null || left.log.length === 0 ? null : { saved: left, positions });
}

function setBefore(before: Before | null): void {
  beforeStore.setState({ before });
  keepBefore(before);
}

/** The scene's title in the language that is shown. */
export function titleOf(scene: Scene): string {
  return scene.title[textStore.getState().language];
}

/** Writes the scene into the page's address, so that a reload and a copied link open it. */
function nameScene(id: string): void {
  const url = new URL(location.href);
  url.searchParams.set("scene", id);
  try {
    history.replaceState(history.state, "", url);
  } catch {
    // A frame may forbid it: then the address stays as it is.
  }
}
