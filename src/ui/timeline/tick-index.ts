// What the timeline has to find quickly however long the trace is: the rows that no crowd may hide. Read once a row, as it comes.
import { TraceKind } from "../../base/trace-kind.ts";
import type { Scenery } from "../events/scenery.ts";
import { toneOf } from "../events/tone.ts";

export interface TickIndex {
  /** Rows that were read. */
  read: number;
  /** Drops that matter and commands, in order. */
  loud: number[];
}

export function createTickIndex(): TickIndex {
  return { read: 0, loud: [] };
}

/** Takes in rows that it does not have; the first `kept` of what it has are still good. */
export function extendTickIndex(index: TickIndex, scenery: Scenery, kept: number): void {
  const { kind, count } = scenery.columns;
  index.read = Math.min(index.read, kept, count);
  while ((index.loud.at(-1) ?? -1) >= index.read) index.loud.pop();
  for (; index.read < count; index.read++) {
    const row = index.read;
    const isLoud = kind[row] === TraceKind.COMMAND || (kind[row] === TraceKind.DROP && toneOf(scenery, row) === "drop");
    if (isLoud) index.loud.push(row);
  }
}

/** The first loud row from `first` to `last`; -1 for none. */
export function loudRow(index: TickIndex, first: number, last: number): number {
  let low = 0;
  let high = index.loud.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.loud[middle]! < first) low = middle + 1;
    else high = middle;
  }
  const row = index.loud[low] ?? -1;
  return row <= last ? row : -1;
}
