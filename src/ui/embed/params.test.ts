import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMBED_PANELS, EMBED_THEMES, NO_PARAMS, parseParams } from "./params.ts";

const of = (search: string) => parseParams(search).params;

describe("the address's settings", () => {
  it("are all understood in their good forms", () => {
    const search =
      "?embed=1&scene=same-host&lesson=arp&lang=zh-CN&theme=Dark&autoplay&speed=0.5&step=3&at=17&focus=nginx-1&seed=42" +
      "&panels=canvas,terminal&lock=topology,terminal&load=click&assess=true";
    expect(parseParams(search)).toEqual({
      params: {
        embed: true,
        scene: "same-host",
        lesson: "arp",
        lang: "zh",
        theme: "dark",
        autoplay: true,
        speed: 0.5,
        step: 3,
        at: 17,
        focus: "nginx-1",
        seed: 42,
        panels: new Set(["canvas", "terminal"]),
        lock: new Set(["topology", "terminal"]),
        load: "click",
        assess: true,
      },
      faults: [],
    });
  });

  it("take a bare flag for true, and 0 or false for false", () => {
    expect([of("?embed").embed, of("?embed=").embed, of("?embed=0").embed, of("?autoplay=false").autoplay]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["?speed=99", "value"],
    ["?speed=NaN", "value"],
    ["?speed=1e1", "value"],
    ["?at=0", "value"],
    ["?at=-1", "value"],
    ["?seed=4294967296", "value"],
    ["?panels=", "value"],
    ["?panels=canvas,moon", "value"],
    ["?lock=doors", "value"],
    ["?lang=fr", "value"],
    ["?theme=pink", "value"],
    ["?load=later", "value"],
    ["?scene=", "value"],
    ["?autoplay=perhaps", "value"],
    ["?autplay", "unknown"],
    ["?__proto__=1", "unknown"],
    ["?constructor", "unknown"],
  ])("leave %s out, and tell", (search, kind) => {
    const { params, faults } = parseParams(search);
    expect(params).toEqual(NO_PARAMS);
    expect(faults).toMatchObject([{ kind }]);
  });

  it("let the last that makes sense count", () => {
    expect(of("?speed=2&speed=3&speed=x").speed).toBe(3);
  });

  it("shorten what they tell", () => {
    const [fault] = parseParams(`?${"x".repeat(500)}=${"😀".repeat(500)}`).faults;
    expect(Array.from(fault!.name).length).toBe(40);
    expect(Array.from(fault!.value).length).toBe(40);
    expect(() => encodeURIComponent(fault!.value)).not.toThrow();
  });
});

const names = fc.oneof(fc.constantFrom(...Object.keys(NO_PARAMS)), fc.string({ unit: "binary" }));
const values = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double().map(String),
  fc.integer().map(String),
  fc.constantFrom(...EMBED_PANELS, ...EMBED_THEMES, "", "click", "true", "0", "topology,terminal"),
);
const pairs = fc.array(fc.tuple(names, values)).map((all) => new URLSearchParams(all as [string, string][]).toString());

describe("any address", () => {
  it("gives settings that make sense", () => {
    fc.assert(
      fc.property(fc.oneof(pairs, fc.string({ unit: "binary" })), (search) => {
        const { params: p, faults } = parseParams(`?${search}`);
        expect(Object.keys(p).sort()).toEqual(Object.keys(NO_PARAMS).sort());
        expect(p.speed === null || (p.speed >= 0.1 && p.speed <= 10)).toBe(true);
        for (const whole of [p.step, p.at, p.seed]) expect(whole === null || Number.isSafeInteger(whole)).toBe(true);
        for (const text of [p.scene, p.lesson, p.focus]) {
          expect(text === null || (text !== "" && text.length <= 200)).toBe(true);
        }
        expect(p.panels === null || [...p.panels].every((one) => EMBED_PANELS.includes(one))).toBe(true);
        expect(p.panels?.size).not.toBe(0);
        expect(faults.length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 2000 },
    );
  });
});
