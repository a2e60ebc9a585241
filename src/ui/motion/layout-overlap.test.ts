import fc from "fast-check";
import { expect, test } from "vitest";
import type { LinkView, NodeView } from "../../protocol/view.ts";
import { contains, overlaps, type Rect } from "./geometry.ts";
import { layOut } from "./layout.ts";
import type { Layout, LayoutOptions } from "./layout-types.ts";
import { address, container, link, neighbour, node, oneHost, outside, vxlan } from "./testing.ts";

/** Rectangles that stand beside each other, by name: cards, bars, tables, gates, stacks. Docked pills stand in their stack. */
function solids(layout: Layout): [string, Rect][] {
  return [
    ...[...layout.containers.values()].filter((b) => b.stand !== "host").map((b): [string, Rect] => [b.id, b.rect]),
    ...[...layout.bridges.values()].flatMap((b): [string, Rect][] => [
      [`bar ${b.dev}`, b.rect],
      ...(b.fdb === null ? [] : [[`fdb ${b.dev}`, b.fdb] satisfies [string, Rect]]),
    ]),
    ...[...layout.gates.values()].map((g): [string, Rect] => [`gate ${g.dev}`, g.rect]),
    ...[...layout.machines.values()].map((m): [string, Rect] => [m.id, m.stack ?? m.rect]),
  ];
}

/** Names at both ends of a veth, as the lines draw them at zoom 1: 6.7 px a letter, beside their line. */
function labels(layout: Layout, names: ReadonlyMap<number, string>): [string, Rect][] {
  return layout.wires.flatMap((wire): [string, Rect][] => {
    if (wire.kind !== "veth" || wire.labelRise < 0) return [];
    const [start, end] = [wire.points[0]!, wire.points.at(-1)!];
    const width = (dev: number) => (names.get(dev)?.length ?? 0) * 6.7;
    const y = end.y - 11 - wire.labelRise;
    const x = wire.labelRise > 0 ? end.x - 9 - width(wire.b) : end.x + 9;
    return [
      [`name of ${wire.a}`, { x: start.x + 9, y: start.y + 15 + wire.labelDrop, width: width(wire.a), height: 12 }],
      [`name of ${wire.b}`, { x, y: y - 10, width: width(wire.b), height: 12 }],
    ];
  });
}

function overlapping(boxes: readonly [string, Rect][]): string[] {
  return boxes.flatMap(([a, ra], i) =>
    boxes.slice(i + 1).flatMap(([b, rb]) => (overlaps(ra, rb) ? [`${a} / ${b}`] : [])),
  );
}

/** All that is in the way of something else. */
function collisions(views: readonly NodeView[], layout: Layout): string[] {
  const boxes = solids(layout);
  const names = new Map(
    views.flatMap(({ links }) => links.map((l) => [l.dev, `${l.ifindex}: ${l.name}@if${l.peerIfindex}`])),
  );
  const machines = [...layout.machines.values()].map(({ id, rect }): [string, Rect] => [id, rect]);
  const covered = labels(layout, names).flatMap(([name, label]) =>
    boxes.flatMap(([box, rect]) => (overlaps(label, rect) ? [`${name} over ${box}`] : [])),
  );
  const astray = [...layout.containers.values()].flatMap(({ id, machine, rect }) => {
    const host = layout.machines.get(machine)!.rect;
    const corners = [rect, { x: rect.x + rect.width, y: rect.y + rect.height }];
    return corners.every((corner) => contains(host, corner)) ? [] : [`${id} outside ${machine}`];
  });
  return [...overlapping(boxes), ...overlapping(machines), ...covered, ...astray];
}

interface HostPlan {
  readonly containers: number;
  readonly second: number;
  readonly docked: number;
  readonly shared: number;
  readonly alone: number;
  readonly neighbours: number;
  readonly tunnel: boolean;
}

