/** What was learned of a path, for what this host sends and for what it passes on. */
import { expect, test } from "vitest";
import { ipv4 } from "../../wire/address.ts";
import { sysctlSet } from "../sysctl.ts";
import { addAddress, createInetLab } from "../testing/inet.ts";
import { learnException, routeInput, routeOutput } from "./route.ts";
import { createRtable } from "./rtable.ts";

test("a path's MTU counts for own packets, for others only with ip_forward_use_pmtu; a better gateway counts for both", () => {
  const { world, spaces, hosts, bridge } = createInetLab(1);
  const netns = spaces[0]!;
  addAddress(world, hosts[0]!.id, "10.1.0.1/24");
  sysctlSet(world, netns.id, "net.ipv4.ip_forward", "1");
  const far = ipv4("10.1.0.9");
  learnException(netns, far, { mtu: 1450, gateway: ipv4("10.1.0.7") }, 600e9);
  const rt = createRtable();
  expect(routeOutput(world, netns, far, ipv4("10.0.0.2"), -1, 0, rt)).toBe(0);
  expect(rt).toMatchObject({ mtu: 1450, gateway: ipv4("10.1.0.7") });
  const forward = () => {
    expect(routeInput(world, netns, hosts[0]!, far, ipv4("10.0.0.1"), 0, rt)).toBe(0);
    return { mtu: rt.mtu, gateway: rt.gateway };
  };
  expect(forward()).toEqual({ mtu: hosts[0]!.mtu, gateway: ipv4("10.1.0.7") });
  sysctlSet(world, netns.id, "net.ipv4.ip_forward_use_pmtu", "1");
  expect(forward()).toEqual({ mtu: 1450, gateway: ipv4("10.1.0.7") });
  expect(bridge.mtu).toBe(1500);
});
