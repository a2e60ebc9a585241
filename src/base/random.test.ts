import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashString, randomBelow, randomFloat, randomU32, seedRandom } from "./random.ts";

describe("sfc32", () => {
  // Worked out by hand from its definition.
  it("steps as the published generator does", () => {
    const r = { a: 1, b: 2, c: 3, d: 1 };
    expect(randomU32(r)).toBe(4);
    expect(r).toEqual({ a: 2, b: 27, c: (3 << 21) + 4, d: 2 });
    expect(randomU32(r)).toBe(31);
  });

  it("repeats itself from the same seed and from a copy of its state", () => {
    const r = seedRandom("docker0");
    const first = Array.from({ length: 50 }, () => randomU32(r));
    const again = seedRandom("docker0");
    expect(Array.from({ length: 50 }, () => randomU32(again))).toEqual(first);
    const copy = { ...r };
    expect(randomU32(copy)).toBe(randomU32(r));
  });

  it("takes a number and its decimal text for one seed, and tells seeds apart", () => {
    expect(seedRandom(7)).toEqual(seedRandom("7"));
    const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => randomU32(seedRandom(seed))));
    expect(firsts.size).toBe(1000);
  });

  it("keeps randomBelow in range and even", () => {
    const r = seedRandom(1);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[randomBelow(r, 6)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(randomBelow(r, 1)).toBe(0);
    expect(() => randomBelow(r, 0)).toThrow("randomBelow(0)");
  });

  it("keeps randomFloat in [0, 1) with a mean of a half", () => {
    const r = seedRandom(2);
    const values = Array.from({ length: 10_000 }, () => randomFloat(r));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 0.5)).toBeLessThan(0.02);
  });
});

describe("hashString", () => {
  it("is a uint32 that depends on every character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), (text, n) => {
        const hash = hashString(text);
        const i = n % text.length;
        const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
        return hash === hash >>> 0 && hashString(changed) !== hash;
      }),
    );
  });
});
