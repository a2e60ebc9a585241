/**
 * The tables of a namespace and what they hook in: net/ipv4/netfilter/iptable_*.c, net/netfilter/x_tables.c. A table comes into being
 * when it is first changed, as its module is loaded then. Connection tracking is there once something asks for it
 * (nf_ct_netns_get).
 */
import type { Netns, NetnsId, World } from "../types.ts";
import { machineOf, netns as netnsOf } from "../world.ts";
import {
  type NetnsNf,
  type NfChain,
  NfHook,
  type NfHooked,
  type NfRule,
  type NfTable,
  type TableName,
} from "./types.ts";

/** What can be registered at a hook. */
export const NfStep = {
  DEFRAG: 0,
  RAW: 1,
  CONNTRACK: 2,
  MANGLE: 3,
  NAT: 4,
  FILTER: 5,
  SECURITY: 6,
  CONFIRM: 7,
} as const;
export type NfStep = (typeof NfStep)[keyof typeof NfStep];

const { PRE_ROUTING, LOCAL_IN, FORWARD, LOCAL_OUT, POST_ROUTING } = NfHook;

interface TableKind {
  step: NfStep;
  /** Names of its built-in chains, in order, with their hooks. */
  chains: readonly { readonly name: string; readonly hook: NfHook }[];
}

const CHAIN = {
  PREROUTING: { name: "PREROUTING", hook: PRE_ROUTING },
  INPUT: { name: "INPUT", hook: LOCAL_IN },
  FORWARD: { name: "FORWARD", hook: FORWARD },
  OUTPUT: { name: "OUTPUT", hook: LOCAL_OUT },
  POSTROUTING: { name: "POSTROUTING", hook: POST_ROUTING },
} as const;

/** In the order in which they are shown. */
export const TABLES: Readonly<Record<TableName, TableKind>> = {
  raw: { step: NfStep.RAW, chains: [CHAIN.PREROUTING, CHAIN.OUTPUT] },
  mangle: {
    step: NfStep.MANGLE,
    chains: [CHAIN.PREROUTING, CHAIN.INPUT, CHAIN.FORWARD, CHAIN.OUTPUT, CHAIN.POSTROUTING],
  },
  nat: { step: NfStep.NAT, chains: [CHAIN.PREROUTING, CHAIN.INPUT, CHAIN.OUTPUT, CHAIN.POSTROUTING] },
  filter: { step: NfStep.FILTER, chains: [CHAIN.INPUT, CHAIN.FORWARD, CHAIN.OUTPUT] },
  security: { step: NfStep.SECURITY, chains: [CHAIN.INPUT, CHAIN.FORWARD, CHAIN.OUTPUT] },
};

const BY_STEP: readonly (TableName | undefined)[] = [
  undefined,
  "raw",
  undefined,
  "mangle",
  "nat",
  "filter",
  "security",
];

const { DEFRAG, RAW, CONNTRACK, MANGLE, NAT, FILTER, SECURITY, CONFIRM } = NfStep;

/** By hook: what may be registered there, by rising priority (enum nf_ip_hook_priorities). */
const ORDER: readonly (readonly NfStep[])[] = [
  [DEFRAG, RAW, CONNTRACK, MANGLE, NAT],
  [MANGLE, FILTER, SECURITY, NAT, CONFIRM],
  [MANGLE, FILTER, SECURITY],
  [DEFRAG, RAW, CONNTRACK, MANGLE, NAT, FILTER, SECURITY],
  [MANGLE, NAT, CONFIRM],
];

export function createNf(): NetnsNf {
  return {
    tables: [],
    hooks: [[], [], [], [], []],
    hooked: 0,
    generation: 0,
    ctListeners: [],
    ctCount: 0,
    recent: {},
    ctStats: { found: 0, invalid: 0, insertFailed: 0, drop: 0 },
  };
}

/** Names of a table's built-in chains, in the order in which they are shown. */
export function builtinChains(name: TableName): readonly string[] {
  return TABLES[name].chains.map((chain) => chain.name);
}

/** The table, or null while nobody has changed it. */
export function nfFindTable(world: World, netnsId: NetnsId, name: TableName): NfTable | null {
  return findTable(netnsOf(world, netnsId).nf, name);
}

function findTable(nf: NetnsNf, name: TableName): NfTable | null {
  for (const table of nf.tables) if (table.name === name) return table;
  return null;
}

/** The table, made if need be. */
export function nfTable(world: World, netnsId: NetnsId, name: TableName): NfTable {
  const netns = netnsOf(world, netnsId);
  const found = findTable(netns.nf, name);
  if (found !== null) return found;
  const table = newTable(name, isLegacy(world, netnsId));
  netns.nf.tables.push(table);
  refreshHooks(netns);
  return table;
}

/**
 * Whether iptables works on the kernel's old tables there. That is the machine's matter; containers bring an iptables of their own,
 * which is always one for nf_tables.
 */
export function isLegacy(world: World, netnsId: NetnsId): boolean {
  const netns = netnsOf(world, netnsId);
  const machine = machineOf(world, netnsId);
  return machine.legacyIptables && (netnsId === machine.initNetns || netns.name !== null);
}

