/**
 * Matches that are met rarely: xt_string.c, xt_recent.c, xt_hashlimit.c (packets only), xt_connlimit.c, xt_time.c, xt_quota.c, xt_dscp.c,
 * xt_connbytes.c, xt_tcpmss.c, xt_helper.c of net/netfilter.
 */
import { MS_NS, SECOND_NS } from "../../../base/time.ts";
import { frameNfct } from "../../../sim/frames.ts";
import { type Ipv4, maskOf } from "../../../wire/address.ts";
import { getU16 } from "../../../wire/bytes.ts";
import {
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../../wire/ipv4.ts";
import { TCP_SYN, tcpDestinationPort, tcpFlags, tcpSourcePort } from "../../../wire/tcp.ts";
import { slotOf } from "../conntrack/table.ts";
import { isOver } from "../conntrack/tcp.ts";
import type { NfContext } from "../context.ts";
import { findMss } from "../target.ts";
import type { NfMatch } from "../types.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

/** @param at where the IP header begins in `b` */
export function matchMore(ctx: NfContext, match: NfMatch, b: Uint8Array, at: number): boolean {
  switch (match.kind) {
    case "string":
      return hasString(match, b, at) !== match.invert;
    case "recent":
      return matchRecent(ctx, match, b, at);
    case "hashlimit":
      return isWithin(ctx, match, b, at) !== match.above;
    case "connlimit": {
      const count = countConnections(ctx, match, b, at);
      return count !== null && count > match.limit === match.above;
    }
    case "time":
      return matchTime(ctx, match);
    case "quota": {
      const enough = match.seen.bytes + ctx.length <= match.quota;
      match.seen.bytes = enough ? match.seen.bytes + ctx.length : match.quota;
      return enough !== match.invert;
    }
    case "tos":
      return ((ipv4Tos(b, at) & match.mask) === match.value) !== match.invert;
    case "dscp":
      return (ipv4Tos(b, at) >>> 2 === match.value) !== match.invert;
    case "connbytes":
      return matchConnbytes(ctx, match);
    case "tcpmss": {
      const l4 = at + ipv4HeaderLength(b, at);
      const option = (tcpFlags(b, l4) & TCP_SYN) === 0 ? -1 : findMss(b, l4);
      const mss = option < 0 ? -1 : getU16(b, option + 2);
      return (mss >= match.from && mss <= match.to) !== match.invert;
    }
    case "helper":
      return match.invert;
    default:
      return true;
  }
}

/** skb_find_text */
function hasString({ pattern, from, to, ignoreCase }: Kind<"string">, b: Uint8Array, at: number): boolean {
  const end = Math.min(ipv4TotalLength(b, at) - pattern.length, to);
  for (let start = from; start <= end; start++) {
    let i = 0;
    while (i < pattern.length && sameByte(b[at + start + i] as number, pattern.charCodeAt(i), ignoreCase)) i++;
    if (i === pattern.length) return true;
  }
  return false;
}

function sameByte(x: number, y: number, ignoreCase: boolean): boolean {
  return x === y || (ignoreCase && String.fromCharCode(x).toLowerCase() === String.fromCharCode(y).toLowerCase());
}

/** A host's list of stamps has no more. */
const MAX_STAMPS = 256;
/** ip_list_tot: a list has no more hosts. */
const MAX_HOSTS = 100;

/** recent_mt */
function matchRecent(ctx: NfContext, match: Kind<"recent">, b: Uint8Array, at: number): boolean {
  const { now_ns } = ctx.world;
  const list = ctx.netns.nf.recent[match.name] ?? [];
  const address = (((match.side === "source" ? ipv4Source(b, at) : ipv4Destination(b, at)) & match.mask) >>> 0) as Ipv4;
  // As it was before this host counted it down.
  const ttl = ipv4Ttl(b, at) + (ctx.outDev >= 0 && ctx.inDev >= 0 ? 1 : 0);
  let entry = list.find((e) => e.address === address && (!match.rttl || e.ttl === ttl));
  if (!entry) {
    if (match.mode !== "set") return match.invert;
    entry = { address, ttl, stamps_ns: [] };
    if (list.push(entry) > MAX_HOSTS) list.shift();
  }
  let found = match.mode === "set" || match.mode === "remove";
  if (match.mode === "remove") list.splice(list.indexOf(entry), 1);
  else if (match.mode !== "set") {
    const since_ns = now_ns - match.seconds * SECOND_NS;
    const hits = entry.stamps_ns.filter((t) => match.seconds === 0 || t >= since_ns).length;
    found = hits >= Math.max(match.hitcount, 1);
    if (match.reap) entry.stamps_ns = entry.stamps_ns.filter((t) => t >= since_ns);
  }
  const result = found !== match.invert;
  if (match.mode === "set" || (match.mode === "update" && result)) {
    if (entry.stamps_ns.push(now_ns) > MAX_STAMPS) entry.stamps_ns.shift();
    entry.ttl = ttl;
  }
  return result;
}

const UNIT_S = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

/** hashlimit_mt: a bucket of `burst` for each key, which fills by one in each interval; one that is idle for long enough begins anew. */
function isWithin(ctx: NfContext, match: Kind<"hashlimit">, b: Uint8Array, at: number): boolean {
  const { now_ns } = ctx.world;
  const unit_s = UNIT_S[match.unit];
  const cost_ns = (unit_s * SECOND_NS) / match.count;
  const cap_ns = cost_ns * match.burst;
  const expire_ns = (match.expire_ms ?? unit_s * 1000) * MS_NS;
  const key = keyOf(match, b, at);
  match.seen = match.seen.filter(({ prev_ns }) => now_ns - prev_ns <= expire_ns);
  let bucket = match.seen.find((one) => one.key === key);
  if (!bucket) {
    bucket = { key, credit_ns: cap_ns, prev_ns: now_ns };
    match.seen.push(bucket);
  }
  bucket.credit_ns = Math.min(cap_ns, bucket.credit_ns + now_ns - bucket.prev_ns);
  bucket.prev_ns = now_ns;
  if (bucket.credit_ns < cost_ns) return false;
  bucket.credit_ns -= cost_ns;
  return true;
}

function keyOf({ mode, srcMask, dstMask }: Kind<"hashlimit">, b: Uint8Array, at: number): string {
  const l4 = at + ipv4HeaderLength(b, at);
  const hasPorts = [6, 17].includes(ipv4Protocol(b, at));
  const parts = {
    srcip: () => (ipv4Source(b, at) & maskOf(srcMask)) >>> 0,
    dstip: () => (ipv4Destination(b, at) & maskOf(dstMask)) >>> 0,
    srcport: () => (hasPorts ? tcpSourcePort(b, l4) : 0),
    dstport: () => (hasPorts ? tcpDestinationPort(b, l4) : 0),
  };
  return mode.map((part) => parts[part]()).join();
}

/** nf_conncount_count: connections of the same host that have met the rule and still stand, this one included; null without one. */
function countConnections(ctx: NfContext, match: Kind<"connlimit">, b: Uint8Array, at: number): number | null {
  const { ct, pool } = ctx.world;
  const slot = slotOf(frameNfct(pool, ctx.frame));
  if (slot < 0) return null;
  const address = match.side === "saddr" ? ipv4Source(b, at) : ipv4Destination(b, at);
  const key = (address & maskOf(match.maskLength)) >>> 0;
  const id = ct.id[slot] as number;
  match.seen = match.seen.filter(
    (c) => ct.netns[c.slot] === ctx.netns.id && ct.id[c.slot] === c.id && !isOver(ct.state[c.slot] as number),
  );
  if (!match.seen.some((c) => c.slot === slot && c.id === id)) match.seen.push({ key, slot, id });
  return match.seen.filter((c) => c.key === key).length;
}

const DAY_S = 86_400;
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 4;

/** time_mt; the machines' zone is UTC. */
function matchTime(ctx: NfContext, match: Kind<"time">): boolean {
  const stamp_s = match.epoch_s + Math.floor(ctx.world.now_ns / SECOND_NS);
  if (stamp_s < (match.dateStart_s ?? 0) || stamp_s > (match.dateStop_s ?? Number.POSITIVE_INFINITY)) return false;
  const ofDay_s = stamp_s % DAY_S;
  let day = Math.floor(stamp_s / DAY_S);
  if (match.start_s <= match.stop_s) {
    if (ofDay_s < match.start_s || ofDay_s > match.stop_s) return false;
  } else {
    if (ofDay_s < match.start_s && ofDay_s > match.stop_s) return false;
    // The hours after midnight belong to the day on which they began.
    if (match.contiguous && ofDay_s < match.stop_s) day--;
  }
  const isOn = (days: Kind<"time">["weekdays"], number: number) =>
    days === null || ((days.bits & (1 << number)) !== 0) !== days.invert;
  const weekday = ((day + FIRST_WEEKDAY - 1) % 7) + 1;
  return isOn(match.weekdays, weekday) && isOn(match.monthdays, dayOfMonth(day));
}

/** Of a day since 1970. */
function dayOfMonth(days: number): number {
  let left = days;
  for (let year = 1970; ; year++) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    for (const length of [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
      if (left < length) return left + 1;
      left -= length;
    }
  }
}

/** connbytes_mt */
function matchConnbytes(ctx: NfContext, match: Kind<"connbytes">): boolean {
  const { ct, pool } = ctx.world;
  const slot = slotOf(frameNfct(pool, ctx.frame));
  if (slot < 0) return false;
  const sum = (of: ArrayLike<number>) =>
    (match.direction === "reply" ? 0 : (of[2 * slot] as number)) +
    (match.direction === "original" ? 0 : (of[2 * slot + 1] as number));
  const [packets, bytes] = [sum(ct.packets), sum(ct.bytes)];
  const average = packets === 0 ? 0 : Math.floor(bytes / packets);
  const what = { packets, bytes, avgpkt: average }[match.what];
  return (what >= match.from && (match.to === null || what <= match.to)) !== match.invert;
}
