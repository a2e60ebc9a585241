/** Matches and targets that are met rarely, as words of a rule (-S) and as a list (-L) tells of them. */
import type { NfMatch, NfTarget } from "../../../../kernel/netfilter/types.ts";
import { formatIpv4, type Ipv4 } from "../../../../wire/address.ts";
import { formatDate } from "../../../text/date.ts";
import { TOS_NAMES, WEEKDAYS } from "../words.ts";
import { quoted } from "./quoted.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

const not = (invert: boolean): string => (invert ? "! " : "");
const mark = (invert: boolean): string => (invert ? "!" : "");
const twoDigits = (number: number): string => `0x${number.toString(16).padStart(2, "0")}`;
const span = ({ from, to }: { from: number; to: number | null }): string =>
  to === null || from === to ? String(from) : `${from}:${to}`;

/** Words of a match behind its name, as -S prints them. */
export function moreMatchWords(match: NfMatch): string[] {
  switch (match.kind) {
    case "string": {
      const { pattern, invert, algo, from, to, ignoreCase } = match;
      return [
        `${not(invert)}--${isHex(pattern) ? "hex-string" : "string"} ${patternText(pattern)} --algo ${algo}`,
        ...(from === 0 ? [] : [`--from ${from}`]),
        ...(to === 65_535 ? [] : [`--to ${to}`]),
        ...(ignoreCase ? ["--icase"] : []),
      ];
    }
    case "recent":
      return [
        `${not(match.invert)}--${match.mode}`,
        ...(match.seconds === 0 ? [] : [`--seconds ${match.seconds}`]),
        ...(match.reap ? ["--reap"] : []),
        ...(match.hitcount === 0 ? [] : [`--hitcount ${match.hitcount}`]),
        ...(match.rttl ? ["--rttl"] : []),
        `--name ${match.name} --mask ${formatIpv4(match.mask as Ipv4)} --r${match.side}`,
      ];
    case "hashlimit":
      return [
        `--hashlimit-${match.above ? "above" : "upto"} ${rate(match)} --hashlimit-burst ${match.burst}`,
        ...(match.mode.length === 0 ? [] : [`--hashlimit-mode ${match.mode.join(",")}`]),
        `--hashlimit-name ${match.name}`,
        ...(match.expire_ms === null ? [] : [`--hashlimit-htable-expire ${match.expire_ms}`]),
        ...(match.srcMask === 32 ? [] : [`--hashlimit-srcmask ${match.srcMask}`]),
        ...(match.dstMask === 32 ? [] : [`--hashlimit-dstmask ${match.dstMask}`]),
      ];
    case "connlimit": {
      const limit = `--connlimit-${match.above ? "above" : "upto"} ${match.limit}`;
      return [`${limit} --connlimit-mask ${match.maskLength} --connlimit-${match.side}`];
    }
    case "time":
      return timeWords(match);
    default:
      return otherWords(match);
  }
}

function otherWords(match: NfMatch): string[] {
  switch (match.kind) {
    case "quota":
      return [`${not(match.invert)}--quota ${match.quota}`];
    case "tos":
      return [`${not(match.invert)}--tos ${tosText(match)}`];
    case "dscp":
      return [`${not(match.invert)}--dscp ${twoDigits(match.value)}`];
    case "connbytes":
      return [
        `${not(match.invert)}--connbytes ${span(match)} --connbytes-mode ${match.what} --connbytes-dir ${match.direction}`,
      ];
    case "tcpmss":
      return [`${not(match.invert)}--mss ${span(match)}`];
    case "helper":
      return [`${not(match.invert)}--helper ${quoted(match.name)}`];
    default:
      return [];
  }
}

