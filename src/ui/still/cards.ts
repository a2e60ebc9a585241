// Cards of a still picture: hosts, containers, machines outside, tunnel devices. They look as in canvas/nodes.

import type { NodeView } from "../../protocol/view.ts";
import { listenersText } from "../canvas/nodes/machine-card.tsx";
import { addressOf } from "../canvas/nodes/use-node.ts";
import { bottom, centre, type Rect, right } from "../motion/geometry.ts";
import type { ContainerBox, GateBox, MachineBox } from "../motion/layout-types.ts";
import { NEIGHBOURS_SHOWN, OPEN_ROWS_SHOWN, shownNeighbours } from "../motion/measures.ts";
import { imageOf, lifeOf } from "../store/node-kinds.ts";
import { type Brush, box, edge, group, word } from "./brush.ts";
import { neighbours, neighboursHeight, parts } from "./parts.ts";
import { element, widthOf } from "./svg.ts";
import { mix } from "./theme-colours.ts";

const DASHES = "4 3";

export function machine(b: Brush, { id, rect, stack }: MachineBox): string {
  const node = b.node(id);
  if (node === undefined) return "";
  return stack === null ? outside(b, node, rect) : host(b, node, rect, stack);
}

function host(b: Brush, node: NodeView, rect: Rect, stack: Rect): string {
  const name = { px: 14, bold: true, fill: b.colour("ink") };
  const small = { px: 11.5, mono: true, fill: b.colour("faint") };
  const after_x = rect.x + 31 + widthOf(node.name, name);
  const about = `${b.t.machineKind[node.kind]} · ${addressOf(node)}`;
  return group([
    box(rect, 18, { fill: b.colour("paper"), stroke: b.colour("line") }),
    word(b, node.name, rect.x + 22, rect.y + 28, name),
    word(b, about, after_x, rect.y + 28, { ...small, width: right(rect) - after_x - 14 }),
    ownStack(b, node, stack),
  ]);
}

/** A host's own stack: its ways, who listens, its neighbours, and its parts where it is opened. */
function ownStack(b: Brush, node: NodeView, stack: Rect): string {
  const x = stack.x + 14;
  const width = stack.width - 28;
  const title = { px: 12, bold: true, fill: b.colour("soft"), width };
  const own = b.t.ownStack(node.name);
  const parts_x = x + 4 + widthOf(own, title);
  const small = { px: 11, mono: true, fill: b.colour("faint"), width };
  const listens = listenersText(node, b.nodes);
  const listens_x = x + 6 + widthOf(b.t.listening, { px: 11 });
  const table_y = stack.y + (listens === "" ? 50 : 68);
  const at = { x, y: table_y, width: Math.min(238, width) };
  const shown = shownNeighbours(node);
  return group([
    box(stack, 11, { fill: b.colour("sunk"), stroke: b.colour("line") }),
    word(b, own, x, stack.y + 24, title),
    word(b, b.t.stackParts, parts_x, stack.y + 24, { px: 12, fill: b.colour("faint"), width: x + width - parts_x }),
    word(b, b.t.stackWay, x, stack.y + 41, small),
    listens === "" ? "" : word(b, b.t.listening, x, stack.y + 59, { px: 11, fill: b.colour("faint") }),
    listens === ""
      ? ""
      : word(b, listens, listens_x, stack.y + 59, { ...small, fill: b.colour("soft"), width: x + width - listens_x }),
    neighbours(b, shown, NEIGHBOURS_SHOWN, at),
    b.open.has(node.id) ? parts(b, node, { ...at, y: table_y + neighboursHeight(shown.length, NEIGHBOURS_SHOWN) }) : "",
  ]);
}

function outside(b: Brush, node: NodeView, rect: Rect): string {
  const isSwitch = node.kind === "switch";
  const isServer = node.kind === "server";
  const kind = b.t.machineKind[node.kind];
  const address = node.links.flatMap((l) => l.addresses.map((a) => a.address)).find((a) => a !== "127.0.0.1") ?? "";
  const mid = centre(rect);
  const x = isServer ? mid.x : rect.x + (isSwitch ? 59 : 16);
  const anchor = isServer ? { anchor: "middle" as const } : {};
  const name = { px: 13, bold: true, fill: b.colour("ink"), ...anchor };
  const note = { px: 11.5, fill: b.colour("faint") };
  const below = isSwitch
    ? word(b, kind, x, mid.y + 15, note)
    : word(b, address, x, mid.y + 15, { ...note, px: 11, mono: true, ...anchor });
  return group([
    box(rect, isServer ? rect.height / 2 : 13, { fill: b.colour("raised"), stroke: edge(b) }),
    isSwitch ? switchGlyph(b, rect.x + 12, mid.y - 10) : "",
    word(b, node.name, x, mid.y - 4, name),
    node.kind === "router" ? word(b, kind, x + 6 + widthOf(node.name, name), mid.y - 4, note) : "",
    below,
  ]);
}

