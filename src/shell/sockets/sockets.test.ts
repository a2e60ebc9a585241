import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signalGroup } from "../process.ts";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import { fromUtf8, toUtf8 } from "../text/utf8.ts";
import type { ShellWorld } from "../types.ts";

const SECOND = 1e9;

function run(world: ShellWorld, line: string) {
  return runLine(world, shellPrograms, line, 60 * SECOND, "hostA/c2");
}

describe("nc over UDP", () => {
  test("carries a line to a listener; -w ends the sender", () => {
    const world = bridgeWorld();
    const listener = startLine(world, "hostA/c3", "nc -u -l -p 5000");
    runEvents(world, shellPrograms, SECOND);
    const started = world.now_ns;
    const sink = startLine(world, "hostA/c2", "echo hello | nc -u -w 1 172.17.0.3 5000");
    runEvents(world, shellPrograms, 5 * SECOND);
    expect(collect(world, listener).stdout).toBe("hello\n");
    const end = world.output.find((c) => c.sink === sink && c.kind === "exit");
    expect(end?.text).toBe("0");
    expect(((end?.t_ns ?? 0) - started) / SECOND).toBeCloseTo(1, 1);
    signalGroup(world, shellPrograms, 0, "SIGINT");
    expect(collect(world, listener).exit).toBe(130);
  });

  test("ends at once when the port is closed", () => {
    const world = bridgeWorld();
    const started = world.now_ns;
    const sink = startLine(world, "hostA/c2", "echo hello | nc -u -w 1 172.17.0.3 5001");
    runEvents(world, shellPrograms, 5 * SECOND);
    const end = world.output.find((c) => c.sink === sink && c.kind === "exit");
    expect(((end?.t_ns ?? 0) - started) / SECOND).toBeLessThan(0.1);
  });

  test("answers go back", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "echo pong | nc -u -l 5000");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "echo ping | nc -u -w 1 172.17.0.3 5000").stdout).toBe("pong\n");
  });

  test.each([
    ["nc -u 172.17.0.3", 1],
    ["nc -u 172.17.0.3 99999", 1],
    ["nc -u -l -p 5000 -w x", 1],
    ["nc -u nosuch 5000", 1],
  ])("%s is refused", (line, exit) => {
    const ran = run(bridgeWorld(), line);
    expect(ran.exit).toBe(exit);
    expect(ran.stderr).not.toBe("");
  });
});

describe("nc over TCP", () => {
  test("-z says which ports are open", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "nc -l -k -p 80");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "nc -z -v -w 1 172.17.0.3 80")).toEqual({
      stdout: "",
      stderr: "Connection to 172.17.0.3 80 port [tcp/http] succeeded!\n",
      exit: 0,
    });
    expect(run(world, "nc -z -v -w 1 172.17.0.3 81")).toEqual({
      stdout: "",
      stderr: "nc: connect to 172.17.0.3 port 81 (tcp) failed: Connection refused\n",
      exit: 1,
    });
    expect(run(world, "nc -zv 172.17.0.3 79-81 2>&1 | grep -c succeeded").stdout).toBe("1\n");
    expect(run(world, "nc -z 172.17.0.3 81 80 82; nc -zv 172.17.0.3 80 81 2>&1 | grep -c port").stdout).toBe("2\n");
    expect(run(world, "nc -z 172.17.0.3 80 nosuch").stderr).toBe("nc: port number invalid: nosuch\n");
  });

  test("carries lines both ways until one end closes", () => {
    const world = bridgeWorld();
    const listener = startLine(world, "hostA/c3", "echo pong | nc -l -v -n -N 5000");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "echo ping | nc -N 172.17.0.3 5000")).toEqual({ stdout: "pong\n", stderr: "", exit: 0 });
    const ran = collect(world, listener);
    expect(ran.stdout).toBe("ping\n");
    expect(ran.stderr).toMatch(/^Listening on 0\.0\.0\.0 5000\nConnection received on 172\.17\.0\.2 \d+\n$/);
    expect(ran.exit).toBe(0);
  });

  test("whose reader has had enough ends with its own input", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "(seq 3; sleep 30) | nc -l 5000");
    runEvents(world, shellPrograms, SECOND);
    const sink = startLine(world, "hostA/c2", "sleep 2 | nc 172.17.0.3 5000 | head -1");
    runEvents(world, shellPrograms, 5 * SECOND);
    expect(collect(world, sink)).toMatchObject({ stdout: "1\n", exit: 0 });
  });

  test("confirms the neighbour while it goes on, so that nobody asks for it", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "nc -l 5000");
    runEvents(world, shellPrograms, SECOND);
    run(world, "ping -c 1 172.17.0.3; ip neigh change 172.17.0.3 lladdr 02:42:ac:11:00:03 dev eth0 nud stale");
    const asked = startLine(world, "hostA/c2", "timeout 8 tcpdump -nn -i eth0 arp and src 172.17.0.2");
    runEvents(world, shellPrograms, SECOND);
    startLine(world, "hostA/c2", "(echo 1; sleep 1; echo 2; sleep 30) | nc 172.17.0.3 5000");
    runEvents(world, shellPrograms, 8 * SECOND);
    expect(run(world, "ip neigh show 172.17.0.3").stdout).toMatch(/REACHABLE/);
    expect(collect(world, asked).stdout).not.toMatch(/Request who-has 172.17.0.3/);
  });

  test("carries more than a socket takes at once", () => {
    const world = bridgeWorld();
    const listener = startLine(world, "hostA/c3", "nc -l 5000 | wc -c");
    runEvents(world, shellPrograms, SECOND);
    run(world, "seq 1 40000 | nc -N 172.17.0.3 5000");
    expect(collect(world, listener).stdout).toBe("228894\n");
  });

  test("-w bounds the wait for somebody who isn't there", () => {
    const { stderr, exit } = run(bridgeWorld(), "nc -v -w 1 172.17.0.9 80");
    expect(stderr).toBe("nc: connect to 172.17.0.9 port 80 (tcp) timed out: Operation now in progress\n");
    expect(exit).toBe(1);
  });
});

