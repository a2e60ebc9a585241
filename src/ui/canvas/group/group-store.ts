/** The cards that are selected together. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { NodeId } from "../../../protocol/view.ts";
import { hasTerminal } from "../../store/node-kinds.ts";
import { sceneStore, worldStore } from "../../store/stores.ts";

const NOBODY: ReadonlySet<NodeId> = new Set();

export const groupStore = createStore<{ readonly picked: ReadonlySet<NodeId> }>(() => ({ picked: NOBODY }));

export function useGroup<T>(select: (s: { readonly picked: ReadonlySet<NodeId> }) => T): T {
  return useStore(groupStore, select);
}

export function useIsPicked(id: NodeId): boolean {
  return useGroup((s) => s.picked.has(id));
}

/** Puts a card into the selection, or takes it out. */
export function toggle(id: NodeId): void {
  const picked = new Set(groupStore.getState().picked);
  if (!picked.delete(id)) picked.add(id);
  groupStore.setState({ picked });
}

export function pickOnly(ids: Iterable<NodeId>): void {
  groupStore.setState({ picked: new Set(ids) });
}

/** Everything but switches and namespaces made by hand, which nothing can be asked of. */
export function pickAll(): void {
  const { nodes, nodeIds } = worldStore.getState();
  pickOnly(nodeIds.filter((id) => hasTerminal(nodes[id]!)));
}

export function clearGroup(): void {
  if (groupStore.getState().picked.size > 0) groupStore.setState({ picked: NOBODY });
}

/** Forgets who is gone. Returns how to stop. */
export function watchGroup(): () => void {
  const stops = [
    worldStore.subscribe((now, before) => {
      const { picked } = groupStore.getState();
      if (now.nodeIds === before.nodeIds || picked.size === 0) return;
      const left = [...picked].filter((id) => now.nodes[id] !== undefined);
      if (left.length < picked.size) pickOnly(left);
    }),
    sceneStore.subscribe(clearGroup),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
