// Which hints somebody has put away, and what a paste has left out.
import { createStore } from "zustand/vanilla";
import { readJson, writeStored } from "../store/storage.ts";

const NAME = "hints-away";

interface Hints {
  /** Ids of hints that are not to be shown any more: kept from visit to visit. */
  readonly away: ReadonlySet<string>;
  /** Lines that the last paste has left out as output. */
  readonly pasted: number;
}

function keptAway(): ReadonlySet<string> {
  const kept = readJson(NAME);
  return new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : []);
}

export const hintStore = createStore<Hints>(() => ({ away: keptAway(), pasted: 0 }));

export function putAway(id: string): void {
  const away = new Set([...hintStore.getState().away, id]);
  hintStore.setState({ away });
  writeStored(NAME, JSON.stringify([...away]));
}

/** Says how many lines a paste has left out; 0 takes it back. */
export function sayPasted(lines: number): void {
  if (hintStore.getState().pasted !== lines) hintStore.setState({ pasted: lines });
}
