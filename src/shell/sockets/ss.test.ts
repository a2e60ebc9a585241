/** ss and netstat: filters, timers, details; /proc/net/tcp; and what nc leaves for them to show. */
import { describe, expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";
import { renderColumns } from "./ss-columns.ts";

const SECOND = 1e9;

function run(world: ShellWorld, line: string, node = "hostA/c2") {
  return runLine(world, shellPrograms, line, 0.1 * SECOND, node);
}

/** c3 listens at 80 and 5000, c2 has a connection to each. */
function talking(): ShellWorld {
  const world = bridgeWorld();
  for (const port of [80, 5000]) startLine(world, "hostA/c3", `nc -l -k ${port}`);
  runEvents(world, shellPrograms, SECOND);
  for (const port of [80, 5000]) startLine(world, "hostA/c2", `sleep 900 | nc 172.17.0.3 ${port}`);
  runEvents(world, shellPrograms, SECOND);
  return world;
}

test.each([
  ["dport = :80", 1],
  ["dport eq http", 1],
  ["'( dport = :80 or dport = :5000 )'", 2],
  ["not dport = :80", 1],
  ["'! ( dport = :80 or dport = :5000 )'", 0],
  ["'sport > :1000'", 2],
  ["'dport != :80 and dst 172.17.0.3'", 1],
  ["dst 172.17.0.3:80", 1],
  ["dst 172.17.0.0/16", 2],
  ["src 172.17.0.9", 0],
  ["state established dport = :80", 1],
  ["exclude established", 0],
  ["state connected", 2],
])("ss -Htn %s shows %i", (filter, count) => {
  const { stdout, exit } = run(talking(), `ss -Htn ${filter}`);
  expect(exit).toBe(0);
  expect(stdout.split("\n").length - 1).toBe(count);
});

test.each([
  ["ss -tn state nonsense", 255, "ss: wrong state name: nonsense\n"],
  ["ss -tn dst nonsense", 1, /^Error: an inet prefix is expected rather than "nonsense"\.\n/],
  ["ss --nonsense", 255, /^ss: unrecognized option '--nonsense'\nUsage: ss/],
  ["ss -K", 1, "playground: ss -K is not simulated\n"],
  ["netstat --foo", 3, /^netstat: unrecognized option '--foo'\nusage: netstat/],
  ["netstat -M", 1, "netstat: no support for `ip_masquerade' on this system.\n"],
])("%s ends with %i", (line, exit, stderr) => {
  const said = run(bridgeWorld(), line);
  expect(said.exit).toBe(exit);
  expect(said.stderr).toEqual(typeof stderr === "string" ? stderr : expect.stringMatching(stderr));
});

describe("a connection that is being made", () => {
  function dialling(): ShellWorld {
    const world = bridgeWorld();
    run(world, "iptables -A INPUT -p tcp --dport 81 -j DROP", "hostA/c3");
    startLine(world, "hostA/c2", "nc 172.17.0.3 81");
    runEvents(world, shellPrograms, 2.5 * SECOND);
    return world;
  }

  test("shows its timer in ss and netstat", () => {
    const world = dialling();
    expect(run(world, "ss -Htno").stdout).toMatch(
      /^SYN-SENT 0 {6}1 {6}172\.17\.0\.2:\d+ 172\.17\.0\.3:81 timer:\(on,\d{3}ms,2\)\n$/,
    );
    expect(run(world, "netstat -tno | tail -1").stdout).toMatch(/ SYN_SENT {4}on \(0\.\d\d\/2\/0\)\n$/);
    expect(run(world, "tail -1 /proc/net/tcp").stdout).toMatch(
      /^ {3}0: 020011AC:[0-9A-F]{4} 030011AC:0051 02 00000001:00000000 01:000000[0-9A-F]{2} 00000002 /,
    );
  });
});

test("details stand on a line of their own, or with -O behind the socket", () => {
  const world = talking();
  const long = run(world, "ss -Htnmi dport = :80").stdout;
  expect(long).toMatch(
    /172\.17\.0\.3:80\n\t skmem:\(r0,.*\) cubic wscale:10,10 rto:204 rtt:.* mss:1448 pmtu:1500 .*\n$/,
  );
  expect(run(world, "ss -HtnO -o -i dport = :80").stdout).toMatch(/:80 ts sack cubic wscale:10,10 .*\n$/);
  expect(run(world, "ss -s").stdout).toContain("TCP:   2 (estab 2, closed 0, orphaned 0, timewait 0)\n");
});

test("on a terminal the columns share the line", () => {
  const columns = [
    { title: "A", right: false, before: "" },
    { title: "Bee:", right: true, before: " " },
    { title: "C", right: false, before: "" },
  ];
  const rows = [["1", "22:", "3"]];
  expect(renderColumns(columns, rows, true, null)).toBe("A Bee:C\n1  22:3\n");
  const wide = renderColumns(columns, rows, true, 13).split("\n");
  expect(wide.map((line) => line.length)).toEqual([13, 13, 0]);
  expect(wide[0]).toMatch(/^A +Bee:C +$/);
});

describe("nc", () => {
  test("keeps its listener while it talks: others wait, and are reset when it ends", () => {
    const world = bridgeWorld();
    startLine(world, "hostA/c3", "nc -l 5000");
    runEvents(world, shellPrograms, SECOND);
    const first = startLine(world, "hostA/c2", "sleep 3 | nc -q 0 172.17.0.3 5000");
    runEvents(world, shellPrograms, SECOND);
    const second = startLine(world, "hostA/c2", "sleep 60 | nc -v -n 172.17.0.3 5000");
    runEvents(world, shellPrograms, SECOND);
    expect(run(world, "ss -Htln", "hostA/c3").stdout).toMatch(/^LISTEN 1 {6}1 /);
    runEvents(world, shellPrograms, 3 * SECOND);
    expect(collect(world, first).exit).toBe(0);
    expect(collect(world, second).stderr).toBe("Connection to 172.17.0.3 5000 port [tcp/*] succeeded!\n");
    expect(run(world, "ss -Htan", "hostA/c3").stdout).not.toContain("LISTEN");
  });

  test("goes on sending after the other end has said its last", () => {
    const world = bridgeWorld();
    const server = startLine(world, "hostA/c3", "echo hello | nc -l -N 5000");
    runEvents(world, shellPrograms, SECOND);
    startLine(world, "hostA/c2", "(sleep 2; echo late) | nc 172.17.0.3 5000");
    runEvents(world, shellPrograms, 4 * SECOND);
    expect(collect(world, server)).toEqual({ stdout: "late\n", stderr: "", exit: 0 });
  });

  test("says who is there by name, or why it cannot", () => {
    const world = bridgeWorld();
    const node = world.nodes["hostA/c3"];
    if (node) node.files["/etc/hosts"] = "172.17.0.2 friend\n0.0.0.0 everywhere\n";
    const server = startLine(world, "hostA/c3", "nc -l -v 5000");
    runEvents(world, shellPrograms, SECOND);
    run(world, "nc -z 172.17.0.3 5000");
    expect(collect(world, server).stderr).toMatch(
      /^Listening on everywhere 5000\nConnection received on friend \d+\n$/,
    );
  });

  test.each([
    ["nc -zv -w 1 -u 172.17.0.3 9", 1, ""],
    ["nc -z -u 172.17.0.3 9", 0, ""],
    ["nc 172.17.0.3", 1, "nc: missing port number\n"],
    ["nc -k 172.17.0.3 80", 1, "nc: must use -l with -k\n"],
  ])("%s ends with %i", (line, exit, stderr) => {
    expect(runLine(bridgeWorld(), shellPrograms, line, 9 * SECOND, "hostA/c2")).toEqual({ stdout: "", stderr, exit });
  });
});
