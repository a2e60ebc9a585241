/** When a timer of the kernel really fires: the timer wheel of kernel/time/timer.c, which is never early and often late. */
import { MS_NS } from "../base/time.ts";

/** CONFIG_HZ 250. */
const JIFFY_NS = 4 * MS_NS;
/** clock_t_to_jiffies and back: times that are told to the kernel are whole jiffies from then on. */
export function wholeJiffies(ns: number): number {
  return ns - (ns % JIFFY_NS);
}

/** A level has 64 buckets, each eight times as wide as one of the level below. */
const LEVEL_BUCKETS = 64;
const LEVEL_SHIFT = 3;
const LEVELS = 9;

/** A timer that is set at `now_ns` for `at_ns` fires at the end of the bucket that it falls into. */
export function timerExpiry(now_ns: number, at_ns: number): number {
  const expires = Math.ceil(at_ns / JIFFY_NS);
  const away = expires - Math.floor(now_ns / JIFFY_NS);
  let width = 1;
  for (let level = 1; level < LEVELS && away >= (LEVEL_BUCKETS - 1) * width; level++) width *= 1 << LEVEL_SHIFT;
  return (Math.floor(expires / width) + 1) * width * JIFFY_NS;
}
