import { beforeAll, describe, expect, it } from "vitest";
import { DropReason, TraceKind as K, Nud } from "../../base/trace-kind.ts";
import { createClient } from "../../client/client.ts";
import { en, zh } from "../../i18n/testing.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { createFakeWorker } from "../store/fake-worker.ts";
import { advance, connect, exec, load } from "../store/session.ts";
import { resetStores } from "../store/stores.ts";
import { appendTrace, emptyFrames, emptyTrace } from "../store/trace-columns.ts";
import { describeRow } from "./describe.ts";
import { explainRow } from "./explain.ts";
import { frameFacts, ipOfInt32, macOfColumns } from "./frame-facts.ts";
import { frameWords } from "./frame-words.ts";
import { currentScenery } from "./scenery.ts";

const target = (172 << 24) | (17 << 16) | 3;

/** One row in the scenery that the fake worker draws: nginx-1's eth0 is device 100, its veth 101, docker0 is 3. */
function sentence(row: {
  kind: number;
  dev?: number;
  a?: number;
  b?: number;
  packet?: number;
  frame?: number;
}): string {
  const columns = emptyTrace();
  const int = (value: number) => Int32Array.of(value);
  appendTrace(columns, {
    from: 0,
    count: 1,
    t_ns: Float64Array.of(0),
    kind: Uint8Array.of(row.kind),
    dev: int(row.dev ?? 100),
    packet: int(row.packet ?? -1),
    frame: int(row.frame ?? -1),
    a: int(row.a ?? -1),
    b: int(row.b ?? -1),
  });
  return describeRow({ ...currentScenery(), columns, frames: emptyFrames() }, 0, en).text;
}

beforeAll(async () => {
  resetStores();
  connect(createClient(async () => createFakeWorker()));
  await load(sameHost);
  await exec("hostA/nginx-1", "ping -c 1 172.17.0.3");
  await advance(1e6);
});

describe("the first ping, told row by row", () => {
  const told = (t: typeof en) => Array.from({ length: 18 }, (_, row) => describeRow(currentScenery(), row, t));

  it("in English", () => {
    expect(told(en).map(({ chip, text }) => `${chip} ${text}`)).toEqual([
      "$ In nginx-1: ping -c 1 172.17.0.3",
      "NEIGH No MAC for 172.17.0.3: nginx-1 asks everybody",
      "ICMP It waits at nginx-1's eth0 for 172.17.0.3's MAC",
      "ARP nginx-1 eth0 → veth9c02e56: who has 172.17.0.3? Tell 172.17.0.2",
      "FDB docker0 learns 02:42:ac:11:00:02 behind veth9c02e56",
      "ARP docker0 floods: veth9c06c34, veth9c04d45, up to the host itself",
      "ARP veth9c06c34 → nginx-3 eth0: who has 172.17.0.3? Tell 172.17.0.2",
      "ARP veth9c04d45 → nginx-2 eth0: who has 172.17.0.3? Tell 172.17.0.2",
      "ARP docker0 hands it up to hostA's own stack",
      "IGNORED nginx-3 stays silent: the question is not about it",
      "ARP nginx-2 eth0 → veth9c04d45: 172.17.0.3 is at 02:42:ac:11:00:03",
      "FDB docker0 learns 02:42:ac:11:00:03 behind veth9c04d45",
      "ARP docker0 has 02:42:ac:11:00:02 behind veth9c02e56: out of that port only",
      "ARP veth9c02e56 → nginx-1 eth0: 172.17.0.3 is at 02:42:ac:11:00:03",
      "NEIGH nginx-1 now knows 172.17.0.3's MAC",
      "ICMP nginx-1 eth0 → veth9c02e56: echo request 1, 172.17.0.2 → 172.17.0.3",
      "ICMP veth9c04d45 → nginx-2 eth0: echo request 1, 172.17.0.2 → 172.17.0.3",
      "ICMP nginx-2 eth0 → veth9c04d45: echo reply 1, 172.17.0.3 → 172.17.0.2",
    ]);
  });

  it("in Chinese, with the same names", () => {
    const words = told(zh).map(({ text }) => text);
    expect(words[1]).toBe("nginx-1 不知道 172.17.0.3 的 MAC，用 ARP 广播询问");
    expect(words[5]).toBe("docker0 泛洪：veth9c06c34、veth9c04d45、上送宿主机自己");
    expect(words.every((text, row) => text !== told(en)[row]!.text)).toBe(true);
  });

  it("explains what a newcomer would ask about", () => {
    const why = (row: number) => explainRow(currentScenery(), row, en);
    expect(why(1)).toContain("asks everybody");
    expect(why(4)).toContain("learns from the source");
    expect(why(5)).toContain("broadcast");
    expect(why(9)).toContain("stays silent");
    expect(why(0)).toBeNull();
  });
});

