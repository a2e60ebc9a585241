/**
 * A chain's rules as a flat list of words, so that a long chain is walked without looking at the rules themselves: for each rule what
 * tells most packets apart (ip_packet_match of net/ipv4/netfilter/ip_tables.c asks for it first, too). Only a cache: a typed array that
 * a copy of the world copies, thrown away whenever a table or the name of a device changes (forgetPrograms, tables.ts).
 */
import { NfVerdict } from "../../base/trace-kind.ts";
import type { Netns, World } from "../types.ts";
import type { NfContext } from "./context.ts";
import { restMatches } from "./match/match.ts";
import {
  type AddressSpec,
  CtStateBit,
  type InterfaceSpec,
  type NfChain,
  type NfMatch,
  type NfRule,
  type NfTarget,
} from "./types.ts";

/** Words of a rule; behind the last one stand as many for the chain's policy. Of an address and its mask; of devices by number; bits of connections' states. */
const SOURCE = 0;
const SOURCE_MASK = 1;
const DESTINATION = 2;
const DESTINATION_MASK = 3;
const FLAGS = 4;
const IN = 5;
const OUT = 6;
const STATES = 7;
/** NfVerdict, the chain that is jumped to, and the place in World.nfMet (-1 until a packet has met the rule). */
const VERDICT = 8;
const JUMP = 9;
const MET = 10;
const RULE_WORDS = 11;

/** FLAGS: what is asked for besides addresses, and what of it is negated. The protocol stands in the upper byte. */
const HAS_PROTOCOL = 1;
const NOT_PROTOCOL = 2;
const HAS_IN = 4;
const NOT_IN = 8;
const HAS_OUT = 16;
const NOT_OUT = 32;
const HAS_STATES = 64;
const NOT_STATES = 128;
/** More than these words is asked for. */
const HAS_REST = 256;
const PROTOCOL_SHIFT = 24;

/** Place of the first rule from place `from` on that matches the packet, or the number of rules. */
export function nextMatch(ctx: NfContext, chain: NfChain, from: number): number {
  const words = chain.program ?? compile(ctx.world, ctx.netns, chain);
  const { source, destination } = ctx;
  const end = words.length - RULE_WORDS;
  let at = from;
  for (let w = from * RULE_WORDS; w < end; w += RULE_WORDS, at++) {
    if (((source ^ (words[w + SOURCE] as number)) & (words[w + SOURCE_MASK] as number)) !== 0) continue;
    if (((destination ^ (words[w + DESTINATION] as number)) & (words[w + DESTINATION_MASK] as number)) !== 0) continue;
    const flags = words[w + FLAGS] as number;
    if (flags === 0 || moreMatches(ctx, words, w, flags, chain.rules, at)) break;
  }
  return at;
}

function moreMatches(
  ctx: NfContext,
  words: Int32Array,
  w: number,
  flags: number,
  rules: readonly NfRule[],
  at: number,
): boolean {
  if ((flags & HAS_PROTOCOL) !== 0 && (flags >>> PROTOCOL_SHIFT === ctx.protocol) === ((flags & NOT_PROTOCOL) !== 0)) {
    return false;
  }
  if ((flags & HAS_IN) !== 0 && (words[w + IN] === ctx.inDev) === ((flags & NOT_IN) !== 0)) return false;
  if ((flags & HAS_OUT) !== 0 && (words[w + OUT] === ctx.outDev) === ((flags & NOT_OUT) !== 0)) return false;
  if ((flags & HAS_STATES) !== 0) {
    const isIn = ((words[w + STATES] as number) & ctx.states) !== 0;
    if (isIn === ((flags & NOT_STATES) !== 0)) return false;
  }
  if ((flags & HAS_REST) === 0) return true;
  ctx.isPlain = false;
  return restMatches(ctx, rules[at] as NfRule);
}

/** What the rule at a place says, as its row in the trace tells it. Its chain has been walked just now. */
export function verdictAt(chain: NfChain, at: number): NfVerdict {
  return (chain.program as Int32Array)[at * RULE_WORDS + VERDICT] as NfVerdict;
}

/** Number of the chain that the rule at a place jumps to. */
export function jumpAt(chain: NfChain, at: number): number {
  return (chain.program as Int32Array)[at * RULE_WORDS + JUMP] as number;
}

/** Place in World.nfMet of a rule (or, behind the last one, of the chain's policy) that a packet has met; -1 if it is the first. */
export function metAt(chain: NfChain, at: number): number {
  return (chain.program as Int32Array)[at * RULE_WORDS + MET] as number;
}

export function setMet(chain: NfChain, at: number, place: number): void {
  (chain.program as Int32Array)[at * RULE_WORDS + MET] = place;
}

