/** Counters of a device that is in view, no more than ten times a second. */
import { useRef, useSyncExternalStore } from "react";
import { COUNTERS, type DevId, type LinkStats } from "../../protocol/view.ts";
import { onFrame } from "./clock.ts";
import { countersOf, countersVersion } from "./counters.ts";

/** Nobody reads faster, ms. */
const PERIOD_MS = 100;

export function useCounters(dev: DevId): LinkStats {
  const known = useRef<LinkStats | null>(null);
  const look = () => {
    const now = countersOf(dev);
    const { current } = known;
    if (current === null || COUNTERS.some((name) => current[name] !== now[name])) known.current = now;
    return known.current!;
  };
  return useSyncExternalStore(subscribe, look, look);
}

function subscribe(changed: () => void): () => void {
  let seen = countersVersion();
  let next_ms = 0;
  return onFrame((now_ms) => {
    if (countersVersion() === seen || now_ms < next_ms) return;
    seen = countersVersion();
    next_ms = now_ms + PERIOD_MS;
    changed();
  });
}
