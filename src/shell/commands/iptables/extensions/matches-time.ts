/** `-m time`: the hours of the day, days of the week and of the month, dates. */
import type { NfMatch } from "../../../../kernel/netfilter/types.ts";
import type { Args } from "../args.ts";
import { badParameter } from "../fail.ts";
import { WEEKDAYS } from "../words.ts";
import type { Extension, OptionSpec } from "./options.ts";

type Time = Extract<NfMatch, { kind: "time" }>;

const LAST_SECOND = 86_399;

/** hh:mm[:ss] in seconds. */
function timeOfDay(args: Args, text: string): number {
  const [, h = "", m = "", s = "0"] = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text) ?? [];
  if (h === "" || Number(h) > 23 || Number(m) > 59 || Number(s) > 59)
    badParameter(args, `invalid time "${text}" specified, should be hh:mm[:ss] format and within the boundaries`);
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** YYYY[-MM[-DD[Thh[:mm[:ss]]]]] in seconds since 1970. */
function date(args: Args, text: string): number {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d))?(?::(\d\d))?(?::(\d\d))?$/.exec(text);
  if (!match) return badParameter(args, `Invalid date "${text}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`);
  const [year = 1970, month = 1, day = 1, h = 0, m = 0, s = 0] = match.slice(1).map((t) => (t ? Number(t) : undefined));
  return daysUntil(year, month, day) * 86_400 + h * 3600 + m * 60 + s;
}

/** Days from the first of 1970. */
function daysUntil(year: number, month: number, day: number): number {
  const isLeap = (y: number) => y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  let days = day - 1;
  for (let y = 1970; y < year; y++) days += isLeap(y) ? 366 : 365;
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return days + lengths.slice(0, month - 1).reduce((sum, length) => sum + length, 0);
}

function dayList(
  name: string,
  key: "weekdays" | "monthdays",
  dayOf: (args: Args, word: string) => number,
): OptionSpec<Time> {
  return {
    name,
    invert: true,
    read(args, m, text) {
      const bits = text.split(",").reduce((sum, word) => sum | (1 << dayOf(args, word)), 0);
      m[key] = { bits, invert: args.invert };
    },
  };
}

function weekday(args: Args, word: string): number {
  const number = /^[1-7]$/.test(word)
    ? Number(word)
    : WEEKDAYS.findIndex((name) => name.slice(0, 2).toLowerCase() === word.slice(0, 2).toLowerCase()) + 1;
  return number || badParameter(args, `${word} is not a valid day specifier`);
}

function monthday(args: Args, word: string): number {
  const number = /^\d+$/.test(word) ? Number(word) : 0;
  return number >= 1 && number <= 31 ? number : badParameter(args, `${word} is not a valid day for a month`);
}

function flag(name: string, key: "contiguous" | "kernelZone" | null): OptionSpec<Time> {
  return {
    name,
    flag: true,
    read(_, m) {
      if (key !== null) m[key] = true;
    },
  };
}

export const time: Extension<Time> = {
  name: "time",
  make: () => ({
    kind: "time",
    start_s: 0,
    stop_s: LAST_SECOND,
    weekdays: null,
    monthdays: null,
    dateStart_s: null,
    dateStop_s: null,
    contiguous: false,
    kernelZone: false,
    epoch_s: 0,
  }),
  options: [
    {
      name: "--timestart",
      read(args, m, text) {
        m.start_s = timeOfDay(args, text);
      },
    },
    {
      name: "--timestop",
      read(args, m, text) {
        m.stop_s = timeOfDay(args, text);
      },
    },
    {
      name: "--datestart",
      read(args, m, text) {
        m.dateStart_s = date(args, text);
      },
    },
    {
      name: "--datestop",
      read(args, m, text) {
        m.dateStop_s = date(args, text);
      },
    },
    dayList("--weekdays", "weekdays", weekday),
    dayList("--monthdays", "monthdays", monthday),
    flag("--contiguous", "contiguous"),
    flag("--kerneltz", "kernelZone"),
    flag("--utc", null),
  ],
  check(voice, m) {
    m.epoch_s = voice.sys.world.bootTime_s;
  },
};
