// What made a route, a socket or an interface: the segment that opened a connection, or the command after which it was there. Pure.
import { TraceKind } from "../../../base/trace-kind.ts";
import type { LogEntry } from "../../../protocol/messages.ts";
import type { NodeId } from "../../../protocol/view.ts";
import type { Scenery } from "../../events/scenery.ts";
import { rowsUntil } from "../../store/trace-columns.ts";

export type Maker =
  /** It was there when the scene began. */
  | { readonly by: "scene" }
  /** The last command on this machine by then. */
  | { readonly by: "command"; readonly row: number; readonly entry: LogEntry }
  | { readonly by: "packet"; readonly row: number };

const IPPROTO_TCP = 6;

/**
 * @param created_ns when it was made
 * @param path the open branch of the log
 * @param accepts it may be a connection that somebody else has opened
 */
export function makerOf(
  s: Scenery,
  node: NodeId,
  created_ns: number,
  path: readonly LogEntry[],
  accepts = false,
): Maker {
  if (created_ns <= 0) return { by: "scene" };
  const segment = accepts ? rowAt(s, created_ns, (row) => isSegmentFor(s, row, node)) : -1;
  if (segment >= 0) return { by: "packet", row: segment };
  const machine = machineOf(node);
  const entry = path.findLast((one) => one.at_ns <= created_ns && machineOf(one.node) === machine);
  if (entry === undefined) return { by: "scene" };
  const isIt = (row: number) => s.columns.kind[row] === TraceKind.COMMAND && s.columns.a[row] === entry.id;
  return { by: "command", row: rowAt(s, entry.at_ns, isIt), entry };
}

function machineOf(node: NodeId): string {
  return node.split("/")[0]!;
}

function isSegmentFor(s: Scenery, row: number, node: NodeId): boolean {
  const { kind, b, dev } = s.columns;
  return kind[row] === TraceKind.DELIVER && b[row] === IPPROTO_TCP && s.devices.get(dev[row]!)?.node === node;
}

/** The last row of this very moment that `is`; -1 for none. */
function rowAt({ columns }: Scenery, t_ns: number, is: (row: number) => boolean): number {
  for (let row = rowsUntil(columns, t_ns) - 1; row >= 0 && columns.t_ns[row] === t_ns; row--) if (is(row)) return row;
  return -1;
}
