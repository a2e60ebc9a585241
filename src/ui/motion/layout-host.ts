/**
 * The inside of a host's card. Local coordinates: the first bridge's top left corner is the origin, so that rows of
 * containers grow upwards and nothing that is there moves when one more comes.
 */
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { bottom, type Point, type Rect, right, union } from "./geometry.ts";
import type { BridgeBox, ContainerBox, HostOptions, Slots, Stand, Wire } from "./layout-types.ts";
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

export function homeOf(node: NodeView, machine: NodeView, nodes: ReadonlyMap<NodeId, NodeView>, slots: Slots): Home {
  const nowhere = { bridge: GROUND, owner: null };
  if (node.netnsOwner === machine.id && node.container?.networkMode === "host") return { stand: "host", ...nowhere };
  if (node.netnsOwner !== node.id && nodes.get(node.netnsOwner)?.kind === "container") {
    return { stand: "shared", bridge: GROUND, owner: node.netnsOwner };
  }
  const masters = new Map(machine.links.map((link) => [link.dev, link.master]));
  for (const link of node.links) {
    const master = link.peer === null ? null : (masters.get(link.peer) ?? null);
    if (master !== null) return { stand: "bridge", bridge: master, owner: null };
  }
  const before = slots.get(node.id)?.bridge ?? GROUND;
  const mode = node.container?.networkMode ?? "none";
  if (mode === "host") return { stand: "host", ...nowhere };
  const first = machine.links.find((link) => link.kind === "bridge")?.dev ?? GROUND;
  const stillThere = machine.links.some((link) => link.dev === before);
  if (mode === "none" || mode.startsWith("container:") || first === GROUND) return { stand: "ground", ...nowhere };
  return { stand: "bridge", bridge: stillThere ? before : first, owner: null };
}

/** Each container's slot: the one it had, or the lowest that is free. */
export function assignSlots(homes: ReadonlyMap<NodeId, Home>, previous: Slots): Slots {
  const slots = new Map<NodeId, { bridge: DevId; slot: number }>();
  const taken = new Set<string>();
  const plugged = [...homes].filter(([, home]) => home.stand === "bridge" || home.stand === "ground");
  for (const [id, home] of plugged) {
    const old = previous.get(id);
    if (old === undefined || old.bridge !== home.bridge) continue;
    slots.set(id, old);
    taken.add(`${old.bridge} ${old.slot}`);
  }
  for (const [id, { bridge }] of plugged) {
    if (slots.has(id)) continue;
    let slot = 0;
    while (taken.has(`${bridge} ${slot}`)) slot++;
    slots.set(id, { bridge, slot });
    taken.add(`${bridge} ${slot}`);
  }
  return slots;
}

/** How many cards stand side by side when `count` slots are in use; `alone`: no other host stands beside theirs. */
export function columnsFor(count: number, alone: boolean, narrow = false): number {
  if (narrow) return count <= 6 ? 2 : 3;
  if (count <= 12) return alone ? 4 : 3;
  return count <= 24 ? 6 : Math.ceil(Math.sqrt(count * 1.8));
}

