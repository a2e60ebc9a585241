import { describe, expect, test } from "vitest";
import { DropReason, NfVerdict } from "../../base/trace-kind.ts";
import { ipv4 } from "../../wire/address.ts";
import { copyWorld } from "../clone.ts";
import { EPERM } from "../errno.ts";
import { sendTo } from "../socket/inet.ts";
import { socketCreate, socketRecv } from "../socket/socket.ts";
import { sysctlSet } from "../sysctl.ts";
import { tcpAccept, tcpBind, tcpConnect, tcpListen } from "../tcp/api.ts";
import { createInetLab, drain, echo, hops, pass, pingSocket } from "../testing/inet.ts";
import { rowsOf } from "../testing/lab.ts";
import { addRule, createRouterLab, type RouterLab, range, udpSocket } from "../testing/router.ts";
import {
  nfAppend,
  nfCheck,
  nfDelete,
  nfDeleteAt,
  nfDeleteChain,
  nfFlush,
  nfInsert,
  nfNewChain,
  nfPolicy,
  nfRenameChain,
  nfReplace,
  nfZero,
} from "./admin.ts";
import { emptyRule, nfFindChain, nfFindTable, nfTable } from "./tables.ts";
import { AddrTypeBit, CtStateBit, type NfMatch, type NfRule, type RejectWith } from "./types.ts";

const payload = Uint8Array.from([1, 2, 3, 4]);
const accept = { target: { kind: "ACCEPT" } } as const;
const drop = { target: { kind: "DROP" } } as const;
const icmp = { protocol: { number: 1, invert: false } } as const;
const host = (address: string) => ({ address: ipv4(address), mask: 0xffff_ffff, invert: false });

/** Pings from client 0 to server 0 and says how many answers came. */
function pings(lab: RouterLab, count = 1): number {
  const id = pingSocket(lab.world, lab.clients[0]!);
  for (let i = 0; i < count; i++) {
    echo(lab.world, id, "198.51.0.2", i);
    pass(lab.world, 0.1);
  }
  return drain(lab.world, id).filter((message) => message.error === null).length;
}

const counters = (lab: RouterLab, chain: string) =>
  nfFindTable(lab.world, lab.router, "filter")
    ?.chains.find((one) => one?.name === chain)
    ?.rules.map((rule) => rule.packets);

