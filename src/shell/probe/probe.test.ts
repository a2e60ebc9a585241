import { describe, expect, test } from "vitest";
import { sysctlSet } from "../../kernel/sysctl.ts";
import { signalGroup } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

const SECOND = 1e9;

function run(world: ShellWorld, node: string, line: string) {
  return runLine(world, shellPrograms, line, 30 * SECOND, node);
}

/** Measured times replaced by T. */
function masked(text: string): string {
  return text.replace(/\d+\.\d{3}/g, "T").replace(/time=\S+ ms/g, "time=T ms");
}

describe("ping", () => {
  test("sends, prints replies and statistics", () => {
    const { stdout, exit } = run(bridgeWorld(), "hostA/c2", "ping -c 2 172.17.0.3");
    expect(masked(stdout)).toBe(
      "PING 172.17.0.3 (172.17.0.3) 56(84) bytes of data.\n" +
        "64 bytes from 172.17.0.3: icmp_seq=1 ttl=64 time=T ms\n" +
        "64 bytes from 172.17.0.3: icmp_seq=2 ttl=64 time=T ms\n\n" +
        "--- 172.17.0.3 ping statistics ---\n" +
        "2 packets transmitted, 2 received, 0% packet loss, time 1022ms\n" +
        "rtt min/avg/max/mdev = T/T/T/T ms\n",
    );
    expect(exit).toBe(0);
  });

  test("waits for its next probe by a timer of the wheel, unless a message wakes it after a millisecond", () => {
    const time = (line: string) => / time (\d+)ms/.exec(run(bridgeWorld(), "hostA/c2", line).stdout)?.[1];
    expect(time("ping -c 2 -i 0.2 172.17.0.3")).toMatch(/^20\d$/);
    expect(Number(time("ping -c 6 172.17.0.3"))).toBeGreaterThan(5060);
  });

  test("-R shows the addresses that a probe and its answer left by, once", () => {
    const world = bridgeWorld();
    const { stdout } = run(world, "hostA/c2", "ping -n -R -c 2 -i 0.2 172.17.0.3");
    const own = "172.17.0.2";
    expect(stdout).toContain(`56(124) bytes of data.\n`);
    expect(stdout).toContain(` ms\nRR: \t${own}\n\t172.17.0.3\n\t172.17.0.3\n\t${own}\n\n64 bytes`);
    expect(stdout).toContain("\t(same route)\n\n---");
  });

  test("tries again where the cable's other end takes no frame so long, and gives up", () => {
    const world = bridgeWorld();
    run(world, "hostA/c2", "ping -c 1 172.17.0.3");
    run(world, "hostA", "ip link set $(bridge fdb | grep -m 1 02:42:ac:11:00:02 | cut -d' ' -f3) mtu 1000");
    const { stdout, stderr, exit } = run(world, "hostA/c2", "ping -c 1 -W 1 -s 1200 172.17.0.3");
    expect([stderr, exit]).toEqual(["ping: sendmsg: No buffer space available\n", 1]);
    expect(stdout).toMatch(/1 packets transmitted, 0 received, 100% packet loss, time 10\d\dms/);
  });

  test.each([
    ["-Q 300", "ping: the decimal value of TOS bits must be in range 0-255: 300\n", 2],
    ["-Q x", "ping: bad TOS value: x\n", 2],
    ["-W -1", "ping: bad linger time: -1\n", 2],
    ["-6", "ping: 172.17.0.3: Address family for hostname not supported\n", 2],
    ["-T foo", "ping: invalid timestamp type: foo\n", 2],
  ])("refuses %s", (option, words, status) => {
    const { stderr, exit } = run(bridgeWorld(), "hostA/c2", `ping -c 1 ${option} 172.17.0.3`);
    expect([stderr, exit]).toEqual([words, status]);
  });

  test("says nothing of a probe that there is no way for; -r allows none but the link", () => {
    const world = bridgeWorld();
    run(world, "hostA/c2", "ip route add default via 172.17.0.1; ip addr add 127.0.0.9/8 dev eth0");
    for (const options of ["-r 172.16.0.1", "-I 127.0.0.9 172.17.0.3"]) {
      const { stdout, stderr, exit } = run(world, "hostA/c2", `ping -c 1 -W 1 ${options}`);
      expect([/\d received/.exec(stdout)?.[0], stderr, exit]).toEqual(["0 received", "", 1]);
    }
    expect(run(world, "hostA/c2", "ping -r -c 1 172.17.0.3").exit).toBe(0);
  });

  test("-4 asks for addresses of that family only", () => {
    const refused = (line: string) => run(bridgeWorld(), "hostA/c2", line).stderr;
    expect(refused("ping -4 -c 1 300.1.1.1")).toBe("ping: 300.1.1.1: Name or service not known\n");
    expect(refused("arping -c 1 -I eth0 300.1.1.1")).toBe("arping: 300.1.1.1: Name or service not known\n");
    expect(refused("arping -i 0.2 -c 1 -I eth0 172.17.0.3")).toBe("arping: invalid argument: '0.2'\n");
    expect(refused("arping -c 0 -I eth0 172.17.0.3")).toContain("'0': out of range: 1 <= value <= 2147483647\n");
  });

  test("without anybody there it says who found out, and how many probes were on the way", () => {
    const { stdout, exit } = run(bridgeWorld(), "hostA/c2", "ping -c 3 172.17.0.9");
    expect(stdout).toContain("From 172.17.0.2 icmp_seq=1 Destination Host Unreachable\n");
    expect(stdout).toContain("\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2046ms\npipe ");
    expect(exit).toBe(1);
  });

  test("hears nothing of a next hop that doesn't answer once the route to it has gone", () => {
    const errors = (meanwhile: string) => {
      const world = bridgeWorld();
      run(world, "hostA/c2", "ip route add 10.66.0.0/24 via 172.17.0.9");
      const sink = startLine(world, "hostA/c2", `(sleep 1; ${meanwhile}) & ping -c 1 -W 4 10.66.0.1`);
      runEvents(world, shellPrograms, 8e9);
      return /\+\d errors/.exec(collect(world, sink).stdout)?.[0];
    };
    expect(errors("ip route add 10.67.0.0/24 via 172.17.0.9")).toBe("+1 errors");
    expect(errors("ip route del 10.66.0.0/24")).toBeUndefined();
    expect(errors("ip route replace 10.66.0.0/24 via 172.17.0.8")).toBeUndefined();
  });

  test("what netfilter lets fall is told only if an ICMP error says so, too", () => {
    const world = bridgeWorld();
    run(world, "hostA/c2", "iptables -A OUTPUT -d 172.17.0.3 -p icmp -j DROP");
    expect(run(world, "hostA/c2", "ping -c 1 -W 1 172.17.0.3").stderr).toBe("");
    run(world, "hostA/c2", "iptables -R OUTPUT 1 -d 172.17.0.3 -p icmp -j REJECT");
    const { stdout, stderr } = run(world, "hostA/c2", "ping -c 1 -W 1 172.17.0.3");
    expect(stdout).toContain("From 172.17.0.2 icmp_seq=1 Destination Port Unreachable\n");
    expect(stderr).toBe("ping: sendmsg: Operation not permitted\n");
  });

  test("-I with a device that has no address borrows one and says so", () => {
    const { stdout, stderr } = run(
      bridgeWorld(),
      "hostA/c2",
      "ip addr del 127.0.0.1/8 dev lo; ping -c 1 -W 1 -I lo 172.17.0.3",
    );
    expect(stdout).toContain("from 172.17.0.2 lo: 56(84) bytes of data.\n");
    expect(stderr).toBe("ping: Warning: source address might be selected on device other than: lo\n");
  });

  test("-W bounds the wait, -q keeps quiet, -s below 16 has no times", () => {
    const world = bridgeWorld();
    const started = world.now_ns;
    run(world, "hostA/c2", "ping -q -c 1 -W 1 172.17.0.9");
    const end = world.output.find((c) => c.kind === "exit")?.t_ns ?? 0;
    expect(end - started).toBeLessThan(1.01 * SECOND);
    const { stdout } = run(world, "hostA/c2", "ping -c 1 -s 8 172.17.0.3");
    expect(stdout).toContain("16 bytes from 172.17.0.3: icmp_seq=1 ttl=64\n");
    expect(stdout.endsWith("time 0ms\n\n")).toBe(true);
  });

  test("Ctrl-C ends it with its statistics", () => {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA/c2", "ping 172.17.0.3");
    runEvents(world, shellPrograms, 3.5 * SECOND);
    signalGroup(world, shellPrograms, 0, "SIGINT");
    runEvents(world, shellPrograms, SECOND);
    const ran = collect(world, sink);
    expect(ran.stdout).toContain("\n4 packets transmitted, 4 received, 0% packet loss, time 3");
    expect(ran.exit).toBe(0);
  });

  test.each([
    ["ping", "ping: usage error: Destination address required\n", 1],
    ["ping -c 0 1.1.1.1", "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n", 1],
    ["ping -c x 1.1.1.1", "ping: invalid argument: 'x'\n", 1],
    ["ping -c 1 8.8.8.8", "ping: connect: Network is unreachable\n", 2],
    ["ping -I nosuch 172.17.0.3", "ping: SO_BINDTODEVICE nosuch: No such device\n", 2],
    [
      "ping -c 1 172.17.255.255",
      "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n",
      2,
    ],
    ["ping -c 1 -t 0 172.17.0.3", "ping: cannot set unicast time-to-live: Invalid argument\n", 2],
    ["ping -p xy 172.17.0.3", "ping: patterns must be specified as hex digits: xy\n", 2],
    ["ping 999.1.1.1 -c 1", "ping: 999.1.1.1: Temporary failure in name resolution\n", 2],
  ])("%s is refused", (line, stderr, exit) => {
    expect(run(bridgeWorld(), "hostA/c2", line)).toEqual({ stdout: "", stderr, exit });
  });
});