/** What a list says of a match. @param numeric -n */
export function moreMatchText(match: NfMatch, numeric: boolean): string {
  switch (match.kind) {
    case "string": {
      const { pattern, invert, algo, from, to, ignoreCase } = match;
      const limits = `${from === 0 ? "" : ` FROM ${from}`}${to === 65_535 ? "" : ` TO ${to}`}`;
      return `STRING match ${mark(invert)} ${patternText(pattern)} ALGO name ${algo}${limits}${ignoreCase ? " ICASE" : ""}`;
    }
    case "recent":
      return recentText(match);
    case "hashlimit": {
      const parts = [
        ...(match.mode.length === 0 ? [] : [`mode ${match.mode.join("-")}`]),
        ...(match.expire_ms === null ? [] : [`htable-expire ${match.expire_ms}`]),
        ...(match.srcMask === 32 ? [] : [`srcmask ${match.srcMask}`]),
        ...(match.dstMask === 32 ? [] : [`dstmask ${match.dstMask}`]),
      ];
      return [`limit: ${match.above ? "above" : "up to"} ${rate(match)} burst ${match.burst}`, ...parts].join(" ");
    }
    case "connlimit":
      return `#conn ${match.side.slice(0, 1) === "s" ? "src" : "dst"}/${match.maskLength} ${match.above ? ">" : "<="} ${match.limit}`;
    case "time":
      return timeText(match);
    case "quota":
      return `quota: ${not(match.invert)}${match.quota} bytes`;
    case "tos": {
      const name = numeric || match.mask !== 0x3f ? undefined : tosName(match.value);
      return `tos match${mark(match.invert)}${name === undefined ? tosText(match) : ` ${name}`}`;
    }
    case "dscp":
      return `DSCP match ${mark(match.invert)}${twoDigits(match.value)}`;
    case "connbytes":
      return `${not(match.invert)}connbytes ${span(match)} connbytes mode ${match.what} connbytes direction ${match.direction}`;
    case "tcpmss":
      return `tcpmss match ${mark(match.invert)}${span(match)}`;
    case "helper":
      return `helper match ${not(match.invert)}"${match.name}"`;
    default:
      return "";
  }
}

/** Whether a pattern is printed in hex: something in it cannot be printed, or it ends in a backslash. */
function isHex(pattern: string): boolean {
  return /[^\x20-\x7e]|\\$/.test(pattern);
}

function patternText(pattern: string): string {
  if (!isHex(pattern)) return `"${pattern.replace(/["\\]/g, "\\$&")}"`;
  return `"|${Array.from(pattern, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("")}|"`;
}

function rate({ count, unit }: { count: number; unit: "second" | "minute" | "hour" | "day" }): string {
  return `${count}/${{ second: "sec", minute: "min", hour: "hour", day: "day" }[unit]}`;
}

function recentText(match: Kind<"recent">): string {
  const modes = { set: "SET", rcheck: "CHECK", update: "UPDATE", remove: "REMOVE" };
  const parts = [
    `${not(match.invert)}recent: ${modes[match.mode]}`,
    ...(match.seconds === 0 ? [] : [`seconds: ${match.seconds}`]),
    ...(match.reap ? ["reap"] : []),
    ...(match.hitcount === 0 ? [] : [`hit_count: ${match.hitcount}`]),
    ...(match.rttl ? ["TTL-Match"] : []),
    `name: ${match.name} side: ${match.side} mask: ${formatIpv4(match.mask as Ipv4)}`,
  ];
  return parts.join(" ");
}

function tosName(value: number): string | undefined {
  return TOS_NAMES.find(([, number]) => number === value)?.[0];
}

function tosText({ value, mask }: { value: number; mask: number }): string {
  return `${twoDigits(value)}/${twoDigits(mask)}`;
}

const clock = (of_day_s: number): string => formatDate("%H:%M:%S", of_day_s);
const LAST_SECOND = 86_399;
/** INT_MAX: what iptables 1.8.9 prints where no last date was given. */
const LAST_DATE_S = 0x7fff_ffff;

const days = (bits: number, of: number): number[] =>
  Array.from({ length: of }, (_, i) => i + 1).filter((day) => (bits & (1 << day)) !== 0);

const weekdayNames = (bits: number): string =>
  days(bits, 7)
    .map((day) => WEEKDAYS[day - 1])
    .join(",");

