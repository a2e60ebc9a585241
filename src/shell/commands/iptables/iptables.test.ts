import { describe, expect, test } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, runLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

const NFT = "iptables v1.8.9 (nf_tables)";
const HINT = "Try `iptables -h' or 'iptables --help' for more information.\n";

function world(legacy = false): ShellWorld {
  const made = bridgeWorld();
  for (const machine of made.machines) machine.legacyIptables = legacy;
  return made;
}

const run = (on: ShellWorld, line: string) => runLine(on, shellPrograms, line, 60e9);

describe("a rule says again what it was asked for", () => {
  /** What stands behind "-A FORWARD", and what -S makes of it where that differs. */
  test.each([
    ["-m iprange --src-range 10.0.0.1-10.0.0.9 -j ACCEPT", ""],
    [
      "-m statistic --mode random --probability 0.5 -j DROP",
      "-m statistic --mode random --probability 0.50000000000 -j DROP",
    ],
    ["-m statistic --mode nth --every 3 --packet 0 -j DROP", ""],
    ["-m ttl ! --ttl-eq 5", ""],
    ["-m length --length 100:", "-m length --length 100:65535"],
    ["-m physdev ! --physdev-in foo --physdev-is-in", "-m physdev --physdev-is-in ! --physdev-in foo"],
    [
      "-m conntrack --ctstatus NONE --ctexpire 10:20 --ctorigdst 1.2.3.4",
      "-m conntrack --ctorigdst 1.2.3.4 --ctstatus NONE --ctexpire 10:20",
    ],
    [
      "-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu",
      "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu",
    ],
    ["-p icmp --icmp-type time-ex", "-p icmp -m icmp --icmp-type 11"],
    ["-p udp --dport 99999", "-p udp -m udp --dport 34463"],
    ["-p tcp --sport 1024: --dport :1023", "-p tcp -m tcp --sport 1024:65535 --dport 0:1023"],
    ["-s 10.1/16 -d 0/0", "-s 10.1.0.0/16"],
    ['-m comment --comment "it\'s v1.2" -j ACCEPT', '-m comment --comment "it\\\'s v1.2" -j ACCEPT'],
    ["-j LOG --log-uid --log-tcp-options --log-level error", "-j LOG --log-level 3 --log-tcp-options --log-uid"],
    ["-j MARK --and-mark 0xf0", "-j MARK --set-xmark 0x0/0xffffff0f"],
    ["-j REJECT --reject-with icmp-ad", "-j REJECT --reject-with icmp-admin-prohibited"],
  ])("%s", (line, saved) => {
    const on = world();
    expect(run(on, `iptables -A FORWARD ${line}`)).toEqual({ stdout: "", stderr: "", exit: 0 });
    const rule = run(on, "iptables -S FORWARD").stdout.split("\n")[1];
    expect(rule).toBe(`-A FORWARD ${saved || line}`);
    expect(run(on, `iptables -D FORWARD ${line}`).exit).toBe(0);
  });

  test("each pair of addresses makes a rule of its own", () => {
    const on = world();
    run(on, "iptables -A INPUT -s 1.1.1.1,2.2.2.2 -d 3.3.3.3,4.4.4.4 -j DROP");
    expect(run(on, "iptables -S INPUT").stdout.split("\n").slice(1, 3)).toEqual([
      "-A INPUT -s 1.1.1.1/32 -d 3.3.3.3/32 -j DROP",
      "-A INPUT -s 1.1.1.1/32 -d 4.4.4.4/32 -j DROP",
    ]);
  });
});

describe("lists", () => {
  test.each([
    ["-p tcp ! --tcp-flags SYN,RST SYN", "-n", "tcp flags:!0x06/0x02"],
    ["-p tcp ! --tcp-flags SYN,RST SYN", "", "tcp flags:!SYN,RST/SYN"],
    ["-p icmp --icmp-type any", "-n", "icmptype 255"],
    ["-p icmp ! --icmp-type 3/4", "", "icmp !fragmentation-needed"],
    ["-p tcp -m multiport ! --dports 22,80:90", "", "multiport dports  !ssh,http:90"],
    ["-m connmark --mark 5", "-n", "connmark match  0x5"],
    ["-j LOG --log-uid --log-prefix x", "", 'LOG level warn prefix "x" uid'],
  ])("%s with %s", (rule, style, expected) => {
    const on = world();
    run(on, `iptables -A INPUT ${rule}`);
    const line = run(on, `iptables ${style} -L INPUT`).stdout.split("\n")[2];
    expect(line?.slice(62)).toBe(expected);
  });
});