describe("chains", () => {
  test("rules are asked in order, and count what matched; the policy decides at the end", () => {
    const lab = createRouterLab(1, 1);
    const { world, router } = lab;
    addRule(world, router, "filter", "FORWARD", { source: host("10.0.0.9"), ...drop });
    addRule(world, router, "filter", "FORWARD", icmp);
    addRule(world, router, "filter", "FORWARD", { inInterface: { name: "c+", invert: false }, ...accept });
    addRule(world, router, "filter", "FORWARD", { inInterface: { name: "c0", invert: true } });
    expect(pings(lab, 2)).toBe(2);
    expect(counters(lab, "FORWARD")).toEqual([0, 4, 2, 2]);
    nfPolicy(world, router, "filter", "FORWARD", "DROP");
    expect(pings(lab, 3)).toBe(0);
    const chain = nfFindTable(world, router, "filter")?.chains[1];
    expect([chain?.packets, chain?.bytes]).toEqual([3, 3 * 84]);
    expect(chain?.rules.map((rule) => rule.bytes)).toEqual([0, 10 * 84, 5 * 84, 5 * 84]);
    nfZero(world, router, "filter", "FORWARD", 2);
    expect(counters(lab, "FORWARD")).toEqual([0, 0, 5, 5]);
    nfZero(world, router, "filter", null);
    expect([counters(lab, "FORWARD"), chain?.packets]).toEqual([[0, 0, 0, 0], 0]);
  });

  test("a jump comes back behind it, RETURN at once, and after a goto the caller's caller goes on", () => {
    const lab = createRouterLab(1, 1);
    const { world, router } = lab;
    for (const chain of ["ONE", "TWO", "THREE"]) expect(nfNewChain(world, router, "filter", chain)).toBe(0);
    addRule(world, router, "filter", "THREE", {});
    addRule(world, router, "filter", "TWO", { target: { kind: "RETURN" } });
    addRule(world, router, "filter", "TWO", drop);
    addRule(world, router, "filter", "ONE", {}, "TWO");
    const three = nfFindChain(nfTable(world, router, "filter"), "THREE");
    addRule(world, router, "filter", "ONE", { target: { kind: "jump", chain: three, goto: true } });
    addRule(world, router, "filter", "ONE", drop);
    addRule(world, router, "filter", "FORWARD", {}, "ONE");
    addRule(world, router, "filter", "FORWARD", accept);
    nfPolicy(world, router, "filter", "FORWARD", "DROP");
    expect(pings(lab)).toBe(1);
    expect(["FORWARD", "ONE", "TWO", "THREE"].map((chain) => counters(lab, chain))).toEqual([
      [2, 2],
      [2, 2, 0],
      [2, 0],
      [2],
    ]);
  });

  test("what is refused", () => {
    const { world, router } = createRouterLab(0, 0);
    const add = (chain: string, rule: Partial<NfRule>) =>
      nfAppend(world, router, "filter", chain, { ...emptyRule(), ...rule });
    expect(nfNewChain(world, router, "filter", "WEB")).toBe(0);
    expect(nfNewChain(world, router, "filter", "WEB")).toBe(-17);
    expect(nfNewChain(world, router, "filter", "INPUT")).toBe(-17);
    const web = nfFindChain(nfTable(world, router, "filter"), "WEB");
    const jump = { target: { kind: "jump", chain: web, goto: false } } as const;
    expect(add("INPUT", jump)).toBe(0);
    expect(add("WEB", jump)).toBe(-40);
    expect(add("NOSUCH", {})).toBe(-2);
    expect(add("INPUT", { target: { kind: "MASQUERADE", range: range() } })).toBe(-22);
    expect(nfDeleteChain(world, router, "filter", "WEB")).toBe(-31);
    expect(nfRenameChain(world, router, "filter", "WEB", "SITE")).toBe(0);
    expect(nfDeleteAt(world, router, "filter", "INPUT", 2)).toBe(-7);
    expect(nfDeleteAt(world, router, "filter", "INPUT", 1)).toBe(0);
    expect(add("SITE", {})).toBe(0);
    expect(nfDeleteChain(world, router, "filter", "SITE")).toBe(-39);
    expect(nfFlush(world, router, "filter", "SITE")).toBe(0);
    expect(nfDeleteChain(world, router, "filter", "SITE")).toBe(0);
    expect(nfDeleteChain(world, router, "filter", "SITE")).toBe(-2);
    // nf_tables makes an empty built-in chain anew when it is next asked for.
    expect(nfDeleteChain(world, router, "filter", "INPUT")).toBe(0);
    expect(add("INPUT", {})).toBe(0);
    expect(nfDeleteChain(world, router, "filter", "INPUT")).toBe(-22);
    nfFlush(world, router, "filter", "INPUT");
    expect(nfPolicy(world, router, "filter", "SITE", "DROP")).toBe(-2);
  });

  test("rules are found by what they say, whatever they have counted", () => {
    const { world, router } = createRouterLab(0, 0);
    const limit: NfMatch = { kind: "limit", count: 5, unit: "second", burst: 5, credit: -1, prev_ns: -1 };
    const rule = (): NfRule => ({ ...emptyRule(), ...icmp, matches: [{ ...limit }], ...accept });
    nfAppend(world, router, "filter", "INPUT", { ...emptyRule(), ...drop });
    nfAppend(world, router, "filter", "INPUT", { ...rule(), packets: 9, matches: [{ ...limit, credit: 3 }] });
    expect(nfCheck(world, router, "filter", "INPUT", rule())).toBe(2);
    expect(nfCheck(world, router, "filter", "INPUT", { ...rule(), ...drop })).toBe(0);
    expect(nfInsert(world, router, "filter", "INPUT", 4, rule())).toBe(-7);
    expect(nfInsert(world, router, "filter", "INPUT", 1, rule())).toBe(0);
    expect(nfCheck(world, router, "filter", "INPUT", rule())).toBe(1);
    expect(nfReplace(world, router, "filter", "INPUT", 1, { ...rule(), ...drop })).toBe(0);
    expect(nfDelete(world, router, "filter", "INPUT", rule())).toBe(0);
    expect(nfDelete(world, router, "filter", "INPUT", rule())).toBe(-2);
  });
});

