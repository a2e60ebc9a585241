import { describe, expect, it } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

/** What a line prints, stderr marked; a status other than 0 stands at the end. */
function say(world: ShellWorld, line: string, node?: string): string {
  const { stdout, stderr, exit } = runLine(world, shellPrograms, line, 1e9, node);
  const errors = stderr === "" ? "" : stderr.replace(/^/gm, "!! ").replace(/!! $/, "");
  return `${stdout}${errors}${exit === 0 ? "" : `[${exit}]`}`;
}

/** hostA with docker0 and two containers, and a veth pair va, vb with known MACs. */
function lab(): ShellWorld {
  const world = bridgeWorld();
  expect(say(world, "ip link add va address 02:00:00:00:00:0a type veth peer name vb address 02:00:00:00:00:0b")).toBe(
    "",
  );
  return world;
}

describe("ip link", () => {
  it("shows the peer by name or by number, and what state the link is in", () => {
    const world = lab();
    expect(say(world, "ip link show va")).toBe(
      "6: va@vb: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n" +
        "    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff\n",
    );
    say(world, "ip link set va up");
    expect(say(world, "ip link show va")).toContain(
      "6: va@vb: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN mode",
    );
    say(world, "ip netns add blue; ip link set vb netns blue; ip -n blue link set vb up");
    expect(say(world, "ip link show va")).toBe(
      "6: va@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n" +
        "    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff link-netns blue\n",
    );
    expect(say(world, "ip netns exec blue ip -br link show vb")).toBe(
      "vb@if6           UP             02:00:00:00:00:0b <BROADCAST,MULTICAST,UP,LOWER_UP> \n",
    );
  });

  it("counts what passed, in columns as wide as iproute2's", () => {
    expect(say(lab(), "ip -s -s link show vb").split("\n").slice(2).join("\n")).toBe(
      "    RX:  bytes packets errors dropped  missed   mcast           \n" +
        "             0       0      0       0       0       0 \n" +
        "    RX errors:  length    crc   frame    fifo overrun\n" +
        "                     0      0       0       0       0 \n" +
        "    TX:  bytes packets errors dropped carrier collsns           \n" +
        "             0       0      0       0       0       0 \n" +
        "    TX errors: aborted   fifo  window heartbt transns\n" +
        "                     0      0       0       0       1 \n",
    );
  });

  it.each([
    ["ip link show nosuch", '!! Device "nosuch" does not exist.\n[1]'],
    ["ip link set nosuch up", '!! Cannot find device "nosuch"\n[1]'],
    ["ip link set va frob", '!! Error: either "dev" is duplicate, or "frob" is a garbage.\n[255]'],
    ["ip link set va address zz", '!! "zz" is invalid lladdr.\n[1]'],
    ["ip link set va address 02:00", "!! Invalid address length 2 - must be 6 bytes\n[1]"],
    ["ip link set va mtu 10", "!! Error: mtu less than device minimum.\n[2]"],
    ["ip link set va master vb", "!! RTNETLINK answers: Operation not supported\n[2]"],
    ["ip link add va type bridge", "!! RTNETLINK answers: File exists\n[2]"],
    ["ip link add x type nosuch", "!! Error: Unknown device type.\n[2]"],
    ["ip link add x", '!! Not enough information: "type" argument is required\n[1]'],
    [
      "ip link set va name averyveryverylongname",
      '!! Error: argument "averyveryverylongname" is wrong: "name" not a valid ifname\n[255]',
    ],
    ["ip link set docker0 master docker0", "!! RTNETLINK answers: Invalid argument\n[2]"],
    ["ip link add averyveryverylongname type bridge", "!! Error: Attribute failed policy validation.\n[2]"],
    ["ip link del lo", "!! RTNETLINK answers: Operation not supported\n[2]"],
    ["ip link set lo netns 1", "!! Error: The interface netns is immutable.\n[2]"],
    [
      "ip netns add b; ip -n b link add va type dummy; ip link set va netns b",
      "!! Error: An interface with the same name exists in the target netns.\n[2]",
    ],
    ["ip lin", ""],
    ["ip frobnicate", '!! Object "frobnicate" is unknown, try "ip help".\n[1]'],
    ["ip -n nosuch link", '!! Cannot open network namespace "nosuch": No such file or directory\n[255]'],
  ])("answers %s", (line, answer) => {
    const said = say(lab(), line);
    if (answer === "") expect(said).toMatch(/^1: lo: /);
    else expect(said).toBe(answer);
  });

  it("applies a bridge's settings in the kernel's order, whatever the order of the words", () => {
    const world = lab();
    expect(say(world, "ip link add br9 type bridge stp_state 1 forward_delay 0 priority 5")).toBe("");
    expect(say(world, "ip -d link show br9")).toContain(
      "    bridge forward_delay 200 hello_time 200 max_age 2000 ageing_time 30000 stp_state 1 priority 5 vlan_filtering 0 bridge_id 0005.0:0:0:0:0:0",
    );
  });

  it("changes, shows and deletes the devices of a group together", () => {
    const world = lab();
    expect(say(world, "ip link set va group 5; ip link set group 5 mtu 1300; ip -br link show group 5")).toMatch(
      /^va@vb .*\n$/,
    );
    expect(say(world, "ip link show va")).toContain(" mtu 1300 qdisc noop state DOWN mode DEFAULT group 5 qlen 1000");
    expect(say(world, "ip link del group 5; ip link show va")).toBe('!! Device "va" does not exist.\n[1]');
    expect(say(world, "ip link del group 5")).toBe("!! RTNETLINK answers: No such device\n[2]");
  });

  it("paints names, addresses and states that are up or down, if asked", () => {
    const world = lab();
    expect(say(world, "ip -c link show va")).toBe(
      "6: \x1b[36mva@vb: \x1b[0m<BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state \x1b[31mDOWN \x1b[0mmode DEFAULT group default qlen 1000\n" +
        "    link/ether \x1b[33m02:00:00:00:00:0a\x1b[0m brd \x1b[33mff:ff:ff:ff:ff:ff\x1b[0m\n",
    );
    expect(say(world, "ip -c -br -4 addr show docker0")).toContain("\x1b[35m172.17.0.1\x1b[0m/16 ");
    expect(say(world, "ip -c=never -br link show va")).not.toContain("\x1b");
  });

  it("changes nothing without the capability", () => {
    const world = lab();
    (world.nodes.hostA as { caps: string[] }).caps = [];
    for (const line of [
      "ip link set va up",
      "ip addr add 10.9.9.9/24 dev va",
      "ip route del default",
      "ip link add x type nosuch",
    ]) {
      expect(say(world, line)).toBe("!! RTNETLINK answers: Operation not permitted\n[2]");
    }
    expect(say(world, "ip link del nosuch")).toBe('!! Cannot find device "nosuch"\n[1]');
    expect(say(world, "bridge fdb add 02:00:00:00:00:06 dev veth2 master")).toBe(
      "!! RTNETLINK answers: Operation not permitted\n[255]",
    );
  });
});

