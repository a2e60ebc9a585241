import { expect, test } from "vitest";
import { enDialogs } from "../../i18n/en/dialogs.ts";
import type { NodeView, RouteView } from "../../protocol/view.ts";
import { CNI_KINDS, type CniKind, cniSetup } from "../../scenes/cni/plan.ts";
import { address, link, neighbour, node } from "../motion/testing.ts";
import { planFor, planText } from "./connect-plan.ts";
import { wordsFor } from "./line-words.ts";
import { clashOf, cniHosts, membersOf } from "./members.ts";
import { freePodAddress } from "./pods.ts";
import { stands } from "./standing.ts";

function route(text: string): RouteView {
  const [first = "", second = ""] = text.split(" ");
  const type = first === "blackhole" ? "blackhole" : "unicast";
  const destination = type === "blackhole" ? second : first;
  const gateway = / via (\S+)/.exec(text)?.[1] ?? null;
  const rest = {
    dev: null,
    source: null,
    scope: "global",
    protocol: "boot",
    metric: 0,
    linkdown: false,
    created_ns: 0,
  } as const;
  return { destination, gateway, type, text, ...rest };
}

function host(name: string, last: number, links: NodeView["links"] = [], routes: readonly string[] = []): NodeView {
  const eth0 = link(last * 100, "eth0", "nic", { addresses: address(`192.168.1.${last}/24`) });
  return node(name, "docker-host", { links: [eth0, ...links], routes: routes.map(route) });
}

const cni0 = (place: number) => link(7 + place, "cni0", "bridge", { addresses: address(`10.244.${place}.1/24`) });
const byId = (...nodes: NodeView[]) => Object.fromEntries(nodes.map((one) => [one.id, one]));

test("who is in which network, and with which share", () => {
  const nodes = byId(
    host("hostA", 10, [cni0(0), link(8, "flannel.1", "vxlan")]),
    host("hostB", 11, [cni0(1)], ["10.244.0.0/24 via 192.168.1.10 dev eth0"]),
    host("hostC", 12, [], ["blackhole 10.10.3.0/26 proto bird"]),
    host("hostD", 13),
  );
  expect(membersOf(nodes).map(({ node: id, kind, place, certain }) => [id, kind, place, certain])).toEqual([
    ["hostA", "flannel-vxlan", 0, true],
    ["hostB", "flannel-host-gw", 1, true],
    ["hostC", "calico-routed", 3, false],
    ["hostC", "calico-ipip", 3, false],
  ]);
  expect(clashOf(nodes, "flannel-vxlan", "hostB")).toBe("flannel-host-gw");
  expect(clashOf(nodes, "flannel-vxlan", "hostA")).toBeNull();
  const places = cniHosts(nodes, "flannel-vxlan", ["hostA", "hostB", "hostD"]).map(({ place }) => place);
  expect(places).toEqual([0, 1, 2]);
});

test("a line whose work is done is known by what stands", () => {
  const made = host("hostA", 10, [
    cni0(0),
    link(8, "flannel.1", "vxlan", {
      addresses: address("10.244.0.0/32"),
      fdb: [
        {
          mac: "0e:00:00:00:0b:01",
          dev: 8,
          dst: "192.168.1.11",
          isLocal: false,
          isStatic: true,
          updated_ns: 0,
          row: -1,
        },
      ],
    }),
  ]);
  const rule = { text: "-s 10.244.0.0/16 -j ACCEPT", packets: 0, bytes: 0 };
  const view: NodeView = {
    ...made,
    routes: [route("10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink")],
    neighbours: [neighbour("10.244.1.0", 8, "0e:00:00:00:0b:01", "PERMANENT")],
    iptables: [{ name: "filter", chains: [{ name: "FORWARD", policy: "DROP", packets: 0, bytes: 0, rules: [rule] }] }],
  };
  const plan = planFor(byId(view, host("hostB", 11)), "flannel-vxlan", ["hostA", "hostB"]);
  const open = plan.map(({ lines }) => lines.filter((line) => !line.stands).map(({ line }) => line.slice(0, 26)));
  expect(open[0]).toEqual(["iptables -A FORWARD -d 10.", "iptables -t nat -A POSTROU"]);
  expect(open[1]).toHaveLength(10);
  expect(stands(view, "ip route add 10.244.1.0/24 via 192.168.1.11 dev eth0")).toBe(false);
  expect(planText(plan)).toMatch(/^# hostA\ndocker network create [\s\S]*\n\n# hostB\n/);
});

test.each(CNI_KINDS)("every line of %s says what it is for", (kind: CniKind) => {
  const hosts = cniHosts(byId(host("hostA", 10), host("hostB", 11)), kind, ["hostA", "hostB"]);
  for (const { line } of cniSetup(kind, hosts)) {
    expect(wordsFor(line, enDialogs), line).not.toBe("");
    expect(stands(host("hostA", 10), line), line).toBe(false);
  }
});

test("a pod gets the next address to which no route leads", () => {
  const at = host("hostA", 10, [], ["blackhole 10.10.0.0/26 proto bird", "10.10.0.2 dev cali-a scope link"]);
  expect(freePodAddress(at, "10.10.0.")).toBe("10.10.0.3");
});
