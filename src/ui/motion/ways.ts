/** The way of each flight through the drawing: wires, the bar of a bridge, a host's stack. */

import { bridgeOf, type Flights, isStack, NOWHERE, type Place } from "./flights.ts";
import { along, centre, type Leg, type Path, type Point, pathOf } from "./geometry.ts";
import type { BridgeBox, Layout } from "./layout-types.ts";

/** Shares of a hop's time: along a bar, on the wire, through a stack or a plain machine. */
const BAR_SHARE = 0.42;
const WIRE_SHARE = 0.58;
const STACK_SHARE = 0.25;

/** Ways by flight's ends, for one layout. */
export interface Ways {
  readonly layout: Layout;
  readonly byEnds: Map<number, Path | null>;
}

export function createWays(layout: Layout): Ways {
  return { layout, byEnds: new Map() };
}

/** So many ways are remembered: with a thousand containers there would be a million. */
const MOST_WAYS = 20_000;

/** More devices than a world has; keeps three places apart in one number. */
const PLACES = 2 ** 17;

/** The way of a flight; null when an end of it is not drawn. */
export function wayOf(ways: Ways, from: Place, to: Place, via: Place): Path | null {
  const key = ((from + PLACES / 2) * PLACES + (to + PLACES / 2)) * PLACES + via + PLACES / 2;
  const known = ways.byEnds.get(key);
  if (known !== undefined) return known;
  const way = isStack(to) ? wayUp(ways.layout, from, to) : overOrInto(ways.layout, from, to, via);
  if (ways.byEnds.size >= MOST_WAYS) ways.byEnds.clear();
  ways.byEnds.set(key, way);
  return way;
}

function overOrInto(layout: Layout, from: Place, to: Place, via: Place): Path | null {
  if (from !== to) return wayOver(layout, from, to, via);
  return via === from ? wayOutOf(layout, from) : wayInto(layout, from, via);
}

/** Where a flight is at `t_ns`, written into `out`; false when it cannot be drawn. */
export function packetPosition(
  flights: Flights,
  flight: number,
  path: Path,
  t_ns: number,
  out: { x: number; y: number },
): void {
  const t0_ns = flights.t0_ns[flight]!;
  const took_ns = flights.t1_ns[flight]! - t0_ns;
  along(path, took_ns <= 0 ? 1 : Math.min(1, Math.max(0, (t_ns - t0_ns) / took_ns)), out);
}

/** How far beside its device a frame waits. */
const WAIT_ASIDE = 44;

/** Where a thing that ended at a device is drawn; null when the device is not drawn. */
export function placeOf(layout: Layout, dev: number): Point | null {
  return layout.pads.get(dev) ?? null;
}

/** Where the `nth` frame waits that wants to leave by a device: beside it; what leaves by a bridge waits in the stack. */
export function waitingPlace(layout: Layout, dev: number, nth: number): Point | null {
  const aside = WAIT_ASIDE + nth * 24;
  const up = layout.bridges.has(dev)
    ? layout.wires.find((w) => w.kind === "up" && w.a === dev)?.points.at(-1)
    : undefined;
  if (up !== undefined) return { x: up.x + aside, y: up.y };
  const pad = layout.pads.get(dev);
  return pad === undefined ? null : { x: pad.x - aside, y: pad.y };
}

/** From a port (or from the bridge itself) through the bar, and down to the host's stack. */
function wayUp(layout: Layout, from: Place, to: Place): Path | null {
  const bar = layout.bridges.get(bridgeOf(to));
  const stack = bar && stackPoints(layout, bar);
  if (bar === undefined || stack === undefined) return null;
  const port = from >= 0 ? layout.pads.get(from) : undefined;
  const start = port === undefined ? [] : [port, { x: port.x, y: bar.bus_y }];
  return pathOf([{ points: [...start, { x: bar.drop.x, y: bar.bus_y }, ...stack], share: 1 }]);
}

/** From the bridge's own interface to the middle of the stack. */
function stackPoints(layout: Layout, bar: BridgeBox): Point[] | undefined {
  const stack = layout.machines.get(bar.machine)?.stack;
  const wire = layout.wires.find((w) => w.kind === "up" && w.a === bar.dev);
  if (!stack || wire === undefined) return undefined;
  const middle = centre(stack);
  return [...wire.points, { x: wire.points.at(-1)!.x, y: middle.y }, middle];
}

function wayOver(layout: Layout, from: Place, to: Place, via: Place): Path | null {
  const wire = layout.wireOf.get(from) ?? layout.wireOf.get(to);
  if (wire === undefined || (wire.a !== from && wire.b !== from)) return null;
  const legs: Leg[] = [];
  const before = legBefore(layout, from, via);
  if (before !== null) legs.push(before);
  legs.push({ points: wire.a === from ? wire.points : wire.points.toReversed(), share: WIRE_SHARE });
  const into = innerWay(layout, to);
  if (into !== null) legs.push({ points: into.toReversed(), share: STACK_SHARE });
  return pathOf(legs);
}

/** How a frame comes to the device that it leaves by; null where it starts there, or has waited there. */
function legBefore(layout: Layout, from: number, via: Place): Leg | null {
  if (via === from) return null;
  const inner = innerWay(layout, from);
  if (inner !== null) return { points: throughStack(layout, from, via, inner), share: STACK_SHARE };
  const bar = layout.bridges.get(layout.masters.get(from) ?? NOWHERE);
  const pad = layout.pads.get(from);
  if (pad === undefined) return null;
  if (bar !== undefined) return alongBar(layout, bar, pad, via);
  const came = via >= 0 ? layout.pads.get(via) : undefined;
  if (came === undefined || layout.owners.get(via) !== layout.owners.get(from)) return null;
  return { points: throughMachine(layout, via, came, pad), share: STACK_SHARE };
}

