import { describe, expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

const SECOND = 1e9;

function run(world: ShellWorld, line: string, node = "hostA") {
  return runLine(world, shellPrograms, line, 30 * SECOND, node);
}

/** A world where `line` captured two echos and what went before them, and what it said. */
function captured(line: string): { world: ShellWorld; stderr: string; stdout: string } {
  const world = bridgeWorld();
  const sink = startLine(world, "hostA", `timeout -s INT 4 ${line}`);
  runEvents(world, shellPrograms, 0.5 * SECOND);
  run(world, "ping -c 1 172.17.0.3", "hostA/c2");
  runEvents(world, shellPrograms, 10 * SECOND);
  return { world, ...collect(world, sink) };
}

test("options may stand behind the expression", () => {
  expect(captured("tcpdump -i docker0 icmp -c 1 -n -t").stdout).toMatch(
    /^IP 172.17.0.2 > 172.17.0.3: ICMP echo request, .*\n$/,
  );
});

test("what is not shown on a terminal waits for the kernel's block to be full or a second old, except with -l", () => {
  const seen = (flags: string) => {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA", `timeout -s INT 0.8 tcpdump ${flags} icmp`);
    runEvents(world, shellPrograms, 0.3 * SECOND);
    run(world, "ping -c 1 172.17.0.3", "hostA/c2");
    runEvents(world, shellPrograms, 3 * SECOND);
    return /\d packets captured/.exec(collect(world, sink).stderr)?.[0];
  };
  expect([seen("-ni docker0"), seen("-lni docker0")]).toEqual(["0 packets captured", "2 packets captured"]);
});

describe("files of packets", () => {
  test("-w keeps what -r prints, filtered and counted", () => {
    const { world, stderr, stdout } = captured("tcpdump -i docker0 -w /tmp/x.pcap");
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^tcpdump: listening on docker0, link-type EN10MB \(Ethernet\), snapshot length 262144 bytes\n4 packets captured\n/,
    );
    expect(run(world, "tcpdump -nt -r /tmp/x.pcap").stdout).toMatch(
      /^ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 28\nARP, Reply .*\nIP .* echo request, .*\nIP .* echo reply, .*\n$/,
    );
    const { stdout: one, stderr: head } = run(world, "tcpdump -nt -c 1 -r /tmp/x.pcap icmp");
    expect(one).toMatch(/^IP 172.17.0.2 > 172.17.0.3: ICMP echo request, id \d+, seq 1, length 64\n$/);
    expect(head).toBe("reading from file /tmp/x.pcap, link-type EN10MB (Ethernet), snapshot length 262144\n");
    run(world, "tcpdump -r /tmp/x.pcap -w /tmp/y.pcap arp");
    expect(run(world, "tcpdump -r /tmp/y.pcap | wc -l").stdout).toBe("2\n");
  });

  test("times and devices of -i any come back as they were", () => {
    const { world } = captured("tcpdump -i any -w /tmp/x.pcap");
    const { stdout } = run(world, "tcpdump -n -e -r /tmp/x.pcap icmp");
    expect(stdout).toMatch(
      /^\d\d:\d\d:20\.50\d+ veth2 P {3}ifindex 3 02:42:ac:11:00:02 ethertype IPv4 \(0x0800\), length 104: /,
    );
    expect(stdout).toContain("veth3 Out ");
  });

  test("-r - reads stdin, and --count only counts", () => {
    const { world } = captured("tcpdump -i docker0 -w /tmp/x.pcap");
    const { stdout, stderr } = run(world, "cat /tmp/x.pcap | tcpdump -nt -r - -c 1");
    expect(stdout).toMatch(/^ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 28\n$/);
    expect(stderr).toContain("reading from file -, link-type EN10MB");
    expect(run(world, "tcpdump --count -r /tmp/x.pcap icmp").stdout).toBe("2 packets\n");
  });

  test("what passes loopback is shown once, no longer than the snapshot length", () => {
    const world = bridgeWorld();
    const sink = startLine(world, "hostA", "timeout -s INT 4 tcpdump -n -t -x -s 34 -i lo icmp");
    runEvents(world, shellPrograms, 0.5 * SECOND);
    run(world, "ping -c 1 127.0.0.1");
    runEvents(world, shellPrograms, 10 * SECOND);
    const { stdout, stderr } = collect(world, sink);
    expect(stdout.match(/^IP /gm)).toHaveLength(2);
    expect(stdout).not.toContain("0x0020");
    expect(stderr).toContain("2 packets captured\n4 packets received by filter\n");
  });

  test.each([
    ["tcpdump -d icmp", "playground: tcpdump -d is not simulated\n"],
    ["tcpdump -r /nosuch", "tcpdump: /nosuch: No such file or directory\n"],
    ["tcpdump -r /etc/hosts", "tcpdump: unknown file format\n"],
    ["tcpdump -r /dev/null", "tcpdump: truncated dump file; tried to read 4 file header bytes, only got 0\n"],
    ["tcpdump -i docker0 -w /nosuch/x", "tcpdump: /nosuch/x: No such file or directory\n"],
  ])("answers %s", (line, stderr) => {
    expect(run(bridgeWorld(), line)).toEqual({ stdout: "", stderr, exit: 1 });
  });
});
