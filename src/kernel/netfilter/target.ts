/** Targets that change a packet or what is known of it, and go on: net/netfilter/xt_mark.c, xt_connmark.c, xt_DSCP.c, xt_HL.c, xt_TCPMSS.c. */
import { frameMark, frameNfct, setFrameMark, unshareFrame } from "../../sim/frames.ts";
import { getU8, getU16, setU8, setU16 } from "../../wire/bytes.ts";
import { checksumReplace16 } from "../../wire/checksum.ts";
import {
  IPPROTO_TCP,
  IPV4,
  IPV4_HLEN,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4Ttl,
} from "../../wire/ipv4.ts";
import {
  TCP,
  TCP_HLEN,
  TCP_SYN,
  TCPOPT_EOL,
  TCPOPT_MSS,
  tcpFlags,
  tcpHeaderLength,
  tcpOptionLength,
} from "../../wire/tcp.ts";
import { fibLookup } from "../fib/lookup.ts";
import { slotOf } from "./conntrack/table.ts";
import { ipAt, type NfContext } from "./context.ts";
import type { NfTarget } from "./types.ts";

type Kind<K extends NfTarget["kind"]> = Extract<NfTarget, { kind: K }>;

/** MARK */
export function targetMark(ctx: NfContext, target: Kind<"MARK">): void {
  const { pool } = ctx.world;
  setFrameMark(pool, ctx.frame, (frameMark(pool, ctx.frame) & ~target.mask) ^ target.value);
}

/** CONNMARK */
export function targetConnmark(ctx: NfContext, target: Kind<"CONNMARK">): void {
  const { pool, ct } = ctx.world;
  const slot = slotOf(frameNfct(pool, ctx.frame));
  if (slot < 0) return;
  const own = ct.mark[slot] as number;
  const packets = frameMark(pool, ctx.frame);
  if (target.mode === "set") ct.mark[slot] = (own & ~target.ctMask) ^ target.value;
  else if (target.mode === "save") ct.mark[slot] = (own & ~target.ctMask) ^ (packets & target.nfMask);
  else setFrameMark(pool, ctx.frame, (packets & ~target.nfMask) ^ (own & target.ctMask));
}

/** The packet's own frame, which may be written; the context goes over to it. Answers where its IP header is. */
function writable(ctx: NfContext): number {
  ctx.frame = unshareFrame(ctx.world.pool, ctx.frame, ctx.packet);
  return ipAt(ctx);
}

const MAX_TTL = 255;

/** TTL */
export function targetTtl(ctx: NfContext, target: Kind<"TTL">): void {
  const before = ipv4Ttl(ctx.world.pool.bytes, ipAt(ctx));
  const { mode, value } = target;
  const wanted = mode === "set" ? value : mode === "inc" ? before + value : before - value;
  const after = Math.max(0, Math.min(MAX_TTL, wanted));
  if (after === before) return;
  const at = writable(ctx);
  const b = ctx.world.pool.bytes;
  const word = getU16(b, at + IPV4.ttl.offset);
  setU8(b, at + IPV4.ttl.offset, after);
  checksumReplace16(b, at + IPV4.headerChecksum.offset, word, getU16(b, at + IPV4.ttl.offset));
}

/** TOS and DSCP: the bits of `mask` of the TOS field go, those of `value` are turned over. */
export function targetTos(ctx: NfContext, value: number, mask: number): void {
  const before = ipv4Tos(ctx.world.pool.bytes, ipAt(ctx));
  const after = (before & ~mask) ^ value;
  if (after === before) return;
  const at = writable(ctx);
  const b = ctx.world.pool.bytes;
  const word = getU16(b, at);
  setU8(b, at + IPV4.tos.offset, after);
  checksumReplace16(b, at + IPV4.headerChecksum.offset, word, getU16(b, at));
}

/** TCPMSS: lowers the largest segment that a SYN asks for; only what is larger is changed. A SYN without the option stays so. */
export function targetTcpMss(ctx: NfContext, target: Kind<"TCPMSS">): void {
  const b = ctx.world.pool.bytes;
  const ip = ipAt(ctx);
  if (ipv4Protocol(b, ip) !== IPPROTO_TCP) return;
  const offset = ipv4HeaderLength(b, ip);
  const option = findMss(b, ip + offset);
  if (option < 0 || (tcpFlags(b, ip + offset) & TCP_SYN) === 0) return;
  const most = target.mss ?? smallestMtu(ctx, ip) - IPV4_HLEN - TCP_HLEN;
  if (getU16(b, option + 2) <= most) return;
  const at = writable(ctx);
  setMss(ctx.world.pool.bytes, at + offset, at + (option - ip), most);
}

/** Of the way that the packet goes and of the way back to its source (tcpmss_reverse_mtu). @param ip where its header begins */
function smallestMtu(ctx: NfContext, ip: number): number {
  const { world } = ctx;
  const ahead = world.devs[ctx.outDev]?.mtu ?? 0xffff;
  const back = fibLookup(world, ctx.netns, ipv4Source(world.pool.bytes, ip));
  if (typeof back === "number") return ahead;
  return Math.min(ahead, back.mtu ?? world.devs[back.dev ?? -1]?.mtu ?? 0xffff);
}

/** Place of the option that tells the largest segment, or -1. @param l4 where the TCP header begins */
export function findMss(b: Uint8Array, l4: number): number {
  const end = l4 + tcpHeaderLength(b, l4);
  for (let i = l4 + TCP_HLEN; i < end; ) {
    const length = tcpOptionLength(b, i, end);
    const kind = getU8(b, i);
    if (length === null || kind === TCPOPT_EOL) return -1;
    if (kind === TCPOPT_MSS && length === 4) return i;
    i += length;
  }
  return -1;
}

function setMss(b: Uint8Array, l4: number, option: number, mss: number): void {
  const sumAt = l4 + TCP.checksum.offset;
  // The option may stand at an odd place: the words that hold it are summed anew.
  const first = option + 2 - ((option - l4) & 1);
  const words = [getU16(b, first), getU16(b, first + 2)];
  setU16(b, option + 2, mss);
  words.forEach((before, i) => {
    checksumReplace16(b, sumAt, before, getU16(b, first + 2 * i));
  });
}
