/** Times and ages as the Engine and its CLI write them. All in UTC. */
import { formatDate } from "../shell/text/date.ts";
import type { DockerWorld } from "./types.ts";

/** Whole seconds since 1970 at a moment of the world. */
export function unixSeconds(world: DockerWorld, t_ns: number): number {
  return world.bootTime_s + Math.floor(t_ns / 1e9);
}

/** RFC 3339 with nanoseconds, zeros at their end cut: "2026-11-21T08:00:01.5Z". */
export function rfc3339(world: DockerWorld, t_ns: number): string {
  const fraction = String(t_ns % 1e9)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const whole = formatDate("%Y-%m-%dT%H:%M:%S", unixSeconds(world, t_ns));
  return `${whole}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/** Go's time.Time.String() of whole seconds: "2026-11-21 08:00:01 +0000 UTC". */
export function goTime(seconds: number): string {
  return formatDate("%Y-%m-%d %H:%M:%S +0000 UTC", seconds);
}

/** go-units' HumanDuration. */
export function humanDuration(seconds: number): string {
  if (seconds < 1) return "Less than a second";
  const whole = Math.floor(seconds);
  if (whole === 1) return "1 second";
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / 3600 + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(seconds / 3600 / 24 / 365)} years`;
}

/** Seconds between two moments, as `humanDuration` takes them. */
export function secondsSince(world: DockerWorld, t_ns: number): number {
  return (world.now_ns - t_ns) / 1e9;
}