describe("matches", () => {
  const matched = (lab: RouterLab, match: NfMatch, count = 1, fields: Partial<NfRule> = {}) => {
    const { world, router } = lab;
    nfFlush(world, router, "filter", null);
    addRule(world, router, "filter", "FORWARD", { ...fields, matches: [match] });
    pings(lab, count);
    return counters(lab, "FORWARD")?.[0];
  };

  test("limit lets a burst through, and then one in each interval", () => {
    const lab = createRouterLab(1, 1);
    const limit: NfMatch = { kind: "limit", count: 1, unit: "second", burst: 3, credit: -1, prev_ns: -1 };
    expect(matched(lab, limit, 20, { inInterface: { name: "c0", invert: false } })).toBe(4);
  });

  test("state, type of address, type of ICMP, length, TTL, nth", () => {
    const lab = createRouterLab(1, 1);
    const state = (states: number): NfMatch => ({ kind: "state", states, invert: false });
    expect(matched(lab, state(CtStateBit.NEW), 3)).toBe(1);
    expect(matched(lab, state(CtStateBit.ESTABLISHED), 3)).toBe(6);
    const type = (bits: number): NfMatch => ({
      kind: "addrtype",
      source: null,
      destination: { bits, invert: false },
      limitIface: null,
    });
    expect(matched(lab, type(AddrTypeBit.LOCAL))).toBe(0);
    expect(matched(lab, type(AddrTypeBit.UNICAST))).toBe(2);
    expect(matched(lab, { kind: "icmp", type: 8, codes: { from: 0, to: 255 }, invert: false }, 1, icmp)).toBe(1);
    expect(matched(lab, { kind: "icmp", type: 8, codes: { from: 0, to: 255 }, invert: true }, 1, icmp)).toBe(1);
    expect(matched(lab, { kind: "length", from: 84, to: 84, invert: false })).toBe(2);
    expect(matched(lab, { kind: "ttl", compare: "eq", value: 63 })).toBe(2);
    expect(
      matched(lab, { kind: "statistic", mode: "nth", probability: 0, every: 4, packet: 0, count: 0, invert: false }, 4),
    ).toBe(2);
  });
});

describe("saying no", () => {
  const kinds: [RejectWith, number][] = [
    ["icmp-net-unreachable", 0],
    ["icmp-host-unreachable", 1],
    ["icmp-proto-unreachable", 2],
    ["icmp-port-unreachable", 3],
    ["icmp-net-prohibited", 9],
    ["icmp-host-prohibited", 10],
    ["icmp-admin-prohibited", 13],
  ];
  for (const [kind, code] of kinds) {
    test(`REJECT --reject-with ${kind}`, () => {
      const lab = createRouterLab(1, 1);
      const { world, router } = lab;
      addRule(world, router, "filter", "FORWARD", { ...icmp, target: { kind: "REJECT", with: kind } });
      const id = pingSocket(world, lab.clients[0]!);
      echo(world, id, "198.51.0.2");
      pass(world, 1);
      const errors = drain(world, id).flatMap((message) => message.error ?? []);
      expect(errors.map(({ type, code: c, from }) => [type, c, from])).toEqual([[3, code, ipv4("10.0.0.1")]]);
    });
  }

  test("a dropped packet of one's own is not permitted, one that arrives ends with the rule in the trace", () => {
    const lab = createRouterLab(1, 1);
    const { world, router } = lab;
    addRule(world, router, "filter", "OUTPUT", { destination: host("198.51.0.2"), ...drop });
    const id = udpSocket(world, router, 5000);
    expect(sendTo(world, id, { address: ipv4("198.51.0.2"), port: 9, payload })).toBe(EPERM);
    addRule(world, router, "filter", "INPUT", accept);
    addRule(world, router, "filter", "FORWARD", {});
    addRule(world, router, "filter", "FORWARD", drop);
    const before = world.trace.rows;
    expect(pings(lab)).toBe(0);
    const rows = rowsOf(world, before);
    const drops = rows.filter((row) => row.kind === "DROP" && row.a === DropReason.NETFILTER_DROP);
    expect(drops.map(({ b }) => world.nfMet[b])).toMatchObject([{ table: "filter", chain: "FORWARD", number: 2 }]);
    const rules = rows.filter((row) => row.kind === "NF_RULE");
    expect(rules.map(({ a, b }) => [a & 15, a >> 4, world.nfMet[b]?.number])).toEqual([
      [2, NfVerdict.CONTINUE, 1],
      [2, NfVerdict.DROP, 2],
    ]);
    expect(new Set(rules.map((row) => row.packet))).toEqual(new Set([drops[0]?.packet]));
    expect(world.pool.live).toBe(0);
  });

  test("REJECT of one's own datagram is told to the socket", () => {
    const lab = createRouterLab(0, 1);
    const { world, router } = lab;
    addRule(world, router, "filter", "OUTPUT", {
      protocol: { number: 17, invert: false },
      target: { kind: "REJECT", with: "icmp-port-unreachable" },
    });
    const id = udpSocket(world, router, 5000);
    (world.sockets[id] as { recvErr: boolean }).recvErr = true;
    expect(sendTo(world, id, { address: ipv4("198.51.0.2"), port: 9, payload })).toBe(EPERM);
    pass(world, 1);
    expect(socketRecv(world, id)?.error).toMatchObject({ type: 3, code: 3 });
  });
});

