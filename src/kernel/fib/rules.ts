/**
 * Policy routing: which table a packet's way is looked up in. net/core/fib_rules.c and net/ipv4/fib_rules.c. While a namespace
 * has no rules but the usual three, `fibLookup` searches tables local and main as one and this file is not asked.
 * Left out: ports, protocols, uid ranges, tun_id, realms, suppress_ifgroup, l3mdev.
 */
import { type Ipv4, isInNetwork } from "../../wire/address.ts";
import { EACCES, EAGAIN, EEXIST, EINVAL, ENETUNREACH, ENOENT } from "../errno.ts";
import {
  type DevId,
  type FibRule,
  type Netns,
  type Route,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  type World,
} from "../types.ts";
import { ANY_DEV, fibLookup, fibTableLookup } from "./lookup.ts";
import { findFibTable } from "./table.ts";

/** RT_TABLE_DEFAULT */
const TABLE_DEFAULT = 253;
const ANYWHERE = { address: 0 as Ipv4, length: 0 };

/** A rule that is for every packet. */
export function plainRule(pref: number, table: number): FibRule {
  return {
    pref,
    not: false,
    from: ANYWHERE,
    to: ANYWHERE,
    tos: 0,
    mark: 0,
    markMask: 0,
    iif: null,
    oif: null,
    action: "table",
    target: table,
    suppressPrefixLength: -1,
    byKernel: false,
  };
}

/** fib_default_rules_init */
function defaultRules(): FibRule[] {
  const tables = [[0, RT_TABLE_LOCAL] as const, [32766, RT_TABLE_MAIN] as const, [32767, TABLE_DEFAULT] as const];
  return tables.map(([pref, table]) => ({ ...plainRule(pref, table), byKernel: true }));
}

/** The rules of a namespace as they are listed. */
export function fibRules(netns: Netns): readonly FibRule[] {
  return netns.rules ?? defaultRules();
}

/** What a rule looks at (struct flowi4); `iif` is the loopback for what this host sends. */
export interface Flow {
  destination: Ipv4;
  source: Ipv4;
  iif: DevId;
  oif: DevId;
  tos: number;
  mark: number;
}

/** fib_lookup: the best route by the first rule that has one for the packet, or an errno. */
export function fibRulesLookup(world: World, netns: Netns, flow: Flow): Route | number {
  if (netns.rules === null) return fibLookup(world, netns, flow.destination, flow.oif, flow.tos);
  let from = 0;
  for (const rule of netns.rules) {
    if (rule.pref < from || !matchesFlow(world, rule, flow)) continue;
    if (rule.action === "goto") from = rule.target;
    else if (rule.action !== "nop") {
      const found = act(world, netns, rule, flow);
      if (found !== EAGAIN) return found;
    }
  }
  return ENETUNREACH;
}

/** fib4_rule_action: EAGAIN when the next rule has to be asked. */
function act(world: World, netns: Netns, rule: FibRule, flow: Flow): Route | number {
  if (rule.action === "unreachable") return ENETUNREACH;
  if (rule.action === "prohibit") return EACCES;
  if (rule.action === "blackhole") return EINVAL;
  const table = findFibTable(netns.fib, rule.target);
  if (table === undefined) return EAGAIN;
  const found = fibTableLookup(world, netns, table, flow.destination, flow.oif, flow.tos);
  if (typeof found === "number") return found === ENETUNREACH ? EAGAIN : found;
  return found.prefixLen <= rule.suppressPrefixLength ? EAGAIN : found;
}

/** fib_rule_match and fib4_rule_match */
function matchesFlow(world: World, rule: FibRule, flow: Flow): boolean {
  const isDev = (name: string | null, id: DevId) => name === null || (id !== ANY_DEV && world.devs[id]?.name === name);
  const fits =
    isDev(rule.iif, flow.iif) &&
    isDev(rule.oif, flow.oif) &&
    ((rule.mark ^ flow.mark) & rule.markMask) === 0 &&
    isInNetwork(flow.source, rule.from.address, rule.from.length) &&
    isInNetwork(flow.destination, rule.to.address, rule.to.length) &&
    (rule.tos === 0 || rule.tos === flow.tos);
  return fits !== rule.not;
}

/** fib_nl_newrule. `pref` null: just before the second rule. EEXIST for the very same with a pref of its own. */
export function fibRuleAdd(netns: Netns, rule: Omit<FibRule, "pref">, pref: number | null): number {
  const rules = [...fibRules(netns)];
  if (pref !== null && rules.some((other) => isSame(other, { ...rule, pref }))) return EEXIST;
  const second = rules[1]?.pref ?? 0;
  const made = { ...rule, pref: pref ?? Math.max(second - 1, 0) };
  if (made.action === "goto" && made.target <= made.pref) return EINVAL;
  const behind = rules.findIndex((other) => other.pref > made.pref);
  rules.splice(behind < 0 ? rules.length : behind, 0, made);
  netns.rules = rules;
  return 0;
}

function isSame(a: FibRule, b: FibRule): boolean {
  return JSON.stringify({ ...a, byKernel: false }) === JSON.stringify({ ...b, byKernel: false });
}

/** fib_nl_delrule: the first rule that has all that was said. ENOENT. */
export function fibRuleDel(netns: Netns, said: (rule: FibRule) => boolean): number {
  const rules = [...fibRules(netns)];
  const at = rules.findIndex(said);
  if (at < 0) return ENOENT;
  rules.splice(at, 1);
  netns.rules = rules;
  return 0;
}
