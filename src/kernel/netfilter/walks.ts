/**
 * Ways through a table that packets have gone. Where the rules that a packet met ask for nothing but addresses, protocol, devices and the
 * state of its connection, all packets that are alike in what the table asks for go the same way: its steps are kept, and the next packet takes
 * them without looking at a rule (Open vSwitch calls this a megaflow). Only a cache, thrown away together with the chains' programs.
 */
import { TraceKind } from "../../base/trace-kind.ts";
import { traceSteps } from "../../sim/trace.ts";
import type { DevId, World } from "../types.ts";
import type { NfContext } from "./context.ts";
import type { NfChain, NfCounter, NfTable, NfWalk, NfWalks } from "./types.ts";

/** Words of a step: chain and rule (or, behind the last one, policy) by number, and what its row in the trace says. */
const STEP_WORDS = 4;
const MAX_STEPS = 14;
/** A power of two. */
const SLOTS = 8;

/** Steps of the walk that is going on; more than MAX_STEPS are counted, but not kept. */
const CHAINS: NfChain[] = [];
const WORDS = new Int32Array(MAX_STEPS * STEP_WORDS);
let steps = 0;

export function beginWalk(): void {
  steps = 0;
}

/** The packet meets a rule or policy. @param a, b as in its row of the trace */
export function addStep(chain: NfChain, at: number, a: number, b: number): void {
  const w = steps * STEP_WORDS;
  if (steps < MAX_STEPS) {
    CHAINS[steps] = chain;
    WORDS[w + 1] = at;
    WORDS[w + 2] = a;
    WORDS[w + 3] = b;
  }
  steps++;
}

/** Keeps the walk that has just ended, for packets like this one. */
export function keepWalk(ctx: NfContext, table: NfTable, base: NfChain, isAccepted: boolean): void {
  if (steps === 0 || steps > MAX_STEPS) return;
  base.walks ??= emptyWalks(table);
  const { walks } = base;
  for (let i = 0; i < steps; i++) WORDS[i * STEP_WORDS] = table.chains.indexOf(CHAINS[i] as NfChain);
  walks.slots[placeOf(ctx, walks)] = {
    source: ctx.source & walks.source,
    destination: ctx.destination & walks.destination,
    protocol: ctx.protocol,
    inDev: ctx.inDev,
    outDev: ctx.outDev,
    states: ctx.states,
    steps: WORDS.slice(0, steps * STEP_WORDS),
    isAccepted,
  };
}

/** The walk that a packet like this one went; or null. */
export function findWalk(ctx: NfContext, { walks }: NfChain): NfWalk | null {
  if (walks === null) return null;
  const walk = walks.slots[placeOf(ctx, walks)] as NfWalk | null;
  if (walk === null) return null;
  const isSame =
    walk.states === ctx.states &&
    walk.inDev === ctx.inDev &&
    walk.outDev === ctx.outDev &&
    walk.protocol === ctx.protocol &&
    walk.source === (ctx.source & walks.source) &&
    walk.destination === (ctx.destination & walks.destination);
  return isSame ? walk : null;
}

/** Counts and writes down the steps of a walk that `findWalk` has found. Whether the packet is let through. */
export function walkAgain(ctx: NfContext, table: NfTable, { steps: words, isAccepted }: NfWalk): boolean {
  const dev = ctx.inDev >= 0 ? ctx.inDev : ctx.outDev;
  for (let w = 0; w < words.length; w += STEP_WORDS) {
    const counter = counterOf(table, words[w] as number, words[w + 1] as number);
    if (counter !== null) countPacket(counter, ctx.length);
  }
  traceWalk(ctx.world, dev, ctx.packet, words);
  return isAccepted;
}

/** What counts a packet that takes a step: the rule, or the chain whose policy it meets; null where nobody does. */
function counterOf(table: NfTable, number: number, at: number): NfCounter | null {
  const chain = table.chains[number] as NfChain;
  return chain.rules[at] ?? (chain.counted ? chain : null);
}

const countPacket = (counter: NfCounter, length: number): void => {
  counter.packets++;
  counter.bytes += length;
};

/** What counts the packets that take these steps (STEP_WORDS words each). */
export function countersOf(table: NfTable, words: Int32Array): NfCounter[] {
  const counters: NfCounter[] = [];
  for (let w = 0; w < words.length; w += STEP_WORDS) {
    const counter = counterOf(table, words[w] as number, words[w + 1] as number);
    if (counter !== null) counters.push(counter);
  }
  return counters;
}

/** A packet of `length` bytes takes steps (STEP_WORDS words each), with their `counters` (countersOf) at hand: they are counted and written down. */
export const stepAgain = (
  world: World,
  counters: readonly NfCounter[],
  dev: DevId,
  packet: number,
  length: number,
  steps: Int32Array,
): void => {
  for (let i = 0; i < counters.length; i++) countPacket(counters[i] as NfCounter, length);
  traceWalk(world, dev, packet, steps);
};

const traceWalk = (world: World, dev: DevId, packet: number, words: Int32Array): void =>
  traceSteps(world.trace, world.now_ns, TraceKind.NF_RULE, dev, packet, words, 2, STEP_WORDS);

/** The steps (STEP_WORDS words each) by which a packet like this one is let through, where they are kept; else null. */
export function acceptedSteps(ctx: NfContext, base: NfChain): Int32Array | null {
  const walk = findWalk(ctx, base);
  return walk?.isAccepted === true ? walk.steps : null;
}

/** By its number in World.nfMet: what a walk ended with. */
export function lastStep({ steps: words }: NfWalk): number {
  return words[words.length - 1] as number;
}

function placeOf(ctx: NfContext, walks: NfWalks): number {
  const source = ctx.source & walks.source;
  const destination = ctx.destination & walks.destination;
  const devs = (ctx.inDev << 5) + ctx.outDev;
  const h = Math.imul(source + Math.imul(destination, 0x85ebca6b) + (ctx.states << 8) + devs, 0x9e3779b1);
  return (h >>> 16) & (SLOTS - 1);
}

function emptyWalks({ chains }: NfTable): NfWalks {
  let source = 0;
  let destination = 0;
  for (const chain of chains) {
    for (const rule of chain?.rules ?? []) {
      source |= rule.source?.mask ?? 0;
      destination |= rule.destination?.mask ?? 0;
    }
  }
  return { source, destination, slots: Array.from({ length: SLOTS }, () => null) };
}
