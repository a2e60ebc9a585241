import type { LogEntry } from "../../protocol/messages.ts";

/** The last entries of all branches but the open one, newest first: entries that nothing follows and that are not `tip`. */
export function branchesOf(entries: readonly LogEntry[], tip: number): LogEntry[] {
  const followed = new Set(entries.map((entry) => entry.parent));
  return entries.filter((entry) => !followed.has(entry.id) && entry.id !== tip).reverse();
}