describe("refusals", () => {
  test.each([
    ["-A INPUT -p tcp --dport 80 --dport 81", "Only one `--destination-port' allowed\n"],
    ["-A INPUT -p udp --dport foo", 'Port "foo" does not resolve to anything.\n\n'],
    ["-A INPUT -m conntrack --ctstate NEW,FOO", 'Bad ctstate "FOO"\n'],
    ["-A INPUT -m mark", 'mark: option "--mark" must be specified\n\n'],
    ["-A INPUT -m limit ! --limit 3/s", 'limit: option "--limit" cannot be inverted.\n\n'],
    ["-A INPUT -m ttl --ttl-lt 5 --ttl-gt 3", 'ttl: option "--ttl-lt" cannot be used together with "--ttl-gt".\n\n'],
    ["-A INPUT -j TTL --ttl-inc 0", 'TTL: bad value for option "--ttl-inc", or out of range (1-255).\n\n'],
    ["-A INPUT -o eth0", "Can't use -o with INPUT\n\n"],
    ["-A INPUT -m tcp --dport 80", "TCP match requires '-p tcp'\n"],
    ["-A INPUT ! ! -s 1.2.3.4", "multiple consecutive ! not allowed\n"],
    ["-L -j ACCEPT", "Illegal option `-j' with this command\n"],
    ["-D INPUT 0", "Invalid rule number `0'\n"],
    ["-N ACCEPT", "chain name may not clash with target name\n"],
    ["-t nat -A PREROUTING -j DNAT --to 1.1.1.1:80", "Need TCP, UDP, SCTP or DCCP with port specification\n"],
  ])("%s", (line, words) => {
    expect(run(world(), `iptables ${line}`)).toEqual({ stdout: "", stderr: `${NFT}: ${words}${HINT}`, exit: 2 });
  });

  test("the kernel's own differ between the two backends", () => {
    const line = "iptables -A FORWARD -j MASQUERADE";
    const nft = `${NFT}:  RULE_APPEND failed (Invalid argument): rule in chain FORWARD\n`;
    expect(run(world(), line)).toEqual({ stdout: "", stderr: nft, exit: 4 });
    const old = "iptables: Invalid argument. Run `dmesg' for more information.\n";
    expect(run(world(true), line)).toEqual({ stdout: "", stderr: old, exit: 1 });
  });

  test.each([
    ["iptables -A INPUT -m u32 --u32 1=1 -j DROP", "the match `u32' of iptables"],
    ["iptables -t raw -A PREROUTING -j CT --zone 1", "--zone of iptables' target CT"],
  ])("what exists in Linux, but not here, is said plainly: %s", (line, what) => {
    const { stderr, exit } = run(world(), line);
    expect(stderr).toBe(`playground: ${what} is not simulated\n`);
    expect(exit).toBe(1);
  });
});

describe("iptables-restore", () => {
  const restore = (on: ShellWorld, text: string, flags = "") => run(on, `printf '${text}' | iptables-restore ${flags}`);

  test("nothing of a table is done when one of its lines is bad, and the line is named", () => {
    const on = world();
    run(on, "iptables -A INPUT -i lo -j ACCEPT");
    const { stderr, exit } = restore(on, "*filter\\n-A INPUT -j DROP\\n-A INPUT -p tcp --dport foo\\nCOMMIT\\n");
    expect(exit).toBe(2);
    expect(stderr).toContain("invalid port/service `foo' specified\nError occurred at line: 3\n");
    expect(run(on, "iptables -S INPUT").stdout).toBe("-P INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n");
  });

  test("policies that it says nothing of are those of a new table, but in the old tables", () => {
    for (const [on, policy] of [
      [world(), "ACCEPT"],
      [world(true), "DROP"],
    ] as const) {
      run(on, "iptables -P FORWARD DROP");
      expect(restore(on, "*filter\\n-A INPUT -j DROP\\nCOMMIT\\n").exit).toBe(0);
      expect(run(on, "iptables -S FORWARD").stdout).toBe(`-P FORWARD ${policy}\n`);
    }
  });

  test("a file that isn't there", () => {
    const stderr = "Can't open /nosuch: No such file or directory\n";
    expect(run(world(), "iptables-restore /nosuch")).toEqual({ stdout: "", stderr, exit: 1 });
  });

  test("-n keeps what is there, -t only looks, -c takes counters", () => {
    const on = world();
    run(on, "iptables -A INPUT -i lo -j ACCEPT");
    expect(restore(on, "*filter\\n-D INPUT -i lo -j ACCEPT\\nCOMMIT\\n", "-n -t").exit).toBe(0);
    expect(restore(on, "*filter\\n:INPUT DROP [5:500]\\n[7:700] -A INPUT -j LOG\\nCOMMIT\\n", "-n -c").exit).toBe(0);
    expect(run(on, "iptables -vS INPUT").stdout).toBe(
      "-P INPUT DROP -c 5 500\n-A INPUT -i lo -c 0 0 -j ACCEPT\n-A INPUT -c 7 700 -j LOG\n",
    );
  });
});

test("a change of the old tables makes their policies' counters begin anew, not those of rules", () => {
  for (const [legacy, count] of [
    [true, "0 packets"],
    [false, "1 packets"],
  ] as const) {
    const on = world(legacy);
    run(on, "iptables -A OUTPUT -p icmp; iptables -P OUTPUT ACCEPT; ping -c 1 172.17.0.2");
    expect(run(on, "iptables -nvL OUTPUT").stdout).toContain("policy ACCEPT 1 packets");
    run(on, "iptables -A INPUT -j DROP");
    expect(run(on, "iptables -nvL OUTPUT").stdout).toContain(`policy ACCEPT ${count}`);
    expect(run(on, "iptables -vS OUTPUT").stdout).toContain("-A OUTPUT -p icmp -c 1 84\n");
  }
});

test("the old tables count their policies from the start; tables are saved newest first", () => {
  const on = world(true);
  run(on, "iptables -L -n > /dev/null; iptables -t nat -L > /dev/null; ping -c 1 172.17.0.2");
  expect(run(on, "iptables -nvL OUTPUT").stdout).toContain("policy ACCEPT 1 packets, 84 bytes");
  expect(run(on, "iptables-save | grep \\*").stdout).toBe("*nat\n*filter\n");
});

test("a built-in chain that nobody has changed is not there for a number; with a first rule it is", () => {
  const on = world(false);
  const first = "iptables: No chain/target/match by that name.\n";
  expect(run(on, "iptables -D INPUT 1").stderr).toBe(first);
  expect(run(on, "iptables -R INPUT 1 -j ACCEPT").stderr).toBe(first);
  run(on, "iptables -A INPUT -j ACCEPT");
  expect(run(on, "iptables -D INPUT 2").stderr).toBe("iptables: Index of deletion too big.\n");
  expect(run(world(true), "iptables -D INPUT 1").stderr).toBe("iptables: Index of deletion too big.\n");
});
