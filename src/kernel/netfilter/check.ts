/**
 * What the kernel refuses of a table: mark_source_chains of net/ipv4/netfilter/ip_tables.c and the checkentry of matches and targets;
 * for nf_tables nft_chain_validate and nft_compat.c.
 */
import { EINVAL, ELOOP, ENOENT, EOPNOTSUPP, ERANGE } from "../errno.ts";
import {
  type NfChain,
  NfHook,
  type NfMatch,
  type NfRule,
  type NfTable,
  type NfTarget,
  type TableName,
} from "./types.ts";

const { PRE_ROUTING, LOCAL_IN, FORWARD, LOCAL_OUT, POST_ROUTING } = NfHook;

/** Hooks at which a target may stand, however it is reached; the tables where it may. */
const ONLY: Readonly<Record<string, { hooks: readonly NfHook[]; tables: readonly TableName[] }>> = {
  SNAT: { hooks: [POST_ROUTING, LOCAL_IN], tables: ["nat"] },
  MASQUERADE: { hooks: [POST_ROUTING], tables: ["nat"] },
  DNAT: { hooks: [PRE_ROUTING, LOCAL_OUT], tables: ["nat"] },
  REDIRECT: { hooks: [PRE_ROUTING, LOCAL_OUT], tables: ["nat"] },
  NETMAP: { hooks: [PRE_ROUTING, LOCAL_IN, LOCAL_OUT, POST_ROUTING], tables: ["nat"] },
  REJECT: { hooks: [LOCAL_IN, FORWARD, LOCAL_OUT], tables: ["filter"] },
  NOTRACK: { hooks: [PRE_ROUTING, LOCAL_OUT], tables: ["raw"] },
  CT: { hooks: [PRE_ROUTING, LOCAL_OUT], tables: ["raw"] },
  TTL: { hooks: [0, 1, 2, 3, 4], tables: ["mangle"] },
  TOS: { hooks: [0, 1, 2, 3, 4], tables: ["mangle"] },
  DSCP: { hooks: [0, 1, 2, 3, 4], tables: ["mangle"] },
  CHECKSUM: { hooks: [0, 1, 2, 3, 4], tables: ["mangle"] },
  CLASSIFY: { hooks: [FORWARD, LOCAL_OUT, POST_ROUTING], tables: ["mangle"] },
};

/** What the kernel checks of a whole table. 0, EINVAL, ELOOP, EOPNOTSUPP (a jump to a built-in chain; ENOENT where that isn't made yet), ERANGE. */
export function nfCheckTable(table: NfTable): number {
  for (const chain of table.chains) {
    if (chain === null) continue;
    const error = checkChain(table, chain, chain.hook, []);
    if (error < 0) return error;
  }
  return 0;
}

/** @param hook from which the chain is reached, null while it is not known @param path chains on the way here */
function checkChain(table: NfTable, chain: NfChain, hook: NfHook | null, path: readonly number[]): number {
  for (const rule of chain.rules) {
    const { target } = rule;
    const refusal = checkRule(table, rule, hook);
    if (refusal < 0) return refusal;
    if (target.kind !== "jump") {
      // The old tables don't look at what stands behind a verdict on every packet.
      if (table.legacy && endsChain(rule)) break;
      continue;
    }
    const to = table.chains[target.chain];
    if (!to || to.hook !== null) return table.legacy ? EINVAL : to?.made === false ? ENOENT : EOPNOTSUPP;
    if (to === chain || path.includes(target.chain)) {
      // Nobody looks at chains that nothing leads to.
      if (hook === null) continue;
      return ELOOP;
    }
    const error = checkChain(table, to, hook, [...path, target.chain]);
    if (error < 0) return error;
  }
  return 0;
}

const VERDICTS: readonly NfTarget["kind"][] = ["ACCEPT", "DROP", "RETURN"];

function endsChain(rule: NfRule): boolean {
  const { source, destination, inInterface, outInterface, protocol, fragment } = rule;
  const asked = [source, destination, inInterface, outInterface, protocol, fragment].some((part) => part !== null);
  return !asked && rule.matches.length === 0 && VERDICTS.includes(rule.target.kind);
}

function checkRule(table: NfTable, rule: NfRule, hook: NfHook | null): number {
  const { target } = rule;
  const only = ONLY[target.kind];
  if (only !== undefined && !only.tables.includes(table.name)) return EINVAL;
  if (only !== undefined && hook !== null && !only.hooks.includes(hook)) return EINVAL;
  if (target.kind === "TRACE" && table.legacy && table.name !== "raw") return EINVAL;
  if (target.kind === "REJECT" && target.with === "tcp-reset" && !isOf(rule, IPPROTO_TCP)) return EINVAL;
  if (target.kind === "TCPMSS" && !allowsTcpMss(table, rule, target.mss, hook)) return EINVAL;
  for (const match of rule.matches) {
    if (!allowsMatch(rule, match, hook)) return EINVAL;
    if (match.kind === "string" && match.algo === null) return ENOENT;
    if (match.kind === "limit" && match.burst === 0 && table.legacy) return ERANGE;
  }
  return 0;
}

const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;

function isOf({ protocol }: NfRule, number: number): boolean {
  return protocol !== null && !protocol.invert && protocol.number === number;
}

/** tcpmss_tg4_check: of SYNs only, which the old tables want to see in the rule. */
function allowsTcpMss(table: NfTable, rule: NfRule, mss: number | null, hook: NfHook | null): boolean {
  if (mss === null && hook !== null && (hook === PRE_ROUTING || hook === LOCAL_IN)) return false;
  if (!isOf(rule, IPPROTO_TCP)) return false;
  const isSyn = (match: NfMatch) =>
    match.kind === "tcp" && match.flags !== null && (match.flags.comp & TCP_SYN) !== 0 && !match.flags.invert;
  return !table.legacy || rule.matches.some(isSyn);
}

const TCP_SYN = 2;

/** The checkentry of matches. */
function allowsMatch(rule: NfRule, match: NfMatch, hook: NfHook | null): boolean {
  const isAt = (...hooks: NfHook[]) => hook !== null && hooks.includes(hook);
  switch (match.kind) {
    case "tcp":
      return isOf(rule, IPPROTO_TCP);
    case "udp":
      return isOf(rule, IPPROTO_UDP);
    case "tcpmss":
      return isOf(rule, IPPROTO_TCP);
    case "recent":
      return !(match.seconds + match.hitcount > 0 && (match.mode === "set" || match.mode === "remove"));
    case "icmp":
      return isOf(rule, IPPROTO_ICMP);
    case "mac":
      return !isAt(LOCAL_OUT, POST_ROUTING);
    case "owner":
      return !isAt(PRE_ROUTING, LOCAL_IN, FORWARD);
    case "addrtype":
      if (match.limitIface === "in") return !isAt(LOCAL_OUT, POST_ROUTING);
      return match.limitIface !== "out" || !isAt(PRE_ROUTING, LOCAL_IN);
    case "physdev": {
      const asksForOut = match.out !== null || match.isOut !== null;
      const onlyBridged = match.isBridged !== null && !match.isBridged.invert;
      return !(asksForOut && !onlyBridged && isAt(LOCAL_OUT));
    }
    default:
      return true;
  }
}
