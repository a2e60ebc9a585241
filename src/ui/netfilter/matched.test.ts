import { describe, expect, it } from "vitest";
import { TraceKind } from "../../base/trace-kind.ts";
import { node } from "../motion/testing.ts";
import { emptyFrames, emptyTrace } from "../store/trace-columns.ts";
import { matchedRules, ruleKey } from "./matched.ts";
import { originKey, originsOf } from "./origins.ts";

const rule = (chain: string, number: number, text: string) => ({ table: "filter", chain, number, text });
const rules = [
  rule("INPUT", 0, ""),
  rule("FORWARD", 1, "-j A"),
  rule("FORWARD", 2, "-j B"),
  rule("FORWARD", 9, "-j C"),
];

/** A trace of rows [kind, dev, packet, b]. Device 1 is hostA's, 2 is gw's. */
function scenery(rows: readonly (readonly [number, number, number, number])[]) {
  const columns = emptyTrace();
  rows.forEach(([kind, dev, packet, b], i) => {
    columns.kind[i] = kind;
    columns.dev[i] = dev;
    columns.packet[i] = packet;
    columns.b[i] = b;
  });
  columns.count = rows.length;
  const device = (owner: string) => ({ link: {} as never, node: owner, gone: false });
  const devices = new Map([1, 2].map((dev) => [dev, device(dev === 1 ? "hostA" : "gw")]));
  const nodes = { hostA: node("hostA", "docker-host") };
  return { columns, frames: emptyFrames(), rules, nodes, devices, entries: [] };
}

const { NF_RULE, HOP } = TraceKind;

describe("the rules that a packet met", () => {
  const s = scenery([
    [NF_RULE, 1, 7, 1],
    [NF_RULE, 1, 8, 0],
    [NF_RULE, 1, 8, 2],
    [NF_RULE, 2, 8, 3],
    [HOP, 1, 9, 0],
  ]);

  it("are those of the last packet at this node, policies included", () => {
    expect([...matchedRules(s, "hostA", null, 5)]).toEqual(["filter:FORWARD -j B", "filter:INPUT/policy"]);
    expect([...matchedRules(s, "gw", null, 5)]).toEqual(["filter:FORWARD -j C"]);
  });

  it("are those of the open packet while one is open, and none that is still to come", () => {
    expect([...matchedRules(s, "hostA", 0, 5)]).toEqual(["filter:FORWARD -j A"]);
    expect([...matchedRules(s, "hostA", 1, 2)]).toEqual(["filter:INPUT/policy"]);
    expect(matchedRules(s, "hostA", 4, 5).size).toBe(0);
  });

  it("are told apart by their words, not by numbers, which change", () => {
    expect(ruleKey(rule("FORWARD", 7, "-j A"))).toBe(ruleKey(rule("FORWARD", 1, "-j A")));
  });
});

describe("where entries come from", () => {
  const { CONNTRACK } = TraceKind;
  const s = scenery([
    [NF_RULE, 1, 7, 1],
    [CONNTRACK, 1, 7, 0],
    [NF_RULE, 1, 8, 1],
    [CONNTRACK, 1, -1, 2],
  ]);

  it("is the last packet that met a rule, and the one that began a connection", () => {
    const { rules: last, connections } = originsOf(s, 4, 1);
    expect(last.get(originKey("hostA", "filter:FORWARD -j A"))).toBe(2);
    expect([...connections]).toEqual([[0, 1]]);
  });

  it("goes back with the playhead", () => {
    expect(originsOf(s, 1, 1).rules.get(originKey("hostA", "filter:FORWARD -j A"))).toBe(0);
    expect(originsOf(s, 1, 1).connections.size).toBe(0);
    expect(originsOf(s, 4, 1).connections.size).toBe(1);
  });
});