describe("other rows", () => {
  it("tells each change of a neighbour's state", () => {
    const neigh = (from: number, to: number) => sentence({ kind: K.NEIGH_STATE, a: target, b: (from << 8) | to });
    expect(neigh(Nud.NONE, Nud.STALE)).toMatch(/not confirmed/);
    expect(neigh(Nud.REACHABLE, Nud.STALE)).toMatch(/for a while/);
    expect(neigh(Nud.STALE, Nud.DELAY)).toMatch(/5 s to be confirmed/);
    expect(neigh(Nud.DELAY, Nud.PROBE)).toMatch(/unicast ARP/);
    expect(neigh(Nud.PROBE, Nud.REACHABLE)).toMatch(/confirmed \(REACHABLE\)/);
    expect(neigh(Nud.INCOMPLETE, Nud.FAILED)).toMatch(/gives up/);
    expect(neigh(Nud.STALE, Nud.NONE)).toMatch(/forgets/);
  });

  it("has words for every reason to drop, in both languages", () => {
    const unknown = sentence({ kind: K.DROP, a: DropReason.NOT_SPECIFIED });
    for (const [name, reason] of Object.entries(DropReason)) {
      if (name === "NOT_SPECIFIED" || name === "NETFILTER_DROP") continue;
      expect(sentence({ kind: K.DROP, a: reason }), name).not.toBe(unknown);
      expect(zh.events.drop("X", reason), name).not.toBe(zh.events.drop("X", DropReason.NOT_SPECIFIED));
    }
  });

  it("reads the MAC of an entry that no frame made from the columns", () => {
    expect(macOfColumns(0x0242, 0xac110002 | 0)).toBe("02:42:ac:11:00:02");
    expect(sentence({ kind: K.FDB_DELETE, dev: 3, a: 101, b: 2, packet: 0x0242, frame: 0xac110002 | 0 })).toBe(
      "docker0 forgets 02:42:ac:11:00:02: not heard from for too long",
    );
  });

  it("names what it does not know with a question mark instead of failing", () => {
    expect(sentence({ kind: K.LINK, dev: 999, a: 1 })).toBe("? comes up");
    expect(sentence({ kind: K.COMMAND, a: 99 })).toBe("A command is typed");
  });

  it("tells what the kernel makes and what a program sends, before there is a frame", () => {
    expect(sentence({ kind: K.SEND, a: -1, b: -1 })).toBe("The kernel of nginx-1 sends: an ARP packet");
    expect(sentence({ kind: K.SEND, a: 40, b: 6 })).toBe("A program in nginx-1 sends: a TCP packet");
  });

  it("tells routes", () => {
    expect(sentence({ kind: K.ROUTE, a: target, b: 16 })).toBe("nginx-1 wants 172.17.0.3: that is direct, on eth0");
    expect(sentence({ kind: K.ROUTE, a: target, b: 0 })).toMatch(/default route/);
    expect(sentence({ kind: K.ROUTE, dev: -1, a: target, b: 0 })).toBe("There is no route to 172.17.0.3");
  });
});

