/** What a bridge did with a frame, and why, read off the trace and its table. Pure. */
import { TraceKind } from "../../../base/trace-kind.ts";
import type { DevId, FdbView } from "../../../protocol/view.ts";
import type { TraceColumns } from "../../store/trace-columns.ts";

/** Where a frame that came in by a port goes. "none": nowhere, it ends here. */
export type Way =
  | { readonly type: "port"; readonly dev: DevId }
  | { readonly type: "flood" }
  | { readonly type: "up" }
  | { readonly type: "none" };

/** Why that is right: the destination is everybody's, nobody's in the table, the bridge's own, or known behind a port. */
export type Reason = "broadcast" | "unknown" | "own" | "known" | "back" | "ended";

/** A frame on its way to a port. */
export interface Coming {
  /** Row of the trace in which it set off. */
  readonly row: number;
  readonly port: DevId;
  readonly arrives_ns: number;
}

/** The frame that reaches one of these ports next after `t_ns`, as far as the trace knows; null for none. */
export function nextComing(trace: TraceColumns, ports: ReadonlySet<DevId>, t_ns: number): Coming | null {
  let next: Coming | null = null;
  for (let row = trace.count - 1; row >= 0 && trace.t_ns[row]! + trace.longestHop_ns > t_ns; row--) {
    if (trace.kind[row] !== TraceKind.HOP || !ports.has(trace.a[row]!)) continue;
    const arrives_ns = trace.t_ns[row]! + trace.b[row]!;
    if (arrives_ns > t_ns && arrives_ns <= (next?.arrives_ns ?? Infinity))
      next = { row, port: trace.a[row]!, arrives_ns };
  }
  return next;
}

/** What the bridge did with the frame once it was there; null while the trace doesn't know. */
export function decisionOf(trace: TraceColumns, bridge: DevId, coming: Coming): Way | null {
  const packet = trace.packet[coming.row];
  let up = false;
  let ended = false;
  for (let row = coming.row + 1; row < trace.count && trace.t_ns[row]! <= coming.arrives_ns; row++) {
    if (trace.t_ns[row]! < coming.arrives_ns || trace.packet[row] !== packet) continue;
    const kind = trace.kind[row];
    if (kind === TraceKind.DROP) ended = true;
    if (trace.dev[row] !== bridge) continue;
    if (kind === TraceKind.BRIDGE_FLOOD) return { type: "flood" };
    if (kind === TraceKind.BRIDGE_FORWARD) return { type: "port", dev: trace.a[row]! };
    if (kind === TraceKind.BRIDGE_UP) up = true;
  }
  return up ? { type: "up" } : ended ? { type: "none" } : null;
}

/** Why the bridge did so. @param fdb its table before the decision */
export function reasonOf(way: Way, destination: string, port: DevId, fdb: readonly FdbView[]): Reason {
  if ((Number.parseInt(destination.slice(0, 2), 16) & 1) === 1) return "broadcast";
  if (way.type === "up") return "own";
  const entry = fdb.find(({ mac }) => mac === destination);
  if (entry === undefined) return way.type === "flood" ? "unknown" : "ended";
  return entry.dev === port ? "back" : way.type === "none" ? "ended" : "known";
}

export function isSameWay(a: Way, b: Way): boolean {
  return a.type === b.type && (a.type !== "port" || b.type !== "port" || a.dev === b.dev);
}

/** Ports that are offered besides the one in the table, at most: a bridge may have a thousand. */
const MOST_PORTS = 6;

/** What somebody can choose from: ports but the one it came in by, flood, up, nowhere. */
export function waysFor(ports: readonly DevId[], coming: Coming, known: DevId | null): Way[] {
  const others = ports.filter((dev) => dev !== coming.port);
  const shown = others.filter((dev, i) => i < MOST_PORTS || dev === known);
  return [...shown.map((dev) => ({ type: "port" as const, dev })), { type: "flood" }, { type: "up" }, { type: "none" }];
}