test("ping -p says the pattern; 0 is this host; what is no number is warned of", () => {
  const world = bridgeWorld();
  expect(run(world, "hostA/c2", "ping -p ff0 -c 1 172.17.0.3").stdout).toMatch(/^PATTERN: 0xff00\nPING /);
  expect(run(world, "hostA/c2", "ping -c 1 0").stdout).toMatch(/^PING 0 \(127\.0\.0\.1\) /);
  const warned = run(world, "hostA/c2", "ping -i 0.2s -c 1 172.17.0.3");
  expect(warned.stderr).toBe(
    "ping: option argument contains garbage: 0.2s\nping: this will become fatal error in the future\n",
  );
  expect(warned.exit).toBe(0);
  expect(run(world, "hostA/c2", "ping -i -1 -c 1 172.17.0.3").stderr).toBe("");
});

test("ping -m goes on without the privilege that it takes", () => {
  const world = bridgeWorld();
  (world.nodes["hostA/c2"] as { caps: string[] }).caps = ["NET_RAW"];
  const { stderr, exit } = run(world, "hostA/c2", "ping -m 5 -c 1 172.17.0.3");
  expect(stderr).toBe("ping: WARNING: failed to set mark: 5: Operation not permitted\n".repeat(2));
  expect(exit).toBe(0);
});

