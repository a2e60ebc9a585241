/**
 * Changing tables, as iptables(8) asks for it: net/ipv4/netfilter/ip_tables.c as far as it refuses, libiptc for the rest. Each answers
 * 0 or an errno; which words a command has for it is the command's matter. Rules are numbered from 1.
 */
import { E2BIG, EEXIST, EINVAL, EMLINK, ENOENT, ENOTEMPTY } from "../errno.ts";
import type { NetnsId, World } from "../types.ts";
import { netns as netnsOf } from "../world.ts";
import { nfCheckTable } from "./check.ts";
import {
  chainRefs,
  forgetPrograms,
  isLegacy,
  newChain,
  nfFindChain,
  nfFindTable,
  nfTable,
  refreshHooks,
  sameRule,
} from "./tables.ts";
import type { NfChain, NfRule, NfTable, Policy, TableName } from "./types.ts";

/** The old tables are put in place whole with each change, and their policies' counters begin anew; rules keep theirs. */
function replaced(table: NfTable): void {
  if (!table.legacy) return;
  for (const chain of table.chains)
    if (chain !== null && chain.hook !== null) Object.assign(chain, { packets: 0, bytes: 0 });
}

/** -N. EEXIST. */
export function nfNewChain(world: World, netnsId: NetnsId, name: TableName, chain: string): number {
  const table = nfTable(world, netnsId, name);
  if (nfFindChain(table, chain) >= 0) return EEXIST;
  table.chains.push(newChain(chain));
  replaced(table);
  return 0;
}

/** -X. ENOENT, EINVAL (built-in), EMLINK (a rule jumps to it), ENOTEMPTY. */
export function nfDeleteChain(world: World, netnsId: NetnsId, name: TableName, chain: string): number {
  const table = nfTable(world, netnsId, name);
  const number = nfFindChain(table, chain);
  const found = table.chains[number];
  if (!found) return ENOENT;
  // nf_tables makes a built-in chain anew when it is asked for.
  if (found.hook !== null) return table.legacy || found.rules.length > 0 ? EINVAL : 0;
  if (chainRefs(table, number) > 0) return EMLINK;
  if (found.rules.length > 0) return ENOTEMPTY;
  table.chains[number] = null;
  replaced(table);
  return 0;
}

/** -E. ENOENT, EEXIST, EINVAL (built-in). */
export function nfRenameChain(world: World, netnsId: NetnsId, name: TableName, chain: string, to: string): number {
  const table = nfTable(world, netnsId, name);
  if (nfFindChain(table, to) >= 0) return EEXIST;
  const found = table.chains[nfFindChain(table, chain)];
  if (!found) return ENOENT;
  if (found.hook !== null) return EINVAL;
  found.name = to;
  replaced(table);
  forgetPrograms(netnsOf(world, netnsId));
  return 0;
}

/** -P. ENOENT, EINVAL (not built-in). The policy's counters begin anew. */
export function nfPolicy(world: World, netnsId: NetnsId, name: TableName, chain: string, policy: Policy): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  if (!found) return ENOENT;
  if (found.hook === null) return EINVAL;
  found.policy = policy;
  found.counted = true;
  found.made = true;
  replaced(table);
  found.packets = 0;
  found.bytes = 0;
  forgetPrograms(netnsOf(world, netnsId));
  return 0;
}

/** -F, of one chain or of all. ENOENT. */
export function nfFlush(world: World, netnsId: NetnsId, name: TableName, chain: string | null): number {
  const table = nfTable(world, netnsId, name);
  const chains = chosen(table, chain);
  if (chains.length === 0) return ENOENT;
  for (const one of chains) one.rules = [];
  replaced(table);
  refreshHooks(netnsOf(world, netnsId));
  return 0;
}