function timeWords(match: Kind<"time">): string[] {
  const { start_s, stop_s, weekdays, monthdays, dateStart_s, dateStop_s } = match;
  const stamp = (date_s: number) => formatDate("%Y-%m-%dT%H:%M:%S", date_s);
  return [
    ...(start_s === 0 && stop_s === LAST_SECOND ? [] : [`--timestart ${clock(start_s)} --timestop ${clock(stop_s)}`]),
    ...(monthdays === null ? [] : [`${not(monthdays.invert)}--monthdays ${days(monthdays.bits, 31).join(",")}`]),
    ...(weekdays === null ? [] : [`${not(weekdays.invert)}--weekdays ${weekdayNames(weekdays.bits)}`]),
    ...(dateStart_s === null ? [] : [`--datestart ${stamp(dateStart_s)}`]),
    `--datestop ${stamp(dateStop_s ?? LAST_DATE_S)}`,
    ...(match.kernelZone ? ["--kerneltz"] : []),
    ...(match.contiguous ? ["--contiguous"] : []),
  ];
}

function timeText(match: Kind<"time">): string {
  const { start_s, stop_s, weekdays, monthdays, dateStart_s, dateStop_s } = match;
  const stamp = (date_s: number) => formatDate("%Y-%m-%d %H:%M:%S", date_s);
  const on = (list: Kind<"time">["weekdays"], text: (bits: number) => string) =>
    list === null ? [] : [`${list.invert ? "all days except " : "on "}${text(list.bits)}`];
  return [
    "TIME",
    ...(start_s === 0 && stop_s === LAST_SECOND ? [] : [`from ${clock(start_s)} to ${clock(stop_s)}`]),
    ...on(weekdays, weekdayNames),
    ...on(monthdays, (bits) => days(bits, 31).map(ordinal).join(",")),
    ...(dateStart_s === null ? [] : [`starting from ${stamp(dateStart_s)}`]),
    ...(dateStop_s === null ? [] : [`until date ${stamp(dateStop_s)}`]),
    ...(match.kernelZone ? [] : ["UTC"]),
    ...(match.contiguous ? ["contiguous"] : []),
  ].join(" ");
}

function ordinal(day: number): string {
  const ending = Math.floor(day / 10) === 1 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

/** Words of a target, as -S prints them. */
export function moreTargetWords(target: NfTarget): string[] {
  switch (target.kind) {
    case "TOS":
      return [`-j TOS --set-tos ${tosText(target)}`];
    case "DSCP":
      return [`-j DSCP --set-dscp ${twoDigits(target.value)}`];
    case "CHECKSUM":
      return ["-j CHECKSUM --checksum-fill"];
    case "CLASSIFY":
      return [`-j CLASSIFY --set-class ${hex4(target.major)}:${hex4(target.minor)}`];
    case "AUDIT":
      return [`-j AUDIT --type ${target.type}`];
    case "NFLOG":
      return ["-j NFLOG", ...nflogParts(target).map((part) => `--${part}`)];
    case "NFQUEUE": {
      const queues = target.from === target.to ? `--queue-num ${target.from}` : `--queue-balance ${span(target)}`;
      return [`-j NFQUEUE ${queues}${target.bypass ? " --queue-bypass" : ""}`];
    }
    default:
      return [`-j ${target.kind}`];
  }
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, "0");
}

function nflogParts({ prefix, group, size, threshold }: Extract<NfTarget, { kind: "NFLOG" }>): string[] {
  return [
    ...(prefix === "" ? [] : [`nflog-prefix ${quoted(prefix)}`]),
    ...(group === 0 ? [] : [`nflog-group ${group}`]),
    ...(size === null ? [] : [`nflog-size ${size}`]),
    ...(threshold === 1 ? [] : [`nflog-threshold ${threshold}`]),
  ];
}

/** What a list says of a target. @param numeric -n */
export function moreTargetText(target: NfTarget, numeric: boolean): string {
  switch (target.kind) {
    case "TOS": {
      const name = numeric || target.mask !== 0x3f ? undefined : tosName(target.value);
      return `TOS set ${name ?? tosText(target)}`;
    }
    case "DSCP":
      return `DSCP set ${twoDigits(target.value)}`;
    case "CHECKSUM":
      return "CHECKSUM fill";
    case "CLASSIFY":
      return `CLASSIFY set ${target.major.toString(16)}:${target.minor.toString(16)}`;
    case "AUDIT":
      return `AUDIT ${target.type}`;
    case "NFLOG":
      return nflogParts(target).join(" ");
    case "NFQUEUE": {
      const queues = target.from === target.to ? `num ${target.from}` : `balance ${span(target)}`;
      return `NFQUEUE ${queues}${target.bypass ? " bypass" : ""}`;
    }
    default:
      return "";
  }
}