describe("ping to many", () => {
  function answeringWorld(): ShellWorld {
    const world = bridgeWorld();
    for (const node of Object.values(world.nodes)) {
      sysctlSet(world, node.netns, "net.ipv4.icmp_echo_ignore_broadcasts", "0");
    }
    return world;
  }

  test("ends with the first answer that makes the count full", () => {
    const { stdout } = run(answeringWorld(), "hostA/c2", "ping -b -c 1 255.255.255.255 -I eth0");
    expect(stdout.match(/ttl=/g)).toHaveLength(1);
    expect(stdout).toContain("1 packets transmitted, 1 received, 0% packet loss");
  });

  test("a probe to the group of all hosts is heard here first", () => {
    const { stdout } = run(answeringWorld(), "hostA/c2", "ip route add 224.0.0.0/4 dev eth0; ping -c 1 224.0.0.1");
    expect(stdout).toContain("64 bytes from 172.17.0.2: icmp_seq=1");
  });
});

test("a device that is told to do no ARP forgets its neighbours", () => {
  const world = bridgeWorld();
  run(world, "hostA/c2", "ping -c 1 172.17.0.3");
  expect(run(world, "hostA/c2", "ip neigh").stdout).toContain("172.17.0.3");
  expect(run(world, "hostA/c2", "ip link set eth0 arp off; ip neigh").stdout).toBe("");
});