/** A bridge (or the ground) with its cards. */
interface Group {
  readonly bridge: LinkView | null;
  readonly cards: ReadonlyMap<NodeId, Rect>;
  readonly rowOf: ReadonlyMap<NodeId, number>;
  readonly bar: Rect;
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
  const bridges = machine.links.filter((link) => link.kind === "bridge");
  const groups: Group[] = [];
  let x = 0;
  for (const bridge of [...bridges, null]) {
    const members = containers.filter((node) => slots.get(node.id)?.bridge === (bridge?.dev ?? GROUND));
    if (bridge === null && members.length === 0) continue;
    const group = drawGroup(bridge, members, slots, homes, containers, options, x, bridges.length === 1);
    groups.push(group);
    x = right(group.bar) + M.COLUMN_GAP;
  }
  const boxes = placeCards(machine, containers, homes, groups, options);
  const barred = groups.filter((group) => group.bridge !== null);
  const fdbs = barred.map((group) => fdbRect(group));
  const stack = stackRect(barred[0]?.bar ?? null, fdbs, machine, homes);
  const bars = barred.map((group, k) => bridgeBox(machine.id, group, fdbs[k]!));
  const docks = dockInStack(machine.id, homes, stack);
  const all = [...boxes, ...docks];
  const wiring = veths(machine, nodes, all, bars, groups, stack);
  const rect = hostRect(
    all.filter((box) => box.id !== options.dragged),
    bars,
    stack,
  );
  const links = [...upWires(bars, stack), ...uplinks(machine, stack, rect)];
  const nics = links.filter((wire) => wire.kind === "uplink");
  const ups = bars.map((bar): [DevId, Point] => [bar.dev, bar.drop]);
  return {
    rect,
    stack,
    containers: all,
    bridges: bars,
    pads: [...wiring.pads, ...ups, ...nics.map((wire): [DevId, Point] => [wire.a, wire.points[1]!])],
    wires: [...wiring.wires, ...links],
    slots,
  };
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
): Group {
  const most = Math.max(-1, ...members.map((node) => slots.get(node.id)!.slot)) + 1;
  const narrow = options.narrow === true;
  const columns = columnsFor(most, options.hosts <= 1, narrow);
  const used = Math.max(alone && bridge !== null ? (narrow ? 2 : 3) : 1, Math.min(columns, most));
  const rows = Math.max(1, Math.ceil(most / columns));
  const cards = new Map<NodeId, Rect>();
  const rowOf = new Map<NodeId, number>();
  let floor_y = -(M.VETH_ZONE + (rows - 1) * M.VETH_ZONE_ROW);
  for (let row = 0; row < rows; row++) {
    let top_y = floor_y;
    for (const node of members) {
      const { slot } = slots.get(node.id)!;
      if (Math.floor(slot / columns) !== row) continue;
      const height = M.cardHeight(node, options.open.has(node.id));
      const left = x + (slot % columns) * (M.CARD_WIDTH + M.COLUMN_GAP);
      cards.set(node.id, { x: left, y: floor_y - height, width: M.CARD_WIDTH, height });
      rowOf.set(node.id, row);
      const docks = containers.filter((other) => homes.get(other.id)?.owner === node.id).length;
      top_y = Math.min(top_y, floor_y - height - docks * M.DOCK_HEIGHT);
    }
    floor_y = top_y - M.ROW_GAP;
  }
  const lanes = rows > 1 ? M.COLUMN_GAP : 0;
  const width = used * (M.CARD_WIDTH + M.COLUMN_GAP) - M.COLUMN_GAP + lanes;
  const least = bridge === null ? M.CARD_WIDTH : M.FDB_WIDTH;
  return { bridge, cards, rowOf, bar: { x, y: 0, width: Math.max(width, least), height: M.BAR_HEIGHT } };
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

function fdbRect(group: Group): Rect {
  const height = M.fdbHeight(group.bridge?.fdb?.length ?? 0);
  return { x: right(group.bar) - M.FDB_WIDTH, y: M.BAR_HEIGHT + M.UNDER_BAR, width: M.FDB_WIDTH, height };
}

/** Left of the first bridge's table, or below it when that leaves too little. */
function stackRect(bar: Rect | null, fdbs: readonly Rect[], machine: NodeView, homes: ReadonlyMap<NodeId, Home>): Rect {
  const pills = [...homes.values()].filter((home) => home.stand === "host").length;
  if (bar === null) return { x: 0, y: 0, width: M.STACK_MIN_WIDTH, height: stackHeight(machine, pills, 0) };
  const room = bar.width - M.FDB_WIDTH - M.UNDER_BAR;
  const beside = room >= M.STACK_MIN_WIDTH;
  const y = beside ? M.BAR_HEIGHT + M.STACK_DROP : Math.max(...fdbs.map(bottom)) + M.UNDER_BAR;
  const width = beside ? room : Math.max(M.STACK_MIN_WIDTH, bar.width);
  const floor = beside ? bottom(fdbs[0]!) - y : 0;
  return { x: bar.x, y, width, height: Math.max(floor, stackHeight(machine, pills, width)) };
}

function stackHeight(machine: NodeView, pills: number, width: number): number {
  const across = Math.max(1, Math.floor((width - 16) / (M.PILL_WIDTH + 8)));
  const neighbours = Math.min(M.shownNeighbours(machine).length, M.NEIGHBOURS_SHOWN + 1);
  const rows = Math.ceil(pills / across);
  return Math.max(M.STACK_HEIGHT, 60 + neighbours * M.TABLE_ROW + rows * (M.PILL_HEIGHT + 6) + 8);
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

function bridgeBox(machine: NodeId, group: Group, fdb: Rect): BridgeBox {
  const { bar } = group;
  const drop = { x: bar.x + M.DROP_OFFSET, y: bottom(bar) };
  const area = union([bar, fdb, ...group.cards.values()]);
  return { dev: group.bridge!.dev, machine, rect: bar, bus_y: bar.y + M.BUS_OFFSET, drop, fdb, area };
}

/** A bridge's own interface down to the stack; for bridges further right, along under the bars. */
function upWires(bars: readonly BridgeBox[], stack: Rect): Wire[] {
  return bars.map((bar, k) => {
    const landing = { x: k === 0 ? bar.drop.x : stack.x + M.DROP_OFFSET + 22 * k, y: stack.y };
    const level_y = bar.drop.y + M.UNDER_BAR / 2;
    const turn = [
      { x: bar.drop.x, y: level_y },
      { x: landing.x, y: level_y },
    ];
    const points = k === 0 ? [bar.drop, landing] : [bar.drop, ...turn, landing];
    return { id: `up-${bar.dev}`, kind: "up", a: bar.dev, b: -1, points, labelRise: 0, labelDrop: 0 };
  });
}

/** From the stack to each NIC on the card's bottom edge. */
function uplinks(machine: NodeView, stack: Rect, rect: Rect): Wire[] {
  const nics = machine.links.filter((link) => link.kind === "nic");
  return nics.map((link, i) => {
    const x = stack.x + stack.width * 0.3 + i * 84;
    const points = [
      { x, y: bottom(stack) },
      { x, y: bottom(rect) },
    ];
    return { id: `uplink-${link.dev}`, kind: "uplink", a: link.dev, b: -1, points, labelRise: 0, labelDrop: 0 };
  });
}

function hostRect(boxes: readonly ContainerBox[], bars: readonly BridgeBox[], stack: Rect): Rect {
  const inside = union([...boxes.map((b) => b.rect), ...bars.flatMap((b) => [b.rect, b.fdb]), stack]);
  const least = bars.length === 0 ? 0 : -(M.VETH_ZONE + 102);
  const top = Math.min(inside.y, least) - M.HOST_HEADER;
  return {
    x: inside.x - M.HOST_PADDING,
    y: top,
    width: inside.width + 2 * M.HOST_PADDING + M.LAST_LABEL,
    height: bottom(inside) + M.HOST_PADDING + 6 - top,
  };
}
