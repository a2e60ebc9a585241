/**
 * The inside of a host's card. Local coordinates: the first bridge's top left corner is the origin, so that rows of
 * containers grow upwards and nothing that is there moves when one more comes.
 */
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { bottom, type Point, type Rect, right, union } from "./geometry.ts";
import { type Gates, nicX, portGates, stackGates, tunnelsOf } from "./layout-gate.ts";
import type { BridgeBox, ContainerBox, GateBox, HostOptions, Slots, Stand, Wire } from "./layout-types.ts";
import { veths } from "./layout-veth.ts";
import * as M from "./measures.ts";

/** No bridge: the ground of the host. */
export const GROUND = -1;

/** A host drawn in local coordinates. */
export interface HostDraft {
  readonly rect: Rect;
  readonly stack: Rect;
  readonly containers: readonly ContainerBox[];
  readonly bridges: readonly BridgeBox[];
  readonly gates: readonly GateBox[];
  readonly pads: readonly (readonly [DevId, Point])[];
  readonly wires: readonly Wire[];
  readonly slots: Slots;
}

/** What a container is plugged into, by its devices, or by its network mode while it has none. */
export interface Home {
  readonly stand: Stand;
  /** Bridge of `stand` "bridge", else GROUND. */
  readonly bridge: DevId;
  /** Whose card it docks on, for `stand` "shared". */
  readonly owner: NodeId | null;
}

const masters = new WeakMap<NodeView, ReadonlyMap<DevId, DevId | null>>();

/** What each device of a machine is a port of. Every container asks. */
function mastersOf(machine: NodeView): ReadonlyMap<DevId, DevId | null> {
  let known = masters.get(machine);
  if (known === undefined) {
    known = new Map(machine.links.map((link) => [link.dev, link.master]));
    masters.set(machine, known);
  }
  return known;
}

export function homeOf(node: NodeView, machine: NodeView, nodes: ReadonlyMap<NodeId, NodeView>, slots: Slots): Home {
  const nowhere = { bridge: GROUND, owner: null };
  if (node.netnsOwner === machine.id && node.container?.networkMode === "host") return { stand: "host", ...nowhere };
  if (node.netnsOwner !== node.id && nodes.get(node.netnsOwner)?.kind === "container") {
    return { stand: "shared", bridge: GROUND, owner: node.netnsOwner };
  }
  const ports = mastersOf(machine);
  for (const link of node.links) {
    const master = link.peer === null ? null : (ports.get(link.peer) ?? null);
    if (master !== null) return { stand: "bridge", bridge: master, owner: null };
  }
  if (node.links.some((link) => link.peer !== null && leadsTo(machine, link.peer))) {
    return { stand: "routed", ...nowhere };
  }
  const before = slots.get(node.id)?.bridge ?? GROUND;
  const mode = node.container?.networkMode ?? "none";
  if (mode === "host") return { stand: "host", ...nowhere };
  const first = machine.links.find((link) => link.kind === "bridge")?.dev ?? GROUND;
  const stillThere = machine.links.some((link) => link.dev === before);
  if (mode === "none" || mode.startsWith("container:") || first === GROUND) return { stand: "ground", ...nowhere };
  return { stand: "bridge", bridge: stillThere ? before : first, owner: null };
}

/** Whether the host has an end of its own there: a route or an address, and no bridge. */
function leadsTo(machine: NodeView, dev: DevId): boolean {
  const link = machine.links.find((one) => one.dev === dev);
  if (link === undefined || link.master !== null) return false;
  return link.addresses.length > 0 || machine.routes.some((route) => route.dev === dev);
}