describe("arping", () => {
  test("sends the probe that is due when its time is up", () => {
    expect(run(bridgeWorld(), "hostA/c2", "arping -w 1 -I eth0 172.17.0.9").stdout).toContain("Sent 2 probes");
  });

  test("asks all, then the one who answered", () => {
    const { stdout, exit } = run(bridgeWorld(), "hostA", "arping -c 2 -I docker0 172.17.0.2");
    expect(masked(stdout)).toBe(
      "ARPING 172.17.0.2 from 172.17.0.1 docker0\n" +
        "Unicast reply from 172.17.0.2 [02:42:AC:11:00:02]  Tms\n".repeat(2) +
        "Sent 2 probes (1 broadcast(s))\nReceived 2 response(s)\n",
    );
    expect(exit).toBe(0);
  });

  test("-D finds a duplicate and fails; nobody there is success for -D, failure else", () => {
    expect(run(bridgeWorld(), "hostA/c2", "arping -D -c 1 -I eth0 172.17.0.3").exit).toBe(1);
    expect(run(bridgeWorld(), "hostA/c2", "arping -D -c 1 -I eth0 172.17.0.9").exit).toBe(0);
    expect(run(bridgeWorld(), "hostA/c2", "arping -c 1 -I eth0 172.17.0.9").exit).toBe(1);
  });

  test("two who answer one probe are no success; with a deadline it ends at the count", () => {
    const world = bridgeWorld();
    run(world, "hostA", "ip addr add 172.17.0.3/16 dev docker0");
    const twice = run(world, "hostA/c2", "arping -c 1 -I eth0 172.17.0.3");
    expect([twice.stdout.match(/Received .*/)?.[0], twice.exit]).toEqual(["Received 2 response(s)", 1]);
    const ended = run(world, "hostA/c2", "arping -c 2 -w 4 -I eth0 172.17.0.3");
    expect([ended.stdout.match(/Sent .*/)?.[0], ended.exit]).toEqual(["Sent 1 probes (1 broadcast(s))", 1]);
  });

  test("announces only what is this host's own", () => {
    const world = bridgeWorld();
    expect(run(world, "hostA/c2", "arping -U -c 1 -I eth0 172.17.0.2").stdout).toContain("from 172.17.0.2 eth0\n");
    expect(run(world, "hostA/c2", "arping -U -c 1 -I eth0 172.17.0.3")).toEqual({
      stdout: "",
      stderr: "arping: bind: Cannot assign requested address\n",
      exit: 2,
    });
  });

  test("without -I it takes the device of the route", () => {
    const world = bridgeWorld();
    expect(run(world, "hostA", "arping -c 1 172.17.0.2").stdout).toContain(
      "ARPING 172.17.0.2 from 172.17.0.1 docker0\n",
    );
    expect(run(world, "hostA", "arping 172.17.0.1")).toEqual({
      stdout: 'Interface "lo" is not ARPable\n',
      stderr: "",
      exit: 2,
    });
    expect(run(world, "hostA", "arping 8.8.8.8")).toEqual({
      stdout: "",
      stderr: "arping: NETLINK_ROUTE unexpected iov element\n",
      exit: 1,
    });
  });
});

