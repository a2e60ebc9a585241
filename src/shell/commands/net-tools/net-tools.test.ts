import { describe, expect, it } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, runLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

function say(world: ShellWorld, line: string, node?: string): string {
  const { stdout, stderr, exit } = runLine(world, shellPrograms, line, 1e9, node);
  return `${stdout}${stderr === "" ? "" : `!! ${stderr}`}${exit === 0 ? "" : `[${exit}]`}`;
}

describe("ifconfig", () => {
  it("shows a device with its counters, an alias without", () => {
    const world = bridgeWorld();
    say(world, "ifconfig docker0:1 10.80.0.1/24");
    expect(say(world, "ifconfig docker0:1")).toBe(
      "docker0:1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n" +
        "        inet 10.80.0.1  netmask 255.255.255.0  broadcast 10.80.0.255\n" +
        "        ether 02:42:00:00:00:01  txqueuelen 1000  (Ethernet)\n\n",
    );
    expect(say(world, "ifconfig lo")).toBe(
      "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n" +
        "        inet 127.0.0.1  netmask 255.0.0.0\n" +
        "        loop  txqueuelen 1000  (Local Loopback)\n" +
        "        RX packets 0  bytes 0 (0.0 B)\n" +
        "        RX errors 0  dropped 0  overruns 0  frame 0\n" +
        "        TX packets 0  bytes 0 (0.0 B)\n" +
        "        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n",
    );
  });

  it("sets an address with the mask of its class, then the mask, and the broadcast with it", () => {
    const world = bridgeWorld();
    say(world, "ip link add va type veth peer name vb; ifconfig va 10.0.0.1");
    expect(say(world, "ip addr show va")).toContain("inet 10.0.0.1/8 brd 10.255.255.255 scope global va");
    say(world, "ifconfig va netmask 255.255.0.0");
    expect(say(world, "ip addr show va")).toContain("inet 10.0.0.1/16 brd 10.0.255.255 scope global va");
    say(world, "ifconfig va 0.0.0.0");
    expect(say(world, "ip -br addr show va")).toBe("va@vb            LOWERLAYERDOWN \n");
  });

  it.each([
    ["ifconfig nosuch", "!! nosuch: error fetching interface information: Device not found\n[1]"],
    ["ifconfig nosuch up", "!! nosuch: ERROR while getting interface flags: No such device\n[255]"],
    ["ifconfig docker0 mtu 10", "!! SIOCSIFMTU: Invalid argument\n[1]"],
    ["ifconfig docker0 frob", "!! frob: Host name lookup failure\nifconfig: `--help' gives usage information.\n[1]"],
    ["ifconfig docker0:9 down", "!! SIOCSIFFLAGS: Cannot assign requested address\n[255]"],
  ])("answers %s", (line, answer) => {
    expect(say(bridgeWorld(), line)).toBe(answer);
  });
});

describe("route", () => {
  it("lists the main table with what refuses marked", () => {
    const world = bridgeWorld();
    say(world, "route add default gw 172.17.0.2; route add -net 10.70.0.0 netmask 255.255.0.0 gw 172.17.0.3 metric 5");
    say(world, "route add -host 10.7.0.1 reject; ip route add blackhole 10.66.0.0/16");
    expect(say(world, "route -n")).toBe(
      "Kernel IP routing table\n" +
        "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n" +
        "0.0.0.0         172.17.0.2      0.0.0.0         UG    0      0        0 docker0\n" +
        "10.7.0.1        -               255.255.255.255 !H    0      -        0 -\n" +
        "10.66.0.0       0.0.0.0         255.255.0.0     U     0      0        0 *\n" +
        "10.70.0.0       172.17.0.3      255.255.0.0     UG    5      0        0 docker0\n" +
        "172.17.0.0      0.0.0.0         255.255.0.0     U     0      0        0 docker0\n",
    );
    expect(say(world, "cat /proc/net/route | head -2 | tail -1 | cut -f1-4")).toBe(
      "docker0\t00000000\t020011AC\t0003\n",
    );
  });

  it.each([
    ["route del -net 10.99.0.0/16", "!! SIOCDELRT: No such process\n[7]"],
    ["route add default gw 99.0.0.1", "!! SIOCADDRT: Network is unreachable\n[7]"],
    ["route add -net 10.3.0.0/16 dev nosuch", "!! SIOCADDRT: No such device\n[7]"],
    ["route add -net 10.3.0.0/16 gw frob", "!! frob: Unknown host\n[6]"],
  ])("answers %s", (line, answer) => {
    expect(say(bridgeWorld(), line)).toBe(answer);
  });
});

