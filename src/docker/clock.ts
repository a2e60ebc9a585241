/** Times and ages as the Engine and its CLI write them. All in UTC. */
import type { DockerWorld } from "./types.ts";

const S_PER_DAY = 86_400;

interface Civil {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Whole seconds since 1970 at a moment of the world. */
export function unixSeconds(world: DockerWorld, t_ns: number): number {
  return world.bootTime_s + Math.floor(t_ns / 1e9);
}

/** Gregorian date of seconds since 1970 (Howard Hinnant's civil_from_days). */
export function civil(seconds: number): Civil {
  const days = Math.floor(seconds / S_PER_DAY);
  const rest = seconds - days * S_PER_DAY;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** RFC 3339 with nanoseconds, zeros at their end cut: "2026-11-21T08:00:01.5Z". */
export function rfc3339(world: DockerWorld, t_ns: number): string {
  const c = civil(unixSeconds(world, t_ns));
  const fraction = String(t_ns % 1e9)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const clock = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  return `${c.year}-${two(c.month)}-${two(c.day)}T${clock}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/** Go's time.Time.String() of whole seconds: "2026-11-21 08:00:01 +0000 UTC". */
export function goTime(seconds: number): string {
  const c = civil(seconds);
  return `${c.year}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} +0000 UTC`;
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
