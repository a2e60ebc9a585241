import { describe, expect, test } from "vitest";
import { shellPrograms } from "../../programs.ts";
import { bridgeWorld, runEvents, runLine, startLine } from "../../testing.ts";
import type { ShellWorld } from "../../types.ts";

const NFT = "iptables v1.8.9 (nf_tables)";
const HINT = "Try `iptables -h' or 'iptables --help' for more information.\n";

const run = (on: ShellWorld, line: string, node?: string) => runLine(on, shellPrograms, line, 10e9, node);

/** Which of `count` pings of the host by c2 get through, one each 200 ms. */
function pings(on: ShellWorld, count: number, options = ""): number[] {
  const { stdout } = run(on, `ping -n -c ${count} -i 0.2 -W 1 ${options} 172.17.0.1`, "hostA/c2");
  return Array.from(stdout.matchAll(/bytes from .* icmp_seq=(\d+)/g), (m) => Number(m[1]));
}

function withRules(...rules: string[]): ShellWorld {
  const on = bridgeWorld();
  for (const rule of rules) expect(run(on, `iptables -A INPUT ${rule}`)).toEqual({ stdout: "", stderr: "", exit: 0 });
  return on;
}

describe("a rule says again what it was asked for, in words and in a list", () => {
  test.each([
    ['-m string --string "GET /" --algo bm', "", 'STRING match  "GET /" ALGO name bm'],
    [
      '-m string --hex-string "|03|www" --algo kmp --to 99 --icase',
      '-m string --hex-string "|03777777|" --algo kmp --to 99 --icase',
      'STRING match  "|03777777|" ALGO name kmp TO 99 ICASE',
    ],
    [
      "-m recent --name ssh --update --seconds 60 --hitcount 4",
      "-m recent --update --seconds 60 --hitcount 4 --name ssh --mask 255.255.255.255 --rsource",
      "recent: UPDATE seconds: 60 hit_count: 4 name: ssh side: source mask: 255.255.255.255",
    ],
    [
      "-m hashlimit --hashlimit 5/min --hashlimit-mode dstport,srcip --hashlimit-name a",
      "-m hashlimit --hashlimit-upto 5/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name a",
      "limit: up to 5/min burst 5 mode srcip-dstport",
    ],
    [
      "-p tcp -m connlimit ! --connlimit-above 3",
      "-p tcp -m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr",
      "#conn src/32 <= 3",
    ],
    [
      "-m time --timestart 9:00 --timestop 17:30 --weekdays Fri,Mon",
      "-m time --timestart 09:00:00 --timestop 17:30:00 --weekdays Mon,Fri --datestop 2038-01-19T03:14:07",
      "TIME from 09:00:00 to 17:30:00 on Mon,Fri UTC",
    ],
    [
      "-m time --datestart 2026-02-28 --datestop 2028-02-29T12 --monthdays 1,22,13 --kerneltz",
      "-m time --monthdays 1,13,22 --datestart 2026-02-28T00:00:00 --datestop 2028-02-29T12:00:00 --kerneltz",
      "TIME on 1st,13th,22nd starting from 2026-02-28 00:00:00 until date 2028-02-29 12:00:00",
    ],
    ["-m quota --quota 1000", "", "quota: 1000 bytes"],
    ["-m tos --tos minimize-delay", "-m tos --tos 0x10/0x3f", "tos match0x10/0x3f"],
    ["-m dscp ! --dscp-class AF21", "-m dscp ! --dscp 0x12", "DSCP match !0x12"],
    [
      "-m connbytes --connbytes 600: --connbytes-dir both --connbytes-mode bytes",
      "-m connbytes --connbytes 600 --connbytes-mode bytes --connbytes-dir both",
      "connbytes 600 connbytes mode bytes connbytes direction both",
    ],
    ["-p tcp -m tcpmss --mss 1400:1500", "", "tcpmss match 1400:1500"],
    [
      "-j NFLOG --nflog-group 2 --nflog-prefix hi",
      "-j NFLOG --nflog-prefix hi --nflog-group 2",
      "nflog-prefix hi nflog-group 2",
    ],
    ["-j NFQUEUE --queue-num 3 --queue-bypass", "", "NFQUEUE num 3 bypass"],
    ["-j AUDIT --type drop", "", "AUDIT drop"],
  ])("%s", (line, saved, listed) => {
    const on = withRules(line);
    expect(run(on, "iptables -S INPUT").stdout.split("\n")[1]).toBe(`-A INPUT ${saved || line}`);
    expect(run(on, "iptables -L INPUT -n").stdout.split("\n")[2]?.slice(62)).toBe(listed);
    expect(run(on, `iptables -D INPUT ${line}`).exit).toBe(0);
  });
});

