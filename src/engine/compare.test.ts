import { expect, test } from "vitest";
import "../worlds/whole.ts";
import { CNI_KINDS, shareOf } from "../scenes/cni/plan.ts";
import { cniScene } from "../scenes/cross-host.ts";
import { compareLane } from "./compare.ts";

const lanes = Object.fromEntries(
  CNI_KINDS.map((kind) => {
    const line = `ping -c 1 ${shareOf(kind, 1).prefix}2`;
    return [kind, compareLane({ scene: cniScene(kind), node: "pod-a", line })];
  }),
);

test.each([
  ["flannel-host-gw", 0, 1500],
  ["flannel-vxlan", 50, 1450],
  ["calico-routed", 0, 1500],
  ["calico-ipip", 20, 1480],
] as const)("%s puts %i bytes in front and takes packets of %i bytes", (kind, addedBytes, mtu) => {
  expect(lanes[kind]).toMatchObject({ id: kind, addedBytes, mtu });
  expect(lanes[kind]?.rtt_ns).toBeGreaterThan(0);
  expect(lanes[kind]?.output).toContain("1 received");
});

test("the way there and back, wire by wire", () => {
  const words = lanes["flannel-vxlan"]?.steps.map(
    ({ way, what, at, to }) => `${way} ${what} ${at}${to === null ? "" : ` > ${to}`}`,
  );
  expect(words?.map((line) => line.replace(/veth[0-9a-f]{7}/g, "VETH"))).toEqual([
    "there hop pod-a:eth0 > hostA:VETH",
    "there forward hostA:cni0 > hostA:flannel.1",
    "there wrap hostA:flannel.1",
    "there hop hostA:eth0 > lan:p-hostA",
    "there hop lan:p-hostB > hostB:eth0",
    "there unwrap hostB:flannel.1",
    "there forward hostB:flannel.1 > hostB:cni0",
    "there hop hostB:VETH > pod-b:eth0",
    "there deliver pod-b:eth0",
    "back hop pod-b:eth0 > hostB:VETH",
    "back forward hostB:cni0 > hostB:flannel.1",
    "back wrap hostB:flannel.1",
    "back hop hostB:eth0 > lan:p-hostB",
    "back hop lan:p-hostA > hostA:eth0",
    "back unwrap hostA:flannel.1",
    "back forward hostA:flannel.1 > hostA:cni0",
    "back hop hostA:VETH > pod-a:eth0",
    "back deliver pod-a:eth0",
  ]);
  const onTheLan = lanes["flannel-vxlan"]?.steps.find(({ at }) => at === "hostA:eth0");
  expect(onTheLan?.frame.length).toBe(98 + 50);
});
