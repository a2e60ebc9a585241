import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEntry, SavedState } from "../../protocol/messages.ts";
import { cableAndSwitch } from "../../scenes/one-host/cable-and-switch.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { decodeState, encodeState, stateInHash } from "./codec.ts";
import { LINK_FAULTS, type LinkState, NO_LOOK } from "./link-state.ts";
import { MAX_BYTES, MAX_TEXT, pack } from "./pack.ts";
import { MADE } from "./testing/made-links.ts";
import { fingerprint } from "./versions.ts";

const forked: LogEntry[] = [
  { id: 0, parent: -1, at_ns: 1000, node: "hostA/nginx-1", what: { type: "exec", line: "ping -c 3 172.17.0.3" } },
  { id: 1, parent: 0, at_ns: 2_000_000_000, node: "hostA/nginx-1", what: { type: "interrupt" } },
  {
    id: 2,
    parent: 0,
    at_ns: 1_500_000_000,
    node: "hostA",
    what: { type: "exec", line: "docker rm -f 'box-3' # 容器" },
  },
  { id: 3, parent: 2, at_ns: 1_500_000_000, node: "hostA", what: { type: "key", key: "eof" } },
];
const saved: SavedState = { version: 1, scene: sameHost, log: forked, tip: 3, playhead_ns: 1_600_000_001 };
const look = { node: "hostA", dev: 4, row: 17, front: "hostA/nginx-1", tab: "packet" } as const;
const state: LinkState = { saved, positions: { hostA: { x: -3, y: 40 } }, look };

const encoded = (json: unknown, version: number) => pack(JSON.stringify(json)).then((text) => `${version}.${text}`);
const faultOf = async (text: string) => {
  const decoded = await decodeState(text);
  return decoded.ok ? null : decoded.fault;
};

describe("a state as a link", () => {
  it("comes back whole: forks, every kind of entry, places, what was selected", async () => {
    expect(await decodeState(await encodeState(state))).toEqual({ ok: true, state, sceneChanged: false });
  });

  it("is short, and made of characters that an address may have", async () => {
    const text = await encodeState(state);
    expect(text).toMatch(/^2\.[A-Za-z0-9_-]+$/);
    expect(text.length).toBeLessThan(420);
  });

  it("carries a scene whole when it is not one of the page's own", async () => {
    const scene = { ...cableAndSwitch, seed: 99 };
    const decoded = await decodeState(await encodeState({ ...state, saved: { ...saved, scene } }));
    expect(decoded.ok && decoded.state.saved.scene).toEqual(scene);
  });

  it("brings back any log, wherever its entries hang", async () => {
    const entry = fc.record({
      back: fc.nat(5),
      after_ns: fc.nat(2_000_000_000),
      node: fc.constantFrom("hostA", "hostA/nginx-1", "__proto__", "路由器"),
      what: fc.oneof(
        fc.record({ type: fc.constant("exec" as const), line: fc.string({ unit: "binary" }) }),
        fc.constant({ type: "interrupt" as const }),
      ),
    });
    const log = fc.array(entry).map((entries) => {
      const made: LogEntry[] = [];
      for (const [id, { back, after_ns, node, what }] of entries.entries()) {
        const parent = Math.max(-1, id - 1 - back);
        made.push({ id, parent, at_ns: (made[parent]?.at_ns ?? 0) + after_ns, node, what });
      }
      return made;
    });
    await fc.assert(
      fc.asyncProperty(log, fc.nat(), async (entries, playhead_ns) => {
        const one = { ...state, saved: { ...saved, log: entries, tip: entries.length - 1, playhead_ns } };
        expect(await decodeState(await encodeState(one))).toEqual({ ok: true, state: one, sceneChanged: false });
      }),
      { numRuns: 60 },
    );
  });
});

