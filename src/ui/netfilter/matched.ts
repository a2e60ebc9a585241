// Which rules the packet that matters has met at a node. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { NodeId } from "../../protocol/view.ts";
import type { Scenery } from "../events/scenery.ts";

/** How far around a row the packet's other rows are looked for. */
const REACH_ROWS = 400;

/** "filter:FORWARD/3" for a rule by its number from 1, "filter:FORWARD/0" for a policy: `rule` is b of an NF_RULE row. */
export function ruleKey(chains: readonly string[], rule: number): string {
  return `${chains[rule >>> 16] ?? ""}/${rule & 0xffff}`;
}

/**
 * Rules that a packet met at the node, by ruleKey, each with the row that says so: of the packet of `row`, or with null of
 * the last packet that met one before row `shown`.
 */
export function matchedRules(s: Scenery, node: NodeId, row: number | null, shown: number): ReadonlyMap<string, number> {
  const { columns } = s;
  const found = new Map<string, number>();
  const isMatch = (r: number) => columns.kind[r] === TraceKind.NF_RULE && s.devices.get(columns.dev[r]!)?.node === node;
  let packet = row === null ? -1 : columns.packet[row]!;
  let from = row === null ? shown - 1 : Math.min(shown - 1, row + REACH_ROWS);
  const end = Math.max(0, (row ?? shown) - REACH_ROWS);
  for (; from >= end; from--) {
    if (!isMatch(from)) continue;
    if (packet < 0) packet = columns.packet[from]!;
    if (columns.packet[from] === packet) found.set(ruleKey(s.chains, columns.b[from]!), from);
  }
  return found;
}
