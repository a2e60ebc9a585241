import { describe, expect, it } from "vitest";
import { TraceKind as K } from "../../../base/trace-kind.ts";
import { en } from "../../../i18n/testing.ts";
import { createMatching, matchUntil } from "../matching.ts";
import { ARP_FRAME, PING_FRAME, sceneryOf } from "../testing.ts";
import type { Place } from "./filter-store.ts";
import { type Reading, readFilter, soundPart } from "./reading.ts";
import { type Known, suggest } from "./suggest.ts";

const hostOf = (name: string) => (name === "nginx-1" ? 0xac110002 : null);
const read = (text: string): Reading => readFilter(text, hostOf);

describe("what somebody types over the events", () => {
  it.each(["reply", "nginx-1 arp", "arp reply", "172.17", "3", "SYN", "veth616bc63", "PREROUTING: source"])(
    "%s are words",
    (text) => expect(read(text)).toEqual({ kind: "words", words: text.toLowerCase().split(" ") }),
  );

  it.each([
    "arp",
    "icmp or arp",
    "host nginx-1",
    "dst 172.17.0.3",
    "172.17.0.3",
    "tcp[tcpflags] & tcp-syn != 0",
    "not arp",
    "-i eth0",
    "-i docker0 icmp",
    "(arp)",
    "less 60",
  ])("%s is an expression", (text) => expect(read(text)).toMatchObject({ kind: "tcpdump" }));

  it.each([
    ["host", "syntax", 4],
    ["host nginx-9", "unknown-host", 5],
    ["icmp and", "syntax", 8],
    ["-i eth0 port 70000", "port-too-high", 13],
    ["tcp[tcpflags] &", "syntax", 15],
  ])("%s is at fault: %s at %d", (text, why, at) =>
    expect(read(text)).toMatchObject({ kind: "fault", fault: { why, at } }),
  );
});

describe("while an expression is being typed", () => {
  it.each([
    ["icmp and", "icmp"],
    ["icmp and host", "icmp"],
    ["arp or (icmp and ", "arp"],
    ["host", ""],
    ["net 10.0.0.1/8", ""],
    ["-i eth0 tcp port", "-i eth0 tcp"],
  ])("of %s the list goes by %s", (text, part) => {
    expect(soundPart(text, read(text), hostOf)).toEqual(read(part));
  });
});

describe("rows that an expression keeps", () => {
  const rows = [
    { kind: K.HOP, dev: 2, frame: 0, a: 3 },
    { kind: K.FDB_ADD, dev: 1, frame: 0, a: 3 },
    { kind: K.HOP, dev: 2, frame: 1, a: 3 },
    { kind: K.HOP, dev: 3, frame: 1, a: 2 },
    { kind: K.COMMAND, dev: -1 },
  ];
  const s = sceneryOf(rows, [ARP_FRAME, PING_FRAME]);
  const kept = (text: string, place: Place | null = null): number[] => {
    const applied = read(text);
    if (applied.kind === "fault") throw new Error(text);
    const matching = createMatching({ applied, place }, en);
    matchUntil(matching, s, { shown: s.columns.count, epoch: 0, kept: 0 });
    return matching.rows;
  };

  it.each<[string, number[]]>([
    ["arp", [0, 1]],
    ["icmp", [2, 3]],
    ["not icmp", [0, 1]],
    ["host nginx-1", [0, 1, 2, 3]],
    ["dst host 172.17.0.3 and icmp[icmptype] = icmp-echo", [2, 3]],
    ["ether broadcast", [0, 1]],
    ["-i eth0 icmp", [2, 3]],
    ["-i docker0", [1]],
    ["-i nowhere", []],
    ["tcp or udp", []],
    ["greater 60", [2, 3]],
  ])("%s", (text, expected) => expect(kept(text)).toEqual(expected));

  it("at one interface: what it sends and what comes to it", () => {
    expect(kept("", { node: "hostA", dev: 3 })).toEqual([0, 2, 3]);
    expect(kept("arp", { node: "hostA", dev: 3 })).toEqual([0]);
  });
});

describe("words that are offered", () => {
  const known: Known = {
    hosts: [["172.17.0.2", "nginx-1"]],
    devs: ["docker0", "eth0"],
    nets: ["172.17.0.0/16"],
    macs: ["02:42:ac:11:00:02"],
  };
  const offered = (text: string) => suggest(text, known).list.map((one) => one.insert);

  it.each<[string, string[]]>([
    ["ho", ["host"]],
    ["host ", ["172.17.0.2"]],
    ["host ngi", ["172.17.0.2"]],
    ["arp or ho", ["host"]],
    ["ether src ", ["02:42:ac:11:00:02"]],
    ["net ", ["172.17.0.0/16"]],
    ["-i d", ["docker0"]],
    ["icmp ", ["and", "or"]],
    ["tcp[tcpflags] & tcp-s", ["tcp-syn"]],
    ["what is ", []],
  ])("after %s", (text, words) => expect(offered(text)).toEqual(words));

  it("offers only what makes the expression longer, never a fault at its place", () => {
    for (const text of ["host ", "ether src ", "net ", "icmp ", "(", "not "]) {
      for (const word of offered(text)) {
        const reading = read(`${text}${word}`);
        if (reading.kind === "fault") expect(reading.fault.at).toBeGreaterThanOrEqual(text.length);
      }
    }
  });
});
