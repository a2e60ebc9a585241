/** NF_HOOK: what is registered at a hook is asked in order of priority. net/netfilter/core.c. */
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { frameNfct, framePacket, frameStart, releaseFrame } from "../../sim/frames.ts";
import { IPV4_ANY, type Ipv4 } from "../../wire/address.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ipv4IsFragment } from "../../wire/ipv4.ts";
import { ipDefrag } from "../ipv4/fragment.ts";
import { record } from "../record.ts";
import type { DevId, Netns, World } from "../types.ts";
import { conntrackConfirm, conntrackIn, conntrackKnown, ctKill, isSettled } from "./conntrack/core.ts";
import { dirOf, NFCT_UNTRACKED, slotOf } from "./conntrack/table.ts";
import type { NfContext } from "./context.ts";
import { lastDecision, walkTable } from "./evaluate.ts";
import { natPacket } from "./nat/packet.ts";
import { isNatDone, manipOfHook, natNullBinding } from "./nat/setup.ts";
import { NfStep } from "./tables.ts";
import { type NfChain, NfHook, type NfHooked, type NfTable, type NfWalk } from "./types.ts";
import { findWalk } from "./walks.ts";

/** No hook is asked from within another one, so one record will do; its fields are written anew each time. */
let context: NfContext | null = null;

/** Whether anything is registered at a hook, so that `nfHook` has to be asked. */
export const isHooked = (netns: Netns, hook: NfHook): boolean => ((netns.nf.hooked >>> hook) & 1) !== 0;

/**
 * Asks all that is registered at a hook. Answers the frame that goes on (another one where it was put together or written), with
 * its packet id in the pool if it is another one; or -1: it was consumed. `inDev` and `outDev` are -1 where there is none; `physOut` is the
 * bridge port it leaves by, or -1; `nextHop` whom it goes to, where that is known.
 */
export function nfHook(
  world: World,
  netns: Netns,
  hook: NfHook,
  frame: number,
  packet: number,
  inDev: DevId,
  outDev: DevId,
  physOut: DevId,
  nextHop: Ipv4,
  pkttype = 0,
): number {
  const hooked = netns.nf.hooks[hook] as NfHooked[];
  const first = world.shortWays ? firstConcerned(world, netns, hooked, frame) : 0;
  if (first === hooked.length) return frame;
  context ??= newContext(world, netns);
  const ctx = context;
  ctx.world = world;
  ctx.netns = netns;
  ctx.hook = hook;
  ctx.frame = frame;
  ctx.packet = packet;
  ctx.inDev = inDev;
  ctx.outDev = outDev;
  ctx.physOut = physOut;
  ctx.nextHop = nextHop;
  let isOn = true;
  for (let i = first; i < hooked.length && isOn; i++) isOn = runStep(ctx, hooked[i] as NfHooked, pkttype);
  return isOn ? ctx.frame : -1;
}

/**
 * Whether all that is registered at a hook lets a packet pass without a look at its tables. Where not, nfHook has to be asked; what has been
 * found out about the packet's connection stays with the frame.
 */
export function nfPasses(world: World, netns: Netns, hook: NfHook, frame: number): boolean {
  const hooked = netns.nf.hooks[hook] as NfHooked[];
  return firstConcerned(world, netns, hooked, frame) === hooked.length;
}

/**
 * Place of the first step at a hook that has to be asked properly. Most packets belong to a connection that is known and that nobody
 * translates; steps that have to do with connections alone let them pass.
 */
function firstConcerned(world: World, netns: Netns, hooked: readonly NfHooked[], frame: number): number {
  const { pool } = world;
  for (let i = 0; i < hooked.length; i++) {
    switch ((hooked[i] as NfHooked).step) {
      case NfStep.DEFRAG:
        if (ipv4IsFragment(pool.bytes, frameStart(pool, frame) + ETH_HLEN)) return i;
        break;
      case NfStep.CONNTRACK:
        if (frameNfct(pool, frame) === 0 && !conntrackKnown(world, netns, frame)) return i;
        break;
      case NfStep.NAT:
      case NfStep.CONFIRM:
        if (!isSettled(world.ct, frameNfct(pool, frame))) return i;
        break;
      default:
        return i;
    }
  }
  return hooked.length;
}

/**
 * The walk (walks.ts) by which the packet that was asked about last got past a hook where nothing but one table is registered; null where it
 * is not so simple.
 */
