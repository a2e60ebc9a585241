/**
 * A tidy drawing of the world: hosts side by side, what lies outside them in a row below, cables between.
 * Pure, and stable: what was there keeps its place when something comes or goes.
 */
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { isInside } from "../store/node-kinds.ts";
import { bottom, centre, type Point, type Rect, right, union } from "./geometry.ts";
import { drawHost, type HostDraft } from "./layout-host.ts";
import { placeOutside } from "./layout-outside.ts";
import { lanesOf, relationsOf, tubesOf } from "./layout-tubes.ts";
import type { BridgeBox, ContainerBox, GateBox, Layout, LayoutOptions, MachineBox, Wire } from "./layout-types.ts";
import * as M from "./measures.ts";

/** Where everything is drawn. Boxes that did not change are those of `options.previous`. */
export function layOut(views: readonly NodeView[], options: LayoutOptions): Layout {
  const nodes = new Map(views.map((node) => [node.id, node]));
  const machines = views.filter((node) => !isInside(node));
  const hosts = machines.filter((node) => node.kind === "docker-host");
  const drafts = hosts.map((host) => {
    const inside = views.filter((node) => isInside(node) && node.machine === host.id);
    return drawHost(host, inside, nodes, { ...options, hosts: hosts.length });
  });
  const origins = placeHosts(hosts, drafts, options);
  const layout = {
    machines: new Map<NodeId, MachineBox>(),
    containers: new Map<NodeId, ContainerBox>(),
    bridges: new Map<DevId, BridgeBox>(),
    gates: new Map<DevId, GateBox>(),
    tubes: [] as Layout["tubes"],
    pads: new Map<DevId, Point>(),
    wires: [] as Wire[],
    slots: new Map(drafts.flatMap((draft) => [...draft.slots])),
  };
  hosts.forEach((host, i) => {
    addHost(layout, host, drafts[i]!, origins[i]!);
  });
  const relations = relationsOf(hosts);
  const drop = M.CABLE_DROP + lanesOf(relations) * M.TUBE_LANE;
  const boxOf = (host: number) => layout.machines.get(hosts[host]!.id)!.rect;
  const floor_y = Math.max(...hosts.map((_, i) => bottom(boxOf(i))));
  layout.tubes = tubesOf(relations, layout.gates, boxOf, floor_y);
  placeOutside(layout, machines, drop, options);
  addCables(layout, machines, hosts, drop);
  return finish(layout, views, options.previous);
}

type Draft = Pick<Layout, "slots" | "tubes"> & {
  machines: Map<NodeId, MachineBox>;
  containers: Map<NodeId, ContainerBox>;
  bridges: Map<DevId, BridgeBox>;
  gates: Map<DevId, GateBox>;
  pads: Map<DevId, Point>;
  wires: Wire[];
};

/** Side by side with their bars on one line, unless somebody put them elsewhere. Returns each host's origin. */
function placeHosts(hosts: readonly NodeView[], drafts: readonly HostDraft[], options: LayoutOptions): Point[] {
  let x = 0;
  const gap = hosts.length > 2 ? M.CROWDED_HOST_GAP : M.HOST_GAP;
  return hosts.map((host, i) => {
    const { rect } = drafts[i]!;
    const origin = options.placed[host.id] ?? { x: x + M.HOST_PADDING, y: 0 };
    x += M.HOST_PADDING + right(rect) + gap;
    return origin;
  });
}

function addHost(layout: Draft, host: NodeView, draft: HostDraft, by: Point): void {
  const move = (p: Point): Point => ({ x: p.x + by.x, y: p.y + by.y });
  const shift = (r: Rect): Rect => ({ ...r, x: r.x + by.x, y: r.y + by.y });
  layout.machines.set(host.id, {
    id: host.id,
    kind: host.kind,
    rect: shift(draft.rect),
    stack: shift(draft.stack),
    origin: by,
  });
  for (const box of draft.containers) layout.containers.set(box.id, { ...box, rect: shift(box.rect) });
  for (const bar of draft.bridges) {
    const rects = { rect: shift(bar.rect), fdb: bar.fdb && shift(bar.fdb), area: shift(bar.area) };
    layout.bridges.set(bar.dev, { ...bar, ...rects, bus_y: bar.bus_y + by.y, drop: move(bar.drop) });
  }
  for (const box of draft.gates) layout.gates.set(box.dev, { ...box, rect: shift(box.rect) });
  for (const [dev, pad] of draft.pads) layout.pads.set(dev, move(pad));
  for (const wire of draft.wires) layout.wires.push({ ...wire, points: wire.points.map(move) });
}