test("targets of mangle that change nothing here are shown as they were given", () => {
  const on = bridgeWorld();
  for (const rule of ["-p udp -j CHECKSUM --checksum-fill", "-j CLASSIFY --set-class 1:10"])
    expect(run(on, `iptables -t mangle -A POSTROUTING ${rule}`).exit).toBe(0);
  expect(run(on, "iptables -t mangle -S POSTROUTING").stdout).toBe(
    "-P POSTROUTING ACCEPT\n-A POSTROUTING -p udp -j CHECKSUM --checksum-fill\n-A POSTROUTING -j CLASSIFY --set-class 0001:0010\n",
  );
  expect(run(on, "iptables -t mangle -nL POSTROUTING").stdout).toMatch(/ CHECKSUM fill\n.* CLASSIFY set 1:10\n$/);
  expect(run(on, "iptables -t mangle -A PREROUTING -j CLASSIFY --set-class 1:10").exit).toBe(4);
});

describe("refusals", () => {
  test.each([
    ["-m set --match-set bad src -j DROP", "Set bad doesn't exist.\n"],
    ["-ptcp -j DROP", 'unknown protocol "-ptcp" specified'],
    ["-j CHECKSUM", "CHECKSUM target: Parameter --checksum-fill is required"],
    ["-m string --algo bm", "STRING match: You must specify `--string' or `--hex-string'"],
    ["-m string --hex-string '|zz|' --algo bm", "Invalid hex char 'z'"],
    ["-m recent", "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'"],
    ["-m time --weekdays Foo", "Foo is not a valid day specifier"],
    ["-m hashlimit --hashlimit-name x", "You have to specify --hashlimit"],
    ["-m dscp --dscp 64", 'dscp: bad value for option "--dscp", or out of range (0-63).\n'],
  ])("%s", (line, says) => {
    expect(run(bridgeWorld(), `iptables -A INPUT ${line}`)).toEqual({
      stdout: "",
      stderr: `${NFT}: ${says}\n${HINT}`,
      exit: 2,
    });
  });

  test("by the kernel: an unknown algorithm, a list that is set within some time, TOS outside of mangle", () => {
    const on = bridgeWorld();
    const says = (why: string) => ({
      stdout: "",
      stderr: `${NFT}:  RULE_APPEND failed (${why}): rule in chain INPUT\n`,
      exit: 4,
    });
    expect(run(on, "iptables -A INPUT -m string --string x --algo foo")).toEqual(says("No such file or directory"));
    expect(run(on, "iptables -A INPUT -m recent --set --seconds 3")).toEqual(says("Invalid argument"));
    expect(run(on, "iptables -A INPUT -j TOS --set-tos 8")).toEqual(says("Invalid argument"));
  });
});

describe("packets", () => {
  test("a limit for each host leaves the others theirs", () => {
    const on = withRules(
      "-p icmp -m hashlimit --hashlimit-upto 1/min --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name x -j ACCEPT",
      "-p icmp -j DROP",
    );
    expect(pings(on, 4)).toEqual([1, 2]);
    expect(run(on, "ping -c 1 -W 1 172.17.0.1", "hostA/c3").exit).toBe(0);
  });

  test("a host that comes too often in a while is on the list, until it has been away", () => {
    const on = withRules("-p icmp -m recent --update --seconds 2 --hitcount 3 -j DROP", "-p icmp -m recent --set");
    expect(pings(on, 5)).toEqual([1, 2, 3]);
    expect(pings(on, 1)).toEqual([1]);
    run(on, "iptables -F INPUT; iptables -A INPUT -m recent --rcheck -j DROP");
    expect(pings(on, 1)).toEqual([1]);
  });

  test("a quota is used up", () => {
    expect(pings(withRules("-p icmp -m quota --quota 200 -j ACCEPT", "-p icmp -j DROP"), 4)).toEqual([1, 2]);
  });

  test("bytes are looked for in the payload", () => {
    const on = withRules('-p icmp -m string --hex-string "|abab|" --algo bm -j DROP');
    expect(pings(on, 1, "-p ab")).toEqual([]);
    expect(pings(on, 1, "-p cd")).toEqual([1]);
  });

  test("the TOS field is asked for, and set", () => {
    const on = withRules("-p icmp -m dscp --dscp-class EF -j DROP");
    expect(pings(on, 1, "-Q 0xb8")).toEqual([]);
    expect(pings(on, 1)).toEqual([1]);
    run(on, "iptables -t mangle -A PREROUTING -j DSCP --set-dscp 46");
    expect(pings(on, 1)).toEqual([]);
  });

  test("the clock is asked: the world begins on Monday the 21st of September 2026, at 14:13:20", () => {
    const drops = (when: string) => pings(withRules(`-p icmp -m time ${when} -j DROP`), 1).length === 0;
    expect(drops("--timestart 14:00 --timestop 14:59")).toBe(true);
    expect(drops("--timestart 15:00 --timestop 14:00")).toBe(false);
    expect(drops("--weekdays Mon")).toBe(true);
    expect(drops("! --weekdays Mon")).toBe(false);
    expect(drops("--monthdays 20,22")).toBe(false);
    expect(drops("--datestart 2026-09-21T14:14")).toBe(false);
  });

  test("a packet for a program that isn't there is dropped, or passed by; one that is only told of goes on", () => {
    expect(pings(withRules("-j NFLOG", "-p icmp -j NFQUEUE"), 1)).toEqual([]);
    expect(pings(withRules("-p icmp -j NFQUEUE --queue-bypass", "-j DROP"), 1)).toEqual([1]);
  });

  test("connections of a host are counted while they stand", () => {
    const on = withRules("-p tcp --syn -m connlimit --connlimit-above 1 -j REJECT --reject-with tcp-reset");
    startLine(on, "hostA", "nc -lk -p 5000");
    startLine(on, "hostA/c2", "nc -w 3 172.17.0.1 5000");
    runEvents(on, shellPrograms, 0.5e9);
    expect(runLine(on, shellPrograms, "nc -zv 172.17.0.1 5000", 1e9, "hostA/c2").exit).toBe(1);
    expect(runLine(on, shellPrograms, "nc -zv 172.17.0.1 5000", 1e9, "hostA/c3").exit).toBe(0);
    runEvents(on, shellPrograms, 4e9);
    expect(run(on, "nc -zv 172.17.0.1 5000", "hostA/c2").exit).toBe(0);
  });
});

