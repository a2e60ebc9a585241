/** Dates without a clock: a Unix time as strftime(3) prints it, in UTC, in the C locale. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export interface CivilTime {
  year: number;
  month: number;
  day: number;
  weekday: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
}

/** Year, month (from 1), day … of a Unix time; by days from 0000-03-01 (H. Hinnant, chrono-compatible low-level date algorithms). */
export function civilTime(unix_s: number): CivilTime {
  const whole = Math.floor(unix_s);
  const days = Math.floor(whole / 86_400);
  const rest = whole - days * 86_400;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1] as number;
  return {
    year,
    month,
    day,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: before + day + (leap && month > 2 ? 1 : 0),
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

function two(n: number, pad = "0"): string {
  return String(n).padStart(2, pad);
}

export function formatDate(format: string, unix_s: number): string {
  const t = civilTime(unix_s);
  return format.replace(/%([-_0]?)([a-zA-Z%])/g, (whole, flag: string, c: string) => {
    const text = directive(c, t, unix_s);
    if (text === null) return whole;
    return flag === "-"
      ? text.replace(/^[0 ]+(?=\d)/, "")
      : flag === "_"
        ? text.replace(/^0+(?=\d)/, (z) => " ".repeat(z.length))
        : text;
  });
}

function directive(c: string, t: CivilTime, unix_s: number): string | null {
  const dayName = DAYS[t.weekday] as string;
  const monthName = MONTHS[t.month - 1] as string;
  const clock = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  const simple: Readonly<Record<string, string>> = {
    Y: String(t.year),
    y: two(t.year % 100),
    m: two(t.month),
    d: two(t.day),
    e: two(t.day, " "),
    H: two(t.hour),
    I: two(t.hour % 12 || 12),
    M: two(t.minute),
    S: two(t.second),
    p: t.hour < 12 ? "AM" : "PM",
    j: String(t.yearDay).padStart(3, "0"),
    u: String(t.weekday || 7),
    w: String(t.weekday),
    a: dayName.slice(0, 3),
    A: dayName,
    b: monthName.slice(0, 3),
    h: monthName.slice(0, 3),
    B: monthName,
    F: `${t.year}-${two(t.month)}-${two(t.day)}`,
    T: clock,
    R: `${two(t.hour)}:${two(t.minute)}`,
    D: `${two(t.month)}/${two(t.day)}/${two(t.year % 100)}`,
    c: `${dayName.slice(0, 3)} ${monthName.slice(0, 3)} ${two(t.day, " ")} ${clock} ${t.year}`,
    s: String(Math.floor(unix_s)),
    N: String(Math.floor((unix_s - Math.floor(unix_s)) * 1e9)).padStart(9, "0"),
    z: "+0000",
    Z: "UTC",
    n: "\n",
    t: "\t",
    "%": "%",
  };
  return simple[c] ?? null;
}

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};
const DAYS_FROM: Readonly<Record<string, number>> = { now: 0, today: 0, yesterday: -1, tomorrow: 1 };

/** The Unix time that `date -d` makes of a text, the commonest forms; null for others. */
export function unixTime(text: string, now_s: number): number | null {
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch);
  const from = DAYS_FROM[text.trim()];
  if (from !== undefined) return now_s + from * 86_400;
  const [, sign = "+", count = "", unit = "", ago] = /^([-+]?)\s*(\d+)\s*([a-z]+?)s?(\s+ago)?$/.exec(text.trim()) ?? [];
  const unit_s = UNITS[unit];
  if (unit_s !== undefined) return now_s + ((sign === "-") === (ago === undefined) ? -1 : 1) * Number(count) * unit_s;
  const [, y, m, d, hh = "0", mm = "0", ss = "0"] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?(?: ?UTC|Z)?)?$/.exec(text.trim()) ?? [];
  if (y === undefined || m === undefined || d === undefined) return null;
  return daysFromCivil(Number(y), Number(m), Number(d)) * 86_400 + Number(hh) * 3600 + Number(mm) * 60 + Number(ss);
}

/** Days from 1970-01-01, civilTime's other way round. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
