import { describe, expect, test } from "vitest";
import type { NodeView } from "../../protocol/view.ts";
import { createFlights, NOWHERE, stackOf } from "./flights.ts";
import { along, bottom, centre, contains, overlaps, type Rect } from "./geometry.ts";
import { layOut } from "./layout.ts";
import type { Layout, LayoutOptions } from "./layout-types.ts";
import {
  address,
  container,
  DOCKER0,
  HOST_NIC,
  link,
  node,
  oneHost,
  outside,
  SWITCH_PORT,
  vxlan,
  withLinks,
} from "./testing.ts";
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
      ...(b.fdb === null ? [] : [[`fdb ${b.dev}`, b.fdb] satisfies [string, Rect]]),
    ]),
    ...[...layout.gates.values()].map((g): [string, Rect] => [`gate ${g.dev}`, g.rect]),
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

/** Hosts with `count` containers and a VXLAN device each; every one knows the hosts that `ends` tells. */
function overlay(hosts: number, count: number, ends: (host: number) => number[]): NodeView[] {
  const bases = Array.from({ length: hosts }, (_, i) => i * 1000);
  const views = bases.flatMap((base, i) => {
    const name = `host${"ABCD"[i]}`;
    return withLinks(
      oneHost(count, name, base),
      name,
      vxlan(
        base,
        ends(i).map((n) => `192.168.1.${10 + n}`),
      ),
    );
  });
  return [...views, ...outside(bases)];
}

const others = (hosts: number) => (i: number) => [...Array(hosts).keys()].filter((n) => n !== i);

describe("tunnels", () => {
  test.each([2, 3, 4])(
    "of %d hosts that know each other: a gate on each, a tube for each pair, nothing overlaps",
    (hosts) => {
      const layout = draw(overlay(hosts, 3, others(hosts)));
      expect(collisions(layout)).toEqual([]);
      expect(layout.gates.size).toBe(hosts);
      expect(layout.tubes).toHaveLength((hosts * (hosts - 1)) / 2);
      expect(layout.tubes.every((tube) => tube.mutual && tube.vni === 1)).toBe(true);
      for (const gate of layout.gates.values()) {
        const { stack, rect } = layout.machines.get(gate.machine)!;
        expect(gate.rect.y).toBeGreaterThan(bottom(stack!));
        expect(bottom(gate.rect)).toBeLessThan(bottom(rect));
      }
    },
  );

  test("of hosts that are not neighbours run under the hosts, each in a lane of its own, above the cables", () => {
    const layout = draw(overlay(4, 1, others(4)));
    const floor = Math.max(...[...layout.machines.values()].filter((m) => m.stack).map((m) => bottom(m.rect)));
    const lanes = layout.tubes.filter((tube) => tube.points.length === 4 && tube.points[1]!.y > floor);
    expect(new Set(lanes.map((tube) => tube.points[1]!.y)).size).toBe(lanes.length);
    const cables = layout.wires.filter((wire) => wire.kind === "cable" && layout.pads.get(wire.a)!.y === floor);
    const highest = Math.min(...cables.map((wire) => wire.points[1]!.y));
    for (const tube of lanes) expect(tube.points[1]!.y).toBeLessThan(highest);
  });

  test("that only one side knows of are drawn so, and those that nobody knows of not at all", () => {
    expect(draw(overlay(2, 1, (i) => (i === 0 ? [1] : []))).tubes.map((tube) => tube.mutual)).toEqual([false]);
    expect(draw(overlay(2, 1, () => [])).tubes).toEqual([]);
  });

  test("of IPIP belong together by the gateways of their routes", () => {
    const views = [0, 1000].flatMap((base, i) => {
      const host = i === 0 ? "hostA" : "hostB";
      const tunnel = { vni: null, port: null, local: null, remote: null, link: null };
      const tunl0 = link(base + 5, "tunl0", "ipip", { tunnel, addresses: address(`10.10.${i}.1/32`) });
      const route = { destination: "10.10.0.0/26", gateway: `192.168.1.${11 - i}`, dev: base + 5, source: null };
      const rest = {
        scope: "global",
        protocol: "bird",
        metric: 0,
        type: "unicast",
        linkdown: false,
        created_ns: 0,
        text: "",
      } as const;
      return withLinks(oneHost(1, host, base), host, tunl0).map((view) =>
        view.id === host ? { ...view, routes: [{ ...route, ...rest }] } : view,
      );
    });
    const { tubes, gates } = draw([...views, ...outside([0, 1000])]);
    expect(tubes).toMatchObject([{ a: 5, b: 1005, vni: null, mutual: true }]);
    expect(gates.get(5)!.kind).toBe("ipip");
  });

  test("that are ports hang under their bridge, clear of its table and the stack", () => {
    const views = withLinks(oneHost(3), "hostA", vxlan(0, ["192.168.1.11"], { master: DOCKER0 }));
    const layout = draw([...views, ...outside()]);
    expect(collisions(layout)).toEqual([]);
    const gate = layout.gates.get(5)!;
    expect(gate.master).toBe(DOCKER0);
    expect(layout.wireOf.has(5)).toBe(false);
    expect(layout.pads.get(5)!.y).toBe(bottom(layout.bridges.get(DOCKER0)!.rect));
  });
});

