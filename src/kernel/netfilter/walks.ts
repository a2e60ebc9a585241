/**
 * Ways through a table that packets have gone. Where the rules that a packet met ask for nothing but addresses, protocol, devices and the
 * state of its connection, all packets that are alike in what the table asks for go the same way: its steps are kept, and the next packet takes
 * them without looking at a rule (Open vSwitch calls this a megaflow). Only a cache: a typed array that a copy of the world
 * copies, thrown away together with the chains' programs.
 */
import { TraceKind } from "../../base/trace-kind.ts";
import { traceSteps } from "../../sim/trace.ts";
import type { DevId, World } from "../types.ts";
import type { NfContext } from "./context.ts";
import type { NfChain, NfCounter, NfTable } from "./types.ts";

/** Words of a walk: what the packet was like, in as much as the table asks for it; how many steps, and whether it was let through. */
const SOURCE = 0;
const DESTINATION = 1;
const PROTOCOL = 2;
const IN = 3;
const OUT = 4;
const STATES = 5;
const STEPS = 6;
const ACCEPTED = 7;
const FIRST_STEP = 8;
/** Words of a step: chain and rule (or, behind the last one, policy) by number, and what its row in the trace says. */
const STEP_WORDS = 4;
const MAX_STEPS = 14;
const WALK_WORDS = FIRST_STEP + MAX_STEPS * STEP_WORDS;
/** Walks that are kept of a built-in chain: a power of two. Behind them stand the bits that the table asks for of source and destination. */
const WALKS = 8;
const MASKS = WALKS * WALK_WORDS;

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
  if (steps > MAX_STEPS) return;
  base.walks ??= emptyWalks(table);
  const { walks } = base;
  const w = placeOf(ctx, walks);
  walks[w + SOURCE] = ctx.source & (walks[MASKS] as number);
  walks[w + DESTINATION] = ctx.destination & (walks[MASKS + 1] as number);
  walks[w + PROTOCOL] = ctx.protocol;
  walks[w + IN] = ctx.inDev;
  walks[w + OUT] = ctx.outDev;
  walks[w + STATES] = ctx.states;
  walks[w + STEPS] = steps;
  walks[w + ACCEPTED] = isAccepted ? 1 : 0;
  for (let i = 0; i < steps; i++) WORDS[i * STEP_WORDS] = table.chains.indexOf(CHAINS[i] as NfChain);
  walks.set(WORDS, w + FIRST_STEP);
}

/** The words of the walk that a packet like this one went, which begin at `walkAt`; or null. */
export function findWalk(ctx: NfContext, base: NfChain): Int32Array | null {
  const { walks } = base;
  if (walks === null) return null;
  const w = placeOf(ctx, walks);
  const isSame =
    walks[w + STATES] === ctx.states &&
    walks[w + IN] === ctx.inDev &&
    walks[w + OUT] === ctx.outDev &&
    walks[w + PROTOCOL] === ctx.protocol &&
    walks[w + SOURCE] === (ctx.source & (walks[MASKS] as number)) &&
    walks[w + DESTINATION] === (ctx.destination & (walks[MASKS + 1] as number)) &&
    walks[w + STEPS] !== 0;
  walkAt = w;
  return isSame ? walks : null;
}

let walkAt = 0;

/** Counts and writes down the steps of the walk that `findWalk` has found. Whether the packet is let through. */
export function walkAgain(ctx: NfContext, table: NfTable, walks: Int32Array): boolean {
  const dev = ctx.inDev >= 0 ? ctx.inDev : ctx.outDev;
  const count = walks[walkAt + STEPS] as number;
  const first = walkAt + FIRST_STEP;
  for (let w = first; w < first + count * STEP_WORDS; w += STEP_WORDS) {
    const counter = counterOf(table, walks[w] as number, walks[w + 1] as number);
    if (counter !== null) countPacket(counter, ctx.length);
  }
  traceWalk(ctx.world, dev, ctx.packet, walks, first, count);
  return walks[walkAt + ACCEPTED] === 1;
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
  traceWalk(world, dev, packet, steps, 0, steps.length / STEP_WORDS);
};

const traceWalk = (world: World, dev: DevId, packet: number, words: Int32Array, first: number, count: number): void =>
  traceSteps(world.trace, world.now_ns, TraceKind.NF_RULE, dev, packet, words, first + 2, STEP_WORDS, count);

/** The steps (STEP_WORDS words each) by which a packet like this one is let through, where they are kept; else null. */
export function acceptedSteps(ctx: NfContext, base: NfChain): Int32Array | null {
  const walks = findWalk(ctx, base);
  if (walks === null || walks[walkAt + ACCEPTED] === 0) return null;
  const first = walkAt + FIRST_STEP;
  return walks.slice(first, first + (walks[walkAt + STEPS] as number) * STEP_WORDS);
}

/** By its number in World.nfMet: what the walk that `findWalk` has found ended with. */
export function lastStep(walks: Int32Array): number {
  return walks[walkAt + FIRST_STEP + (walks[walkAt + STEPS] as number) * STEP_WORDS - 1] as number;
}

function placeOf(ctx: NfContext, walks: Int32Array): number {
  const source = ctx.source & (walks[MASKS] as number);
  const destination = ctx.destination & (walks[MASKS + 1] as number);
  const devs = (ctx.inDev << 5) + ctx.outDev;
  const h = Math.imul(source + Math.imul(destination, 0x85ebca6b) + (ctx.states << 8) + devs, 0x9e3779b1);
  return ((h >>> 16) & (WALKS - 1)) * WALK_WORDS;
}

function emptyWalks({ chains }: NfTable): Int32Array {
  const walks = new Int32Array(MASKS + 2);
  for (const chain of chains) {
    for (const { source, destination } of chain?.rules ?? []) {
      walks[MASKS] = (walks[MASKS] as number) | (source?.mask ?? 0);
      walks[MASKS + 1] = (walks[MASKS + 1] as number) | (destination?.mask ?? 0);
    }
  }
  return walks;
}
