import { describe, expect, it } from "vitest";
import { DropReason, TraceKind as K } from "../../base/trace-kind.ts";
import { en, zh } from "../../i18n/testing.ts";
import type { LinkView, NodeView } from "../../protocol/view.ts";
import { guisesOf } from "../inspector/guises.ts";
import { journeyOf } from "../inspector/journey.ts";
import { link, node } from "../motion/testing.ts";
import { appendTrace, emptyFrames, emptyTrace } from "../store/trace-columns.ts";
import { describeRow } from "./describe.ts";
import { explainRow } from "./explain.ts";
import { readFilter } from "./filter/reading.ts";
import { frameFacts } from "./frame-facts.ts";
import { createMatching, matchUntil } from "./matching.ts";
import type { Scenery } from "./scenery.ts";

const [ETH0, CNI0, FLANNEL, PORT, TUNL0] = [1, 2, 3, 11, 4];
const ip = (text: string) => text.split(".").reduce((n, part) => (n << 8) | Number(part), 0);

function ipv4(protocol: number, src: string, dst: string, payload: number[]): number[] {
  const length = 20 + payload.length;
  const head = [0x45, 0, length >> 8, length & 255, 0, 0, 0, 0, 64, protocol, 0, 0];
  return [...head, ...src.split(".").map(Number), ...dst.split(".").map(Number), ...payload];
}
const eth = (dst: number, src: number) => [14, 0, 0, 0, 0, dst, 14, 0, 0, 0, 0, src, 8, 0];
const ECHO = ipv4(1, "10.244.0.2", "10.244.1.2", [8, 0, 0, 0, 0, 1, 0, 1]);
const INNER = [...eth(0xb, 0xa), ...ECHO];
const UDP = [0xdb, 0x58, 8472 >> 8, 8472 & 255, 0, 50, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0];
const VXLAN = [...eth(2, 1), ...ipv4(17, "192.168.1.10", "192.168.1.11", [...UDP, ...INNER])];
const IPIP = [...eth(2, 1), ...ipv4(4, "192.168.1.10", "192.168.1.11", ECHO)];

type Row = { kind: number; dev: number; frame?: number; a?: number; b?: number; packet?: number };

function sceneryOf(rows: readonly Row[], frames: readonly number[][]): Scenery {
  const entry = { mac: "0e:00:00:00:00:0b", dev: FLANNEL, dst: "192.168.1.11", isLocal: false, isStatic: true };
  const vxlan = { vni: 1, port: 8472, local: "192.168.1.10", remote: null, link: ETH0 };
  const links = [
    link(ETH0, "eth0", "nic", { peer: PORT }),
    link(CNI0, "cni0", "bridge", { fdb: [] }),
    link(FLANNEL, "flannel.1", "vxlan", { tunnel: vxlan, fdb: [{ ...entry, updated_ns: 0, row: -1 }] }),
    link(TUNL0, "tunl0", "ipip", { tunnel: { vni: null, port: null, local: null, remote: null, link: null } }),
  ];
  const text = "10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink";
  const more = {
    source: null,
    scope: "global",
    protocol: "static",
    metric: 0,
    type: "unicast",
    linkdown: false,
    created_ns: 0,
  } as const;
  const routes = [{ destination: "10.244.1.0/24", gateway: "10.244.1.0", dev: FLANNEL, text, ...more }];
  const state = "PERMANENT" as const;
  const neighbours = [
    { address: "10.244.1.0", dev: FLANNEL, mac: entry.mac, state, updated_ns: 0, timer_ns: null, row: -1 },
  ];
  const host: NodeView = node("hostA", "docker-host", { links, routes, neighbours });
  const lan = node("lan", "switch", { links: [link(PORT, "p-hostA", "nic", { master: 10 })] });
  const columns = emptyTrace();
  const column = (of: (row: Row) => number) => Int32Array.from(rows, of);
  appendTrace(columns, {
    from: 0,
    count: rows.length,
    t_ns: new Float64Array(rows.length),
    kind: Uint8Array.from(rows, (row) => row.kind),
    dev: column((row) => row.dev),
    packet: column((row) => row.packet ?? 1),
    frame: column((row) => row.frame ?? -1),
    a: column((row) => row.a ?? -1),
    b: column((row) => row.b ?? -1),
  });
  const store = emptyFrames();
  frames.forEach((frame, i) => {
    store.bytes.set(frame, store.offsets[i]!);
    store.offsets[i + 1] = store.offsets[i]! + frame.length;
    store.count = i + 1;
  });
  const devices = new Map(
    [host, lan].flatMap((one) =>
      one.links.map((l): [number, Device] => [l.dev, { node: one.id, link: l, gone: false }]),
    ),
  );
  return { columns, frames: store, rules: [], nodes: { hostA: host, lan }, devices, entries: [] };
}
type Device = { node: string; link: LinkView; gone: boolean };

const THROUGH: Row[] = [
  { kind: K.BRIDGE_UP, dev: CNI0, frame: 0 },
  { kind: K.ROUTE, dev: FLANNEL, a: ip("10.244.1.0"), b: 24, frame: 0 },
  { kind: K.HOP, dev: FLANNEL, frame: 0, b: 0 },
  { kind: K.ENCAP, dev: FLANNEL, a: ip("192.168.1.11"), b: 50 },
  { kind: K.ROUTE, dev: ETH0, a: ip("192.168.1.11"), b: 24 },
  { kind: K.NEIGH_QUEUED, dev: ETH0, a: ip("192.168.1.11"), b: 1 },
  { kind: K.HOP, dev: ETH0, frame: 1, a: PORT, b: 50_000 },
  { kind: K.DECAP, dev: FLANNEL, frame: 0, a: ip("192.168.1.11"), b: 50 },
];