function switchGlyph(b: Brush, x: number, y: number): string {
  const wire = b.colour("wire");
  const ports = [5, 11, 17, 23].map((at) => element("rect", { x: at, y: 9, width: 4, height: 4, rx: 1, fill: wire }));
  const body = element("rect", { x: 1, y: 3, width: 32, height: 14, rx: 3, fill: "none", stroke: wire });
  const lamp = element("circle", { cx: 29, cy: 11, r: 1.3, fill: b.colour("tcp") });
  return group([body, ...ports, lamp], { transform: `translate(${x} ${y})` });
}

export function container(b: Brush, { id, stand, rect }: ContainerBox): string {
  const node = b.node(id);
  if (node === undefined) return "";
  return stand === "host" || stand === "shared" ? docked(b, node, rect, stand) : card(b, node, rect);
}

function card(b: Brush, node: NodeView, rect: Rect): string {
  const running = lifeOf(node) === "running";
  const open = b.open.has(node.id);
  const shown = shownNeighbours(node);
  const most = open ? OPEN_ROWS_SHOWN : NEIGHBOURS_SHOWN;
  const name = { px: 13, bold: true, fill: b.colour(running ? "ink" : "faint"), width: rect.width - 24 };
  const image_x = rect.x + 19 + widthOf(node.name, name);
  const inside = { x: rect.x + 12, y: rect.y + 48, width: rect.width - 24 };
  return group([
    box(rect, 13, {
      fill: b.colour(running ? "raised" : "sunk"),
      stroke: edge(b),
      "stroke-dasharray": running ? undefined : DASHES,
    }),
    word(b, node.name, rect.x + 12, rect.y + 24, name),
    word(b, imageOf(node), image_x, rect.y + 24, {
      px: 11.5,
      fill: b.colour("faint"),
      width: right(rect) - image_x - 10,
    }),
    word(b, addressOf(node) || stateOf(b, node), rect.x + 12, rect.y + 41.5, {
      px: 11.5,
      mono: true,
      fill: b.colour("soft"),
      width: rect.width - 24,
    }),
    neighbours(b, shown, most, inside),
    open ? parts(b, node, { ...inside, y: inside.y + neighboursHeight(shown.length, most) }) : "",
    ...pads(b, node, rect),
  ]);
}

function stateOf(b: Brush, node: NodeView): string {
  const state = lifeOf(node);
  return state === "running" ? b.t.onlyLoopback : state === "exited" ? b.t.stopped : b.t.created;
}

function pads(b: Brush, node: NodeView, rect: Rect): string[] {
  const ends = node.links.filter((link) => link.kind === "veth");
  return ends.map((link, i) => {
    const x = centre(rect).x + (i - (ends.length - 1) / 2) * 64;
    return pad(b, link.name, x, bottom(rect), link.up && link.carrier, 46);
  });
}

/** An interface's name on the edge of its card. */
export function pad(b: Brush, name: string, x: number, y: number, up: boolean, least: number): string {
  const type = { px: 11.1, mono: true };
  const width = Math.max(least, widthOf(name, type) + 16);
  const look = up ? { fill: b.colour("inverse") } : { fill: b.colour("paper"), stroke: b.colour("faint") };
  return group([
    box({ x: x - width / 2, y: y - 10, width, height: 20 }, 6, look),
    word(b, name, x, y + 3.9, { ...type, anchor: "middle", fill: b.colour(up ? "on-inverse" : "faint") }),
  ]);
}

/** On its owner's card, or in the host's stack. */
function docked(b: Brush, node: NodeView, rect: Rect, stand: "host" | "shared"): string {
  const owner = b.node(node.netnsOwner)?.name ?? "?";
  const note = stand === "host" ? b.t.onHostNetwork : b.t.sharesWith(owner);
  const y = centre(rect).y + 4;
  const name = { px: 12, bold: true, fill: b.colour("ink"), width: rect.width - 20 };
  const x = rect.x + 17 + widthOf(node.name, name);
  return group([
    box(rect, 8, { fill: b.colour("raised"), stroke: edge(b) }),
    word(b, node.name, rect.x + 10, y, name),
    word(b, note, x, y, { px: 11, fill: b.colour("faint"), width: right(rect) - x - 8 }),
  ]);
}

export function gate(b: Brush, { dev, rect }: GateBox): string {
  const link = b.link(dev);
  if (link === undefined) return "";
  const vxlan = b.colour("vxlan");
  const side = (x: number) => box({ x, y: rect.y, width: 5, height: rect.height }, 2.5, { fill: vxlan });
  const kind = b.t.tunnel(link.kind === "ipip" ? null : (link.tunnel?.vni ?? null));
  const fill = link.up ? mix(vxlan, 0.16, b.colour("paper")) : b.colour("sunk");
  const dash = link.up ? undefined : DASHES;
  return group([
    box(rect, 7, { fill, stroke: vxlan, "stroke-width": 1.5, "stroke-dasharray": dash }),
    side(rect.x),
    side(right(rect) - 5),
    word(b, link.name, rect.x + 16, rect.y + 16.5, { px: 11.5, mono: true, bold: true, fill: b.colour("ink") }),
    word(b, kind, rect.x + 16, rect.y + 31, { px: 11, mono: true, fill: b.colour("soft") }),
  ]);
}
