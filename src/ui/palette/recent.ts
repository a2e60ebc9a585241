// What was done by the palette lately, from visit to visit.
import { readJson, writeStored } from "../store/storage.ts";

const NAME = "palette-recent";
const KEPT = 8;

/** Ids of entries, the last one first. */
export function readRecent(): readonly string[] {
  const kept = readJson(NAME);
  return Array.isArray(kept) ? kept.filter((id) => typeof id === "string").slice(0, KEPT) : [];
}

export function rememberEntry(id: string): void {
  writeStored(NAME, JSON.stringify([id, ...readRecent().filter((one) => one !== id)].slice(0, KEPT)));
}
