// Lines that were typed, by the name of the node: kept from visit to visit, as a shell keeps its history file.
import { isRecord, readJson, writeStored } from "../store/storage.ts";

const NAME = "history";
/** Lines that are kept of a node, and nodes. */
const MOST_LINES = 200;
const MOST_NODES = 40;
const LONGEST = 2000;

type Kept = Record<string, string[]>;
let kept: Kept | null = null;

function read(): Kept {
  if (kept !== null) return kept;
  const stored = readJson(NAME);
  kept = {};
  for (const [name, lines] of isRecord(stored) ? Object.entries(stored) : []) {
    if (Array.isArray(lines)) kept[name] = lines.filter((line) => typeof line === "string").slice(-MOST_LINES);
  }
  return kept;
}

/** Keeps a line; the node that was typed at last stands last, and the oldest go when there are too many. */
export function keepLine(name: string, line: string): void {
  const text = line.trim();
  if (text === "" || text.length > LONGEST) return;
  const all = read();
  const lines = [...(all[name] ?? []).filter((one) => one !== text), text].slice(-MOST_LINES);
  delete all[name];
  all[name] = lines;
  for (const old of Object.keys(all).slice(0, -MOST_NODES)) delete all[old];
  writeStored(NAME, JSON.stringify(all));
}

/** Lines of earlier visits and other branches, then those of this one; oldest first, each once. */
export function historyWith(name: string, own: readonly string[], hidden: ReadonlySet<string>): string[] {
  const here = new Set(own);
  const before = (read()[name] ?? []).filter((line) => !here.has(line) && !hidden.has(line));
  return [...before, ...own];
}

/** As at the beginning of a visit; for tests. */
export function rereadHistory(): void {
  kept = null;
}
