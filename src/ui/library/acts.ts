// What can be done with kept scenes and files, with the sentence that belongs to it.
import { textStore } from "../../i18n/text.ts";
import { download } from "../controls/download.ts";
import { openState } from "../shell/open-scene.ts";
import { notify } from "../store/notices.ts";
import { type Before, setOpenKept } from "../store/saved.ts";
import { openScene, restore, savedState } from "../store/session.ts";
import {
  factsNow,
  type KeptScene,
  keepScene,
  keptStore,
  openKeptScene,
  openNow,
  putBack,
  readScene,
  removeScene,
} from "./kept-scenes.ts";
import { FILE_CHARACTERS, fileName, isSceneFile, readSceneFile, writeSceneFile } from "./scene-file.ts";
import { type LibraryText, libraryText } from "./text.ts";

/** The name that is shown for a kept scene. */
export function nameOf({ name, title }: KeptScene, t: LibraryText): string {
  return name ?? t.unnamed(title[textStore.getState().language]);
}

/** What is open now, of the scene of this id or of none; else what was kept of it. */
function contentOf(id: string): Before | null {
  return id === openKeptScene()?.id ? openNow() : readScene(id);
}

/** Keeps what is open under a name; from then on it keeps itself. */
export function keepAs(name: string): void {
  const what = openNow();
  if (what === null) return;
  const known = openKeptScene();
  // Another name for what has one already is another scene: the first one stays as it is now.
  if (known !== undefined && known.name !== null) keepScene({ ...known, what, facts: factsNow() });
  const id = keepScene({ id: known?.name === null ? known.id : null, name, what, facts: factsNow() });
  if (id === null) return sayFull();
  setOpenKept(id);
  notify("note", () => libraryText().keptAs(name));
}

/** Opens a kept scene; what was open is kept. */
export async function openKept(kept: KeptScene): Promise<boolean> {
  const what = readScene(kept.id);
  const opened =
    what !== null &&
    (await openState(what.saved.scene, {
      open: () => restore(what.saved),
      positions: what.positions,
      left: savedState(),
      say: (title) => libraryText().opened(title),
    }));
  if (opened) setOpenKept(kept.id);
  else notify("error", () => libraryText().cannotOpen(nameOf(kept, libraryText())));
  return opened;
}

export function duplicateScene(kept: KeptScene): void {
  const what = contentOf(kept.id);
  const name = libraryText().copyOf(nameOf(kept, libraryText()));
  const facts = kept.id === openKeptScene()?.id ? factsNow() : kept.facts;
  if (what === null) notify("error", () => libraryText().cannotOpen(nameOf(kept, libraryText())));
  else if (keepScene({ id: null, name, what, facts }) === null) sayFull();
}

/** Deletes a kept scene; a notice offers to undo it. */
export function deleteScene(kept: KeptScene): void {
  const removed = removeScene(kept.id);
  if (removed === null) return;
  notify("note", () => libraryText().removed(nameOf(kept, libraryText())), {
    label: () => libraryText().undo,
    run: () => {
      if (!putBack(removed)) sayFull();
    },
  });
}

/** Hands over what is open as a file. */
export function exportOpen(): void {
  const what = openNow();
  if (what !== null) exportAs(what, openKeptScene()?.name ?? null);
}

export function exportKept(kept: KeptScene): void {
  const what = contentOf(kept.id);
  if (what === null) notify("error", () => libraryText().cannotOpen(nameOf(kept, libraryText())));
  else exportAs(what, kept.name);
}

function exportAs(what: Before, name: string | null): void {
  const text = writeSceneFile({ name, ...what });
  download(fileName(name ?? what.saved.scene.title[textStore.getState().language]), text, "application/json");
}

/** Opens a file that was dropped or chosen: a scene, else what the lessons take it for. A sentence says what is wrong with a bad one. */
export async function openFile(file: File): Promise<void> {
  if (file.size > FILE_CHARACTERS) return refuse("too-large", file.name);
  let text: string;
  try {
    text = await file.text();
  } catch {
    return refuse("unreadable", file.name);
  }
  if (isLesson(text)) {
    const { openLessonText } = await import("../lessons/open.ts");
    await openLessonText(text);
  } else await importScene(text, file.name);
}

/** JSON that is an object and no scene is for the lessons to judge. */
function isLesson(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) && !isSceneFile(json);
  } catch {
    return false;
  }
}

/** Opens a scene from a file's text, and keeps it under its name. */
async function importScene(text: string, from: string): Promise<void> {
  const read = readSceneFile(text);
  if (!read.ok) return refuse(read.fault, from);
  const { saved, positions, name } = read.file;
  const opened = await openState(saved.scene, {
    open: () => restore(saved),
    positions,
    left: savedState(),
    say: (title) => libraryText().opened(title),
  });
  if (!opened) return refuse("refused", from);
  const title = name ?? from.replace(/(\.docker0)?\.json$/i, "");
  const id = keepScene({ id: null, name: title, what: { saved, positions }, facts: factsNow() });
  if (id === null) return sayFull();
  setOpenKept(id);
  notify("note", () => libraryText().imported(title));
}

function refuse(fault: keyof LibraryText["faults"], file: string): void {
  notify("error", () => libraryText().faults[fault](file));
}

/** The storage is full: says so, and offers the way out. */
export function sayFull(): void {
  notify("error", () => libraryText().full, { label: () => libraryText().export, run: exportOpen });
}

/** What to call what is open when nobody has named it: its scene's title, with a number when that name is taken. */
export function suggestedName(): string {
  const title = openScene()?.title[textStore.getState().language] ?? "";
  const taken = new Set(keptStore.getState().scenes.map((one) => one.name));
  let name = title;
  for (let n = 2; taken.has(name); n++) name = `${title} ${n}`;
  return name;
}