describe("tracepath", () => {
  /** Times replaced by T. */
  const path = (world: ShellWorld, words: string) =>
    run(world, "hostA/c2", `tracepath ${words}`).stdout.replace(/ +\d+\.\d{3}ms /g, " T ");

  test("finds the MTU first, begins anew with it, and says how far it is", () => {
    const world = bridgeWorld();
    expect(path(world, "-n 172.17.0.3")).toBe(
      " 1?: [LOCALHOST]                      pmtu 1500\n 1:  172.17.0.3 T reached\n 1:  172.17.0.3 T reached\n" +
        "     Resume: pmtu 1500 hops 1 back 1 \n",
    );
    expect(path(world, "-n -l 500 172.17.0.3")).toBe(
      " 1:  172.17.0.3 T reached\n     Resume: pmtu 500 hops 1 back 1 \n",
    );
  });

  test("tells who is not there, and what it is asked wrongly", () => {
    const world = bridgeWorld();
    expect(path(world, "-n -m 1 172.17.0.9")).toMatch(
      /^ 1\?: \[LOCALHOST\] +pmtu 1500\n( 1: {2}172.17.0.2 T !H\n)+ {5}Resume: pmtu 1500 \n$/,
    );
    expect(run(world, "hostA/c2", "tracepath -n 8.8.8.8").stdout).toBe(" 1:  send failed\n     Resume: pmtu 65535 \n");
    expect(run(world, "hostA/c2", "tracepath -z").exit).toBe(255);
  });
});

describe("traceroute", () => {
  test("finds the target by UDP and by ICMP", () => {
    for (const method of ["", "-I"]) {
      expect(masked(run(bridgeWorld(), "hostA/c2", `traceroute -n -q 2 ${method} 172.17.0.3`).stdout)).toBe(
        "traceroute to 172.17.0.3 (172.17.0.3), 30 hops max, 60 byte packets\n 1  172.17.0.3  T ms  T ms\n",
      );
    }
  });

  test("leaves the first hops out with -f, and numbers the probes from the first one sent", () => {
    const { stdout } = run(bridgeWorld(), "hostA/c2", "traceroute -n -I -f 2 -q 1 172.17.0.3");
    expect(masked(stdout)).toContain(" 2  172.17.0.3  T ms\n");
  });

  test("-T reads all answers of a hop before it gives any up", () => {
    expect(masked(run(bridgeWorld(), "hostA/c2", "traceroute -n -T 172.17.0.3").stdout)).toMatch(
      /\n 1 {2}172\.17\.0\.3( {2}T ms){3}\n$/,
    );
  });

  test("-F: what is too long for the device is sent nowhere, what is too long for the path is told by who cannot pass it on", () => {
    const world = bridgeWorld();
    expect(masked(run(world, "hostA/c2", "traceroute -n -F -q 2 172.17.0.3 2000").stdout)).toBe(
      "traceroute to 172.17.0.3 (172.17.0.3), 30 hops max, 2000 byte packets\n 1  *  T ms !F-1500 *  T ms !F-1500\n",
    );
  });

  test("waits for no probe longer than it was told, though answers to some are refused", () => {
    const world = bridgeWorld();
    run(world, "hostA", "ip route add prohibit 10.12.0.0/16; sysctl -w net.ipv4.ip_forward=1");
    run(world, "hostA/c2", "ip route add default via 172.17.0.1");
    const line =
      "ping -q -c 3 -i 0.1 -W 0.1 10.12.0.1 > /dev/null; traceroute -n -q 1 -w 2 10.12.0.1; ping -c 1 -W 1 10.12.0.1 | grep -c From";
    const rows = run(world, "hostA/c2", line).stdout.split("\n");
    expect(rows.slice(1, 17)).toEqual(Array.from({ length: 16 }, (_, i) => `${String(i + 1).padStart(2)}  *`));
    expect(rows[17]).toMatch(/^17 {2}172\.17\.0\.1 {2}[\d.]+ ms !X$/);
    // The sixteen were given up together and the next ones sent together: that uses up what may be refused at once.
    expect(rows[18]).toBe("0");
  });

  test("prints stars for who doesn't answer in time, and !H for a neighbour that isn't there", () => {
    const quick = run(bridgeWorld(), "hostA/c2", "traceroute -n -q 1 -w 1 -m 2 172.17.0.9");
    expect(quick.stdout).toBe("traceroute to 172.17.0.9 (172.17.0.9), 2 hops max, 60 byte packets\n 1  *\n 2  *\n");
    expect(run(bridgeWorld(), "hostA/c2", "traceroute -n -q 1 -m 2 172.17.0.9").stdout).toMatch(
      / 1 {2}172.17.0.2 {2}\S+ ms !H\n$/,
    );
  });

  test("-A finds no server that knows autonomous systems", () => {
    const { stdout, stderr, exit } = run(bridgeWorld(), "hostA/c2", "traceroute -n -q 1 -A 172.17.0.3");
    expect(stdout).toMatch(/ 1 {2}172.17.0.3$/);
    expect({ stderr, exit }).toEqual({
      stderr: "whois.radb.net/nicname: Temporary failure in name resolution\n",
      exit: 2,
    });
  });

  test("--mtu tells the MTU with the first hop that needs it", () => {
    const { stdout } = run(bridgeWorld(), "hostA/c2", "traceroute -n -q 1 --mtu 172.17.0.3");
    expect(stdout).toMatch(/ 30 hops max, 65000 byte packets\n 1 {2}172.17.0.3 {2}\S+ ms F=1500\n$/);
  });

  test.each([
    ["traceroute 8.8.8.8", "\nconnect: Network is unreachable\n", 1],
    ["traceroute -s 1.2.3.4 172.17.0.3", "\nbind: Cannot assign requested address\n", 1],
    ["traceroute -i nosuch 172.17.0.3", "\nsetsockopt SO_BINDTODEVICE: No such device\n", 1],
    ["traceroute -Z 1.1.1.1", "Bad option `-Z' (argc 1)\n", 2],
    ["traceroute -m 999 1.1.1.1", "max hops cannot be more than 255\n", 2],
  ])("%s is refused", (line, stderr, exit) => {
    expect(run(bridgeWorld(), "hostA/c2", line)).toMatchObject({ stderr, exit });
  });
});

