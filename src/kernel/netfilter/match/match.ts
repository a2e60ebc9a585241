/**
 * Whether a rule matches: ip_packet_match of net/ipv4/netfilter/ip_tables.c and the matches of net/netfilter/xt_*.c.
 * Those that are rare stand in more.ts.
 */
import { randomU32 } from "../../../base/random.ts";
import { SECOND_NS } from "../../../base/time.ts";
import { frameFlags, frameMark, frameNfct, framePhysin, NF_OWNED } from "../../../sim/frames.ts";
import { type Ipv4, isMulticastIpv4, MAC_BROADCAST } from "../../../wire/address.ts";
import { getMac, getU8 } from "../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../wire/ethernet.ts";
import { ICMP_HLEN, icmpCode, icmpType } from "../../../wire/icmpv4.ts";
import {
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
} from "../../../wire/ipv4.ts";
import {
  TCP_HLEN,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpOptionLength,
  tcpSourcePort,
} from "../../../wire/tcp.ts";
import { fibLookup, inetAddrType } from "../../fib/lookup.ts";
import type { DevId } from "../../types.ts";
import { slotOf } from "../conntrack/table.ts";
import { ipAt, type NfContext } from "../context.ts";
import { addressMatches, portMatches } from "../spec.ts";
import { stateBits } from "../state-bits.ts";
import { AddrTypeBit, type InterfaceSpec, type NfMatch, type NfRule } from "../types.ts";
import { matchConntrack } from "./conntrack.ts";

const LIMIT_NS = {
  second: SECOND_NS,
  minute: 60 * SECOND_NS,
  hour: 3600 * SECOND_NS,
  day: 86_400 * SECOND_NS,
} as const;

/** Whether a rule matches of which program.ts has not looked at everything. */
export function restMatches(ctx: NfContext, rule: NfRule): boolean {
  const { source, destination, inInterface, outInterface, fragment, matches } = rule;
  if (source !== null && !addressMatches(source, ctx.source as Ipv4)) return false;
  if (destination !== null && !addressMatches(destination, ctx.destination as Ipv4)) return false;
  if (inInterface !== null && !interfaceMatches(ctx, inInterface, ctx.inDev)) return false;
  if (outInterface !== null && !interfaceMatches(ctx, outInterface, ctx.outDev)) return false;
  if (fragment === null && matches.length === 0) return true;
  const at = ipAt(ctx);
  const b = ctx.world.pool.bytes;
  if (fragment !== null && (ipv4FragmentOffset(b, at) !== 0) === fragment.invert) return false;
  for (let i = 0; i < matches.length; i++) if (!matches1(ctx, matches[i] as NfMatch, b, at)) return false;
  return true;
}

function interfaceMatches(ctx: NfContext, spec: InterfaceSpec, dev: DevId): boolean {
  const name = dev < 0 ? "" : (ctx.world.devs[dev]?.name ?? "");
  return nameMatches(spec.name, name) !== spec.invert;
}

const PLUS = 43;

function nameMatches(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  return pattern.charCodeAt(pattern.length - 1) === PLUS && name.startsWith(pattern.slice(0, -1));
}

function matches1(ctx: NfContext, match: NfMatch, b: Uint8Array, at: number): boolean {
  switch (match.kind) {
    case "comment":
      return true;
    case "state":
      return ((stateBits(frameNfct(ctx.world.pool, ctx.frame)) & match.states) !== 0) !== match.invert;
    case "conntrack":
      return matchConntrack(ctx, match);
    case "tcp":
    case "udp":
    case "multiport":
      return matchPorts(match, b, at);
    case "icmp":
      return matchIcmp(match, b, at);
    case "addrtype":
      return matchAddrType(ctx, match, b, at);
    case "limit":
      return matchLimit(ctx, match);
    case "mark":
      return ((frameMark(ctx.world.pool, ctx.frame) & match.mask) === (match.value | 0)) !== match.invert;
    case "connmark": {
      const slot = slotOf(frameNfct(ctx.world.pool, ctx.frame));
      if (slot < 0) return false;
      return (((ctx.world.ct.mark[slot] as number) & match.mask) === (match.value | 0)) !== match.invert;
    }
    case "length": {
      const length = ipv4TotalLength(b, at);
      return (length >= match.from && length <= match.to) !== match.invert;
    }
    case "ttl":
      return compare(match.compare, ipv4Ttl(b, at), match.value);
    default:
      return matchRare(ctx, match, b, at);
  }
}

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

