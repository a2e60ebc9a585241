// The page's one clock: a single requestAnimationFrame moves the playhead and lets everybody draw.
import { HOP_NS, nextPlayhead } from "../motion/elastic.ts";
import { inFlightUntil, shortestHop } from "../motion/in-the-air.ts";
import { prefersStill } from "../theme/still.ts";
import { flightsNow } from "./air.ts";
import { curtainAt_ns } from "./curtain.ts";
import { advance, isBusy, pause } from "./session.ts";
import { type Gap, timeStore, traceStore } from "./stores.ts";

/** Longest frame that counts: after a stall the playhead does not jump. */
const LONGEST_FRAME_MS = 100;

type FrameListener = (now_ms: number, dt_ms: number) => void;
const listeners = new Set<FrameListener>();
let running = false;
let held = false;
/** An animation frame has been asked for. */
let awaited = false;
let last_ms = 0;
/** Time of frames that passed while the worker owed an answer: a slow reply doesn't slow the motion. */
let owed_ms = 0;
/** At which frames flew in the last frame, ns a ms; null when none did. */
let pace: number | null = null;

/** Calls back in each animation frame, after the playhead was moved. Returns how to stop it. */
export function onFrame(listener: FrameListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts the clock; a second start does nothing. */
export function startClock(): void {
  if (running) return;
  running = true;
  last_ms = performance.now();
  awaitFrame();
}

/** Lets the clock stand and nobody draw, or lets both go on: for a figure that is out of sight. */
export function holdClock(on: boolean): void {
  if (held && !on) last_ms = performance.now();
  held = on;
  awaitFrame();
}

function awaitFrame(): void {
  if (!running || held || awaited) return;
  awaited = true;
  requestAnimationFrame(frame);
}

function frame(now_ms: number): void {
  awaited = false;
  if (held) return;
  const dt_ms = Math.min(LONGEST_FRAME_MS, Math.max(0, now_ms - last_ms));
  last_ms = now_ms;
  if (!document.hidden) tick(dt_ms);
  for (const listener of listeners) listener(now_ms, dt_ms);
  awaitFrame();
}

/** One frame of the clock; the tests call it by hand. */
export function tick(dt_ms: number): void {
  const time = timeStore.getState();
  owed_ms = Math.min(LONGEST_FRAME_MS, owed_ms + dt_ms);
  if (isBusy()) return;
  const elapsed_ms = owed_ms;
  owed_ms = 0;
  if (!time.playing && time.step === null) {
    pace = null;
    return;
  }
  const stopAt_ns = Math.min(time.step?.stopAt_ns ?? Number.POSITIVE_INFINITY, curtainAt_ns());
  if (time.playhead_ns >= stopAt_ns) {
    pause();
    return;
  }
  const pending = time.pending || time.step !== null;
  const flights = flightsNow();
  const inFlightUntil_ns = Math.max(inFlightUntil(flights, time.playhead_ns), lastRow_ns());
  const hop_ns = shortestHop(flights, time.playhead_ns, HOP_NS);
  const next = nextPlayhead(
    { ...time, speed: time.realTime ? 1 : time.speed, pending, inFlightUntil_ns, hop_ns, pace },
    elapsed_ms,
  );
  // Who wants things still is taken to the end of a step at once.
  const least_ns = time.step !== null && prefersStill() ? stopAt_ns : time.playhead_ns + 1;
  const to_ns = Math.min(stopAt_ns, Math.max(least_ns, Math.floor(next.playhead_ns)));
  pace = next.pace ?? null;
  showGap(next.gap ?? null);
  void advance(to_ns);
}

/** When the last thing happened: a gap begins no earlier. */
function lastRow_ns(): number {
  const { columns, shown } = traceStore.getState();
  return shown > 0 ? columns.t_ns[shown - 1]! : 0;
}

/** Keeps the gap for the timeline. One that a timer has cut in two begins at the same arrival: it grows. */
function showGap(gap: Gap | null): void {
  const { gaps, gap: shown } = timeStore.getState();
  if (gap?.from_ns === shown?.from_ns && gap?.to_ns === shown?.to_ns) return;
  if (gap === null || gaps.some((g) => g.from_ns <= gap.from_ns && g.to_ns >= gap.to_ns)) {
    timeStore.setState({ gap });
    return;
  }
  const apart = (g: Gap) => g.from_ns !== gap.from_ns && (g.from_ns < gap.from_ns || g.to_ns > gap.to_ns);
  timeStore.setState({ gap, gaps: [...gaps.filter(apart), gap] });
}
