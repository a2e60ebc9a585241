/**
 * A packet's way through the rules of a table: ipt_do_table of net/ipv4/netfilter/ip_tables.c. Each rule that matches is counted
 * and, where its packet is traced, logged; each leaves a row in the trace of the simulation.
 */
import { NfVerdict, TraceKind } from "../../base/trace-kind.ts";
import { frameFlags, frameNfct, NF_TRACE, setFrameFlags, setFrameNfct } from "../../sim/frames.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { ipv4Destination, ipv4Source } from "../../wire/ipv4.ts";
import { record } from "../record.ts";
import type { NetDevice } from "../types.ts";
import { NFCT_UNTRACKED, slotOf } from "./conntrack/table.ts";
import { ipAt, type NfContext, readPacket } from "./context.ts";
import { logPacket, TRACE_FLAGS } from "./log.ts";
import { manipOfHook, NO_RANGE, natMasquerade, natRedirect, natSetup } from "./nat/setup.ts";
import { jumpAt, metAt, nextMatch, setMet, verdictAt } from "./program.ts";
import { rejectLater } from "./reject-later.ts";
import { targetConnmark, targetMark, targetTcpMss, targetTos, targetTtl } from "./target.ts";
import type { NfChain, NfMet, NfRule, NfTable, NfTarget } from "./types.ts";
import { addStep, beginWalk, findWalk, keepWalk, lastStep, walkAgain } from "./walks.ts";

/**
 * Where the chains that jumped are gone on with: each one, and how many of its rules have been looked at. Means nothing between
 * walks.
 */
const CALLERS: NfChain[] = [];
const CALLERS_AT: number[] = [];

/** The rule or policy that was met last, by its number in World.nfMet: for the row about a drop. */
let decidedBy = 0;

/** What ended the last walk, by its number in World.nfMet. */
export function lastDecision(): number {
  return decidedBy;
}

/**
 * Walks the packet through the table, from its chain at the hook on. False: it must be dropped. The context's frame may be another one
 * afterwards.
 */
export function walkTable(ctx: NfContext, table: NfTable, base: NfChain): boolean {
  readPacket(ctx);
  if (traced(ctx, table) || !ctx.world.shortWays) return walkRules(ctx, table, base);
  const walk = findWalk(ctx, base);
  if (walk !== null) {
    decidedBy = lastStep(walk);
    return walkAgain(ctx, table, walk);
  }
  beginWalk();
  const isAccepted = walkRules(ctx, table, base);
  if (ctx.isPlain) keepWalk(ctx, table, base, isAccepted);
  return isAccepted;
}

function walkRules(ctx: NfContext, table: NfTable, base: NfChain): boolean {
  let depth = 0;
  let chain = base;
  let at = 0;
  for (;;) {
    at = nextMatch(ctx, chain, at);
    const rule = chain.rules[at];
    if (rule === undefined) {
      if (chain === base) return meetPolicy(ctx, table, base);
      if (traced(ctx, table)) logStep(ctx, table, chain.name, "return", at + 1);
      // A chain that was gone to from the built-in one returns to that one's policy.
      if (depth === 0) return meetPolicy(ctx, table, base);
      depth--;
      chain = CALLERS[depth] as NfChain;
      at = CALLERS_AT[depth] as number;
      continue;
    }
    rule.packets++;
    rule.bytes += ctx.length;
    const verdict = verdictAt(chain, at);
    if (traced(ctx, table)) logRule(ctx, table, chain, rule, at + 1);
    note(ctx, table, chain, at, verdict);
    if (verdict === NfVerdict.ACCEPT) return true;
    if (verdict === NfVerdict.JUMP) {
      if (!(rule.target as Kind<"jump">).goto) {
        CALLERS[depth] = chain;
        CALLERS_AT[depth++] = at + 1;
      }
      chain = table.chains[jumpAt(chain, at)] as NfChain;
      at = 0;
    } else if (verdict === NfVerdict.RETURN) {
      if (chain === base || depth === 0) return meetPolicy(ctx, table, base);
      depth--;
      chain = CALLERS[depth] as NfChain;
      at = CALLERS_AT[depth] as number;
    } else {
      at++;
      if (rule.target.kind !== "NONE" && rule.target.kind !== "DROP") ctx.isPlain = false;
      const result = execute(ctx, rule.target);
      if (result !== CONTINUE) return result === ACCEPT;
    }
  }
}

