import { describe, expect, it } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, runLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";

function say(world: ShellWorld, line: string): string {
  return runLine(world, shellPrograms, line, 5e9).stdout;
}

/** The numbers of a protocol by name, as /proc/net/snmp has them. */
function counters(world: ShellWorld, head: string): Record<string, string> {
  const [names = "", numbers = ""] = say(world, `cat /proc/net/snmp | grep ^${head}:`).split("\n");
  return Object.fromEntries(names.split(" ").map((name, i) => [name, numbers.split(" ")[i] ?? ""]));
}

describe("the counters of the protocols", () => {
  it("count what a ping sends and gets", () => {
    const world = bridgeWorld();
    expect(counters(world, "Ip")).toMatchObject({ InReceives: "0", OutRequests: "0" });
    expect(say(world, "cat /proc/net/snmp")).not.toContain("IcmpMsg");
    say(world, "ping -c 2 -i 0.2 172.17.0.2");
    expect(counters(world, "Ip")).toMatchObject({
      InReceives: "2",
      InDelivers: "2",
      OutRequests: "2",
      OutTransmits: "2",
    });
    expect(counters(world, "Icmp")).toMatchObject({
      InMsgs: "2",
      InEchoReps: "2",
      OutMsgs: "2",
      OutEchos: "2",
      InErrors: "0",
    });
    expect(say(world, "cat /proc/net/snmp")).toContain("IcmpMsg: InType0 OutType8\nIcmpMsg: 2 2\n");
    expect(say(world, "netstat -sw")).toContain(
      "    ICMP input histogram:\n        echo replies: 2\n    2 ICMP messages sent\n    0 ICMP messages failed\n" +
        "    ICMP output histogram:\n        echo requests: 2\nIcmpMsg:\n        InType0: 2\n        OutType8: 2\nUdpLite:\nIpExt:\n" +
        "    InOctets: 168\n    OutOctets: 168\n    InNoECTPkts: 2\nMPTcpExt:\n",
    );
  });

  it("count fragments, and packets that are too old or have nowhere to go", () => {
    const world = bridgeWorld();
    say(world, "ping -c 1 -s 3000 172.17.0.2");
    expect(counters(world, "Ip")).toMatchObject({ FragOKs: "1", FragCreates: "3", ReasmReqds: "3", ReasmOKs: "1" });
    say(world, "echo hi | nc -u -w 1 198.51.100.9 9");
    expect(counters(world, "Ip")).toMatchObject({ OutNoRoutes: "1" });
    say(world, "echo hi | nc -u -w 1 172.17.0.2 9");
    expect(counters(world, "Udp")).toMatchObject({ OutDatagrams: "1" });
    expect(counters(world, "Icmp")).toMatchObject({ InDestUnreachs: "1" });
  });

  it("are told by nstat as what has changed since", () => {
    const world = bridgeWorld();
    say(world, "ping -c 1 172.17.0.2");
    expect(say(world, "nstat 'Icmp*Echo*'")).toBe(
      `#kernel\n${"IcmpInEchoReps".padEnd(32)}1                  0.0\n${"IcmpOutEchos".padEnd(32)}1                  0.0\n`,
    );
    expect(say(world, "nstat")).toBe("#kernel\n");
  });
});

describe("/proc/net of sockets", () => {
  it("counts them", () => {
    const world = bridgeWorld();
    expect(say(world, "nc -l 5000 & sleep 1; head -2 /proc/net/sockstat")).toBe(
      "sockets: used 1\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0\n",
    );
  });

  it("shows raw ones by their protocol", () => {
    const world = bridgeWorld();
    expect(say(world, "traceroute -I 172.17.0.9 > /dev/null & sleep 0.5; cat /proc/net/raw")).toMatch(
      /\n {3}1: 010011AC:0001 090011AC:0000 01 /,
    );
  });
});

describe("/proc/net/fib_trie", () => {
  it("shows the routes as a trie whose nodes double and halve", () => {
    const world = bridgeWorld();
    expect(say(world, "cat /proc/net/fib_trie").split("Local:\n")[0]).toBe(
      `Main:
  +-- 0.0.0.0/0 2 0 2
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 172.17.0.0/16 2 0 2
        +-- 172.17.0.0/31 1 0 0
           |-- 172.17.0.0
              /16 link UNICAST
           |-- 172.17.0.1
              /32 host LOCAL
        |-- 172.17.255.255
           /32 link BROADCAST
`,
    );
  });
});
