import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "./schema.ts";

describe("a message", () => {
  it.each([
    { docker0: 1, type: "load", scene: "same-host" },
    { docker0: 1, type: "load", scene: "same-host", seed: 7, id: "a" },
    { docker0: 1, type: "load", lesson: "arp", step: 2 },
    { docker0: 1, type: "play", id: 3 },
    { docker0: 1, type: "pause" },
    { docker0: 1, type: "step" },
    { docker0: 1, type: "step", unit: "back" },
    { docker0: 1, type: "seek", event: 17 },
    { docker0: 1, type: "seek", time_ns: 0 },
    { docker0: 1, type: "run" },
    { docker0: 1, type: "run", action: 2 },
    { docker0: 1, type: "run", node: "hostA", line: "docker ps" },
    { docker0: 1, type: "setState", state: "2.abc" },
    { docker0: 1, type: "getState" },
    { docker0: 1, type: "setLook", theme: "auto", lang: "zh" },
  ])("of a good form is a command: %o", (message) => {
    expect(parseMessage(message)).toEqual({ ok: true, command: message });
  });

  it.each([
    [null, { kind: "notObject" }],
    ["play", { kind: "notObject" }],
    [[], { kind: "notObject" }],
    [{ type: "play" }, { kind: "notObject" }],
    [{ docker0: 2, type: "play" }, { kind: "version" }],
    [{ docker0: "1", type: "play" }, { kind: "version" }],
    [{ docker0: 1 }, { kind: "type", type: "undefined" }],
    [
      { docker0: 1, type: "toString" },
      { kind: "type", type: "toString" },
    ],
    [
      { docker0: 1, type: "paly" },
      { kind: "type", type: "paly" },
    ],
    [
      { docker0: 1, type: "seek" },
      { kind: "form", type: "seek", field: "event" },
    ],
    [
      { docker0: 1, type: "seek", event: "17" },
      { kind: "form", type: "seek", field: "event" },
    ],
    [
      { docker0: 1, type: "seek", time_ns: -1 },
      { kind: "form", type: "seek", field: "time_ns" },
    ],
    [
      { docker0: 1, type: "load", scene: 3 },
      { kind: "form", type: "load", field: "scene" },
    ],
    [
      { docker0: 1, type: "play", speed: 3 },
      { kind: "form", type: "play", field: "speed" },
    ],
    [
      { docker0: 1, type: "play", id: {} },
      { kind: "form", type: "play", field: "id" },
    ],
    [
      { docker0: 1, type: "run", node: "hostA", line: "x".repeat(10_001) },
      { kind: "form", type: "run", field: "line" },
    ],
  ])("of a bad form is told what is wrong: %o", (message, fault) => {
    expect(parseMessage(message)).toMatchObject({ ok: false, fault });
  });

  it("of any other form is refused without a throw, and a command is what was sent", () => {
    const field = fc.oneof(fc.anything(), fc.constantFrom("load", "seek", "run", 1, "hop"));
    const record = fc.record({
      docker0: fc.oneof(fc.constant(1), fc.anything()),
      type: field,
      id: field,
      event: field,
    });
    const message = fc.oneof(fc.anything({ maxDepth: 4 }), record, fc.dictionary(fc.string(), fc.anything()));
    fc.assert(
      fc.property(message, (data) => {
        const parsed = parseMessage(data);
        if (parsed.ok) expect(parsed.command).toEqual(data);
        else expect(JSON.stringify(parsed.fault).length).toBeLessThan(600);
      }),
      { numRuns: 2000 },
    );
  });
});