describe("the kernel's log", () => {
  const lines = (lab: RouterLab) => lab.world.machines[0]?.dmesg.map(({ text }) => text) ?? [];

  test("LOG says where the packet came in, what it was, and its mark", () => {
    const lab = createRouterLab(1, 1);
    const { world, router } = lab;
    addRule(world, router, "mangle", "PREROUTING", { target: { kind: "MARK", value: 0x2a, mask: 0xffff_ffff } });
    addRule(world, router, "filter", "FORWARD", {
      inInterface: { name: "c0", invert: false },
      target: { kind: "LOG", level: 4, prefix: "seen: ", flags: 0 },
    });
    expect(pings(lab)).toBe(1);
    const line = lines(lab).find((text) => text.startsWith("seen: "));
    expect(line).toMatch(
      /^seen: IN=c0 OUT=s0 MAC=(?:[0-9a-f]{2}:){12}08:00 SRC=10\.0\.0\.2 DST=198\.51\.0\.2 LEN=84 TOS=0x00 PREC=0x00 TTL=63 ID=\d+ DF PROTO=ICMP TYPE=8 CODE=0 ID=77 SEQ=0 MARK=0x2a $/,
    );
  });

  test("a traced packet tells each rule, return and policy; rules that say one thing to all count as the chain's end", () => {
    const lab = createRouterLab(1, 1);
    const { world, router } = lab;
    const machine = world.machines[world.netns[router]?.machine ?? 0];
    // Only the kernel's old tables write traces to its log; the router is its machine's own namespace.
    if (machine) Object.assign(machine, { legacyIptables: true, initNetns: router });
    addRule(world, router, "raw", "PREROUTING", { source: host("10.0.0.2"), target: { kind: "TRACE" } });
    nfNewChain(world, router, "filter", "USER");
    nfNewChain(world, router, "filter", "EMPTY");
    addRule(world, router, "filter", "USER", { target: { kind: "RETURN" } });
    addRule(world, router, "filter", "FORWARD", {}, "USER");
    addRule(world, router, "filter", "FORWARD", {}, "EMPTY");
    addRule(world, router, "filter", "FORWARD", { ...icmp, ...accept });
    addRule(world, router, "nat", "POSTROUTING", { outInterface: { name: "s0", invert: true }, ...accept });
    expect(pings(lab)).toBe(1);
    const traced = lines(lab).filter((text) => text.startsWith("TRACE: "));
    expect(traced.map((text) => text.split(" ").slice(1, 4).join(" "))).toEqual([
      "raw:PREROUTING:policy:2 IN=c0 OUT=",
      "nat:PREROUTING:policy:1 IN=c0 OUT=",
      "filter:FORWARD:rule:1 IN=c0 OUT=s0",
      "filter:USER:return:1 IN=c0 OUT=s0",
      "filter:FORWARD:rule:2 IN=c0 OUT=s0",
      "filter:EMPTY:return:1 IN=c0 OUT=s0",
      "filter:FORWARD:rule:3 IN=c0 OUT=s0",
      "nat:POSTROUTING:policy:2 IN=c0 OUT=s0",
    ]);
  });
});