/** One line for each pair of devices on two machines. */
function addCables(layout: Draft, machines: readonly NodeView[], hosts: readonly NodeView[], drop: number): void {
  const owner = new Map<DevId, NodeView>();
  for (const node of machines) for (const link of node.links) owner.set(link.dev, node);
  const drawn = new Set<DevId>();
  const floor_y = Math.max(...hosts.map((host) => bottom(layout.machines.get(host.id)!.rect)));
  for (const node of [...hosts, ...machines]) {
    for (const link of node.links) {
      const other = link.peer === null ? undefined : owner.get(link.peer);
      if (other === undefined || other === node || drawn.has(link.dev)) continue;
      drawn.add(link.dev).add(link.peer!);
      const depth = hosts.includes(node) ? hosts.length - 1 - hosts.indexOf(node) : 0;
      const level_y = Math.max(floor_y, bottom(layout.machines.get(node.id)!.rect)) + drop + depth * M.CABLE_STEP;
      layout.wires.push(cable(layout, node, link, other, level_y));
    }
  }
}

function cable(layout: Draft, node: NodeView, link: LinkView, other: NodeView, level_y: number): Wire {
  const from = layout.machines.get(node.id)!;
  const to = layout.machines.get(other.id)!;
  const pad = layout.pads.get(link.dev);
  const points =
    pad !== undefined ? fromHost(pad, to.rect, level_y, layout.pads.get(link.peer!)) : between(from.rect, to.rect);
  layout.pads.set(link.dev, points[0]!);
  layout.pads.set(link.peer!, points.at(-1)!);
  return { id: `cable-${link.dev}`, kind: "cable", a: link.dev, b: link.peer!, points, labelRise: 0, labelDrop: 0 };
}

/** Out of the host's bottom edge, along at the level `y`, and to the machine's near side; to the other host's own pad when it is one. */
function fromHost(pad: Point, to: Rect, y: number, otherPad: Point | undefined): Point[] {
  const down = { x: pad.x, y };
  if (otherPad !== undefined) return [pad, down, { x: otherPad.x, y }, otherPad];
  if (pad.x > to.x + 12 && pad.x < right(to) - 12 && to.y > pad.y) return [pad, { x: pad.x, y: to.y }];
  const beside = to.x > pad.x ? to.x : right(to);
  if (y > to.y + 6 && y < bottom(to) - 6) return [pad, down, { x: beside, y }];
  const mid = centre(to);
  return [pad, down, { x: mid.x, y }, { x: mid.x, y: y > mid.y ? bottom(to) : to.y }];
}

/** Between two cards: up or down when one stands above the other, else sideways. */
function between(a: Rect, b: Rect): Point[] {
  const [ca, cb] = [centre(a), centre(b)];
  if (bottom(a) <= b.y || bottom(b) <= a.y) {
    const above = bottom(a) <= b.y;
    const start = { x: ca.x, y: above ? bottom(a) : a.y };
    const end = { x: cb.x, y: above ? b.y : bottom(b) };
    if (Math.abs(start.x - end.x) < 1) return [start, end];
    const y = (start.y + end.y) / 2;
    return [start, { x: start.x, y }, { x: end.x, y }, end];
  }
  const leftwards = cb.x < ca.x;
  const start = { x: leftwards ? a.x : right(a), y: ca.y };
  const end = { x: leftwards ? right(b) : b.x, y: cb.y };
  const x = (start.x + end.x) / 2;
  return Math.abs(start.y - end.y) < 1 ? [start, end] : [start, { x, y: start.y }, { x, y: end.y }, end];
}

function finish(draft: Draft, views: readonly NodeView[], previous: Layout | null): Layout {
  const masters = new Map<DevId, DevId>();
  const owners = new Map<DevId, NodeId>();
  for (const node of views) {
    for (const link of node.links) {
      owners.set(link.dev, node.id);
      if (link.master !== null) masters.set(link.dev, link.master);
    }
  }
  const wireOf = new Map<DevId, Wire>();
  for (const wire of draft.wires) {
    if (wire.kind !== "veth" && wire.kind !== "cable") continue;
    if (wire.a >= 0) wireOf.set(wire.a, wire);
    wireOf.set(wire.b, wire);
  }
  return {
    ...draft,
    machines: kept(draft.machines, previous?.machines),
    containers: kept(draft.containers, previous?.containers),
    bridges: kept(draft.bridges, previous?.bridges),
    gates: kept(draft.gates, previous?.gates),
    tubes: keptById(draft.tubes, previous?.tubes ?? []),
    wires: keptById(draft.wires, previous?.wires ?? []),
    masters,
    owners,
    wireOf,
    bounds: union([...draft.machines.values(), ...draft.containers.values()].map((box) => box.rect)),
  };
}

/** The old value wherever it says the same, so that nothing is drawn anew without need. */
function kept<K, V>(next: Map<K, V>, previous: ReadonlyMap<K, V> | undefined): Map<K, V> {
  for (const [key, value] of next) {
    const old = previous?.get(key);
    if (old !== undefined && isSame(old, value)) next.set(key, old);
  }
  return next;
}

/** Whether two plain values say the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let keys = 0;
  for (const key in one) {
    if (!isSame(one[key], other[key])) return false;
    keys++;
  }
  return keys === Object.keys(other).length;
}

function keptById<T extends { readonly id: string }>(next: readonly T[], previous: readonly T[]): T[] {
  const byId = (all: readonly T[]) => new Map(all.map((one) => [one.id, one]));
  return [...kept(byId(next), byId(previous)).values()];
}
