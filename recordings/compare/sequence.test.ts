import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchingBlocks, unifiedDifference } from "./sequence.ts";

const letters = (text: string) => text.split("");
const word = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 30 });

describe("matchingBlocks", () => {
  test("takes the longest run first, then what lies beside it", () => {
    expect(matchingBlocks(letters("abxcd"), letters("abcd"))).toEqual([
      { a: 0, b: 0, size: 2 },
      { a: 3, b: 2, size: 2 },
    ]);
  });

  test("takes the earliest of equally long runs", () => {
    expect(matchingBlocks(letters("ab"), letters("xabab"))).toEqual([{ a: 0, b: 1, size: 2 }]);
  });

  // The longest run may shut out more matches than it brings: that is how the measure works.
  test("prefers one long run to several short ones", () => {
    const total = matchingBlocks(letters("abcdXYZ"), letters("XYZabc"));
    expect(total).toEqual([{ a: 0, b: 3, size: 3 }]);
  });

  test("runs are equal, in order and apart", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        let [endA, endB] = [0, 0];
        for (const match of matchingBlocks(a, b)) {
          expect(match.a).toBeGreaterThanOrEqual(endA);
          expect(match.b).toBeGreaterThanOrEqual(endB);
          expect(a.slice(match.a, match.a + match.size)).toEqual(b.slice(match.b, match.b + match.size));
          [endA, endB] = [match.a + match.size, match.b + match.size];
        }
      }),
    );
  });

  test("a sequence matches itself whole", () => {
    fc.assert(
      fc.property(word, (a) => {
        expect(matchingBlocks(a, a)).toEqual(a.length === 0 ? [] : [{ a: 0, b: 0, size: a.length }]);
      }),
    );
  });
});

describe("unifiedDifference", () => {
  test("says where, what is missing and what is new", () => {
    expect(unifiedDifference(letters("abcde"), letters("aXcdeY"))).toEqual([
      "@@ recorded 2, simulated 2 @@",
      "-b",
      "+X",
      "@@ recorded 6, simulated 6 @@",
      "+Y",
    ]);
  });

  test("shows lines around a difference once each", () => {
    expect(unifiedDifference(letters("abcd"), letters("Xbd"), 1)).toEqual([
      "@@ recorded 1, simulated 1 @@",
      "-a",
      "+X",
      " b",
      "-c",
      " d",
    ]);
  });

  test("gives back either side, and nothing where both are equal", () => {
    fc.assert(
      fc.property(word, word, fc.nat(3), (a, b, context) => {
        const lines = unifiedDifference(a, b, context);
        const only = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
        const matched = matchingBlocks(a, b).reduce((sum, { size }) => sum + size, 0);
        expect(only("-")).toBe(a.length - matched);
        expect(only("+")).toBe(b.length - matched);
        expect(lines.length === 0).toBe(a.join("") === b.join(""));
      }),
    );
  });
});
