import { expect, test } from "vitest";
import { neighDel, neighEntries } from "../../neigh/admin.ts";
import { nfFlush, nfPolicy } from "../../netfilter/admin.ts";
import { ctFlush } from "../../netfilter/conntrack/admin.ts";
import { nfTable } from "../../netfilter/tables.ts";
import { CtStateBit } from "../../netfilter/types.ts";
import { sysctlSet } from "../../sysctl.ts";
import { createInetLab, echo, pass, pingSocket } from "../../testing/inet.ts";
import { type Lab, rowsOf } from "../../testing/lab.ts";
import { addRule } from "../../testing/router.ts";
import { devClose, devOpen, devSetMac, devSetMtu } from "../device.ts";
import { fdbFlush } from "./learn.ts";
import { bridgeDelIf } from "./port.ts";

/** Two hosts on a bridge whose rules look at the connection's state and, in POSTROUTING, make the world track connections. */
function build(shortWays: boolean): Lab {
  const lab = createInetLab(2);
  const { world, machine } = lab;
  const host = machine.initNetns;
  world.shortWays = shortWays;
  addRule(world, host, "filter", "FORWARD", {
    matches: [{ kind: "state", states: CtStateBit.ESTABLISHED, invert: false }],
    target: { kind: "ACCEPT" },
  });
  addRule(world, host, "filter", "FORWARD", {});
  nfTable(world, host, "nat");
  nfFlush(world, host, "nat", null);
  return lab;
}

/** Six pings, one after another, from the first host to the second. */
function pings({ world, spaces }: Lab): void {
  const socket = pingSocket(world, spaces[0]!.id);
  for (let n = 0; n < 6; n++) {
    echo(world, socket, "10.0.0.3", n);
    pass(world, 0.1);
  }
}

/** What everybody can see afterwards. */
function outcome(lab: Lab, change: (lab: Lab) => void): unknown {
  pings(lab);
  change(lab);
  pings(lab);
  const { world, machine } = lab;
  const counters = nfTable(world, machine.initNetns, "filter").chains.map((chain) => [
    chain?.packets,
    chain?.rules.map(({ packets, bytes }) => [packets, bytes]),
  ]);
  return [rowsOf(world), counters, world.ct, world.fdb, world.stats];
}

const host = ({ machine }: Lab) => machine.initNetns;

const CHANGES: Readonly<Record<string, (lab: Lab) => void>> = {
  nothing: () => {},
  "another rule": (lab) => addRule(lab.world, host(lab), "filter", "FORWARD", { target: { kind: "DROP" } }),
  "another policy": (lab) => {
    nfFlush(lab.world, host(lab), "filter", null);
    nfPolicy(lab.world, host(lab), "filter", "FORWARD", "DROP");
  },
  "a rule in another table": (lab) =>
    addRule(lab.world, host(lab), "mangle", "PREROUTING", { target: { kind: "DROP" } }),
  "the connection is forgotten": (lab) => ctFlush(lab.world, host(lab)),
  "the connection is too old": (lab) => pass(lab.world, 60),
  "no call of iptables": (lab) => sysctlSet(lab.world, host(lab), "net.bridge.bridge-nf-call-iptables", "0"),
  "another timeout": (lab) => sysctlSet(lab.world, host(lab), "net.netfilter.nf_conntrack_icmp_timeout", "1"),
  "MACs are forgotten": (lab) => fdbFlush(lab.world, lab.bridge, false),
  "another MAC": (lab) => {
    devSetMac(lab.world, lab.hosts[1]!.id, 0x02_00_00_00_00_77 as typeof lab.bridge.mac);
    for (const { id } of lab.spaces) {
      for (const { dev, ip } of neighEntries(lab.world, id)) neighDel(lab.world, dev, ip);
    }
  },
  "a port that is isolated": (lab) => {
    for (const port of lab.ports) port.port!.isolated = true;
  },
  "a port that has left": (lab) => bridgeDelIf(lab.world, lab.bridge.id, lab.ports[1]!.id),
  "a port that is down": (lab) => devClose(lab.world, lab.ports[1]!.id),
  "a host that went and came": (lab) => {
    devClose(lab.world, lab.hosts[1]!.id);
    devOpen(lab.world, lab.hosts[1]!.id);
  },
  "a smaller MTU": (lab) => devSetMtu(lab.world, lab.ports[1]!.id, 68),
};

for (const [name, change] of Object.entries(CHANGES)) {
  test(`a flow on the short way sees that there is ${name}`, () => {
    const lab = build(true);
    const short = outcome(lab, change);
    expect(lab.world.flows.some((flow) => flow !== null)).toBe(true);
    expect(short).toEqual(outcome(build(false), change));
  });
}
