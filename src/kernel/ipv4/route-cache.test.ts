import { expect, test } from "vitest";
import { ipv4, type Mac } from "../../wire/address.ts";
import { inetAddrDel } from "../fib/devinet.ts";
import { fibAdd, fibDel } from "../fib/fib.ts";
import { fibRuleAdd, plainRule } from "../fib/rules.ts";
import { devClose, devOpen, devSetMac, devSetMtu } from "../netdev/device.ts";
import { nfAppend } from "../netfilter/admin.ts";
import { emptyRule } from "../netfilter/tables.ts";
import { sysctlSet } from "../sysctl.ts";
import { echo, pass, pingSocket } from "../testing/inet.ts";
import { rowsOf } from "../testing/lab.ts";
import { createRouterLab, type RouterLab } from "../testing/router.ts";
import type { NetDevice } from "../types.ts";
import { updatePmtu } from "./route.ts";

function build(shortWays: boolean): RouterLab {
  const lab = createRouterLab(2, 2);
  lab.world.shortWays = shortWays;
  return lab;
}

/** Four pings of 1000 bytes from the first client to the first server and to its own router, one after another. */
function pings({ world, clients }: RouterLab): void {
  const socket = pingSocket(world, clients[0]!);
  for (const to of ["198.51.0.2", "10.0.0.1"]) {
    for (let n = 0; n < 4; n++) {
      echo(world, socket, to, n, 1000);
      pass(world, 0.1);
    }
  }
}

function device({ world, router }: RouterLab, name: string, netns = router): NetDevice {
  return world.devs.find((one) => one?.netns === netns && one.name === name)!;
}

const SERVERS = { destination: ipv4("198.51.0.0"), prefixLen: 24 };

const CHANGES: Readonly<Record<string, (lab: RouterLab) => void>> = {
  nothing: () => {},
  "no forwarding": (lab) => sysctlSet(lab.world, lab.router, "net.ipv4.ip_forward", "0"),
  "strict reverse paths": (lab) => {
    sysctlSet(lab.world, lab.router, "net.ipv4.conf.all.rp_filter", "1");
    fibAdd(lab.world, lab.router, { destination: ipv4("10.0.0.2"), prefixLen: 32, dev: device(lab, "c1").id }, "add");
  },
  "a better route": (lab) =>
    fibAdd(lab.world, lab.router, { destination: ipv4("198.51.0.2"), prefixLen: 32, dev: device(lab, "s1").id }, "add"),
  "a route that is gone": (lab) => fibDel(lab.world, lab.router, SERVERS),
  "an address that is gone": (lab) => inetAddrDel(lab.world, device(lab, "c0").id, { local: ipv4("10.0.0.1") }),
  "a rule": (lab) => fibRuleAdd(lab.world.netns[lab.router]!, { ...plainRule(0, 77), action: "prohibit" }, 5),
  "a smaller MTU": (lab) => devSetMtu(lab.world, device(lab, "s0").id, 600),
  "a smaller MTU on the path": (lab) =>
    updatePmtu(lab.world, lab.world.netns[lab.clients[0]!]!, ipv4("198.51.0.2"), 700),
  "a link without carrier": (lab) => {
    sysctlSet(lab.world, lab.router, "net.ipv4.conf.all.ignore_routes_with_linkdown", "1");
    pings(lab);
    devClose(lab.world, device(lab, "eth0", lab.servers[0]).id);
  },
  "another MAC": (lab) => devSetMac(lab.world, device(lab, "c0").id, 0x0242_0000_0099 as Mac),
  "a rule for what arrives": (lab) =>
    nfAppend(lab.world, lab.router, "filter", "INPUT", {
      ...emptyRule(),
      target: { kind: "DROP" },
    }),
  "a device that went and came": (lab) => {
    devClose(lab.world, device(lab, "c0").id);
    pings(lab);
    devOpen(lab.world, device(lab, "c0").id);
  },
};

function outcome(lab: RouterLab, change: (lab: RouterLab) => void): unknown {
  pings(lab);
  change(lab);
  pings(lab);
  return [rowsOf(lab.world), lab.world.stats];
}

for (const [name, change] of Object.entries(CHANGES)) {
  test(`what is remembered of routing and arrivals is not in the way of ${name}`, () => {
    const lab = build(true);
    const short = outcome(lab, change);
    const { decisions } = lab.world.routed;
    expect(decisions.some((one) => one?.destination === ipv4("198.51.0.2") && one.isKnown)).toBe(true);
    expect(lab.world.arrivals.some((one) => one?.rt.type === "local" && one.config > 0)).toBe(true);
    expect(short).toEqual(outcome(build(false), change));
  });
}
