import { describe, expect, test } from "vitest";
import type { Verdict } from "./compare/scenario.ts";
import { holds, loss, raiseRatchet } from "./ratchet.ts";

function verdict(frames: [number, number], commands: [number, number], faults: string[] = []): Verdict {
  const [framesMatched, commandsMatched] = [frames[0], commands[0]];
  return { framesMatched, frames: frames[1], commandsMatched, commands: commands[1], faults, differences: [] };
}

describe("a scenario holds", () => {
  test.each([
    ["all", verdict([100, 100], [5, 5]), true],
    ["98 % of frames", verdict([98, 100], [5, 5]), true],
    ["fewer frames", verdict([97, 100], [5, 5]), false],
    ["a command less", verdict([100, 100], [4, 5]), false],
    ["a wrong checksum", verdict([100, 100], [5, 5], ["ip checksum: a.b"]), false],
    ["nothing to capture", verdict([0, 0], [5, 5]), true],
  ])("%s", (_, given, expected) => {
    expect(holds("x", given, {})).toBe(expected);
  });

  test("no better than recordings agree with each other", () => {
    expect(holds("x", verdict([95, 100], [5, 5]), { x: { frames: 0.96, commands: 1 } })).toBe(true);
    expect(holds("x", verdict([94, 100], [5, 5]), { x: { frames: 0.96, commands: 1 } })).toBe(false);
  });
});

describe("the ratchet", () => {
  const held = { mustAgree: ["good"], scores: { poor: { frames: [5, 10], commands: [1, 3] } } } as const;
  const raise = (name: string, given: Verdict) =>
    raiseRatchet(structuredClone(held) as never, new Map([[name, given]]), {});

  test("says what was lost", () => {
    const score = { frames: [4, 10] as [number, number], commands: [2, 3] as [number, number] };
    expect(loss(score, structuredClone(held.scores.poor) as never)).toBe("frames 4/10, was 5/10");
    expect(loss({ ...score, frames: [5, 10] }, structuredClone(held.scores.poor) as never)).toBeUndefined();
  });

  test("frames that nobody recorded are a loss", () => {
    const score = { frames: [5, 12] as [number, number], commands: [1, 3] as [number, number] };
    expect(loss(score, structuredClone(held.scores.poor) as never)).toBe("frames 5/12, was 5/10");
  });

  test("raises each part by itself and never lowers", () => {
    expect(raise("poor", verdict([4, 10], [2, 3])).scores.poor).toEqual({ frames: [5, 10], commands: [2, 3] });
  });

  test("takes up what holds, and keeps what must", () => {
    expect(raise("poor", verdict([10, 10], [3, 3]))).toEqual({ mustAgree: ["good", "poor"], scores: {} });
    expect(raise("good", verdict([1, 10], [0, 3])).mustAgree).toEqual(["good"]);
  });
});