/** A container whose veth leads straight to the host's stack, by a route. */
function routedPod(): NodeView[] {
  const views = withLinks(oneHost(0), "hostA", link(301, "cali1", "veth", { peer: 300 }));
  const route = {
    destination: "10.10.0.2",
    gateway: null,
    dev: 301,
    source: null,
    scope: "link",
    protocol: "boot",
  } as const;
  const host = {
    ...views[0]!,
    routes: [{ ...route, metric: 0, type: "unicast", linkdown: false, created_ns: 0, text: "" }],
  };
  const eth0 = link(300, "eth0", "veth", { peer: 301, addresses: address("10.10.0.2/32") });
  return [host, container("pod-a", "hostA", [eth0], { networkMode: "none" })];
}

test("a container with a cable to the host's stack stands over it, and the cable goes straight down", () => {
  const layout = draw([...routedPod(), ...outside()]);
  expect(collisions(layout)).toEqual([]);
  expect(layout.containers.get("hostA/pod-a")!.stand).toBe("routed");
  const wire = layout.wireOf.get(300)!;
  expect(wire.points).toEqual([layout.pads.get(300), layout.pads.get(301)]);
  expect(layout.pads.get(301)!.y).toBe(layout.machines.get("hostA")!.stack!.y);
});

test("two LAN switches stand below their hosts, with the router between them", () => {
  const lan = (id: string, base: number, dev: number) =>
    node(id, "switch", {
      links: [
        link(dev, "sw0", "bridge", { fdb: [] }),
        link(base + SWITCH_PORT, "p1", "nic", { master: dev, peer: base + HOST_NIC }),
        link(dev + 1, "p-gw", "nic", { master: dev, peer: dev + 2 }),
      ],
    });
  const gw = node("gw", "router", {
    links: [link(62, "eth0", "nic", { peer: 61 }), link(72, "eth1", "nic", { peer: 71 })],
  });
  const layout = draw([...oneHost(1), ...oneHost(1, "hostB", 1000), lan("lan", 0, 60), lan("lan2", 1000, 70), gw]);
  expect(collisions(layout)).toEqual([]);
  const [left, router, far] = ["lan", "gw", "lan2"].map((id) => layout.machines.get(id)!.rect);
  expect(router!.y).toBe(left!.y);
  expect(centre(router!).x).toBeCloseTo((centre(left!).x + centre(far!).x) / 2, 5);
  expect(centre(left!).x).toBeCloseTo(layout.pads.get(HOST_NIC)!.x, 5);
});

describe("ways through a tunnel", () => {
  const layout = draw(overlay(2, 1, others(2)));
  const ways = createWays(layout);
  const gate = centre(layout.gates.get(5)!.rect);

  test("lead from a bridge through the stack into the gate, and on from there to the NIC and the cable", () => {
    const into = wayOf(ways, 5, 5, stackOf(DOCKER0))!;
    expect(contains(layout.machines.get("hostA")!.stack!, into.points[0]!)).toBe(true);
    expect(into.points.at(-1)).toEqual(gate);
    const out = wayOf(ways, HOST_NIC, SWITCH_PORT, 5)!;
    expect(out.points[0]).toEqual(gate);
    expect(out.points).toContainEqual(layout.pads.get(HOST_NIC));
    expect(out.points.at(-1)).toEqual(layout.pads.get(SWITCH_PORT));
  });

  test("lead from the NIC into the gate, and out of it to the middle of the stack", () => {
    const into = wayOf(ways, 5, 5, HOST_NIC)!;
    expect(into.points[0]!.x).toBe(layout.pads.get(HOST_NIC)!.x);
    expect(into.points.at(-1)).toEqual(gate);
    const out = wayOf(ways, 5, 5, 5)!;
    expect(out.points[0]).toEqual(gate);
    expect(out.points.at(-1)).toEqual(centre(layout.machines.get("hostA")!.stack!));
  });

  test("begin at the NIC for what has waited there", () => {
    expect(wayOf(ways, HOST_NIC, SWITCH_PORT, HOST_NIC)!.points[0]).toEqual(layout.pads.get(HOST_NIC));
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
