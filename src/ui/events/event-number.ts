/** Events by number: 1 is the first line of the whole list of events, as `at=` in an address and the messages count them. */

import { advance, pause, seek } from "../store/session.ts";
import { timeStore, traceStore } from "../store/stores.ts";
import { isBackground } from "./tone.ts";

/** The row of the trace that is event `number`; null while the trace doesn't have it. */
export function rowOfEvent(number: number): number | null {
  const { columns } = traceStore.getState();
  let seen = 0;
  for (let row = 0; row < columns.count; row++) {
    if (!isBackground({ columns }, row) && ++seen === number) return row;
  }
  return null;
}

/** How many events there are among the first `rows` rows of the trace: the number of the last of them. */
export function eventsUntil(rows: number): number {
  const { columns } = traceStore.getState();
  let seen = 0;
  for (let row = 0; row < Math.min(rows, columns.count); row++) if (!isBackground({ columns }, row)) seen++;
  return seen;
}

/** Longest stretch that is run through at once, and how many of them while an event is looked for. */
const STRETCH_NS = 50_000_000;
const MOST_STRETCHES = 600;

/** Goes to the moment of event `number` and pauses there, running on where the branch has not come so far. False: there is none. */
export async function goToEvent(number: number): Promise<boolean> {
  pause();
  for (let stretch = 0; stretch < MOST_STRETCHES; stretch++) {
    const row = rowOfEvent(number);
    if (row !== null) {
      await seek(traceStore.getState().columns.t_ns[row]!);
      return true;
    }
    const { playhead_ns, head_ns, next_event_ns } = timeStore.getState();
    if (playhead_ns < head_ns) await seek(head_ns);
    else if (next_event_ns === null) return false;
    else await advance(Math.max(next_event_ns, playhead_ns + STRETCH_NS));
  }
  return false;
}