describe("a tunnel's packet", () => {
  it("is read with what is in it, on either of VXLAN's ports and in IPIP", () => {
    const vxlan = frameFacts(Uint8Array.from(VXLAN))!;
    expect([vxlan.protocol, vxlan.inner?.vni, vxlan.inner?.offset]).toEqual(["vxlan", 1, 50]);
    expect(vxlan.inner?.facts).toMatchObject({ ip: { dst: "10.244.1.2" }, icmp: { type: 8, seq: 1 } });
    const ipip = frameFacts(Uint8Array.from(IPIP))!;
    expect([ipip.protocol, ipip.inner?.vni, ipip.inner?.offset]).toEqual(["ipip", null, 34]);
    expect(ipip.inner?.facts.icmp?.seq).toBe(1);
    expect(() => frameFacts(Uint8Array.from(VXLAN.slice(0, 60)))).not.toThrow();
  });

  it("is told of from its wrapping on as the outer one, and before and after as itself", () => {
    const s = sceneryOf(THROUGH, [INNER, VXLAN]);
    const told = THROUGH.map((_, row) => describeRow(s, row, en));
    expect(told[2]!.text).toBe("hostA sends it into the tunnel flannel.1: echo request 1, 10.244.0.2 → 10.244.1.2");
    expect(told[3]).toMatchObject({
      chip: "VXLAN",
      text: "hostA's flannel.1 wraps it for 192.168.1.11: UDP 8472, VNI 1, 50 bytes more",
    });
    expect(told[4]!.text).toBe("hostA wants 192.168.1.11: that is direct, on eth0");
    expect(told[5]!.chip).toBe("VXLAN");
    expect(told[6]!.text).toContain("VXLAN 1 192.168.1.10 → 192.168.1.11, inside: echo request 1, 10.244.0.2 →");
    expect(told[7]!.text).toBe("hostA's flannel.1 unwraps what came from 192.168.1.11: 50 bytes less");
    expect(describeRow(s, 3, zh).text).toContain("VNI 1");
  });

  it("says which route, which neighbour and which entry led there", () => {
    const why = explainRow(sceneryOf(THROUGH, [INNER, VXLAN]), 3, en)!;
    expect(why).toContain("10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink");
    expect(why).toContain("neighbour entry of 10.244.1.0");
    expect(why).toContain("FDB has 0e:00:00:00:00:0b behind 192.168.1.11");
  });

  it("has one identity: what it looked like, one after the other", () => {
    const s = sceneryOf(THROUGH, [INNER, VXLAN]);
    const journey = journeyOf(s.columns, 0, THROUGH.length)!;
    expect(guisesOf(s, journey).map((one) => one.text)).toEqual([
      "10.244.0.2 → 10.244.1.2",
      "VXLAN 1 192.168.1.10 → 192.168.1.11 [ 10.244.0.2 → 10.244.1.2 ]",
    ]);
  });

  it("is found by its name, by its protocol's number and by its port", () => {
    const vxlan = sceneryOf(THROUGH, [INNER, VXLAN]);
    const ipip = sceneryOf([{ kind: K.HOP, dev: ETH0, frame: 0, a: PORT }], [IPIP]);
    const applied = (text: string) => {
      const reading = readFilter(text, () => null);
      if (reading.kind === "fault") throw new Error(text);
      return reading;
    };
    const count = (s: Scenery, filter: string) =>
      matchUntil(createMatching({ applied: applied(filter), place: null }, en), s, {
        shown: s.columns.count,
        epoch: 0,
        kept: 0,
      });
    expect([count(vxlan, "vxlan"), count(vxlan, "proto 4"), count(vxlan, "port 8472")]).toEqual([4, 0, 4]);
    expect([count(ipip, "proto 4"), count(ipip, "ipip"), count(ipip, "proto 17")]).toEqual([1, 1, 0]);
  });
});

describe("a VXLAN device", () => {
  const told = (row: Row, language = en) => describeRow(sceneryOf([row], [INNER]), 0, language).text;

  it("names hosts in its table, not ports", () => {
    expect(told({ kind: K.FDB_ADD, dev: FLANNEL, a: ip("192.168.1.11"), b: 0, frame: 0 })).toBe(
      "flannel.1 learns that 0e:00:00:00:00:0a is behind the host 192.168.1.11",
    );
    const byHand = { kind: K.FDB_ADD, dev: FLANNEL, a: ip("192.168.1.11"), b: 1, packet: 0, frame: 0 };
    expect(told(byHand)).toBe("flannel.1 is told: what has no entry of its own goes to 192.168.1.11 too");
  });

  it("says in plain words why it had to drop a frame, in both languages", () => {
    const s = sceneryOf([{ kind: K.DROP, dev: FLANNEL, a: DropReason.NO_TX_TARGET, frame: 0 }], [INNER]);
    expect(explainRow(s, 0, en)).toContain("no FDB entry");
    expect(explainRow(s, 0, zh)).toContain("FDB");
  });
});
