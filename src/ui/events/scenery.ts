// All that a sentence about a row of the trace may look at, and how it names things.
import { TraceKind } from "../../base/trace-kind.ts";
import type { LogEntry, MetRule } from "../../protocol/messages.ts";
import type { DevId, NodeId, NodeView } from "../../protocol/view.ts";
import type { Device } from "../store/stores.ts";
import { logStore, traceStore, worldStore } from "../store/stores.ts";
import { type FrameBytes, frameBytes, type TraceColumns } from "../store/trace-columns.ts";
import { type FrameFacts, frameFacts } from "./frame-facts.ts";

export interface Scenery {
  readonly columns: TraceColumns;
  readonly frames: FrameBytes;
  /** Rules of netfilter that packets met, by the numbers that rows have. */
  readonly rules: readonly MetRule[];
  readonly nodes: Readonly<Record<NodeId, NodeView>>;
  readonly devices: ReadonlyMap<DevId, Device>;
  readonly entries: readonly LogEntry[];
}

/** What the stores hold now. */
export function currentScenery(): Scenery {
  const { columns, frames, rules } = traceStore.getState();
  const { nodes, devices } = worldStore.getState();
  return { columns, frames, rules, nodes, devices, entries: logStore.getState().entries };
}

/** Name of the interface, "?" for one that nobody has told of. */
export function devName(s: Scenery, dev: number): string {
  return s.devices.get(dev)?.link.name ?? "?";
}

/** Name of whoever has the interface. */
export function ownerName(s: Scenery, dev: number): string {
  const device = s.devices.get(dev);
  return device === undefined ? "?" : nodeName(s, device.node);
}

/** Name of a node; of one that is gone, the end of its id. */
export function nodeName(s: Scenery, node: NodeId): string {
  return s.nodes[node]?.name ?? node.slice(node.lastIndexOf("/") + 1);
}

/** "nginx-1 eth0" for a container's or a machine's own interface; a veth on the host's side and a bridge go by their name. */
export function placeName(s: Scenery, dev: number): string {
  const device = s.devices.get(dev);
  if (device === undefined) return "?";
  const { kind, master, name } = device.link;
  return kind === "bridge" || master !== null ? name : `${nodeName(s, device.node)} ${name}`;
}

/** How far back a packet's last frame is looked for, rows. */
const LOOK_BACK_ROWS = 64;

/** The frame that the row is about: its own, or the one in which its packet came; -1 for none. */
export function frameOf(s: Scenery, row: number): number {
  const { columns } = s;
  if (isFdbByHand(s, row) || columns.kind[row] === TraceKind.ENCAP) return -1;
  if (columns.frame[row]! >= 0 || columns.packet[row]! < 0) return columns.frame[row]!;
  for (let r = row - 1; r >= 0 && r >= row - LOOK_BACK_ROWS; r--) {
    if (columns.packet[r] !== columns.packet[row] || isFdbByHand(s, r)) continue;
    // From here on it is inside another packet, whose frame is still to come.
    if (columns.kind[r] === TraceKind.ENCAP) return -1;
    if (columns.frame[r]! >= 0) return columns.frame[r]!;
  }
  return -1;
}

/** The ENCAP row since which the row's packet is inside another one that has no frame yet, or the row itself; -1 for none. */
export function encapOf(s: Scenery, row: number): number {
  const { columns } = s;
  if (columns.packet[row]! < 0) return -1;
  for (let r = row; r >= 0 && r >= row - LOOK_BACK_ROWS; r--) {
    if (columns.packet[r] !== columns.packet[row] || isFdbByHand(s, r)) continue;
    if (columns.kind[r] === TraceKind.ENCAP) return r;
    if (columns.frame[r]! >= 0) return -1;
  }
  return -1;
}

/** Such rows keep a MAC in the columns of packet and frame. */
function isFdbByHand(s: Scenery, row: number): boolean {
  const kind = s.columns.kind[row];
  const isFdb = kind === TraceKind.FDB_ADD || kind === TraceKind.FDB_MOVE || kind === TraceKind.FDB_DELETE;
  return isFdb && s.columns.b[row] !== 0;
}

/** How far ahead a packet's first frame is looked for, rows. */
const LOOK_AHEAD_ROWS = 64;

/** The frame that the row's packet leaves in later, as far as the trace knows already; -1 for none. */
export function nextFrameOf(s: Scenery, row: number): number {
  const { columns } = s;
  if (columns.packet[row]! < 0) return -1;
  const end = Math.min(columns.count, row + LOOK_AHEAD_ROWS);
  for (let r = row + 1; r < end; r++) {
    const isSame = columns.packet[r] === columns.packet[row] && columns.frame[r]! >= 0;
    if (isSame && columns.frame[r] !== columns.frame[row] && !isFdbByHand(s, r)) return columns.frame[r]!;
  }
  return -1;
}

/** The facts of the frame that the row is about; null when there is none. */
export function factsOf(s: Scenery, row: number): FrameFacts | null {
  return frameFacts(frameBytes(s.frames, frameOf(s, row)));
}

/** The same; of a packet that has no frame yet, those of the frame that it leaves in. */
export function factsSoon(s: Scenery, row: number): FrameFacts | null {
  return factsOf(s, row) ?? frameFacts(frameBytes(s.frames, nextFrameOf(s, row)));
}
