import "./whole.ts";
import { expect, test } from "vitest";
import { lanWorld } from "../scenes/lan.ts";
import { runCommand } from "./exec.ts";
import { loadWorld } from "./load.ts";

/** All that can be seen of a machine's routes and rules. */
const LOOK = "ip route show table all; iptables-save -c; iptables -t nat -vnL";

test("plain words become what the programs make of them", () => {
  const spec = lanWorld(2);
  const plain = loadWorld({ world: spec, dockers: [], seed: 1 });
  const bare = spec.nodes.map((node) => ({ ...node, routes: [], iptables: [] }));
  const typed = loadWorld({ world: { ...spec, nodes: bare }, dockers: [], seed: 1 });
  for (const { name, routes, iptables = [] } of spec.nodes) {
    for (const route of routes) runCommand(typed, name, `ip route add ${route}`);
    for (const rule of iptables) runCommand(typed, name, `iptables ${rule}`);
    const withoutTimes = (text: string) => text.replace(/^#.*$/gm, "");
    const seen = withoutTimes(runCommand(plain, name, LOOK).text);
    expect(seen).toContain(name === "gw" ? "MASQUERADE" : "default via");
    expect(seen).toBe(withoutTimes(runCommand(typed, name, LOOK).text));
  }
});

test("other words are left to the programs", () => {
  const [host] = lanWorld(1).nodes;
  const routes = ["198.51.100.0/24 via 192.168.1.9 dev eth0 metric 7", "blackhole 198.51.99.0/24"];
  const world = loadWorld({
    world: { switches: [], nodes: [{ ...(host as typeof host & object), routes }], links: [] },
    dockers: [],
    seed: 1,
  });
  expect(runCommand(world, "hostA", "ip route").text).toContain("198.51.100.0/24 via 192.168.1.9 dev eth0 metric 7");
  expect(runCommand(world, "hostA", "ip route").text).toContain("blackhole 198.51.99.0/24");
});
