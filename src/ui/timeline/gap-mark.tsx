import { useText } from "../../i18n/text.ts";
import { useTime } from "../store/stores.ts";
import { spanWords } from "./time-words.ts";

/** "997 ms later", over the canvas, when time has leapt; it fades by itself. */
export function GapMark() {
  const t = useText();
  const gap = useTime((s) => (s.playing || s.step !== null ? s.gaps.at(-1) : undefined));
  const fresh = useTime(
    (s) => gap !== undefined && s.playhead_ns >= gap.from_ns && s.playhead_ns <= gap.to_ns + LINGER_NS,
  );
  if (gap === undefined || !fresh) return null;
  return (
    <p key={gap.from_ns} className="gap-mark" aria-hidden="true">
      {t.time.later(spanWords(gap.to_ns - gap.from_ns, t))}
    </p>
  );
}

/** How long after the leap, in virtual time, the mark may still be there: about two hops. */
const LINGER_NS = 60_000;
