// How the terminals stand: one or two beside each other, and whether the front one goes along with the node that is selected.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import { hasTerminal, isInside } from "../../store/node-kinds.ts";
import { isRecord, readJson, writeStored } from "../../store/storage.ts";
import { frontStore, selectionStore, showTerminal, worldStore } from "../../store/stores.ts";

const NAME = "terminals";

export interface Panes {
  readonly split: boolean;
  readonly follow: boolean;
  /** The chunk whose line is to be brought into view, until it has been. */
  readonly wanted: number | null;
}

export const panesStore = createStore<Panes>(() => {
  const kept = readJson(NAME);
  const { split, follow } = isRecord(kept) ? kept : {};
  return { split: split === true, follow: follow !== false, wanted: null };
});

export function usePanes<T>(select: (s: Panes) => T): T {
  return useStore(panesStore, select);
}

function keep(change: Partial<Pick<Panes, "split" | "follow">>): void {
  panesStore.setState(change);
  const { split, follow } = panesStore.getState();
  writeStored(NAME, JSON.stringify({ split, follow }));
}

/** Two terminals beside each other, or one again. */
export function toggleSplit(): void {
  const { split } = panesStore.getState();
  if (split) frontStore.setState({ second: null });
  else pickSecond();
  keep({ split: !split });
}

/** The second one is whoever is selected, else the next in line. */
function pickSecond(): void {
  const { nodes, nodeIds } = worldStore.getState();
  const tabs = tabsOf(nodes, nodeIds);
  const front = frontOf(tabs, frontStore.getState().node);
  const { node } = selectionStore.getState();
  const next = node !== null && node !== front && tabs.includes(node) ? node : tabs.find((id) => id !== front);
  frontStore.setState({ second: next ?? null });
}

/** Whether selecting a card brings its terminal to the front. */
export function toggleFollow(): void {
  keep({ follow: !panesStore.getState().follow });
}

/** Brings the line of a chunk into view, in its node's terminal. */
export function showLine(node: NodeId, chunk: number): void {
  showTerminal(node);
  panesStore.setState({ wanted: chunk });
}

/** Goes along with the selection while that is wanted; returns how to stop. */
export function followNodes(): () => void {
  return selectionStore.subscribe((now, before) => {
    if (now.node === null || now.node === before.node || !panesStore.getState().follow) return;
    const kind = worldStore.getState().nodes[now.node]?.kind;
    if (kind !== undefined && hasTerminal({ kind })) showTerminal(now.node);
  });
}

/** Nodes that have a tab: Docker hosts, then what stands inside them, then the other machines. */
export function tabsOf(nodes: Readonly<Record<NodeId, NodeView>>, ids: readonly NodeId[]): NodeId[] {
  const rank = (id: NodeId): number => {
    const node = nodes[id]!;
    if (node.kind === "docker-host") return 0;
    return isInside(node) ? 1 : 2;
  };
  return ids.filter((id) => hasTerminal(nodes[id]!)).sort((a, b) => rank(a) - rank(b));
}

/** Whose terminal is in front: whoever was wanted, if it has one. */
export function frontOf(tabs: readonly NodeId[], wanted: NodeId | null): NodeId | null {
  return wanted !== null && tabs.includes(wanted) ? wanted : (tabs[0] ?? null);
}

/** Tabs that stand in a row at once, at most. */
const MOST_TABS = 24;

/** Of many tabs those around the one in front; the first always. */
export function tabsAround(tabs: readonly NodeId[], front: NodeId | null): readonly NodeId[] {
  if (tabs.length <= MOST_TABS) return tabs;
  const at = front === null ? 0 : tabs.indexOf(front);
  const from = Math.max(1, Math.min(at - MOST_TABS / 2, tabs.length - MOST_TABS + 1));
  return [tabs[0]!, ...tabs.slice(from, from + MOST_TABS - 1)];
}