type Kind<K extends NfTarget["kind"]> = Extract<NfTarget, { kind: K }>;

const CONTINUE = 0;
const ACCEPT = 1;
const DROP = 2;

/** The end of a built-in chain. */
function meetPolicy(ctx: NfContext, table: NfTable, base: NfChain): boolean {
  if (base.counted) {
    base.packets++;
    base.bytes += ctx.length;
  }
  if (traced(ctx, table)) logStep(ctx, table, base.name, "policy", base.rules.length + 1);
  const accepts = base.policy === "ACCEPT";
  note(ctx, table, base, base.rules.length, accepts ? NfVerdict.ACCEPT : NfVerdict.DROP);
  return accepts;
}

/** Does what the target says. CONTINUE: the next rule is asked. */
function execute(ctx: NfContext, target: NfTarget): number {
  const { world, frame } = ctx;
  switch (target.kind) {
    case "ACCEPT":
      return ACCEPT;
    case "DROP":
      return DROP;
    case "REJECT":
      rejectLater(world, ctx.netns.id, ctx.hook, frame, ctx.inDev, target.with);
      return DROP;
    case "SNAT":
    case "DNAT":
    case "MASQUERADE":
    case "REDIRECT":
    case "NETMAP":
      return translate(ctx, target);
    case "LOG":
      logPacket(ctx, target.prefix, target.flags);
      return CONTINUE;
    case "TRACE":
      setFrameFlags(world.pool, frame, frameFlags(world.pool, frame) | NF_TRACE);
      return CONTINUE;
    case "CT":
    case "NOTRACK":
      if (target.kind === "CT" && !target.notrack) return CONTINUE;
      if (frameNfct(world.pool, frame) === 0) setFrameNfct(world.pool, frame, NFCT_UNTRACKED);
      readPacket(ctx);
      return CONTINUE;
    case "MARK":
      targetMark(ctx, target);
      return CONTINUE;
    case "CONNMARK":
      targetConnmark(ctx, target);
      return CONTINUE;
    case "TTL":
      targetTtl(ctx, target);
      return CONTINUE;
    case "TOS":
      targetTos(ctx, target.value, target.mask);
      return CONTINUE;
    case "DSCP":
      targetTos(ctx, target.value << 2, 0xfc);
      return CONTINUE;
    case "NFQUEUE":
      return target.bypass ? ACCEPT : DROP;
    case "TCPMSS":
      targetTcpMss(ctx, target);
      return CONTINUE;
    default:
      return CONTINUE;
  }
}

type NatTarget = Kind<"SNAT" | "DNAT" | "MASQUERADE" | "REDIRECT" | "NETMAP">;

function translate(ctx: NfContext, target: NatTarget): number {
  const { world, netns } = ctx;
  const slot = slotOf(frameNfct(world.pool, ctx.frame));
  if (slot < 0) return ACCEPT;
  if (target.kind === "MASQUERADE") {
    const out = world.devs[ctx.outDev] as NetDevice;
    return natMasquerade(world, netns, slot, target.range, out, ctx.nextHop) ? ACCEPT : DROP;
  }
  if (target.kind === "REDIRECT") {
    const inDev = ctx.inDev < 0 ? null : (world.devs[ctx.inDev] as NetDevice);
    return natRedirect(world, netns, slot, target.range, inDev) ? ACCEPT : DROP;
  }
  if (target.kind === "NETMAP") {
    netmap(ctx, slot, target);
    return ACCEPT;
  }
  natSetup(world, netns, slot, target.range, target.kind === "SNAT" ? "src" : "dst");
  return ACCEPT;
}

