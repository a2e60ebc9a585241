import type { Brand } from "./brand.ts";

/** Virtual time or a span of it: whole nanoseconds. Exact up to 2^53 ns, 104 days. */
export type Nanoseconds = Brand<number, "Nanoseconds">;

/** Nanoseconds in a microsecond. */
export const US_NS = 1_000;
/** Nanoseconds in a millisecond. */
export const MS_NS = 1_000_000;
/** Nanoseconds in a second. */
export const SECOND_NS = 1_000_000_000;

/** `n` seconds, rounded to whole nanoseconds. */
export function seconds(n: number): Nanoseconds {
  return Math.round(n * SECOND_NS) as Nanoseconds;
}

/** `t` in seconds, with a fraction. */
export function toSeconds(t: Nanoseconds): number {
  return t / SECOND_NS;
}