describe("tcpdump", () => {
  function capture(filter: string, during: string): string {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA", `tcpdump -n -t -i docker0 ${filter}`);
    runEvents(world, shellPrograms, 0.5 * SECOND);
    startLine(world, "hostA/c2", during);
    runEvents(world, shellPrograms, 3 * SECOND);
    signalGroup(world, shellPrograms, 0, "SIGINT");
    runEvents(world, shellPrograms, SECOND);
    return collect(world, sink).stdout.replace(/id \d+/g, "id N");
  }

  test("sees what the bridge passes between its ports", () => {
    expect(capture("", "ping -c 1 172.17.0.3")).toBe(
      "ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 28\n" +
        "ARP, Reply 172.17.0.3 is-at 02:42:ac:11:00:03, length 28\n" +
        "IP 172.17.0.2 > 172.17.0.3: ICMP echo request, id N, seq 1, length 64\n" +
        "IP 172.17.0.3 > 172.17.0.2: ICMP echo reply, id N, seq 1, length 64\n\n",
    );
  });

  test.each([
    ["arp", 2],
    ["icmp and src 172.17.0.2", 1],
    ["not arp", 2],
    ["ether host 02:42:ac:11:00:03", 3],
    ["ether broadcast or icmp[icmptype] == icmp-echoreply", 2],
    ["'icmp[0] = 8 or (arp and dst host 172.17.0.2)'", 2],
    ["net 172.17.0.0/16 and greater 60", 2],
    ["src or dst 172.17.0.9", 0],
    ["host 172.17.0.9 or 172.17.0.2", 4],
    ["udp port 53", 0],
  ])("filter %s passes %d packets", (filter, count) => {
    expect(
      capture(filter, "ping -c 1 172.17.0.3")
        .trim()
        .split("\n")
        .filter((l) => l !== ""),
    ).toHaveLength(count);
  });

  test.each(["frob", "host", "port frob", "(icmp", "icmp[", "and", "src 1.2.3.4 and and"])(
    "refuses the filter %s",
    (filter) => {
      const { stderr, exit } = run(bridgeWorld(), "hostA", `tcpdump -i docker0 '${filter}'`);
      expect(stderr).toMatch(/^tcpdump: (can't parse filter expression: syntax error|unknown port 'frob')\n$/);
      expect(exit).toBe(1);
    },
  );

  test("-c ends it; the bridge stops handing up what isn't for it", () => {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA", "tcpdump -n -c 1 -i docker0 icmp");
    runEvents(world, shellPrograms, 0.5 * SECOND);
    const docker0 = () => world.devs.find((d) => d?.name === "docker0")?.promiscuity;
    expect(docker0()).toBe(1);
    run(world, "hostA/c2", "ping -c 1 172.17.0.3");
    expect(collect(world, sink).stderr).toContain("1 packet captured\n2 packets received by filter\n");
    expect(docker0()).toBe(0);
  });

  test.each([
    // A reader that has enough: the next packet ends the capture.
    ["tcpdump -l -n -i docker0 icmp | head -1", /^[^\n]* echo request[^\n]*\n$/, /\n2 packets captured\n/],
    // stdio holds what isn't for a terminal, and Ctrl-C ends the reader before it is given that.
    ["tcpdump -n -i docker0 icmp | grep echo", /^$/, /\n2 packets captured\n/],
    ["tcpdump -l -n -i docker0 icmp | grep echo", /^$/, /\n2 packets captured\n/],
    [
      "tcpdump -l -n -i docker0 icmp | grep --line-buffered reply",
      /^[^\n]* echo reply[^\n]*\n$/,
      /\n2 packets captured\n/,
    ],
  ])("%s", (line, stdout, stderr) => {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA", line);
    runEvents(world, shellPrograms, 0.5 * SECOND);
    run(world, "hostA/c2", "ping -c 1 172.17.0.3");
    signalGroup(world, shellPrograms, 0, "SIGINT");
    runEvents(world, shellPrograms, SECOND);
    expect(collect(world, sink).stdout).toMatch(stdout);
    expect(collect(world, sink).stderr).toMatch(stderr);
  });

  test("-X shows the bytes from the network layer on", () => {
    expect(capture("-X arp", "ping -c 1 172.17.0.3").split("\n").slice(1, 3)).toEqual([
      "\t0x0000:  0001 0800 0604 0001 0242 ac11 0002 ac11  .........B......",
      "\t0x0010:  0002 0000 0000 0000 ac11 0003            ............",
    ]);
  });
});

test("a route to lo makes nobody's address this host's own", () => {
  const world = bridgeWorld();
  run(world, "hostA/c2", "ip link set lo up; ip route add 1.1.1.1 dev lo");
  expect(run(world, "hostA/c2", "ping -c 1 -W 1 1.1.1.1").stdout).toContain("1 packets transmitted, 0 received");
  run(world, "hostA/c2", "ip route add local 5.5.5.5 dev lo");
  expect(run(world, "hostA/c2", "ping -c 1 -W 1 5.5.5.5").stdout).toContain("1 packets transmitted, 1 received");
});

test("ping by name asks for the answerer's name with each answer", () => {
  const world = bridgeWorld();
  run(world, "hostA/c2", "echo 172.17.0.3 friend > /etc/hosts; echo nameserver 172.17.0.1 > /etc/resolv.conf");
  expect(run(world, "hostA/c2", "ping -c 2 friend").stdout.match(/from friend \(172\.17\.0\.3\)/g)).toHaveLength(2);
  const sink = startLine(world, "hostA", "timeout 9 tcpdump -n -i docker0 udp port 53 2> /dev/null");
  run(world, "hostA/c2", "ping -c 2 friend & sleep 0.5; : > /etc/hosts; wait");
  expect(collect(world, sink).stdout).toContain("PTR? 3.0.17.172.in-addr.arpa.");
});