describe("a bridge", () => {
  const rejectAll = { target: { kind: "REJECT", with: "icmp-admin-prohibited" } } as const;

  test("its packets meet FORWARD with both ports, unless bridge-nf-call-iptables is off", () => {
    const lab = createInetLab(2);
    const { world, machine } = lab;
    const physdev: NfMatch = {
      kind: "physdev",
      in: { name: lab.ports[0]!.name, invert: false },
      out: { name: lab.ports[1]!.name, invert: false },
      isIn: null,
      isOut: null,
      isBridged: { invert: false },
    };
    addRule(world, machine.initNetns, "filter", "FORWARD", { matches: [physdev], ...rejectAll });
    const id = pingSocket(world, lab.spaces[0]!.id);
    echo(world, id, "10.0.0.3");
    pass(world, 1);
    expect(drain(world, id).flatMap((m) => m.error ?? [])).toMatchObject([{ code: 13, from: ipv4("10.0.0.1") }]);
    sysctlSet(world, machine.initNetns, "net.bridge.bridge-nf-call-iptables", "0");
    echo(world, id, "10.0.0.3");
    pass(world, 1);
    expect(drain(world, id).filter((message) => message.error === null)).toHaveLength(1);
  });

  test("fragments go through put together, and leave as they came", () => {
    const lab = createInetLab(2);
    const { world, machine } = lab;
    addRule(world, machine.initNetns, "filter", "FORWARD", {
      matches: [{ kind: "state", states: CtStateBit.NEW | CtStateBit.ESTABLISHED, invert: false }],
      ...accept,
    });
    nfPolicy(world, machine.initNetns, "filter", "FORWARD", "DROP");
    const id = pingSocket(world, lab.spaces[0]!.id);
    echo(world, id, "10.0.0.3", 1, 3000);
    pass(world, 1);
    expect(drain(world, id).map((message) => message.bytes.length)).toEqual([3028]);
    const chain = nfFindTable(world, machine.initNetns, "filter")?.chains[1];
    expect(chain?.rules.map((rule) => [rule.packets, rule.bytes])).toEqual([[2, 2 * 3028]]);
    const lengths = (dev: number) => hops(world, 0, dev).flatMap((line) => / len (\d+)/.exec(line)?.[1] ?? []);
    expect(lengths(lab.ports[1]!.id)).toEqual(["1500", "1500", "68"]);
  });

  test("one that netfilter sends to the bridge's other side goes there without being routed", () => {
    const lab = createInetLab(3);
    const { world, machine, spaces } = lab;
    const netns = machine.initNetns;
    sysctlSet(world, netns, "net.ipv4.ip_forward", "1");
    addRule(world, netns, "nat", "PREROUTING", {
      destination: host("10.0.0.1"),
      protocol: { number: 17, invert: false },
      target: { kind: "DNAT", range: range("10.0.0.3", [53, 53]) },
    });
    addRule(world, netns, "nat", "POSTROUTING", {
      destination: host("10.0.0.3"),
      target: { kind: "MASQUERADE", range: range() },
    });
    const warm = pingSocket(world, netns);
    echo(world, warm, "10.0.0.3");
    pass(world, 1);
    const server = udpSocket(world, spaces[1]!.id, 53);
    const client = udpSocket(world, spaces[0]!.id, 5000);
    sendTo(world, client, { address: ipv4("10.0.0.1"), port: 8053, payload });
    pass(world, 1);
    const question = socketRecv(world, server);
    expect([question?.source, question?.ttl]).toEqual([ipv4("10.0.0.1"), 64]);
    sendTo(world, server, { address: question!.source, port: question!.sourcePort, payload });
    pass(world, 1);
    expect(socketRecv(world, client)).toMatchObject({ source: ipv4("10.0.0.1"), sourcePort: 8053 });
  });
});

test("a copied world has rules and connections of its own", () => {
  const lab = createRouterLab(1, 1);
  addRule(lab.world, lab.router, "nat", "POSTROUTING", { target: { kind: "MASQUERADE", range: range() } });
  addRule(lab.world, lab.router, "filter", "FORWARD", {});
  expect(pings(lab)).toBe(1);
  const copy = { ...lab, world: copyWorld(lab.world) };
  expect(pings(lab, 2)).toBe(2);
  expect(counters(lab, "FORWARD")).toEqual([6]);
  expect(counters(copy, "FORWARD")).toEqual([2]);
  expect(pings(copy)).toBe(1);
  expect(counters(copy, "FORWARD")).toEqual([4]);
});

test("TCPMSS --clamp-mss-to-pmtu heeds the way that a SYN goes and the way back", () => {
  const lab = createRouterLab(1, 1);
  const { world, router } = lab;
  const protocol = { number: 6, invert: false };
  addRule(world, router, "mangle", "FORWARD", { protocol, target: { kind: "TCPMSS", mss: null } });
  world.devs.find((device) => device?.name === "s0")!.mtu = 1300;
  const listener = socketCreate(world, lab.servers[0]!, 1, "tcp", 6);
  tcpBind(world, listener, ipv4("198.51.0.2"), 80);
  tcpListen(world, listener, 8);
  const client = socketCreate(world, lab.clients[0]!, 1, "tcp", 6);
  tcpConnect(world, client, ipv4("198.51.0.2"), 80);
  pass(world, 0.1);
  const server = tcpAccept(world, listener, 1);
  expect([client, server].map((id) => world.sockets[id]?.tcp?.peerMss)).toEqual([1260, 1260]);
});
