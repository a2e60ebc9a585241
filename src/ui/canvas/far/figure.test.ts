import { expect, test } from "vitest";
import type { NodeView } from "../../../protocol/view.ts";
import { centre } from "../../motion/geometry.ts";
import { layOut } from "../../motion/layout.ts";
import { oneHost } from "../../motion/testing.ts";
import type { Device, World } from "../../store/stores.ts";
import { figureOf, hitFigure, refreshFigure } from "./figure.ts";

const views = oneHost(3);

function worldOf(nodes: readonly NodeView[], version: number): World {
  const devices = new Map<number, Device>();
  for (const node of nodes) for (const link of node.links) devices.set(link.dev, { link, node: node.id, gone: false });
  return {
    nodes: Object.fromEntries(nodes.map((n) => [n.id, n])),
    nodeIds: nodes.map((n) => n.id),
    devices,
    version,
  };
}

const layout = layOut(views, { previous: null, placed: {}, open: new Set() });
const card = layout.containers.get("hostA/nginx-2")!;
const none = new Set<string>();

test("says what the world says, also when it changes", () => {
  const figure = figureOf(layout);
  refreshFigure(figure, worldOf(views, 1));
  expect(figure.cards.map((one) => [one.name, one.address, one.running])).toEqual([
    ["nginx-1", "172.17.0.2/16", true],
    ["nginx-2", "172.17.0.3/16", true],
    ["nginx-3", "172.17.0.4/16", true],
  ]);
  expect(figure.wires.every((one) => one.carries)).toBe(true);
  const cut = views.map((node) => ({
    ...node,
    links: node.links.map((link) => (node.id === card.id && link.kind === "veth" ? { ...link, up: false } : link)),
  }));
  refreshFigure(figure, worldOf(cut, 2));
  const broken = figure.wires.filter((one) => !one.carries).map((one) => one.wire);
  expect(broken.map((wire) => layout.owners.get(wire.a))).toEqual([card.id]);
});

test("finds a card, a line beside it, and nothing on the ground", () => {
  const figure = figureOf(layout);
  expect(hitFigure(figure, centre(card.rect), 1, none)).toEqual({ type: "node", id: card.id });
  const wire = layout.wires.find((one) => one.kind === "veth" && layout.owners.get(one.a) === card.id)!;
  const [a, b] = [wire.points.at(-2)!, wire.points.at(-1)!];
  const beside = { x: (a.x + b.x) / 2 + 5, y: (a.y + b.y) / 2 };
  expect(hitFigure(figure, beside, 1, none)).toEqual({ type: "wire", id: wire.id });
  // From twice as far the reach is twice as long.
  expect(hitFigure(figure, { ...beside, x: beside.x + 6 }, 1, none)).toBeNull();
  expect(hitFigure(figure, { ...beside, x: beside.x + 6 }, 0.5, none)).toEqual({ type: "wire", id: wire.id });
});

test("a card that is an element takes the pointer itself", () => {
  expect(hitFigure(figureOf(layout), centre(card.rect), 1, new Set([card.id]))).toBeNull();
});