describe("ip addr", () => {
  it("gives a link its link-local address, tentative at first, which stays when the MAC changes", () => {
    const world = lab();
    say(world, "sysctl -w net.ipv6.conf.all.disable_ipv6=0; ip link set va up");
    expect(say(world, "ip -6 addr show va")).toBe("");
    say(world, "ip link set vb up");
    expect(say(world, "ip -6 -o addr show va")).toContain("inet6 fe80::ff:fe00:a/64 scope link tentative \\");
    say(world, "sleep 2; ip link set va address 02:00:00:00:00:99");
    expect(runLine(world, shellPrograms, "sleep 2; ip -6 -o addr show va", 5e9).stdout).toContain(
      "inet6 fe80::ff:fe00:a/64 scope link \\",
    );
    say(world, "ip link set va down; ip link set va up");
    expect(say(world, "ip -6 -o addr show va")).toContain("inet6 fe80::ff:fe00:99/64 scope link tentative \\");
    say(world, "sysctl -w net.ipv6.conf.va.disable_ipv6=1");
    expect(say(world, "ip -6 addr show va; sysctl net.ipv6.conf.va.disable_ipv6")).toBe(
      "net.ipv6.conf.va.disable_ipv6 = 1\n",
    );
    expect(say(world, "ip -6 addr | head -2")).toMatch(
      /^1: lo: <.*> mtu 65536 state UNKNOWN qlen 1000\n {4}inet6 ::1\/128 /,
    );
  });

  it("gives a link a peer, whose prefix the route is for", () => {
    const world = lab();
    say(world, "ip link set va up; ip link set vb up; ip addr add 10.1.0.1 peer 10.1.0.2 dev va");
    expect(say(world, "ip -o addr show va")).toContain(" inet 10.1.0.1 peer 10.1.0.2/32 scope global va");
    expect(say(world, "ip -br addr show va")).toContain(" 10.1.0.1 peer 10.1.0.2/32 ");
    expect(say(world, "ip route show dev va")).toBe("10.1.0.2 proto kernel scope link src 10.1.0.1 \n");
    expect(say(world, "ip route get 10.1.0.2")).toContain("10.1.0.2 dev va src 10.1.0.1 ");
    expect(say(world, "ip addr del 10.1.0.1 peer 10.1.0.3 dev va")).toBe("!! Error: ipv4: Address not found.\n[2]");
    expect(say(world, "ip addr del 10.1.0.1 peer 10.1.0.2 dev va; ip -br addr show va; ip route show dev va")).toBe(
      "va@vb            UP             \n",
    );
  });

  it("shows addresses long, brief and on one line", () => {
    const world = lab();
    say(
      world,
      "ip addr add 10.0.1.1/24 brd + dev va; ip addr add 10.0.1.2/24 dev va; ip addr add 10.0.3.1/24 dev va scope link",
    );
    expect(say(world, "ip addr show va")).toBe(
      "6: va@vb: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default qlen 1000\n" +
        "    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff\n" +
        "    inet 10.0.3.1/24 scope link va\n       valid_lft forever preferred_lft forever\n" +
        "    inet 10.0.1.1/24 brd 10.0.1.255 scope global va\n       valid_lft forever preferred_lft forever\n" +
        "    inet 10.0.1.2/24 scope global secondary va\n       valid_lft forever preferred_lft forever\n",
    );
    expect(say(world, "ip -br addr show va")).toBe(
      "va@vb            DOWN           10.0.3.1/24 10.0.1.1/24 10.0.1.2/24 \n",
    );
    expect(say(world, "ip -o -4 addr show to 10.0.3.0/24")).toBe(
      "6: va    inet 10.0.3.1/24 scope link va\\       valid_lft forever preferred_lft forever\n",
    );
    expect(say(world, "ip -4 addr show vb")).toBe("");
    expect(say(world, "ip -s addr flush dev va")).toBe(
      "\n*** Round 1, deleting 3 addresses ***\n*** Flush is complete after 1 round ***\n",
    );
  });

  it.each([
    ["ip addr add 172.17.0.1/16 dev docker0", "!! Error: ipv4: Address already assigned.\n[2]"],
    ["ip addr del 10.9.9.9/24 dev docker0", "!! Error: ipv4: Address not found.\n[2]"],
    ["ip addr add 300.1.1.1/24 dev va", '!! Error: any valid prefix is expected rather than "300.1.1.1/24".\n[1]'],
    ["ip addr add 10.0.0.1/24", '!! Not enough information: "dev" argument is required.\n[1]'],
    ["ip addr add 10.0.0.1/24 dev va scope frob", '!! Error: argument "frob" is wrong: invalid scope value.\n[255]'],
    ["ip addr flush", "!! Flush requires arguments.\n[1]"],
    ["ip addr frob", '!! Command "frob" is unknown, try "ip address help".\n[255]'],
  ])("answers %s", (line, answer) => {
    expect(say(lab(), line)).toBe(answer);
  });
});

