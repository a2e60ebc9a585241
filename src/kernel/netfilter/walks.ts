/**
 * Ways through a table that packets have gone. Where the rules that a packet met ask for nothing but addresses, protocol, devices and the
 * state of its connection, all packets that are alike in what the table asks for go the same way: its steps are kept, and the next packet takes
 * them without looking at a rule (Open vSwitch calls this a megaflow). Only a cache, thrown away together with the chains' programs.
 */
import { TraceKind } from "../../base/trace-kind.ts";
import { scriptRow } from "../../sim/trace.ts";
import { SCRIPT_B, SCRIPT_WORDS } from "../../sim/trace-runs.ts";
import { recordScript } from "../record.ts";
import type { NfContext } from "./context.ts";
import type { NfChain, NfCounter, NfTable, NfWalk, NfWalks } from "./types.ts";

/** Words of a step (NfWalk). */
const STEP_WORDS = 2;
const MAX_STEPS = 14;
/** A power of two. */
const SLOTS = 8;

/**
 * Steps of the walk that is going on: each one's chain, its rule's number, and `a` and `b` of its row in the trace. More than MAX_STEPS are
 * counted, but not kept.
 */
const CHAINS: NfChain[] = [];
const RULES = new Int32Array(MAX_STEPS);
const A = new Int32Array(MAX_STEPS);
const B = new Int32Array(MAX_STEPS);
let steps = 0;

export function beginWalk(): void {
  steps = 0;
}

/** The packet meets a rule or policy. @param a, b as in its row of the trace */
export function addStep(chain: NfChain, at: number, a: number, b: number): void {
  if (steps < MAX_STEPS) {
    CHAINS[steps] = chain;
    RULES[steps] = at;
    A[steps] = a;
    B[steps] = b;
  }
  steps++;
}

/** Keeps the walk that has just ended, for packets like this one. */
export function keepWalk(ctx: NfContext, table: NfTable, base: NfChain, isAccepted: boolean): void {
  if (steps === 0 || steps > MAX_STEPS) return;
  base.walks ??= emptyWalks(table);
  const { walks } = base;
  const dev = ctx.inDev >= 0 ? ctx.inDev : ctx.outDev;
  const numbers = new Int32Array(steps * STEP_WORDS);
  const script = new Int32Array(steps * SCRIPT_WORDS);
  for (let i = 0; i < steps; i++) {
    numbers[i * STEP_WORDS] = table.chains.indexOf(CHAINS[i] as NfChain);
    numbers[i * STEP_WORDS + 1] = RULES[i] as number;
    script.set(scriptRow(TraceKind.NF_RULE, dev, A[i] as number, B[i] as number, false), i * SCRIPT_WORDS);
  }
  walks.slots[placeOf(ctx, walks)] = {
    source: ctx.source & walks.source,
    destination: ctx.destination & walks.destination,
    protocol: ctx.protocol,
    inDev: ctx.inDev,
    outDev: ctx.outDev,
    states: ctx.states,
    steps: numbers,
    script,
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
export function walkAgain(ctx: NfContext, table: NfTable, { steps: words, script, isAccepted }: NfWalk): boolean {
  for (let w = 0; w < words.length; w += STEP_WORDS) {
    const counter = counterOf(table, words[w] as number, words[w + 1] as number);
    if (counter !== null) countPacket(counter, ctx.length);
  }
  recordScript(ctx.world, ctx.packet, -1, script);
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

/** What counts the packets that go a walk. */
export function countersOf(table: NfTable, { steps: words }: NfWalk): NfCounter[] {
  const counters: NfCounter[] = [];
  for (let w = 0; w < words.length; w += STEP_WORDS) {
    const counter = counterOf(table, words[w] as number, words[w + 1] as number);
    if (counter !== null) counters.push(counter);
  }
  return counters;
}

/** Counts a packet of `length` bytes. */
export const countAll = (counters: readonly NfCounter[], length: number): void => {
  for (let i = 0; i < counters.length; i++) countPacket(counters[i] as NfCounter, length);
};

/** By its number in World.nfMet: what a walk ended with. */
export function lastStep({ script }: NfWalk): number {
  return script[script.length - SCRIPT_WORDS + SCRIPT_B] as number;
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