const hostPlan = fc.record<HostPlan>({
  containers: fc.integer({ min: 0, max: 14 }),
  second: fc.integer({ min: 0, max: 5 }),
  docked: fc.integer({ min: 0, max: 4 }),
  shared: fc.integer({ min: 0, max: 2 }),
  alone: fc.integer({ min: 0, max: 3 }),
  neighbours: fc.integer({ min: 0, max: 6 }),
  tunnel: fc.boolean(),
});

/** A host as planned: docker0, perhaps a second bridge with containers of its own, some without a card or a network of their own. */
function hostOf(plan: HostPlan, name: string, base: number): NodeView[] {
  const [host, ...plugged] = oneHost(plan.containers, name, base);
  const bridge = base + 7;
  const made: NodeView[] = [];
  const ends: LinkView[] = [];
  for (let i = 0; i < plan.second; i++) {
    const inner = base + 500 + 2 * i;
    const eth0 = link(inner, "eth0", "veth", {
      peer: inner + 1,
      peerIfindex: inner + 1,
      addresses: address(`172.18.0.${i + 2}/16`),
    });
    made.push(container(`blue-${i}`, name, [eth0], { networkMode: "blue" }));
    ends.push(link(inner + 1, `veth${inner}`, "veth", { peer: inner, peerIfindex: inner, master: bridge }));
  }
  for (let i = 0; i < plan.docked; i++) {
    made.push({ ...container(`web-${i}`, name, [], { networkMode: "host" }), netnsOwner: name });
  }
  for (let i = 0; i < plan.alone; i++) made.push(container(`alone-${i}`, name, [], { networkMode: "none" }));
  const owner = plugged[0];
  for (let i = 0; i < plan.shared && owner !== undefined; i++) {
    made.push({ ...container(`side-${i}`, name, [], { networkMode: "container:x" }), netnsOwner: owner.id });
  }
  const neighbours = Array.from({ length: plan.neighbours }, (_, i) =>
    neighbour(`10.0.0.${i}`, base + 2, null, "STALE"),
  );
  const extra = plan.second > 0 ? [link(bridge, "br-blue", "bridge", { fdb: [] }), ...ends] : [];
  const tunnel = plan.tunnel ? [vxlan(base, [])] : [];
  return [{ ...host!, neighbours, links: [...host!.links, ...extra, ...tunnel] }, ...plugged, ...made];
}

const scene = fc
  .record({
    hosts: fc.array(hostPlan, { minLength: 1, maxLength: 3 }),
    narrow: fc.boolean(),
    open: fc.array(fc.nat(20), { maxLength: 4 }),
  })
  .map(({ hosts, narrow, open }) => {
    const bases = hosts.map((_, i) => i * 1000);
    const views = [...hosts.flatMap((plan, i) => hostOf(plan, `host${"ABC"[i]}`, bases[i]!)), ...outside(bases)];
    const opened = new Set(open.flatMap((n) => views[n % views.length]?.id ?? []));
    return { views, options: { previous: null, placed: {}, open: opened, narrow } satisfies LayoutOptions };
  });

test("the tidy drawing of any scene: no two cards overlap, no name covers a card, no card stands outside its host", () => {
  fc.assert(
    fc.property(scene, ({ views, options }) => {
      expect(collisions(views, layOut(views, options))).toEqual([]);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("neither when containers come, go and open one after the other", () => {
  fc.assert(
    fc.property(scene, fc.array(fc.nat(40), { maxLength: 6 }), ({ views, options }, gone) => {
      let layout = layOut(views, options);
      for (const n of gone) {
        const left = views.filter((view, i) => view.kind !== "container" || i % 7 !== n % 7);
        layout = layOut(left, { ...options, previous: layout });
        expect(collisions(left, layout)).toEqual([]);
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("a stand of a node alone", () => {
  const views = [node("a", "server"), node("b", "router")];
  expect(collisions(views, layOut(views, { previous: null, placed: {}, open: new Set() }))).toEqual([]);
});
