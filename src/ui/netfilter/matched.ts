// Which rules the packet that matters has met at a node. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { MetRule } from "../../protocol/messages.ts";
import type { NodeId } from "../../protocol/view.ts";
import type { Scenery } from "../events/scenery.ts";

/** How far around a row the packet's other rows are looked for. */
const REACH_ROWS = 400;

/** Names a rule by table, chain and words: those of one that a packet met once, and of the one that stands there now. */
export function ruleKey({ table, chain, number, text }: MetRule): string {
  return number === 0 ? policyKey(table, chain) : `${table}:${chain} ${text}`;
}

export function policyKey(table: string, chain: string): string {
  return `${table}:${chain}/policy`;
}

/**
 * Rules that a packet met at the node, by ruleKey: the packet of `row`, or with null the last one that met any before row
 * `shown`.
 */
export function matchedRules(s: Scenery, node: NodeId, row: number | null, shown: number): ReadonlySet<string> {
  const { columns } = s;
  const found = new Set<string>();
  const isMatch = (r: number) => columns.kind[r] === TraceKind.NF_RULE && s.devices.get(columns.dev[r]!)?.node === node;
  let packet = row === null ? -1 : columns.packet[row]!;
  let from = row === null ? shown - 1 : Math.min(shown - 1, row + REACH_ROWS);
  const end = Math.max(0, (row ?? shown) - REACH_ROWS);
  for (; from >= end; from--) {
    if (!isMatch(from)) continue;
    if (packet < 0) packet = columns.packet[from]!;
    const met = s.rules[columns.b[from]!];
    if (columns.packet[from] === packet && met !== undefined) found.add(ruleKey(met));
  }
  return found;
}
