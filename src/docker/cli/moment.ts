/** Moments as `--since` and `--until` take them (api/types/time: GetTimestamp). */
import type { DockerWorld } from "../types.ts";

const UNITS_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const DURATION = /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;

/**
 * Nanoseconds of the world's time for a duration before `now_ns`, for seconds since 1970, or for a date; else what the client says.
 */
export function parseMoment(world: DockerWorld, text: string, now_ns: number): number | string {
  if (DURATION.test(text)) {
    const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
    const sum = [...parts].reduce(
      (ns, [, count, unit]) => ns + Number(count) * (UNITS_NS[unit as string] as number),
      0,
    );
    return text.startsWith("-") ? now_ns + sum : now_ns - sum;
  }
  if (/^\d+(\.\d+)?$/.test(text)) return (Number(text) - world.bootTime_s) * 1e9;
  const date = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?(Z)?$/.exec(text);
  if (!date) return `failed to parse value as time or duration: ${JSON.stringify(text)}`;
  const [year, month, day, hour, minute, second] = date.slice(1, 7).map((part) => Number(part ?? 0));
  const days = daysSince1970(year as number, month as number, day as number);
  const seconds = ((days * 24 + (hour as number)) * 60 + (minute as number)) * 60 + (second as number);
  return (seconds + Number(date[7] ?? 0) - world.bootTime_s) * 1e9;
}

/** Of the Gregorian calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
