/** Netfilter of a namespace as the page shows it: the tables in use with their rules, and the newest connections. */
import { ctEntry } from "../kernel/netfilter/conntrack/events.ts";
import {
  CtStatusBit,
  type CtTuple,
  type NfChain,
  type NfMet,
  type NfTable,
  type TableName,
} from "../kernel/netfilter/types.ts";
import type { Netns, World } from "../kernel/types.ts";
import type { MetRule } from "../protocol/messages.ts";
import type { ChainView, ConntrackView, FlowView, TableView } from "../protocol/view.ts";
import { ruleWords, wordsOfRule } from "../shell/commands/iptables/print/rule.ts";
import { protocolName } from "../shell/commands/iptables/words.ts";
import { formatIpv4 } from "../wire/address.ts";
import { IPPROTO_ICMP } from "../wire/ipv4.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";

/** Of so many connections the page is told. */
const MOST_CONNECTIONS = 100;

/** As packets meet them. */
const ORDER: readonly TableName[] = ["raw", "mangle", "nat", "filter", "security"];

/** The tables in use; null while nobody has changed one. */
export function viewTables(space: Netns): TableView[] | null {
  const { tables } = space.nf;
  if (tables.length === 0) return null;
  const sorted = [...tables].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  return sorted.map((table) => ({
    name: table.name,
    chains: table.chains.filter((chain) => chain !== null).map((chain) => viewChain(table, chain)),
  }));
}

function viewChain(table: NfTable, chain: NfChain): ChainView {
  const { name, hook, policy, packets, bytes } = chain;
  const rules = chain.rules.map((rule) => ({
    text: ruleWords(table, rule),
    packets: rule.packets,
    bytes: rule.bytes,
  }));
  return { name, policy: hook === null ? null : policy, packets, bytes, rules };
}

/** A rule or policy as it stood when a packet met it. */
export function viewMet({ table, chain, number, rule, to }: NfMet): MetRule {
  return { table, chain, number, text: rule === null ? "" : wordsOfRule(rule, to) };
}

/** The newest connections of a namespace, newest first. */
export function viewConntrack(world: World, space: Netns): ConntrackView[] {
  if (space.nf.ctCount === 0) return [];
  return newestSlots(world, space.id).map((slot) => viewConnection(world, slot));
}

/** Of what may be a long table the newest few, without sorting all of it. */
export function newestSlots(world: World, netnsId: number): number[] {
  const { ct } = world;
  const idOf = (slot: number) => ct.id[slot] as number;
  const newest: number[] = [];
  for (let slot = ct.used - 1; slot >= 0; slot--) {
    const isThere = ct.netns[slot] === netnsId && ((ct.status[slot] as number) & CtStatusBit.CONFIRMED) !== 0;
    if (!isThere || (ct.timeout_ns[slot] as number) <= world.now_ns) continue;
    if (newest.length === MOST_CONNECTIONS) {
      if (idOf(slot) < idOf(newest[MOST_CONNECTIONS - 1] as number)) continue;
      newest.pop();
    }
    const at = newest.findIndex((other) => idOf(other) < idOf(slot));
    newest.splice(at < 0 ? newest.length : at, 0, slot);
  }
  return newest;
}

function viewConnection(world: World, slot: number): ConntrackView {
  const entry = ctEntry(world, slot);
  const has = (bit: number) => (entry.status & bit) !== 0;
  const isIcmp = entry.protocol === IPPROTO_ICMP;
  return {
    id: entry.id,
    protocol: protocolName(entry.protocol),
    state: entry.tcpState === "NONE" ? "" : entry.tcpState,
    original: viewFlow(entry.original, entry.packets[0], isIcmp),
    reply: viewFlow(entry.reply, entry.packets[1], isIcmp),
    icmpId: isIcmp ? entry.original.sourcePort : null,
    expires_ns: (world.ct.timeout_ns[slot] as number) - SCENE_START_NS,
    assured: has(CtStatusBit.ASSURED),
    replied: has(CtStatusBit.SEEN_REPLY),
    snat: has(CtStatusBit.SRC_NAT),
    dnat: has(CtStatusBit.DST_NAT),
  };
}

function viewFlow(tuple: CtTuple, packets: number, isIcmp: boolean): FlowView {
  const port = (n: number) => (isIcmp || (tuple.sourcePort === 0 && tuple.destinationPort === 0) ? "" : `:${n}`);
  return {
    source: `${formatIpv4(tuple.source)}${port(tuple.sourcePort)}`,
    destination: `${formatIpv4(tuple.destination)}${port(tuple.destinationPort)}`,
    packets,
  };
}
