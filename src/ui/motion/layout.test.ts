import { describe, expect, test } from "vitest";
import type { NodeView } from "../../protocol/view.ts";
import { createFlights, NOWHERE, stackOf } from "./flights.ts";
import { along, bottom, centre, contains, overlaps, type Rect } from "./geometry.ts";
import { layOut } from "./layout.ts";
import type { Layout, LayoutOptions } from "./layout-types.ts";
import { container, DOCKER0, HOST_NIC, link, oneHost, outside, SWITCH_PORT } from "./testing.ts";
import { createWays, packetPosition, wayOf } from "./ways.ts";

const FRESH: LayoutOptions = { previous: null, placed: {}, open: new Set() };
const draw = (views: readonly NodeView[], options: Partial<LayoutOptions> = {}) =>
  layOut(views, { ...FRESH, ...options });

/** Every pair of boxes of which neither is meant to stand in the other. */
function collisions(layout: Layout): string[] {
  const solid: [string, Rect][] = [
    ...[...layout.containers.values()].filter((b) => b.stand !== "host").map((b): [string, Rect] => [b.id, b.rect]),
    ...[...layout.bridges.values()].flatMap((b): [string, Rect][] => [
      [`bar ${b.dev}`, b.rect],
      [`fdb ${b.dev}`, b.fdb],
    ]),
    ...[...layout.machines.values()].map((m): [string, Rect] => [m.id, m.stack ?? m.rect]),
  ];
  const found: string[] = [];
  solid.forEach(([a, ra], i) => {
    for (const [b, rb] of solid.slice(i + 1)) if (overlaps(ra, rb)) found.push(`${a} / ${b}`);
  });
  const machines = [...layout.machines.values()];
  machines.forEach((a, i) => {
    for (const b of machines.slice(i + 1)) if (overlaps(a.rect, b.rect)) found.push(`${a.id} / ${b.id}`);
  });
  return found;
}

describe("nothing overlaps", () => {
  test.each([0, 1, 3, 4, 5, 9, 13, 40, 200])("with %d containers", (count) => {
    const layout = draw([...oneHost(count), ...outside()]);
    expect(collisions(layout)).toEqual([]);
    for (const box of layout.containers.values()) {
      expect(contains(layout.machines.get("hostA")!.rect, centre(box.rect))).toBe(true);
    }
  });

  test.each([0, 1, 3, 6, 7])("in a narrow window with %d containers, which is as wide as a phone can show", (count) => {
    const layout = draw([...oneHost(count), ...outside()], { narrow: true });
    expect(collisions(layout)).toEqual([]);
    if (count <= 6) expect(layout.bounds.width).toBeLessThan(545);
  });

  test("with two hosts of eight containers, their cables included", () => {
    const layout = draw([...oneHost(8), ...oneHost(8, "hostB", 1000), ...outside([0, 1000])]);
    expect(collisions(layout)).toEqual([]);
    const cables = layout.wires.filter((wire) => wire.kind === "cable");
    expect(cables).toHaveLength(4);
  });

  test("with two bridges, a container on each, one without a network, one that shares, one in the host's stack", () => {
    const [host, ...rest] = oneHost(2);
    const second = link(7, "br-9a3", "bridge", { fdb: [] });
    const views = [
      { ...host!, links: [...host!.links, second, link(301, "vethx", "veth", { master: 7, peer: 300 })] },
      ...rest,
      container("other", "hostA", [link(300, "eth0", "veth", { peer: 301 })], { networkMode: "mynet" }),
      container("alone", "hostA", [], { networkMode: "none" }),
      { ...container("web", "hostA", [], { networkMode: "host" }), netnsOwner: "hostA" },
      { ...container("side", "hostA", [], { networkMode: "container:x" }), netnsOwner: rest[0]!.id },
    ];
    const layout = draw(views);
    expect(collisions(layout)).toEqual([]);
    const stands = [...layout.containers.values()].map((box) => [box.id, box.stand]);
    expect(Object.fromEntries(stands)).toMatchObject({
      "hostA/other": "bridge",
      "hostA/alone": "ground",
      "hostA/web": "host",
      "hostA/side": "shared",
    });
    expect(layout.containers.get("hostA/other")!.bridge).toBe(7);
    const stack = layout.machines.get("hostA")!.stack!;
    expect(contains(stack, centre(layout.containers.get("hostA/web")!.rect))).toBe(true);
    const owner = layout.containers.get(rest[0]!.id)!.rect;
    expect(bottom(layout.containers.get("hostA/side")!.rect)).toBe(owner.y);
  });
});