/** Each container's slot: the one it had, or the lowest that is free. */
export function assignSlots(homes: ReadonlyMap<NodeId, Home>, previous: Slots): Slots {
  const slots = new Map<NodeId, { bridge: DevId; slot: number }>();
  const taken = new Set<string>();
  const plugged = [...homes].filter(([, home]) => ["bridge", "routed", "ground"].includes(home.stand));
  for (const [id, home] of plugged) {
    const old = previous.get(id);
    if (old === undefined || old.bridge !== home.bridge) continue;
    slots.set(id, old);
    taken.add(`${old.bridge} ${old.slot}`);
  }
  // What one container has found taken is taken for the next one, too.
  const free = new Map<DevId, number>();
  for (const [id, { bridge }] of plugged) {
    if (slots.has(id)) continue;
    let slot = free.get(bridge) ?? 0;
    while (taken.has(`${bridge} ${slot}`)) slot++;
    slots.set(id, { bridge, slot });
    free.set(bridge, slot + 1);
  }
  return slots;
}

/** How many cards stand side by side when `count` slots are in use and `hosts` stand beside each other. */
export function columnsFor(count: number, hosts: number, narrow = false): number {
  if (narrow) return count <= 6 ? 2 : count <= 24 ? 3 : Math.ceil(Math.sqrt(count * 0.4));
  if (count <= 12) return hosts <= 1 ? 4 : hosts === 2 ? (count <= 6 ? 3 : 4) : 2;
  return count <= 24 ? 6 : Math.ceil(Math.sqrt(count * 1.8));
}

/** A bridge (or the ground) with its cards. */
interface Group {
  readonly bridge: LinkView | null;
  readonly cards: ReadonlyMap<NodeId, Rect>;
  readonly rowOf: ReadonlyMap<NodeId, number>;
  readonly bar: Rect;
  /** A bridge that nothing is plugged into, while others are in use. */
  readonly compact: boolean;
}

export function drawHost(
  machine: NodeView,
  containers: readonly NodeView[],
  nodes: ReadonlyMap<NodeId, NodeView>,
  options: HostOptions,
): HostDraft {
  const before = options.previous?.slots ?? new Map();
  const homes = new Map(containers.map((node) => [node.id, homeOf(node, machine, nodes, before)]));
  const slots = assignSlots(homes, before);
  const groups = drawGroups(machine, containers, homes, slots, options);
  const boxes = placeCards(machine, containers, homes, groups, options);
  const barred = groups.filter((group) => group.bridge !== null);
  const hanging = portGates(machine, barred);
  const fdbs = barred.map((group) =>
    group.compact ? null : fdbRect(group, hanging.depthOf.get(group.bridge!.dev) ?? 0),
  );
  const stack = stackRect(groups, fdbs, hanging, machine, homes, options.open.has(machine.id));
  const bars = barred.map((group, k) => bridgeBox(machine.id, group, fdbs[k] ?? null));
  const docks = dockInStack(machine.id, homes, stack);
  const all = [...boxes, ...docks];
  const wiring = veths(machine, nodes, all, bars, groups, stack);
  const gates = stackGates(machine, stack, hanging, bars);
  const solid = all.filter((box) => box.id !== options.dragged);
  const rect = hostRect(solid, bars, gates.boxes, stack, options.narrow === true ? 0 : M.LAST_LABEL);
  const links = [...upWires(bars, stack), ...uplinks(machine, stack, rect)];
  const nics = links.filter((wire) => wire.kind === "uplink");
  const ups = bars.map((bar): [DevId, Point] => [bar.dev, bar.drop]);
  return {
    rect,
    stack,
    containers: all,
    bridges: bars,
    gates: gates.boxes,
    pads: [...wiring.pads, ...gates.pads, ...ups, ...nics.map((wire): [DevId, Point] => [wire.a, wire.points[1]!])],
    wires: [...wiring.wires, ...links, ...gates.wires(rect)],
    slots,
  };
}