describe("links of earlier releases", () => {
  it.each(MADE)("$name opens as it was", async ({ link, log, tip, playhead_ns, scene, node }) => {
    const decoded = await decodeState(link);
    if (!decoded.ok) throw new Error(decoded.fault);
    expect(decoded.state.saved).toMatchObject({ log, tip, playhead_ns, scene: { id: scene } });
    expect(decoded.state.look.node).toBe(node);
  });

  it("says when a scene has been changed since, and refuses one that is gone", async () => {
    const bare = { n: [], l: [], t: -1, p: 0 };
    expect(await decodeState(await encoded({ ...bare, s: [sameHost.id, "old"] }, 2))).toMatchObject({
      sceneChanged: true,
    });
    const same = await decodeState(await encoded({ ...bare, s: [sameHost.id, fingerprint(sameHost)] }, 2));
    expect(same).toMatchObject({ ok: true, sceneChanged: false });
    expect(await faultOf(await encoded({ ...bare, s: ["no-such", "x"] }, 2))).toBe("no-such-scene");
  });

  it("reads the plain form of version 1 into today's", async () => {
    const decoded = await decodeState(await encoded({ ...saved, positions: { hostA: { x: 1, y: 2 }, bad: 3 } }, 1));
    expect(decoded).toEqual({
      ok: true,
      state: { saved, positions: { hostA: { x: 1, y: 2 } }, look: NO_LOOK },
      sceneChanged: false,
    });
  });
});

describe("what is no link", () => {
  it.each([
    ["", "not-a-link"],
    ["rubbish", "not-a-link"],
    ["2", "not-a-link"],
    ["0.AAAA", "not-a-link"],
    ["-1.AAAA", "not-a-link"],
    ["constructor.AAAA", "not-a-link"],
    ["3.AAAA", "newer"],
    ["999999.AAAA", "newer"],
    ["2.", "damaged"],
    ["2.!!!", "damaged"],
    ["2.AAAA", "damaged"],
    [`2.${"A".repeat(MAX_TEXT)}`, "too-large"],
  ])("%.20s: %s", async (text, fault) => {
    expect(await faultOf(text)).toBe(fault);
  });

  it("is a link of which a part is missing", async () => {
    const text = await encodeState(state);
    for (let length = 2; length < text.length; length += 7)
      expect(await faultOf(text.slice(0, length))).toBe("damaged");
  });

  it("is given up when it inflates without end", async () => {
    const bomb = await pack(" ".repeat(MAX_BYTES + 1));
    expect(bomb.length).toBeLessThan(30_000);
    expect(await faultOf(`2.${bomb}`)).toBe("too-large");
  });

  it("is JSON of another form, or so deep that it cannot be passed on", async () => {
    const bare = { s: sameHost, n: ["hostA"], l: [], t: -1, p: 0 };
    expect(await faultOf(await encoded(bare, 2))).toBeNull();
    const wrong = [null, 3, [], {}, { ...bare, l: [7] }, { ...bare, l: [[1, 0, 9, "ls"]] }, { ...bare, s: null }];
    for (const json of wrong) expect(await faultOf(await encoded(json, 2))).toBe("damaged");
    const more = [
      { ...bare, t: "1" },
      { ...bare, p: null },
      { ...bare, l: [[1, "x", 0, "ls"]] },
      { ...bare, s: [3] },
    ];
    for (const json of more) expect(await faultOf(await encoded(json, 2))).toBe("damaged");
    for (const json of [null, [], { ...saved, version: 2 }, { ...saved, log: {} }])
      expect(await faultOf(await encoded(json, 1))).toBe("damaged");
    const deep = `{"s":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`;
    expect(await faultOf(`2.${await pack(deep)}`)).toBe("damaged");
  });

  it("never throws, whatever stands there", async () => {
    const any = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((text) => `2.${text}`),
      fc.base64String().map((text) => `1.${text.replaceAll("=", "")}`),
    );
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        const fault = await faultOf(text);
        expect(fault === null || LINK_FAULTS.includes(fault)).toBe(true);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.constantFrom(1, 2), async (json, version) => {
        const fault = await faultOf(`${version}.${await pack(json)}`);
        expect(fault === null || LINK_FAULTS.includes(fault)).toBe(true);
      }),
    );
  });
});

describe("the hash of an address", () => {
  it("holds the state under s, beside whatever else", () => {
    expect(stateInHash("#s=2.AbC-_")).toBe("2.AbC-_");
    expect(stateInHash("#x=1&s=2.A")).toBe("2.A");
    expect(stateInHash("#canvas")).toBeNull();
    expect(stateInHash("")).toBeNull();
  });
});