describe("ip route", () => {
  it("prints each route's words in iproute2's order, without those that the selector names", () => {
    const world = lab();
    say(
      world,
      "ip route add default via 172.17.0.2; ip route add 10.5/16 via 172.17.0.3 metric 50 proto static mtu 1400",
    );
    say(world, "ip route add blackhole 10.66.0.0/16; ip route add 10.7.0.0/16 via 1.2.3.4 dev docker0 onlink");
    expect(say(world, "ip route")).toBe(
      "default via 172.17.0.2 dev docker0 \n" +
        "10.5.0.0/16 via 172.17.0.3 dev docker0 proto static metric 50 mtu 1400 \n" +
        "10.7.0.0/16 via 1.2.3.4 dev docker0 onlink \n" +
        "blackhole 10.66.0.0/16 \n" +
        "172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 \n",
    );
    expect(say(world, "ip route show dev docker0 proto kernel")).toBe("172.17.0.0/16 scope link src 172.17.0.1 \n");
    expect(say(world, "ip route show match 10.5.1.2")).toBe(
      "default via 172.17.0.2 dev docker0 \n10.5.0.0/16 via 172.17.0.3 dev docker0 proto static metric 50 mtu 1400 \n",
    );
    expect(say(world, "ip route show table 77")).toBe(
      "!! Error: ipv4: FIB table does not exist.\n!! Dump terminated\n[2]",
    );
    expect(say(world, "ip route get 10.5.9.9")).toBe(
      "10.5.9.9 via 172.17.0.3 dev docker0 src 172.17.0.1 uid 0 \n    cache mtu 1400 \n",
    );
    expect(say(world, "ip route get 172.17.0.1")).toBe(
      "local 172.17.0.1 dev lo src 172.17.0.1 uid 0 \n    cache <local> \n",
    );
  });

  it.each([
    ["ip route add 172.17.0.0/16 dev docker0 proto kernel src 172.17.0.1", "!! RTNETLINK answers: File exists\n[2]"],
    ["ip route add 10.3.0.0/16 via 8.8.8.8", "!! Error: Nexthop has invalid gateway.\n[2]"],
    ["ip route add 10.6.0.1/16 via 172.17.0.2", "!! Error: Invalid prefix for given prefix length.\n[2]"],
    ["ip route add 10.6.0.0/16 dev va", "!! Error: Device for nexthop is not up.\n[2]"],
    ["ip route add 10.6.0.0/16 via frob", '!! Error: inet address is expected rather than "frob".\n[1]'],
    ["ip route del 10.2.0.0/16", "!! RTNETLINK answers: No such process\n[2]"],
    ["ip route change 10.9.0.0/16 via 172.17.0.2", "!! RTNETLINK answers: No such file or directory\n[2]"],
    ["ip route get 8.8.8.8", "!! RTNETLINK answers: Network is unreachable\n[2]"],
    ["ip route get", "!! need at least a destination address\n[1]"],
    ["ip route frob", '!! Command "frob" is unknown, try "ip route help".\n[255]'],
    ["ip rule", "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n"],
  ])("answers %s", (line, answer) => {
    expect(say(lab(), line)).toBe(answer);
  });
});