/** Every bridge and the ground, from left to right. */
function drawGroups(
  machine: NodeView,
  containers: readonly NodeView[],
  homes: ReadonlyMap<NodeId, Home>,
  slots: Slots,
  options: HostOptions,
): Group[] {
  const bridges = machine.links.filter((link) => link.kind === "bridge");
  const isRouted = [...homes.values()].some((home) => home.stand === "routed");
  const groups: Group[] = [];
  let x = 0;
  for (const bridge of [...bridges, null]) {
    const members = containers.filter((node) => slots.get(node.id)?.bridge === (bridge?.dev ?? GROUND));
    if (bridge === null && members.length === 0) continue;
    const isEmpty = members.length === 0 && machine.links.every((link) => link.master !== bridge?.dev);
    const compact = bridge !== null && isEmpty && (bridges.length > 1 || isRouted);
    const alone = bridges.length === 1 && !isRouted;
    const drawn = drawGroup(bridge, members, slots, homes, containers, options, x, alone);
    const group = compact ? { ...drawn, compact, bar: { ...drawn.bar, width: M.COMPACT_BAR } } : { ...drawn, compact };
    groups.push(group);
    x = right(group.bar) + M.COLUMN_GAP;
  }
  return groups;
}

function drawGroup(
  bridge: LinkView | null,
  members: readonly NodeView[],
  slots: Slots,
  homes: ReadonlyMap<NodeId, Home>,
  containers: readonly NodeView[],
  options: HostOptions,
  x: number,
  alone: boolean,
): Omit<Group, "compact"> {
  const most = Math.max(-1, ...members.map((node) => slots.get(node.id)!.slot)) + 1;
  const narrow = options.narrow === true;
  const columns = columnsFor(most, options.hosts, narrow);
  const used = Math.max(
    alone && bridge !== null ? (narrow ? 2 : options.hosts > 2 ? 1 : 3) : 1,
    Math.min(columns, most),
  );
  const rows = Math.max(1, Math.ceil(most / columns));
  const cards = new Map<NodeId, Rect>();
  const rowOf = new Map<NodeId, number>();
  const docked = dockedOn(containers, homes);
  const byRow: NodeView[][] = Array.from({ length: rows }, () => []);
  for (const node of members) byRow[Math.floor(slots.get(node.id)!.slot / columns)]!.push(node);
  let floor_y = -(M.VETH_ZONE + (rows - 1) * M.VETH_ZONE_ROW);
  for (let row = 0; row < rows; row++) {
    let top_y = floor_y;
    for (const node of byRow[row]!) {
      const { slot } = slots.get(node.id)!;
      const height = M.cardHeight(node, options.open.has(node.id));
      const left = x + (slot % columns) * (M.CARD_WIDTH + M.COLUMN_GAP);
      cards.set(node.id, { x: left, y: floor_y - height, width: M.CARD_WIDTH, height });
      rowOf.set(node.id, row);
      const docks = docked.get(node.id) ?? 0;
      top_y = Math.min(top_y, floor_y - height - docks * M.DOCK_HEIGHT);
    }
    floor_y = top_y - M.ROW_GAP;
  }
  const lanes = rows > 1 ? M.COLUMN_GAP : 0;
  const width = used * (M.CARD_WIDTH + M.COLUMN_GAP) - M.COLUMN_GAP + lanes;
  const least = bridge === null ? M.CARD_WIDTH : M.FDB_WIDTH + M.DROP_LANE;
  return { bridge, cards, rowOf, bar: { x, y: 0, width: Math.max(width, least), height: M.BAR_HEIGHT } };
}

/** How many others stand on each container's card. */
function dockedOn(containers: readonly NodeView[], homes: ReadonlyMap<NodeId, Home>): Map<NodeId, number> {
  const docked = new Map<NodeId, number>();
  for (const { id } of containers) {
    const owner = homes.get(id)?.owner ?? null;
    if (owner !== null) docked.set(owner, (docked.get(owner) ?? 0) + 1);
  }
  return docked;
}