describe("stays where it was", () => {
  test("one more container moves nobody", () => {
    const before = draw([...oneHost(3), ...outside()]);
    const after = draw([...oneHost(4), ...outside()], { previous: before });
    for (const [id, box] of before.containers) expect(after.containers.get(id)).toBe(box);
  });

  test("a fifth one begins a row above", () => {
    const before = draw(oneHost(4));
    const after = draw(oneHost(5), { previous: before });
    const first = after.containers.get("hostA/nginx-1")!.rect;
    expect(after.containers.get("hostA/nginx-5")!.rect.y).toBeLessThan(first.y);
    expect(first.x).toBe(before.containers.get("hostA/nginx-1")!.rect.x);
  });

  test("a slot that became free is the next one's", () => {
    const all = oneHost(3);
    const before = draw(all);
    const without = all.filter((view) => view.name !== "nginx-1");
    const middle = draw(without, { previous: before });
    expect(middle.containers.get("hostA/nginx-2")).toBe(before.containers.get("hostA/nginx-2"));
    const again = draw(all, { previous: middle });
    expect(again.containers.get("hostA/nginx-1")!.rect).toEqual(before.containers.get("hostA/nginx-1")!.rect);
  });

  test("a stopped container, whose devices are gone, keeps its place", () => {
    const all = oneHost(2);
    const before = draw(all);
    const stopped = all.map((view) => (view.name === "nginx-1" ? { ...view, links: [] } : view));
    const after = draw(stopped, { previous: before });
    expect(after.containers.get("hostA/nginx-1")!.rect).toEqual(before.containers.get("hostA/nginx-1")!.rect);
  });

  test("a card that is dragged out to the left makes its host wider, and moves nothing else", () => {
    const before = draw(oneHost(2));
    const after = draw(oneHost(2), { placed: { "hostA/nginx-1": { x: -300, y: -200 } } });
    expect(after.containers.get("hostA/nginx-2")!.rect).toEqual(before.containers.get("hostA/nginx-2")!.rect);
    expect(after.bridges.get(DOCKER0)!.rect).toEqual(before.bridges.get(DOCKER0)!.rect);
    expect(after.machines.get("hostA")!.rect.x).toBeLessThan(before.machines.get("hostA")!.rect.x);
  });

  test("a host that is dragged takes along what stands in it", () => {
    const views = [...oneHost(2), ...outside()];
    const before = draw(views);
    const { origin } = before.machines.get("hostA")!;
    const after = draw(views, { placed: { hostA: { x: origin.x + 30, y: origin.y - 20 } } });
    const card = before.containers.get("hostA/nginx-1")!.rect;
    expect(after.containers.get("hostA/nginx-1")!.rect).toMatchObject({ x: card.x + 30, y: card.y - 20 });
    expect(after.pads.get(HOST_NIC)!.x).toBe(before.pads.get(HOST_NIC)!.x + 30);
  });
});

describe("ways", () => {
  const layout = draw([...oneHost(3), ...outside()]);
  const ways = createWays(layout);
  const at = { x: 0, y: 0 };

  test("a veth hop goes from the container's edge to the bridge's port", () => {
    const way = wayOf(ways, 100, 101, NOWHERE)!;
    expect(way.points[0]).toEqual(layout.pads.get(100));
    expect(way.points.at(-1)).toEqual(layout.pads.get(101));
    expect(layout.pads.get(101)!.y).toBe(layout.bridges.get(DOCKER0)!.rect.y);
  });

  test("a copy runs along the bar from the port it came in by, and ends at its own container", () => {
    const way = wayOf(ways, 103, 102, 101)!;
    expect(way.points[0]).toEqual(layout.pads.get(101));
    expect(way.points.at(-1)).toEqual(layout.pads.get(102));
    along(way, 0.2, at);
    expect(at.y).toBe(layout.bridges.get(DOCKER0)!.bus_y);
  });

  test("the copy for the host ends in the middle of its stack, and what the host sends starts there", () => {
    const up = wayOf(ways, 101, stackOf(DOCKER0), NOWHERE)!;
    const down = wayOf(ways, 101, 100, stackOf(DOCKER0))!;
    expect(up.points.at(-1)).toEqual(down.points[0]);
    expect(contains(layout.machines.get("hostA")!.stack!, down.points[0]!)).toBe(true);
  });

  test("out of the host: stack, eth0, cable, switch", () => {
    const way = wayOf(ways, HOST_NIC, SWITCH_PORT, NOWHERE)!;
    expect(way.points).toContainEqual(layout.pads.get(HOST_NIC));
    expect(way.points.at(-1)).toEqual(layout.pads.get(SWITCH_PORT));
  });

  test("through the gateway: in at one cable, out at the other", () => {
    const way = wayOf(ways, 71, 80, 70)!;
    expect(way.points[0]).toEqual(layout.pads.get(70));
    expect(way.points.at(-1)).toEqual(layout.pads.get(80));
  });

  test("a device that is not drawn has no way", () => {
    expect(wayOf(ways, 9999, 100, NOWHERE)).toBeNull();
  });

  test("a packet is at the start when it leaves, at the end when it arrives, and never outside", () => {
    const flights = createFlights();
    flights.t0_ns[0] = 1000;
    flights.t1_ns[0] = 2000;
    const way = wayOf(ways, 100, 101, NOWHERE)!;
    packetPosition(flights, 0, way, 1000, at);
    expect(at).toEqual(way.points[0]);
    packetPosition(flights, 0, way, 5000, at);
    expect(at).toEqual(way.points.at(-1));
    packetPosition(flights, 0, way, 1500, at);
    expect(at.y).toBeCloseTo((way.points[0]!.y + way.points[1]!.y) / 2, 5);
  });
});