export function lastWalk(netns: Netns, hook: NfHook): { table: NfTable; walk: NfWalk } | null {
  const [only, more] = netns.nf.hooks[hook] as NfHooked[];
  if (only === undefined || more !== undefined || only.table < 0) return null;
  if (context === null || context.netns !== netns || context.hook !== hook) return null;
  const table = netns.nf.tables[only.table] as NfTable;
  const walk = findWalk(context, table.chains[only.chain] as NfChain);
  return walk?.isAccepted === true ? { table, walk } : null;
}

/** Whether packets of a settled connection pass a hook without any table of rules being asked. */
export function asksConnectionsAlone({ nf }: Netns, hook: NfHook): boolean {
  return (nf.hooks[hook] as NfHooked[]).every(({ step, table }) => table < 0 || step === NfStep.NAT);
}

function newContext(world: World, netns: Netns): NfContext {
  const packet = {
    hook: NfHook.PRE_ROUTING,
    frame: -1,
    packet: -1,
    inDev: -1,
    outDev: -1,
    physOut: -1,
    nextHop: IPV4_ANY,
  };
  return { world, netns, ...packet, source: 0, destination: 0, protocol: 0, states: 0, length: 0, isPlain: true };
}

/** False: the frame was consumed. */
function runStep(ctx: NfContext, hooked: NfHooked, pkttype: number): boolean {
  const { world, netns } = ctx;
  switch (hooked.step) {
    case NfStep.DEFRAG:
      return defragment(ctx, pkttype);
    case NfStep.CONNTRACK:
      return conntrackIn(world, netns, ctx.frame) || drop(ctx, -1);
    case NfStep.CONFIRM:
      return conntrackConfirm(world, netns, ctx.frame, ctx.packet) || drop(ctx, -1);
    case NfStep.NAT:
      return nat(ctx, hooked);
    default:
      return walk(ctx, hooked) || drop(ctx, lastDecision());
  }
}

function walk(ctx: NfContext, { table, chain }: NfHooked): boolean {
  const walked = ctx.netns.nf.tables[table] as NfTable;
  return walkTable(ctx, walked, walked.chains[chain] as NfChain);
}

/** ipv4_conntrack_defrag: connections and rules see whole packets. */
function defragment(ctx: NfContext, pkttype: number): boolean {
  const { world } = ctx;
  const { pool } = world;
  if (!ipv4IsFragment(pool.bytes, frameStart(pool, ctx.frame) + ETH_HLEN)) return true;
  const whole = ipDefrag(world, ctx.netns, ctx.inDev, ctx.frame, ctx.packet, pkttype);
  if (whole < 0) return false;
  ctx.frame = whole;
  ctx.packet = framePacket(pool, whole);
  return true;
}

function drop(ctx: NfContext, decision: number): false {
  const { world } = ctx;
  const dev = ctx.inDev >= 0 ? ctx.inDev : ctx.outDev;
  record(world, TraceKind.DROP, dev, ctx.packet, ctx.frame, DropReason.NETFILTER_DROP, decision);
  releaseFrame(world.pool, ctx.frame);
  return false;
}

/** nf_nat_inet_fn: the first packet of a connection asks the rules, all are rewritten as was decided. */
function nat(ctx: NfContext, hooked: NfHooked): boolean {
  const { world, netns, hook } = ctx;
  const nfct = frameNfct(world.pool, ctx.frame);
  const slot = slotOf(nfct);
  if (slot < 0 || nfct === NFCT_UNTRACKED) return true;
  const manip = manipOfHook(hook);
  const ctinfo = nfct & 7;
  const isFirst = ctinfo === 2;
  if (isFirst && !isNatDone(world.ct, slot, manip)) {
    if (!walk(ctx, hooked)) return drop(ctx, lastDecision());
    if (!isNatDone(world.ct, slot, manip)) natNullBinding(world, netns, slot, manip);
  } else if (leavesElsewhere(ctx, slot, dirOf(nfct))) {
    ctKill(world, slot);
    return drop(ctx, -1);
  }
  const dev = ctx.inDev >= 0 ? ctx.inDev : ctx.outDev;
  const frame = natPacket(world, ctx.frame, ctx.packet, manip, dev);
  if (frame < 0) return drop(ctx, -1);
  ctx.frame = frame;
  return true;
}

/** nf_nat_oif_changed: a masqueraded connection has the address of another device than the one that it now leaves by. */
function leavesElsewhere(ctx: NfContext, slot: number, dir: number): boolean {
  const masq = ctx.world.ct.masq[slot] as number;
  return ctx.hook === NfHook.POST_ROUTING && masq >= 0 && masq !== ctx.outDev && dir === 0;
}