describe("ip neigh", () => {
  it("flushes proxies alone", () => {
    const world = bridgeWorld();
    say(
      world,
      "ip neigh add proxy 172.17.0.7 dev docker0; ip neigh add 172.17.0.8 lladdr 02:00:00:00:00:08 dev docker0 nud stale",
    );
    expect(say(world, "ip neigh flush proxy; ip neigh show proxy; ip neigh")).toBe(
      "172.17.0.8 dev docker0 lladdr 02:00:00:00:00:08 STALE \n",
    );
  });

  it("adds, shows, and flushes all but the permanent", () => {
    const world = lab();
    say(world, "ip neigh add 172.17.0.7 lladdr 02:00:00:00:00:07 dev docker0 nud stale");
    say(world, "ip neigh add 172.17.0.8 lladdr 02:00:00:00:00:08 dev docker0");
    expect(say(world, "ip neigh show 172.17.0.7")).toBe("172.17.0.7 dev docker0 lladdr 02:00:00:00:00:07 STALE \n");
    expect(say(world, "ip neigh show nud permanent dev docker0")).toBe(
      "172.17.0.8 lladdr 02:00:00:00:00:08 PERMANENT \n",
    );
    expect(say(world, "ip -s neigh show 172.17.0.8")).toMatch(
      /^172\.17\.0\.8 dev docker0 lladdr 02:00:00:00:00:08 {2}used \d+\/\d+\/\d+probes 0 PERMANENT \n$/,
    );
    expect(say(world, "ip -s neigh flush all")).toBe(
      "\n*** Round 1, deleting 1 entries ***\n*** Flush is complete after 1 round ***\n",
    );
    expect(say(world, "ip neigh")).toBe("172.17.0.8 dev docker0 lladdr 02:00:00:00:00:08 PERMANENT \n");
    expect(say(world, "ip neigh add 172.17.0.8 lladdr 02:00:00:00:00:08 dev docker0")).toBe(
      "!! RTNETLINK answers: File exists\n[2]",
    );
    expect(say(world, "ip neigh del 172.17.0.9 dev docker0")).toBe(
      "!! RTNETLINK answers: No such file or directory\n[2]",
    );
    expect(say(world, "ip neigh add 172.17.0.9 dev docker0")).toBe("!! Error: No link layer address given.\n[2]");
    expect(say(world, "ip neigh add 172.17.0.9")).toBe("!! Device and destination are required arguments.\n[255]");
  });
});

