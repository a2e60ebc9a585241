// What can be done with each container and machine: the same functions as the bar over its card has.

import type { NodeId, NodeView } from "../../../protocol/view.ts";
import { drawingStore, toggleTables } from "../../canvas/drawing.ts";
import {
  moveContainer,
  pingNode,
  removeNode,
  setWire,
  startContainer,
  stopContainer,
} from "../../canvas/gestures/act.ts";
import { addressFor, pingLine } from "../../canvas/gestures/commands.ts";
import { dockerNetwork } from "../../canvas/gestures/docker-network.ts";
import { wireState } from "../../canvas/wires.tsx";
import { focusPanel, uiStore } from "../../shell/ui-state.ts";
import { isLocked } from "../../store/locks.ts";
import { isInside, takesCommands } from "../../store/node-kinds.ts";
import { selectNode, showTerminal, worldStore } from "../../store/stores.ts";
import type { Entry } from "../entry.ts";
import { both, type PaletteText } from "../text.ts";

/** With more nodes than these one chooses first who pings, then whom. */
const PAIRS_UNTIL = 10;

/** The selected node's first: that is the one somebody means. */
export function nodeEntries(selected: NodeId | null): Entry[] {
  const { nodes, nodeIds } = worldStore.getState();
  const first = selected !== null && nodes[selected] !== undefined ? [selected] : [];
  const ids = [...first, ...nodeIds.filter((id) => id !== selected)].filter((id) => nodes[id]?.kind !== "switch");
  const pairs = ids.length <= PAIRS_UNTIL;
  return ids.flatMap((id) => entriesOf(nodes[id]!, ids, pairs));
}

function entriesOf(node: NodeView, ids: readonly NodeId[], pairs: boolean): Entry[] {
  const make = (what: string, say: (t: PaletteText) => string, does: Entry["does"]): Entry => ({
    id: `${what} ${node.id}`,
    group: "node",
    title: both(say),
    does,
  });
  const runs = takesCommands(node);
  const look = () => {
    selectNode(node.id);
    uiStore.setState({ inspectorTab: "node" });
    focusPanel("details");
  };
  const terminal = () => {
    showTerminal(node.id);
    focusPanel("terminal");
  };
  const entries = [make("look", (t) => t.look(node.name), look)];
  if (runs) entries.push(make("terminal", (t) => t.terminalOf(node.name), terminal));
  if (runs && pairs) entries.push(...pings(node, ids));
  if (runs && !pairs) {
    const entry = make(
      "ping",
      (t) => t.pingFrom(node.name),
      () => {},
    );
    entries.push({ ...entry, leads: () => ({ title: entry.title, entries: pings(node, ids) }) });
  }
  if (!isInside(node)) return entries;
  if (node.links.length > 0) {
    const isOpen = drawingStore.getState().open.has(node.id);
    entries.push(
      make(
        "card",
        (t) => (isOpen ? t.closeCard : t.openCard)(node.name),
        () => toggleTables(node.id),
      ),
    );
  }
  return isLocked("topology") ? entries : [...entries, ...changes(node, make)];
}

type Make = (what: string, say: (t: PaletteText) => string, does: Entry["does"]) => Entry;

/** What adds, removes, cuts or moves something. */
function changes(node: NodeView, make: Make): Entry[] {
  const entries: Entry[] = [];
  const state = node.container?.state;
  if (state === "running")
    entries.push(
      make(
        "stop",
        (t) => t.stop(node.name),
        () => stopContainer(node.id),
      ),
    );
  else if (state !== undefined)
    entries.push(
      make(
        "start",
        (t) => t.start(node.name),
        () => startContainer(node.id),
      ),
    );
  entries.push(
    make(
      "remove",
      (t) => t.remove(node.name),
      () => removeNode(node.id),
    ),
  );
  return [...entries, ...moves(node, make), ...cuts(node, make)];
}

function moves(node: NodeView, make: Make): Entry[] {
  const from = drawingStore.getState().layout.containers.get(node.id)?.bridge ?? null;
  if (from === null || node.container === null) return [];
  const bridges = worldStore.getState().nodes[node.machine]?.links.filter((link) => link.kind === "bridge") ?? [];
  return bridges
    .filter((bridge) => bridge.dev !== from && dockerNetwork(node.machine, bridge) !== null)
    .map((bridge) =>
      make(
        `move ${bridge.dev}`,
        (t) => t.move(node.name, bridge.name),
        () => moveContainer(node.id, from, bridge.dev),
      ),
    );
}

function cuts(node: NodeView, make: Make): Entry[] {
  const { devices } = worldStore.getState();
  return node.links
    .filter((link) => link.kind === "veth" && link.peer !== null)
    .flatMap((link) => {
      const host = devices.get(link.peer ?? -1);
      if (host === undefined || host.node !== node.machine) return [];
      const up = wireState(link, host.link) === "up";
      const entry = make(
        `cut ${link.dev}`,
        (t) => (up ? t.cut : t.mend)(node.name),
        () => setWire(link.dev, host.link.dev, !up),
      );
      return [{ ...entry, hint: `${link.name} – ${host.link.name}` }];
    });
}

/** Everybody else who has an address to answer from. */
function pings(node: NodeView, ids: readonly NodeId[]): Entry[] {
  const { nodes } = worldStore.getState();
  return ids.flatMap((id): Entry[] => {
    const other = nodes[id]!;
    const address = other.netnsOwner === node.netnsOwner ? null : addressFor(nodes, node.id, id);
    if (address === null) return [];
    return [
      {
        id: `ping ${node.id} ${id}`,
        group: "node",
        title: both((t) => t.ping(node.name, other.name)),
        hint: pingLine(address),
        does: () => pingNode(node.id, id),
      },
    ];
  });
}