/** A table with nothing but its built-in chains, that belongs to nobody yet. The old tables count policies from the start. */
export function newTable(name: TableName, legacy = false): NfTable {
  const chains = TABLES[name].chains.map((chain) => ({
    ...newChain(chain.name, chain.hook),
    counted: legacy,
    made: legacy,
  }));
  return { name, legacy, chains };
}

/** An empty chain. @param hook of a built-in one, null for a user's */
export function newChain(name: string, hook: NfHook | null = null): NfChain {
  return {
    name,
    hook,
    policy: "ACCEPT",
    counted: false,
    made: hook === null,
    packets: 0,
    bytes: 0,
    rules: [],
    program: null,
    walks: null,
    met: -1,
  };
}

/** Number of the chain in `table.chains`, or -1. */
export function nfFindChain(table: NfTable, name: string): number {
  return table.chains.findIndex((chain) => chain !== null && chain.name === name);
}

/** Number of the chain that a table has at a hook, or -1. Built-in chains come first. */
export function chainAtHook(table: NfTable, hook: NfHook): number {
  const { chains } = TABLES[table.name];
  for (let i = 0; i < chains.length; i++) if (chains[i]?.hook === hook) return i;
  return -1;
}

/** A rule that matches everything and does nothing but count. */
export function emptyRule(): NfRule {
  return {
    source: null,
    destination: null,
    inInterface: null,
    outInterface: null,
    protocol: null,
    fragment: null,
    matches: [],
    target: { kind: "NONE" },
    packets: 0,
    bytes: 0,
    met: -1,
  };
}

/** What is state of a rule, not part of what was asked for. */
const STATE = ["packets", "bytes", "met", "credit", "prev_ns", "seen"];

/** Whether two rules say the same, as -D and -C compare them: all but counters and the state of matches. */
export function sameRule(a: NfRule, b: NfRule): boolean {
  return canonical(a) === canonical(b);
}

function canonical(rule: NfRule): string {
  return JSON.stringify(rule, (_key, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).filter(([name]) => !isState(value, name));
    return Object.fromEntries(entries.sort(([x], [y]) => (x < y ? -1 : 1)));
  });
}

function isState(owner: { kind?: unknown }, name: string): boolean {
  if (name === "count") return owner.kind === "statistic";
  return STATE.includes(name);
}

/** How many rules of the table jump to a chain. */
export function chainRefs(table: NfTable, chain: number): number {
  let count = 0;
  for (const from of table.chains) {
    for (const { target } of from?.rules ?? []) if (target.kind === "jump" && target.chain === chain) count++;
  }
  return count;
}

/** To be called whenever a table changes: finds out what is registered at which hook. */
export function refreshHooks(netns: Netns): void {
  const { nf } = netns;
  const tracks = nf.tables.some(
    (table) => table.name === "nat" || table.chains.some((c) => c?.rules.some(needsConntrack)),
  );
  nf.hooks = ORDER.map((steps, hook) =>
    steps
      .map((step) => hookedAt(nf, step, hook as NfHook))
      .filter(({ step, chain }) => (tracksOnly(step) ? tracks : chain >= 0)),
  );
  keepRecent(nf);
  if (nf.tables.some(({ chains }) => chains.some((c) => c?.rules.some(countsBytes)))) {
    netns.sysctl["net.netfilter.nf_conntrack_acct"] = 1;
  }
  nf.hooked = nf.hooks.reduce((bits, { length }, hook) => (length === 0 ? bits : bits | (1 << hook)), 0);
  forgetPrograms(netns);
}

/** connbytes_mt_check turns accounting on. */
function countsBytes(rule: NfRule): boolean {
  return rule.matches.some((m) => m.kind === "connbytes");
}

/** A list of `-m recent` begins with the first rule that names it, and ends with the last. */
function keepRecent(nf: NetnsNf): void {
  const lists: NetnsNf["recent"] = {};
  for (const { chains } of nf.tables) {
    for (const rule of chains.flatMap((chain) => chain?.rules ?? [])) {
      for (const m of rule.matches) if (m.kind === "recent") lists[m.name] = nf.recent[m.name] ?? [];
    }
  }
  nf.recent = lists;
}

/** Throws away what is known of the chains (program.ts, walks.ts): a table has changed, or which devices there are by which names. */
export function forgetPrograms(netns: Netns): void {
  netns.nf.generation++;
  for (const { chains } of netns.nf.tables) {
    for (const chain of chains) {
      if (chain === null) continue;
      chain.program = null;
      chain.walks = null;
    }
  }
}

/** A step that has to do with connections alone. */
function tracksOnly(step: number): boolean {
  return BY_STEP[step] === undefined;
}

function hookedAt(nf: NetnsNf, step: NfStep, hook: NfHook): NfHooked {
  const table = nf.tables.findIndex(({ name }) => name === BY_STEP[step]);
  return { step, table, chain: table < 0 ? -1 : chainAtHook(nf.tables[table] as NfTable, hook) };
}

function needsConntrack(rule: NfRule): boolean {
  const { kind } = rule.target;
  if (kind === "CONNMARK" || kind === "NOTRACK" || kind === "CT") return true;
  return rule.matches.some(
    (m) =>
      m.kind === "conntrack" ||
      m.kind === "state" ||
      m.kind === "connmark" ||
      m.kind === "connlimit" ||
      m.kind === "connbytes" ||
      m.kind === "helper",
  );
}
