import { expect, test } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, runLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

function say(world: ShellWorld, line: string, node?: string): string {
  const { stdout, stderr, exit } = runLine(world, shellPrograms, line, 1e9, node);
  return `${stdout}${stderr}${exit === 0 ? "" : `[${exit}]`}`;
}

/** A host that routes for its containers, with a second table that knows another gateway. */
function lab(): ShellWorld {
  const world = bridgeWorld();
  expect(say(world, "sysctl -qw net.ipv4.ip_forward=1; ip route add default via 172.17.0.3")).toBe("");
  expect(say(world, "ip route add default via 172.17.0.2 table 100")).toBe("");
  return world;
}

const USUAL = "32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n";

test("a rule without a pref goes before the second, and is found again by what was said", () => {
  const world = lab();
  expect(say(world, "ip rule")).toBe(`0:\tfrom all lookup local\n${USUAL}`);
  expect(
    say(world, "ip rule add from 172.17.0.9 table 100; ip rule add not to 10.0.0.0/8 fwmark 0x10/0xff prohibit"),
  ).toBe("");
  expect(say(world, "ip rule show")).toBe(
    `0:\tfrom all lookup local\n32764:\tnot from all to 10.0.0.0/8 fwmark 0x10/0xff prohibit\n32765:\tfrom 172.17.0.9 lookup 100\n${USUAL}`,
  );
  expect(say(world, "ip rule list table 100")).toBe("32765:\tfrom 172.17.0.9 lookup 100\n");
  expect(say(world, "ip rule add pref 32765 from 172.17.0.9 lookup 100")).toBe("RTNETLINK answers: File exists\n[2]");
  expect(say(world, "ip rule del from 172.17.0.9; ip rule del pref 7")).toBe(
    "RTNETLINK answers: No such file or directory\n[2]",
  );
  expect(say(world, "ip rule flush; ip rule")).toBe("0:\tfrom all lookup local\n");
});

test.each([
  ["from 10.9.9.9 table 100", "ip route get 1.2.3.4", "via 172.17.0.3 dev docker0 src"],
  ["from 172.17.0.1 table 100", "ip route get 1.2.3.4 from 172.17.0.1", "via 172.17.0.2 dev docker0 table 100"],
  ["from 10.9.9.9 table 77", "ip route get 1.2.3.4", "via 172.17.0.3 dev docker0 src"],
  ["to 1.0.0.0/8 lookup 100", "ip route get 1.2.3.4", "via 172.17.0.2 dev docker0 table 100"],
  ["not to 1.0.0.0/8 lookup 100", "ip route get 1.2.3.4", "via 172.17.0.3 dev docker0 src"],
  ["fwmark 5 table 100", "ip route get 1.2.3.4 mark 5", "via 172.17.0.2 dev docker0 table 100"],
  ["fwmark 5 table 100", "ip route get 1.2.3.4 mark 4", "via 172.17.0.3 dev docker0 src"],
  ["iif lo table 100", "ip route get 1.2.3.4", "via 172.17.0.2 dev docker0 table 100"],
  ["iif docker0 table 100", "ip route get 1.2.3.4", "via 172.17.0.3 dev docker0 src"],
  ["prohibit", "ip route get 1.2.3.4", "RTNETLINK answers: Permission denied"],
  ["unreachable", "ip route get 1.2.3.4", "RTNETLINK answers: Network is unreachable"],
  ["blackhole", "ip route get 1.2.3.4", "RTNETLINK answers: Invalid argument"],
  ["table main suppress_prefixlength 0", "ip route get 172.17.0.9", "172.17.0.9 dev docker0 src"],
  ["goto 32767", "ip route get 1.2.3.4", "RTNETLINK answers: Network is unreachable"],
])("ip rule add %s: %s answers %s", (rule, asked, answer) => {
  const world = lab();
  expect(say(world, `ip rule add ${rule}`)).toBe("");
  expect(say(world, asked)).toContain(answer);
});

test("a packet on its way meets the rule for the device that it came in by", () => {
  const world = lab();
  say(world, "ip route add default via 172.17.0.1", "hostA/c2");
  say(world, "ip rule add iif docker0 prohibit pref 10");
  expect(say(world, "ping -c 1 -W 1 1.2.3.4", "hostA/c2")).toContain("From 172.17.0.1 icmp_seq=1 Packet filtered");
});

test("connect(2) asks again with the source that it found; a mark of the mangle table leads a packet elsewhere", () => {
  const world = bridgeWorld();
  say(world, "ip rule add prio 10 blackhole from 172.17.0.1 to 172.17.0.2");
  expect(say(world, "ping -c 1 -W 1 172.17.0.2")).toContain("ping: connect: Invalid argument");
  say(world, "ip rule del prio 10; ip rule add fwmark 5 prohibit");
  expect(say(world, "ping -c 1 -W 1 172.17.0.2")).toContain(" 1 received");
  say(world, "iptables -t mangle -A OUTPUT -p icmp -j MARK --set-mark 5");
  expect(say(world, "ping -c 1 -W 0.5 172.17.0.2")).toMatch(/ 0 received[^!]*\[1\]$/);
});