test("nf_tables counts for a policy from -Z on, in chains that have had a rule", () => {
  const on = bridgeWorld();
  run(on, "iptables -A INPUT -s 9.9.9.9 -j DROP");
  const policies = () => run(on, "iptables -nvL | grep policy").stdout;
  const none = ["INPUT", "FORWARD", "OUTPUT"].map((name) => `Chain ${name} (policy ACCEPT 0 packets, 0 bytes)\n`);
  run(on, "ping -c 1 172.17.0.2");
  expect(policies()).toBe(none.join(""));
  expect(run(on, "iptables -Z").exit).toBe(0);
  run(on, "ping -c 1 172.17.0.2");
  expect(policies()).toBe(none.join("").replace("0 packets, 0 bytes", "1 packets, 84 bytes"));
  const gone = { stdout: "", stderr: "iptables: No chain/target/match by that name.\n", exit: 1 };
  expect(run(on, "iptables -Z OUTPUT")).toEqual(gone);
  expect(run(on, "iptables -t nat -Z OUTPUT")).toEqual(gone);
  expect(run(on, "iptables-save | grep -c nat").stdout).toBe("0\n");
});

test("-X takes all chains away or none", () => {
  const on = bridgeWorld();
  run(on, "iptables -N A; iptables -N B; iptables -A B -j ACCEPT");
  expect(run(on, "iptables -X").stderr).toBe(`${NFT}:  CHAIN_DEL failed (Device or resource busy): chain B\n`);
  expect(run(on, "iptables -S | grep ^-N").stdout).toBe("-N A\n-N B\n");
  run(on, "iptables -F B; iptables -X");
  expect(run(on, "iptables -S | grep ^-N").stdout).toBe("");
});

test("chains may jump in a ring as long as nothing leads to it", () => {
  const on = bridgeWorld();
  run(on, "iptables -N A; iptables -N B; iptables -A A -j B");
  expect(run(on, "iptables -A B -j A").exit).toBe(0);
  const words = `${NFT}:  RULE_APPEND failed (Too many links): rule in chain INPUT\n`;
  expect(run(on, "iptables -A INPUT -j A").stderr).toBe(words);
});

test("a chain's new name is looked at before the old one", () => {
  const on = bridgeWorld();
  expect(run(on, "iptables -E NOSUCH FORWARD").stderr).toBe("iptables: File exists.\n");
  expect(run(on, "iptables -E NOSUCH B").stderr).toBe("iptables: No chain/target/match by that name.\n");
});

test("iptables-save wants a name behind -f; iptables-restore -v repeats notes", () => {
  const on = bridgeWorld();
  expect(run(on, "iptables-save -f").stderr).toContain("iptables-save: option requires an argument -- 'f'\n");
  expect(run(on, "printf '# hello\\n*nat\\nCOMMIT\\n' | iptables-restore -v -n").stdout).toBe("# hello\n");
});

test("a jump to a built-in chain fails, in other words while nothing has made that", () => {
  const on = bridgeWorld();
  const words = () => / failed \((.*)\): /.exec(run(on, "iptables -N A; iptables -A A -j INPUT").stderr)?.[1];
  expect(words()).toBe("No such file or directory");
  run(on, "iptables -A INPUT -j ACCEPT");
  expect(words()).toBe("Operation not supported");
});
