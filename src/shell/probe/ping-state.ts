/** What a running ping remembers, and its statistics: ping_common.c of iputils. */
import { SECOND_NS } from "../../base/time.ts";
import type { SocketId } from "../../kernel/types.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { exit, write } from "../process.ts";
import type { Sys } from "../types.ts";
import type { PingOptions } from "./ping-options.ts";

/** MININTERVAL: replies that don't come hold a flood back to one probe in 10 ms. */
export const MIN_INTERVAL_MS = 10;

export interface PingState {
  o: PingOptions;
  destination: Ipv4;
  /** Names of addresses are looked up and shown. */
  named: boolean;
  /** Names by address, "" for those without one. */
  names: Record<number, string>;
  /** How often in a row there was no room for a probe. */
  full: number;
  /** The route that was recorded last (-R). */
  route: readonly Ipv4[];
  socket: SocketId;
  raw: boolean;
  identifier: number;
  interval_ms: number;
  /** Payload that is long enough to carry a timestamp. */
  timing: boolean;
  sent: number;
  received: number;
  repeats: number;
  errors: number;
  /** When netfilter last let a probe fall; -1: never. */
  forbiddenAt_ns: number;
  /** Highest sequence number that something came back for (uint16). */
  acked: number;
  pipeSize: number;
  /** When the probe that `tokens` counts from was sent; null before the first. */
  probe_ns: number | null;
  tokens: number;
  start_ns: number;
  /** Sequence numbers (mod 2^16) that were answered. */
  seen: Record<number, true>;
  /** Round trips, µs: least, largest, sum, sum of squares; 8 times their running mean. */
  min_us: number;
  max_us: number;
  sum_us: number;
  sum2: number;
  rtt: number;
  /** The wait after the last probe has begun. */
  lingering: boolean;
  exiting: boolean;
}

export function inFlight(s: PingState): number {
  const diff = (s.sent - s.acked) & 0xffff;
  return diff <= 0x7fff ? diff : s.sent - s.received - s.errors;
}

/** -c: all that were asked for are accounted for. */
export function isEnough(s: PingState): boolean {
  return s.o.count > 0 && s.received + s.errors >= s.o.count;
}

/** Something came back for a probe. */
export function acknowledge(s: PingState, seq: number): void {
  const diff = (s.sent - seq) & 0xffff;
  if (diff > 0x7fff) return;
  s.pipeSize = Math.max(s.pipeSize, diff + 1);
  const ahead = ((seq - s.acked) << 16) >> 16;
  if (ahead > 0 || ((s.sent - s.acked) & 0xffff) > 0x7fff) s.acked = seq;
}

export function countSent(s: PingState): void {
  s.sent++;
  if (((s.sent - s.acked) & 0xffff) > 0x7fff) s.acked = (s.sent + 1) & 0xffff;
}

/** Takes a round trip into the statistics. */
export function countTrip(s: PingState, trip_us: number): void {
  s.sum_us += trip_us;
  s.sum2 += trip_us * trip_us;
  s.min_us = Math.min(s.min_us, trip_us);
  s.max_us = Math.max(s.max_us, trip_us);
  s.rtt = s.rtt === 0 ? trip_us * 8 : s.rtt + trip_us - Math.trunc(s.rtt / 8);
  if (s.o.adaptive) s.interval_ms = Math.trunc((Math.trunc(s.rtt / 8) + 500) / 1000);
}

function milli(us: number): string {
  return `${Math.trunc(us / 1000)}.${String(Math.trunc(us % 1000)).padStart(3, "0")}`;
}

/** " time=0.123 ms", with fewer digits the longer it took. */
export function tripText(us: number): string {
  if (us >= 99_950) return ` time=${Math.trunc((us + 500) / 1000)} ms`;
  if (us >= 9_995) return ` time=${Math.trunc((us + 50) / 1000)}.${Math.trunc(((us + 50) % 1000) / 100)} ms`;
  if (us >= 1_000) {
    return ` time=${Math.trunc((us + 5) / 1000)}.${String(Math.trunc(((us + 5) % 1000) / 10)).padStart(2, "0")} ms`;
  }
  return ` time=${milli(us)} ms`;
}

/** C's %g. */
function general(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Prints the statistics and ends ping. */
export function finish(sys: Sys, s: PingState): void {
  const elapsed_ns = (s.probe_ns ?? s.start_ns) - s.start_ns;
  let text = `\n--- ${s.o.target} ping statistics ---\n${s.sent} packets transmitted, ${s.received} received`;
  if (s.repeats > 0) text += `, +${s.repeats} duplicates`;
  if (s.errors > 0) text += `, +${s.errors} errors`;
  if (s.sent > 0) {
    const loss = ((s.sent - s.received) * 100) / s.sent;
    text += `, ${general(loss)}% packet loss, time ${Math.round(elapsed_ns / 1e6)}ms`;
  }
  write(sys, 1, `${text}\n${summary(s, elapsed_ns)}\n`);
  exit(sys, s.received === 0 || (s.o.deadline_s > 0 && s.received < s.o.count) ? 1 : 0);
}

function summary(s: PingState, elapsed_ns: number): string {
  const parts: string[] = [];
  if (s.received > 0 && s.timing) {
    const total = s.received + s.repeats;
    const mean = Math.trunc(s.sum_us / total);
    const deviation = Math.trunc(Math.sqrt(Math.max(0, (s.sum2 - (s.sum_us * s.sum_us) / total) / total)));
    const times = [s.min_us, mean, s.max_us, deviation].map(milli).join("/");
    parts.push(`rtt min/avg/max/mdev = ${times} ms`);
  }
  if (s.pipeSize > 1) parts.push(`pipe ${s.pipeSize}`);
  if (s.received > 0 && (s.interval_ms === 0 || s.o.flood || s.o.adaptive) && s.sent > 1) {
    const gap = Math.trunc(elapsed_ns / 1000 / (s.sent - 1));
    parts.push(`ipg/ewma ${milli(gap)}/${milli(s.rtt / 8)} ms`);
  }
  return parts.join(", ");
}

/** What Ctrl-\ prints while ping goes on. */
export function snapshot(sys: Sys, s: PingState): void {
  const loss = s.sent === 0 ? 0 : Math.trunc(((s.sent - s.received) * 100) / s.sent);
  let text = `\r${s.received}/${s.sent} packets, ${loss}% loss`;
  if (s.received > 0 && s.timing) {
    const mean = s.sum_us / (s.received + s.repeats);
    text += `, min/avg/ewma/max = ${[s.min_us, mean, s.rtt / 8, s.max_us].map(milli).join("/")} ms`;
  }
  write(sys, 2, `${text}\n`);
}

/** The wall clock, whole seconds and microseconds. */
export function timeOfDay(sys: Sys): { s: number; us: number } {
  const { bootTime_s, now_ns } = sys.world;
  const s = Math.floor(now_ns / SECOND_NS);
  return { s: bootTime_s + s, us: Math.floor((now_ns - s * SECOND_NS) / 1000) };
}