/** netmap_tg4: the host part of the address stays. */
function netmap(ctx: NfContext, slot: number, { address, mask }: Kind<"NETMAP">): void {
  const { world, netns } = ctx;
  const manip = manipOfHook(ctx.hook);
  const b = world.pool.bytes;
  const now = manip === "src" ? ipv4Source(b, ipAt(ctx)) : ipv4Destination(b, ipAt(ctx));
  const to = ((now & ~mask) | address) >>> 0;
  natSetup(world, netns, slot, { ...NO_RANGE, addresses: { from: to as Ipv4, to: to as Ipv4 } }, manip);
}

/** A row about the rule at a place, or (behind the last one) the policy, that the packet met. */
function note(ctx: NfContext, table: NfTable, chain: NfChain, at: number, verdict: NfVerdict): void {
  const { world } = ctx;
  decidedBy = metAt(chain, at);
  if (decidedBy < 0) {
    decidedBy = placeOf(world.nfMet, table, chain, at === chain.rules.length ? 0 : at + 1);
    setMet(chain, at, decidedBy);
  }
  const what = ctx.hook | (verdict << 4);
  addStep(chain, at, what, decidedBy);
  // Without its bytes: the header in front of the packet is still to be written.
  record(world, TraceKind.NF_RULE, ctx.inDev >= 0 ? ctx.inDev : ctx.outDev, ctx.packet, -1, what, decidedBy);
}

/** Where `met` has the rule as it stands now; it is put there when its number or a chain's name has changed since. */
function placeOf(met: NfMet[], table: NfTable, chain: NfChain, number: number): number {
  const rule = number === 0 ? null : (chain.rules[number - 1] as NfRule);
  const to = rule?.target.kind === "jump" ? (table.chains[rule.target.chain] as NfChain).name : "";
  const place = rule === null ? chain.met : rule.met;
  const known = met[place];
  if (known !== undefined && known.number === number && known.chain === chain.name && known.to === to) return place;
  // Words only: the rule itself goes on counting, and a copy of the world must not tell the two apart.
  const words = rule === null ? null : { ...rule, packets: 0, bytes: 0, matches: rule.matches.map((m) => ({ ...m })) };
  const next = met.push({ table: table.name, chain: chain.name, number, rule: words, to }) - 1;
  if (rule === null) chain.met = next;
  else rule.met = next;
  return next;
}

/** nf_tables tells of traced packets by netlink (xtables-monitor), not in dmesg. */
function traced(ctx: NfContext, table: NfTable): boolean {
  return table.legacy && (frameFlags(ctx.world.pool, ctx.frame) & NF_TRACE) !== 0;
}

/** unconditional() */
function isUnconditional(rule: NfRule): boolean {
  return (
    rule.matches.length === 0 &&
    rule.source === null &&
    rule.destination === null &&
    rule.inInterface === null &&
    rule.outInterface === null &&
    rule.protocol === null &&
    rule.fragment === null
  );
}

/** trace_packet: a rule that says ACCEPT, DROP or RETURN to everything is taken for the chain's end. */
function logRule(ctx: NfContext, table: NfTable, chain: NfChain, rule: NfRule, ruleNo: number): void {
  const { kind } = rule.target;
  const isTail = (kind === "ACCEPT" || kind === "DROP" || kind === "RETURN") && isUnconditional(rule);
  const what = !isTail ? "rule" : chain.hook === null ? "return" : "policy";
  logStep(ctx, table, chain.name, what, ruleNo);
}

function logStep(ctx: NfContext, table: NfTable, chain: string, what: string, ruleNo: number): void {
  logPacket(ctx, `TRACE: ${table.name}:${chain}:${what}:${ruleNo} `, TRACE_FLAGS);
}
