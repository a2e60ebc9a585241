/** Whatever words follow a command, it ends with a status and the world stays one that commands can be asked about. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spawn } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, runEvents, runLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

const WORDS: Readonly<Record<string, string>> = {
  ip: "-4 -6 -br -o -s -d -n -j link addr address route neigh netns rule show list add del delete set change replace append get flush exec help default",
  link: "up down name type bridge veth dummy peer mtu address master nomaster netns promisc arp on off txqueuelen alias index",
  bridgeType:
    "bridge_slave ageing_time stp_state forward_delay priority cost state hairpin learning flood isolated mcast_snooping",
  addr: "scope label broadcast + - to secondary primary global host dev local",
  route:
    "via src metric table main local all 100 proto static kernel onlink blackhole prohibit unreachable throw root match exact oif iif from tos mtu",
  neigh: "lladdr nud permanent stale reachable none all proxy unused",
  bridge: "fdb br brport self static dynamic sticky use vlan 5 extern_learn",
  brctl:
    "addbr delbr addif delif stp showmacs showstp setageing setfd sethello setmaxage setbridgeprio setpathcost setportprio yes no",
  old: "-a -n -v -e -ee -i -s -S -P -w -q -p -net -host netmask gw reject hw ether allmulti multicast -arp temp pub",
  names: "lo docker0 veth2 veth3 eth0 br0 v0 v1 ns1 nosuch docker0:1 hostA",
  numbers: "0 1 2 5 15 30 60 100 1400 65536 4294967296 -1 0x10 3.5 1e9",
  addresses:
    "172.17.0.2 172.17.0.9 172.17.0.9/16 10.0.0.0/8 10.1.2.3/24 10.1 300.1.1.1 0.0.0.0 0/0 255.255.255.0 224.0.0.1 fe80::1/64",
  macs: "02:42:ac:11:00:02 02:00:00:00:00:09 01:00:5e:00:00:01 ff:ff:ff:ff:ff:ff 00:00:00:00:00:00 zz 02:00",
  settings:
    "net.ipv4.ip_forward net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=2 net/ipv4/conf/docker0/proxy_arp=1 net.ipv4.nosuch=1 net.bridge net.ipv4.conf =",
};
const vocabulary = [...new Set(Object.values(WORDS).flatMap((words) => words.split(" "))), "", "--", "-"];
const commands = ["ip", "bridge", "brctl", "ifconfig", "route", "arp", "ethtool", "sysctl"];

/** A command whose first words are often ones that lead somewhere. */
const commandLine = fc.tuple(
  fc.constantFrom(...commands, "ip", "ip", "bridge"),
  fc.array(fc.constantFrom(...vocabulary), { maxLength: 9 }),
  fc.constantFrom(
    "",
    "link set veth2",
    "link add",
    "addr add",
    "route add",
    "route get",
    "neigh add",
    "fdb add",
    "netns exec",
  ),
);

function run(world: ShellWorld, program: string, args: string[]): number | null {
  const sink = `fuzz ${world.procs.length}`;
  spawn(world, null, { node: "hostA", program, argv: [program, ...args], exitSink: sink });
  runEvents(world, shellPrograms, 2e9);
  const ended = world.output.find((chunk) => chunk.sink === sink && chunk.kind === "exit");
  return ended === undefined ? null : Number(ended.text);
}

describe("network commands", () => {
  it("end with a status, whatever words they get", () => {
    fc.assert(
      fc.property(fc.array(commandLine, { minLength: 1, maxLength: 12 }), (lines) => {
        const world = bridgeWorld();
        for (const [program, words, head] of lines) {
          const start = program === "ip" || program === "bridge" ? head.split(" ").filter((word) => word !== "") : [];
          const status = run(world, program, [...start, ...words]);
          expect(status, [program, ...start, ...words].join(" ")).not.toBeNull();
        }
        for (const question of [
          "ip -d -s link",
          "ip addr",
          "ip route show table all",
          "bridge fdb",
          "brctl show",
          "ifconfig -a",
        ]) {
          expect(runLine(world, shellPrograms, question).exit, question).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