/** Through a host's stack to one of its own devices: from where the frame came in, from a gate, or from the stack's middle. */
function throughStack(layout: Layout, from: number, via: Place, inner: readonly Point[]): readonly Point[] {
  const isOwn = via >= 0 && layout.owners.get(via) === layout.owners.get(from);
  const gate = isOwn ? layout.gates.get(via) : undefined;
  const out = gate && layout.wires.find((w) => w.kind === "gateOut" && w.a === via);
  if (gate !== undefined && out !== undefined && gate.master === null) {
    const last = out.points.at(-1)!;
    if (Math.abs(last.x - inner.at(-1)!.x) < 1) return [centre(gate.rect), ...out.points.slice(0, -1), inner.at(-1)!];
  }
  if (gate !== undefined && out !== undefined && gate.master !== null) {
    const entry = { x: out.points.at(-1)!.x, y: inner[0]!.y };
    return [centre(gate.rect), ...out.points, entry, ...inner];
  }
  const came = isOwn ? innerWay(layout, via) : null;
  const start = came === null || gate !== undefined ? middleOf(layout, from) : came[0]!;
  return start === null ? inner : [start, ...inner];
}

function middleOf(layout: Layout, dev: number): Point | null {
  const stack = layout.machines.get(layout.owners.get(dev) ?? "")?.stack;
  return stack ? centre(stack) : null;
}

function alongBar(layout: Layout, bar: BridgeBox, pad: Point, via: Place): Leg | null {
  const out = [{ x: pad.x, y: bar.bus_y }, pad];
  if (isStack(via)) {
    const down = stackPoints(layout, bar);
    if (down === undefined) return null;
    return { points: [...down.toReversed(), { x: bar.drop.x, y: bar.bus_y }, ...out], share: BAR_SHARE };
  }
  const came = via >= 0 ? layout.pads.get(via) : undefined;
  if (came === undefined) return null;
  return { points: [came, { x: came.x, y: bar.bus_y }, ...out], share: BAR_SHARE };
}

/** Into a tunnel device: along the bar that it is a port of, or through the stack. */
function wayInto(layout: Layout, dev: number, via: Place): Path | null {
  const gate = layout.gates.get(dev);
  if (gate === undefined) return null;
  const middle = centre(gate.rect);
  const bar = layout.bridges.get(gate.master ?? NOWHERE);
  const pad = layout.pads.get(dev);
  const isOwn = via >= 0 && layout.owners.get(via) === gate.machine && layout.masters.get(via) === undefined;
  if (bar !== undefined && pad !== undefined && !isOwn) {
    const along = alongBar(layout, bar, pad, via);
    return pathOf([{ points: [...(along?.points ?? [pad]), middle], share: 1 }]);
  }
  const came = isOwn ? innerWay(layout, via)?.[0] : undefined;
  const start = came ?? middleOf(layout, dev);
  const inner = innerWay(layout, dev) ?? underWay(layout, dev);
  if (inner === null) return null;
  return pathOf([{ points: start === null ? inner : [start, ...inner], share: 1 }]);
}

/** Out of a tunnel device, unwrapped: to the bridge that it is a port of, or to the middle of the stack. */
function wayOutOf(layout: Layout, dev: number): Path | null {
  const gate = layout.gates.get(dev);
  const pad = layout.pads.get(dev);
  if (gate === undefined || pad === undefined) return null;
  if (gate.master !== null) return pathOf([{ points: [centre(gate.rect), pad], share: 1 }]);
  const middle = middleOf(layout, dev);
  const inner = innerWay(layout, dev) ?? [pad];
  return pathOf([{ points: [...inner.toReversed(), ...(middle === null ? [] : [middle])], share: 1 }]);
}

/** Across a plain card: in at one side, over its middle, out at the other. */
function throughMachine(layout: Layout, via: number, came: Point, pad: Point): Point[] {
  const box = layout.machines.get(layout.owners.get(via) ?? "");
  if (box === undefined) return [came, pad];
  const mid = centre(box.rect);
  return [came, { x: mid.x, y: came.y }, { x: mid.x, y: pad.y }, pad];
}

/** From the level of a host's stack to a device of its own that no bridge has: a NIC, a tunnel, a veth; null for any other. */
function innerWay(layout: Layout, dev: number): readonly Point[] | null {
  const stack = layout.machines.get(layout.owners.get(dev) ?? "")?.stack;
  if (!stack || layout.masters.has(dev) || layout.bridges.has(dev)) return null;
  const middle_y = centre(stack).y;
  const wire = layout.wires.find((w) => (w.kind === "uplink" || w.kind === "gateIn") && w.a === dev);
  const pad = layout.pads.get(dev);
  if (wire === undefined) return pad === undefined ? null : [{ x: pad.x, y: middle_y }, pad];
  const gate = layout.gates.get(dev);
  const end = gate === undefined ? [] : [centre(gate.rect)];
  return [{ x: wire.points[0]!.x, y: middle_y }, ...wire.points, ...end];
}

/** From the level of the stack to a tunnel device that hangs under a bridge: the way that its wrapped frames take. */
function underWay(layout: Layout, dev: number): readonly Point[] | null {
  const gate = layout.gates.get(dev);
  const middle = middleOf(layout, dev);
  const wire = layout.wires.find((w) => w.kind === "gateOut" && w.a === dev);
  if (gate === undefined || middle === null || wire === undefined) return null;
  return [{ x: wire.points.at(-1)!.x, y: middle.y }, ...wire.points.toReversed(), centre(gate.rect)];
}
