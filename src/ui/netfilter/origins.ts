// Where entries of a node's tables come from: the last packet that met a rule, the packet that began a connection. What was read of
// the trace once is remembered, so that a row costs one look.
import { TraceKind } from "../../base/trace-kind.ts";
import type { NodeId } from "../../protocol/view.ts";
import type { Scenery } from "../events/scenery.ts";
import { ruleKey } from "./matched.ts";

interface Origins {
  columns: Scenery["columns"] | null;
  epoch: number;
  /** Rows read so far. */
  read: number;
  /** The last row about a rule, by node and ruleKey. */
  readonly rules: Map<string, number>;
  /** The row about its beginning, by a connection's id. */
  readonly connections: Map<number, number>;
}

const known: Origins = { columns: null, epoch: -1, read: 0, rules: new Map(), connections: new Map() };

/** What rows before `shown` tell. @param epoch of the trace: another one when rows were forgotten */
export function originsOf(s: Scenery, shown: number, epoch: number): Pick<Origins, "rules" | "connections"> {
  if (known.columns !== s.columns || known.epoch !== epoch || known.read > shown) {
    known.columns = s.columns;
    known.epoch = epoch;
    known.read = 0;
    known.rules.clear();
    known.connections.clear();
  }
  const { kind, dev, a, b } = s.columns;
  for (; known.read < shown; known.read++) {
    const row = known.read;
    if (kind[row] === TraceKind.CONNTRACK && b[row] === 0) known.connections.set(a[row]!, row);
    if (kind[row] !== TraceKind.NF_RULE) continue;
    const met = s.rules[b[row]!];
    const node = s.devices.get(dev[row]!)?.node;
    if (met !== undefined && node !== undefined) known.rules.set(originKey(node, ruleKey(met)), row);
  }
  return known;
}

export function originKey(node: NodeId, rule: string): string {
  return `${node} ${rule}`;
}
