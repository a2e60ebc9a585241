// A scene as a file: everything that was done in it, and where its nodes stand.
import { type Before, isSaved, positionsOf } from "../store/saved.ts";
import { isRecord } from "../store/storage.ts";

const KIND = "docker0-playground";
const VERSION = 1;
/** Longer files are no scenes of ours; in characters. */
export const FILE_CHARACTERS = 20_000_000;

export interface SceneFile extends Before {
  /** Null for a scene without a name. */
  readonly name: string | null;
}

export type FileFault = "too-large" | "not-json" | "not-ours" | "newer" | "damaged";
export type ReadFile =
  | { readonly ok: true; readonly file: SceneFile }
  | { readonly ok: false; readonly fault: FileFault };

/** The file's text. */
export function writeSceneFile({ name, saved, positions }: SceneFile): string {
  return `${JSON.stringify({ kind: KIND, version: VERSION, name, saved, positions }, null, 1)}\n`;
}

/** Whether JSON is meant to be such a file, sound or not. A bare state, as the page puts aside what it cannot open, is one too. */
export function isSceneFile(json: unknown): boolean {
  return isRecord(json) && (json.kind === KIND || (isRecord(json.scene) && Array.isArray(json.log)));
}

/** What a file's text holds, as far as the page can tell; the simulator judges the rest. */
export function readSceneFile(text: string): ReadFile {
  if (text.length > FILE_CHARACTERS) return { ok: false, fault: "too-large" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, fault: "not-json" };
  }
  if (!isRecord(json) || !isSceneFile(json)) return { ok: false, fault: "not-ours" };
  if (json.kind !== KIND) {
    return isSaved(json)
      ? { ok: true, file: { name: null, saved: json, positions: {} } }
      : { ok: false, fault: "damaged" };
  }
  if (typeof json.version === "number" && json.version > VERSION) return { ok: false, fault: "newer" };
  if (json.version !== VERSION || !isSaved(json.saved)) return { ok: false, fault: "damaged" };
  const name = typeof json.name === "string" && json.name !== "" ? json.name.slice(0, 120) : null;
  return { ok: true, file: { name, saved: json.saved, positions: positionsOf(json.positions) } };
}

/** A name for the file that every system takes. */
export function fileName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${plain.slice(0, 60) || "scene"}.docker0.json`;
}
