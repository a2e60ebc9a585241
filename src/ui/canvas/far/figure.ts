/** What the canvas draws of the world, read once and kept until a node, a device or the layout is another. */

import type { DevId, LinkView, NodeId, NodeView } from "../../../protocol/view.ts";
import { bottom, distanceTo, overlaps, type Point, type Rect, right, union } from "../../motion/geometry.ts";
import type { ContainerBox, Layout, Wire } from "../../motion/layout-types.ts";
import { lifeOf } from "../../store/node-kinds.ts";
import type { World } from "../../store/stores.ts";
import { addressOf } from "../nodes/use-node.ts";
import type { Hit } from "../view.ts";
import { wireState } from "../wires.tsx";

export interface CardFigure {
  readonly box: ContainerBox;
  node: NodeView | undefined;
  name: string;
  /** "172.17.0.2/16", or "". */
  address: string;
  running: boolean;
  busy: boolean;
}

export interface WireFigure {
  readonly wire: Wire;
  /** The smallest box around it. */
  readonly area: Rect;
  a: LinkView | undefined;
  b: LinkView | undefined;
  carries: boolean;
}

export interface Figure {
  readonly layout: Layout;
  readonly cards: readonly CardFigure[];
  readonly wires: readonly WireFigure[];
  /** Least distance between two veths that run beside each other. */
  readonly lane: number;
  /** The world's version that it shows. */
  version: number;
}

/** A figure of the layout; what it says of the world comes with `refreshFigure`. */
export function figureOf(layout: Layout): Figure {
  return {
    layout,
    cards: [...layout.containers.values()].map((box) => ({
      box,
      node: undefined,
      name: "",
      address: "",
      running: true,
      busy: false,
    })),
    wires: layout.wires.map((wire) => ({
      wire,
      area: union(wire.points.map((p) => ({ ...p, width: 0, height: 0 }))),
      a: undefined,
      b: undefined,
      carries: true,
    })),
    lane: laneOf(layout.wires),
    version: -1,
  };
}

function laneOf(wires: readonly Wire[]): number {
  const ends = wires.filter((wire) => wire.kind === "veth").map((wire) => wire.points.at(-1)!.x);
  ends.sort((a, b) => a - b);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < ends.length; i++) {
    const gap = ends[i]! - ends[i - 1]!;
    if (gap > 0.01) least = Math.min(least, gap);
  }
  return least;
}

/** Brings it to the world's present version. Nodes and devices that are the same objects as before cost nothing. */
export function refreshFigure(figure: Figure, world: World): void {
  if (figure.version === world.version) return;
  figure.version = world.version;
  for (const card of figure.cards) {
    const node = world.nodes[card.box.id];
    if (node === card.node || node === undefined) continue;
    card.node = node;
    card.name = node.name;
    card.address = addressOf(node);
    card.running = lifeOf(node) === "running";
    card.busy = node.busy;
  }
  const link = (dev: DevId) => (dev < 0 ? undefined : world.devices.get(dev)?.link);
  for (const one of figure.wires) {
    const a = link(one.wire.a);
    const b = link(one.wire.b);
    if (a === one.a && b === one.b) continue;
    one.a = a;
    one.b = b;
    one.carries = wireState(a, b) === "up";
  }
}

/** How near one must come to a line, px. */
const REACH_PX = 7;

/** What lies at a point of the drawing: the topmost container, else the nearest veth. */
export function hitFigure(figure: Figure, at: Point, zoom: number, skip: ReadonlySet<NodeId>): Hit | null {
  for (const { box } of figure.cards) {
    const { rect } = box;
    if (at.x >= rect.x && at.x <= right(rect) && at.y >= rect.y && at.y <= bottom(rect))
      return skip.has(box.id) ? null : { type: "node", id: box.id };
  }
  const reach = REACH_PX / zoom;
  const around = { x: at.x - reach, y: at.y - reach, width: 2 * reach, height: 2 * reach };
  let best: Hit | null = null;
  let nearest = reach;
  for (const { wire, area } of figure.wires) {
    if (wire.kind !== "veth" || !overlaps({ ...area, width: area.width + 0.1, height: area.height + 0.1 }, around))
      continue;
    const away = distanceTo(wire.points, at);
    if (away >= nearest) continue;
    nearest = away;
    best = { type: "wire", id: wire.id };
  }
  return best;
}