/** -Z, of one rule, of one chain or of all. ENOENT, E2BIG (no such rule). */
export function nfZero(world: World, netnsId: NetnsId, name: TableName, chain: string | null, ruleNo?: number): number {
  const table = isLegacy(world, netnsId) ? nfTable(world, netnsId, name) : nfFindTable(world, netnsId, name);
  if (table === null) return chain === null ? 0 : ENOENT;
  const chains = chosen(table, chain).filter((one) => one.made);
  if (chains.length === 0 && chain !== null) return ENOENT;
  for (const one of chains) {
    // nf_tables passes over a number that is too big.
    if (ruleNo !== undefined && one.rules[ruleNo - 1] === undefined) return table.legacy ? E2BIG : 0;
    const counters = ruleNo === undefined ? [one, ...one.rules] : [one.rules[ruleNo - 1] as NfRule];
    for (const counter of counters) {
      counter.packets = 0;
      counter.bytes = 0;
    }
    // nf_tables counts for the policy from the moment that somebody has set its counters.
    if (ruleNo === undefined && one.hook !== null) one.counted = true;
  }
  replaced(table);
  forgetPrograms(netnsOf(world, netnsId));
  return 0;
}

function chosen(table: NfTable, chain: string | null): NfChain[] {
  return table.chains.filter((one): one is NfChain => one !== null && (chain === null || one.name === chain));
}

/** -A. ENOENT, and what `nfInsert` refuses. */
export function nfAppend(world: World, netnsId: NetnsId, name: TableName, chain: string, rule: NfRule): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  return found ? put(world, netnsId, table, found, found.rules.length, 0, rule) : ENOENT;
}

/** -I. ENOENT, E2BIG (no such place), EINVAL (a target that this table or chain cannot have), ELOOP (chains that jump in a ring). */
export function nfInsert(
  world: World,
  netnsId: NetnsId,
  name: TableName,
  chain: string,
  ruleNo: number,
  rule: NfRule,
): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  if (!found) return ENOENT;
  if (ruleNo < 1 || ruleNo > found.rules.length + 1) return E2BIG;
  return put(world, netnsId, table, found, ruleNo - 1, 0, rule);
}

/** -R. As `nfInsert`; ENOENT, too, of a chain that nf_tables has not made yet. */
export function nfReplace(
  world: World,
  netnsId: NetnsId,
  name: TableName,
  chain: string,
  ruleNo: number,
  rule: NfRule,
): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  if (!found?.made) return ENOENT;
  if (ruleNo < 1 || ruleNo > found.rules.length) return E2BIG;
  return put(world, netnsId, table, found, ruleNo - 1, 1, rule);
}

function put(
  world: World,
  netnsId: NetnsId,
  table: NfTable,
  chain: NfChain,
  at: number,
  instead: 0 | 1,
  rule: NfRule,
): number {
  const before = chain.rules;
  chain.rules = [...before.slice(0, at), rule, ...before.slice(at + instead)];
  const error = nfCheckTable(table);
  if (error < 0) chain.rules = before;
  else {
    chain.made = true;
    replaced(table);
    refreshHooks(netnsOf(world, netnsId));
  }
  return error;
}

/** -D by number. ENOENT (as `nfReplace`), E2BIG. */
export function nfDeleteAt(world: World, netnsId: NetnsId, name: TableName, chain: string, ruleNo: number): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  if (!found?.made) return ENOENT;
  if (ruleNo < 1 || ruleNo > found.rules.length) return E2BIG;
  found.rules = found.rules.filter((_, i) => i !== ruleNo - 1);
  replaced(table);
  refreshHooks(netnsOf(world, netnsId));
  return 0;
}

/** -D by what the rule says: the first that says the same. ENOENT. */
export function nfDelete(world: World, netnsId: NetnsId, name: TableName, chain: string, rule: NfRule): number {
  const ruleNo = nfCheck(world, netnsId, name, chain, rule);
  return ruleNo === 0 ? ENOENT : nfDeleteAt(world, netnsId, name, chain, ruleNo);
}

/** -C: number of the first rule that says the same, 0 when there is none. */
export function nfCheck(world: World, netnsId: NetnsId, name: TableName, chain: string, rule: NfRule): number {
  const table = nfTable(world, netnsId, name);
  const found = table.chains[nfFindChain(table, chain)];
  return found ? found.rules.findIndex((one) => sameRule(one, rule)) + 1 : 0;
}

/** iptables-restore: the whole table at once. EINVAL, ELOOP. */
export function nfReplaceTable(world: World, netnsId: NetnsId, table: NfTable): number {
  const error = nfCheckTable(table);
  if (error < 0) return error;
  nfTable(world, netnsId, table.name).chains = table.chains;
  refreshHooks(netnsOf(world, netnsId));
  return 0;
}
