/**
 * The log of what a person did, as a tree: each entry knows the one before it. A branch is the path from the root to a tip.
 * Nothing is ever taken out of the log, so that an abandoned future can be brought back.
 */
import { assert } from "../base/assert.ts";
import type { LogEntry } from "../protocol/messages.ts";

export interface Log {
  /** By id. */
  entries: LogEntry[];
  /** Last entry of the open branch; -1 for the bare scene. */
  tip: number;
  /** Furthest moment that a branch had reached when it was left, by tip. */
  heads_ns: Map<number, number>;
  /** Tips that undo left, with the playhead at that moment; the last one is what redo returns to. */
  undone: { tip: number; playhead_ns: number }[];
}

export function createLog(entries: readonly LogEntry[] = [], tip = -1): Log {
  return { entries: [...entries], tip, heads_ns: new Map(), undone: [] };
}

/** Entries from the root to `tip`, oldest first. */
export function pathTo(log: Log, tip: number): LogEntry[] {
  const path: LogEntry[] = [];
  for (let id = tip; id >= 0; ) {
    const entry = log.entries[id];
    assert(entry !== undefined, `log entry ${id} is missing`);
    path.push(entry);
    id = entry.parent;
  }
  return path.reverse();
}

/** Adds an entry behind `parent` and opens the branch that ends in it. */
export function appendEntry(log: Log, parent: number, at_ns: number, node: string, what: LogEntry["what"]): LogEntry {
  const entry: LogEntry = { id: log.entries.length, parent, at_ns, node, what };
  log.entries.push(entry);
  log.tip = entry.id;
  return entry;
}

/** How many entries two paths share from the root. */
export function commonLength(x: readonly LogEntry[], y: readonly LogEntry[]): number {
  let n = 0;
  while (n < x.length && n < y.length && x[n]?.id === y[n]?.id) n++;
  return n;
}