describe("ip netns", () => {
  it("lists the newest first, with the number it is known by once a link leads there", () => {
    const world = lab();
    say(world, "ip netns add red; ip netns add blue");
    expect(say(world, "ip netns")).toBe("blue\nred\n");
    expect(say(world, "ls /run/netns /nosuch 2> /dev/null")).toContain("blue\nred\n");
    expect(say(world, "ip -n red link set lo up; ip -n red -o addr")).toContain("inet6 ::1/128 scope host");
    say(world, "ip link add p netns red type veth peer name q; ip link add r netns red type veth");
    expect(say(world, "ip -br link show q; ip link show r")).toMatch(/^q@if\d+ .*\n!! Device "r" does not exist/);
    expect(say(world, "ip -n red -br link show type veth | cut -d' ' -f1")).toMatch(/^p@if\d+\nveth0@r\nr@veth0\n$/);
    say(world, "ip link del q; ip -n red link del r");
    say(world, "ip link add x type veth peer name y netns red");
    expect(say(world, "ip netns list")).toMatch(/^blue\nred \(id: \d\)\n$/);
    expect(say(world, "ip netns exec red ip netns identify")).toBe("red\n");
    expect(say(world, "ip -j netns")).toMatch(/^\[\{"name":"blue"\},\{"name":"red","id":\d\}\]\n$/);
    expect(say(world, "ip -j -br link show lo")).toMatch(/^\[\{"ifname":"lo","operstate"/);
    // Its devices go a little later.
    expect(say(world, "ip netns del red; ip netns list; ip -br link show x | wc -l")).toBe("blue\n1\n");
    expect(say(world, "sleep 0.1; ip link show x")).toBe('!! Device "x" does not exist.\n[1]');
  });

  it("names a process's namespace by a link or by attach, and only the name goes with either", () => {
    const world = lab();
    startLine(world, "hostA/c2", "sleep 1000");
    const pid = world.procs.find((p) => p?.node === "hostA/c2")?.pid;
    say(world, `mkdir -p /var/run/netns; ln -sf /proc/${pid}/ns/net /var/run/netns/c2`);
    expect(say(world, "ip netns; ip -n c2 -br addr show eth0")).toMatch(/^c2\b.*\neth0@if\d+ +UP +172.17.0.2\/16 \n$/);
    expect(say(world, `ln -s /proc/${pid}/ns/net /var/run/netns/c2`)).toBe(
      "!! ln: failed to create symbolic link '/var/run/netns/c2': File exists\n[1]",
    );
    expect(say(world, "rm /var/run/netns/c2; ip netns")).toBe("");
    say(world, `ip netns attach c2 ${pid}; ip netns del c2`);
    expect(say(world, `nsenter -t ${pid} -n ip -br addr show eth0`)).toContain("172.17.0.2/16");
    expect(say(world, "ip netns attach c2 99999")).toBe(
      "!! Bind /proc/99999/ns/net -> /run/netns/c2 failed: No such file or directory\n[1]",
    );
  });

  it.each([
    ["ip netns add", "!! No netns name specified\n[1]"],
    ["ip netns add a/b", '!! Invalid netns name "a/b"\n[255]'],
    ["ip netns del x", '!! Cannot remove namespace file "/run/netns/x": No such file or directory\n[1]'],
    ["ip netns exec x ls", '!! Cannot open network namespace "x": No such file or directory\n[255]'],
    ["ip netns add x; ip netns exec x nosuch", '!! exec of "nosuch" failed: No such file or directory\n[1]'],
    ["ip netns add x; ip netns add x", '!! Cannot create namespace file "/run/netns/x": File exists\n[1]'],
  ])("answers %s", (line, answer) => {
    expect(say(lab(), line)).toBe(answer);
  });

  it("is told whatever family is asked for, and in JSON", () => {
    const world = lab();
    expect(say(world, "ip -4 addr show eth0", "hostA/c2")).toMatch(
      /group default (qlen 1000)? link-netnsid 0\n {4}inet 172/,
    );
    expect(say(world, "ip -j -4 addr show eth0", "hostA/c2")).toMatch(
      /"default",("txqlen":1000,)?"link_netnsid":0,"addr_info"/,
    );
    expect(say(world, "ip -j route get 172.17.0.3", "hostA/c2")).toBe(
      '[{"dst":"172.17.0.3","dev":"eth0","prefsrc":"172.17.0.2","flags":[],"uid":0,"cache":[]}]\n',
    );
    expect(say(world, "ip -j -p -4 addr show eth0", "hostA/c2")).toContain(
      '\n        "addr_info": [ {\n                "family": "inet",',
    );
  });

  it("keeps its names from containers, which see numbers", () => {
    const world = lab();
    expect(say(world, "ip -br link", "hostA/c2")).toMatch(/^lo .*\neth0@if\d+ +UP +02:42:ac:11:00:02 /);
    expect(say(world, "ip link show eth0", "hostA/c2")).toContain("link-netnsid 0\n");
  });
});

describe("ip link add type vxlan", () => {
  it("tells a name that is taken from a VNI that is", () => {
    const world = lab();
    const add = (name: string) => say(world, `ip link add ${name} type vxlan id 7 dstport 4789 2>&1`);
    expect(add("vx0")).toBe("");
    expect(add("vx0")).toBe("RTNETLINK answers: File exists\n[2]");
    expect(add("vx1")).toBe("Error: A VXLAN device with the specified VNI already exists.\n[2]");
  });
});

describe("ip monitor", () => {
  /** What a monitor tells while the lines run. */
  function heard(monitor: string, ...lines: string[]): string {
    const world = lab();
    const sink = startLine(world, "hostA", `timeout -s INT 20 ${monitor}`);
    runEvents(world, shellPrograms, 0.1e9);
    for (const line of lines) say(world, line);
    runEvents(world, shellPrograms, 25e9);
    return collect(world, sink).stdout;
  }

  it("tells of addresses, and of the routes that they bring", () => {
    const change = ["ip addr add 10.5.0.1/24 dev docker0", "ip addr del 10.5.0.1/24 dev docker0"];
    expect(heard("ip monitor addr", ...change)).toBe(
      "3: docker0    inet 10.5.0.1/24 scope global docker0\n       valid_lft forever preferred_lft forever\n".replace(
        /^3/,
        "2",
      ) +
        "Deleted 2: docker0    inet 10.5.0.1/24 scope global docker0\n       valid_lft forever preferred_lft forever\n",
    );
    expect(heard("ip monitor route", ...change)).toBe(
      "local 10.5.0.1 dev docker0 table local proto kernel scope host src 10.5.0.1 \n" +
        "10.5.0.0/24 dev docker0 proto kernel scope link src 10.5.0.1 \n" +
        "broadcast 10.5.0.255 dev docker0 table local proto kernel scope link src 10.5.0.1 \n" +
        "Deleted 10.5.0.0/24 dev docker0 proto kernel scope link src 10.5.0.1 \n" +
        "Deleted broadcast 10.5.0.255 dev docker0 table local proto kernel scope link src 10.5.0.1 \n" +
        "Deleted local 10.5.0.1 dev docker0 table local proto kernel scope host src 10.5.0.1 \n",
    );
  });

  it("tells of neighbours that are found, lost and deleted, with labels if asked", () => {
    expect(
      heard(
        "ip monitor label neigh rule",
        "ping -c 1 172.17.0.2",
        "ip neigh del 172.17.0.2 dev docker0",
        "ip rule add from 10.9.0.0/16 table 50",
      ),
    ).toBe(
      "[NEIGH]dev veth2 lladdr 02:42:ac:11:00:02 REACHABLE \n" +
        "[NEIGH]172.17.0.2 dev docker0 lladdr 02:42:ac:11:00:02 REACHABLE \n" +
        "[NEIGH]172.17.0.2 dev docker0 FAILED \n" +
        "[NEIGH]Deleted 172.17.0.2 dev docker0 FAILED \n" +
        "[RULE]32765:\tfrom 10.9.0.0/16 lookup 50\n" +
        // The other end, which believed in this one, has asked.
        "[NEIGH]172.17.0.2 dev docker0 lladdr 02:42:ac:11:00:02 STALE \n",
    );
  });

  it("tells of a bridge's forwarding entries among the neighbours, and of the routes of a device that has gone", () => {
    const entry = "02:00:00:00:00:05";
    const lines = [`bridge fdb add ${entry} dev veth2 master static`, `bridge fdb del ${entry} dev veth2 master`];
    const told = heard("ip monitor neigh", ...lines);
    expect(told).toBe(`dev veth2 lladdr ${entry} NOARP \nDeleted dev veth2 lladdr ${entry} NOARP \n`);
    const bridge = "ip link add br9 type bridge; ip addr add 10.9.0.1/24 dev br9; ip link del br9";
    expect(heard("ip monitor route", bridge)).toContain("Deleted local 10.9.0.1 dev br9 table local");
  });

  it("tells of links as they were at each step", () => {
    expect(
      heard("ip -o monitor link", "ip link set va up", "ip link set vb up", "ip link del va").replace(/ \\.*/g, ""),
    ).toBe(
      "6: va@vb: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default\n" +
        "5: vb@va: <NO-CARRIER,BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default\n" +
        "5: vb@va: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n" +
        "6: va@vb: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n" +
        "6: va@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default\n" +
        "5: vb@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default\n" +
        "Deleted 6: va@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default\n" +
        "Deleted 5: vb@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default\n",
    );
  });
});

describe("ip -batch", () => {
  it("runs a line after another until one fails", () => {
    const world = lab();
    expect(say(world, "printf 'link show nosuch\\n# none\\nroute show\\n' | ip -b -")).toBe(
      '!! Device "nosuch" does not exist.\n!! Command failed -:1\n[1]',
    );
    expect(say(world, "printf 'frob\\nneigh show\\nroute show default\\n' > /tmp/b; ip -force -batch /tmp/b")).toBe(
      '!! Object "frob" is unknown, try "ip help".\n!! Command failed /tmp/b:1\n[1]',
    );
    expect(say(world, "ip -batch /tmp/nosuch")).toBe(
      '!! Cannot open file "/tmp/nosuch" for reading: No such file or directory\n[1]',
    );
  });
});

describe("ip -all netns exec", () => {
  it("runs the command in each namespace", () => {
    const world = lab();
    say(world, "ip netns add red; ip netns add blue");
    expect(say(world, "ip -all netns exec ip -br link | sort -u")).toBe(
      "\nlo               DOWN           00:00:00:00:00:00 <LOOPBACK> \nnetns: blue\nnetns: red\n",
    );
  });
});

describe("readlink", () => {
  it("knows what a device's links lead to", () => {
    const world = lab();
    expect(say(world, "ip link set va master docker0; readlink /sys/class/net/va /sys/class/net/va/master")).toBe(
      "../../devices/virtual/net/va\n../docker0\n",
    );
    expect(say(world, "readlink -f /sys/class/net/docker0/brif/va/bridge")).toBe("/sys/devices/virtual/net/docker0\n");
    expect(say(world, "readlink /etc/hosts")).toBe("[1]");
    expect(say(world, "ethtool -k va | head -5 | tail -3")).toBe(
      "tx-checksumming: off\n\ttx-checksum-ipv4: off [fixed]\n\ttx-checksum-ip-generic: off\n",
    );
  });
});
