// What a screen reader is told of a stretch of the trace: all of it while that is little, else what matters most. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { Scenery } from "../events/scenery.ts";
import { isBackground, toneOf } from "../events/tone.ts";

/** Rows that are told one by one. */
const MOST = 3;

export interface Digest {
  /** Rows to be told, in order. */
  readonly rows: readonly number[];
  /** How many others there were. */
  readonly more: number;
}

/** Of rows `from … to - 1` those that are told: drops and commands before others, of equals the latest. */
export function digestOf(s: Scenery, from: number, to: number): Digest {
  const told: number[] = [];
  let count = 0;
  for (let row = from; row < to; row++) {
    if (isBackground(s, row)) continue;
    count++;
    told.push(row);
    if (told.length > MOST) told.splice(least(s, told), 1);
  }
  return { rows: told, more: count - told.length };
}

/** Place of the row that matters least. */
function least(s: Scenery, rows: readonly number[]): number {
  let place = 0;
  for (let i = 1; i < rows.length; i++) if (weight(s, rows[i]!) < weight(s, rows[place]!)) place = i;
  return place;
}

function weight(s: Scenery, row: number): number {
  const kind = s.columns.kind[row];
  if (kind === TraceKind.COMMAND) return 4;
  const tone = toneOf(s, row);
  if (tone === "drop") return 3;
  if (tone === "quiet") return 0;
  return kind === TraceKind.DELIVER || kind === TraceKind.BRIDGE_FLOOD || kind === TraceKind.SEND ? 2 : 1;
}
