// Lines of a still picture: tubes below everything, cables and veth pairs, the host's inner ways. They look as on the canvas.
import { linkName } from "../canvas/nodes/use-node.ts";
import { wireState } from "../canvas/wires.tsx";
import { type Point, svgPath } from "../motion/geometry.ts";
import type { Tube, Wire, WireKind } from "../motion/layout-types.ts";
import { type Brush, box, group, word } from "./brush.ts";
import { pad } from "./cards.ts";
import { type Attributes, element, short, widthOf } from "./svg.ts";
import { mix } from "./theme-colours.ts";

export function tube(b: Brush, { points, label, vni, mutual }: Tube): string {
  const line = { d: svgPath(points, 12), fill: "none", stroke: b.colour("vxlan") };
  const name = b.t.tunnel(vni);
  const type = { px: 11, mono: true, bold: true, anchor: "middle" as const, fill: b.colour("ink") };
  const width = widthOf(name, type) + 16;
  const plate = { x: label.x - width / 2, y: label.y - 9, width, height: 18 };
  return group([
    element("path", { ...line, "stroke-width": 15, "stroke-opacity": 0.2 }),
    element("path", {
      ...line,
      "stroke-width": 1.5,
      "stroke-opacity": 0.85,
      "stroke-dasharray": mutual ? "7 6" : "2 8",
    }),
    box(plate, 9, { fill: b.colour("paper"), stroke: b.colour("vxlan") }),
    word(b, name, label.x, label.y + 3.9, type),
  ]);
}

function lineOf(b: Brush, kind: WireKind): Attributes {
  const wire = b.colour("wire");
  const looks: Readonly<Record<WireKind, Attributes>> = {
    veth: { stroke: wire, "stroke-width": 1.75 },
    cable: { stroke: wire, "stroke-width": 5.5 },
    up: { stroke: b.colour("accent-line"), "stroke-width": 3, "stroke-dasharray": "0.1 6" },
    uplink: { stroke: wire, "stroke-width": 5 },
    gateIn: { stroke: b.colour("accent-line"), "stroke-width": 2 },
    gateOut: { stroke: b.colour("vxlan"), "stroke-width": 2.5, "stroke-dasharray": "6 4" },
  };
  return { fill: "none", "stroke-linecap": "round", ...looks[kind] };
}

export function wire(b: Brush, one: Wire): string {
  const d = svgPath(one.points);
  const line = lineOf(b, one.kind);
  const core = (width: number) =>
    element("path", { d, fill: "none", stroke: b.colour("paper"), "stroke-width": width });
  if (one.b < 0) return element("path", { d, ...line }) + (one.kind === "uplink" ? core(1.75) : "");
  const state = wireState(b.link(one.a), b.link(one.b));
  const broken = { stroke: mix(b.colour("wire"), 0.7, b.colour("paper")), "stroke-dasharray": "5 5" };
  return [
    element("path", { d, ...line, ...(state === "up" ? {} : broken) }),
    one.kind === "cable" ? core(2.5) + plug(b, one.points[0]!, one.points[1]!) : "",
    one.kind === "cable" ? plug(b, one.points.at(-1)!, one.points.at(-2)!) : "",
    state === "up" ? "" : breakOf(b, one, state === "down"),
  ].join("");
}

/** What makes a line a cable: a plug at each end. */
function plug(b: Brush, at: Point, towards: Point): string {
  const turn = (Math.atan2(towards.y - at.y, towards.x - at.x) * 180) / Math.PI;
  const transform = `translate(${short(at.x)} ${short(at.y)}) rotate(${short(turn)})`;
  return element("path", { d: "M0 -4.5h8.5v2.5h3v4h-3v2.5h-8.5z", fill: b.colour("wire"), transform });
}

/** Where a line that doesn't carry is open: crossed where an end is down, else a ring. */
function breakOf(b: Brush, { points }: Wire, cut: boolean): string {
  const [from, to] = [points.at(-2)!, points.at(-1)!];
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const drop = b.colour("drop");
  const cross = { d: `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`, stroke: drop, "stroke-width": 2, "stroke-linecap": "round" };
  return (
    element("circle", { cx: x, cy: y, r: 9, fill: b.colour("paper"), stroke: drop, "stroke-width": 1.5 }) +
    (cut ? element("path", cross) : "")
  );
}

/** Names at the ends of a veth pair; drawn over all lines. */
export function vethNames(b: Brush, one: Wire): string {
  if (one.kind !== "veth" || one.labelRise < 0) return "";
  const [first, last] = [b.link(one.a), b.link(one.b)];
  const [start, end] = [one.points[0]!, one.points.at(-1)!];
  const raised = one.labelRise > 0;
  const y = end.y - 11 - one.labelRise;
  const type = { px: 11, mono: true, fill: b.colour("faint"), halo: b.colour("paper") };
  const left = { anchor: "end" as const };
  const port = last?.portNo ?? null;
  const portType = { ...type, fill: b.colour("accent-ink"), ...(raised ? {} : left) };
  return group([
    first === undefined ? "" : word(b, linkName(first), start.x + 9, start.y + 25 + one.labelDrop, type),
    last === undefined
      ? ""
      : word(b, linkName(last), end.x + (raised ? -9 : 9), y, { ...type, ...(raised ? left : {}) }),
    port === null ? "" : word(b, b.t.port(port), end.x + (raised ? 9 : -9), y, portType),
  ]);
}

/** A host's NIC on the lower edge of its card. */
export function nic(b: Brush, one: Wire): string {
  const link = b.link(one.a);
  const at = one.points.at(-1);
  if (one.kind !== "uplink" || link === undefined || at === undefined) return "";
  const name = { px: 11, mono: true, fill: b.colour("faint"), halo: b.colour("ground"), anchor: "end" as const };
  return (
    pad(b, link.name, at.x, at.y, link.up && link.carrier, 40) + word(b, linkName(link), at.x - 9, at.y + 26, name)
  );
}
