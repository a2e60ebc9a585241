import { describe, expect, it } from "vitest";
import { TraceKind } from "../../base/trace-kind.ts";
import { node } from "../motion/testing.ts";
import { emptyFrames, emptyTrace } from "../store/trace-columns.ts";
import { matchedRules, ruleKey } from "./matched.ts";

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
  return { columns, frames: emptyFrames(), chains: ["nat:PREROUTING", "filter:FORWARD"], nodes, devices, entries: [] };
}

const { NF_RULE, HOP } = TraceKind;
const FORWARD = 1 << 16;

describe("the rules that a packet met", () => {
  const s = scenery([
    [NF_RULE, 1, 7, FORWARD | 1],
    [NF_RULE, 1, 8, 0],
    [NF_RULE, 1, 8, FORWARD | 2],
    [NF_RULE, 2, 8, FORWARD | 9],
    [HOP, 1, 9, 0],
  ]);

  it("are those of the last packet at this node, policies included", () => {
    const met = Object.fromEntries(matchedRules(s, "hostA", null, 5));
    expect(met).toEqual({ "filter:FORWARD/2": 2, "nat:PREROUTING/0": 1 });
    expect([...matchedRules(s, "gw", null, 5).keys()]).toEqual(["filter:FORWARD/9"]);
  });

  it("are those of the open packet while one is open, and none that is still to come", () => {
    expect([...matchedRules(s, "hostA", 0, 5).keys()]).toEqual(["filter:FORWARD/1"]);
    expect([...matchedRules(s, "hostA", 1, 2).keys()]).toEqual(["nat:PREROUTING/0"]);
    expect(matchedRules(s, "hostA", 4, 5).size).toBe(0);
  });

  it("have keys even where the chain's name has not arrived", () => {
    expect(ruleKey([], FORWARD | 3)).toBe("/3");
  });
});
