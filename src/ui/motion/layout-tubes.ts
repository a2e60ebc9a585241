/** Tubes between tunnel devices of hosts that know each other: an overlay as it is, which no cable shows. Pure. */
import type { DevId, LinkView, NodeView } from "../../protocol/view.ts";
import { bottom, centre, type Point, type Rect, right } from "./geometry.ts";
import { tunnelsOf } from "./layout-gate.ts";
import type { GateBox, Tube } from "./layout-types.ts";
import * as M from "./measures.ts";

/** Two tunnel devices that belong together. `from` and `to` are numbers of hosts, `from` the smaller one. */
export interface Relation {
  readonly a: DevId;
  readonly b: DevId;
  readonly vni: number | null;
  readonly mutual: boolean;
  readonly from: number;
  readonly to: number;
  /** Which lane under the hosts it runs in; -1 for neighbours, which need none. */
  readonly lane: number;
}

/** Who knows whom, in the order of the hosts, each with its lane. */
export function relationsOf(hosts: readonly NodeView[]): Relation[] {
  const found: Omit<Relation, "lane">[] = [];
  hosts.forEach((host, from) => {
    for (const a of tunnelsOf(host)) {
      for (let to = from + 1; to < hosts.length; to++) {
        for (const b of tunnelsOf(hosts[to]!)) {
          if (!isAlike(a, b)) continue;
          const there = knows(host, a, hosts[to]!);
          const back = knows(hosts[to]!, b, host);
          if (!there && !back) continue;
          found.push({ a: a.dev, b: b.dev, vni: a.tunnel?.vni ?? null, mutual: there && back, from, to });
        }
      }
    }
  });
  return inLanes(found);
}

function isAlike(a: LinkView, b: LinkView): boolean {
  return a.kind === b.kind && a.tunnel?.vni === b.tunnel?.vni && a.tunnel?.port === b.tunnel?.port;
}

/** Whether the device sends anything to an address of the other host: by its remote, its FDB, or a route that leads into it. */
function knows(host: NodeView, tunnel: LinkView, other: NodeView): boolean {
  const ends = new Set<string | null | undefined>([
    tunnel.tunnel?.remote,
    ...(tunnel.fdb ?? []).map((entry) => entry.dst),
  ]);
  if (tunnel.kind === "ipip" && tunnel.tunnel?.remote == null) {
    for (const route of host.routes) if (route.dev === tunnel.dev) ends.add(route.gateway);
  }
  return other.links.some((link) => link.addresses.some((one) => ends.has(one.address)));
}

/** Neighbours first, then each in the first lane in which nothing is in its way. */
function inLanes(found: readonly Omit<Relation, "lane">[]): Relation[] {
  const lanes: { from: number; to: number }[][] = [];
  return found.map((one) => {
    if (one.to - one.from === 1) return { ...one, lane: -1 };
    let lane = lanes.findIndex((taken) => taken.every((other) => one.to <= other.from || one.from >= other.to));
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane]!.push(one);
    return { ...one, lane };
  });
}

/** How many lanes there are under the hosts. */
export function lanesOf(relations: readonly Relation[]): number {
  return Math.max(-1, ...relations.map((one) => one.lane)) + 1;
}

/** The tubes; `floor_y` is the hosts' lower edge. */
export function tubesOf(
  relations: readonly Relation[],
  gates: ReadonlyMap<DevId, GateBox>,
  rectOf: (host: number) => Rect,
  floor_y: number,
): Tube[] {
  const used = new Map<DevId, number>();
  return relations.flatMap((one) => {
    const [a, b] = [gates.get(one.a), gates.get(one.b)];
    if (a === undefined || b === undefined) return [];
    const points = one.lane < 0 ? across(a, b, rectOf(one.from), rectOf(one.to)) : below(a, b, one.lane, floor_y, used);
    const { a: from, b: to, vni, mutual } = one;
    return [{ id: `tube-${from}-${to}`, a: from, b: to, vni, mutual, points, label: middleOf(points) }];
  });
}

/** From side to side through the gap between two hosts, whichever stands left. */
function across(a: GateBox, b: GateBox, from: Rect, to: Rect): Point[] {
  const [l, r, left, far] = from.x <= to.x ? [a, b, from, to] : [b, a, to, from];
  const start = { x: right(l.rect), y: centre(l.rect).y };
  const end = { x: r.rect.x, y: centre(r.rect).y };
  if (Math.abs(start.y - end.y) < 1) return [start, end];
  const x = (right(left) + far.x) / 2;
  return [start, { x, y: start.y }, { x, y: end.y }, end];
}

/** Out of both gates' lower edges, and along under the hosts. */
function below(a: GateBox, b: GateBox, lane: number, floor_y: number, used: Map<DevId, number>): Point[] {
  const y = floor_y + M.TUBE_LANE * (lane + 0.75);
  const [start, end] = [a, b].map((gate) => {
    const nth = used.get(gate.dev) ?? 0;
    used.set(gate.dev, nth + 1);
    return { x: right(gate.rect) - 16 - 20 * nth, y: bottom(gate.rect) };
  }) as [Point, Point];
  return [start, { x: start.x, y }, { x: end.x, y }, end];
}

/** The middle of its longest level piece. */
function middleOf(points: readonly Point[]): Point {
  let best = points[0]!;
  let longest = -1;
  points.forEach((point, i) => {
    const before = points[i - 1];
    const length = before === undefined || before.y !== point.y ? -1 : Math.abs(point.x - before.x);
    if (length <= longest) return;
    longest = length;
    best = { x: (before!.x + point.x) / 2, y: point.y };
  });
  return best;
}
