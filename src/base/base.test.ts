import { describe, expect, it } from "vitest";
import { assert, unreachable } from "./assert.ts";
import { err, ok, type Result } from "./result.ts";
import { MS_NS, SECOND_NS, seconds, toSeconds, US_NS } from "./time.ts";

describe("assert", () => {
  it("throws with the message only when the condition fails", () => {
    expect(() => assert(false, "one is two")).toThrow("assertion failed: one is two");
    expect(() => assert(true, "unused")).not.toThrow();
    expect(() => unreachable("x" as never)).toThrow('unreachable value "x"');
  });
});

describe("Result", () => {
  it("is a plain record that a structured clone keeps", () => {
    const results: Result<number, string>[] = [ok(1), err("no")];
    expect(structuredClone(results)).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: "no" },
    ]);
  });
});

describe("time", () => {
  it("converts seconds to whole nanoseconds and back", () => {
    expect(seconds(1.5)).toBe(1_500_000_000);
    expect(seconds(0.1 + 0.2)).toBe(300_000_000);
    expect(toSeconds(seconds(0.25))).toBe(0.25);
    expect([US_NS * 1000, MS_NS * 1000]).toEqual([MS_NS, SECOND_NS]);
  });
});
