// Which rows the list shows: found once a row, as the trace grows. Rules that let a packet pass are shown to whoever asks.
import type { Text } from "../../i18n/text.ts";
import type { Trace } from "../store/stores.ts";
import { describeRow } from "./describe.ts";
import type { Protocol } from "./frame-facts.ts";
import { factsSoon, type Scenery } from "./scenery.ts";
import { isBackground, protocolOf } from "./tone.ts";

/** Rows that match, in order; `read` rows have been looked at. */
export interface Matching {
  readonly filter: string;
  readonly text: Text;
  epoch: number;
  read: number;
  rows: number[];
}

export function createMatching(filter: string, text: Text): Matching {
  return { filter, text, epoch: -1, read: 0, rows: [] };
}

/** Looks at rows up to `trace.shown`, and says how many of the matches lie before it. */
export function matchUntil(m: Matching, s: Scenery, trace: Pick<Trace, "shown" | "epoch" | "kept">): number {
  const { shown, epoch, kept } = trace;
  if (m.epoch !== epoch) {
    m.epoch = epoch;
    m.read = Math.min(m.read, kept);
    m.rows = m.rows.slice(0, countUntil(m.rows, kept));
  }
  const wanted = wantedOf(m.filter);
  for (; m.read < shown; m.read++) {
    if (wanted.length === 0) {
      if (!isBackground(s, m.read)) m.rows.push(m.read);
      continue;
    }
    const { chip, text } = describeRow(s, m.read, m.text);
    const haystack = `${chip} ${text}`.toLowerCase();
    const meets = (want: Wanted) => (typeof want === "string" ? haystack.includes(want) : want(s, m.read));
    if (wanted.every(meets)) m.rows.push(m.read);
  }
  return countUntil(m.rows, shown);
}

/** A word of the row's sentence, or a question about its frame. */
type Wanted = string | ((s: Scenery, row: number) => boolean);

/** IP protocols by number, as tcpdump's "proto" takes them. */
const PROTO: Readonly<Record<string, readonly Protocol[]>> = {
  1: ["icmp"],
  4: ["ipip"],
  6: ["tcp"],
  17: ["udp", "dns", "vxlan"],
};

/** "proto 4" and "port 8472" as tcpdump reads them; all else is looked for in the sentence. */
function wantedOf(filter: string): Wanted[] {
  const wanted: Wanted[] = [];
  const rest = filter.toLowerCase().replace(/\b(proto|port)\s+(\d+)\b/g, (_, what: string, number: string) => {
    wanted.push(
      what === "proto"
        ? (s, row) => PROTO[number]?.includes(protocolOf(s, row)) === true
        : (s, row) => {
            const ports = factsSoon(s, row)?.ports;
            return ports?.src === Number(number) || ports?.dst === Number(number);
          },
    );
    return " ";
  });
  return [...wanted, ...rest.split(/\s+/).filter(Boolean)];
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
