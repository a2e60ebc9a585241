import { describe, expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

const SECOND = 1e9;

/** hostA serves www.test; the containers ask it. */
function namesWorld(resolv = "nameserver 172.17.0.1\n"): ShellWorld {
  const world = bridgeWorld();
  startLine(world, "hostA", "dnsd 172.17.0.1:53 www.test=172.17.0.3");
  for (const id of ["hostA/c2", "hostA/c3"]) {
    const node = world.nodes[id];
    if (node) node.files["/etc/resolv.conf"] = resolv;
  }
  runEvents(world, shellPrograms, SECOND);
  return world;
}

function run(world: ShellWorld, line: string) {
  return runLine(world, shellPrograms, line, 60 * SECOND, "hostA/c2");
}

describe("names", () => {
  test("ping asks DNS for the address, then for the replier's name", () => {
    const { stdout, exit } = run(namesWorld(), "ping -c 1 www.test");
    expect(stdout).toContain("PING www.test (172.17.0.3) 56(84) bytes of data.\n64 bytes from 172.17.0.3: icmp_seq=1");
    expect(stdout).toContain("--- www.test ping statistics ---\n1 packets transmitted, 1 received");
    expect(exit).toBe(0);
  });

  test("/etc/hosts comes first, both ways", () => {
    const world = namesWorld();
    run(world, "echo 172.17.0.3 friend >> /etc/hosts");
    expect(run(world, "ping -c 1 friend").stdout).toContain("64 bytes from friend (172.17.0.3): icmp_seq=1");
  });

  test("a refused name is asked for twice, then the failure is temporary", () => {
    const world = namesWorld();
    const sink = startLine(world, "hostA", "tcpdump -l -n -t -i docker0 src 172.17.0.2 and udp port 53 2>/dev/null");
    runEvents(world, shellPrograms, 0.5 * SECOND);
    expect(run(world, "ping -c 1 nosuch.test")).toEqual({
      stdout: "",
      stderr: "ping: nosuch.test: Temporary failure in name resolution\n",
      exit: 2,
    });
    const seen = world.output.filter((c) => c.sink === sink).map((c) => / (A+)\? /.exec(c.text)?.[1]);
    expect(seen).toEqual(["A", "AAAA", "A", "AAAA"]);
  });

  test("what may not be sent is given up at once, after one datagram a turn", () => {
    const world = namesWorld();
    run(world, "iptables -A OUTPUT -p udp --dport 53 -j DROP");
    expect(runLine(world, shellPrograms, "ping -c 1 nosuch.test", SECOND, "hostA/c2").exit).toBe(2);
    expect(run(world, "iptables -nvL OUTPUT").stdout).toMatch(/^ +2 +\d+ DROP/m);
  });

  test("the search list completes short names", () => {
    const world = namesWorld("search test\nnameserver 172.17.0.1\n");
    expect(run(world, "getent hosts www").stdout).toBe("172.17.0.3      www.test\n");
    expect(run(namesWorld(), "getent hosts www")).toEqual({ stdout: "", stderr: "", exit: 2 });
  });

  test("dig hears of a prohibition at once, and of an unreachable network not at all", () => {
    const told = (kind: string) => {
      const world = namesWorld("nameserver 172.17.0.1\n");
      run(world, `iptables -A OUTPUT -p udp --dport 54 -j REJECT --reject-with ${kind}`);
      return /#54: (.*)\n/.exec(run(world, "dig -p 54 +time=1 +tries=1 @172.17.0.3 x.test").stdout)?.[1];
    };
    expect(told("icmp-admin-prohibited")).toBe("host unreachable");
    expect(told("icmp-net-unreachable")).toBe("timed out");
  });

  test("dig +search goes through the search list", () => {
    const world = namesWorld("search test nosuch.test\nnameserver 172.17.0.1\n");
    expect(run(world, "dig +short www").stdout).toBe("");
    expect(run(world, "dig +search +short www").stdout).toBe("172.17.0.3\n");
  });

  test.each([
    [
      "dig @www.test +short +time=1 +tries=1 x.test",
      ";; communications error to 172.17.0.3#53: connection refused\n;; no servers could be reached\n",
      "",
      9,
    ],
    ["dig @nosuch.test x.test", "", "dig: couldn't get address for 'nosuch.test': failure\n", 1],
    ["nslookup www.test nosuch.test", "", "nslookup: couldn't get address for 'nosuch.test': failure\n", 1],
    ["host www.test here.test", "www.test has address 172.17.0.3\n", "", 1],
  ])("a DNS server may be given by a name that DNS knows: %s", (line, stdout, stderr, exit) => {
    const world = namesWorld();
    run(world, "echo 172.17.0.1 here.test >> /etc/hosts");
    const ran = run(world, line);
    expect(ran.stdout).toContain(stdout);
    expect({ stderr: ran.stderr, exit: ran.exit }).toEqual({ stderr, exit });
  });

  test.each([
    ["getent services http 53/udp", "http                  80/tcp www\ndomain                53/udp\n", 0],
    ["getent services domain", "domain                53/tcp\n", 0],
    ["getent protocols tcp 1", "tcp                   6 TCP\nicmp                  1 ICMP\n", 0],
    ["getent protocols nosuch", "", 2],
  ])("%s", (line, stdout, exit) => expect(run(namesWorld(), line)).toEqual({ stdout, stderr: "", exit }));

  test("dig takes its options, and refuses those that are not simulated", () => {
    const world = namesWorld();
    expect(run(world, "dig +norecurse +nodnssec +crypto www.test").stdout).toContain(";; flags: qr aa ra; QUERY: 1");
    expect(run(world, "dig +noall +ans www.test").stdout).toBe("www.test.\t\t60\tIN\tA\t172.17.0.3\n");
    expect(run(world, "dig +tcp www.test").stderr).toBe("playground: dig +tcp is not simulated\n");
    expect(run(world, "dig +frob www.test").stderr).toMatch(/^Invalid option: \+frob\nUsage: {2}dig/);
  });

  test("dig asks the next server when the first one's tries are used up", () => {
    const world = namesWorld("nameserver 172.17.0.3\nnameserver 172.17.0.1\n");
    const refused = ";; communications error to 172.17.0.3#53: connection refused\n";
    expect(run(world, "dig +short www.test").stdout).toBe(`${refused.repeat(3)}172.17.0.3\n`);
  });

  test("ping speaks of the canonical name", () => {
    const world = namesWorld("search test\nnameserver 172.17.0.1\n");
    expect(run(world, "ping -c 1 www").stdout).toMatch(/^PING www\.test \(172.*\n.*\n\n--- www\.test ping statistics/);
    run(world, "echo 172.17.0.3 friend.test friend >> /etc/hosts");
    expect(run(world, "ping -c 1 friend").stdout).toContain("PING friend.test (172.17.0.3)");
  });

  test("nc -v asks for the name of each that comes", () => {
    const world = namesWorld();
    const dump = startLine(world, "hostA", "tcpdump -n -t -l -i docker0 src 172.17.0.2 and udp port 53 2>/dev/null");
    startLine(world, "hostA/c2", "nc -lkv 5000 > /dev/null 2>&1");
    runEvents(world, shellPrograms, SECOND);
    for (const text of ["a", "b"])
      runLine(world, shellPrograms, `echo ${text} | nc -N 172.17.0.2 5000`, SECOND, "hostA/c3");
    const of = (name: string) => world.output.filter((c) => c.sink === dump && c.text.includes(name)).length;
    // Each question is put twice, as it is refused.
    expect(of("PTR? 3.0.17.172.in-addr.arpa.")).toBe(4);
  });

  test("dig asks for several names, with options for all and for one", () => {
    const world = namesWorld();
    const row = "www.test.\t\t60\tIN\tA\t172.17.0.3\n";
    expect(run(world, "dig +noall +answer www.test www.test").stdout).toBe(row + row);
    expect(run(world, "dig +noall +answer www.test www.test +short").stdout).toBe(`${row}172.17.0.3\n`);
    expect(run(world, "dig www.test nosuch").stdout.match(/<<>> DiG/g)).toHaveLength(1);
  });

  test("nslookup tells of an address its name alone", () => {
    const refused = "** server can't find 3.0.17.172.in-addr.arpa: REFUSED\n\n";
    expect(run(namesWorld(), "nslookup 172.17.0.3")).toEqual({ stdout: refused, stderr: "", exit: 1 });
  });

  test("a name with a dot is looked for in the search list too, as far as somebody answers", () => {
    const world = namesWorld("search here.test there.test\nnameserver 172.17.0.1\n");
    const sink = startLine(world, "hostA", "tcpdump -l -n -t -i docker0 src 172.17.0.2 and udp port 53 2>/dev/null");
    runEvents(world, shellPrograms, 0.5 * SECOND);
    expect(run(world, "getent ahostsv4 nosuch.test").exit).toBe(2);
    const seen = world.output.filter((c) => c.sink === sink).map((c) => / A+\? \S+/.exec(c.text)?.[0]);
    const asked = [" A? nosuch.test.", " A? nosuch.test.here.test."];
    expect(seen).toEqual(asked.flatMap((name) => [name, name]));
  });

  test.each([
    ["", 5, 7],
    ["options timeout:1 attempts:1\n", 1, 1.5],
  ])(
    "a server that isn't there costs five seconds an attempt, or what resolv.conf says (%j)",
    (options, least, most) => {
      const world = namesWorld(`${options}nameserver 172.17.0.9\n`);
      const started = world.now_ns;
      const sink = startLine(world, "hostA/c2", "ping -c 1 www.test");
      runEvents(world, shellPrograms, 60 * SECOND);
      const end = world.output.find((c) => c.sink === sink && c.kind === "exit");
      const took_s = ((end?.t_ns ?? 0) - started) / SECOND;
      expect(took_s).toBeGreaterThan(least);
      expect(took_s).toBeLessThan(most);
      expect(end?.text).toBe("2");
    },
  );
});

test("nc asks for the name with each port", () => {
  const world = namesWorld();
  const sink = startLine(world, "hostA", "timeout 9 tcpdump -n -i docker0 src 172.17.0.2 and udp port 53 2> /dev/null");
  run(world, "sleep 1; nc -z www.test 22-24; sleep 9");
  expect(collect(world, sink).stdout.match(/ A\? www\.test\./g)).toHaveLength(3);
});