/** Cards of all groups, where somebody put them by hand if so, and the docked ones on top of their owners. */
function placeCards(
  machine: NodeView,
  containers: readonly NodeView[],
  homes: ReadonlyMap<NodeId, Home>,
  groups: readonly Group[],
  options: HostOptions,
): ContainerBox[] {
  const boxes = new Map<NodeId, ContainerBox>();
  for (const group of groups) {
    for (const [id, rect] of group.cards) {
      const placed = options.placed[id];
      const stand = homes.get(id)!.stand;
      const bridge = group.bridge?.dev ?? null;
      boxes.set(id, { id, machine: machine.id, stand, bridge, rect: placed ? { ...rect, ...placed } : rect });
    }
  }
  const docked = new Map<NodeId, number>();
  for (const node of containers) {
    const home = homes.get(node.id)!;
    const owner = home.owner === null ? undefined : boxes.get(home.owner);
    if (owner === undefined) continue;
    const above = docked.get(owner.id) ?? 0;
    docked.set(owner.id, above + 1);
    const y = owner.rect.y - (above + 1) * M.DOCK_HEIGHT;
    const rect = { x: owner.rect.x + 8, y, width: owner.rect.width - 16, height: M.DOCK_HEIGHT };
    boxes.set(node.id, { id: node.id, machine: machine.id, stand: "shared", bridge: null, rect });
  }
  return [...boxes.values()];
}

/**
 * `depth`: what hangs under the bar above it. There is room for the MACs of two containers from the start, so that the drawing
 * stays as it is while the first ping is learned.
 */
function fdbRect(group: Group, depth: number): Rect {
  const entries = group.bridge?.fdb ?? [];
  const expected = entries.filter((entry) => entry.isLocal).length + Math.min(2, group.cards.size);
  const height = M.fdbHeight(Math.max(entries.length, expected));
  return { x: right(group.bar) - M.FDB_WIDTH, y: M.BAR_HEIGHT + M.UNDER_BAR + depth, width: M.FDB_WIDTH, height };
}

/**
 * Left of the first bridge's table; or below all tables, and as wide as all that stands over it, when that leaves too little
 * or containers have cables straight to it.
 */
function stackRect(
  groups: readonly Group[],
  fdbs: readonly (Rect | null)[],
  hanging: Gates,
  machine: NodeView,
  homes: ReadonlyMap<NodeId, Home>,
  open: boolean,
): Rect {
  const pills = [...homes.values()].filter((home) => home.stand === "host").length;
  const tunnels = tunnelsOf(machine).filter((link) => !hanging.depthOf.has(link.master ?? GROUND)).length;
  const least = Math.max(M.STACK_MIN_WIDTH, tunnels * (M.GATE_WIDTH + M.GATE_GAP) + nicX(machine, true));
  const bar = groups.find((group) => group.bridge !== null)?.bar ?? null;
  const isRouted = [...homes.values()].some((home) => home.stand === "routed");
  if (bar === null) {
    const width = Math.max(least, isRouted ? right(groups.at(-1)!.bar) : 0);
    return { x: 0, y: 0, width, height: stackHeight(machine, pills, width, open) };
  }
  const depth = Math.max(0, ...hanging.depthOf.values());
  const room = bar.width - M.FDB_WIDTH - M.UNDER_BAR;
  const beside = room >= least && !isRouted;
  const tables = fdbs.filter((fdb) => fdb !== null);
  const above =
    tables.length === 0 ? M.BAR_HEIGHT + depth + M.STACK_DROP : Math.max(...tables.map(bottom)) + M.UNDER_BAR;
  const y = beside ? M.BAR_HEIGHT + M.STACK_DROP + depth : above;
  const span = right(groups.findLast((group) => group.bridge !== null || isRouted)!.bar) - bar.x;
  const width = beside ? room : Math.max(least, span);
  const floor = beside ? bottom(fdbs[0]!) - y : 0;
  return { x: bar.x, y, width, height: Math.max(floor, stackHeight(machine, pills, width, open)) };
}

