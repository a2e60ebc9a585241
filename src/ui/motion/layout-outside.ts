/** Where machines stand that are no Docker hosts: switches, gateways, servers, below the hosts. */
import type { NodeId, NodeView } from "../../protocol/view.ts";
import { bottom, centre, type Rect, right, union } from "./geometry.ts";
import type { LayoutOptions, MachineBox, Wire } from "./layout-types.ts";
import * as M from "./measures.ts";

interface Draft {
  readonly machines: Map<NodeId, MachineBox>;
  readonly wires: readonly Wire[];
}

/**
 * By their distance from the hosts, the nearest first: in a row at the right; where several switches are nearest, each below
 * its own hosts with what joins them in between. `drop`: from the hosts' lower edge to their cables.
 */
export function placeOutside(layout: Draft, machines: readonly NodeView[], drop: number, options: LayoutOptions): void {
  const levels = levelsOf(machines);
  const rects =
    (levels[0]?.length ?? 0) > 1 && options.narrow !== true
      ? underHosts(layout, machines, levels, drop)
      : inRows(layout, levels, drop, options);
  for (const [node, rect] of rects) {
    const box = { ...rect, ...options.placed[node.id] };
    layout.machines.set(node.id, { id: node.id, kind: node.kind, rect: box, stack: null, origin: box });
  }
}

const SIZE = { width: M.MACHINE_WIDTH, height: M.MACHINE_HEIGHT };

function inRows(layout: Draft, levels: NodeView[][], drop: number, options: LayoutOptions): [NodeView, Rect][] {
  const hosts = [...layout.machines.values()];
  const around = union(hosts.map((box) => box.rect));
  const nics = layout.wires.filter((wire) => wire.kind === "uplink").map((wire) => wire.points.at(-1)!.x);
  const tight = options.narrow === true || hosts.length > 2;
  const gap = tight ? M.NARROW_LEVEL_GAP : M.LEVEL_GAP;
  const inRow = tight ? M.NARROW_LEVELS : levels.length;
  const step = M.MACHINE_WIDTH + gap;
  const across = Math.min(levels.length, inRow);
  const left = Math.max(right(around) - across * step + gap, ...nics.map((x) => x + gap));
  const middle_y = bottom(around) + drop + Math.max(0, hosts.length - 1) * (M.CABLE_STEP / 2);
  const down = M.MACHINE_HEIGHT + M.UNDER_BAR;
  const tallest = Math.max(1, ...levels.map((level) => level.length));
  return levels.flatMap((level, depth) => {
    const row = Math.floor(depth / inRow);
    // A further row is walked back, so that who comes next stands below.
    const column = row % 2 === 0 ? depth % inRow : inRow - 1 - (depth % inRow);
    return level.map((node, i): [NodeView, Rect] => {
      const y = middle_y - M.MACHINE_HEIGHT / 2 + (row * tallest + i) * down;
      return [node, { x: left + column * step, y, ...SIZE }];
    });
  });
}

/** The first level below its hosts' NICs, the second between them, what follows right of that in a row below. */
function underHosts(
  layout: Draft,
  machines: readonly NodeView[],
  levels: NodeView[][],
  drop: number,
): [NodeView, Rect][] {
  const around = union([...layout.machines.values()].map((box) => box.rect));
  const top_y = bottom(around) + drop;
  const step = M.MACHINE_WIDTH + M.NARROW_LEVEL_GAP;
  const wanted = levels[0]!.map((node) => ({ node, x: meanOf(layout, node, machines) ?? centre(around).x }));
  wanted.sort((a, b) => a.x - b.x);
  const placed: [NodeView, Rect][] = [];
  for (const { node, x } of wanted) {
    const least = placed.length === 0 ? Number.NEGATIVE_INFINITY : placed.at(-1)![1].x + step;
    placed.push([node, { x: Math.max(least, x - M.MACHINE_WIDTH / 2), y: top_y, ...SIZE }]);
  }
  const joined = levels[1] ?? [];
  const middle = (centre(placed[0]![1]).x + centre(placed.at(-1)![1]).x) / 2;
  const free = (x: number, y: number) => placed.every(([, r]) => r.y !== y || Math.abs(r.x - x) >= step);
  const down_y = top_y + M.MACHINE_HEIGHT + M.UNDER_BAR + M.LEVEL_GAP / 2;
  joined.forEach((node, i) => {
    const x = middle - M.MACHINE_WIDTH / 2 + i * step;
    placed.push([node, { x, y: free(x, top_y) ? top_y : down_y, ...SIZE }]);
  });
  let x = middle - M.MACHINE_WIDTH / 2;
  for (const node of levels.slice(2).flat()) {
    while (!free(x, down_y)) x += step;
    placed.push([node, { x, y: down_y, ...SIZE }]);
  }
  return placed;
}

/** In the middle of the NICs that a machine's cables lead to; null when none of them is a host's. */
function meanOf(layout: Draft, node: NodeView, machines: readonly NodeView[]): number | null {
  const peers = new Set(node.links.map((link) => link.peer));
  const nics = machines.flatMap((other) => other.links.filter((link) => peers.has(link.dev)).map((link) => link.dev));
  const xs = layout.wires
    .filter((wire) => wire.kind === "uplink" && nics.includes(wire.a))
    .map((w) => w.points.at(-1)!.x);
  return xs.length === 0 ? null : xs.reduce((sum, x) => sum + x, 0) / xs.length;
}

/** Breadth first from the hosts over the cables. What no cable reaches is the last level. */
function levelsOf(machines: readonly NodeView[]): NodeView[][] {
  const outside = machines.filter((node) => node.kind !== "docker-host");
  const levels: NodeView[][] = [];
  const seen = new Set(machines.filter((node) => node.kind === "docker-host").map((node) => node.id));
  while (seen.size < machines.length) {
    const near = outside.filter((node) => !seen.has(node.id) && joins(node, machines, seen));
    const level = near.length > 0 ? near : outside.filter((node) => !seen.has(node.id));
    levels.push(level);
    for (const node of level) seen.add(node.id);
  }
  return levels;
}

function joins(node: NodeView, machines: readonly NodeView[], seen: ReadonlySet<NodeId>): boolean {
  const peers = new Set(node.links.map((link) => link.peer));
  return machines.some((other) => seen.has(other.id) && other.links.some((link) => peers.has(link.dev)));
}
