import { describe, expect, test } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

const VERSION = "conntrack v1.4.7 (conntrack-tools)";
const run = (world: ShellWorld, line: string) => runLine(world, shellPrograms, line, 1e9);

/** hostA tracks what it sends; it has pinged two neighbours. */
function tracked(): ShellWorld {
  const world = bridgeWorld();
  run(world, "iptables -t nat -A POSTROUTING -d 172.17.0.3 -j MASQUERADE");
  run(world, "ping -c 1 -e 2 172.17.0.2; ping -c 1 -e 3 172.17.0.3");
  return world;
}

describe("conntrack", () => {
  test.each([
    ["-L -p icmp", 2],
    ["-L -d 172.17.0.3", 1],
    ["-L -d 172.17.0.0/24", 2],
    ["-L --reply-src 172.17.0.2", 1],
    ["-L -p icmp --icmp-id 3", 1],
    ["-L -u SEEN_REPLY", 2],
    ["-L -u ASSURED", 0],
    ["-L -m 5", 0],
    ["-Lp tcp", 0],
    // ICMP's identifier never is what stands in the place of the other port.
    ["-L -n", 2],
    ["-L -g", 2],
    ["-L -g 172.17.0.2", 0],
  ])("%s shows %i", (line, count) => {
    const { stdout, stderr, exit } = run(tracked(), `conntrack ${line}`);
    expect(stdout.split("\n").length - 1).toBe(count);
    expect(stderr).toBe(`${VERSION}: ${count} flow entries have been shown.\n`);
    expect(exit).toBe(0);
  });

  test("shows families, ids and counters where they are asked for", () => {
    const world = tracked();
    run(world, "sysctl -w net.netfilter.nf_conntrack_acct=1");
    expect(run(world, "conntrack -L -o extended,id -d 172.17.0.2").stdout).toMatch(
      /^ipv4 {5}2 icmp {5}1 \d+ src=172.17.0.1 dst=172.17.0.2 type=8 code=0 id=2 packets=1 bytes=84 src=172.17.0.2 .* packets=1 bytes=84 mark=0 use=1 id=\d+\n$/,
    );
  });

  test("marks a connection, and forgets it", () => {
    const world = tracked();
    expect(run(world, "conntrack -U -d 172.17.0.3 -m 6").stdout).toContain(" mark=6 use=2\n");
    expect(run(world, "conntrack -D -m 6").stderr).toBe(`${VERSION}: 1 flow entries have been deleted.\n`);
    expect(run(world, "conntrack -D -m 6").exit).toBe(1);
  });

  test.each([
    ["-L --dport 80", "unknown option `--dport'"],
    ["-L -s foo", "Invalid IP address `foo'"],
    ["-L -p tcp --state FOO", "unknown TCP state `FOO'"],
    ["-L -D", "Invalid commands combination"],
    ["-F -p tcp", "Illegal option `--protonum' with this command"],
    ["-G", "You need to supply the `--protonum' option for this command"],
    ["-L -s", "option `-s' requires an argument"],
    ["-L -e NEW", "Illegal option `--event-mask' with this command"],
    ["-L -z -p tcp", "Can't use -z with filtering parameters"],
  ])("%s is refused", (line, words) => {
    const { stderr, exit } = run(tracked(), `conntrack ${line}`);
    expect(stderr.split("\n")[0]).toBe(`${VERSION}: ${words}`);
    expect(exit).toBe(2);
  });

  test("a container may count its connections, but not read them", () => {
    const world = tracked();
    (world.nodes["hostA/c2"] as { caps: string[] }).caps = [];
    const asked = (line: string) => runLine(world, shellPrograms, line, 1e9, "hostA/c2");
    const words = `${VERSION}: Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n`;
    expect(asked("conntrack -C")).toEqual({ stdout: "0\n", stderr: words, exit: 1 });
    expect(asked("conntrack -L")).toEqual({ stdout: "", stderr: words, exit: 1 });
    expect(asked("conntrack -E").stderr).toMatch(
      /^mnl_socket_bind: Operation not permitted\n.*Can't open netlink socket\n$/,
    );
  });

  test("-G says so when there is none", () => {
    const { stderr, exit } = run(tracked(), "conntrack -G -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2");
    expect({ stderr, exit }).toEqual({
      stderr: `${VERSION}: Operation failed: such conntrack doesn't exist\n`,
      exit: 1,
    });
  });

  test("-E tells of the first answer to a SYN once, and counts what it told", () => {
    const world = tracked();
    startLine(world, "hostA/c2", "nc -l -p 80");
    runEvents(world, shellPrograms, 1e9);
    const sink = startLine(world, "hostA", "timeout -s INT 3 conntrack -E -p tcp -e NEW,UPDATES");
    runEvents(world, shellPrograms, 1e9);
    startLine(world, "hostA", "nc -w 1 172.17.0.2 80 < /dev/null");
    runEvents(world, shellPrograms, 5e9);
    const { stdout, stderr } = collect(world, sink);
    const states = stdout.split("\n").map((text) => text.trim().split(/\s+/)[4]);
    expect(states.slice(0, 3)).toEqual(["SYN_SENT", "SYN_RECV", "ESTABLISHED"]);
    expect(stdout.split("\n")[1]).not.toContain("[UNREPLIED]");
    expect(stderr).toBe(`${VERSION}: ${stdout.split("\n").length - 1} flow events have been shown.\n`);
  });

  test("a connection that a rule answers by a reset is over, whichever end it is of", () => {
    const world = tracked();
    startLine(world, "hostA/c2", "nc -l -p 80");
    startLine(world, "hostA", "sleep 0.3; nc 172.17.0.2 80 < /dev/null");
    runEvents(world, shellPrograms, 0.6e9);
    expect(run(world, "conntrack -L -p tcp").stdout).toContain(" ESTABLISHED ");
    run(world, "iptables -I INPUT -p tcp --sport 80 -j REJECT --reject-with tcp-reset");
    startLine(world, "hostA/c2", "pkill nc");
    runEvents(world, shellPrograms, 0.5e9);
    expect(run(world, "conntrack -L -p tcp").stdout).toMatch(/ \d CLOSE /);
  });
});
