// Times as people read them.
import { MS_NS, SECOND_NS, US_NS } from "../../base/time.ts";
import type { Text } from "../../i18n/text.ts";

/** A moment to the microsecond, in groups of three: "12.004 210". */
export function momentWords(t_ns: number): string {
  const us = Math.floor(Math.max(0, t_ns) / US_NS);
  const fraction = String(us % 1_000_000).padStart(6, "0");
  return `${Math.floor(us / 1_000_000)}.${fraction.slice(0, 3)} ${fraction.slice(3)}`;
}

/** A span in its best unit: "24 µs", "997 ms", "5.0 s", "60 s". */
export function spanWords(span_ns: number, t: Text): string {
  if (span_ns >= 9.95 * SECOND_NS) return t.time.seconds(String(Math.round(span_ns / SECOND_NS)));
  if (span_ns >= 0.9995 * SECOND_NS) return t.time.seconds((span_ns / SECOND_NS).toFixed(1));
  if (span_ns >= MS_NS) return t.time.milliseconds(String(Math.round(span_ns / MS_NS)));
  return t.time.microseconds(String(Math.round(span_ns / US_NS)));
}
