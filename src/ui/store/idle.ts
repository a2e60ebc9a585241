// For tests in a browser: when nothing is going on that somebody would wait for.
import { isActing, openScene } from "./session.ts";
import { timeStore } from "./stores.ts";

/** Frames in a row that have to be quiet. */
const QUIET_FRAMES = 3;

/** Keys come with a part of the page that is fetched after its scene. */
let listening = false;

/** Tells whether keys are heard. */
export function setListening(now: boolean): void {
  listening = now;
}

function isIdle(): boolean {
  const { pending, playing, step, playhead_ns, lastArrival_ns } = timeStore.getState();
  if (!listening || openScene() === null || step !== null || isActing()) return false;
  if (!playing) return true;
  return !pending && (lastArrival_ns ?? 0) <= playhead_ns;
}

/** Resolves when a scene is open and keys are heard, no command runs, nothing is in flight and no step is being made; a paused page is idle. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    let quiet = 0;
    const look = () => {
      quiet = isIdle() ? quiet + 1 : 0;
      if (quiet >= QUIET_FRAMES) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });
}