function stackHeight(machine: NodeView, pills: number, width: number, open: boolean): number {
  const across = Math.max(1, Math.floor((width - 16) / (M.PILL_WIDTH + 8)));
  const most = M.NEIGHBOURS_SHOWN + 1;
  // With a tunnel there is room from the start, so that tubes stay level while one host learns before the other.
  const neighbours = tunnelsOf(machine).length > 0 ? most : Math.min(M.shownNeighbours(machine).length, most);
  const rows = Math.ceil(pills / across);
  const tables = (neighbours + (M.listens(machine) ? 1 : 0)) * M.TABLE_ROW + (open ? M.partsHeight(machine) : 0);
  return Math.max(M.STACK_HEIGHT, 92 + tables + rows * (M.PILL_HEIGHT + 6) + 8);
}

function dockInStack(machine: NodeId, homes: ReadonlyMap<NodeId, Home>, stack: Rect): ContainerBox[] {
  const ids = [...homes].filter(([, home]) => home.stand === "host").map(([id]) => id);
  const across = Math.max(1, Math.floor((stack.width - 16) / (M.PILL_WIDTH + 8)));
  return ids.map((id, i) => ({
    id,
    machine,
    stand: "host",
    bridge: null,
    rect: {
      x: stack.x + 12 + (i % across) * (M.PILL_WIDTH + 8),
      y: bottom(stack) - (Math.floor(i / across) + 1) * (M.PILL_HEIGHT + 6) - 4,
      width: M.PILL_WIDTH,
      height: M.PILL_HEIGHT,
    },
  }));
}

function bridgeBox(machine: NodeId, group: Group, fdb: Rect | null): BridgeBox {
  const { bar } = group;
  const drop = { x: bar.x + M.DROP_OFFSET, y: bottom(bar) };
  const area = union([bar, ...(fdb === null ? [] : [fdb]), ...group.cards.values()]);
  return { dev: group.bridge!.dev, machine, rect: bar, bus_y: bar.y + M.BUS_OFFSET, drop, fdb, area };
}

/** A bridge's own interface down to the stack; for bridges that don't stand over it, along under the bars. */
function upWires(bars: readonly BridgeBox[], stack: Rect): Wire[] {
  return bars.map((bar, k) => {
    const over = k === 0 || bar.drop.x < right(stack) - M.DROP_OFFSET;
    const landing = { x: over ? bar.drop.x : stack.x + M.DROP_OFFSET + 22 * k, y: stack.y };
    const level_y = bar.drop.y + M.UNDER_BAR / 2;
    const turn = [
      { x: bar.drop.x, y: level_y },
      { x: landing.x, y: level_y },
    ];
    const points = over ? [bar.drop, landing] : [bar.drop, ...turn, landing];
    return { id: `up-${bar.dev}`, kind: "up", a: bar.dev, b: -1, points, labelRise: 0, labelDrop: 0 };
  });
}

/** From the stack to each NIC on the card's bottom edge. */
function uplinks(machine: NodeView, stack: Rect, rect: Rect): Wire[] {
  const nics = machine.links.filter((link) => link.kind === "nic");
  return nics.map((link, i) => {
    const x = nicX(machine, false, stack) + i * M.NIC_STEP;
    const points = [
      { x, y: bottom(stack) },
      { x, y: bottom(rect) },
    ];
    return { id: `uplink-${link.dev}`, kind: "uplink", a: link.dev, b: -1, points, labelRise: 0, labelDrop: 0 };
  });
}

function hostRect(
  boxes: readonly ContainerBox[],
  bars: readonly BridgeBox[],
  gates: readonly GateBox[],
  stack: Rect,
  aside: number,
): Rect {
  const inner = [...boxes, ...bars, ...gates].map((box) => box.rect);
  const tables = bars.flatMap((bar) => (bar.fdb === null ? [] : [bar.fdb]));
  const inside = union([...inner, ...tables, stack]);
  const least = bars.length === 0 ? 0 : -(M.VETH_ZONE + 102);
  const top = Math.min(inside.y, least) - M.HOST_HEADER;
  return {
    x: inside.x - M.HOST_PADDING,
    y: top,
    width: inside.width + 2 * M.HOST_PADDING + aside,
    height: bottom(inside) + M.HOST_PADDING + 6 - top,
  };
}