/** Matches that are met rarely (more.ts): loaded, as Linux loads its modules xt_…, with the programs that make such rules. */
const more = { match: (_ctx: NfContext, _match: NfMatch, _b: Uint8Array, _at: number): boolean => false };

export function installMoreMatches(match: typeof more.match): void {
  more.match = match;
}

function compare(how: Kind<"ttl">["compare"], ttl: number, value: number): boolean {
  if (how === "eq") return ttl === value;
  if (how === "ne") return ttl !== value;
  return how === "lt" ? ttl < value : ttl > value;
}

/** The transport header must be there: tcp_mt, udp_mt, multiport_mt. */
function matchPorts(match: Kind<"tcp" | "udp" | "multiport">, b: Uint8Array, at: number): boolean {
  if (ipv4FragmentOffset(b, at) !== 0) return false;
  const l4 = at + ipv4HeaderLength(b, at);
  const left = at + ipv4TotalLength(b, at) - l4;
  if (left < (match.kind === "tcp" ? TCP_HLEN : 4)) return false;
  const source = tcpSourcePort(b, l4);
  const destination = tcpDestinationPort(b, l4);
  if (match.kind === "multiport") {
    const isIn = (port: number) => match.ports.some(({ from, to }) => port >= from && port <= to);
    const found = (match.which !== "destination" && isIn(source)) || (match.which !== "source" && isIn(destination));
    return found !== match.invert;
  }
  if (!portMatches(match.sports, source) || !portMatches(match.dports, destination)) return false;
  if (match.kind === "udp") return true;
  const { flags, option } = match;
  if (flags !== null && ((tcpFlags(b, l4) & flags.mask) === flags.comp) === flags.invert) return false;
  return option === null || hasOption(b, l4, option.number) !== option.invert;
}

function hasOption(b: Uint8Array, l4: number, number: number): boolean {
  const end = l4 + tcpHeaderLength(b, l4);
  for (let i = l4 + TCP_HLEN; i < end; ) {
    const length = tcpOptionLength(b, i, end);
    if (length === null) return false;
    if (getU8(b, i) === number) return true;
    i += length;
  }
  return false;
}

const ANY_TYPE = 255;

function matchIcmp(match: Kind<"icmp">, b: Uint8Array, at: number): boolean {
  const l4 = at + ipv4HeaderLength(b, at);
  if (ipv4FragmentOffset(b, at) !== 0 || at + ipv4TotalLength(b, at) - l4 < ICMP_HLEN) return false;
  const code = icmpCode(b, l4);
  const isIt = icmpType(b, l4) === match.type && code >= match.codes.from && code <= match.codes.to;
  return (match.type === ANY_TYPE || isIt) !== match.invert;
}

const ADDR_TYPE: Readonly<Record<string, number>> = {
  unicast: AddrTypeBit.UNICAST,
  local: AddrTypeBit.LOCAL,
  broadcast: AddrTypeBit.BROADCAST,
  multicast: AddrTypeBit.MULTICAST,
  blackhole: AddrTypeBit.BLACKHOLE,
  unreachable: AddrTypeBit.UNREACHABLE,
  prohibit: AddrTypeBit.PROHIBIT,
  throw: AddrTypeBit.THROW,
};

/** addrtype_mt_v1 */
function matchAddrType(ctx: NfContext, match: Kind<"addrtype">, b: Uint8Array, at: number): boolean {
  const dev = match.limitIface === "in" ? ctx.inDev : match.limitIface === "out" ? ctx.outDev : -1;
  const { source, destination } = match;
  if (source !== null && !isOfType(ctx, dev, ipv4Source(b, at), source)) return false;
  return destination === null || isOfType(ctx, dev, ipv4Destination(b, at), destination);
}

