/**
 * Elastic time: how far the playhead moves in one frame of the screen. Pure: everything it looks at is an argument.
 *
 * Virtual time runs in three gaits. While frames are in flight it is stretched, so that one hop takes HOP_MS. A gap before
 * the next event is crossed in a blink, but only while somebody waits for it. Otherwise it runs as fast as the clock on
 * the wall, so that the tables of an idle page age as they do on a real host.
 */
import { MS_NS, US_NS } from "../../base/time.ts";

/** What one hop takes on the screen at speed 1, ms. */
export const HOP_MS = 450;
/** A veth's latency: the hop that is reckoned with when nobody says how long the shortest one in flight takes. */
export const HOP_NS = 25 * US_NS;
/** Time constant of a change of pace while frames fly, ms: a shorter hop that sets out slows the others down gently. */
const PACE_MS = 110;
/** Time constant of the crossing of a gap, ms: a second takes about 0.3 s, a minute about 0.6 s. */
const BLINK_MS = 80;
/** Shorter waits than this are not worth a mark, ns. */
const MARKED_GAP_NS = 20 * MS_NS;

export interface ElasticInput {
  readonly playhead_ns: number;
  /** Furthest moment that this branch has seen. */
  readonly head_ns: number;
  /** End of the last flight that has begun by the playhead (it may lie in the past): `inFlightUntil(table, playhead)`. */
  readonly inFlightUntil_ns: number;
  /** Shortest flight in the air, ns; HOP_NS when left out. */
  readonly hop_ns?: number;
  /** Pace of the last frame at speed 1, ns a ms, while something flew; else null or left out. */
  readonly pace?: number | null;
  /** When something will next happen after the playhead; null when nothing ever will. */
  readonly next_event_ns: number | null;
  /** A command runs in some terminal's foreground. */
  readonly pending: boolean;
  /** 0.1 … 10. */
  readonly speed: number;
  /** "Real time": no stretching and no skipping. */
  readonly realTime: boolean;
}

export interface Gap {
  readonly from_ns: number;
  readonly to_ns: number;
}

export interface ElasticOutput {
  readonly playhead_ns: number;
  /** The gap being crossed, to be marked with its length. */
  readonly gap?: Gap;
  /** Pace at which frames fly, ns a ms at speed 1; none when nothing does. */
  readonly pace?: number;
}

/**
 * The playhead `dt_ms` of real time later. While frames fly it passes what happens on the way at the pace that it has, so that
 * nothing stands still for a part of a frame. A gap ends where something happens. An event that is already due holds the
 * playhead until the caller has let the simulator run.
 */
export function nextPlayhead(input: ElasticInput, dt_ms: number): ElasticOutput {
  const { playhead_ns, inFlightUntil_ns, next_event_ns, realTime } = input;
  const step_ms = dt_ms * input.speed;
  if (realTime) return { playhead_ns: playhead_ns + step_ms * MS_NS };
  const limit_ns = next_event_ns ?? Number.POSITIVE_INFINITY;
  if (limit_ns <= playhead_ns) return { playhead_ns };

  if (inFlightUntil_ns <= playhead_ns) return cross(input, limit_ns, step_ms);
  const pace = paceNow(input, step_ms);
  const there_ms = (inFlightUntil_ns - playhead_ns) / pace;
  // What happens as the last flight ends most often begins the next one.
  if (step_ms < there_ms || limit_ns <= inFlightUntil_ns) return { playhead_ns: playhead_ns + step_ms * pace, pace };
  return cross({ ...input, playhead_ns: inFlightUntil_ns }, limit_ns, step_ms - there_ms);
}

/** The pace that the shortest flight wants, or on the way there from the last frame's. */
function paceNow({ hop_ns = HOP_NS, pace = null }: ElasticInput, step_ms: number): number {
  const wanted = hop_ns / HOP_MS;
  return pace === null ? wanted : wanted + (pace - wanted) * Math.exp(-step_ms / PACE_MS);
}

/** Nothing is in flight: at the pace of the wall clock, or in a blink when somebody waits. */
function cross(input: ElasticInput, limit_ns: number, step_ms: number): ElasticOutput {
  const { playhead_ns, pending } = input;
  const left_ns = limit_ns - playhead_ns;
  const real_ns = step_ms * MS_NS;
  if (!pending || left_ns === Number.POSITIVE_INFINITY)
    return { playhead_ns: Math.min(limit_ns, playhead_ns + real_ns) };
  // Eases out: the rest shrinks by the same share in each instant until the wall clock is faster.
  const eased_ns = left_ns * (1 - Math.exp(-step_ms / BLINK_MS));
  const to_ns = Math.min(limit_ns, playhead_ns + Math.max(real_ns, eased_ns));
  const from_ns = Math.max(0, Math.min(input.inFlightUntil_ns, playhead_ns));
  if (limit_ns - from_ns < MARKED_GAP_NS) return { playhead_ns: to_ns };
  return { playhead_ns: to_ns, gap: { from_ns, to_ns: limit_ns } };
}
