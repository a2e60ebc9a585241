// Which rows the list shows: found once a row, as the trace grows. Rules that let a packet pass are shown to whoever asks.
import { TraceKind } from "../../base/trace-kind.ts";
import type { AllText } from "../../i18n/all-text.ts";
import type { Filter } from "../../wire/filter/parse.ts";
import { passes } from "../../wire/filter/passes.ts";
import type { Trace } from "../store/stores.ts";
import { frameBytes } from "../store/trace-columns.ts";
import { describeRow } from "./describe.ts";
import type { EventFilter, Place } from "./filter/filter-store.ts";
import { lacksEthernet } from "./frame-facts.ts";
import { devName, frameOf, nextFrameOf, type Scenery } from "./scenery.ts";
import { isBackground } from "./tone.ts";

/** What rows are kept to. */
export type Wanted = Pick<EventFilter, "applied" | "place">;

/** Rows that match, in order; `read` rows have been looked at. */
export interface Matching {
  readonly wanted: Wanted;
  readonly text: AllText;
  epoch: number;
  read: number;
  rows: number[];
}

export function createMatching(wanted: Wanted, text: AllText): Matching {
  return { wanted, text, epoch: -1, read: 0, rows: [] };
}

/** Looks at rows up to `trace.shown`, and says how many of the matches lie before it. */
export function matchUntil(m: Matching, s: Scenery, trace: Pick<Trace, "shown" | "epoch" | "kept">): number {
  const { shown, epoch, kept } = trace;
  if (m.epoch !== epoch) {
    m.epoch = epoch;
    m.read = Math.min(m.read, kept);
    m.rows = m.rows.slice(0, countUntil(m.rows, kept));
  }
  for (; m.read < shown; m.read++) if (isWanted(m, s, m.read)) m.rows.push(m.read);
  return countUntil(m.rows, shown);
}

function isWanted({ wanted, text }: Matching, s: Scenery, row: number): boolean {
  const { applied, place } = wanted;
  if (place !== null && !isAt(s, row, place)) return false;
  if (applied.kind === "words") {
    if (applied.words.length === 0) return !isBackground(s, row);
    const { chip, text: sentence } = describeRow(s, row, text);
    const haystack = `${chip} ${sentence}`.toLowerCase();
    return applied.words.every((word) => haystack.includes(word));
  }
  if (isBackground(s, row)) return false;
  const { dev, filter } = applied;
  if (dev !== null && dev !== "any" && !endsOf(s, row).some((end) => devName(s, end) === dev)) return false;
  return filter === null || frameMatches(s, row, filter, dev);
}

/** As AF_PACKET marks what a device sends: PACKET_OUTGOING, else PACKET_HOST. */
const OUTGOING = 4;
const TO_HOST = 0;
/** Where an Ethernet header says what it carries. */
const ETHERTYPE_AT = 12;

/** Whether the frame that the row is about passes; of a packet that has none yet, the one that it leaves in. */
function frameMatches(s: Scenery, row: number, filter: Filter, dev: string | null): boolean {
  const own = frameOf(s, row);
  let bytes = frameBytes(s.frames, own < 0 ? nextFrameOf(s, row) : own);
  if (bytes === null) return false;
  if (lacksEthernet(bytes)) {
    bytes = bytes.slice();
    bytes[ETHERTYPE_AT] = 8;
  }
  const isSent = s.columns.kind[row] === TraceKind.HOP && (dev === null || devName(s, s.columns.dev[row]!) === dev);
  return passes(filter, bytes, isSent ? OUTGOING : TO_HOST);
}

/** Devices at which the row happens: of a frame on a wire both ends. */
function endsOf({ columns }: Scenery, row: number): number[] {
  const { kind, dev, a } = columns;
  const hasOther =
    kind[row] === TraceKind.HOP || kind[row] === TraceKind.FORWARD || kind[row] === TraceKind.BRIDGE_FORWARD;
  return hasOther ? [dev[row]!, a[row]!] : [dev[row]!];
}

function isAt(s: Scenery, row: number, { node, dev }: Place): boolean {
  if (s.columns.kind[row] === TraceKind.COMMAND) {
    return dev === null && s.entries.find((entry) => entry.id === s.columns.a[row])?.node === node;
  }
  return endsOf(s, row).some((end) => (dev === null ? s.devices.get(end)?.node === node : end === dev));
}

/** How many of the rising `rows` are smaller than `row`. */
export function countUntil(rows: readonly number[], row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