function isOfType(ctx: NfContext, dev: DevId, address: Ipv4, want: { bits: number; invert: boolean }): boolean {
  const type = inetAddrType(ctx.world, ctx.netns, address);
  let bit = ADDR_TYPE[type] ?? AddrTypeBit.UNSPEC;
  if (dev >= 0 && (type === "local" || type === "broadcast")) {
    const route = fibLookup(ctx.world, ctx.netns, address);
    // inet_dev_addr_type: another device's address is just somebody's.
    if (typeof route !== "number" && route.dev !== dev) bit = AddrTypeBit.UNICAST;
  }
  return ((want.bits & bit) !== 0) !== want.invert;
}

/** limit_mt: a bucket of `burst` that fills by one in each interval. */
function matchLimit(ctx: NfContext, match: Kind<"limit">): boolean {
  const { now_ns } = ctx.world;
  const cost_ns = LIMIT_NS[match.unit] / match.count;
  const cap_ns = cost_ns * match.burst;
  if (match.prev_ns < 0 || match.credit < 0) match.credit = cap_ns;
  else match.credit = Math.min(cap_ns, match.credit + now_ns - match.prev_ns);
  match.prev_ns = now_ns;
  if (match.credit < cost_ns) return false;
  match.credit -= cost_ns;
  return true;
}

function matchRare(ctx: NfContext, match: NfMatch, b: Uint8Array, at: number): boolean {
  switch (match.kind) {
    case "mac":
      return ctx.inDev >= 0 && (getMac(b, at - ETH_HLEN + 6) === match.source) !== match.invert;
    case "physdev":
      return matchPhysdev(ctx, match);
    case "pkttype":
      return (pkttypeOf(ctx, b, at) === match.type) !== match.invert;
    case "iprange": {
      const isIn = (range: Kind<"iprange">["source"], address: Ipv4) =>
        range === null || (address >= range.from && address <= range.to) !== range.invert;
      return isIn(match.source, ipv4Source(b, at)) && isIn(match.destination, ipv4Destination(b, at));
    }
    case "owner":
      return matchOwner(ctx, match);
    case "statistic":
      if (match.mode === "random") return randomU32(ctx.world.random) >>> 1 < match.probability !== match.invert;
      match.count = match.count >= match.every - 1 ? 0 : match.count + 1;
      return (match.count === match.packet) !== match.invert;
    default:
      return more.match(ctx, match, b, at);
  }
}

/** owner_mt: everything that runs here is root's. */
function matchOwner(ctx: NfContext, { uid, gid, socket }: Kind<"owner">): boolean {
  const owned = (frameFlags(ctx.world.pool, ctx.frame) & NF_OWNED) !== 0;
  if (socket !== null && owned === socket.invert) return false;
  const isRoots = (want: Kind<"owner">["uid"]) => want === null || (owned && (want.from === 0) !== want.invert);
  return isRoots(uid) && isRoots(gid);
}

/** pkttype_mt: what a packet that this host sends will be is told by its destination. */
function pkttypeOf(ctx: NfContext, b: Uint8Array, at: number): Kind<"pkttype">["type"] {
  const destination = ipv4Destination(b, at);
  if (ctx.inDev >= 0) {
    const mac = getMac(b, at - ETH_HLEN);
    if (mac === MAC_BROADCAST) return "broadcast";
    return (Math.floor(mac / 0x100_0000_0000) & 1) === 1 ? "multicast" : "unicast";
  }
  if (isMulticastIpv4(destination)) return "multicast";
  return inetAddrType(ctx.world, ctx.netns, destination) === "broadcast" ? "broadcast" : "unicast";
}

/** physdev_mt */
function matchPhysdev(ctx: NfContext, match: Kind<"physdev">): boolean {
  const physIn = framePhysin(ctx.world.pool, ctx.frame);
  const { physOut } = ctx;
  if (match.isIn !== null && physIn >= 0 === match.isIn.invert) return false;
  if (match.isOut !== null && physOut >= 0 === match.isOut.invert) return false;
  if (match.isBridged !== null && (physIn >= 0 && physOut >= 0) === match.isBridged.invert) return false;
  if (match.in !== null && !interfaceMatches(ctx, match.in, physIn)) return false;
  return match.out === null || interfaceMatches(ctx, match.out, physOut);
}