describe("arp", () => {
  it("takes only what is on a link; -D takes a device's MAC, pub answers for an address", () => {
    const world = bridgeWorld();
    say(world, "ip route add default via 172.17.0.2");
    expect(say(world, "arp -s 9.9.9.9 02:00:00:00:00:01")).toBe("!! SIOCSARP: Network is unreachable\n[255]");
    expect(say(world, "arp -i docker0 -Ds 172.17.0.99 docker0; arp -an | cut -d' ' -f4 > /tmp/a")).toBe("");
    expect(say(world, '[ "$(cat /tmp/a)" = "$(cat /sys/class/net/docker0/address)" ] && echo same')).toBe("same\n");
    expect(say(world, "arp -s 172.17.0.98 02:00:00:00:00:01 pub")).toBe("!! SIOCSARP: No such device\n[255]");
    expect(say(world, "arp -i docker0 -Ds 172.17.0.98 docker0 pub; ip neigh show proxy")).toBe(
      "172.17.0.98 dev docker0 proxy \n",
    );
    expect(say(world, "arp -Ds 172.17.0.98 nosuch")).toContain("cant get HW-Address for `nosuch'");
    expect(say(world, "arp -H frob")).toBe("!! arp: frob: unknown hardware type.\n[255]");
  });

  it("shows, sets and deletes entries", () => {
    const world = bridgeWorld();
    expect(say(world, "arp -n")).toBe("");
    say(world, "arp -s 172.17.0.99 02:42:ac:11:00:99");
    expect(say(world, "arp -n")).toBe(
      "Address                  HWtype  HWaddress           Flags Mask            Iface\n" +
        "172.17.0.99              ether   02:42:ac:11:00:99   CM                    docker0\n",
    );
    expect(say(world, "arp -an")).toBe("? (172.17.0.99) at 02:42:ac:11:00:99 [ether] PERM on docker0\n");
    expect(say(world, "cat /proc/net/arp")).toBe(
      "IP address       HW type     Flags       HW address            Mask     Device\n" +
        "172.17.0.99      0x1         0x6         02:42:ac:11:00:99     *        docker0\n",
    );
    expect(say(world, "arp -d 172.17.0.99; arp -d 172.17.0.99")).toBe("No ARP entry for 172.17.0.99\n[255]");
    say(world, "ping -c 1 -W 1 172.17.0.9");
    expect(say(world, "arp -n 172.17.0.9")).toBe(
      "Address                  HWtype  HWaddress           Flags Mask            Iface\n" +
        "172.17.0.9                       (incomplete)                              docker0\n",
    );
  });
});

describe("ethtool", () => {
  it("tells the driver, and the number of a veth's other end", () => {
    expect(say(bridgeWorld(), "ethtool -S eth0 | head -2", "hostA/c2")).toBe("NIC statistics:\n     peer_ifindex: 3\n");
    expect(say(bridgeWorld(), "ethtool -i docker0 | head -3")).toBe(
      "driver: bridge\nversion: 2.3\nfirmware-version: N/A\n",
    );
    expect(say(bridgeWorld(), "ethtool -S docker0")).toBe("!! no stats available\n[94]");
    expect(say(bridgeWorld(), "ethtool -K docker0 tx off gso off")).toBe("");
    expect(say(bridgeWorld(), "ethtool -K docker0 tx on")).toContain("not simulated");
    expect(say(bridgeWorld(), "ethtool -K nosuch tx off")).toBe("!! netlink error: No such device\n[92]");
  });
});

describe("sysctl and /proc/sys", () => {
  it("reads and writes by names with dots or slashes", () => {
    const world = bridgeWorld();
    expect(say(world, "sysctl net.ipv4.ip_forward")).toBe("net.ipv4.ip_forward = 0\n");
    expect(say(world, "sysctl -w net/ipv4/ip_forward=1")).toBe("net.ipv4.ip_forward = 1\n");
    expect(say(world, "cat /proc/sys/net/ipv4/ip_forward")).toBe("1\n");
    expect(say(world, "echo 0 > /proc/sys/net/ipv4/ip_forward; sysctl -n net.ipv4.ip_forward")).toBe("0\n");
    expect(say(world, "ls /proc/sys/net/ipv4/conf")).toBe("all\ndefault\ndocker0\nlo\nveth2\nveth3\n");
  });

  it.each([
    ["sysctl net.ipv4.nosuch", "!! sysctl: cannot stat /proc/sys/net/ipv4/nosuch: No such file or directory\n[1]"],
    ["sysctl -w net.ipv4.ip_forward=zz", '!! sysctl: setting key "net.ipv4.ip_forward": Invalid argument\n[1]'],
    ["sysctl -w net.ipv4.ip_forward", "!! sysctl: command line(0): invalid syntax, continuing...\n[1]"],
    ["sysctl -w net.ipv4.ip_forward = 1", "!! sysctl: command line(0): invalid syntax, continuing...\n[1]"],
  ])("answers %s", (line, answer) => {
    expect(say(bridgeWorld(), line)).toBe(answer);
  });

  it("is read-only in a container", () => {
    expect(say(bridgeWorld(), "sysctl -w net.ipv4.ip_forward=0", "hostA/c2")).toBe(
      '!! sysctl: permission denied on key "net.ipv4.ip_forward"\n[1]',
    );
    expect(say(bridgeWorld(), "echo 1 > /proc/sys/net/ipv4/ip_forward", "hostA/c2")).toContain("Read-only file system");
  });
});

describe("/sys/class/net", () => {
  it("shows a device's numbers, its bridge's and its port's", () => {
    const world = bridgeWorld();
    const of = (path: string, node?: string) => say(world, `cat /sys/class/net/${path}`, node);
    expect(of("eth0/iflink", "hostA/c2")).toBe("3\n");
    expect(of("eth0/ifindex", "hostA/c2")).toBe("2\n");
    expect(of("eth0/operstate", "hostA/c2")).toBe("up\n");
    expect(of("docker0/bridge/ageing_time")).toBe("30000\n");
    expect(of("veth2/brport/port_no")).toBe("0x1\n");
    expect(of("docker0/brif/veth2/state")).toBe("3\n");
    expect(say(world, "ls /sys/class/net/docker0/brif")).toBe("veth2\nveth3\n");
    expect(say(world, "ls /sys/class/net")).toBe("docker0\nlo\nveth2\nveth3\n");
    say(world, "ip link set docker0 down");
    expect(of("docker0/carrier")).toContain("Invalid argument");
    say(world, "echo 1 > /sys/class/net/docker0/bridge/stp_state");
    expect(say(world, "brctl show docker0")).toContain("\tyes\t");
    expect(say(world, "echo 1 > /sys/class/net/docker0/address")).toContain("Permission denied");
  });
});