function compile(world: World, netns: Netns, chain: NfChain): Int32Array {
  const words = new Int32Array((chain.rules.length + 1) * RULE_WORDS);
  words[words.length - RULE_WORDS + MET] = -1;
  chain.rules.forEach((rule, i) => {
    compileRule(world, netns, rule, words, i * RULE_WORDS);
  });
  chain.program = words;
  return words;
}

function compileRule(world: World, netns: Netns, rule: NfRule, words: Int32Array, w: number): void {
  const { source, destination, protocol, inInterface, outInterface } = rule;
  putAddress(words, w + SOURCE, source);
  putAddress(words, w + DESTINATION, destination);
  let flags = 0;
  if (protocol !== null) flags |= HAS_PROTOCOL | (protocol.number << PROTOCOL_SHIFT);
  if (protocol?.invert) flags |= NOT_PROTOCOL;
  if (isOneDevice(inInterface)) {
    words[w + IN] = deviceOf(world, netns, inInterface.name);
    flags |= inInterface.invert ? HAS_IN | NOT_IN : HAS_IN;
  }
  if (isOneDevice(outInterface)) {
    words[w + OUT] = deviceOf(world, netns, outInterface.name);
    flags |= outInterface.invert ? HAS_OUT | NOT_OUT : HAS_OUT;
  }
  const states = statesAskedFor(rule);
  if (states !== null) {
    words[w + STATES] = states.bits;
    flags |= states.invert ? HAS_STATES | NOT_STATES : HAS_STATES;
  }
  if (hasRest(rule)) flags |= HAS_REST;
  words[w + FLAGS] = flags;
  words[w + VERDICT] = verdictOf(rule.target);
  words[w + JUMP] = rule.target.kind === "jump" ? rule.target.chain : -1;
  words[w + MET] = -1;
}

function verdictOf(target: NfTarget): NfVerdict {
  switch (target.kind) {
    case "ACCEPT":
      return NfVerdict.ACCEPT;
    case "DROP":
      return NfVerdict.DROP;
    case "RETURN":
      return NfVerdict.RETURN;
    case "jump":
      return NfVerdict.JUMP;
    case "NFQUEUE":
      return target.bypass ? NfVerdict.ACCEPT : NfVerdict.DROP;
    case "REJECT":
      return NfVerdict.REJECT;
    case "SNAT":
    case "MASQUERADE":
      return NfVerdict.SNAT;
    case "DNAT":
    case "REDIRECT":
    case "NETMAP":
      return NfVerdict.DNAT;
    default:
      return NfVerdict.CONTINUE;
  }
}

/** No address at all is one of which no bit matters; one that must not be is left to the rest. */
function putAddress(words: Int32Array, at: number, spec: AddressSpec | null): void {
  const isAsked = spec !== null && !spec.invert;
  words[at] = isAsked ? spec.address : 0;
  words[at + 1] = isAsked ? spec.mask : 0;
}

function isOneDevice(spec: InterfaceSpec | null): spec is InterfaceSpec {
  return spec !== null && !spec.name.endsWith("+");
}

const NO_DEVICE = -2;

function deviceOf(world: World, netns: Netns, name: string): number {
  return netns.devs.find((id) => world.devs[id]?.name === name) ?? NO_DEVICE;
}

/**
 * What the rule wants of the state of the packet's connection, if that is the first thing that its matches ask for (one before it, such
 * as a limit, may remember that it was asked) and all that this match does.
 */
function statesAskedFor({ matches }: NfRule): { bits: number; invert: boolean } | null {
  const first = matches.find(isQuestion);
  if (first?.kind === "state") return { bits: first.states, invert: first.invert };
  return first?.kind === "conntrack" && asksOnlyForState(first) ? first.states : null;
}

function isQuestion(match: NfMatch): boolean {
  return match.kind !== "comment";
}

/** Whether `ctx.states` answers it: SNAT and DNAT are told by more than the packet. */
function asksOnlyForState({ kind: _kind, states, ...rest }: Extract<NfMatch, { kind: "conntrack" }>): boolean {
  if (states === null || (states.bits & (CtStateBit.SNAT | CtStateBit.DNAT)) !== 0) return false;
  return Object.values(rest).every((asked) => asked === null);
}

function hasRest(rule: NfRule): boolean {
  const { source, destination, inInterface, outInterface, fragment, matches } = rule;
  if (source?.invert || destination?.invert) return true;
  const isAnyEnding = (spec: InterfaceSpec | null) => spec !== null && !isOneDevice(spec);
  if (fragment !== null || isAnyEnding(inInterface) || isAnyEnding(outInterface)) return true;
  return matches.filter(isQuestion).length > (statesAskedFor(rule) === null ? 0 : 1);
}