describe("ss and netstat", () => {
  test("show listeners and connections", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c2", "nc -l -k -p 80");
    startLine(world, "hostA/c2", "nc -u -l -p 5000");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "ss -tln").stdout).toBe(
      "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n" +
        "LISTEN 0      1            0.0.0.0:80        0.0.0.0:*          \n",
    );
    expect(run(world, "ss -tn").stdout).toBe("State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n");
    expect(run(world, "ss -uln | tail -1").stdout).toMatch(/^UNCONN 0 +0 +0\.0\.0\.0:5000 +0\.0\.0\.0:\* +\n$/);
    expect(run(world, "netstat -tuln").stdout).toBe(
      "Active Internet connections (only servers)\n" +
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n" +
        "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN     \n" +
        "udp        0      0 0.0.0.0:5000            0.0.0.0:*                          \n",
    );
    startLine(world, "hostA/c3", "nc 172.17.0.2 80");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "ss -tn state established dst 172.17.0.3").stdout).toMatch(
      /\n0 +0 +172\.17\.0\.2:80 +172\.17\.0\.3:\d+ +\n$/,
    );
    expect(run(world, "ss -t frob x")).toEqual({
      stdout: "",
      stderr: 'Error: an inet prefix is expected rather than "frob".\nCannot parse dst/src address.\n',
      exit: 1,
    });
    expect(run(world, "ss -t '( sport = :80'").exit).toBe(255);
  });
});

describe("dig, nslookup and host", () => {
  function world() {
    const w = bridgeWorld();
    startLine(w, "hostA", "dnsd 172.17.0.1:53 www.example.com=203.0.113.80");
    const node = w.nodes["hostA/c2"];
    if (node) node.files["/etc/resolv.conf"] = "nameserver 172.17.0.1\n";
    runEvents(w, shellPrograms, SECOND);
    return w;
  }

  test("answers, short and in columns", () => {
    expect(run(world(), "dig +short www.example.com").stdout).toBe("203.0.113.80\n");
    expect(run(world(), "dig +noall +answer www.example.com").stdout).toBe(
      "www.example.com.\t60\tIN\tA\t203.0.113.80\n",
    );
    expect(run(world(), "dig +short nosuch.example.com")).toEqual({ stdout: "", stderr: "", exit: 0 });
    const long = run(world(), "dig nosuch.example.com").stdout;
    expect(long).toContain("status: REFUSED");
    expect(long).toContain(";nosuch.example.com.\t\tIN\tA\n");
  });

  test("nslookup asks for A, then AAAA", () => {
    expect(run(world(), "nslookup www.example.com")).toEqual({
      stdout:
        "Server:\t\t172.17.0.1\nAddress:\t172.17.0.1#53\n\n" +
        "Name:\twww.example.com\nAddress: 203.0.113.80\n** server can't find www.example.com: REFUSED\n\n",
      stderr: "",
      exit: 1,
    });
  });

  test("a server that isn't there", () => {
    expect(run(world(), "dig @172.17.0.3 www.example.com").stdout).toContain(
      "communications error to 172.17.0.3#53: connection refused\n",
    );
    const { stdout, exit } = run(world(), "dig @172.17.0.9 +time=1 +tries=1 www.example.com");
    expect(stdout).toContain("172.17.0.9#53: timed out\n");
    expect(exit).toBe(9);
  });
});

test("UTF-8 goes there and back", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => fromUtf8(toUtf8(text)) === text));
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      fromUtf8(bytes);
    }),
  );
});

test("without -n netstat shows names where there are any, and asks DNS for the others", () => {
  const world = bridgeWorld();
  startLine(world, "hostA/c3", "nc -l -p 80 & sleep 9");
  runLine(world, shellPrograms, "echo '172.17.0.3 a-friend-with-a-very-long-name' >> /etc/hosts", 1e9, "hostA/c2");
  startLine(world, "hostA/c2", "sleep 9 | nc 172.17.0.3 80");
  runEvents(world, shellPrograms, 1e9);
  const { stdout } = runLine(world, shellPrograms, "netstat -t; netstat -tW; ss -tr", 1e9, "hostA/c2");
  expect(stdout).toContain("a-friend-with-a-ve:http ESTABLISHED");
  expect(stdout).toContain("a-friend-with-a-very-long-name:http ESTABLISHED");
  expect(stdout).toMatch(/a-friend-with-a-very-long-name:http *\n/);
});
