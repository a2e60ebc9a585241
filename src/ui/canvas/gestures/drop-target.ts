/** What lies under the pointer while something is dragged. Pure. */
import type { DevId, NodeId } from "../../../protocol/view.ts";
import { contains, grow, type Point } from "../../motion/geometry.ts";
import type { Layout } from "../../motion/layout-types.ts";

export type DropTarget =
  | { readonly type: "bin" }
  | { readonly type: "node"; readonly id: NodeId }
  | { readonly type: "bridge"; readonly dev: DevId; readonly machine: NodeId }
  | { readonly type: "stack"; readonly machine: NodeId }
  | { readonly type: "ground"; readonly machine: NodeId }
  /** A LAN switch, or with null the empty ground around all machines. */
  | { readonly type: "lan"; readonly machine: NodeId | null };

const EDGE = 16;

/** For something new: a bridge (anywhere near its cards), the host's own stack, or the host's ground. */
export function targetForImage(layout: Layout, p: Point): DropTarget | null {
  for (const bar of layout.bridges.values()) {
    if (contains(grow(bar.rect, EDGE), p)) return { type: "bridge", dev: bar.dev, machine: bar.machine };
  }
  for (const box of layout.machines.values()) {
    if (box.stack !== null && contains(box.stack, p)) return { type: "stack", machine: box.id };
  }
  for (const box of layout.containers.values()) {
    if (box.bridge !== null && contains(box.rect, p)) return { type: "bridge", dev: box.bridge, machine: box.machine };
  }
  return groundAt(layout, p);
}

/** For a new network: any place of a host. */
export const targetForNetwork = groundAt;

function groundAt(layout: Layout, p: Point): DropTarget | null {
  for (const box of layout.machines.values()) {
    if (box.stack !== null && contains(box.rect, p)) return { type: "ground", machine: box.id };
  }
  return null;
}

/** For a new host: a switch, or ground on which nothing stands. */
export function targetForHost(layout: Layout, p: Point): DropTarget | null {
  for (const box of layout.machines.values()) {
    if (box.kind === "switch" && contains(grow(box.rect, EDGE), p)) return { type: "lan", machine: box.id };
  }
  const taken = [...layout.machines.values()].some((box) => contains(box.rect, p));
  return taken ? null : { type: "lan", machine: null };
}

/** For a ping: a card, the host (its stack or any of its ground), a machine outside. Never `from` itself. */
export function targetForPing(layout: Layout, p: Point, from: NodeId): DropTarget | null {
  for (const box of layout.containers.values()) {
    if (contains(grow(box.rect, 6), p)) return box.id === from ? null : { type: "node", id: box.id };
  }
  for (const box of layout.machines.values()) {
    if (contains(box.rect, p)) return box.id === from ? null : { type: "node", id: box.id };
  }
  return null;
}

/** For a container's card: another bridge's bar. Everywhere else it is merely put down. */
export function targetForCard(layout: Layout, p: Point, node: NodeId): DropTarget | null {
  const box = layout.containers.get(node);
  for (const bar of layout.bridges.values()) {
    if (bar.dev === box?.bridge || bar.machine !== box?.machine) continue;
    if (contains(grow(bar.rect, EDGE), p)) return { type: "bridge", dev: bar.dev, machine: bar.machine };
  }
  return null;
}
