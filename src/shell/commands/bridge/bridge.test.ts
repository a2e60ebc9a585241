import { describe, expect, it } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

function say(world: ShellWorld, line: string): string {
  const { stdout, stderr, exit } = runLine(world, shellPrograms, line, 1e9);
  return `${stdout}${stderr === "" ? "" : `!! ${stderr}`}${exit === 0 ? "" : `[${exit}]`}`;
}

/** bridgeWorld with known MACs at the ports, and c2's MAC learned. */
function lab(): ShellWorld {
  const world = bridgeWorld();
  say(world, "ip link set veth2 address 02:00:00:00:00:0a; ip link set veth3 address 02:00:00:00:00:0b");
  say(world, "bridge fdb add 02:42:ac:11:00:02 dev veth2 master dynamic");
  return world;
}

describe("bridge fdb", () => {
  it("shows each device's entries behind those that its bridge has for it, newest first", () => {
    expect(say(lab(), "bridge fdb show br docker0")).toBe(
      [
        "33:33:00:00:00:01 dev docker0 self permanent",
        "01:00:5e:00:00:6a dev docker0 self permanent",
        "33:33:00:00:00:6a dev docker0 self permanent",
        "01:00:5e:00:00:01 dev docker0 self permanent",
        "02:42:00:00:00:01 dev docker0 master docker0 permanent",
        "02:42:ac:11:00:02 dev veth2 master docker0 ",
        "02:00:00:00:00:0a dev veth2 master docker0 permanent",
        "33:33:00:00:00:01 dev veth2 self permanent",
        "01:00:5e:00:00:01 dev veth2 self permanent",
        "02:00:00:00:00:0b dev veth3 master docker0 permanent",
        "33:33:00:00:00:01 dev veth3 self permanent",
        "01:00:5e:00:00:01 dev veth3 self permanent",
        "",
      ].join("\n"),
    );
    expect(say(lab(), "bridge fdb show dynamic")).toBe("02:42:ac:11:00:02 dev veth2 master docker0 \n");
    expect(say(lab(), "bridge -s fdb show brport veth2 dynamic")).toMatch(
      /^02:42:ac:11:00:02 used \d+\/\d+ master docker0 \n$/,
    );
  });

  it("flushes what a port has, or what of it is wanted", () => {
    const ofPorts = "bridge fdb show br docker0 | grep 'dev veth. master' | cut -d ' ' -f 1-3";
    const [learned, ownOf2, ownOf3] = [
      "02:42:ac:11:00:02 dev veth2",
      "02:00:00:00:00:0a dev veth2",
      "02:00:00:00:00:0b dev veth3",
    ];
    for (const [flush, left] of [
      ["dev veth2 master", [ownOf3]],
      ["dev docker0 brport veth3", [learned, ownOf2]],
      ["dev docker0 dynamic", [ownOf2, ownOf3]],
      ["dev docker0 brport veth2 permanent", [learned, ownOf3]],
    ] as const) {
      expect(say(lab(), `bridge fdb flush ${flush}; ${ofPorts}`)).toBe(`${left.join("\n")}\n`);
    }
  });

  it("moves an entry by hand and makes it static", () => {
    const world = lab();
    expect(say(world, "bridge fdb replace 02:42:ac:11:00:02 dev veth3 master static")).toBe("");
    expect(say(world, "bridge fdb get 02:42:ac:11:00:02 br docker0")).toBe(
      "02:42:ac:11:00:02 dev veth3 master docker0 static\n",
    );
  });

  it.each([
    ["bridge fdb add zz dev veth2", "!! Invalid mac address zz\n[255]"],
    ["bridge fdb add 02:42:ac:11:00:02 dev veth2 master", "!! RTNETLINK answers: File exists\n[255]"],
    ["bridge fdb add 02:00:00:00:00:01 dev docker0 self local", ""],
    ["bridge fdb add 02:00:00:00:00:01 dev veth2 self static", "!! RTNETLINK answers: Invalid argument\n[255]"],
    ["bridge fdb del 02:42:ac:11:00:09 dev docker0 master", "!! RTNETLINK answers: Operation not supported\n[255]"],
    ["bridge fdb del 02:42:ac:11:00:09 dev veth2 master", "!! RTNETLINK answers: No such file or directory\n[255]"],
    ["bridge fdb add 02:00:00:00:00:01", "!! Device and address are required arguments.\n[255]"],
    ["bridge fdb show dev nosuch", '!! Cannot find device "nosuch"\n[255]'],
    ["bridge fdb show br nosuch", '!! Cannot find bridge device "nosuch"\n[255]'],
    ["bridge fdb get 02:00:00:00:00:77 br docker0", "!! Error: Fdb entry not found.\n[254]"],
    ["bridge frob", '!! Object "frob" is unknown, try "bridge help".\n[255]'],
  ])("answers %s", (line, answer) => {
    expect(say(lab(), line)).toBe(answer);
  });
});

describe("bridge link", () => {
  it("shows and sets what a port is", () => {
    const world = lab();
    const head = "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master docker0 state forwarding priority 32 cost 2 \n";
    expect(say(world, "bridge link show dev veth2")).toBe(`3: veth2@docker0: ${head}`);
    expect(say(world, "bridge link set dev veth2 cost 5 hairpin on learning off state 0")).toBe("");
    expect(say(world, "bridge link set dev veth2 state 9")).toContain("RTNETLINK answers: Invalid argument");
    expect(say(world, "bridge -d link show dev veth2")).toBe(
      "3: veth2@docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master docker0 state disabled priority 32 cost 5 \n" +
        "    hairpin on guard off root_block off fastleave off learning off flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off \n",
    );
    expect(say(world, "bridge link set dev docker0 cost 5")).toBe(
      "!! RTNETLINK answers: Operation not supported\n[255]",
    );
  });
});

