/** Veth pairs of a host: which port stands where on its bar, and the way of each line. Local coordinates of the host. */
import type { DevId, LinkView, NodeId, NodeView } from "../../protocol/view.ts";
import { bottom, type Point, type Rect, right } from "./geometry.ts";
import type { BridgeBox, ContainerBox, Wire } from "./layout-types.ts";
import * as M from "./measures.ts";

interface Group {
  readonly bridge: LinkView | null;
  readonly cards: ReadonlyMap<NodeId, Rect>;
  readonly rowOf: ReadonlyMap<NodeId, number>;
}

interface Wiring {
  readonly pads: readonly (readonly [DevId, Point])[];
  readonly wires: readonly Wire[];
}

/** More ports than these on one bar: their names show only on demand. */
const NAMED_PORTS = 12;

/** Lines between the containers' interfaces and what their other ends hang on. */
export function veths(
  machine: NodeView,
  nodes: ReadonlyMap<NodeId, NodeView>,
  boxes: readonly ContainerBox[],
  bars: readonly BridgeBox[],
  groups: readonly Group[],
  stack: Rect,
): Wiring {
  const pads: [DevId, Point][] = [];
  const wires: Wire[] = [];
  const links = new Map(machine.links.map((link) => [link.dev, link]));
  const wired = new Set<DevId>();
  const lastPort = new Map<DevId, number>();
  const rowsOf = new Map(groups.map((group) => [group, Math.max(1, ...group.rowOf.values()) + 1]));
  for (const box of boxes) {
    const ends = (nodes.get(box.id)?.links ?? []).filter((link) => link.kind === "veth");
    ends.forEach((end, i) => {
      const offset = box.rect.width / 2 + (i - (ends.length - 1) / 2) * 64;
      const pad = { x: box.rect.x + offset, y: bottom(box.rect) };
      const host = end.peer === null ? undefined : links.get(end.peer);
      pads.push([end.dev, pad]);
      if (host === undefined) return;
      wired.add(host.dev);
      const bar = bars.find((b) => b.dev === host.master) ?? null;
      const group = groups.find((g) => g.bridge?.dev === host.master);
      const row = group?.rowOf.get(box.id) ?? 0;
      const home = group?.cards.get(box.id);
      const port = bar === null ? null : portPoint(bar, home, row, offset, rowsOf.get(group!) ?? 2, lastPort);
      const landing = port ?? { x: Math.min(pad.x, right(stack) - 20), y: stack.y };
      const named = (group?.cards.size ?? 0) <= NAMED_PORTS;
      const labelRise = named ? row * M.VETH_ZONE_ROW : -1;
      const id = `veth-${end.dev}`;
      pads.push([host.dev, landing]);
      wires.push({
        id,
        kind: "veth",
        a: end.dev,
        b: host.dev,
        points: wayDown(pad, landing, row),
        labelRise,
        labelDrop: 13 * i,
      });
    });
  }
  // Tunnels hang under the bar as gates.
  const loose = machine.links.filter(
    (link) => link.master !== null && !wired.has(link.dev) && !["bridge", "vxlan", "ipip"].includes(link.kind),
  );
  for (const link of loose) {
    const bar = bars.find((b) => b.dev === link.master);
    if (bar === undefined) continue;
    const port = sparePort(bar, lastPort);
    pads.push([link.dev, port]);
    const points = [{ x: port.x, y: port.y - 40 }, port];
    wires.push({ id: `veth-${link.dev}`, kind: "veth", a: -1, b: link.dev, points, labelRise: 0, labelDrop: 0 });
  }
  return { pads, wires };
}

/** Straight below its card for the lowest row; in the gutter to the right of it for the rows above. */
function portPoint(
  bar: BridgeBox,
  home: Rect | undefined,
  row: number,
  offset: number,
  rows: number,
  lastPort: Map<DevId, number>,
): Point {
  if (home === undefined) return sparePort(bar, lastPort);
  const lane = right(home) + (M.COLUMN_GAP * row) / rows;
  return { x: row === 0 ? home.x + offset : lane, y: bar.rect.y };
}

/** A place for a port that no card stands over: from the bar's right end inwards. */
function sparePort(bar: BridgeBox, lastPort: Map<DevId, number>): Point {
  const x = (lastPort.get(bar.dev) ?? right(bar.rect)) - 22;
  lastPort.set(bar.dev, x);
  return { x, y: bar.rect.y };
}

/** Down, across if need be, and down again. */
function wayDown(pad: Point, port: Point, row: number): Point[] {
  if (Math.abs(pad.x - port.x) < 0.5) return [pad, port];
  const below = pad.y + 31;
  const y = row > 0 && below < port.y ? below : (pad.y + port.y) / 2;
  return [pad, { x: pad.x, y }, { x: port.x, y }, port];
}