describe("frames in half a line", () => {
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  const ip = (protocol: string, rest: string) =>
    bytes(`0242ac1100030242ac1100020800450000540000400040${protocol}0000ac110002ac110003${rest}`);

  it.each([
    [ip("01", "0301000000000000450000540000400040010000ac110002ac110063"), "host unreachable, says 172.17.0.2"],
    [ip("06", "c000005000000000000000005002"), "TCP 172.17.0.2:49152 → 172.17.0.3:80, SYN"],
    [ip("11", "c000003500000000"), "DNS 172.17.0.2:49152 → 172.17.0.3:53"],
  ])("%#", (frame, words) => {
    expect(frameWords(frameFacts(frame), en)).toBe(words);
  });

  const ip6 = (packet: string) => bytes(`3333ff1514148266d815141486dd${packet}`);
  const REPORT =
    "600000000024000100000000000000000000000000000000ff0200000000000000000000000000163a000502000001008f005b610000000104000000ff0200000000000000000001ff151414";
  const TAKEN =
    "6000000000203aff00000000000000000000000000000000ff0200000000000000000001ff1514148700941700000000fe800000000000008066d8fffe1514140e01f7db36702c01";
  const SOLICITATION =
    "6000000000103afffe800000000000008066d8fffe151414ff02000000000000000000000000000285000000000000000101" +
    "8266d8151414";

  it.each([
    [REPORT, "multicast listener report: somebody listens to ff02::1:ff15:1414"],
    [TAKEN, "neighbor solicitation: is anybody using fe80::8066:d8ff:fe15:1414?"],
    [SOLICITATION, "router solicitation: is there a router? asks fe80::8066:d8ff:fe15:1414"],
    [SOLICITATION.replace("3aff", "11ff"), "IPv6 fe80::8066:d8ff:fe15:1414 → ff02::2"],
  ])("of IPv6 %#", (packet, words) => {
    expect(frameWords(frameFacts(ip6(packet)), en)).toBe(words);
  });

  it("never throws, however short", () => {
    for (const whole of [ip("01", "0800000000010001"), ip6(REPORT)]) {
      for (let length = 0; length <= whole.length; length++) {
        expect(typeof frameWords(frameFacts(whole.subarray(0, length)), en)).toBe("string");
      }
    }
    expect(ipOfInt32(target)).toBe("172.17.0.3");
  });
});

it("reads a packet whose Ethernet header is still to be written", () => {
  const bytes = new Uint8Array(98);
  bytes.set([0x45, 0, 0, 84], 14);
  bytes[14 + 9] = 1;
  bytes.set([172, 17, 0, 2, 172, 17, 0, 99], 14 + 12);
  bytes[14 + 20] = 8;
  bytes[14 + 27] = 1;
  expect(frameWords(frameFacts(bytes), en)).toBe("echo request 1, 172.17.0.2 → 172.17.0.99");
  expect(frameFacts(new Uint8Array(98))?.protocol).toBe("other");
});

describe("rows about netfilter", () => {
  const rules = [
    { table: "filter", chain: "FORWARD", number: 0, text: "" },
    { table: "filter", chain: "FORWARD", number: 1, text: "-j DROP" },
    { table: "filter", chain: "FORWARD", number: 3, text: "-j ACCEPT" },
    { table: "nat", chain: "POSTROUTING", number: 0, text: "" },
  ];
  const told = (kind: number, a: number, b: number, t = en) => {
    const columns = emptyTrace();
    const int = (value: number) => Int32Array.of(value);
    const [dev, packet, frame] = [int(3), int(1), int(-1)];
    appendTrace(columns, {
      from: 0,
      count: 1,
      t_ns: Float64Array.of(0),
      kind: Uint8Array.of(kind),
      dev,
      packet,
      frame,
      a: int(a),
      b: int(b),
    });
    return describeRow({ ...currentScenery(), columns, frames: emptyFrames(), rules }, 0, t);
  };

  it("name the table, the chain and the rule", () => {
    expect(told(K.NF_RULE, 2 | (1 << 4), 2).text).toBe("hostA: rule 3 of FORWARD (iptables -t filter) accepts it");
    expect(told(K.NF_RULE, 4 | (1 << 4), 3).text).toBe("hostA: the policy of POSTROUTING (iptables -t nat) accepts it");
    expect(told(K.NF_RULE, 2 | (2 << 4), 1, zh)).toMatchObject({
      chip: "规则",
      tone: "drop",
      text: "hostA：iptables filter 表 FORWARD 链的第 1 条规则丢弃它",
    });
  });

  it("say which rule a drop comes from", () => {
    expect(told(K.DROP, DropReason.NETFILTER_DROP, 1).text).toBe(
      "hostA drops it: rule 1 of FORWARD (iptables -t filter) says so",
    );
  });

  it("have a sentence even for a kind that nobody knows yet", () => {
    expect(told(99, 1, 1).text).toContain("has no words for");
    expect(told(K.NF_RULE, 99 << 4, 7).text).toContain("the policy of ?");
  });
});