describe("brctl", () => {
  it("shows bridges with their ports below each other, and MACs in their order", () => {
    const world = lab();
    expect(say(world, "brctl show")).toBe(
      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n" +
        "docker0\t\t8000.024200000001\tno\t\tveth2\n\t\t\t\t\t\t\tveth3\n",
    );
    expect(say(world, "brctl showmacs docker0")).toMatch(
      /^port no\tmac addr\t\tis local\?\tageing timer\n {2}1\t02:00:00:00:00:0a\tyes\t\t {3}0\.00\n {2}2\t02:00:00:00:00:0b\tyes\t\t {3}0\.00\n {2}1\t02:42:ac:11:00:02\tno\t\t +\d+\.\d\d\n$/,
    );
    expect(say(world, "brctl showstp docker0")).toContain(
      "veth2 (1)\n port id\t\t8001\t\t\tstate\t\t     forwarding\n designated root\t8000.024200000001\tpath cost\t\t   2\n",
    );
  });

  it("shows nothing where there is no bridge", () => {
    const world = lab();
    expect(say(world, "ip link set docker0 down; brctl delbr docker0; brctl show")).toBe("");
  });

  it.each([
    ["brctl addbr docker0", "!! device docker0 already exists; can't create bridge with the same name\n[1]"],
    ["brctl addif docker0 nosuch", "!! interface nosuch does not exist!\n[1]"],
    ["brctl addif nosuch veth2", "!! bridge nosuch does not exist!\n[1]"],
    [
      "brctl addif docker0 veth2",
      "!! device veth2 is already a member of a bridge; can't add it to bridge docker0.\n[1]",
    ],
    ["brctl addif docker0 lo", "!! can't add lo to bridge docker0: Invalid argument\n[1]"],
    ["brctl delif docker0 lo", "!! device lo is not a port of docker0\n[1]"],
    ["brctl delbr docker0", "!! bridge docker0 is still up; can't delete it\n[1]"],
    ["brctl delbr nosuch", "!! bridge nosuch doesn't exist; can't delete it\n[1]"],
    ["brctl showmacs nosuch", "!! read of forward table failed: No such device\n[1]"],
    ["brctl stp docker0 maybe", "!! expect on/off for argument\n[1]"],
    ["brctl sethello docker0 50", "!! set hello timer failed: Numerical result out of range\n[1]"],
    ["brctl setpathcost docker0 lo 5", "!! set path cost failed: No such file or directory\n[1]"],
    [
      "brctl addif docker0",
      "Incorrect number of arguments for command\nUsage: brctl addif <bridge> <device>\tadd interface to bridge\n[1]",
    ],
  ])("answers %s", (line, answer) => {
    expect(say(lab(), line)).toBe(answer);
  });

  it("has netfilter see what one bridge forwards", () => {
    const world = lab();
    const drop = "iptables -I FORWARD -j DROP; sysctl -qw net.bridge.bridge-nf-call-iptables=0";
    const sent = () => runLine(world, shellPrograms, "ping -c 1 -W 1 172.17.0.3", 3e9, "hostA/c2").stdout;
    say(world, drop);
    expect(sent()).toContain("1 received");
    expect(
      say(
        world,
        "ip link set docker0 type bridge nf_call_iptables 1; cat /sys/class/net/docker0/bridge/nf_call_iptables",
      ),
    ).toBe("1\n");
    expect(sent()).toContain("0 received");
    expect(say(world, "ip -d link show docker0 | grep -o 'nf_call_iptables .'")).toBe("nf_call_iptables 1\n");
    expect(say(world, "ip link set docker0 type bridge vlan_filtering 1")).toBe(
      "!! RTNETLINK answers: Operation not supported\n[2]",
    );
  });

  it("knows no VLANs to add, and none to take away", () => {
    expect(say(lab(), "bridge vlan add vid 10 dev veth2")).toBe("!! RTNETLINK answers: Operation not supported\n[255]");
    expect(say(lab(), "bridge vlan del vid 10 dev veth2; bridge -j vlan show")).toBe("[]\n");
  });

  it("passes over what stands behind a command of brctl's that has enough", () => {
    expect(say(lab(), "brctl addbr br3 br4; brctl show br3 | tail -1; brctl addbr")).toMatch(
      /^br3\t.*\nIncorrect number of arguments/s,
    );
  });

  it("tells of entries as they come and go", () => {
    const world = lab();
    const sink = startLine(world, "hostA", "timeout -s INT 5 bridge monitor fdb");
    runEvents(world, shellPrograms, 0.1e9);
    say(world, "bridge fdb del 02:42:ac:11:00:02 dev veth2 master; bridge fdb add 02:00:00:00:00:07 dev veth2");
    runLine(world, shellPrograms, "ping -c 1 172.17.0.3", 3e9, "hostA/c2");
    runEvents(world, shellPrograms, 10e9);
    expect(collect(world, sink).stdout).toBe(
      [
        "Deleted 02:42:ac:11:00:02 dev veth2 master docker0 ",
        "02:00:00:00:00:07 dev veth2 self permanent",
        "02:42:ac:11:00:02 dev veth2 master docker0 ",
        "02:42:ac:11:00:03 dev veth3 master docker0 \n",
      ].join("\n"),
    );
    expect(say(world, "bridge monitor frob")).toBe('!! Argument "frob" is unknown, try "bridge monitor help".\n[255]');
  });

  it("flushes a port's entries by its file", () => {
    expect(say(lab(), "echo 1 > /sys/class/net/veth2/brport/flush; bridge fdb show dynamic br docker0")).toBe("");
  });
});
