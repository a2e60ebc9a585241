import { expect, test } from "vitest";
import type { NodeView } from "../../../protocol/view.ts";
import { centre } from "../../motion/geometry.ts";
import { layOut } from "../../motion/layout.ts";
import { container, DOCKER0, link, oneHost, outside } from "../../motion/testing.ts";
import * as line from "./commands.ts";
import { targetForCard, targetForImage, targetForPing } from "./drop-target.ts";

const bridge = { type: "bridge", name: "bridge" } as const;

test.each([
  ["nginx", bridge, "docker run -d --name nginx-3 nginx"],
  ["busybox", bridge, "docker run -dit --name box-1 busybox"],
  ["ghcr.io/me/web:1.2", bridge, "docker run -d --name web-1 ghcr.io/me/web:1.2"],
  ["nginx", { type: "host" } as const, "docker run -d --net=host --name nginx-3 nginx"],
  ["nginx", { type: "bridge", name: "0123456789ab" } as const, "docker run -d --net 0123456789ab --name nginx-3 nginx"],
])("an image %s dropped on %o is run", (image, network, expected) => {
  expect(line.runLine(image, ["nginx-1", "nginx-2", "box-3"], network)).toBe(expected);
});

test("a name in the middle that became free is taken", () => {
  expect(line.freeName("nginx", ["nginx-1", "nginx-3"])).toBe("nginx-2");
});

test("moving a container takes it off one network and puts it on another", () => {
  expect(line.moveLine("web", "bridge", "blue")).toBe(
    "docker network disconnect bridge web && docker network connect blue web",
  );
  expect(line.moveLine("web", null, "blue")).toBe("docker network connect blue web");
});

test("a bridge is known to Docker by its network's name or id", () => {
  expect(line.networkOf(link(1, "docker0", "bridge"))).toBe("bridge");
  expect(line.networkOf(link(1, "br-0123456789ab", "bridge"))).toBe("0123456789ab");
  expect(line.networkOf(link(1, "br0", "bridge"))).toBeNull();
});

test.each([
  ["nginx", true],
  ["library/nginx:1.27", true],
  ["", false],
  ["Nginx", false],
  ["nginx; rm -rf /", false],
])("is %j an image's name: %s", (text, expected) => {
  expect(line.isImageName(text)).toBe(expected);
});

const views = [...oneHost(3), ...outside()];
const nodes: Record<string, NodeView> = Object.fromEntries(views.map((view) => [view.id, view]));

test("a container reaches its host by the bridge's address, others by their own", () => {
  expect(line.addressFor(nodes, "hostA/nginx-1", "hostA")).toBe("172.17.0.1");
  expect(line.addressFor(nodes, "hostA/nginx-1", "hostA/nginx-2")).toBe("172.17.0.3");
  expect(line.addressFor(nodes, "hostA", "gw")).toBe("192.168.1.1");
  expect(line.addressFor(nodes, "gw", "hostA")).toBe("192.168.1.10");
});

test("who shares a namespace is reached by its owner's address, from inside by loopback", () => {
  const side = { ...container("side", "hostA", []), netnsOwner: "hostA/nginx-1" };
  const all = { ...nodes, [side.id]: side };
  expect(line.addressFor(all, "hostA/nginx-2", side.id)).toBe("172.17.0.2");
  expect(line.addressFor(all, side.id, "hostA/nginx-1")).toBe("127.0.0.1");
  expect(line.addressFor(all, "hostA", "lan")).toBeNull();
});

test("what lies under the pointer", () => {
  const layout = layOut(views, { previous: null, placed: {}, open: new Set() });
  const bar = layout.bridges.get(DOCKER0)!;
  const host = layout.machines.get("hostA")!;
  const card = layout.containers.get("hostA/nginx-1")!;
  const corner = { x: host.rect.x + 4, y: host.rect.y + 4 };
  const far = { x: host.rect.x - 500, y: 0 };
  expect(targetForImage(layout, centre(bar.rect))).toEqual({ type: "bridge", dev: DOCKER0, machine: "hostA" });
  expect(targetForImage(layout, centre(host.stack!))).toEqual({ type: "stack", machine: "hostA" });
  expect(targetForImage(layout, corner)).toEqual({ type: "ground", machine: "hostA" });
  expect(targetForImage(layout, far)).toBeNull();
  expect(targetForPing(layout, centre(card.rect), "hostA/nginx-2")).toEqual({ type: "node", id: card.id });
  expect(targetForPing(layout, centre(card.rect), card.id)).toBeNull();
  expect(targetForPing(layout, corner, card.id)).toEqual({ type: "node", id: "hostA" });
  expect(targetForCard(layout, centre(bar.rect), card.id)).toBeNull();
});

test("what is asked of somebody by name or address", () => {
  expect(line.httpLine("172.17.0.3", 80)).toBe("curl -s http://172.17.0.3/");
  expect(line.httpLine("192.168.1.10", 8080)).toBe("curl -s http://192.168.1.10:8080/");
  expect(line.tracerouteLine("203.0.113.80")).toBe("traceroute -n 203.0.113.80");
  expect(line.lookupLine("www.example.com")).toBe("nslookup www.example.com");
  expect(line.captureLine("docker0")).toBe("tcpdump -ni docker0 -c 12");
  expect(line.pingAllLine(["172.17.0.3", "172.17.0.4"])).toBe(
    "for ip in 172.17.0.3 172.17.0.4; do ping -c 1 $ip; done",
  );
});

test("a namespace made by hand goes onto a bridge by its cables", () => {
  expect(line.plugLine(["veth-b"], "docker0")).toBe("ip link set veth-b master docker0");
  expect(line.plugLine(["v1", "v2"], "br0")).toBe("ip link set v1 master br0 && ip link set v2 master br0");
});

test("a wire is cut at the host's end, else in a namespace made by hand, and never in a container", () => {
  const at = (node: string, dev: number) => [dev, { node, link: link(dev, `v${dev}`, "veth") }] as const;
  const world = new Map([at("hostA", 1), at("hostA/netns/red", 2), at("hostA/netns/blue", 3), at("hostA/0123", 4)]);
  const end = (a: number, b: number) => line.hostEnd((dev) => world.get(dev), a, b)?.node ?? null;
  expect([end(1, 2), end(2, 1), end(4, 1)]).toEqual(["hostA", "hostA", "hostA"]);
  expect(end(2, 3)).toBe("hostA/netns/blue");
  expect(end(4, 3)).toBe("hostA/netns/blue");
  expect(end(4, 4)).toBeNull();
});

test("one line for several containers of a host", () => {
  const meant = (kind: "container" | "netns", name: string) => ({ kind, name });
  expect(line.removeAllLine([meant("container", "a"), meant("container", "b")])).toBe("docker rm -f a b");
  expect(line.removeAllLine([meant("netns", "x"), meant("container", "a"), meant("netns", "y")])).toBe(
    "docker rm -f a; ip netns del x; ip netns del y",
  );
  expect(line.stopAllLine(["a", "b"])).toBe("docker stop a b");
  expect(line.startAllLine(["a"])).toBe("docker start a");
});
