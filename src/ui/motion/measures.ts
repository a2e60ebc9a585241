/** Sizes of what is drawn, px at zoom 1. The components and the layout share them, so that nothing needs to be measured. */

import type { NodeView } from "../../protocol/view.ts";
import { isInside } from "../store/node-kinds.ts";

export const CARD_WIDTH = 192;
export const COLUMN_GAP = 38;
export const ROW_GAP = 56;
export const HOST_PADDING = 30;
/** More room at the right, for the name of the last veth. */
export const LAST_LABEL = 44;
export const HOST_HEADER = 44;
/** Between the lowest row of cards and the bridge: room for the veths' names and what flies there. */
export const VETH_ZONE = 104;
/** What each further row of cards adds to it. */
export const VETH_ZONE_ROW = 24;
export const BAR_HEIGHT = 58;
export const BUS_OFFSET = 17;
/** Where the bridge's own interface stands, from the bar's left end. */
export const DROP_OFFSET = 26;
export const UNDER_BAR = 20;
export const STACK_DROP = 42;
export const STACK_HEIGHT = 104;
export const STACK_MIN_WIDTH = 290;
export const FDB_WIDTH = 320;
/** A bridge that nothing is plugged into, beside others: its name, and no table. */
export const COMPACT_BAR = 150;
/** What a bar is wider than its table at least: the way from the bridge to the stack runs there. */
export const DROP_LANE = 40;
export const FDB_ROWS = 8;
export const FDB_ROW = 18;
export const FDB_HEADER = 28;
export const DOCK_HEIGHT = 30;
export const PILL_WIDTH = 172;
export const PILL_HEIGHT = 26;
export const HOST_GAP = 74;
/** The same when more than two stand side by side. */
export const CROWDED_HOST_GAP = 46;
/** A tunnel device: between the stack above it and the host's NIC below, or hanging under the bridge that it is a port of. */
export const GATE_WIDTH = 132;
export const GATE_HEIGHT = 38;
export const GATE_DROP = 24;
export const GATE_GAP = 16;
/** From one NIC of a host to the next. */
export const NIC_STEP = 84;
/** From the last NIC to the first gate. */
export const GATE_ASIDE = 44;
/** Where the first NIC stands below the stack when there are gates beside it. */
export const NIC_ASIDE = 56;
export const PORT_GATE_DROP = 14;
/** One tube under the hosts: between two that are not neighbours. */
export const TUBE_LANE = 22;
/** From a host's lower edge to its cable; to the cable of the next host. */
export const CABLE_DROP = 40;
export const CABLE_STEP = 12;
export const MACHINE_WIDTH = 154;
export const MACHINE_HEIGHT = 56;
export const LEVEL_GAP = 52;
/** The same in a narrow window and beside many hosts, where no more than so many stand in a row. */
export const NARROW_LEVEL_GAP = 24;
export const NARROW_LEVELS = 2;
export const PAD_HEIGHT = 20;

const CARD_HEAD = 52;
const CARD_FOOT = 18;
export const TABLE_ROW = 18;
const TABLE_HEAD = 18;
/** Neighbour rows that a card always has room for, so that it doesn't grow with the first ping. */
const ROWS_KEPT = 2;
/** Rows of one table at most; what is more is counted. */
export const NEIGHBOURS_SHOWN = 3;
export const OPEN_ROWS_SHOWN = 6;

/** The neighbours that `ip neigh` would list: multicast groups and the like need no MAC to be found. */
export function shownNeighbours(node: NodeView): NodeView["neighbours"] {
  return node.neighbours.filter((entry) => entry.state !== "NOARP" && entry.state !== "NONE");
}

/** Interfaces that an opened namespace lists: not lo, which has a line of its own, and of a host not the containers' ends. */
export function shownLinks(node: NodeView): NodeView["links"] {
  return node.links.filter((link) => link.kind !== "loopback" && (isInside(node) || link.kind !== "veth"));
}

/** Height of an opened namespace's four parts: interfaces, lo, routes, iptables. */
export function partsHeight(node: NodeView): number {
  const links = tableRows(shownLinks(node).length, OPEN_ROWS_SHOWN);
  const routes = tableRows(node.routes.length, OPEN_ROWS_SHOWN);
  return 2 * TABLE_HEAD + (links + routes + 2) * TABLE_ROW + 8;
}

/** Ports on which a node takes TCP connections, in one line of a host's stack. */
export function listens(node: NodeView): boolean {
  return node.sockets.some((socket) => socket.state === "LISTEN");
}

/** Height of a container's card with what it shows now. `open`: to its parts, with all neighbours. */
export function cardHeight(node: NodeView, open: boolean): number {
  const neighbours = tableRows(shownNeighbours(node).length, open ? OPEN_ROWS_SHOWN : NEIGHBOURS_SHOWN);
  const closed = CARD_HEAD + Math.max(ROWS_KEPT, neighbours) * TABLE_ROW + CARD_FOOT;
  if (!open) return closed;
  return closed + partsHeight(node);
}

/** How many lines a table of `count` rows takes when at most `most` are shown: one line says how many more. */
function tableRows(count: number, most: number): number {
  return count > most ? most + 1 : count;
}

/** Height of a bridge's table with `count` entries. */
export function fdbHeight(count: number): number {
  return FDB_HEADER + Math.max(5, tableRows(count, FDB_ROWS)) * FDB_ROW + 8;
}
